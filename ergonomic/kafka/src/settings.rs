//! The settings of every question: the addresses of the brokers, the key, and the time limits.

use std::fmt;
use std::time::Duration;

use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use crate::address::Bootstrap;

/// The settings of every question: the addresses, the key, and the time limits. `Debug` leaves the secret out.
#[derive(Clone)]
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
        f.debug_struct("Settings")
            .field("bootstrap", &self.bootstrap.to_string())
            .field("key", &self.key)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
