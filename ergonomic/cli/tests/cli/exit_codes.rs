//! Exit codes that need several steps. The golden files of the errors show the exit codes after a single request.

use ccloud_connect_emulator::{Emulator, Fault, Operation};

use crate::tool::{Server, cases, finish, tool, words};

const SINK: &str = "MysqlSinkConnector";
const PATCH: &str = "patch MysqlSinkConnector --set topic_A:0=7 --yes --timeout=2s";

/// Commands that must be refused before any request is sent, some with a part of the error after `=>`.
const INVALID: &str = "
    patch MysqlSinkConnector --set topic_A=1 --yes
    patch MysqlSinkConnector
    get ..
    get ''
    delete MysqlSinkConnector
    frobnicate
    wait MysqlSinkConnector --request PATCH
    patch MysqlSinkConnector --to-earliest --base x --yes
    patch MysqlSinkConnector --set topic_A:0=7 --yes --confirm --timeout 0 => does not wait
    get MysqlSinkConnector --lag --bootstrap ''
    wait MysqlSinkConnector young-sink --request PATCH@2024-02-20T15:14:19Z
    patch MysqlSinkConnector --set topic_A:0=7 => --yes
    delete MysqlSinkConnector --all => \"MysqlSinkConnector\"
    delete MysqlSinkConnector --all --accept other-conector => other-connector
    wait MysqlSinkConnector --timeout -1 => expected a time
    get MysqlSinkConnector --max-age -1 => expected a time
    patch MysqlSinkConnector --shift-by -1k --dry-run => expected a whole number of records
    patch MysqlSinkConnector --shift-by 1e3 --dry-run => expected a whole number of records
    wait MysqlSinkConnector --timeout 5minits => a bare number counts seconds
    watch MysqlSinkConnector --interval 0 => at least 1s
";

#[test]
fn invalid_input() {
    let server = Server::quick();
    for (line, words) in cases(INVALID) {
        server.feed(line, "y\n").ends(2).says(words);
    }
    assert!(server.emulator.requests().is_empty());
    server.refused("patch MysqlSinkConnector --set topic_A:0=-1 --yes");
    // A misspelt partition must not look as if it had been reset.
    server.refused("delete MysqlSinkConnector --partition topic_A:77 --yes");
    // What cannot be accepted must not be suggested.
    let ran = server.refused("patch MysqlSinkConnector --shift-by -1 --partition topic_A:77 --yes");
    assert!(!ran.stderr.contains("--accept"), "{}", ran.stderr);
    assert!(server.emulator.requests().iter().all(|r| r.method == "GET"));
    for time in ["1h30m", "1d", "5"] {
        server.ok(&format!(
            "get MysqlSinkConnector --max-age 400d --timeout {time}"
        ));
    }
}

#[test]
fn denied() {
    let server = Server::quick();
    let url = server.emulator.url();
    let get = words("get MysqlSinkConnector");
    let secret = "CONFLUENT_CLOUD_API_SECRET";
    let wrong = finish(tool(&url).args(&get).env(secret, "wrong"), "");
    wrong.says("The key \"EMULATORKEY00001\" comes from the variables CONFLUENT_CLOUD_API_KEY and");
    let none = finish(tool(&url).args(&get).env_remove(secret), "");
    let no_file = server.run("get MysqlSinkConnector --api-key-file /no/such/file");
    for ran in [wrong, none, no_file] {
        assert_eq!(ran.code, 3, "{}", ran.stderr);
    }
}

#[test]
fn not_found() {
    let server = Server::quick();
    server.run("status nope").ends(4);
    server.run("watch nope").ends(4);
    // All names are tried, and the first failure decides the exit code.
    let ran = server.run("get nope MysqlSinkConnector .. -o json").ends(4);
    assert!(ran.stdout.starts_with("[\n"), "{}", ran.stdout);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
}

#[test]
fn busy() {
    let server = Server::start(Emulator::builder());
    server.ok(&format!("{PATCH} --no-wait"));
    let ran = server.run(PATCH).ends(5);
    ran.says("next: ccloud-offsets wait MysqlSinkConnector");
    assert_eq!(server.accepted(SINK), 1);

    // When the status shows no other request, the next command must not be `wait`.
    let server = Server::quick();
    for (status, exit, said) in [
        (409, 5, "next: ccloud-offsets get MysqlSinkConnector"),
        (413, 2, "413 Payload Too Large: rebalance in progress"),
        (422, 2, "changed: nothing"),
    ] {
        let refusal = Fault::error(status, "rebalance in progress");
        server.emulator.fault(Operation::Alter, refusal);
        let ran = server.run(PATCH);
        assert_eq!(ran.code, exit);
        ran.says(said);
    }
}

#[test]
fn a_relative_move_from_an_old_sample() {
    // The emulator takes a sample every 30 s, so the current sample is older than the reset. A shift from this sample must
    // be refused.
    let server = Server::start(Emulator::builder());
    server.ok("delete MysqlSinkConnector --all --yes --no-wait");
    let ran = server
        .run("patch MysqlSinkConnector --shift-by -1 --yes")
        .ends(5);
    let next = "next: ccloud-offsets wait MysqlSinkConnector\n";
    ran.says(next);
}

/// Queues a fault for the reads of the status that follow the request. The two reads before the request succeed: one for
/// making the plan, and one when the plan is applied.
fn after_the_request(server: &Server, fault: Fault) {
    server.fault(Operation::RequestStatus, Fault::act().times(2));
    server.fault(Operation::RequestStatus, fault);
}

#[test]
fn still_pending() {
    let server = Server::start(Emulator::builder());
    let ran = server.run(&format!("{PATCH} -o json")).ends(8);
    ran.says("ccloud-offsets wait MysqlSinkConnector --request PATCH@");
    // A request that is still pending must be printed as JSON too.
    let record = ran.json();
    assert_eq!(
        (&record["type"], &record["phase"]),
        (&"PATCH".into(), &"PENDING".into())
    );
    assert!(record["requested_at"].is_string() && record.get("outcome").is_none());
    server.run("wait MysqlSinkConnector --timeout 0").ends(8);
    server
        .run("get MysqlSinkConnector --max-age 0 --timeout 0")
        .ends(8);
}

#[test]
fn unconfirmed() {
    let server = Server::still();
    // Without a later sample nothing contradicts the plan. The output must say that no later sample came.
    let ran = server.ok(&format!("{PATCH} -o json"));
    let record = ran.json();
    assert_eq!(record["outcome"]["as_planned"], serde_json::Value::Null);
    assert_eq!(record["outcome"]["findings"][0]["code"], "unconfirmed");
    ran.says("warning: MysqlSinkConnector: no sample");
    // With --confirm, the missing sample is a failure. This needs another server: with a clock that does not move, a second
    // alteration could not be distinguished from the first.
    let server = Server::still();
    let ran = server.run(&format!("{PATCH} -o json --confirm")).ends(8);
    let record = ran.json();
    assert_eq!(record["phase"], "APPLIED");
    let error = ran.error();
    assert_eq!(
        (&error["error"]["kind"], &error["error"]["changed"]),
        (&"unconfirmed".into(), &"yes".into())
    );
    // With --no-confirm, the missing sample is not mentioned.
    let server = Server::still();
    let ran = server.ok(&format!("{PATCH} -o json --no-confirm"));
    let record = ran.json();
    assert_eq!(record["outcome"]["findings"], serde_json::json!([]));
    server
        .run("wait MysqlSinkConnector --confirm --timeout 2s")
        .ends(8);
}

#[test]
fn not_as_planned() {
    let server = Server::quick();
    let running = Fault::act();
    let failed = r#"{"type":"sink","connector":{"state":"FAILED","trace":"boom"},"tasks":[]}"#;
    server.fault(Operation::ConnectorStatus, running);
    server.fault(Operation::ConnectorStatus, Fault::status(200).body(failed));
    let ran = server.run(&format!("{PATCH} -o json")).ends(10);
    let record = ran.json();
    assert_eq!(record["outcome"]["state"]["before"], "RUNNING");
    assert_eq!(record["outcome"]["state"]["now"], "FAILED");
    let error = ran.error();
    assert_eq!(error["error"]["kind"], "not-as-planned");
    assert_eq!(error["error"]["findings"][0]["code"], "connector-failed");
}

#[test]
fn waiting_does_not_hurry() {
    let server = Server::start(Emulator::builder());
    server.run(&format!("{PATCH} --no-wait"));
    let polls = || {
        let requests = server.emulator.requests().into_iter();
        let polls = requests.filter(|r| r.operation == Some(Operation::RequestStatus));
        polls.count()
    };
    let before = polls();
    server
        .run("wait MysqlSinkConnector --timeout 300ms")
        .ends(8);
    // The tool polls once to find the request, and once at the deadline.
    assert_eq!(polls() - before, 2);
}

#[test]
fn the_printed_command_picks_the_wait_up() {
    // The alteration takes about 5 s, which is longer than the time limit of the command.
    let server = Server::start(Emulator::builder().speed(10.0));
    let ran = server.run(PATCH);
    let next = ran
        .stderr
        .split("next: ccloud-offsets ")
        .nth(1)
        .unwrap()
        .trim();
    server
        .ok(&format!("{next} --timeout 60s"))
        .prints(": applied after ");
}

#[test]
fn an_alteration_that_may_have_been_accepted() {
    let server = Server::start(Emulator::builder());
    server.fault(Operation::Alter, Fault::act_then_reset());
    after_the_request(&server, Fault::status(503).times(3));
    let ran = server.run(&format!("{PATCH} -o json")).ends(9);
    assert_eq!(server.accepted(SINK), 1);
    let error = &ran.error()["error"];
    assert_eq!(error["changed"], "unknown");
    assert_eq!(error["next"], "ccloud-offsets status MysqlSinkConnector");
}

/// When the answer to the request is lost, the request status shows that the request was accepted. The output must not claim
/// more than that.
#[test]
fn an_answer_that_was_lost() {
    let server = Server::quick();
    server.fault(Operation::Alter, Fault::act_then_reset());
    let ran = server.run(&format!("{PATCH} --no-confirm"));
    assert_eq!((ran.code, server.accepted(SINK)), (0, 1), "{}", ran.stderr);
    ran.says("no answer confirmed the request, but the request status shows it");
    assert!(!ran.stderr.contains(": accepted"), "{}", ran.stderr);
}

/// A running sink reads on until it stops, so it reads more records again than the plan counted. The output must say so.
#[test]
fn what_the_plan_could_not_count() {
    let server = Server::start(Emulator::builder().speed(20.0));
    let ran = server.ok("patch orders-sink --shift-by -1000 --yes --no-confirm");
    ran.says("the records that it reads until it stops are read again as well");
    ran.prints("; the plan counted 3,000 records, and the connector read the other ");
}
