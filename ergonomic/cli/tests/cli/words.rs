//! How the tool reads what people type, and its messages.

use ccloud_connect_emulator::{CLUSTER, ENVIRONMENT, Emulator, Fault, Operation};
use serde_json::Value;

use crate::tool::{Server, bare, finish, tool, words};

const SINK: &str = "MysqlSinkConnector";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A shell variable that is not set must not become another environment.
#[test]
fn an_option_that_is_given_and_empty_is_refused() {
    let server = Server::quick();
    let patch = ["patch", SINK, "--set", "topic_A:0=5", "--yes", "--no-wait"];
    for option in "-e -k --environment --cluster --endpoint --api-key-file --profile".split(' ') {
        for empty in ["", " "] {
            if empty == " " && option == "--api-key-file" {
                continue;
            }
            let ran = server.run(&[&patch[..], &[option, empty]].concat());
            assert_eq!(ran.code, 2, "{option}: {}", ran.stderr);
        }
    }
    for arguments in [
        &["get", ""][..],
        &["patch", SINK, "--file", ""],
        &["patch", SINK, "--set", ""],
        &["delete", SINK, "--partition", ""],
        &["wait", SINK, "--request", ""],
        &["-e", "", "list"],
    ] {
        assert_eq!(server.run(arguments).code, 2, "{arguments:?}");
    }
    assert!(server.emulator.requests().is_empty());
}

#[test]
fn words_of_other_tools_lead_to_ours() {
    let tip = |arguments: &str| {
        let ran = finish(bare().args(words(arguments)).args(["-o", "json"]), "");
        assert_eq!(ran.code, 2, "{arguments:?}");
        let error = ran.error();
        let message = error["error"]["message"].as_str().unwrap();
        assert!(!message.contains("tip"), "{message}");
        error["error"]["tip"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    for (arguments, word) in [
        ("patch x --to-end", "--to-latest"),
        ("patch x --to-offset 5", "--set"),
        ("patch x --offset=5", "--set"),
        ("patch x --since 2h", "--to-time"),
        ("patch x --skip 1", "--shift-by 1 --partition"),
        ("delete x orders:0", "--partition"),
        ("patch x --execute", "--yes"),
        ("get x --json", "-o json"),
        ("reset x", "delete"),
        ("describe x", "get"),
        ("get x --enviroment y", "--environment"),
        ("hlep", "help"),
    ] {
        assert!(
            tip(arguments).contains(word),
            "{arguments:?}: {}",
            tip(arguments)
        );
    }
    // The tool must not suggest passing an option as a name.
    for arguments in ["get x --nonsense", "wait x --timeout -1"] {
        assert!(!tip(arguments).contains("-- "), "{arguments:?}");
    }
}

#[test]
fn numbers_and_times_say_what_they_take() {
    let server = Server::quick();
    for (arguments, expected) in [
        ("wait MysqlSinkConnector --timeout -1", "expected a time"),
        ("get MysqlSinkConnector --max-age -1", "expected a time"),
        (
            "patch MysqlSinkConnector --shift-by -1k --dry-run",
            "expected a whole number of records",
        ),
        (
            "patch MysqlSinkConnector --shift-by 1e3 --dry-run",
            "expected a whole number of records",
        ),
        (
            "wait MysqlSinkConnector --timeout 5minutes",
            "a bare number counts seconds",
        ),
    ] {
        let ran = server.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        ran.says(expected);
    }
    for time in ["1h30m", "1d", "5"] {
        assert_eq!(
            server
                .run(&format!(
                    "get MysqlSinkConnector --max-age 400d --timeout {time}"
                ))
                .code,
            0
        );
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
    assert!(
        server
            .run("status MysqlSinkConnector")
            .stdout
            .contains("never altered")
    );
    // A connector that does not exist gives another answer.
    assert_eq!(server.run("status nope").code, 4);
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
    // The emulator takes a sample every 30 s, here every 0.3 s.
    let server = Server::start(Emulator::builder().speed(100.0));
    let before = server.run("get MysqlSinkConnector -o json").json();
    let ran = server.run("get MysqlSinkConnector --max-age 0 --timeout 20s -o json");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let after = ran.json();
    let at = |sample: &Value| {
        sample["metadata"]["observed_at"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(at(&after) > at(&before));
    // When no new sample can come in time, the error says so.
    let still = Server::start(Emulator::builder());
    let ran = still.run("get MysqlSinkConnector --max-age 0 --timeout 0");
    assert_eq!(ran.code, 8);
    ran.says("none that was taken after this request");
}

#[test]
fn several_waits_share_their_time() {
    let server = Server::start(Emulator::builder());
    for name in [SINK, "orders-sink"] {
        let ran = server.run(&format!("delete {name} --all --yes --no-wait"));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    let started = std::time::Instant::now();
    let ran = server.run("wait MysqlSinkConnector orders-sink nope --timeout 1s -o json");
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
    let kinds: Vec<String> = ran
        .stderr
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| json(line)["error"]["kind"].to_string())
        .collect();
    assert_eq!(
        kinds,
        [r#""pending""#, r#""pending""#, r#""not-found""#],
        "{}",
        ran.stderr
    );
    assert_eq!(ran.code, 8);
}

#[test]
fn a_missing_yes_names_the_connector() {
    let ran = finish(
        tool("http://127.0.0.1:9").args(words("delete MysqlSinkConnector --all")),
        "",
    );
    assert_eq!(ran.code, 2);
    ran.says(SINK);
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
    // The offsets are shown even if the state cannot be read.
    server
        .emulator
        .fault(Operation::ConnectorStatus, Fault::error(403, "Forbidden"));
    let ran = server.run("get MysqlSinkConnector");
    assert_eq!(ran.code, 0);
    ran.prints("state unknown");
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

/// A misspelt code would silently accept nothing.
#[test]
fn a_code_that_does_not_exist_is_refused() {
    let ran = finish(
        bare().args(words(
            "delete MysqlSinkConnector --all --accept other-conector",
        )),
        "",
    );
    assert_eq!(ran.code, 2);
    ran.says("other-connector");
}
