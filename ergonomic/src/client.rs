//! The client: the settings and the connections that all its handles share.

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "raw")]
use ccloud_connect_client::Client as RawClient;
use ccloud_connect_client::hooks::Hooks;
use reqwest::header::HeaderValue;

use crate::alter::{Alteration, AlterationToken};
use crate::auth::{ApiKey, Credentials};
use crate::clock::{Clock, SystemClock};
use crate::cluster::Cluster;
use crate::connector::Connector;
use crate::endpoint::{BuildError, DEFAULT_ENDPOINT, Endpoint, Http, HttpSettings};
use crate::env;
use crate::error::Result;
use crate::model::{ConnectorName, ConnectorRef, ConnectorSummary, EnvironmentId, KafkaClusterId};
use crate::transport::{Memory, RateLimiter, RetryPolicy, Route, Transport};

/// A client for one endpoint with one set of credentials. Clones are cheap and share connections and the rate limit.
///
/// Requests that change nothing share connections, which are kept open. A request that alters something gets a
/// connection of its own.
///
/// # Panics
/// The asynchronous methods of the client and of its handles need a tokio runtime with time and I/O enabled. Outside a
/// runtime they panic. Building a client and making handles need no runtime.
///
/// # TLS and proxies
/// [`ClientBuilder`] documents which certificates are trusted and which proxy is used, and how to change these
/// settings.
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
            http: HttpSettings::default(),
        }
    }

    /// A client with the API key and the endpoint from the [environment variables](crate::env), and defaults for
    /// everything else.
    ///
    /// # Errors
    /// When the key or the secret is missing, when a variable is not Unicode, or when the endpoint or the proxy is not
    /// acceptable. The function reads environment variables only, and no file.
    pub fn from_env() -> Result<Self, BuildError> {
        let key = ApiKey::from_env().map_err(|error| BuildError::new(error.to_string()))?;
        let mut builder = Self::builder().credentials(key);
        match env::read(env::ENDPOINT) {
            Some(endpoint) => builder = builder.endpoint(endpoint),
            // An endpoint that is not Unicode is refused: with the default endpoint, the API key would go to a server
            // that the user did not choose.
            None if std::env::var_os(env::ENDPOINT)
                .is_some_and(|value| value.to_str().is_none()) =>
            {
                return Err(BuildError::new(env::missing(env::ENDPOINT)));
            }
            None => {}
        }
        builder.build()
    }

    /// A handle for one connector. Does no I/O, and does not check that the connector exists.
    pub fn connector(
        &self,
        environment: EnvironmentId,
        cluster: KafkaClusterId,
        connector: ConnectorName,
    ) -> Connector {
        self.connector_at(ConnectorRef::new(environment, cluster, connector))
    }

    /// A handle for the connector at `path`. Does no I/O, and does not check that the connector exists.
    pub fn connector_at(&self, path: ConnectorRef) -> Connector {
        Connector::new(self.route(path))
    }

    /// A handle for one Kafka cluster and its connectors. Does no I/O, and does not check that the cluster exists.
    pub fn cluster(&self, environment: EnvironmentId, cluster: KafkaClusterId) -> Cluster {
        Cluster::new(Arc::clone(&self.0), environment, cluster)
    }

    /// Lists the connectors of a cluster, in the order of their names. The list shows which name belongs to an `lcc-…`
    /// id. The handle that [`cluster`](Self::cluster) returns also makes handles for the listed connectors.
    ///
    /// Dropping the future has no effect.
    ///
    /// # Errors
    /// When the call still fails after the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn connectors(
        &self,
        environment: &EnvironmentId,
        cluster: &KafkaClusterId,
    ) -> Result<Vec<ConnectorSummary>> {
        let cluster = self.cluster(environment.clone(), cluster.clone());
        cluster.connectors().await
    }

    /// A handle for the alteration that `token` names, which another process may have started. Does no I/O.
    pub fn alteration(&self, token: AlterationToken) -> Alteration {
        Alteration::taken_up(self.route(token.connector.clone()), token)
    }

    fn route(&self, connector: ConnectorRef) -> Route {
        Route {
            transport: Arc::clone(&self.0),
            connector: Arc::new(connector),
        }
    }

    /// The base URL of the requests, without a trailing slash.
    pub fn endpoint(&self) -> String {
        self.0.endpoint.to_string()
    }

    /// The generated client that this client uses. The generated client does not validate, retry or wait. It is outside
    /// semver.
    ///
    /// The generated client sends no `Authorization` header; add one with
    /// [`Client::with_hooks`](ccloud_connect_client::Client::with_hooks). The first use of https reads the certificate
    /// store, which blocks the thread for some milliseconds.
    ///
    /// # Errors
    /// When TLS cannot be set up, for example because no trusted certificate is found.
    #[cfg(feature = "raw")]
    pub fn raw(&self) -> Result<RawClient, BuildError> {
        Ok(self.0.raw_with(self.0.http.client_now()?))
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
///
/// # Certificates
/// TLS uses rustls with the cryptography provider that the program has installed for its process, or else with ring.
/// The library installs no provider. TLS trusts the certificates of the operating system, which are read at the first
/// request, and those given to [`ca_certificate`](Self::ca_certificate). On Unix systems other than Apple's, the
/// environment variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name another file and another folder from which the
/// system's certificates are read.
///
/// # Proxies
/// Requests to this machine do not use a proxy from the environment. Other requests use the proxy in `HTTPS_PROXY`, or
/// else in `ALL_PROXY` (upper or lower case), unless `NO_PROXY` exempts the host. The URL of a proxy can contain a user
/// name and a password: `http://user:password@proxy.example:3128`. [`proxy`](Self::proxy) overrides all these
/// variables. Proxies for http and https are supported; SOCKS proxies are not.
#[must_use]
pub struct ClientBuilder {
    endpoint: String,
    credentials: Option<Arc<dyn Credentials>>,
    retry: RetryPolicy,
    user_agent: Option<String>,
    clock: Arc<dyn Clock>,
    http: HttpSettings,
}

impl ClientBuilder {
    /// Sets the credentials, which are required. Clients can share credentials in an `Arc`, such as an
    /// `Arc<dyn Credentials>`.
    pub fn credentials(mut self, credentials: impl Credentials + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Sets the base URL; the default is [`DEFAULT_ENDPOINT`]. Plain http is accepted for loopback addresses and
    /// `localhost` only.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// Sets when and how often a request is sent again; the default is [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Adds a product, such as `acme-backup/1.2`, in front of this crate's own product in the `User-Agent` header.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// Replaces the clock used for every delay and deadline; the default is [`SystemClock`].
    ///
    /// A test and its emulator share one manual clock, so that waiting takes no time:
    ///
    #[cfg_attr(feature = "rustls", doc = "```")]
    #[cfg_attr(not(feature = "rustls"), doc = "```no_run")]
    /// use ccloud_connect::clock::ManualClock;
    /// use ccloud_connect::{ApiKey, Client};
    /// use ccloud_connect_emulator::{API_KEY, API_SECRET, CLUSTER, ENVIRONMENT, Emulator, MY_SINK};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let clock = ManualClock::default();
    /// let emulator = Emulator::builder().clock(clock.clone()).start().await?;
    /// let client = Client::builder()
    ///     .endpoint(emulator.url())
    ///     .credentials(ApiKey::new(API_KEY, API_SECRET))
    ///     .clock(clock)
    ///     .build()?;
    /// let sink = client.connector(ENVIRONMENT.parse()?, CLUSTER.parse()?, MY_SINK.parse()?);
    /// let alteration = sink.patch_offsets().sink("topic_A", 0, 5).send().await?;
    /// assert!(alteration.wait().await?.applied_at.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Trusts CA certificates in addition to those of the operating system. `pem` is PEM text with one or more
    /// certificates.
    ///
    /// A typical case is the CA of a proxy that inspects TLS.
    #[cfg(feature = "rustls")]
    pub fn ca_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.certificates.push(pem.into());
        self
    }

    /// Sends every request through the proxy at `url`, such as `http://user:password@proxy.example:3128`, and ignores
    /// the environment variables for proxies. The user name and the password appear in no error and no log.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// Changes the settings of the HTTP clients, or replaces the clients; outside semver. `change` is called at the
    /// first request and at the first alteration, with a builder that has this library's settings.
    ///
    /// Redirects and retries of the HTTP client stay off, whatever `change` sets: the guarantee of at most one accepted
    /// alteration depends on that. When `change` returns a builder of its own, errors still name the proxy of this
    /// [`ClientBuilder`] or of the environment.
    #[cfg(feature = "raw")]
    pub fn http_client(
        mut self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http.customize = Some(Arc::new(change));
        self
    }

    /// Builds the client. Reads the environment variables for proxies, but no file; makes no connection.
    ///
    /// # Errors
    /// When there are no credentials; when the endpoint, the proxy or a CA certificate is not acceptable; or when the
    /// product for the `User-Agent` header is not valid in a header.
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
        Ok(Client(Arc::new(Transport {
            http: Http::new(&endpoint, self.http)?,
            hooks,
            endpoint,
            credentials,
            retry: self.retry,
            limiter: RateLimiter::default(),
            clock: self.clock,
            memory: Memory::default(),
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The endpoint is left out, because it may contain a password: only `build` refuses such an endpoint.
        f.debug_struct("ClientBuilder")
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
