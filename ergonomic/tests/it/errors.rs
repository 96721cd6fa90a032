//! Errors keep everything that was received, whatever its form is.

use std::io::Write as _;
use std::time::Duration;

use ccloud_connect::{ErrorKind, RetryPolicy};
use ccloud_connect_emulator::{Fault, Operation, Reply};

use super::{World, policy, says};

/// A body and the message that should be read from it.
const SHAPES: [(&str, Option<&str>); 10] = [
    (r#"{"error":{"code":400,"message":"told"}}"#, Some("told")),
    (r#"{"error":{"message":"told"}}"#, Some("told")),
    (r#"{"error":{}}"#, None),
    (r#"{"code":40001,"message":"told"}"#, Some("told")),
    (r#"{"error_code":400,"message":"told"}"#, Some("told")),
    (
        r#"{"errors":[{"id":"1","status":"400","code":"c","title":"t","detail":"told","source":{"pointer":"/p"}}]}"#,
        Some("told (at /p)"),
    ),
    (r#"{"message":"told"}"#, Some("told")),
    ("", None),
    ("told in plain text", Some("told in plain text")),
    (
        "<html><head><title>told by a proxy</title></head></html>",
        Some("told by a proxy"),
    ),
];

async fn once() -> World {
    World::with(|builder| builder.retry(RetryPolicy::none())).await
}

#[tokio::test]
async fn every_status_in_every_body_shape() {
    let world = once().await;
    for (status, kind) in [
        (400, ErrorKind::BadRequest),
        (401, ErrorKind::Unauthenticated),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (408, ErrorKind::Server),
        (409, ErrorKind::BadRequest),
        (429, ErrorKind::Throttled),
        (500, ErrorKind::Server),
        (502, ErrorKind::Server),
        (503, ErrorKind::Server),
    ] {
        for (body, message) in SHAPES {
            let fault = Fault::status(status)
                .header("X-Request-Id", "req-1")
                .header("Retry-After", "7")
                .body(body);
            world.fault(Operation::ReadOffsets, fault);
            let error = world.sink().offsets().await.unwrap_err();
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.kind(), kind);
            assert_eq!(error.request_id(), Some("req-1"));
            assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
            assert_eq!(error.body(), Some(body.as_bytes()));
            assert_eq!(error.message(), message, "{status} {body}");
            assert!(!error.may_have_been_applied());
            // The limiter waits after the 429; this test is not about that.
            world.clock.advance(Duration::from_secs(8));
        }
    }
}

#[tokio::test]
async fn compressed_without_saying_so() {
    let world = once().await;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(SHAPES[0].0.as_bytes()).unwrap();
    let body = encoder.finish().unwrap();
    world.fault(
        Operation::ReadOffsets,
        Fault::status(500).body(body.clone()),
    );
    let error = world.sink().offsets().await.unwrap_err();
    assert_eq!(error.message(), Some("told"));
    assert_eq!(error.body(), Some(body.as_slice()));

    world.fault(Operation::ReadOffsets, Fault::act().gzip());
    assert!(!world.sink().offsets().await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn redirects_are_reported_and_not_followed() {
    let world = once().await;
    for status in [301, 302, 303, 307, 308] {
        for operation in [Operation::ReadOffsets, Operation::Alter] {
            let location = format!("{}/elsewhere", world.emulator.url());
            world.fault(
                operation,
                Fault::status(status).header("Location", &location),
            );
            let error = match operation {
                Operation::Alter => world
                    .sink()
                    .delete_offsets()
                    .all()
                    .send()
                    .await
                    .unwrap_err(),
                _ => world.sink().offsets().await.unwrap_err(),
            };
            assert_eq!(error.status(), Some(status));
            says(&error, "redirect");
        }
    }
    assert!(
        world
            .emulator
            .requests()
            .iter()
            .all(|request| request.path.starts_with("/connect/v1/"))
    );
}

#[tokio::test]
async fn an_accepted_request_with_an_unreadable_answer_says_so() {
    let world = World::with(|builder| builder.retry(policy().reconcile_reads(0))).await;
    for reply in [
        Reply::status(202),
        Reply::status(202).body("{\"id\":"),
        Reply::status(204),
    ] {
        world.fault(
            Operation::Alter,
            Fault::reply(reply.header("X-Request-Id", "req-2")),
        );
        let error = world
            .sink()
            .delete_offsets()
            .all()
            .send()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable);
        assert_eq!(error.request_id(), Some("req-2"));
        assert!(error.may_have_been_applied());
        says(&error, "The alteration was accepted");
    }
}

#[tokio::test]
async fn a_read_with_an_unreadable_answer_is_an_error() {
    let world = once().await;
    for body in ["", "[]", "{\"offsets\":7}", "<html></html>"] {
        world.fault(Operation::ReadOffsets, Fault::status(200).body(body));
        let error = world.sink().offsets().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Unreadable, Some(200)),
            "{body}"
        );
        assert_eq!(error.body(), Some(body.as_bytes()));
    }
}

#[tokio::test]
async fn one_line_says_what_happened_to_what_and_what_to_do() {
    let world = World::new().await;
    let environment = ccloud_connect_emulator::ENVIRONMENT;
    let cluster = ccloud_connect_emulator::CLUSTER;
    let connector = format!("connector \"MySinkConnector\" ({environment}/{cluster})");
    for (operation, fault, expected) in [
        (
            Operation::ReadOffsets,
            Fault::status(404)
                .header("X-Request-Id", "r")
                .body(r#"{"error":{"code":404,"message":"resource not found"}}"#),
            format!(
                "reading the offsets of {connector}: the service answered 404 Not Found: resource not found [request id r]. \
                 Check the connector's name, the environment and the cluster"
            ),
        ),
        (
            Operation::Alter,
            Fault::status(409).header("X-Request-Id", "r").body(""),
            format!(
                "altering the offsets of {connector}: the service answered 409 Conflict; there is no request status (tried 3 times in \
                 3 s) [request id r]. Nothing was changed. Try again later"
            ),
        ),
        (
            Operation::Alter,
            Fault::status(504)
                .header("X-Request-Id", "r")
                .html("<html><title>504 Gateway Time-out</title></html>"),
            format!(
                "altering the offsets of {connector}: the service answered 504 Gateway Timeout: 504 Gateway Time-out; \
                 there is no request status (tried 3 times in 7 s) [request id r]. The alteration may have been applied. Read the \
                 request status before sending again"
            ),
        ),
        (
            Operation::ReadOffsets,
            Fault::status(503).header("X-Request-Id", "r").times(4),
            format!(
                "reading the offsets of {connector}: the service answered 503 Service Unavailable (4 attempts in 3.5 s) \
                 [request id r]. Try again later"
            ),
        ),
    ] {
        world.fault(operation, fault);
        let error = match operation {
            Operation::Alter => world
                .sink()
                .delete_offsets()
                .all()
                .send()
                .await
                .unwrap_err(),
            _ => world.sink().offsets().await.unwrap_err(),
        };
        assert_eq!(error.to_string(), expected);
    }
}
