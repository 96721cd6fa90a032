//! Credentials, and the `Authorization` header made from them.
//!
//! Secrets are redacted when they are printed, and removed from answers that repeat them. Other modules decide how a
//! request is sent, and when it is sent again.

mod api_key;
mod bearer;
mod echo;
mod sts;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

pub use api_key::ApiKey;
pub use bearer::BearerToken;
pub(crate) use echo::Secrets;
pub use sts::{StsExchange, StsExchangeBuilder, SubjectToken, SubjectTokenFuture};

/// The future of one [`Credentials::authorization`] call.
pub type AuthorizationFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Authorization, CredentialsError>> + Send + 'a>>;

/// Supplies the authorization of each request. Implement this trait to fetch credentials from your own store.
///
/// [`authorization`](Self::authorization) is called once per attempt, so an implementation that does I/O should cache
/// the result. All clones of a client share the credentials and call them concurrently.
pub trait Credentials: Send + Sync {
    /// The authorization for the next request.
    ///
    /// # Errors
    /// [`CredentialsError`] when no credentials are available. The call then fails before anything is sent.
    fn authorization(&self) -> AuthorizationFuture<'_>;

    /// Called after the service answered 401 to a request with the authorization `rejected`.
    ///
    /// Return `true` when the next call of [`authorization`](Credentials::authorization) may return another value: the
    /// client then sends the refused request once more. The default is `false`.
    fn refresh_after_401(&self, rejected: &Authorization) -> bool {
        let _ = rejected;
        false
    }
}

/// Implements [`Credentials`] for a pointer to credentials, including a trait object.
macro_rules! forwarded {
    ($($pointer:ty),*) => {
        $(impl<C: Credentials + ?Sized> Credentials for $pointer {
            fn authorization(&self) -> AuthorizationFuture<'_> {
                (**self).authorization()
            }

            fn refresh_after_401(&self, rejected: &Authorization) -> bool {
                (**self).refresh_after_401(rejected)
            }
        })*
    };
}

forwarded!(Box<C>, Arc<C>);

/// The value of an `Authorization` header. It is redacted when printed, and its own memory is overwritten when it is
/// dropped.
///
/// The HTTP stack makes a copy for each request. The copy is marked as sensitive, but its memory is not overwritten.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization(Zeroizing<String>);

impl Authorization {
    /// The authorization by HTTP Basic with a Cloud API key and its secret.
    pub fn basic(key: &str, secret: &str) -> Self {
        let pair = Zeroizing::new(format!("{key}:{secret}"));
        let encoded =
            Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(pair.as_bytes()));
        Self(Zeroizing::new(format!("Basic {}", encoded.as_str())))
    }

    /// The authorization by a bearer token.
    pub fn bearer(token: &str) -> Self {
        Self(Zeroizing::new(format!("Bearer {token}")))
    }

    /// Whether this is HTTP Basic, as for an API key.
    pub(crate) fn is_basic(&self) -> bool {
        self.0.starts_with("Basic ")
    }

    /// The secrets that are removed from an answer before any of it is printed.
    pub(crate) fn secrets(&self) -> Secrets {
        Secrets::of(self)
    }

    /// The header value; `None` when the text has characters that a header cannot contain.
    pub(crate) fn header_value(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&self.0).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.0.split(' ').next().unwrap_or_default();
        write!(f, "Authorization({scheme} [redacted])")
    }
}

/// No authorization could be obtained; nothing was sent to the Connect API.
#[derive(Debug)]
pub struct CredentialsError {
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    transient: bool,
    retry_after: Option<Duration>,
}

impl CredentialsError {
    /// An error with a message for people. The message must not contain a secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
            transient: false,
            retry_after: None,
        }
    }

    /// Adds the cause, which `source` then returns.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Marks the failure as temporary: the call is then retried like a failed connection. By default a failure is
    /// permanent.
    #[must_use]
    pub fn transient(mut self) -> Self {
        self.transient = true;
        self
    }

    /// Sets the shortest time for which the failure lasts; `None` when it is not known.
    pub(crate) fn for_at_least(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    pub(crate) fn is_transient(&self) -> bool {
        self.transient
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CredentialsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
