//! Clients that send invalid requests, too many bytes, or too few. The emulator must refuse them, and must serve the next
//! request as usual.

use std::time::Duration;

use ccloud_connect_emulator::{API_KEY, API_SECRET, MY_SINK};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::support::{Stage, path, stage, stage_with};

/// Sends bytes, and returns everything that the emulator sends until it closes the connection.
async fn raw(stage: &Stage, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(stage.emulator.address()).await.unwrap();
    // Writing may fail, because the emulator may close the connection before it has read all bytes.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(20), read).await;
    let _ = read.expect("the emulator neither answers nor closes");
    String::from_utf8_lossy(&answer).into_owned()
}

fn head(method: &str, path: &str, rest: &str) -> String {
    let credentials = base64(&format!("{API_KEY}:{API_SECRET}"));
    format!(
        "{method} {path} HTTP/1.1\r\nhost: emulator\r\nconnection: close\r\nauthorization: Basic {credentials}\r\n\
         content-type: application/json\r\n{rest}\r\n"
    )
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.encode(text)
}

async fn alive(stage: &Stage) {
    assert_eq!(stage.offsets(MY_SINK).await.status, 200);
    assert_eq!(stage.accepted(MY_SINK), 0);
}

#[tokio::test]
async fn odd_bodies_are_refused_as_documented() {
    let stage = stage().await;
    let deep = "[".repeat(200_000);
    let deep_entry = format!(
        r#"{{"type":"PATCH","offsets":[{{"partition":{}}}]}}"#,
        r#"{"a":"#.repeat(100_000)
    );
    let balanced = format!(
        r#"{{"type":"DELETE","offsets":[{}{}]}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    for body in [
        "",
        "{",
        "\0",
        "null",
        "\"DELETE\"",
        r#"["DELETE"]"#,
        "{}",
        r#"{"type":null}"#,
        r#"{"type":"patch"}"#,
        r#"{"type":"PUT"}"#,
        r#"{"type":7}"#,
        r#"{"type":"DELETE","offsets":{}}"#,
        r#"{"type":"DELETE","offsets":null}"#,
        r#"{"type":"DELETE","comment":"x"}"#,
        r#"{"type":"PATCH","offsets":[{"partition":{},"Offset":{}}]}"#,
        r#"{"type":"DELETE"}{"type":"DELETE"}"#,
        r#"{"type":"PATCH","offsets":[null]}"#,
        r#"{"type":"PATCH","offsets":[[]]}"#,
        r#"{"type":"PATCH","offsets":"all"}"#,
        &deep,
        &deep_entry,
        &balanced,
    ] {
        let refused = stage.alter(MY_SINK, body).await;
        let shown = &body[..body.len().min(40)];
        assert_eq!(refused.status, 400, "{shown}");
        assert_eq!(refused.json["error"]["code"], 400, "{shown}");
    }
    alive(&stage).await;
}

#[tokio::test]
async fn a_body_above_the_limit_gets_413() {
    let stage = stage_with(|builder| builder.max_body(1000)).await;
    let padding = "x".repeat(1000);
    let refused = stage
        .alter(MY_SINK, &format!(r#"{{"type":"{padding}"}}"#))
        .await;
    assert_eq!(refused.status, 413);
    assert_eq!(refused.json["error"]["code"], 413);

    // A body that is too long must be refused even when only its length and a part of it have been sent.
    let path = path(MY_SINK, "/offsets/request");
    let claim = head("POST", &path, "content-length: 1000000000000000\r\n");
    let answer = raw(&stage, &[claim.as_bytes(), &[b'x'; 20_000]].concat()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    alive(&stage).await;
}

#[tokio::test]
async fn slow_clients_get_408_or_are_disconnected() {
    let time = Duration::from_millis(100);
    let stage = stage_with(|builder| builder.client_timeout(time)).await;
    let path = path(MY_SINK, "/offsets/request");
    let body = head("POST", &path, "content-length: 17\r\n") + r#"{"type":"#;
    for unfinished in ["POST /conn", &body] {
        let answer = raw(&stage, unfinished.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    assert_eq!(raw(&stage, b"").await, "");
    alive(&stage).await;
}

#[tokio::test]
async fn odd_heads_are_refused() {
    let stage = stage().await;
    let long = format!("/{}", "a".repeat(70_000));
    let heads = [
        ("GARBAGE\r\n\r\n".to_owned(), "400"),
        ("GET /\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), "400"),
        (head("GET", "/", "bad header\r\n"), "400"),
        (head("GET", &long, ""), "414"),
        (
            head("GET", "/", &format!("x: {}\r\n", "a".repeat(600_000))),
            "431",
        ),
        (
            head(
                "POST",
                &path(MY_SINK, "/offsets"),
                "content-length: 99999999999999999999\r\n",
            ),
            "400",
        ),
        (head("GET", "*", ""), "404"),
        (head("OPTIONS", "*", ""), "404"),
        (head("CONNECT", "example.com:443", ""), "404"),
        (head("BREW", "/", ""), "404"),
        (head("HEAD", &path(MY_SINK, "/offsets"), ""), "405"),
        (head("TRACE", &path(MY_SINK, "/offsets"), ""), "405"),
        (head("GET", &path("%FF", "/offsets"), ""), "404"),
        (head("GET", &path("%", "/offsets"), ""), "404"),
        (head("GET", &path("..", "/offsets"), ""), "404"),
        (head("GET", &path("%2e%2e", "/offsets"), ""), "404"),
        (head("GET", &path("", "/offsets"), ""), "404"),
        (head("GET", &path("a%00b", "/offsets"), ""), "404"),
        (head("GET", &path("\u{fc}", "/offsets"), ""), "404"),
        (head("GET", "http://elsewhere/x", ""), "404"),
    ];
    for (bytes, status) in heads {
        let answer = raw(&stage, bytes.as_bytes()).await;
        let shown = &answer[..answer.len().min(60)];
        let line: String = bytes.chars().take(60).collect();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{line}: {shown}"
        );
    }
    alive(&stage).await;
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_does_no_harm() {
    let stage = stage().await;
    let path = path(MY_SINK, "/offsets/request");
    for bytes in [
        head("POST", &path, "content-length: 100\r\n"),
        head("POST", &path, "transfer-encoding: chunked\r\n") + "ff\r\n{",
        head("POST", &path, "transfer-encoding: chunked\r\n") + "zz\r\n",
    ] {
        let mut stream = TcpStream::connect(stage.emulator.address()).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        drop(stream);
    }
    alive(&stage).await;
}

#[tokio::test]
async fn damaged_requests_do_no_harm() {
    let stage = stage().await;
    let body = r#"{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":null}]}"#;
    let length = format!("content-length: {}\r\n", body.len());
    let whole = head("POST", &path("nobody", "/offsets/request"), &length) + body;
    // The pseudo-random numbers start from a fixed value, so that a failure can be repeated.
    let mut state = 1_u64;
    let mut next = |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    for _ in 0..300 {
        let mut bytes = whole.clone().into_bytes();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            bytes[at] = u8::try_from(next(256)).unwrap();
        }
        bytes.truncate(bytes.len() - next(40));
        let mut stream = TcpStream::connect(stage.emulator.address()).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer));
        let _ = read.await.expect("the emulator neither answers nor closes");
        let status = String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).into_owned();
        assert!(
            ["", "400", "401", "403", "404", "405", "413", "414"].contains(&&*status),
            "{status}"
        );
    }
    alive(&stage).await;
}
