//! One error type for sending an alteration and for waiting for it.

use std::error::Error as StdError;
use std::fmt;

use super::wait_error::WaitError;
use crate::error::Error;
use crate::model::ConnectorRef;

/// Why an alteration was not sent, or why the wait for it did not succeed. This type joins the errors of sending and of
/// waiting, for a function that does both and uses `?`.
///
/// `Display` and `source` are those of the error inside.
///
/// ```
/// use ccloud_connect::{AlterationError, Applied, Connector};
///
/// async fn rewind(sink: &Connector) -> Result<Applied, AlterationError> {
///     let alteration = sink.patch_offsets().sink("orders", 0, 1_000).send().await?;
///     Ok(alteration.wait().await?)
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum AlterationError {
    /// Sending failed: the request was not accepted, or it [may have been](Error::may_have_been_applied).
    Sending(Error),
    /// The request was accepted, but the wait for the alteration did not succeed.
    Waiting(WaitError),
}

impl AlterationError {
    /// The connector that the error is about; `None` when the request was about a whole cluster.
    pub fn connector(&self) -> Option<&ConnectorRef> {
        match self {
            Self::Sending(error) => error.connector(),
            Self::Waiting(error) => Some(error.connector()),
        }
    }
}

impl From<Error> for AlterationError {
    fn from(error: Error) -> Self {
        Self::Sending(error)
    }
}

impl From<WaitError> for AlterationError {
    fn from(error: WaitError) -> Self {
        Self::Waiting(error)
    }
}

impl fmt::Display for AlterationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sending(error) => error.fmt(f),
            Self::Waiting(error) => error.fmt(f),
        }
    }
}

impl StdError for AlterationError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Sending(error) => error.source(),
            Self::Waiting(error) => error.source(),
        }
    }
}
