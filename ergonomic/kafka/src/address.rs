//! The addresses of brokers, and the security protocol of the connection.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use crate::error::{ErrorKind, KafkaError};

/// The port that is used when an address has no port.
const DEFAULT_PORT: &str = "9092";

/// A broker's host and port. The broker's certificate must have the host as its name.
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
/// It is parsed from one address, or from several addresses with commas between them. The default port is 9092, and the default
/// protocol is `SASL_SSL`. The protocol `SASL_PLAINTEXT` sends the secret in clear text, so it is accepted for this machine only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    pub(crate) addresses: Vec<Address>,
    pub(crate) tls: bool,
}

impl FromStr for Bootstrap {
    type Err = KafkaError;

    fn from_str(text: &str) -> Result<Self, KafkaError> {
        // No message repeats an address that cannot be parsed, because the address may contain a password.
        let refused = |reason| {
            let message = format!("the bootstrap address cannot be used: {reason}");
            KafkaError::new(ErrorKind::Invalid, message)
        };
        let parts = text.split(',').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty()).map(address);
        let parts: Vec<_> = parts.collect::<Result<_, _>>().map_err(refused)?;
        let tls = parts.first().ok_or_else(|| refused("it is empty"))?.0;
        if parts.iter().any(|part| part.0 != tls) {
            return Err(refused(
                "SASL_SSL and SASL_PLAINTEXT are mixed; use one protocol for all addresses",
            ));
        }
        let addresses = parts.into_iter().map(|part| part.1).collect();
        Ok(Self { addresses, tls })
    }
}

impl fmt::Display for Bootstrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.addresses.iter().map(Address::to_string).collect();
        f.write_str(&texts.join(","))
    }
}

/// Parses one address. Returns whether it is used with TLS, and the address.
fn address(text: &str) -> Result<(bool, Address), &'static str> {
    let (protocol, rest) = text.split_once("://").unwrap_or(("SASL_SSL", text));
    let tls = match protocol.to_ascii_uppercase().as_str() {
        "SASL_SSL" => true,
        "SASL_PLAINTEXT" => false,
        _ => {
            return Err(
                "its protocol must be SASL_SSL; only this protocol checks the server and hides the secret",
            );
        }
    };
    let address = host_and_port(rest)
        .ok_or("it must be HOST:PORT, such as pkc-4nym6.us-east-1.aws.confluent.cloud:9092")?;
    let ip = address.host.parse::<IpAddr>();
    let is_here =
        address.host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback());
    if tls || is_here {
        Ok((tls, address))
    } else {
        Err(
            "the secret would travel in clear text; use SASL_SSL (SASL_PLAINTEXT is accepted for this machine only)",
        )
    }
}

fn host_and_port(text: &str) -> Option<Address> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let (host, port) = match text.rsplit_once(':') {
        Some(split) if !text.ends_with(']') => split,
        _ => (text, DEFAULT_PORT),
    };
    let ipv6 = host.strip_prefix('[').and_then(|ip| ip.strip_suffix(']'));
    let is_host = match ipv6 {
        Some(ip) => ip.parse::<Ipv6Addr>().is_ok(),
        None => {
            let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
            (1..=253).contains(&host.len()) && host.bytes().all(fits)
        }
    };
    let is_number = port.bytes().all(|b| b.is_ascii_digit());
    let port = port.parse().ok().filter(|port| *port != 0 && is_number)?;
    let host = ipv6.unwrap_or(host).to_owned();
    is_host.then_some(Address { host, port })
}
