//! The HTTP clients that carry requests to an endpoint, created at their first use.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::{BuildError, Endpoint, Proxy};

/// Changes the settings of an HTTP client; see `ClientBuilder::http_client`.
pub(crate) type Customize =
    Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// The settings of connections that the program can change.
#[derive(Clone, Default)]
pub(crate) struct HttpSettings {
    /// The URL of the proxy; `None` when environment variables determine the proxy.
    pub(crate) proxy: Option<String>,
    /// PEM texts with certificates to trust, in addition to those of the operating system.
    #[cfg(feature = "rustls")]
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) customize: Option<Customize>,
}

/// Which connections a request may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connections {
    /// Connections that earlier requests left open.
    Shared,
    /// A new connection for this request. On a shared connection that the server has closed in the meantime, it would
    /// be unknown whether the request arrived.
    Own,
}

/// The HTTP clients of one endpoint. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Http(Arc<Inner>);

struct Inner {
    /// Whether TLS is used for the service or for the proxy.
    speaks_tls: bool,
    proxy: Option<Proxy>,
    #[cfg(feature = "rustls")]
    certificates: Vec<rustls::pki_types::CertificateDer<'static>>,
    #[cfg(feature = "rustls")]
    tls: OnceLock<rustls::ClientConfig>,
    customize: Option<Customize>,
    shared: OnceLock<reqwest::Client>,
    own: OnceLock<reqwest::Client>,
    /// Held while a client is created, so that the certificate store is read once.
    making: Mutex<()>,
}

impl Http {
    /// Checks the settings; reads only environment variables.
    pub(crate) fn new(endpoint: &Endpoint, settings: HttpSettings) -> Result<Self, BuildError> {
        let proxy = match &settings.proxy {
            Some(url) => Some(Proxy::parse(url, "the proxy")?),
            // Requests to this machine do not use the proxy of the environment.
            None if endpoint.is_loopback() => None,
            None => Proxy::from_env(endpoint.url())?,
        };
        if let Some(proxy) = &proxy
            && !endpoint.is_https()
            && !proxy.is_loopback()
        {
            return Err(BuildError::new(
                "the proxy cannot be used: credentials would travel to it in clear text; use an https endpoint",
            ));
        }
        if cfg!(not(feature = "rustls")) && endpoint.is_https() && settings.customize.is_none() {
            return Err(BuildError::new(
                "the endpoint needs https, and this build has no TLS; enable the feature `rustls`",
            ));
        }
        #[cfg(feature = "rustls")]
        let certificates = settings
            .certificates
            .iter()
            .map(|pem| super::tls::certificates(pem))
            .collect::<Result<Vec<_>, _>>()?
            .concat();
        Ok(Self(Arc::new(Inner {
            speaks_tls: endpoint.is_https() || proxy.as_ref().is_some_and(Proxy::is_https),
            proxy,
            #[cfg(feature = "rustls")]
            certificates,
            #[cfg(feature = "rustls")]
            tls: OnceLock::new(),
            customize: settings.customize,
            shared: OnceLock::new(),
            own: OnceLock::new(),
            making: Mutex::new(()),
        })))
    }

    /// The proxy that requests go through, if there is one.
    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        self.0.proxy.as_ref()
    }

    /// The HTTP client for requests that use `connections`. The first use of https reads the certificate store, on a
    /// thread where blocking is allowed.
    pub(crate) async fn client(
        &self,
        connections: Connections,
    ) -> Result<reqwest::Client, BuildError> {
        let inner = &self.0;
        if let Some(client) = inner.slot(connections).get() {
            return Ok(client.clone());
        }
        if !inner.speaks_tls {
            return inner.make(connections);
        }
        let inner = Arc::clone(inner);
        tokio::task::spawn_blocking(move || inner.make(connections))
            .await
            .unwrap_or_else(|error| {
                Err(BuildError::new(format!(
                    "the HTTP client could not be set up: {error}"
                )))
            })
    }

    /// The HTTP client for requests that share connections. Blocks the current thread when it reads the certificate
    /// store.
    #[cfg(feature = "raw")]
    pub(crate) fn client_now(&self) -> Result<reqwest::Client, BuildError> {
        self.0.make(Connections::Shared)
    }
}

impl Inner {
    fn slot(&self, connections: Connections) -> &OnceLock<reqwest::Client> {
        match connections {
            Connections::Shared => &self.shared,
            Connections::Own => &self.own,
        }
    }

    /// The HTTP client for `connections`, which is created at the first call. A failure is not stored, so the next call
    /// tries again.
    fn make(&self, connections: Connections) -> Result<reqwest::Client, BuildError> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = self.slot(connections);
        if let Some(client) = slot.get() {
            return Ok(client.clone());
        }
        let mut builder = ccloud_connect_client::hooks::http_client_builder().no_proxy();
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.to_reqwest()?);
        }
        builder = self.with_tls(builder)?;
        if let Some(customize) = &self.customize {
            // These settings override those of the caller, because the guarantee of at most one accepted alteration
            // depends on them.
            builder = customize(builder)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never());
        }
        if connections == Connections::Own {
            builder = builder.pool_max_idle_per_host(0);
        }
        let client = builder.build().map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            let cause = cause.unwrap_or_else(|| error.to_string());
            BuildError::new(format!("the HTTP client could not be set up: {cause}"))
        })?;
        Ok(slot.get_or_init(|| client).clone())
    }

    #[cfg(feature = "rustls")]
    fn with_tls(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, BuildError> {
        let config = match self.tls.get() {
            Some(config) => config.clone(),
            None if self.speaks_tls => {
                let config = super::tls::config(&self.certificates)?;
                self.tls.get_or_init(|| config).clone()
            }
            None => super::tls::unused()?,
        };
        Ok(builder.tls_backend_preconfigured(config))
    }

    #[cfg(not(feature = "rustls"))]
    #[allow(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "the same signature as with TLS"
    )]
    fn with_tls(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, BuildError> {
        Ok(builder)
    }
}
