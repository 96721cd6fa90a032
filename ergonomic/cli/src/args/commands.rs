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
/// The partitions that a change is about; these options go with each option above.
const SELECTION: &str = "Which partitions";
const SCOPE: &str = "What to reset, one of these";

/// What the command line says.
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
    /// How the command makes its change; `None` for a command that changes nothing.
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
    /// Wait for a sample that is at most this old, such as 30s; 0 waits for one that is taken from now on
    #[arg(long, value_name = "AGE", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(crate) max_age: Option<Duration>,
    /// Longest time to wait for that sample
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse, allow_hyphen_values = true, requires = "max_age")]
    pub(crate) timeout: Duration,
    /// Show also the end of each partition, and how far the connector is behind (needs a key of the Kafka cluster)
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
    /// Send the positions that a JSON or YAML file holds; - is standard input
    #[arg(short, long, value_name = "FILE", help_heading = CHANGE, group = "change")]
    pub(crate) file: Option<PathBuf>,
    /// With --file, send only the entries that differ from this copy, which is the file before it was edited
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
    /// Move to a time, such as 2026-11-26T08:00Z, 08:00 (here) or -2h: a sink to its first records since then (needs a
    /// key of the Kafka cluster), a source whose offsets hold a time to that time
    #[arg(
        long,
        value_name = "TIME",
        help_heading = CHANGE,
        group = "change",
        allow_hyphen_values = true
    )]
    pub(crate) to_time: Option<Moment>,
    /// Move all partitions of this topic, also those without a position; may be repeated
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

/// A position in the terms of the system that a source reads; members of the offset that depend on it are changed as
/// well.
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
    /// GTID set of the transactions of MySQL or MariaDB that have been read
    #[arg(long, value_name = "SET", group = "change", value_parser = not_empty)]
    gtid: Option<String>,
    /// Value of the incrementing column in the last row that counts as read
    #[arg(long, value_name = "NUMBER", group = "change", value_parser = not_empty, allow_hyphen_values = true)]
    incrementing: Option<String>,
    /// Resume token of a MongoDB change stream
    #[arg(long, value_name = "TOKEN", group = "change", value_parser = not_empty)]
    resume_token: Option<String>,
}

/// The names of the coordinates that have an option of the same name.
pub(crate) const COORDINATES: [&str; 6] = [
    "lsn",
    "scn",
    "binlog",
    "gtid",
    "incrementing",
    "resume-token",
];

impl To {
    /// The name of the coordinate and its text, when one is given.
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

/// How a change is asked for and followed.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to make the change")]
pub(crate) struct Follow {
    /// Show the plan and end; nothing is sent
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Exit with 11 when the plan would change something, with 0 when it would not
    #[arg(long, requires = "dry_run")]
    pub(crate) exit_code: bool,
    /// Treat warnings as errors: with one, nothing is sent and the exit code is 2. Notes never stop a change
    #[arg(long)]
    pub(crate) strict: bool,
    /// Go on despite errors or warnings with this code, such as other-connector, where the error suggests it; may be
    /// repeated
    #[arg(long, value_name = "CODE", value_parser = Code::from_str)]
    pub(crate) accept: Vec<Code>,
    /// Make the change without a question; required where there is no terminal
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Do not wait for the end of the alteration: end as soon as the request is accepted
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// Longest time to wait for the plan, and then for the end of the alteration, such as 90s or 10m; 0 does not wait for
    /// the end
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(crate) timeout: Duration,
    /// Exit with 8 unless a later sample of the offsets shows the positions
    #[arg(long, conflicts_with = "no_wait")]
    pub(crate) confirm: bool,
    /// Do not wait for a later sample of the offsets
    #[arg(long, conflicts_with = "confirm")]
    pub(crate) no_confirm: bool,
    /// When another alteration is in progress, wait this long for it to end
    #[arg(long, value_name = "TIME", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(crate) wait_if_busy: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    #[command(flatten)]
    pub(crate) names: Names,
    /// Longest time to wait, such as 90s or 10m; 0 reads the status once
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse, allow_hyphen_values = true)]
    pub(crate) timeout: Duration,
    /// Wait only for this request, such as PATCH@2024-02-20T15:14:19Z
    #[arg(long, value_name = "TYPE@TIME", value_parser = not_empty)]
    pub(crate) request: Option<String>,
    /// Exit with 8 unless a later sample of the offsets shows the positions
    #[arg(long)]
    pub(crate) confirm: bool,
    /// Do not wait for a later sample of the offsets
    #[arg(long, conflicts_with = "confirm")]
    pub(crate) no_confirm: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Watch {
    #[command(flatten)]
    pub(crate) names: Names,
    /// Time between two readings, at least 1s; each sends three requests for each connector
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
    /// Only the names, one on each line
    #[arg(long)]
    pub(crate) names: bool,
    /// Only the sinks, and how far each is behind (needs a key of the Kafka cluster)
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
    /// The shell
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write one page for each command into this folder instead
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Help {
    /// A command, or topics: exit codes, environment variables, files, forms of time
    #[arg(value_name = "COMMAND")]
    pub(crate) about: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Complete {
    /// The shell
    pub(crate) shell: Shell,
    /// The words that the script of the shell passes on
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) words: Vec<std::ffi::OsString>,
}
