//! Decides who may use the control: programs on this machine, and callers with the emulator's key. Requests from web pages of
//! other origins are refused, even if they have the key.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{FORWARDED, HOST, ORIGIN, VIA};
use http::request::Parts;

use super::command::ControlError;

/// Refuses callers that may not use the control. With `open`, a caller on this machine needs no key.
pub(super) fn admit(
    head: &Parts,
    peer: IpAddr,
    has_key: bool,
    open: bool,
) -> Result<(), ControlError> {
    let forbidden = |message: &str| Err(ControlError::new(403, message));
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let host = head.uri.authority().map(http::uri::Authority::as_str);
    let Some(host) = host.or_else(|| header(HOST)).filter(|host| is_own(host)) else {
        // A name with dots may be a foreign domain that resolves to this address. Web pages of that domain could otherwise send
        // requests to the control.
        return forbidden(
            "the Host must be an IP address or a name without dots, such as localhost",
        );
    };
    let same = format!("http://{host}");
    if head.headers.contains_key(ORIGIN) && header(ORIGIN) != Some(&*same) {
        return forbidden("a web page of another origin may not use the control");
    }
    let site = head.headers.get("sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return forbidden("a web page of another site may not use the control");
    }
    let local = peer.to_canonical().is_loopback() && !is_forwarded(&head.headers);
    if has_key || (open && local) {
        return Ok(());
    }
    Err(ControlError::new(
        401,
        "the control requires the emulator's key; with a simulated world, programs on the same machine need none",
    ))
}

/// Whether the host is an IP address, or a name without dots, which only a local network can resolve.
fn is_own(host: &str) -> bool {
    let Ok(authority) = host.parse::<http::uri::Authority>() else {
        return false;
    };
    let name = authority.host();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    address.parse::<IpAddr>().is_ok() || !(name.is_empty() || name.contains(['.', '[']))
}

/// Whether a proxy has forwarded the request.
fn is_forwarded(headers: &HeaderMap) -> bool {
    let by_proxy = [
        FORWARDED.as_str(),
        VIA.as_str(),
        "x-forwarded-for",
        "x-real-ip",
    ];
    by_proxy.iter().any(|name| headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_this_machine_and_holders_of_the_key_are_let_in() {
        for case in [
            // Each case has: the address of the caller; whether the caller has the key; whether callers on this machine need
            // the key (closed) or not (open); the headers; and the status of the refusal, or ok.
            "127.0.0.1 - open host=127.0.0.1:8099 ok",
            "::1 - open host=[::1]:8099 ok",
            "::ffff:127.0.0.1 - open host=localhost ok",
            "10.0.0.7 key open host=emulator:8099 ok",
            "127.0.0.1 key closed host=127.0.0.1:8099 ok",
            "127.0.0.1 - closed host=127.0.0.1:8099 401",
            "10.0.0.7 - open host=127.0.0.1:8099 401",
            "127.0.0.1 - open host=localhost,x-forwarded-for=1.2.3.4 401",
            "127.0.0.1 - open host=localhost,x-real-ip=1.2.3.4 401",
            "127.0.0.1 - open host=localhost,via=1.1-proxy 401",
            "127.0.0.1 - open host=localhost,forwarded=for 401",
            // Web pages whose host name resolves to this address, and web pages of other origins.
            "127.0.0.1 key open host=evil.example:8099 403",
            "127.0.0.1 key open host=localhost.evil.example 403",
            "127.0.0.1 key open host=user@127.0.0.1.evil.example 403",
            "127.0.0.1 key open - 403",
            "127.0.0.1 key open host=localhost,origin=null 403",
            "127.0.0.1 key open host=localhost,origin=http://localhost:3000 403",
            "127.0.0.1 key open host=localhost,sec-fetch-site=cross-site 403",
            "127.0.0.1 - open host=localhost,origin=http://localhost,sec-fetch-site=same-origin ok",
        ] {
            let words: Vec<&str> = case.split(' ').collect();
            let [peer, key, access, headers, status] = words[..] else {
                panic!("{case}");
            };
            let mut request = http::Request::builder().uri("/emulator/v1/clock");
            for (name, value) in headers.split(',').filter_map(|pair| pair.split_once('=')) {
                request = request.header(name, value);
            }
            let (head, ()) = request.body(()).unwrap().into_parts();
            let peer = peer.parse().unwrap();
            let refused = admit(&head, peer, key == "key", access == "open").err();
            let seen = refused.map_or("ok".to_owned(), |error| error.status.to_string());
            assert_eq!(seen, status, "{case}");
        }
    }
}
