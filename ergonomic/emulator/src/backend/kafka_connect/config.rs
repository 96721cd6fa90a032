//! The workers to ask, and the credentials for them.

use std::fmt;
use std::path::PathBuf;

/// A self-managed Kafka Connect cluster, version 3.6 or later, to serve instead of the simulated world.
#[derive(Clone)]
pub struct KafkaConnect {
    pub(super) urls: Vec<String>,
    pub(super) credentials: Option<(String, String)>,
    pub(super) ca: Option<Vec<u8>>,
    pub(super) state: PathBuf,
}

impl KafkaConnect {
    /// The cluster of the worker with this base URL, such as `http://127.0.0.1:8083`. The folder `state`, which is created
    /// when needed, keeps the latest request of each connector. All processes that alter the same connectors must use the
    /// same folder, on a file system with locks. Clusters of workers that share a Kafka cluster need a folder each, because
    /// a worker tells the Kafka cluster only.
    pub fn new(url: impl Into<String>, state: impl Into<PathBuf>) -> Self {
        Self {
            urls: vec![url.into()],
            credentials: None,
            ca: None,
            state: state.into(),
        }
    }

    /// Another worker of the same cluster, asked when the earlier ones cannot be reached.
    #[must_use]
    pub fn worker(mut self, url: impl Into<String>) -> Self {
        self.urls.push(url.into());
        self
    }

    /// A user and a password, sent as HTTP Basic; to other machines over https only.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some((user.into(), password.into()));
        self
    }

    /// Certificates in PEM form that are trusted besides those of the operating system.
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
