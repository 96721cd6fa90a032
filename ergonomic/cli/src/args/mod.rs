//! The command line as clap parses it: the commands, their options, and the messages for arguments that cannot be parsed.
//!
//! This module only parses. The module of a command does what the command's options say.

mod commands;
mod emulator;
mod kafka;
mod mistakes;
pub(crate) mod once;
mod tree;
mod values;
mod workers;

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, ArgMatches, Args, ColorChoice, FromArgMatches as _, ValueEnum};

pub(crate) use commands::*;
pub(crate) use emulator::Emulator;
pub(crate) use kafka::KafkaArgs;
pub(crate) use mistakes::{Mistake, given, named};
pub(crate) use tree::tree;
use values::not_empty;
pub(crate) use workers::{ConnectKey, Workers};

use crate::text::duration;

/// A command line that was parsed.
#[derive(Debug)]
pub(crate) struct Cli {
    pub(crate) command: Command,
    pub(crate) shared: Shared,
}

impl Cli {
    pub(crate) fn read(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self {
            command: Command::from_arg_matches(matches)?,
            shared: Shared::from_arg_matches(matches)?,
        })
    }
}

/// The options that every command accepts.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Shared options")]
pub(crate) struct Shared {
    /// Profile that supplies options which are not given otherwise; see ccloud-offsets help topics [env:
    /// CCLOUD_OFFSETS_PROFILE]
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME", value_parser = not_empty)]
    pub(crate) profile: Option<String>,
    /// Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]
    #[arg(short, long, global = true, value_name = "ID", value_parser = not_empty)]
    pub(crate) environment: Option<String>,
    /// Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]
    #[arg(short = 'k', long, global = true, value_name = "ID", value_parser = not_empty)]
    pub(crate) cluster: Option<String>,
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_name = "URL",
        value_parser = not_empty,
        help = "Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]"
    )]
    pub(crate) endpoint: Option<String>,
    /// File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// File with further CA certificates to trust, such as that of a proxy which inspects TLS; also used for Kafka's brokers
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Work on a self-managed Kafka Connect. URL is the base URL of a worker; may be repeated for further
    /// workers. Replaces the options for environment, cluster, endpoint and API key
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_name = "URL",
        value_parser = not_empty
    )]
    pub(crate) connect: Vec<String>,
    #[command(flatten)]
    pub(crate) workers: Workers,
    /// With `--connect`, the tool starts a server that offers Confluent Cloud's API for Kafka Connect. This is the API key
    /// of that server.
    #[arg(skip)]
    pub(crate) connect_key: Option<ConnectKey>,
    /// Longest time for one attempt of a request, such as 10s; a request has at most 4 attempts [default: 30s]
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_name = "TIME",
        value_parser = duration::parse,
        allow_hyphen_values = true
    )]
    pub(crate) request_timeout: Option<Duration>,
    /// Form of the data on standard output. Standard error shows the progress as text; with json, each error
    /// follows as one line of JSON
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORM",
        default_value = "table"
    )]
    pub(crate) output: Format,
    /// Do not show progress; errors, warnings and questions are still shown
    #[arg(short, long, global = true, hide_short_help = true)]
    pub(crate) quiet: bool,
    /// Log repeated requests to standard error, and show each partition of an outcome; -vv and -vvv log more
    #[arg(short, long, global = true, hide_short_help = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colours; auto depends on the terminal and on NO_COLOR, CLICOLOR_FORCE and TERM
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub(crate) color: ColorChoice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Yaml,
}
