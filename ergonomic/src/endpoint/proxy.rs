//! The proxy for requests to the service: the one that the program gives, or else the one from the environment.

use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::HeaderValue;
use url::{Host, Url};

use super::BuildError;

/// An HTTP proxy. Its user name and password are never shown.
#[derive(Clone)]
pub(crate) struct Proxy {
    /// Scheme, host and port.
    address: String,
    authorization: Option<HeaderValue>,
    is_loopback: bool,
}

impl Proxy {
    /// The proxy of a URL such as `http://user:password@proxy.example:3128`. `said` names the setting that contains the
    /// URL, for error messages.
    pub(crate) fn parse(text: &str, said: &str) -> Result<Self, BuildError> {
        // The URL may contain a password, so it is never repeated.
        let refuse = |reason: &str| BuildError::new(format!("{said} cannot be used: {reason}"));
        let text = text.trim();
        let all = Matcher::builder().all(text).build();
        let target = http::Uri::from_static("https://service.invalid");
        let Some(found) = all.intercept(&target) else {
            return Err(refuse(
                "it is not a URL such as http://user:password@proxy.example:3128",
            ));
        };
        let scheme = found.uri().scheme_str().unwrap_or_default();
        if !matches!(scheme, "http" | "https") {
            return Err(refuse(&format!(
                "{scheme} proxies are not supported; use an http or https proxy"
            )));
        }
        let address = found.uri().to_string();
        let url = Url::parse(&address).map_err(|error| refuse(&error.to_string()))?;
        Ok(Self {
            address: address.trim_end_matches('/').to_owned(),
            authorization: found.basic_auth().cloned(),
            is_loopback: is_loopback(&url),
        })
    }

    /// The proxy in `HTTPS_PROXY` or else in `ALL_PROXY` (upper or lower case), unless `NO_PROXY` exempts the host.
    ///
    /// # Errors
    /// When the variable contains no usable URL: the user asked for a proxy, so the variable is not ignored.
    pub(crate) fn from_env(url: &Url) -> Result<Option<Self>, BuildError> {
        let set = |names: &[&'static str]| {
            let value = |name: &&'static str| Some((*name, std::env::var_os(name)?));
            let mut values = names.iter().filter_map(value);
            values.find(|(_, value)| !value.to_string_lossy().trim().is_empty())
        };
        let text = |(name, value): (&str, std::ffi::OsString)| {
            value
                .into_string()
                .map_err(|_| BuildError::new(format!("{name} is set, but not to Unicode text")))
        };
        let Some((name, value)) = set(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
        else {
            return Ok(None);
        };
        let value = text((name, value))?;
        let exempt = set(&["NO_PROXY", "no_proxy"]).map_or(Ok(String::new()), text)?;
        let any = Matcher::builder().all("http://proxy.invalid").no(exempt);
        let target = url.as_str().parse::<http::Uri>();
        if target.is_ok_and(|target| any.build().intercept(&target).is_none()) {
            return Ok(None);
        }
        Self::parse(&value, &format!("the proxy in {name}")).map(Some)
    }

    /// Whether the proxy runs on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Whether the connection to the proxy uses TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.address.starts_with("https://")
    }

    /// The proxy as the HTTP client needs it.
    pub(crate) fn to_reqwest(&self) -> Result<reqwest::Proxy, BuildError> {
        let proxy = reqwest::Proxy::all(&self.address)
            .map_err(|error| BuildError::new(format!("the proxy cannot be used: {error}")))?;
        Ok(match &self.authorization {
            Some(value) => proxy.custom_http_auth(value.clone()),
            None => proxy,
        })
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// Whether the URL's host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Proxy;

    #[test]
    fn shows_the_address_and_never_the_password() {
        for (text, shown) in [
            ("http://proxy.example:3128", "http://proxy.example:3128"),
            (
                "https://user:hunter2@proxy.example:3129/",
                "https://proxy.example:3129",
            ),
            ("proxy.example:3128", "http://proxy.example:3128"),
        ] {
            assert_eq!(Proxy::parse(text, "the proxy").unwrap().to_string(), shown);
        }
    }

    #[test]
    fn refuses_what_would_be_passed_by_in_silence() {
        for text in [
            "ftp://user:hunter2@proxy.example",
            "http://user:hunter2@:::bad",
            "socks5://user:hunter2@proxy.example:1080",
            "hunter2 is no URL",
        ] {
            let Err(error) = Proxy::parse(text, "the proxy in HTTPS_PROXY") else {
                panic!("{text} was accepted");
            };
            let error = error.to_string();
            assert!(
                error.starts_with("the proxy in HTTPS_PROXY cannot be used"),
                "{error}"
            );
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
