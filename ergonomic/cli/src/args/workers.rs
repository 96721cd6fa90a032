//! The options for reaching a self-managed Kafka Connect.

use std::fmt;
use std::path::PathBuf;

use ccloud_connect::ApiKey;
use ccloud_connect_emulator as emulator;
use clap::Args;

/// The options for reaching the workers of Kafka Connect, except their base URLs.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Workers {
    /// Kafka Connect: file with one line USER:PASSWORD, for HTTP Basic authentication
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    pub(crate) connect_user_file: Option<PathBuf>,
    /// Kafka Connect: folder in which the tool records the latest request of each connector; clusters
    /// of workers that share a Kafka cluster need one each [default: ccloud-offsets in the user's
    /// state directory]
    #[arg(long, global = true, hide_short_help = true, value_name = "DIR")]
    pub(crate) connect_state_dir: Option<PathBuf>,
}

/// The secret part of the API key of the server that `--connect` starts in this process.
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
