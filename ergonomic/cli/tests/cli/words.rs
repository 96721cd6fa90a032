//! Tests of how the tool parses what people type, and of its messages.

use ccloud_connect::clock::ManualClock;
use ccloud_connect_emulator::{
    Assumptions, CLUSTER, ENVIRONMENT, Emulator, Fault, Operation, PreviousOffsets,
};
use serde_json::Value;

use crate::tool::{Server, bare, cases, finish, tool, words};

const SINK: &str = "MysqlSinkConnector";

const EMPTY: &str = "
    get ''
    patch MysqlSinkConnector --file ''
    patch MysqlSinkConnector --set ''
    delete MysqlSinkConnector --partition ''
    wait MysqlSinkConnector --request ''
    -e '' list
";

/// An empty value usually comes from a shell variable that is not set. It must be refused, because otherwise the tool could work
/// on the wrong connector.
#[test]
fn an_option_that_is_given_and_empty_is_refused() {
    let server = Server::quick();
    let patch = "patch MysqlSinkConnector --set topic_A:0=5 --yes --no-wait";
    for option in "-e -k --environment --cluster --endpoint --api-key-file --profile".split(' ') {
        server.refused(&format!("{patch} {option} ''"));
        let mut blank = tool(&server.emulator.url());
        blank.args(words(patch)).args([option, " "]);
        // A blank can be the name of a file, so `--api-key-file` accepts it. Only reading the file fails, with exit code 3.
        let code = if option == "--api-key-file" { 3 } else { 2 };
        finish(&mut blank, "").ends(code);
    }
    for (line, _) in cases(EMPTY) {
        server.refused(line);
    }
    assert!(server.emulator.requests().is_empty());
}

/// Command lines with words that people know from other tools, each with a part of the tip that the error must have.
const TIPS: &str = "
    patch x --to-end => --to-latest
    patch x --to-offset 5 => --set
    patch x --offset=5 => --set
    patch x --since 2h => --to-time
    patch x --skip 1 => --shift-by 1 --partition
    delete x orders:0 => --partition
    patch x --execute => --yes
    get x --json => -o json
    reset x => delete
    describe x => get
    get x --enviroment y => --environment
    hlep => help
    get x --nonsense
    wait x --timeout -1
";

#[test]
fn words_of_other_tools_lead_to_ours() {
    for (line, word) in cases(TIPS) {
        let ran = finish(bare().args(words(line)).args(["-o", "json"]), "").ends(2);
        let error = &ran.error()["error"];
        let [message, tip] =
            ["message", "tip"].map(|member| error[member].as_str().unwrap_or_default());
        assert!(
            !message.contains("tip") && tip.contains(word),
            "{line}: {message}: {tip}"
        );
        // The tool must not suggest passing an option as a name.
        assert!(!tip.contains("'-- "), "{line}: {tip}");
    }
}

#[test]
fn never_altered_is_an_answer() {
    let server = Server::quick();
    let ran = server.run("status MysqlSinkConnector -o json");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let status = ran.json();
    assert_eq!(
        (&status["connector"], &status["phase"]),
        (&SINK.into(), &Value::Null)
    );
    server
        .ok("status MysqlSinkConnector")
        .prints("the service shows no alteration");
    // For a connector that does not exist, the command must fail.
    server.run("status nope").ends(4);
}

/// In a table `-` means "no position", so it must not be shown for a position that is not known.
#[test]
fn previous_positions_that_are_not_known_are_not_shown_as_none() {
    use PreviousOffsets::{AbsentWhilePending, EmptyWhilePending};
    for assumed in [AbsentWhilePending, EmptyWhilePending] {
        let mut assumptions = Assumptions::default();
        assumptions.previous_offsets = assumed;
        let builder = Emulator::builder().clock(ManualClock::default());
        let server = Server::start(builder.assumptions(assumptions));
        server.ok("patch MysqlSinkConnector --set topic_A:0=7 --yes --no-wait");
        let status = || server.ok("status MysqlSinkConnector");
        let pending = status();
        pending.prints("the previous positions are not reported yet; requested:");
        pending.prints("topic_A:0       7");
        assert!(!pending.stdout.contains("PREVIOUS"), "{}", pending.stdout);
        if assumed == AbsentWhilePending {
            server.fault(Operation::RequestStatus, Fault::phase("APPLIED"));
            status().prints("the previous positions are not reported; requested:");
        }
    }
}

#[test]
fn what_is_printed_says_where_it_is_from() {
    let server = Server::quick();
    server.run("patch MysqlSinkConnector --set topic_A:0=7 --yes --no-wait");
    for arguments in [
        "get MysqlSinkConnector",
        "status MysqlSinkConnector",
        "patch MysqlSinkConnector --shift-by -1 --dry-run",
    ] {
        let printed = server.run(&format!("{arguments} -o json")).json();
        assert_eq!(printed["environment"], ENVIRONMENT, "{arguments:?}");
        assert_eq!(printed["cluster"], CLUSTER, "{arguments:?}");
    }
    let list = server.run("list -o json").json();
    assert_eq!(list[0]["environment"], ENVIRONMENT);
}

#[test]
fn a_sample_taken_after_the_question() {
    // The emulator takes a sample every 30 s of its own time, which is every 0.3 s at this speed.
    let server = Server::start(Emulator::builder().speed(100.0));
    let before = server.run("get MysqlSinkConnector -o json").json();
    let ran = server.ok("get MysqlSinkConnector --max-age 0 --timeout 20s -o json");
    let after = ran.json();
    let at = |sample: &Value| {
        sample["metadata"]["observed_at"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(at(&after) > at(&before));
    // When no new sample can come in time, the error must say so.
    let still = Server::start(Emulator::builder());
    still
        .run("get MysqlSinkConnector --max-age 0 --timeout 0")
        .ends(8)
        .says("no sample that was taken after this request");
}

#[test]
fn several_waits_share_their_time() {
    let server = Server::start(Emulator::builder());
    for name in [SINK, "orders-sink"] {
        server.ok(&format!("delete {name} --all --yes --no-wait"));
    }
    let started = std::time::Instant::now();
    let ran = server.run("wait MysqlSinkConnector orders-sink nope --timeout 1s -o json");
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
    let errors = ran.stderr.lines().filter(|line| line.starts_with('{'));
    let kinds =
        errors.map(|line| serde_json::from_str::<Value>(line).unwrap()["error"]["kind"].clone());
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        ["pending", "pending", "not-found"]
    );
    ran.ends(8);
}

#[test]
fn failed_tasks_are_shown_with_their_reasons() {
    let server = Server::quick();
    let trace =
        "org.apache.kafka.connect.errors.ConnectException: no such table\\n\\tat a.B.c(B.java:1)";
    let body = format!(
        r#"{{"name":"{SINK}","type":"sink","connector":{{"state":"RUNNING","worker_id":"w"}},"tasks":[{{"id":0,"state":"FAILED","worker_id":"w","msg":"{trace}"}}]}}"#
    );
    let answer = Fault::status(200)
        .header("Content-Type", "application/json")
        .body(body.clone());
    let emulator = &server.emulator;
    emulator.fault(Operation::ConnectorStatus, answer.times(3));
    for line in ["get MysqlSinkConnector", "status MysqlSinkConnector"] {
        let ran = server.run(line);
        ran.prints("its task FAILED");
        ran.prints("task 0: org.apache.kafka");
    }
    let listed = format!(r#"{{"{SINK}":{{"status":{body}}}}}"#);
    let list = Fault::status(200).header("Content-Type", "application/json");
    emulator.fault(Operation::ListConnectors, list.body(listed));
    let ran = server.run("list");
    ran.prints("RUNNING, 1/1 FAILED");
    ran.prints("MysqlSinkConnector, task 0: org.apache.kafka");
    // The offsets must be shown even if the state cannot be read.
    server.fault(Operation::ConnectorStatus, Fault::error(403, "Forbidden"));
    server.ok("get MysqlSinkConnector").prints("state unknown");
}

#[test]
fn colours_as_the_environment_wants_them() {
    let server = Server::quick();
    let url = server.emulator.url();
    let coloured = |name: &str, value: &str| {
        let ran = finish(
            tool(&url)
                .args(words("get MysqlSinkConnector"))
                .env(name, value),
            "",
        );
        ran.stdout.contains('\u{1b}')
    };
    assert!(!coloured("TERM", "xterm"));
    assert!(coloured("CLICOLOR_FORCE", "1"));
    assert!(!coloured("NO_COLOR", "1"));
}

#[test]
fn the_status_of_a_source_has_both_positions_in_full() {
    let server = Server::still();
    server.ok("patch mysql-cdc --binlog mysql-bin.000042:4 --yes --no-wait");
    server
        .ok("status mysql-cdc")
        .prints("  mysql-bin.000042:197 → mysql-bin.000042:4, back by 193 bytes\n");
}
