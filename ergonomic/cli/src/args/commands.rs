//! The commands and the options of each.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use ccloud_connect::finding::Code;
use clap::{ArgGroup, Args, Subcommand};
use clap_complete::Shell;

use super::emulator::Emulator;
use super::kafka::KafkaArgs;
use super::values::{not_empty, records};
use crate::text::duration;
use crate::text::partition::{PartitionArg, SetArg};
use crate::text::time::Moment;

const CHANGE: &str = "What to change, one of these";
/// The help's heading for the options that limit a change to some partitions.
const SELECTION: &str = "Which partitions";
const SCOPE: &str = "What to reset, one of these";

/// The command that was typed, with its options.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Get(Get),
    Patch(Box<Patch>),
    Edit(Edit),
    Delete(Delete),
    Undo(Undo),
    Status(Names),
    Wait(Wait),
    Watch(Watch),
    List(List),
    Schema(Schema),
    Completions(Completions),
    Man(Man),
    Emulator(Box<Emulator>),
    Demo,
    Help(Help),
    Version,
    #[command(name = "__complete")]
    Complete(Complete),
}

impl Command {
    /// The options for making a change; `None` for a command that changes nothing.
    pub(crate) fn follow(&self) -> Option<&Follow> {
        match self {
            Self::Patch(args) => Some(&args.follow),
            Self::Edit(args) => Some(&args.follow),
            Self::Delete(args) => Some(&args.follow),
            Self::Undo(args) => Some(&args.follow),
            _ => None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Names {
    /// Names or lcc-… ids of the connectors
    #[arg(required = true, value_name = "NAME", value_parser = not_empty)]
    pub(crate) names: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Get {
    #[command(flatten)]
    pub(crate) names: Names,
    /// Wait for a sample of the offsets that is at most this old, such as 30s; 0 waits for a sample taken after the command began
    #[arg(long, value_name = "AGE", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(crate) max_age: Option<Duration>,
    /// With --max-age, the longest time to wait for the sample
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse, allow_hyphen_values = true, requires = "max_age")]
    pub(crate) timeout: Duration,
    /// Also show the end of each partition, and how far the connector is behind (needs a key of the Kafka cluster)
    #[arg(long)]
    pub(crate) lag: bool,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
}

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("change").required(true)),
    override_usage = "ccloud-offsets patch [OPTIONS] <NAME> <CHANGE>"
)]
pub(crate) struct Patch {
    /// Name or lcc-… id of the connector
    #[arg(value_name = "NAME", value_parser = not_empty)]
    pub(crate) name: String,
    /// Set a sink partition to an offset, such as orders:0=1000; may be repeated
    #[arg(long, value_name = "TOPIC:PARTITION=OFFSET", help_heading = CHANGE, group = "change")]
    pub(crate) set: Vec<SetArg>,
    /// Set the positions in this JSON or YAML file; - is standard input
    #[arg(short, long, value_name = "FILE", help_heading = CHANGE, group = "change")]
    pub(crate) file: Option<PathBuf>,
    /// With --file, send only the entries that differ from this unedited copy of the file
    #[arg(long, value_name = "FILE", requires = "file")]
    pub(crate) base: Option<PathBuf>,
    /// Move every partition of a sink by this number of records: back when negative, ahead when positive
    #[arg(
        long,
        value_name = "RECORDS",
        help_heading = CHANGE,
        group = "change",
        value_parser = records,
        allow_hyphen_values = true
    )]
    pub(crate) shift_by: Option<i64>,
    #[command(flatten)]
    pub(crate) to: To,
    /// Move every partition of a sink to its earliest record
    #[arg(long, help_heading = CHANGE, group = "change")]
    pub(crate) to_earliest: bool,
    /// Move every partition of a sink to its end, so that only new records are read (needs a key of the Kafka cluster)
    #[arg(long, help_heading = CHANGE, group = "change")]
    pub(crate) to_latest: bool,
    /// Move to a time, such as 2026-11-26T08:00Z, 08:00 (in this machine's time zone) or -2h: a sink to its first records
    /// since that time (needs a key of the Kafka cluster), a source to the time itself, if its offsets hold a time
    #[arg(
        long,
        value_name = "TIME",
        help_heading = CHANGE,
        group = "change",
        allow_hyphen_values = true
    )]
    pub(crate) to_time: Option<Moment>,
    /// Move all partitions of this topic, including those without a position; may be repeated
    #[arg(long, value_name = "TOPIC", help_heading = SELECTION, value_parser = not_empty, conflicts_with_all = ["set", "file", "shift_by", "partition"])]
    pub(crate) topic: Vec<String>,
    /// Change only this partition: TOPIC:PARTITION of a sink, or a JSON object of a source; may be repeated
    #[arg(long, value_name = "PARTITION", help_heading = SELECTION, conflicts_with = "set")]
    pub(crate) partition: Vec<PartitionArg>,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
    #[command(flatten)]
    pub(crate) follow: Follow,
}

/// A position in the notation of the system that a source reads. The members of the offset that depend on this position
/// change with it.
#[derive(Debug, Args)]
#[command(next_help_heading = "A position in the source, one of these")]
pub(crate) struct To {
    /// Log sequence number of PostgreSQL or SQL Server, such as 16/B374D848
    #[arg(long, value_name = "LSN", group = "change", value_parser = not_empty)]
    lsn: Option<String>,
    /// System change number of Oracle
    #[arg(long, value_name = "SCN", group = "change", value_parser = not_empty)]
    scn: Option<String>,
    /// Binary log of MySQL or MariaDB, such as mysql-bin.000042:4
    #[arg(long, value_name = "FILE:POSITION", group = "change", value_parser = not_empty)]
    binlog: Option<String>,
    /// GTID set of the MySQL or MariaDB transactions that count as read
    #[arg(long, value_name = "SET", group = "change", value_parser = not_empty)]
    gtid: Option<String>,
    /// Value of the incrementing column in the last row that counts as read
    #[arg(long, value_name = "NUMBER", group = "change", value_parser = not_empty, allow_hyphen_values = true)]
    incrementing: Option<String>,
    /// Resume token of a MongoDB change stream
    #[arg(long, value_name = "TOKEN", group = "change", value_parser = not_empty)]
    resume_token: Option<String>,
}

/// The names of the coordinates that have an option of the same name, such as `--lsn`.
pub(crate) const COORDINATES: [&str; 6] = [
    "lsn",
    "scn",
    "binlog",
    "gtid",
    "incrementing",
    "resume-token",
];

impl To {
    /// The name and the text of the coordinate that the command line gives; `None` when it gives none.
    pub(crate) fn given(&self) -> Option<(&'static str, &str)> {
        let texts = [
            &self.lsn,
            &self.scn,
            &self.binlog,
            &self.gtid,
            &self.incrementing,
            &self.resume_token,
        ];
        let mut all = COORDINATES.into_iter().zip(texts);
        all.find_map(|(name, text)| Some((name, text.as_deref()?)))
    }
}

#[derive(Debug, Args)]
pub(crate) struct Edit {
    /// Name or lcc-… id of the connector
    #[arg(value_name = "NAME", value_parser = not_empty)]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) follow: Follow,
}

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("scope").required(true)),
    override_usage = "ccloud-offsets delete [OPTIONS] <NAME> <--all|--partition <PARTITION>>"
)]
pub(crate) struct Delete {
    /// Name or lcc-… id of the connector
    #[arg(value_name = "NAME", value_parser = not_empty)]
    pub(crate) name: String,
    /// Reset every partition
    #[arg(long, help_heading = SCOPE, group = "scope")]
    pub(crate) all: bool,
    /// Reset this partition: TOPIC:PARTITION of a sink, or a JSON object of a source; may be repeated
    #[arg(long, value_name = "PARTITION", help_heading = SCOPE, group = "scope")]
    pub(crate) partition: Vec<PartitionArg>,
    #[command(flatten)]
    pub(crate) follow: Follow,
}

#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// Name or lcc-… id of the connector
    #[arg(value_name = "NAME", value_parser = not_empty)]
    pub(crate) name: String,
    /// Take back only this request, such as PATCH@2024-02-20T15:14:19Z
    #[arg(long, value_name = "TYPE@TIME", value_parser = not_empty)]
    pub(crate) request: Option<String>,
    #[command(flatten)]
    pub(crate) follow: Follow,
}

/// The options for confirming a change, sending it, and waiting for its outcome.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to make the change")]
pub(crate) struct Follow {
    /// Show the plan and exit; nothing is sent
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// With --dry-run, exit with 11 when the plan would change something, with 0 when it would not
    #[arg(long, requires = "dry_run")]
    pub(crate) exit_code: bool,
    /// Treat warnings as errors: after a warning nothing is sent, and the exit code is 2. Notes never stop a change
    #[arg(long)]
    pub(crate) strict: bool,
    /// Accept errors and warnings with this code, such as other-connector, and go on; the tip of an error names the codes
    /// that can be accepted; may be repeated
    #[arg(long, value_name = "CODE", value_parser = Code::from_str)]
    pub(crate) accept: Vec<Code>,
    /// Make the change without asking; required where there is no terminal
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Do not wait for the end of the alteration: exit as soon as the request is accepted
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// Longest time to wait for the plan, and then for the end of the alteration, such as 90s or 10m; with 0, do not wait
    /// for the end
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(crate) timeout: Duration,
    /// Exit with 8 when no later sample of the offsets shows the new positions
    #[arg(long, conflicts_with = "no_wait")]
    pub(crate) confirm: bool,
    /// Do not wait for a later sample of the offsets that shows the new positions
    #[arg(long, conflicts_with = "confirm")]
    pub(crate) no_confirm: bool,
    /// Longest time to wait for the end of another alteration that is in progress
    #[arg(long, value_name = "TIME", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(crate) wait_if_busy: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    #[command(flatten)]
    pub(crate) names: Names,
    /// Longest time to wait, such as 90s or 10m; with 0, read the status once
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(crate) timeout: Duration,
    /// Wait only for this request, such as PATCH@2024-02-20T15:14:19Z
    #[arg(long, value_name = "TYPE@TIME", value_parser = not_empty)]
    pub(crate) request: Option<String>,
    /// Exit with 8 when no later sample of the offsets shows the new positions
    #[arg(long)]
    pub(crate) confirm: bool,
    /// Do not wait for a later sample of the offsets that shows the new positions
    #[arg(long, conflicts_with = "confirm")]
    pub(crate) no_confirm: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Watch {
    #[command(flatten)]
    pub(crate) names: Names,
    /// Time between two readings, at least 1s; each reading sends three requests for each connector
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration::interval, allow_hyphen_values = true)]
    pub(crate) interval: Duration,
    /// End after this number of readings; without it, Ctrl-C ends the watch
    #[arg(long, value_name = "READINGS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Print only the names, one on each line
    #[arg(long)]
    pub(crate) names: bool,
    /// List only the sinks, and show how far each is behind (needs a key of the Kafka cluster)
    #[arg(long, conflicts_with = "names")]
    pub(crate) lag: bool,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Print the schema of the file that emulator --seed reads
    #[arg(long)]
    pub(crate) seed: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Shell that the script is for
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Print nothing; write one page for each command into this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Help {
    /// Name of a command, or topics, the page about exit codes, environment variables, files and forms of time
    #[arg(value_name = "COMMAND")]
    pub(crate) about: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Complete {
    /// Shell in which TAB was pressed
    pub(crate) shell: Shell,
    /// The typed words, as the completion script of the shell passes them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) words: Vec<std::ffi::OsString>,
}
