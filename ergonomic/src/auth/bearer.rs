//! Bearer tokens that the program gets by itself.

use std::fmt;

use super::{Authorization, AuthorizationFuture, Credentials};

/// A fixed bearer token, such as an STS access token obtained by other means. It is never refreshed.
#[derive(Clone)]
pub struct BearerToken(Authorization);

impl BearerToken {
    /// Wraps the token, without the word `Bearer`.
    pub fn new(token: impl AsRef<str>) -> Self {
        Self(Authorization::bearer(token.as_ref()))
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken([redacted])")
    }
}

impl Credentials for BearerToken {
    fn authorization(&self) -> AuthorizationFuture<'_> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}
