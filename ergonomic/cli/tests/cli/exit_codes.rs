//! Each documented exit code, reached through the emulator.

use ccloud_connect::clock::ManualClock;
use ccloud_connect_emulator::{CLUSTER, ENVIRONMENT, Emulator, Fault, Operation, Timing};

use crate::tool::{Server, finish, tool};

const SINK: &str = "MysqlSinkConnector";
const PATCH: [&str; 6] = [
    "patch",
    SINK,
    "--set",
    "topic_A:0=7",
    "--yes",
    "--timeout=50ms",
];

fn quick() -> Server {
    Server::start(Emulator::builder().timing(Timing::instant()))
}

fn accepted(server: &Server, name: &str) -> u64 {
    server
        .emulator
        .accepted_alterations(ENVIRONMENT, CLUSTER, name)
}

#[test]
fn done() {
    let server = quick();
    assert_eq!(server.run(&PATCH).code, 0);
    assert_eq!(accepted(&server, SINK), 1);
}

#[test]
fn unexpected() {
    let server = quick();
    server.emulator.fault(
        Operation::ReadOffsets,
        Fault::status(302).header("Location", "https://example.com"),
    );
    let ran = server.run(&["get", SINK]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("redirect"), "{}", ran.stderr);
}

#[test]
fn invalid_input() {
    let server = quick();
    for arguments in [
        &["patch", SINK, "--set", "topic_A:0=-1", "--yes"][..],
        &["patch", SINK, "--set", "topic_A=1", "--yes"],
        &["patch", SINK],
        &["get", ".."],
        &["get", ""],
        &["delete", SINK],
        &["frobnicate"],
        &["wait", SINK, "--request", "PATCH"],
        &[
            "wait",
            SINK,
            "young-sink",
            "--request",
            "PATCH@2024-02-20T15:14:19Z",
        ],
    ] {
        assert_eq!(server.run(arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(accepted(&server, SINK), 0);
}

#[test]
fn a_change_without_a_terminal_needs_a_yes() {
    let server = quick();
    let ran = server.feed(&PATCH[..4], "y\n");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
    assert!(server.emulator.requests().is_empty());
}

#[test]
fn denied() {
    let server = quick();
    let url = server.emulator.url();
    let wrong = finish(
        tool(&url)
            .args(["get", SINK])
            .env("CONFLUENT_CLOUD_API_SECRET", "wrong"),
        "",
    );
    let none = finish(
        tool(&url)
            .args(["get", SINK])
            .env_remove("CONFLUENT_CLOUD_API_SECRET"),
        "",
    );
    let no_file = finish(
        tool(&url).args(["get", SINK, "--api-key-file", "/no/such/file"]),
        "",
    );
    for ran in [
        wrong,
        none,
        no_file,
        server.run(&["get", "custom-connector"]),
    ] {
        assert_eq!(ran.code, 3, "{}", ran.stderr);
    }
}

#[test]
fn credentials_from_a_file() {
    let server = quick();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key.env");
    let text = "CONFLUENT_CLOUD_API_KEY=EMULATORKEY00001\nCONFLUENT_CLOUD_API_SECRET='emulator-secret-that-everybody-knows'\n";
    std::fs::write(&path, text).unwrap();
    let mut command = tool(&server.emulator.url());
    command.env_remove("CONFLUENT_CLOUD_API_KEY");
    command.env_remove("CONFLUENT_CLOUD_API_SECRET");
    command.args(["get", SINK, "--api-key-file"]).arg(&path);
    assert_eq!(finish(&mut command, "").code, 0);
}

#[test]
fn not_found() {
    let server = quick();
    assert_eq!(server.run(&["get", "nope"]).code, 4);
    assert_eq!(server.run(&["get", "lcc-nope"]).code, 4);
    assert_eq!(server.run(&["status", "nope"]).code, 4);
    // All names are tried, and the first failure decides.
    let ran = server.run(&["get", "nope", SINK, "..", "-o", "json"]);
    assert_eq!(ran.code, 4);
    assert!(ran.stdout.starts_with("[\n"), "{}", ran.stdout);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
}

#[test]
fn busy() {
    let server = Server::start(Emulator::builder());
    assert_eq!(server.run(&[&PATCH[..], &["--no-wait"]].concat()).code, 0);
    let ran = server.run(&PATCH);
    assert_eq!(ran.code, 5);
    assert!(
        ran.stderr
            .contains("next: ccloud-offsets wait MysqlSinkConnector"),
        "{}",
        ran.stderr
    );
    assert_eq!(accepted(&server, SINK), 1);
}

#[test]
fn a_relative_move_from_an_old_sample() {
    // The emulator samples every 30 s, so this one is from before the reset.
    let server = Server::start(Emulator::builder());
    assert_eq!(
        server
            .run(&["delete", SINK, "--all", "--yes", "--no-wait"])
            .code,
        0
    );
    let ran = server.run(&["patch", SINK, "--shift-by", "-1", "--yes"]);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    let next = "next: ccloud-offsets wait MysqlSinkConnector --confirm";
    assert!(ran.stderr.contains(next), "{}", ran.stderr);
}

#[test]
fn unavailable() {
    let server = quick();
    let later = |fault: Fault| fault.header("Retry-After", "3600");
    server
        .emulator
        .fault(Operation::ReadOffsets, later(Fault::status(503)));
    assert_eq!(server.run(&["get", SINK]).code, 6);
    server
        .emulator
        .fault(Operation::ReadOffsets, later(Fault::status(429)));
    let ran = server.run(&["get", SINK]);
    assert_eq!(ran.code, 6);
    assert!(ran.stderr.contains("Try again in 3600 s"), "{}", ran.stderr);
}

/// Making the plan and applying it each read the status once; the fault is for the reads after them.
fn after_the_plan(server: &Server, fault: Fault) {
    server
        .emulator
        .fault(Operation::RequestStatus, Fault::act().times(2));
    server.emulator.fault(Operation::RequestStatus, fault);
}

#[test]
fn failed() {
    let server = quick();
    after_the_plan(&server, Fault::phase("FAILED"));
    assert_eq!(server.run(&PATCH).code, 7);
}

#[test]
fn still_pending() {
    let server = Server::start(Emulator::builder());
    let ran = server.run(&PATCH);
    assert_eq!(ran.code, 8, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("next: ccloud-offsets wait MysqlSinkConnector --request PATCH@"),
        "{}",
        ran.stderr
    );
    let ran = server.run(&["wait", SINK, "--timeout", "0"]);
    assert_eq!(ran.code, 8);
    let stale = server.run(&["get", SINK, "--max-age", "0", "--timeout", "0"]);
    assert_eq!(stale.code, 8, "{}", stale.stderr);
}

/// A server whose samples never change, so that none is later than an alteration.
fn frozen() -> Server {
    let builder = Emulator::builder().timing(Timing::instant());
    Server::start(builder.clock(ManualClock::default()))
}

#[test]
fn unconfirmed() {
    let server = frozen();
    let json = ["-o", "json"];
    // Without a sample nothing contradicts it; that there was none is said.
    let ran = server.run(&[&PATCH[..], &json].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let record: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(record["outcome"]["as_planned"], serde_json::Value::Null);
    assert_eq!(record["outcome"]["findings"][0]["code"], "unconfirmed");
    assert!(
        ran.stderr
            .contains("warning: MysqlSinkConnector: no sample"),
        "{}",
        ran.stderr
    );
    // Who insists is told that it did not come. A server of its own, because where time stands still a second alteration
    // cannot be told from the first.
    let server = frozen();
    let ran = server.run(&[&PATCH[..], &json, &["--confirm"]].concat());
    assert_eq!(ran.code, 8, "{}", ran.stderr);
    let record: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(record["phase"], "APPLIED");
    let error: serde_json::Value =
        serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&error["error"]["kind"], &error["error"]["changed"]),
        (&"unconfirmed".into(), &"yes".into())
    );
    // Who does not want it is not told of it.
    let server = frozen();
    let ran = server.run(&[&PATCH[..], &json, &["--no-confirm"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let record: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(record["outcome"]["findings"], serde_json::json!([]));
    let ran = server.run(&["wait", SINK, "--confirm", "--timeout", "50ms"]);
    assert_eq!(ran.code, 8, "{}", ran.stderr);
}

#[test]
fn not_as_planned() {
    let server = quick();
    let running = Fault::act();
    let failed =
        r#"{"name":"s","type":"sink","connector":{"state":"FAILED","trace":"boom"},"tasks":[]}"#;
    server.emulator.fault(Operation::ConnectorStatus, running);
    server
        .emulator
        .fault(Operation::ConnectorStatus, Fault::status(200).body(failed));
    let ran = server.run(&[&PATCH[..], &["-o", "json"]].concat());
    assert_eq!(ran.code, 10, "{}", ran.stderr);
    let record: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(record["outcome"]["state"]["before"], "RUNNING");
    assert_eq!(record["outcome"]["state"]["now"], "FAILED");
    let error: serde_json::Value =
        serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(error["error"]["kind"], "not-as-planned");
    assert_eq!(error["error"]["findings"][0]["code"], "connector-failed");
}

#[test]
fn a_request_that_is_still_pending_is_data() {
    let server = Server::start(Emulator::builder());
    let ran = server.run(&[&PATCH[..], &["-o", "json"]].concat());
    assert_eq!(ran.code, 8, "{}", ran.stderr);
    let record: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&record["type"], &record["phase"]),
        (&"PATCH".into(), &"PENDING".into())
    );
    assert!(record["requested_at"].is_string() && record.get("outcome").is_none());
}

#[test]
fn waiting_does_not_hurry() {
    let server = Server::start(Emulator::builder());
    server.run(&[&PATCH[..], &["--no-wait"]].concat());
    let polls = || {
        let requests = server.emulator.requests().into_iter();
        let polls = requests.filter(|r| r.operation == Some(Operation::RequestStatus));
        polls.count()
    };
    let before = polls();
    assert_eq!(server.run(&["wait", SINK, "--timeout", "300ms"]).code, 8);
    // One to learn of the request, one at the deadline.
    assert_eq!(polls() - before, 2);
}

#[test]
fn the_printed_command_picks_the_wait_up() {
    let server = Server::start(Emulator::builder().speed(50.0));
    let ran = server.run(&PATCH);
    let next = ran
        .stderr
        .split("next: ccloud-offsets ")
        .nth(1)
        .unwrap()
        .trim();
    let arguments: Vec<_> = next.split(' ').chain(["--timeout", "3s"]).collect();
    let ran = server.run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains(": applied after "), "{}", ran.stdout);
}

#[test]
fn unknown() {
    let server = quick();
    after_the_plan(&server, Fault::superseded());
    let ran = server.run(&PATCH);
    assert_eq!(ran.code, 9, "{}", ran.stderr);
}

#[test]
fn an_alteration_that_may_have_been_accepted() {
    let server = Server::start(Emulator::builder());
    server
        .emulator
        .fault(Operation::Alter, Fault::act_then_reset());
    after_the_plan(&server, Fault::status(503).times(3));
    let ran = server.run(&[&PATCH[..], &["-o", "json"]].concat());
    assert_eq!(ran.code, 9, "{}", ran.stderr);
    assert_eq!(accepted(&server, SINK), 1);
    let error = ran.stderr.lines().last().unwrap();
    let error: serde_json::Value = serde_json::from_str(error).unwrap();
    assert_eq!(error["error"]["changed"], "unknown");
    assert_eq!(
        error["error"]["next"],
        "ccloud-offsets status MysqlSinkConnector"
    );
}

#[test]
fn a_dry_run_sends_nothing() {
    let server = quick();
    for arguments in [
        &["patch", SINK, "--set", "topic_A:0=7", "--dry-run"][..],
        &["delete", SINK, "--all", "--dry-run", "--yes"],
    ] {
        assert_eq!(server.run(arguments).code, 0);
    }
    let mut requests = server.emulator.requests().into_iter();
    assert!(requests.all(|request| request.method == "GET"));
}
