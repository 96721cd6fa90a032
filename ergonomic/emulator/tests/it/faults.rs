//! The effects of faults on a request and its reply, as a client sees them.

use std::io::Read;
use std::time::Duration;

use ccloud_connect_emulator::{Fault, MY_SINK, Operation, Reply};

use super::support::{answer, path, stage};

const DELETE: &str = r#"{"type":"DELETE"}"#;

#[tokio::test]
async fn a_status_with_headers_and_body_as_often_as_asked() {
    let stage = stage().await;
    let fault = Fault::status(503).header("Retry-After", "2").body("later");
    stage.emulator.fault(Operation::Alter, fault.times(2));
    for _ in 0..2 {
        let refused = stage.alter(MY_SINK, DELETE).await;
        assert_eq!((refused.status, &*refused.text), (503, "later"));
        assert_eq!(refused.headers["retry-after"], "2");
        assert!(refused.headers.contains_key("x-request-id"));
    }
    assert_eq!(stage.accepted(MY_SINK), 0);
    assert_eq!(stage.alter(MY_SINK, DELETE).await.status, 202);
    assert_eq!(stage.emulator.waiting_faults(), 0);
}

#[tokio::test]
async fn acting_and_hiding_it() {
    for reply in [
        Reply::status(502).html("<h1>Bad Gateway</h1>"),
        Reply::status(202),
        Reply::status(202).body(r#"{"id":"#),
    ] {
        let stage = stage().await;
        stage
            .emulator
            .fault(Operation::Alter, Fault::act_then(reply));
        stage.alter(MY_SINK, DELETE).await;
        assert_eq!(stage.accepted(MY_SINK), 1);
        assert!(stage.emulator.requests()[0].accepted);
    }
}

#[tokio::test]
async fn resets_act_or_do_not() {
    for (fault, accepted, body) in [
        (Fault::reset_before_body(), 0, ""),
        (Fault::reset_after_body(), 0, DELETE),
        (Fault::act_then_reset(), 1, DELETE),
    ] {
        let stage = stage().await;
        stage.emulator.fault(Operation::Alter, fault.clone());
        let error = stage.try_alter(MY_SINK, DELETE).await.unwrap_err();
        assert!(error.is_request(), "{fault:?}: {error:?}");
        assert_eq!(stage.accepted(MY_SINK), accepted, "{fault:?}");
        let seen = &stage.emulator.requests()[0];
        assert_eq!((&*seen.body, seen.status), (body.as_bytes(), None));
    }
}

#[tokio::test]
async fn late_and_hanging_replies_run_into_the_time_limit() {
    for (fault, accepted) in [
        (Fault::hang(), 0),
        (Fault::act_then_hang(), 1),
        (Fault::act().delay(Duration::from_secs(60)), 1),
        (Fault::status(500).delay(Duration::from_secs(60)), 0),
        (Fault::act().slow(1, Duration::from_secs(60)), 1),
    ] {
        let stage = stage().await;
        stage.emulator.fault(Operation::Alter, fault.clone());
        let request = stage.request("POST", &path(MY_SINK, "/offsets/request"));
        let request = request
            .header("content-type", "application/json")
            .body(DELETE);
        let request = request.timeout(Duration::from_millis(150));
        let error = answer(request).await.unwrap_err();
        assert!(error.is_timeout(), "{fault:?}: {error:?}");
        assert_eq!(stage.accepted(MY_SINK), accepted, "{fault:?}");
    }
}

#[tokio::test]
async fn a_body_may_break_off_crawl_or_be_compressed() {
    let stage = stage().await;
    let emulator = &stage.emulator;
    emulator.fault(Operation::ReadOffsets, Fault::act().truncated(10));
    let request = stage.request("GET", &path(MY_SINK, "/offsets"));
    let error = answer(request).await.unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");

    emulator.fault(
        Operation::ReadOffsets,
        Fault::act().slow(16, Duration::from_millis(1)),
    );
    assert_eq!(stage.offsets(MY_SINK).await.json["name"], MY_SINK);

    emulator.fault(Operation::ReadOffsets, Fault::error(500, "broken").gzip());
    let request = stage.request("GET", &path(MY_SINK, "/offsets"));
    let response = request.send().await.unwrap();
    assert!(!response.headers().contains_key("content-encoding"));
    let compressed = response.bytes().await.unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*compressed)
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, r#"{"error":{"code":500,"message":"broken"}}"#);
}

#[tokio::test]
async fn the_status_can_lie() {
    let stage = stage().await;
    let accepted = stage.alter(MY_SINK, DELETE).await.json;
    for (fault, phase, requested_at, kind) in [
        (
            Fault::stale_applied(),
            "APPLIED",
            "2024-02-20T14:14:19Z",
            "DELETE",
        ),
        (
            Fault::superseded(),
            "PENDING",
            "2024-02-20T15:14:20Z",
            "DELETE",
        ),
        (
            Fault::phase("ROLLING_BACK"),
            "ROLLING_BACK",
            "2024-02-20T15:14:19Z",
            "DELETE",
        ),
    ] {
        stage.emulator.fault(Operation::RequestStatus, fault);
        let status = stage.status(MY_SINK).await.json;
        assert_eq!(status["status"]["phase"], phase);
        assert_eq!(status["request"]["requested_at"], requested_at);
        assert_eq!(status["request"]["type"], kind);
    }
    assert_eq!(stage.status(MY_SINK).await.json["request"], accepted);
}

#[tokio::test]
async fn a_reset_is_a_reset_and_not_an_orderly_end() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let stage = stage().await;
    stage
        .emulator
        .fault(Operation::ReadOffsets, Fault::reset_after_body());
    let mut stream = tokio::net::TcpStream::connect(stage.emulator.address())
        .await
        .unwrap();
    let head = format!(
        "GET {} HTTP/1.1\r\nhost: emulator\r\n\r\n",
        path(MY_SINK, "/offsets")
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let error = stream.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}
