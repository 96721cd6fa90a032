//! Errors about unreadable answers must give the reason and have a bounded size. The readable parts of an answer must stay usable.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use ccloud_connect::plan::Intent;
use ccloud_connect::{ErrorKind, RetryPolicy};
use ccloud_connect_emulator::{Fault, Operation};
use serde_json::{Value, json};

use super::{World, says};

#[tokio::test]
async fn what_makes_an_answer_unreadable_is_said() {
    let world = World::with(|builder| builder.retry(RetryPolicy::none())).await;
    for (body, said) in [
        (
            "<!doctype html><title>Sign in</title>",
            "it is a page of HTML or XML",
        ),
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("hello", "it is not JSON and begins with \"hello\""),
        ("\u{feff}{\"id\":\"lcc-1\"}{}", "read; trailing characters"),
        ("null", "it is JSON, but not an object"),
        ("[[]]", "it is JSON, but not an object"),
        ("{\"id\":\"lcc-1\"}{}", "read; trailing characters"),
        // The next two bodies have status 200 but are no offsets: the first is an error, the second the state of the connector.
        (
            "{\"error\":{\"message\":\"boom\"}}",
            "could not be read: boom; it has neither `offsets` nor `metadata` nor `id`",
        ),
        (
            "{\"name\":\"MySinkConnector\",\"connector\":{}}",
            "it has neither `offsets` nor `metadata` nor `id`",
        ),
        ("{\"offsets\":[]", "EOF while parsing"),
        (
            "{\"id\":\"lcc-1\",\"offsets\":7}",
            "at `offsets`: invalid type: integer `7`",
        ),
        (
            "{\"offsets\":[],\"metadata\":{\"observed_at\":\"noon\"}}",
            "at `observed_at`: \"noon\" is not a date-time",
        ),
    ] {
        world.fault(Operation::ReadOffsets, Fault::status(200).body(body));
        let error = world.sink().offsets().await.unwrap_err();
        says(&error, said);
        let (kind, status) = (error.kind(), error.status());
        assert_eq!((kind, status), (ErrorKind::Unreadable, Some(200)));
        assert_eq!(error.body(), Some(body.as_bytes()));
    }
    let error = Fault::status(200).body("{\"error\":{\"message\":\"boom\"}}");
    world.fault(Operation::ListConnectors, error);
    let path = world.sink().path().clone();
    let list = world.client.connectors(&path.environment, &path.cluster);
    says(&list.await.unwrap_err(), "it is not a list of connectors");
    let missing = Fault::status(200).body("{\"status\":{\"phase\":\"PENDING\"}}");
    world.fault(Operation::RequestStatus, missing);
    let error = world.sink().latest_request().await.unwrap_err();
    says(&error, "missing field `request`");
}

#[tokio::test]
async fn how_an_unreadable_body_is_encoded_is_said() {
    let world = World::with(|builder| builder.retry(RetryPolicy::none())).await;
    for (encoding, said) in [
        ("", "it is not UTF-8 text"),
        ("identity", "it is not UTF-8 text"),
        (" Identity", "it is not UTF-8 text"),
        ("br", "it is encoded as br, which was not asked for"),
    ] {
        let fault = Fault::status(200).header("content-encoding", encoding);
        world.fault(
            Operation::ReadOffsets,
            fault.body(b"{\"id\":\"\xff\"}".to_vec()),
        );
        says(&world.sink().offsets().await.unwrap_err(), said);
    }
    // A byte order mark before the JSON text must be ignored.
    let marked = Fault::status(200).body("\u{feff}{\"offsets\":[]}");
    world.fault(Operation::ReadOffsets, marked);
    assert!(world.sink().offsets().await.unwrap().entries.is_empty());
    let marked = Fault::status(400).body("\u{feff}{\"message\":\"told\"}");
    world.fault(Operation::ReadOffsets, marked);
    let error = world.sink().offsets().await.unwrap_err();
    assert_eq!(error.message(), Some("told"));
}

/// A faulty cache may answer a request for one connector with the stored answer about another. Every operation must refuse
/// such an answer.
#[tokio::test]
async fn an_answer_about_another_connector_is_no_answer() {
    let world = World::new().await;
    let offsets = json!({"id": "lcc-zzz", "name": "Zzz", "offsets": []});
    let request = json!({
        "id": "lcc-zzz", "name": "Zzz", "type": "PATCH", "requested_at": "2026-01-01T00:00:00Z",
    });
    let status = json!({"request": request, "status": {"phase": "APPLIED"}});
    let named = json!({"name": "Zzz", "type": "sink", "config": {}, "connector": {}});
    for (operation, body) in [
        (Operation::ReadConnector, named.clone()),
        (Operation::ConnectorStatus, named),
        (Operation::ReadOffsets, offsets),
        (Operation::RequestStatus, status),
        (Operation::Alter, request),
    ] {
        world.fault(operation, Fault::status(202).json(&body));
        let error = match operation {
            Operation::ReadConnector => world.sink().config().await.unwrap_err(),
            Operation::ConnectorStatus => world.sink().state().await.unwrap_err(),
            Operation::ReadOffsets => world.sink().offsets().await.unwrap_err(),
            Operation::Alter => world.patch(5).send().await.unwrap_err(),
            _ => world.sink().latest_request().await.unwrap_err(),
        };
        says(&error, "it is about the connector \"Zzz\"");
        assert!(!error.to_string().contains("was accepted"), "{error}");
    }
}

#[tokio::test]
async fn bodies_are_bounded_alike_whether_compressed_or_not() {
    let policy = RetryPolicy::none().attempt_timeout(Duration::from_secs(20));
    let world = World::with(|builder| builder.retry(policy.clone())).await;
    let entries: Vec<_> = (0..12_000)
        .map(|n: i64| {
            let partition = json!({"kafka_topic": "topic_A", "kafka_partition": n});
            json!({"partition": partition, "offset": {"kafka_offset": n}})
        })
        .collect();
    let text = json!({"offsets": entries}).to_string();
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let packed = gzip(text.as_bytes());
    for fault in [
        Fault::status(200).body(text),
        Fault::status(200).body(packed.clone()),
        Fault::status(200)
            .header("content-encoding", "gzip")
            .body(packed.clone()),
    ] {
        world.fault(Operation::ReadOffsets, fault);
        let offsets = world.sink().offsets().await.unwrap();
        assert_eq!(offsets.entries.len(), 12_000);
    }
    let packed_blanks = Fault::status(200).body(gzip_of_blanks(65));
    world.fault(Operation::ReadOffsets, packed_blanks);
    let plain = World::with(|builder| builder.retry(policy).endpoint(endless_blanks())).await;
    for sink in [world.sink(), plain.sink()] {
        let error = sink.offsets().await.unwrap_err();
        says(&error, "it is longer than 64 MiB");
    }
    let cut = Fault::status(200).body(packed[..packed.len() / 2].to_vec());
    world.fault(Operation::ReadOffsets, cut);
    let error = world.sink().offsets().await.unwrap_err();
    says(&error, "compressed with gzip, and damaged");
}

/// Starts a server that answers the first request with spaces until the client stops reading. Returns the server's URL.
fn endless_blanks() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _head = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n").unwrap();
        let blanks = vec![b' '; 1024 * 1024];
        while stream.write_all(&blanks).is_ok() {}
    });
    url
}

/// A gzip body that decompresses to the given number of MiB of spaces. It repeats one compressed block, which is possible because
/// the block does not refer to data before it.
fn gzip_of_blanks(mebibytes: usize) -> Vec<u8> {
    let fast = flate2::Compression::fast();
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), fast);
    encoder.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    encoder.flush().unwrap();
    let mut body = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    body.extend(encoder.get_ref().repeat(mebibytes));
    body.extend([3, 0, 0, 0, 0, 0, 0, 0, 0, 4]);
    body
}

#[tokio::test]
async fn a_long_text_is_quoted_in_part() {
    let long = "\u{1b}[31m\u{202e}x".repeat(20_000);
    let request = json!({
        "id": "lcc-1", "name": "MySinkConnector", "type": "PATCH", "requested_at": "2024-02-20T15:14:19Z",
    });
    for (path, value) in [
        ("/request/type", &long),
        ("/request/name", &long),
        ("/request/requested_at", &long),
        ("/request", &long),
        ("/status/phase", &long),
    ] {
        let world = World::new().await;
        let mut status = json!({"request": request, "status": {"phase": "PENDING"}});
        *status.pointer_mut(path).unwrap() = value.as_str().into();
        world.every(Operation::RequestStatus, Fault::status(200).json(&status));
        world.fault(Operation::Alter, Fault::status(409));
        for error in [
            world.sink().plan(Intent::shift_by(-1)).await.unwrap_err(),
            world.patch(5).send().await.unwrap_err(),
        ] {
            let line = error.to_string();
            let is_safe = !line.contains(['\u{1b}', '\u{202e}']);
            assert!(line.len() < 1_500 && is_safe, "{path}: {}", line.len());
        }
    }
}

#[tokio::test]
async fn an_error_is_read_as_far_as_a_mebibyte() {
    let world = World::with(|builder| builder.retry(RetryPolicy::none())).await;
    let body = vec![b'x'; 3 * 1024 * 1024];
    world.fault(Operation::ReadOffsets, Fault::status(500).body(body));
    let error = world.sink().offsets().await.unwrap_err();
    assert_eq!(error.body().unwrap().len(), 1024 * 1024);
    assert!(format!("{error:?}").len() < 4_096);
}

#[tokio::test]
async fn one_odd_connector_does_not_hide_the_others() {
    let world = World::new().await;
    let good = json!({
        "id": {"id": "lcc-2", "id_type": "ID"},
        "info": {"name": "good", "type": "sink", "config": {"connector.class": "S3_SINK"}},
        "status": {"name": "good", "type": "sink", "connector": {"state": "RUNNING"}, "tasks": []},
    });
    let mut odd = good.clone();
    odd["id"]["id"] = "lcc-1".into();
    odd["info"]["config"] = Value::Null;
    let mut worse = good.clone();
    worse["id"] = 7.into();
    worse["status"]["tasks"] = "none".into();
    let list = json!({"good": good, "odd": odd, "..": worse});
    world.fault(Operation::ListConnectors, Fault::status(200).json(&list));
    let path = world.sink().path().clone();
    let cluster = world.client.cluster(path.environment, path.cluster);
    let list = cluster.connectors().await.unwrap();
    let names: Vec<_> = list
        .iter()
        .map(|one| (one.name.as_str(), one.id.as_deref()))
        .collect();
    assert_eq!(
        names,
        [
            ("..", None),
            ("good", Some("lcc-2")),
            ("odd", Some("lcc-1"))
        ]
    );
    assert_eq!(list[2].kind.as_str(), "sink");
    assert_eq!(list[0].class.as_deref(), Some("S3_SINK"));
    let handle = cluster.connector_of(&list[2]).unwrap();
    assert_eq!(handle.path().connector.as_str(), "odd");
    let error = cluster.connector_of(&list[0]).unwrap_err();
    says(&error, "..");
}
