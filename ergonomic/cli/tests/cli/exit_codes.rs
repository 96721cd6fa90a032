//! Exit codes that need several steps; the golden files of the errors have the codes of single requests.

use ccloud_connect::clock::ManualClock;
use ccloud_connect_emulator::{Emulator, Fault, Operation, Timing};

use crate::tool::{Server, finish, tool, words};

const SINK: &str = "MysqlSinkConnector";
const PATCH: &str = "patch MysqlSinkConnector --set topic_A:0=7 --yes --timeout=2s";

#[test]
fn invalid_input() {
    let server = Server::quick();
    for arguments in [
        "patch MysqlSinkConnector --set topic_A:0=-1 --yes",
        "patch MysqlSinkConnector --set topic_A=1 --yes",
        "patch MysqlSinkConnector",
        "get ..",
        "get ''",
        "delete MysqlSinkConnector",
        "frobnicate",
        "wait MysqlSinkConnector --request PATCH",
        // A misspelt partition must not look as if it had been reset.
        "delete MysqlSinkConnector --partition topic_A:77 --yes",
        "patch MysqlSinkConnector --to-earliest --base x --yes",
        "get MysqlSinkConnector --lag --bootstrap ''",
        "wait MysqlSinkConnector young-sink --request PATCH@2024-02-20T15:14:19Z",
    ] {
        assert_eq!(server.run(arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(server.accepted(SINK), 0);
}

#[test]
fn a_change_without_a_terminal_needs_a_yes() {
    let server = Server::quick();
    let ran = server.feed("patch MysqlSinkConnector --set topic_A:0=7", "y\n");
    assert_eq!(ran.code, 2);
    ran.says("--yes");
    assert!(server.emulator.requests().is_empty());
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
fn credentials_from_a_file() {
    let server = Server::quick();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key.env");
    let text = "CONFLUENT_CLOUD_API_KEY=EMULATORKEY00001\nCONFLUENT_CLOUD_API_SECRET='emulator-secret-that-everybody-knows'\n";
    std::fs::write(&path, text).unwrap();
    let mut command = tool(&server.emulator.url());
    command.env_remove("CONFLUENT_CLOUD_API_KEY");
    command.env_remove("CONFLUENT_CLOUD_API_SECRET");
    command
        .args(words("get MysqlSinkConnector --api-key-file"))
        .arg(&path);
    assert_eq!(finish(&mut command, "").code, 0);
}

#[test]
fn not_found() {
    let server = Server::quick();
    assert_eq!(server.run("get nope").code, 4);
    assert_eq!(server.run("get lcc-nope").code, 4);
    assert_eq!(server.run("status nope").code, 4);
    // All names are tried, and the first failure decides.
    let ran = server.run("get nope MysqlSinkConnector .. -o json");
    assert_eq!(ran.code, 4);
    assert!(ran.stdout.starts_with("[\n"), "{}", ran.stdout);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
}

#[test]
fn busy() {
    let server = Server::start(Emulator::builder());
    assert_eq!(server.run(&format!("{PATCH} --no-wait")).code, 0);
    let ran = server.run(PATCH);
    assert_eq!(ran.code, 5);
    ran.says("next: ccloud-offsets wait MysqlSinkConnector");
    assert_eq!(server.accepted(SINK), 1);

    // Where no other request is known, there is nothing to wait for.
    let server = Server::quick();
    for (status, exit, said) in [
        (409, 5, "next: ccloud-offsets get MysqlSinkConnector"),
        (413, 2, "413 Payload Too Large: rebalance in progress"),
        (422, 2, "Nothing was changed"),
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
    // The emulator takes a sample every 30 s, so this one is older than the reset.
    let server = Server::start(Emulator::builder());
    assert_eq!(
        server
            .run("delete MysqlSinkConnector --all --yes --no-wait")
            .code,
        0
    );
    let ran = server.run("patch MysqlSinkConnector --shift-by -1 --yes");
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    let next = "next: ccloud-offsets wait MysqlSinkConnector --confirm";
    ran.says(next);
}

/// Making the plan and applying it each read the status once; the fault is for the reads after them.
fn after_the_plan(server: &Server, fault: Fault) {
    server
        .emulator
        .fault(Operation::RequestStatus, Fault::act().times(2));
    server.emulator.fault(Operation::RequestStatus, fault);
}

#[test]
fn still_pending() {
    let server = Server::start(Emulator::builder());
    let ran = server.run(PATCH);
    assert_eq!(ran.code, 8, "{}", ran.stderr);
    ran.says("next: ccloud-offsets wait MysqlSinkConnector --request PATCH@");
    let ran = server.run("wait MysqlSinkConnector --timeout 0");
    assert_eq!(ran.code, 8);
    let stale = server.run("get MysqlSinkConnector --max-age 0 --timeout 0");
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
    // Without a later sample nothing contradicts the plan; the output says that there was none.
    let ran = server.run(&format!("{PATCH} -o json"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let record = ran.json();
    assert_eq!(record["outcome"]["as_planned"], serde_json::Value::Null);
    assert_eq!(record["outcome"]["findings"][0]["code"], "unconfirmed");
    ran.says("warning: MysqlSinkConnector: no sample");
    // With --confirm, the missing sample is a failure. This needs another server: with a clock that does not move, a second
    // alteration could not be distinguished from the first.
    let server = frozen();
    let ran = server.run(&format!("{PATCH} -o json --confirm"));
    assert_eq!(ran.code, 8, "{}", ran.stderr);
    let record = ran.json();
    assert_eq!(record["phase"], "APPLIED");
    let error = ran.error();
    assert_eq!(
        (&error["error"]["kind"], &error["error"]["changed"]),
        (&"unconfirmed".into(), &"yes".into())
    );
    // With --no-confirm, the missing sample is not mentioned.
    let server = frozen();
    let ran = server.run(&format!("{PATCH} -o json --no-confirm"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let record = ran.json();
    assert_eq!(record["outcome"]["findings"], serde_json::json!([]));
    let ran = server.run("wait MysqlSinkConnector --confirm --timeout 2s");
    assert_eq!(ran.code, 8, "{}", ran.stderr);
}

#[test]
fn not_as_planned() {
    let server = Server::quick();
    let running = Fault::act();
    let failed =
        r#"{"name":"s","type":"sink","connector":{"state":"FAILED","trace":"boom"},"tasks":[]}"#;
    server.emulator.fault(Operation::ConnectorStatus, running);
    server
        .emulator
        .fault(Operation::ConnectorStatus, Fault::status(200).body(failed));
    let ran = server.run(&format!("{PATCH} -o json"));
    assert_eq!(ran.code, 10, "{}", ran.stderr);
    let record = ran.json();
    assert_eq!(record["outcome"]["state"]["before"], "RUNNING");
    assert_eq!(record["outcome"]["state"]["now"], "FAILED");
    let error = ran.error();
    assert_eq!(error["error"]["kind"], "not-as-planned");
    assert_eq!(error["error"]["findings"][0]["code"], "connector-failed");
}

#[test]
fn a_request_that_is_still_pending_is_data() {
    let server = Server::start(Emulator::builder());
    let ran = server.run(&format!("{PATCH} -o json"));
    assert_eq!(ran.code, 8, "{}", ran.stderr);
    let record = ran.json();
    assert_eq!(
        (&record["type"], &record["phase"]),
        (&"PATCH".into(), &"PENDING".into())
    );
    assert!(record["requested_at"].is_string() && record.get("outcome").is_none());
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
    assert_eq!(
        server.run("wait MysqlSinkConnector --timeout 300ms").code,
        8
    );
    // One poll to find the request, one at the deadline.
    assert_eq!(polls() - before, 2);
}

#[test]
fn the_printed_command_picks_the_wait_up() {
    let server = Server::start(Emulator::builder().speed(50.0));
    let ran = server.run(&PATCH.replace("2s", "50ms"));
    let next = ran
        .stderr
        .split("next: ccloud-offsets ")
        .nth(1)
        .unwrap()
        .trim();
    let arguments: Vec<_> = next.split(' ').chain(["--timeout", "3s"]).collect();
    let ran = server.run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.prints(": applied after ");
}

#[test]
fn an_alteration_that_may_have_been_accepted() {
    let server = Server::start(Emulator::builder());
    server
        .emulator
        .fault(Operation::Alter, Fault::act_then_reset());
    after_the_plan(&server, Fault::status(503).times(3));
    let ran = server.run(&format!("{PATCH} -o json"));
    assert_eq!(ran.code, 9, "{}", ran.stderr);
    assert_eq!(server.accepted(SINK), 1);
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
    let server = Server::quick();
    for arguments in [
        "patch MysqlSinkConnector --set topic_A:0=7 --dry-run",
        "delete MysqlSinkConnector --all --dry-run --yes",
    ] {
        assert_eq!(server.run(arguments).code, 0);
    }
    let mut requests = server.emulator.requests().into_iter();
    assert!(requests.all(|request| request.method == "GET"));
}

/// The status shows that the request was accepted, and the output says no more than that.
#[test]
fn an_answer_that_was_lost() {
    let server = Server::quick();
    server
        .emulator
        .fault(Operation::Alter, Fault::act_then_reset());
    let ran = server.run(&format!("{PATCH} --no-confirm"));
    assert_eq!((ran.code, server.accepted(SINK)), (0, 1), "{}", ran.stderr);
    ran.says("no answer confirmed it, but the request is in the status");
    assert!(!ran.stderr.contains(": accepted"), "{}", ran.stderr);
}

/// A sink at work reads on until it stops.
#[test]
fn what_the_plan_could_not_count() {
    let server = Server::start(Emulator::builder().speed(20.0));
    let ran = server.run("patch orders-sink --shift-by -1000 --yes --no-confirm");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.says("the records that it reads until it stops are read again as well");
    ran.prints("; the plan counted 3,000, the other ");
}
