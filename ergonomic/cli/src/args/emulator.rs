//! The options of `emulator`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use ccloud_connect_emulator::RateLimit;
use clap::Args;

use crate::text::duration;

#[derive(Debug, Args)]
pub(crate) struct Emulator {
    /// Address to listen on, such as localhost:8099 or :8099; port 0 takes any free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8099", value_parser = listen)]
    pub(crate) listen: SocketAddr,
    /// YAML file with the environments, clusters and connectors, or - for standard input [default: the built-in seed]
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// Print the built-in seed and exit; edit it to make a seed of your own
    #[arg(long, conflicts_with = "seed")]
    pub(crate) print_seed: bool,
    /// Let time pass this many times faster than in reality, so that alterations end sooner
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    pub(crate) speed: f64,
    /// Switch an assumption about the service, such as busy=bad_request; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) assume: Vec<String>,
    /// Serve at most this many requests in this time, such as 10/1s, and answer further requests with 429
    #[arg(long, value_name = "REQUESTS/TIME", value_parser = rate_limit)]
    pub(crate) rate_limit: Option<RateLimit>,
    /// Accept the bearer token in this file as well as the API key
    #[arg(long, value_name = "FILE")]
    pub(crate) bearer_token_file: Option<PathBuf>,
    /// Serve everything below this path, such as /api
    #[arg(
        long,
        value_name = "PATH",
        default_value = "",
        hide_default_value = true,
        value_parser = base_path
    )]
    pub(crate) base_path: String,
    /// Serve the connectors of a self-managed Kafka Connect instead of simulated ones. URL is the base URL of a worker; may
    /// be repeated for further workers
    #[arg(long, value_name = "URL", conflicts_with_all = ["seed", "print_seed"])]
    pub(crate) backend: Vec<String>,
}

/// Parses an address as people write it. Without a host, the host is this machine's loopback address.
fn listen(text: &str) -> Result<SocketAddr, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    if (host.is_empty() || host.eq_ignore_ascii_case("localhost"))
        && let Ok(port) = port.parse()
    {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    text.parse()
        .map_err(|_| "expected an address with a port, such as 127.0.0.1:8099 or :8099".to_owned())
}

fn rate_limit(text: &str) -> Result<RateLimit, String> {
    let form = "expected REQUESTS/TIME, such as 10/1s, with both above 0";
    let (requests, window) = text.split_once('/').ok_or(form)?;
    let (requests, window) = (requests.parse().ok(), duration::parse(window)?);
    match requests {
        Some(requests @ 1..) if !window.is_zero() => Ok(RateLimit::new(requests, window)),
        _ => Err(form.to_owned()),
    }
}

/// Accepts a path whose characters need no escapes in a URL.
fn base_path(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    match text.chars().all(is_plain) && !text.contains("..") {
        true => Ok(text.to_owned()),
        false => Err(
            "expected a path such as /api, of letters, digits, `-`, `.`, `_`, `~` and `/`"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        for (text, address) in [
            ("127.0.0.1:8099", "127.0.0.1:8099"),
            ("localhost:8099", "127.0.0.1:8099"),
            (":8099", "127.0.0.1:8099"),
            ("8099", "127.0.0.1:8099"),
            ("0.0.0.0:0", "0.0.0.0:0"),
            ("[::1]:7", "[::1]:7"),
        ] {
            assert_eq!(listen(text), Ok(address.parse().unwrap()), "{text}");
        }
        for text in ["", ":", "example.com:1", "127.0.0.1", "localhost:70000"] {
            assert!(listen(text).is_err(), "{text}");
        }
    }
}
