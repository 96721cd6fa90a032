//! What every question needs to know.

use std::fmt;
use std::time::Duration;

use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use crate::address::Bootstrap;

pub(crate) struct Settings {
    pub(crate) bootstrap: Bootstrap,
    pub(crate) tls: Option<TlsConnector>,
    pub(crate) key: String,
    pub(crate) secret: Zeroizing<String>,
    pub(crate) connect_timeout: Duration,
    pub(crate) time_limit: Duration,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Brokers")
            .field("bootstrap", &self.bootstrap.to_string())
            .field("key", &self.key)
            .field("secret", &"[redacted]")
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
