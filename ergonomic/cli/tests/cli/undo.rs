//! `undo`, as a person types it.

use ccloud_connect_emulator::{CLUSTER, ENVIRONMENT, Emulator, Fault, Operation, Timing};

use crate::tool::Server;

const SINK: &str = "MysqlSinkConnector";
const QUICK: [&str; 3] = ["--yes", "--timeout", "2s"];

fn quick() -> Server {
    Server::start(Emulator::builder().timing(Timing::instant()))
}

fn run(server: &Server, arguments: &[&str]) -> (i32, String, String) {
    let quick = if arguments.contains(&"--timeout") {
        &QUICK[..1]
    } else {
        &QUICK
    };
    let ran = server.run(&[arguments, quick].concat());
    (ran.code, ran.stdout, ran.stderr)
}

fn accepted(server: &Server) -> u64 {
    server
        .emulator
        .accepted_alterations(ENVIRONMENT, CLUSTER, SINK)
}

#[test]
fn takes_the_latest_request_back() {
    let server = quick();
    let set = ["patch", SINK, "--set", "topic_A:0=7", "--no-wait"];
    assert_eq!(run(&server, &set).0, 0);
    let (code, stdout, stderr) = run(&server, &["undo", SINK, "-o", "json"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("undo of the PATCH of "), "{stderr}");
    let record: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(record["offsets"][0]["offset"]["kafka_offset"], 20_032_323);
    assert_eq!(
        record["outcome"]["partitions"][0]["moved"]["direction"],
        "ahead"
    );
    assert_eq!(record["outcome"]["as_planned"], true);
    // And that back again, which delivers again.
    let (code, stdout, stderr) = run(&server, &["undo", SINK, "-o", "json"]);
    assert_eq!(code, 0, "{stderr}");
    let record: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let warned = record["warnings"].as_array().unwrap();
    assert!(
        warned
            .iter()
            .any(|warning| warning["code"] == "delivered-again"),
        "{stdout}"
    );
    assert_eq!(accepted(&server), 3);
}

#[test]
fn only_the_request_that_was_meant() {
    let server = quick();
    let set = [
        "patch",
        SINK,
        "--set",
        "topic_A:0=7",
        "--no-wait",
        "-o",
        "json",
    ];
    let (_, mine, _) = run(&server, &set);
    let mine: serde_json::Value = serde_json::from_str(&mine).unwrap();
    let mine = format!("PATCH@{}", mine["requested_at"].as_str().unwrap());
    assert_eq!(
        run(&server, &["undo", SINK, "--request", &mine, "--dry-run"]).0,
        0
    );
    // Another one comes, of whoever.
    assert_eq!(run(&server, &["delete", SINK, "--all", "--no-wait"]).0, 0);
    let (code, stdout, stderr) = run(&server, &["undo", SINK, "--request", &mine]);
    assert_eq!((code, stdout.as_str()), (5, ""), "{stderr}");
    assert!(
        stderr.contains("cannot be undone: the latest request of"),
        "{stderr}"
    );
    assert!(stderr.contains("Nothing was changed"), "{stderr}");
    assert_eq!(accepted(&server), 2);
}

#[test]
fn a_failed_request_is_undone_once_a_later_sample_shows_it() {
    let server = quick();
    let partly = ["--set", "topic_A:0=7", "--set", "nope:0=1"];
    let partly = [&["patch", SINK, "--no-wait"], &partly[..]].concat();
    assert_eq!(run(&server, &partly).0, 0);
    // In another process nothing says when it failed; the time of a sample that shows it has to be seen to come.
    let (code, stdout, stderr) = run(&server, &["undo", SINK, "-o", "json", "--timeout", "20s"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(
        stderr.contains("waiting up to 20s for a sample"),
        "{stderr}"
    );
    let record: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(record["offsets"].as_array().unwrap().len(), 1, "{stdout}");
    assert_eq!(record["offsets"][0]["offset"]["kafka_offset"], 20_032_323);
    // None comes in no time, and nothing is sent then.
    assert_eq!(run(&server, &partly).0, 0);
    let before = accepted(&server);
    let (code, _, stderr) = run(&server, &["undo", SINK, "-o", "json", "--timeout", "0"]);
    assert_eq!(code, 8, "{stderr}");
    assert!(stderr.contains("sample-too-old"), "{stderr}");
    assert_eq!(accepted(&server), before);
}

#[test]
fn what_cannot_be_undone_says_why() {
    let server = quick();
    assert_eq!(run(&server, &["undo", SINK]).0, 4, "no request yet");
    assert_eq!(server.run(&["undo", SINK]).code, 2, "no yes");
    let set = ["patch", SINK, "--set", "topic_A:0=7", "--no-wait"];
    assert_eq!(run(&server, &set).0, 0);
    server
        .emulator
        .fault(Operation::RequestStatus, Fault::phase("PENDING"));
    let (code, _, stderr) = run(&server, &["undo", SINK]);
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
    let (code, _, stderr) = run(&server, &["undo", SINK, "-o", "json"]);
    assert_eq!(code, 2);
    let error: serde_json::Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    assert_eq!(error["error"]["findings"][0]["code"], "nothing-to-restore");
    assert_eq!(accepted(&server), 1);
}
