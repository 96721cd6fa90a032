//! Errors must keep everything that was received, whatever its form, and must say what happened and what to do next.

use std::time::Duration;

use ccloud_connect::plan::Intent;
use ccloud_connect::{Error, ErrorKind, RetryPolicy};
use ccloud_connect_emulator::{Fault, Operation};

use super::{World, says};

/// Each case is the body of an error, and the message that must be taken from it. The unit tests cover more forms of bodies.
const SHAPES: [(&str, Option<&str>); 4] = [
    (r#"{"error":{"code":400,"message":"told"}}"#, Some("told")),
    (r#"{"error":{}}"#, None),
    ("", None),
    ("told in plain text", Some("told in plain text")),
];

async fn once() -> World {
    World::with(|builder| builder.retry(RetryPolicy::none())).await
}

/// Calls an operation that must fail, and returns the error: a reset for `Operation::Alter`, otherwise a read of the offsets.
async fn failed(world: &World, operation: Operation) -> Error {
    match operation {
        Operation::Alter => {
            let reset = world.sink().delete_offsets().all();
            reset.send().await.unwrap_err()
        }
        _ => world.sink().offsets().await.unwrap_err(),
    }
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
            // After the `Retry-After` of a 429, the client would wait before its next request. The clock is advanced, so that the
            // wait does not disturb this test.
            world.clock.advance(Duration::from_secs(8));
        }
    }
}

#[tokio::test]
async fn a_page_with_404_says_nothing_about_the_connector() {
    let world = World::new().await;
    let accepted = world.patch(5).send().await.unwrap();
    let page = Fault::status(404).html("<html><title>nginx</title></html>");
    world.every(Operation::RequestStatus, page);
    let error = world.sink().plan(Intent::shift_by(-1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unexpected);
    says(&error, "404 Not Found: nginx");
    says(&error, "Check the endpoint URL");
    let error = accepted.wait().await.unwrap_err();
    says(&error, "could not be seen to end");
    says(&error, "If it has not ended, it goes on by itself");
}

#[tokio::test]
async fn redirects_are_reported_and_not_followed() {
    let world = once().await;
    for status in [301, 302, 303, 304, 307, 308] {
        for operation in [Operation::ReadOffsets, Operation::Alter] {
            let location = format!("{}/elsewhere", world.emulator.url());
            world.fault(
                operation,
                Fault::status(status).header("Location", &location),
            );
            let error = failed(&world, operation).await;
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.to_string().contains("redirect"), status != 304);
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
                "altering the offsets of {connector}: the service answered 409 Conflict; there is no request status (looked 3 times in \
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
                 there is no request status (looked 3 times in 7 s) [request id r]. The alteration may have been applied. Read the \
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
        let error = failed(&world, operation).await;
        assert_eq!(error.to_string(), expected);
    }
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_proxy_that_refuses_the_host_is_named() {
    let refusal = |_: &str| "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n".to_owned();
    let proxy = super::server(refusal).await;
    let world = World::with(|builder| {
        let builder = builder.endpoint("https://api.example.invalid");
        builder.proxy(&proxy).retry(RetryPolicy::none())
    })
    .await;
    let error = world.patch(5).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
    let said = format!("through the proxy {proxy}: the proxy refuses to connect to this host. ");
    says(&error, &said);
}
