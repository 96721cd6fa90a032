//! Tests of the command `undo`.

use std::time::Duration;

use ccloud_connect_emulator::{Emulator, Fault, Operation, Timing};

use crate::tool::Server;

const SINK: &str = "MysqlSinkConnector";
const SET: &str = "patch MysqlSinkConnector --set topic_A:0=7 --no-wait --yes";
const UNDO: &str = "undo MysqlSinkConnector -o json --yes --timeout 2s";
const SHIFT: &str = "patch MysqlSinkConnector --shift-by -1 --yes --no-wait --timeout 2s";

#[test]
fn takes_the_latest_request_back() {
    let server = Server::quick();
    server.ok(SET);
    let ran = server.ok(UNDO);
    ran.says("undo of the PATCH of ");
    let record = ran.json();
    assert_eq!(record["offsets"][0]["offset"]["kafka_offset"], 20_032_323);
    let moved = &record["outcome"]["partitions"][0]["moved"];
    assert_eq!(moved["direction"], "ahead");
    assert_eq!(record["outcome"]["as_planned"], true);
    // A second undo takes the first undo back. The connector then delivers records again, which must give a warning.
    let record = server.ok(UNDO).json();
    let mut warned = record["warnings"].as_array().unwrap().iter();
    assert!(warned.any(|warning| warning["code"] == "delivered-again"));
    assert_eq!(server.accepted(SINK), 3);
}

#[test]
fn only_the_request_that_was_meant() {
    let server = Server::quick();
    let mine = server.run(&format!("{SET} -o json")).json();
    let mine = format!(
        "{UNDO} --request PATCH@{}",
        mine["requested_at"].as_str().unwrap()
    );
    server.ok(&format!("{mine} --dry-run"));
    // When another request has followed, the request that `--request` names can no longer be undone.
    server.ok("delete MysqlSinkConnector --all --no-wait --yes");
    let ran = server.run(&mine).ends(5);
    assert_eq!(ran.stdout, "");
    ran.says("cannot be undone: the latest request of");
    assert_eq!(ran.error()["error"]["changed"], "no");
    assert_eq!(server.accepted(SINK), 2);
}

#[test]
fn a_change_from_the_current_offsets_waits_for_a_sample_that_shows_a_failed_request() {
    let server = Server::quick();
    let partly = format!("{SET} --set nope:0=1");
    server.ok(&partly);
    // Another process does not know when the request failed, so it must wait for a new sample.
    let ran = server.ok(&UNDO.replace("2s", "20s"));
    let offsets = &ran.json()["offsets"];
    assert_eq!(offsets.as_array().unwrap().len(), 1);
    assert_eq!(offsets[0]["offset"]["kafka_offset"], 20_032_323);
    server.ok(&partly);
    server.ok(&SHIFT.replace("2s", "20s"));
    // When no later sample comes, the command must fail without an alteration request.
    let mut rarely = Timing::instant();
    rarely.sampling_period = Duration::from_secs(3600);
    let server = Server::start(Emulator::builder().timing(rarely));
    server.ok(&partly);
    let before = server.accepted(SINK);
    for command in [UNDO, SHIFT] {
        let ran = server.run(command).ends(8);
        ran.says("waiting up to 2s for a sample");
        ran.says("no recent enough sample");
    }
    assert_eq!(server.accepted(SINK), before);
}

#[test]
fn what_cannot_be_undone_says_why() {
    let server = Server::quick();
    server.run(UNDO).ends(4).says("shows no alteration of");
    server.refused("undo MysqlSinkConnector").says("--yes");
    server.ok(SET);
    let status = |fault| server.fault(Operation::RequestStatus, fault);
    status(Fault::phase("PENDING"));
    server
        .run(UNDO)
        .ends(5)
        .says("can be undone only after it has ended");
    status(Fault::status(200).json(&serde_json::json!({
        "request": {"id": "lcc-1", "name": SINK, "type": "DELETE", "requested_at": "2024-02-20T15:14:19Z"},
        "status": {"phase": "APPLIED"}, "previous_offsets": [], "applied_at": "2024-02-20T15:14:19Z",
    })));
    let error = server.refused(UNDO).error();
    assert_eq!(error["error"]["findings"][0]["code"], "nothing-to-restore");
    assert_eq!(server.accepted(SINK), 1);
}
