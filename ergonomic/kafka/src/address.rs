//! Addresses of brokers, and the security protocol.

use std::fmt;
use std::str::FromStr;

use crate::error::{ErrorKind, KafkaError};

/// The port when an address has none.
const DEFAULT_PORT: u16 = 9092;

/// A broker's host and port. The host is also the name that its certificate must have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// The bootstrap addresses of a cluster, such as `SASL_SSL://pkc-4nym6.us-east-1.aws.confluent.cloud:9092`.
///
/// Parses from one address, or from several with commas between them. The default port is 9092, the default protocol `SASL_SSL`.
/// `SASL_PLAINTEXT`, which sends the secret in clear text, is accepted for this machine only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    pub(crate) addresses: Vec<Address>,
    pub(crate) tls: bool,
}

impl FromStr for Bootstrap {
    type Err = KafkaError;

    fn from_str(text: &str) -> Result<Self, KafkaError> {
        let mut addresses = Vec::new();
        let mut tls = None;
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            // An address that cannot be read may contain a password, so the message does not repeat it.
            let refuse = |reason: &str| {
                KafkaError::new(
                    ErrorKind::Invalid,
                    format!("the bootstrap address cannot be used: {reason}"),
                )
            };
            let (protocol, rest) = part.split_once("://").unwrap_or(("SASL_SSL", part));
            let is_tls = match protocol.to_ascii_uppercase().as_str() {
                "SASL_SSL" => true,
                "SASL_PLAINTEXT" => false,
                _ => {
                    return Err(refuse(
                        "its protocol must be SASL_SSL; only that one checks the server and hides the secret",
                    ));
                }
            };
            if *tls.get_or_insert(is_tls) != is_tls {
                return Err(refuse("SASL_SSL and SASL_PLAINTEXT stand side by side"));
            }
            let address = host_and_port(rest).ok_or_else(|| {
                refuse("it must be HOST:PORT, such as pkc-4nym6.us-east-1.aws.confluent.cloud:9092")
            })?;
            if !is_tls && !is_this_machine(&address.host) {
                return Err(refuse(
                    "the secret would travel in clear text; use SASL_SSL (SASL_PLAINTEXT is accepted for this machine only)",
                ));
            }
            addresses.push(address);
        }
        match tls {
            Some(tls) => Ok(Self { addresses, tls }),
            None => Err(KafkaError::new(
                ErrorKind::Invalid,
                "the bootstrap address is empty",
            )),
        }
    }
}

impl fmt::Display for Bootstrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.addresses.iter().map(Address::to_string).collect();
        f.write_str(&texts.join(","))
    }
}

fn host_and_port(text: &str) -> Option<Address> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        let port = match rest {
            "" => None,
            rest => Some(rest.strip_prefix(':')?),
        };
        (host, port)
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let is_host_byte = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
    if host.is_empty() || host.len() > 253 || !host.bytes().all(is_host_byte) {
        return None;
    }
    let port = match port {
        None => DEFAULT_PORT,
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => port.parse().ok()?,
        Some(_) => return None,
    };
    Some(Address {
        host: host.to_owned(),
        port,
    })
    .filter(|address| address.port != 0)
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_service_and_people_write() {
        for (text, expected, tls) in [
            ("SASL_SSL://pkc-1.example:9092", "pkc-1.example:9092", true),
            ("pkc-1.example", "pkc-1.example:9092", true),
            (
                " a.example:1 , sasl_ssl://b.example:2,",
                "a.example:1,b.example:2",
                true,
            ),
            ("[::1]:9", "[::1]:9", true),
            ("[::1]", "[::1]:9092", true),
            ("SASL_PLAINTEXT://127.0.0.1:9", "127.0.0.1:9", false),
            ("SASL_PLAINTEXT://localhost:9/", "localhost:9", false),
        ] {
            let read: Bootstrap = text.parse().unwrap();
            assert_eq!((read.to_string().as_str(), read.tls), (expected, tls));
        }
    }

    #[test]
    fn refuses_what_would_leak_without_repeating_it() {
        for text in [
            "",
            ",",
            "SASL_PLAINTEXT://broker.example:9092",
            "SASL_PLAINTEXT://127.0.0.1.example.com:9092",
            "PLAINTEXT://localhost:9092",
            "https://pkc-1.example:443",
            "SASL_SSL://a:1,SASL_PLAINTEXT://localhost:1",
            "SASL_SSL://key:hunter2@pkc-1.example:9092",
            "host:0",
            "host:70000",
            "host:+1",
            "::1",
            "[zz]:1",
            "a b:1",
        ] {
            let error = text.parse::<Bootstrap>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{text}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
