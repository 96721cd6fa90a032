//! How a self-managed Kafka Connect is reached.

use std::fmt;
use std::path::PathBuf;

use ccloud_connect::ApiKey;
use ccloud_connect_emulator as emulator;
use clap::Args;

/// How to reach the workers, beside their addresses.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Workers {
    /// Kafka Connect: file with one line USER:PASSWORD, sent as HTTP Basic
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    pub(crate) connect_user_file: Option<PathBuf>,
    /// Kafka Connect: folder for the latest request of each connector; clusters of workers that
    /// share a Kafka cluster need one each [default: ccloud-offsets in the user's state directory]
    #[arg(long, global = true, hide_short_help = true, value_name = "DIR")]
    pub(crate) connect_state_dir: Option<PathBuf>,
}

/// The secret of the API key of a server in this process.
#[derive(Clone)]
pub(crate) struct ConnectKey(pub(crate) String);

impl ConnectKey {
    pub(crate) fn api_key(&self) -> ApiKey {
        ApiKey::new(emulator::API_KEY, &*self.0)
    }
}

impl fmt::Debug for ConnectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
