//! The command line as clap sees it.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, ArgGroup, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::duration;
use crate::kafka::{KafkaArgs, Moment};
use crate::partition::{PartitionArg, SetArg};
use crate::serve::Emulator;

const EXIT_CODES: &str = "\
Exit codes:
    0  done
    1  unexpected failure
    2  invalid input; nothing was changed
    3  not authenticated, or not allowed
    4  not found
    5  busy: another alteration is in progress, or the offsets moved on
    6  unavailable or rate limited, after retries
    7  the service gave the alteration up (FAILED)
    8  still pending at the deadline, or with --confirm not confirmed
    9  outcome unknown: look at the status before sending again
   10  applied, but what was seen of it since is not what was planned
  130  interrupted, or the question was answered with no

The API key and its secret are read from CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or from --api-key-file.
Try it without an account: ccloud-offsets demo";

/// Read, alter and await the offsets of fully-managed Kafka connectors in Confluent Cloud.
#[derive(Debug, Parser)]
#[command(
    name = "ccloud-offsets",
    bin_name = "ccloud-offsets",
    version,
    after_help = EXIT_CODES,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Shared options")]
pub(crate) struct Shared {
    /// Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]
    #[arg(short, long, global = true, value_name = "ID")]
    pub(crate) environment: Option<String>,
    /// Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]
    #[arg(short = 'k', long, global = true, value_name = "ID")]
    pub(crate) cluster: Option<String>,
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]"
    )]
    pub(crate) endpoint: Option<String>,
    /// File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// File with further CA certificates to trust, such as that of a proxy which inspects TLS
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]
    #[arg(long, global = true, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) request_timeout: Option<Duration>,
    /// Form of the data on standard output; with json, errors are JSON too
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORM",
        default_value = "table"
    )]
    pub(crate) output: Format,
    /// Say nothing on standard error but errors and questions
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Log repeated attempts to standard error; -vv and -vvv log more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Yaml,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the current offsets, with their age
    Get(Get),
    /// Set positions; the connector stops for a while
    Patch(Patch),
    /// Reset positions, as if the connector were new; it stops for a while
    Delete(Delete),
    /// Take the latest alteration back; the connector stops for a while
    Undo(Undo),
    /// Show the latest alteration request
    Status(Names),
    /// Wait until the latest alteration has ended
    Wait(Wait),
    /// List the connectors of the cluster
    List(List),
    /// Print the JSON Schema of the file that patch --file reads
    Schema,
    /// Print a completion script for a shell, with the names of connectors
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man(Man),
    /// Run a local server that behaves like the service
    Emulator(Box<Emulator>),
    /// Run the published examples against an embedded emulator
    Demo,
}

#[derive(Debug, Args)]
pub(crate) struct Names {
    /// Names or lcc-… ids of the connectors
    #[arg(required = true, value_name = "NAME")]
    pub(crate) names: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Get {
    #[command(flatten)]
    pub(crate) names: Names,
    /// Wait for a sample that is at most this old, such as 30s
    #[arg(long, value_name = "AGE", value_parser = duration::parse)]
    pub(crate) max_age: Option<Duration>,
    /// Longest time to wait for that sample
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse, requires = "max_age")]
    pub(crate) timeout: Duration,
    /// Show also the end of each partition, and how far the connector is behind
    #[arg(long)]
    pub(crate) lag: bool,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true)))]
pub(crate) struct Patch {
    /// Name or lcc-… id of the connector
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Set a sink partition to an offset, such as orders:0=1000; may be repeated
    #[arg(long, value_name = "TOPIC:PARTITION=OFFSET", group = "change")]
    pub(crate) set: Vec<SetArg>,
    /// Set what a JSON or YAML file says; - is standard input
    #[arg(short, long, value_name = "FILE", group = "change")]
    pub(crate) file: Option<PathBuf>,
    /// Move every partition of a sink by so many records: back when negative, ahead when positive
    #[arg(
        long,
        value_name = "RECORDS",
        group = "change",
        allow_negative_numbers = true
    )]
    pub(crate) shift_by: Option<i64>,
    /// Move every partition of a sink to its earliest record
    #[arg(long, group = "change")]
    pub(crate) to_earliest: bool,
    /// Move every partition of a sink to its end, so that only new records are read
    #[arg(long, group = "change")]
    pub(crate) to_latest: bool,
    /// Move every partition of a sink to its first record since a time, such as 2026-11-26T08:00Z, 08:00 (here) or -2h
    #[arg(
        long,
        value_name = "TIME",
        group = "change",
        allow_hyphen_values = true
    )]
    pub(crate) to_time: Option<Moment>,
    /// Move all partitions of this topic, also those without a position; may be repeated
    #[arg(long, value_name = "TOPIC", conflicts_with_all = ["set", "file", "shift_by", "partition"])]
    pub(crate) topic: Vec<String>,
    /// Touch only this partition: TOPIC:PARTITION of a sink, or a JSON object of a source; may be repeated
    #[arg(long, value_name = "PARTITION", conflicts_with = "set")]
    pub(crate) partition: Vec<PartitionArg>,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
    #[command(flatten)]
    pub(crate) follow: Follow,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("scope").required(true)))]
pub(crate) struct Delete {
    /// Name or lcc-… id of the connector
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Reset every partition
    #[arg(long, group = "scope")]
    pub(crate) all: bool,
    /// Reset this partition: TOPIC:PARTITION of a sink, or a JSON object of a source; may be repeated
    #[arg(long, value_name = "PARTITION", group = "scope")]
    pub(crate) partition: Vec<PartitionArg>,
    #[command(flatten)]
    pub(crate) follow: Follow,
}

#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// Name or lcc-… id of the connector
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Take this request back and no other, such as PATCH@2024-02-20T15:14:19Z
    #[arg(long, value_name = "TYPE@TIME")]
    pub(crate) request: Option<String>,
    #[command(flatten)]
    pub(crate) follow: Follow,
}

/// How a change is asked for and followed.
#[derive(Debug, Args)]
pub(crate) struct Follow {
    /// Show the plan and end; nothing is sent
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask; without a terminal this is required
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// End as soon as the request is accepted
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// Longest time to wait for the end of the alteration, such as 90s or 10m; 0 does not wait
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse)]
    pub(crate) timeout: Duration,
    /// Fail with 8 unless a later sample of the offsets shows the positions
    #[arg(long, conflicts_with = "no_wait")]
    pub(crate) confirm: bool,
    /// Do not wait for a later sample of the offsets
    #[arg(long, conflicts_with = "confirm")]
    pub(crate) no_confirm: bool,
    /// When another alteration is in progress, wait this long for it to end
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) wait_if_busy: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    #[command(flatten)]
    pub(crate) names: Names,
    /// Longest time to wait, such as 90s or 10m; 0 looks once
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse)]
    pub(crate) timeout: Duration,
    /// Wait for this request and no other, such as PATCH@2024-02-20T15:14:19Z
    #[arg(long, value_name = "TYPE@TIME")]
    pub(crate) request: Option<String>,
    /// Fail with 8 unless a later sample of the offsets shows the positions
    #[arg(long)]
    pub(crate) confirm: bool,
    /// Do not wait for a later sample of the offsets
    #[arg(long, conflicts_with = "confirm")]
    pub(crate) no_confirm: bool,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only the names, one on each line
    #[arg(long)]
    pub(crate) names: bool,
    /// Only the sinks, and how far each is behind
    #[arg(long, conflicts_with = "names")]
    pub(crate) lag: bool,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write one page for each command into this folder instead
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dir: Option<PathBuf>,
}
