//! `undo`, as a person types it.

use std::time::Duration;

use ccloud_connect_emulator::{Emulator, Fault, Operation, Timing};

use crate::tool::Server;

const SINK: &str = "MysqlSinkConnector";
const QUICK: &str = "--yes --timeout 2s";

fn run(server: &Server, line: &str) -> (i32, String, String) {
    let quick = match line.contains("--timeout") {
        true => "--yes",
        false => QUICK,
    };
    let ran = server.run(&format!("{line} {quick}"));
    (ran.code, ran.stdout, ran.stderr)
}

#[test]
fn takes_the_latest_request_back() {
    let server = Server::quick();
    let set = "patch MysqlSinkConnector --set topic_A:0=7 --no-wait";
    assert_eq!(run(&server, set).0, 0);
    let (code, stdout, stderr) = run(&server, "undo MysqlSinkConnector -o json");
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("undo of the PATCH of "), "{stderr}");
    let record: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(record["offsets"][0]["offset"]["kafka_offset"], 20_032_323);
    assert_eq!(
        record["outcome"]["partitions"][0]["moved"]["direction"],
        "ahead"
    );
    assert_eq!(record["outcome"]["as_planned"], true);
    // A second undo takes the first back, so that records are delivered again.
    let (code, stdout, stderr) = run(&server, "undo MysqlSinkConnector -o json");
    assert_eq!(code, 0, "{stderr}");
    let record: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let warned = record["warnings"].as_array().unwrap();
    assert!(
        warned
            .iter()
            .any(|warning| warning["code"] == "delivered-again"),
        "{stdout}"
    );
    assert_eq!(server.accepted(SINK), 3);
}

#[test]
fn only_the_request_that_was_meant() {
    let server = Server::quick();
    let set = "patch MysqlSinkConnector --set topic_A:0=7 --no-wait -o json";
    let (_, mine, _) = run(&server, set);
    let mine: serde_json::Value = serde_json::from_str(&mine).unwrap();
    let mine = format!("PATCH@{}", mine["requested_at"].as_str().unwrap());
    assert_eq!(
        run(
            &server,
            &format!("undo MysqlSinkConnector --request {mine} --dry-run")
        )
        .0,
        0
    );
    // Another request comes.
    assert_eq!(
        run(&server, "delete MysqlSinkConnector --all --no-wait").0,
        0
    );
    let (code, stdout, stderr) = run(
        &server,
        &format!("undo MysqlSinkConnector --request {mine}"),
    );
    assert_eq!((code, stdout.as_str()), (5, ""), "{stderr}");
    assert!(
        stderr.contains("cannot be undone: the latest request of"),
        "{stderr}"
    );
    assert!(stderr.contains("Nothing was changed"), "{stderr}");
    assert_eq!(server.accepted(SINK), 2);
}

#[test]
fn a_failed_request_is_undone_once_a_later_sample_shows_it() {
    let server = Server::quick();
    let partly = "patch MysqlSinkConnector --no-wait --set topic_A:0=7 --set nope:0=1";
    assert_eq!(run(&server, partly).0, 0);
    // Another process does not know when the request failed, so it must wait for a new sample.
    let (code, stdout, stderr) = run(&server, "undo MysqlSinkConnector -o json --timeout 20s");
    assert_eq!(code, 0, "{stderr}");
    assert!(
        stderr.contains("waiting up to 20s for a sample"),
        "{stderr}"
    );
    let record: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(record["offsets"].as_array().unwrap().len(), 1, "{stdout}");
    assert_eq!(record["offsets"][0]["offset"]["kafka_offset"], 20_032_323);
    // No later sample comes within a time of zero, and nothing is sent.
    let mut rarely = Timing::instant();
    rarely.sampling_period = Duration::from_secs(3600);
    let server = Server::start(Emulator::builder().timing(rarely));
    assert_eq!(run(&server, partly).0, 0);
    let before = server.accepted(SINK);
    let (code, _, stderr) = run(&server, "undo MysqlSinkConnector -o json --timeout 0");
    assert_eq!(code, 8, "{stderr}");
    assert!(stderr.contains("sample-too-old"), "{stderr}");
    assert_eq!(server.accepted(SINK), before);
}

#[test]
fn what_cannot_be_undone_says_why() {
    let server = Server::quick();
    assert_eq!(
        run(&server, "undo MysqlSinkConnector").0,
        4,
        "no request yet"
    );
    assert_eq!(server.run("undo MysqlSinkConnector").code, 2, "no yes");
    let set = "patch MysqlSinkConnector --set topic_A:0=7 --no-wait";
    assert_eq!(run(&server, set).0, 0);
    server
        .emulator
        .fault(Operation::RequestStatus, Fault::phase("PENDING"));
    let (code, _, stderr) = run(&server, "undo MysqlSinkConnector");
    assert_eq!(code, 5);
    assert!(
        stderr.contains("can be undone once it has ended"),
        "{stderr}"
    );
    let status = serde_json::json!({
        "request": {"id": "lcc-1", "name": SINK, "type": "DELETE", "requested_at": "2024-02-20T15:14:19Z"},
        "status": {"phase": "APPLIED"}, "previous_offsets": [], "applied_at": "2024-02-20T15:14:19Z",
    });
    server
        .emulator
        .fault(Operation::RequestStatus, Fault::status(200).json(&status));
    let (code, _, stderr) = run(&server, "undo MysqlSinkConnector -o json");
    assert_eq!(code, 2);
    let error: serde_json::Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    assert_eq!(error["error"]["findings"][0]["code"], "nothing-to-restore");
    assert_eq!(server.accepted(SINK), 1);
}
