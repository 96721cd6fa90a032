//! Exchanges an identity provider's token for a Confluent Cloud access token.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ccloud_connect_client::hooks::{ERROR_BODY_LIMIT, read_body};
use serde::Deserialize;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::{Authorization, AuthorizationFuture, Credentials, CredentialsError};
use crate::clock::{Clock, SystemClock};
use crate::endpoint::{self, BuildError, Connections, Endpoint, Http, HttpSettings, headers};
use crate::error::{ErrorBody, uncompressed};

const PATH: &str = "/sts/v1/oauth2/token";
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const SUBJECT_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:jwt";
const REQUESTED_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH_EARLY: Duration = Duration::from_secs(60);
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The future of one [`SubjectToken::subject_token`] call.
pub type SubjectTokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<String, CredentialsError>> + Send + 'a>>;

/// Supplies the identity provider's JWT, once per exchange. Closures that return a future implement this trait.
pub trait SubjectToken: Send + Sync {
    /// Returns a JWT that is valid now.
    ///
    /// # Errors
    /// [`CredentialsError`] when no token is available. The call that needs the token then fails before anything is
    /// sent.
    fn subject_token(&self) -> SubjectTokenFuture<'_>;
}

impl<F, T> SubjectToken for F
where
    F: Fn() -> T + Send + Sync,
    T: Future<Output = Result<String, CredentialsError>> + Send + 'static,
{
    fn subject_token(&self) -> SubjectTokenFuture<'_> {
        Box::pin(self())
    }
}

impl<S: SubjectToken + ?Sized> SubjectToken for Arc<S> {
    fn subject_token(&self) -> SubjectTokenFuture<'_> {
        (**self).subject_token()
    }
}

/// Credentials by STS token exchange (`POST /sts/v1/oauth2/token`). All clones of a client share one access token.
///
/// The first call that needs the token fetches it. Calls fetch a new token from one minute before the old one expires
/// (or from half of its lifetime, if that is later), and after the service has answered 401. Only one exchange runs at
/// a time, however many calls wait for it.
pub struct StsExchange {
    http: Http,
    url: String,
    identity_pool: String,
    subject: Box<dyn SubjectToken>,
    expires_in: Option<Duration>,
    clock: Arc<dyn Clock>,
    token: Mutex<Option<Token>>,
}

struct Token {
    authorization: Authorization,
    refresh_at: Duration,
}

impl StsExchange {
    /// Starts building an exchange with its required parts: the identity pool id (`pool-…`) and the source of the
    /// subject token.
    pub fn builder(
        identity_pool: impl Into<String>,
        subject: impl SubjectToken + 'static,
    ) -> StsExchangeBuilder {
        StsExchangeBuilder {
            endpoint: None,
            identity_pool: identity_pool.into(),
            subject: Box::new(subject),
            expires_in: None,
            clock: Arc::new(SystemClock),
            http: HttpSettings::default(),
        }
    }

    async fn exchange(&self) -> Result<Token, CredentialsError> {
        let subject = Zeroizing::new(self.subject.subject_token().await?);
        let seconds = self.expires_in.map(|d| d.as_secs().to_string());
        let mut form = vec![
            ("grant_type", GRANT_TYPE),
            ("subject_token", subject.as_str()),
            ("subject_token_type", SUBJECT_TOKEN_TYPE),
            ("requested_token_type", REQUESTED_TOKEN_TYPE),
            ("identity_pool_id", &self.identity_pool),
        ];
        form.extend(seconds.as_deref().map(|seconds| ("expires_in", seconds)));
        let body = serde_urlencoded::to_string(&form).map_err(|error| {
            CredentialsError::new("the token request could not be encoded").with_source(error)
        })?;
        let body = Bytes::from_owner(Zeroizing::new(body));

        let started = self.clock.monotonic();
        let client = self.http.client(Connections::Shared).await;
        let client = client.map_err(|error| CredentialsError::new(error.to_string()))?;
        let unreachable = |error: reqwest::Error| {
            let fault = endpoint::explain(&error);
            let message = format!(
                "the token exchange at {} got no answer: {}",
                self.url, fault.reason
            );
            let failed = CredentialsError::new(message).with_source(error.without_url());
            if fault.is_lasting {
                failed
            } else {
                failed.transient()
            }
        };
        let exchange = async {
            let mut response = client
                .post(&self.url)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("accept", "application/json")
                .timeout(TIME_LIMIT)
                .body(body)
                .send()
                .await?;
            let (reply, _, failure) = read_body(&mut response, ERROR_BODY_LIMIT).await;
            failure.map_or(Ok((response, reply)), Err)
        };
        let (response, reply) = exchange.await.map_err(unreachable)?;
        let status = response.status();
        if !status.is_success() {
            let secrets = Authorization::bearer(&subject).secrets();
            let said = ErrorBody::read(&reply, |text| secrets.blank(text))
                .summary()
                .unwrap_or_else(|| "no reason given".to_owned());
            let error = CredentialsError::new(format!(
                "the token exchange for identity pool {} was refused with {status}: {said}",
                self.identity_pool
            ));
            let passing = status.is_server_error() || matches!(status.as_u16(), 408 | 429);
            let wait = headers::retry_after(response.headers(), self.clock.now());
            return Err(if passing {
                error.transient().for_at_least(wait)
            } else {
                error
            });
        }
        // The message of the parser is left out, because it could quote the token.
        let unusable = || {
            CredentialsError::new(
                "the token exchange succeeded, but its reply has no access_token, or no expires_in in whole seconds",
            )
        };
        let reply = uncompressed(&reply, ERROR_BODY_LIMIT).map_err(|_| unusable())?;
        let reply: Reply = serde_json::from_slice(&reply).map_err(|_| unusable())?;
        if reply.access_token.is_empty() {
            return Err(unusable());
        }
        let life = Duration::from_secs(reply.expires_in);
        Ok(Token {
            authorization: Authorization::bearer(&Zeroizing::new(reply.access_token)),
            refresh_at: started.saturating_add(life.saturating_sub(REFRESH_EARLY).max(life / 2)),
        })
    }
}

#[derive(Deserialize)]
struct Reply {
    access_token: String,
    expires_in: u64,
}

impl Credentials for StsExchange {
    fn authorization(&self) -> AuthorizationFuture<'_> {
        Box::pin(async {
            let mut token = self.token.lock().await;
            match &*token {
                Some(current) if self.clock.monotonic() < current.refresh_at => {
                    Ok(current.authorization.clone())
                }
                _ => {
                    let fresh = self.exchange().await?;
                    Ok(token.insert(fresh).authorization.clone())
                }
            }
        })
    }

    fn refresh_after_401(&self, rejected: &Authorization) -> bool {
        // When the lock is held, a refresh is already running, and the old token need not be removed.
        if let Ok(mut token) = self.token.try_lock()
            && token
                .as_ref()
                .is_some_and(|token| token.authorization == *rejected)
        {
            *token = None;
        }
        true
    }
}

impl fmt::Debug for StsExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StsExchange")
            .field("url", &self.url)
            .field("identity_pool", &self.identity_pool)
            .finish_non_exhaustive()
    }
}

/// Settings of an [`StsExchange`].
pub struct StsExchangeBuilder {
    endpoint: Option<String>,
    identity_pool: String,
    subject: Box<dyn SubjectToken>,
    expires_in: Option<Duration>,
    clock: Arc<dyn Clock>,
    http: HttpSettings,
}

impl StsExchangeBuilder {
    /// Sets the base URL of the service; the default is [`DEFAULT_ENDPOINT`](crate::DEFAULT_ENDPOINT).
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the token lifetime to request, in whole seconds. The service allows at most 900 s, and chooses a lifetime
    /// when none is requested. The lifetime in the reply decides when the token is renewed.
    #[must_use]
    pub fn expires_in(mut self, life: Duration) -> Self {
        self.expires_in = Some(life);
        self
    }

    /// Replaces the clock that decides when the token is renewed; the default is [`SystemClock`].
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Trusts additional certificates, as [`ClientBuilder::ca_certificate`](crate::ClientBuilder::ca_certificate) does.
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn ca_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.certificates.push(pem.into());
        self
    }

    /// Sends the exchange through the proxy at `url`, as [`ClientBuilder::proxy`](crate::ClientBuilder::proxy) does.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// Changes the settings of the HTTP client, as [`ClientBuilder::http_client`](crate::ClientBuilder::http_client) does;
    /// outside semver.
    #[cfg(feature = "raw")]
    #[must_use]
    pub fn http_client(
        mut self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http.customize = Some(Arc::new(change));
        self
    }

    /// Builds the exchange. Reads the environment variables for proxies, but no file; makes no connection.
    ///
    /// # Errors
    /// When the endpoint, the proxy or a CA certificate is not acceptable, or when TLS is needed but not available.
    pub fn build(self) -> Result<StsExchange, BuildError> {
        let endpoint =
            Endpoint::parse(self.endpoint.as_deref().unwrap_or(crate::DEFAULT_ENDPOINT))?;
        Ok(StsExchange {
            http: Http::new(&endpoint, self.http)?,
            url: format!("{endpoint}{PATH}"),
            identity_pool: self.identity_pool,
            subject: self.subject,
            expires_in: self.expires_in,
            clock: self.clock,
            token: Mutex::new(None),
        })
    }
}

impl fmt::Debug for StsExchangeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StsExchangeBuilder")
            .field("identity_pool", &self.identity_pool)
            .finish_non_exhaustive()
    }
}
