//! The client: settings and the connection pool that its connectors share.

use std::fmt;
use std::sync::Arc;

use ccloud_connect_client::Client as RawClient;
use ccloud_connect_client::hooks::Hooks;
use reqwest::header::HeaderValue;

use crate::alter::{Alteration, AlterationToken};
use crate::auth::{ApiKey, Credentials};
use crate::clock::{Clock, SystemClock};
use crate::connector::Connector;
use crate::endpoint::{BuildError, DEFAULT_ENDPOINT, Endpoint};
use crate::env;
use crate::error::Result;
use crate::model::{ConnectorName, ConnectorRef, ConnectorSummary, EnvironmentId, KafkaClusterId};
use crate::transport::{ListConnectors, RateLimiter, RetryPolicy, Route, Transport};

/// A client of one endpoint with one set of credentials. Cheap to clone; clones share connections and the rate limit.
///
/// Needs a tokio runtime with time and I/O enabled when it is used, not when it is built.
#[derive(Clone)]
pub struct Client(Arc<Transport>);

impl Client {
    /// Starts building a client; credentials are required.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            endpoint: DEFAULT_ENDPOINT.to_owned(),
            credentials: None,
            retry: RetryPolicy::default(),
            user_agent: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// A client with the API key and the endpoint named by the [environment variables](crate::env), defaults for the
    /// rest.
    ///
    /// # Errors
    /// When a variable is missing or the endpoint is not acceptable. No I/O.
    pub fn from_env() -> Result<Self, BuildError> {
        let key = ApiKey::from_env().map_err(|error| BuildError::new(error.to_string()))?;
        let mut builder = Self::builder().credentials(key);
        if let Some(endpoint) = env::read(env::ENDPOINT) {
            builder = builder.endpoint(endpoint);
        }
        builder.build()
    }

    /// A handle for one connector; no I/O, and no check that it exists.
    pub fn connector(
        &self,
        environment: EnvironmentId,
        cluster: KafkaClusterId,
        connector: ConnectorName,
    ) -> Connector {
        self.connector_at(ConnectorRef::new(environment, cluster, connector))
    }

    /// A handle for the connector at `path`; no I/O, and no check that it exists.
    pub fn connector_at(&self, path: ConnectorRef) -> Connector {
        Connector::new(self.route(path))
    }

    /// The connectors of a cluster, by name: the way from an `lcc-…` id to a name.
    ///
    /// Dropping the future has no effect.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn connectors(
        &self,
        environment: &EnvironmentId,
        cluster: &KafkaClusterId,
    ) -> Result<Vec<ConnectorSummary>> {
        self.0.run(&ListConnectors(environment, cluster)).await
    }

    /// Takes up an alteration that was begun elsewhere, perhaps in another process; no I/O.
    pub fn alteration(&self, token: AlterationToken) -> Alteration {
        Alteration::taken_up(self.route(token.connector.clone()), token)
    }

    fn route(&self, connector: ConnectorRef) -> Route {
        Route {
            transport: Arc::clone(&self.0),
            connector: Arc::new(connector),
        }
    }

    /// The base URL that requests go to, without a trailing slash.
    pub fn endpoint(&self) -> String {
        self.0.endpoint.to_string()
    }

    /// The generated client under this one: no validation, no retry, no waiting. Outside semver.
    ///
    /// It carries no authorization; add one with [`Client::with_hooks`](ccloud_connect_client::Client::with_hooks).
    #[cfg(feature = "raw")]
    pub fn raw(&self) -> &RawClient {
        &self.0.raw
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.endpoint())
            .field("retry", &self.0.retry)
            .finish_non_exhaustive()
    }
}

/// Settings of a [`Client`].
#[must_use]
pub struct ClientBuilder {
    endpoint: String,
    credentials: Option<Arc<dyn Credentials>>,
    retry: RetryPolicy,
    user_agent: Option<String>,
    clock: Arc<dyn Clock>,
}

impl ClientBuilder {
    /// Who is calling. Required.
    pub fn credentials(mut self, credentials: impl Credentials + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// The base URL; the default is [`DEFAULT_ENDPOINT`]. Plain http is accepted for loopback addresses and
    /// `localhost` only.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// When and how often requests are repeated; the default is [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The product that is put before this crate's own in the `User-Agent` header, such as `acme-backup/1.2`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// Replaces the clock behind every delay and deadline; the default is [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Finishes; no I/O.
    ///
    /// # Errors
    /// When there are no credentials, the endpoint is not acceptable, or the product is not fit for a header.
    pub fn build(self) -> Result<Client, BuildError> {
        let credentials = self
            .credentials
            .ok_or_else(|| BuildError::new("the client has no credentials"))?;
        let endpoint = Endpoint::parse(&self.endpoint)?;
        let mut hooks = Hooks::new();
        if let Some(product) = self.user_agent {
            let value = format!("{product} ccloud-connect/{}", env!("CARGO_PKG_VERSION"));
            let value = HeaderValue::try_from(value).map_err(|_| {
                BuildError::new(format!("{product:?} cannot be part of a User-Agent header"))
            })?;
            hooks = hooks.with_user_agent(value);
        }
        let raw = RawClient::new_with_client(&endpoint.to_string(), endpoint.http_client()?, hooks);
        Ok(Client(Arc::new(Transport {
            raw,
            endpoint,
            credentials,
            retry: self.retry,
            limiter: RateLimiter::default(),
            clock: self.clock,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The endpoint may still hold a password that building would refuse.
        f.debug_struct("ClientBuilder")
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
