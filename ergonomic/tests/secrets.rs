//! No secret may appear in the library's `Debug` output, logs or errors.
//!
//! This is a separate test program, because logging is configured once for a process.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ccloud_connect::auth::{Authorization, StsExchange};
use ccloud_connect::{ApiKey, BearerToken, Client, Connector, RetryPolicy};
use ccloud_connect_emulator::{self as emulator, Emulator, Fault, Operation};
use tracing_subscriber::fmt::MakeWriter;

const SECRET: &str = "s3cr3t-hunter2";
/// Base64 of `KEY:s3cr3t-hunter2`, which the `Authorization` header contains.
const ENCODED: &str = "S0VZOnMzY3IzdC1odW50ZXIy";

/// Asserts that a text is not empty and does not contain the first eight characters of a secret.
fn assert_clean(what: &str, text: &str) {
    assert!(!text.is_empty(), "{what} printed nothing");
    for secret in [SECRET, ENCODED] {
        assert!(!text.contains(&secret[..8]), "{what}: {text}");
    }
}

#[test]
fn debug_is_redacted() {
    let key = ApiKey::new("KEY", SECRET);
    assert_clean("ApiKey", &format!("{key:?}"));
    assert_clean("BearerToken", &format!("{:?}", BearerToken::new(SECRET)));
    assert_clean(
        "basic",
        &format!("{:?}", Authorization::basic("KEY", SECRET)),
    );
    assert_clean("bearer", &format!("{:?}", Authorization::bearer(SECRET)));
    let builder = Client::builder()
        .credentials(key)
        .endpoint(format!("https://user:{SECRET}@example.com"));
    assert_clean("ClientBuilder", &format!("{builder:?}"));
    assert_clean("BuildError", &format!("{:?}", builder.build().unwrap_err()));
    let exchange = StsExchange::builder("pool-1", || async { Ok(SECRET.to_owned()) });
    assert_clean("StsExchangeBuilder", &format!("{exchange:?}"));
    let local = "http://127.0.0.1:1";
    let exchange = exchange.endpoint(local).build().unwrap();
    assert_clean("StsExchange", &format!("{exchange:?}"));
    let client = Client::builder()
        .credentials(ApiKey::new("KEY", SECRET))
        .endpoint(local)
        .proxy(format!("http://user:{SECRET}@127.0.0.1:2"))
        .build()
        .unwrap();
    assert_clean("Client", &format!("{client:?}"));
}

fn sink(client: &Client) -> Connector {
    client.connector(
        emulator::ENVIRONMENT.parse().unwrap(),
        emulator::CLUSTER.parse().unwrap(),
        emulator::MY_SINK.parse().unwrap(),
    )
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_in_logs_at_trace_level_nor_in_errors() {
    // Without the feature `rustls` the library brings no TLS provider, but another package in the build needs one.
    #[cfg(not(feature = "rustls"))]
    let _ = rustls::crypto::ring::default_provider().install_default();
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let emulator = Emulator::builder().start().await.unwrap();
    let client = Client::builder()
        .endpoint(emulator.url())
        .credentials(ApiKey::new("KEY", SECRET))
        .retry(RetryPolicy::none().attempt_timeout(Duration::from_millis(100)))
        .build()
        .unwrap();
    let sink = sink(&client);
    let echo = format!("Basic {ENCODED} and {SECRET}");
    let page = format!("<html><head><title>{echo}</title></head><body>{echo}</body></html>");
    let escaped = format!(
        r#"{{"error":{{"code":"{echo}","message":"{}"}}}}"#,
        ENCODED.replace('1', "\\u0031")
    );
    for fault in [
        Fault::act(),
        Fault::reset_before_body(),
        Fault::hang(),
        Fault::status(500),
        Fault::status(500).body(format!(r#"{{"message":"got {echo}"}}"#)),
        Fault::status(400).body(format!("{}{echo}", "x".repeat(290))),
        Fault::status(403).html(page.clone()),
        Fault::status(404).body(escaped),
        Fault::status(502).header("x-request-id", &echo),
        Fault::status(502).header("x-request-id", SECRET),
        Fault::status(502).header("x-request-id", &format!("{}{echo}", "x".repeat(120))),
        Fault::status(500).body(echo.clone()).gzip(),
        // The answers below have a success status, but the library cannot read them. Its error must not reveal the secret either.
        Fault::status(200).body(echo.clone()),
        Fault::status(200).body(format!("{} {echo}", "x".repeat(40))),
        Fault::status(200).body(format!("{} {echo}", "x".repeat(48))),
        Fault::status(200).body(format!(r#"{{"{}{echo}":7,"offsets":7}}"#, "x".repeat(290))),
        Fault::status(200).html(page),
        Fault::status(200).body(format!(r#"{{"offsets":"{echo}"}}"#)),
    ] {
        emulator.fault(Operation::ReadOffsets, fault);
        let error = sink.offsets().await.unwrap_err();
        let body = error.body().unwrap_or(b"none");
        assert_clean("body", &format!("body {}", String::from_utf8_lossy(body)));
        assert_clean("the request id", error.request_id().unwrap_or("none"));
        assert_clean("Display", &error.to_string());
        assert_clean("Debug", &format!("{error:?}"));
        let mut source: Option<&dyn std::error::Error> = std::error::Error::source(&error);
        while let Some(inner) = source {
            assert_clean("source", &format!("{inner} {inner:?}"));
            source = inner.source();
        }
    }
    // Nor must a success that can be read.
    let status = format!(
        r#"{{"request":{{"id":"lcc-1","name":"{}","type":"PATCH","requested_at":"2024-02-20T15:14:19Z"}},
            "status":{{"phase":"FAILED","message":"got {ENCODED}"}}}}"#,
        emulator::MY_SINK
    );
    for fault in [
        Fault::status(200).body(status.clone()),
        Fault::status(200).body(status).gzip(),
    ] {
        emulator.fault(Operation::RequestStatus, fault);
        let status = sink.latest_request().await.unwrap();
        assert_eq!(status.message.as_deref(), Some("got [redacted]"));
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("operation=reading the offsets") && log.contains("status=401"),
        "{log}"
    );
    assert_clean("the log", &log);
    // The secret was sent to the emulator; otherwise this test would prove nothing.
    let header = emulator.requests()[0].headers["authorization"].clone();
    assert_eq!(header.to_str().unwrap(), format!("Basic {ENCODED}"));
}

/// The library cuts long error messages. When a message repeats a long token, no part of the token may remain in the cut message.
#[tokio::test]
async fn a_long_subject_token_is_not_repeated_in_part() {
    let token = format!("header.{}.signature", "p4yl04d".repeat(112));
    let emulator = Emulator::builder().start().await.unwrap();
    let subject = token.clone();
    let exchange = StsExchange::builder("pool-1", move || {
        let subject = subject.clone();
        async move { Ok(subject) }
    });
    let exchange = exchange.endpoint(emulator.url()).build().unwrap();
    let client = Client::builder()
        .endpoint(emulator.url())
        .credentials(exchange)
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let sink = sink(&client);
    for fault in [
        Fault::error(400, &format!("cannot verify {token}")),
        Fault::status(400).body(format!("cannot verify {token}")),
        Fault::status(400).html(format!("<html><title>{token}</title></html>")),
        Fault::status(400)
            .body(format!(r#"{{"error":"{token}"}}"#))
            .gzip(),
        Fault::status(200).body(token.clone()),
    ] {
        emulator.fault(Operation::Token, fault);
        let error = sink.offsets().await.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(said.contains("token exchange"), "{said}");
        assert!(
            !said.contains("p4yl04d") && !said.contains("header."),
            "{said}"
        );
    }
}
