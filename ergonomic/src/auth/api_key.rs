//! Cloud API keys.

use std::fmt;

use zeroize::Zeroizing;

use super::{Authorization, AuthorizationFuture, Credentials, CredentialsError};
use crate::env;

/// A Cloud API key and its secret, sent as HTTP Basic. A key that is scoped to a Kafka cluster does not work with this
/// API.
///
/// The secret is redacted when the key is printed, and zeroized when the key is dropped.
#[derive(Clone)]
pub struct ApiKey {
    key: String,
    secret: Zeroizing<String>,
}

impl ApiKey {
    /// A key with its secret.
    pub fn new(key: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            secret: Zeroizing::new(secret.into()),
        }
    }

    /// Reads the key from `CONFLUENT_CLOUD_API_KEY` and the secret from `CONFLUENT_CLOUD_API_SECRET`.
    ///
    /// # Errors
    /// When a variable is unset, empty, or not Unicode; the message names the variables.
    pub fn from_env() -> Result<Self, CredentialsError> {
        let key = env::read(env::API_KEY);
        let secret = env::read(env::API_SECRET);
        match (key, secret) {
            (Some(key), Some(secret)) => Ok(Self::new(key, secret)),
            (key, secret) => {
                let missing: Vec<_> = [
                    (env::API_KEY, key.is_none()),
                    (env::API_SECRET, secret.is_none()),
                ]
                .into_iter()
                .filter(|(_, missing)| *missing)
                .map(|(name, _)| env::missing(name))
                .collect();
                Err(CredentialsError::new(format!(
                    "no API key: {} (create a Cloud API key with `confluent api-key create --resource cloud`)",
                    missing.join(", ")
                )))
            }
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("key", &self.key)
            .field("secret", &"[redacted]")
            .finish()
    }
}

impl Credentials for ApiKey {
    fn authorization(&self) -> AuthorizationFuture<'_> {
        Box::pin(async { Ok(Authorization::basic(&self.key, &self.secret)) })
    }
}
