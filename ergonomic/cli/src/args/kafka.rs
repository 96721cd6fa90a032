//! The options for reaching Kafka itself.

use std::path::PathBuf;

use clap::Args;

use super::values::not_empty;

const HEADING: &str = "Kafka options";

/// How to reach Kafka. No option takes the secret itself, because all users of the machine can see a command line.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct KafkaArgs {
    /// File with a key of the Kafka cluster: lines KAFKA_API_KEY=… and KAFKA_API_SECRET=…
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub(crate) kafka_api_key_file: Option<PathBuf>,
    /// Address of the Kafka cluster's brokers; without it, the tool asks the service for the address
    #[arg(long, value_name = "HOST:PORT", help_heading = HEADING, value_parser = not_empty)]
    pub(crate) bootstrap: Option<String>,
}
