//! The settings for a real Kafka Connect: its workers, the credentials, and the state directory.

use std::fmt;
use std::path::PathBuf;

/// A self-managed Kafka Connect cluster, version 3.6 or later, that an emulator serves instead of the simulated world.
#[derive(Clone)]
pub struct KafkaConnect {
    pub(super) urls: Vec<String>,
    pub(super) credentials: Option<(String, String)>,
    pub(super) ca: Option<Vec<u8>>,
    pub(super) state: PathBuf,
}

impl KafkaConnect {
    /// The settings for a Kafka Connect cluster. `url` is the base URL of one of its workers, such as `http://127.0.0.1:8083`.
    /// The folder `state`, which is created if it does not exist, gets a small file for each altered connector, with its latest
    /// request. All processes that alter the same connectors must use the same folder, on a file system with locks. Clusters
    /// of workers that share a Kafka cluster need a folder each, because a worker tells only the id of the Kafka cluster.
    pub fn new(url: impl Into<String>, state: impl Into<PathBuf>) -> Self {
        Self {
            urls: vec![url.into()],
            credentials: None,
            ca: None,
            state: state.into(),
        }
    }

    /// Adds another worker of the same cluster. A request is sent to the next worker when a worker cannot be reached.
    #[must_use]
    pub fn worker(mut self, url: impl Into<String>) -> Self {
        self.urls.push(url.into());
        self
    }

    /// Sets a user and a password, which are sent as HTTP Basic. They are sent to other machines over https only. Default: no
    /// credentials.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some((user.into(), password.into()));
        self
    }

    /// Sets CA certificates in PEM form, which are trusted in addition to those of the operating system. Default: none.
    #[must_use]
    pub fn ca_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca = Some(pem.into());
        self
    }
}

impl fmt::Debug for KafkaConnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaConnect")
            .field("urls", &self.urls)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
