//! Where requests go, and the HTTP client that carries them there.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// The public service.
pub const DEFAULT_ENDPOINT: &str = "https://api.confluent.cloud";

/// A checked base URL without a trailing slash.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    base: String,
    loopback: bool,
}

impl Endpoint {
    pub(crate) fn parse(text: &str) -> Result<Self, BuildError> {
        // A refused URL may hold a password, so the text itself is never repeated.
        let refuse =
            |reason: &str| BuildError::new(format!("the endpoint URL cannot be used: {reason}"));
        let url = Url::parse(text.trim()).map_err(|error| refuse(&error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("it contains credentials; pass them separately"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse(
                "it has a query or a fragment; give only scheme, host, port and path",
            ));
        }
        let loopback = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            None => return Err(refuse("it has no host")),
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => {
                return Err(refuse(
                    "credentials would travel in clear text; use https (plain http is accepted for this machine only)",
                ));
            }
            _ => {
                return Err(refuse(
                    "only https, and http to this machine, are supported",
                ));
            }
        }
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            loopback,
        })
    }

    /// An HTTP client that follows no redirect. Requests to this machine pass by any proxy.
    pub(crate) fn http_client(&self) -> Result<reqwest::Client, BuildError> {
        let mut builder = ccloud_connect_client::hooks::http_client_builder();
        if self.loopback {
            builder = builder.no_proxy();
        }
        self.with_tls(builder)?.build().map_err(|error| {
            BuildError::new(format!("the HTTP client could not be set up: {error}"))
        })
    }

    /// Loading the system's certificates costs several milliseconds, so plain http gets a TLS configuration without
    /// any.
    #[cfg(feature = "rustls")]
    fn with_tls(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, BuildError> {
        use std::sync::Arc;

        let provider = Arc::new(rustls::crypto::ring::default_provider());
        if self.base.starts_with("http://") {
            let config = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|error| BuildError::new(format!("TLS could not be set up: {error}")))?
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
            return Ok(builder.tls_backend_preconfigured(config));
        }
        // An error means that the program installed a provider of its own, which then serves.
        let _ = rustls::crypto::CryptoProvider::install_default((*provider).clone());
        Ok(builder)
    }

    #[cfg(not(feature = "rustls"))]
    fn with_tls(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, BuildError> {
        if self.base.starts_with("https://") {
            return Err(BuildError::new(
                "the endpoint needs https, and this build has no TLS; enable the feature `rustls`",
            ));
        }
        Ok(builder)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// The settings of a client do not fit together; nothing was sent.
#[derive(Debug)]
pub struct BuildError {
    message: String,
}

impl BuildError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BuildError {}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn accepts_https_anywhere_and_http_on_this_machine() {
        for (text, base) in [
            (
                "https://api.confluent.cloud/",
                "https://api.confluent.cloud",
            ),
            (
                "https://proxy.example:8443/confluent/",
                "https://proxy.example:8443/confluent",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("http://localhost", "http://localhost"),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().to_string(), base);
        }
    }

    #[test]
    fn refuses_what_would_leak_or_mislead_without_repeating_it() {
        for text in [
            "http://api.confluent.cloud",
            "http://127.0.0.1.example.com",
            "https://user:hunter2@api.confluent.cloud",
            "https://api.confluent.cloud?key=hunter2",
            "ftp://api.confluent.cloud",
            "api.confluent.cloud",
            "",
        ] {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(
                error.starts_with("the endpoint URL cannot be used"),
                "{text}: {error}"
            );
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
