//! Tests which certificates the library trusts, and its message when it does not trust a certificate.

mod support;

use ccloud_connect::ErrorKind;
use ccloud_connect_emulator as emulator;
use support::{Ca, builder, proxy, saying, self_signed, sink, tls};

#[tokio::test]
async fn a_ca_of_ones_own_is_trusted_once_it_is_given() {
    let emulator = support::emulator().await;
    let (ca, other) = (Ca::new(), Ca::new());
    let address = tls(ca.server("localhost", 2100), emulator.address()).await;
    let both = format!("{}{}", other.pem, ca.pem);
    let sink = sink(builder(address).ca_certificate(both));
    sink.offsets().await.unwrap();
    let sent = sink.patch_offsets().sink("topic_A", 0, 5).send().await;
    sent.unwrap().wait().await.unwrap();
}

#[tokio::test]
async fn faults_of_tls_are_told_once_and_in_words() {
    let emulator = support::emulator().await;
    let ca = Ca::new();
    let upstream = emulator.address();
    let alert: &[u8] = &[0x15, 3, 1, 0, 2, 2, 70];
    for (address, reason) in [
        (
            tls(Ca::new().server("localhost", 2100), upstream).await,
            "its certificate is signed by a CA that is not trusted here",
        ),
        (
            tls(self_signed("localhost", false), upstream).await,
            "its certificate is signed by a CA that is not trusted here",
        ),
        (
            tls(self_signed("localhost", true), upstream).await,
            "its certificate is a CA certificate, which is not valid for a server",
        ),
        (
            tls(ca.server("localhost", 2021), upstream).await,
            "its certificate expired at 2021-01-01T00:00:00Z",
        ),
        (
            tls(ca.server("connect.example", 2100), upstream).await,
            "its certificate is for connect.example",
        ),
        (
            saying(alert).await,
            "the server at this address does not support TLS 1.2 or 1.3",
        ),
        (
            upstream,
            "the server at this address does not use TLS; it may use plain http",
        ),
    ] {
        let error = sink(builder(address).ca_certificate(ca.pem.as_str()))
            .offsets()
            .await
            .unwrap_err();
        let text = error.to_string();
        let said = format!(
            "no connection could be made to https://localhost:{}: {reason}",
            address.port()
        );
        assert!(text.contains(&said), "{text}");
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::NotSent, 1),
            "{text}"
        );
        assert!(!error.is_transient(), "{text}");
    }
}

#[tokio::test]
async fn certificates_that_cannot_be_used_are_told_at_once() {
    for pem in [
        "",
        "junk",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let built = builder(([127, 0, 0, 1], 1).into())
            .ca_certificate(pem)
            .build();
        let error = built.unwrap_err().to_string();
        assert!(
            error.starts_with("the CA certificate cannot be used: "),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password() {
    let emulator = support::emulator().await;
    let ca = Ca::new();
    let service = tls(ca.server("connect.example", 2100), emulator.address()).await;
    let proxy = proxy("user:hunter2-hunter2", service).await;
    let reach = |user: &str| {
        let builder = builder(service).endpoint("https://connect.example");
        sink(
            builder
                .ca_certificate(ca.pem.as_str())
                .proxy(format!("http://{user}{proxy}")),
        )
    };
    reach("user:hunter2-hunter2@").offsets().await.unwrap();
    for wrong in ["", "user:wrong-password@"] {
        let error = reach(wrong).offsets().await.unwrap_err();
        let text = error.to_string();
        let said = format!(
            "no connection could be made to https://connect.example through the proxy http://{proxy}: the proxy requires a \
             user name and a password (407)"
        );
        assert!(text.contains(&said), "{text}");
        assert!(!error.is_transient() && error.attempts() == 1, "{text}");
        assert!(
            !format!("{text} {error:?}").contains("wrong-password"),
            "{error:?}"
        );
    }
}

/// When the library lacks a setting, a program can pass a function that changes the builder of the HTTP client. Semver does
/// not cover this part of the API.
#[tokio::test]
async fn an_http_client_of_ones_own() {
    let emulator = support::emulator().await;
    let ca = Ca::new();
    let service = tls(ca.server("connect.example", 2100), emulator.address()).await;
    let builder = builder(service)
        .endpoint("https://connect.example")
        .ca_certificate(ca.pem.as_str())
        .http_client(move |builder| {
            builder
                .no_proxy()
                .resolve("connect.example", service)
                .redirect(reqwest::redirect::Policy::limited(9))
        });
    // The endpoint names no port, so the client uses the port of the address to which the name resolves.
    let sink = sink(builder);
    sink.offsets().await.unwrap();
    let redirect =
        emulator::Fault::status(302).header("Location", "https://connect.example/elsewhere");
    emulator.fault(emulator::Operation::ReadOffsets, redirect);
    let error = sink.offsets().await.unwrap_err();
    assert_eq!(error.status(), Some(302));
}
