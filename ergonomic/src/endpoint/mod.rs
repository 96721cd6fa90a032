//! The base URL, the proxy, the trusted certificates, and the HTTP clients made from them.
//!
//! Settings are checked when a client is built. Files are read and connections are made at the first use of the client.
//! This folder does not touch the content of requests, and reads only the headers of answers.

mod fault;
pub(crate) mod headers;
mod http;
mod proxy;
#[cfg(feature = "rustls")]
mod tls;

use std::fmt;

use url::Url;

pub(crate) use fault::explain;
pub(crate) use http::{Connections, Http, HttpSettings};
use proxy::Proxy;

/// The URL of the public service.
pub const DEFAULT_ENDPOINT: &str = "https://api.confluent.cloud";

/// A checked base URL, which is printed without a trailing slash.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    url: Url,
    is_loopback: bool,
}

impl Endpoint {
    pub(crate) fn parse(text: &str) -> Result<Self, BuildError> {
        // The text of a refused URL may contain a password, so it is never repeated.
        let refuse =
            |reason: &str| BuildError::new(format!("the endpoint URL cannot be used: {reason}"));
        let scheme =
            "it must begin with https://; http:// is accepted only for a server on this machine";
        let url = Url::parse(text.trim()).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => refuse(scheme),
            error => refuse(&error.to_string()),
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("it contains credentials; pass them separately"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse(
                "it has a query or a fragment; give only scheme, host, port and path",
            ));
        }
        if url.host().is_none() {
            // A URL such as localhost:8080 has no host, because `localhost` is read as its scheme.
            return Err(refuse(scheme));
        }
        let is_loopback = proxy::is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            "http" => {
                return Err(refuse(
                    "credentials would travel in clear text; use https (plain http is accepted for this machine only)",
                ));
            }
            _ => return Err(refuse(scheme)),
        }
        Ok(Self { url, is_loopback })
    }

    fn url(&self) -> &Url {
        &self.url
    }

    fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

/// The settings of a client cannot be used; nothing was sent.
#[derive(Clone, Debug)]
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
            "localhost:8080",
            "127.0.0.1:8080",
            "",
        ] {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(
                error.starts_with("the endpoint URL cannot be used"),
                "{text}: {error}"
            );
            assert!(!error.contains("hunter2"), "{error}");
            assert!(!error.contains("relative"), "{error}");
        }
    }
}
