//! Errors for people and for programs.

use ccloud_connect_emulator::{Fault, Operation};

use crate::tool::{Server, bare, finish, golden, tool, words};

/// What happens, the fault that makes it happen, and the command that meets it.
type Case = (&'static str, Option<(Operation, Fault)>, &'static str);

fn cases() -> Vec<Case> {
    const GET: &str = "get MysqlSinkConnector";
    const PATCH: &str =
        "patch MysqlSinkConnector --set topic_A:0=7 --yes --timeout 2s --no-confirm --quiet";
    use Operation::{Alter, ReadOffsets, RequestStatus};
    let later = |status| Fault::status(status).header("Retry-After", "600");
    vec![
        ("usage", None, "patch MysqlSinkConnector"),
        (
            "misspelt option",
            None,
            "get MysqlSinkConnector --max-agee 3",
        ),
        ("a name that is none", None, "get .."),
        ("not found", None, "get nope"),
        ("an id that is none", None, "get lcc-nope"),
        ("no offset management", None, "get custom-connector"),
        ("nothing to wait for", None, "wait MysqlSinkConnector"),
        ("an empty option", None, "get MysqlSinkConnector -e="),
        (
            "a word of another tool",
            None,
            "patch MysqlSinkConnector --to-offset 5",
        ),
        (
            "a negative time",
            None,
            "wait MysqlSinkConnector --timeout -1",
        ),
        (
            "invalid offsets",
            None,
            "patch MysqlSinkConnector --set topic_A:0=-5 --set topic_A:0=1 --yes",
        ),
        (
            "a shift of a source",
            None,
            "patch oracle-cdc --shift-by -1 --yes",
        ),
        (
            "not authenticated",
            Some((ReadOffsets, Fault::error(401, "Unauthorized"))),
            GET,
        ),
        (
            "forbidden",
            Some((ReadOffsets, Fault::error(403, "Forbidden"))),
            GET,
        ),
        ("rate limited", Some((ReadOffsets, later(429))), GET),
        (
            "unavailable",
            Some((
                ReadOffsets,
                later(503).html("<html><title>503 Service Unavailable</title></html>"),
            )),
            GET,
        ),
        ("redirected", Some((ReadOffsets, Fault::status(302))), GET),
        (
            "unreadable",
            Some((ReadOffsets, Fault::status(200).body("what?"))),
            GET,
        ),
        (
            "refused by the service",
            Some((Alter, Fault::error(400, "kafka_offset is odd"))),
            PATCH,
        ),
        (
            "in conflict",
            Some((Alter, Fault::error(409, "a request is in progress"))),
            PATCH,
        ),
        (
            "failed",
            Some((RequestStatus, Fault::phase("FAILED"))),
            PATCH,
        ),
        (
            "superseded",
            Some((RequestStatus, Fault::superseded())),
            PATCH,
        ),
    ]
}

#[test]
fn every_class_for_people_and_for_programs() {
    let mut people = String::new();
    let mut programs = String::new();
    let server = Server::quick();
    for (what, fault, arguments) in cases() {
        let run = |more: &str| {
            if let Some((operation, fault)) = &fault {
                if *operation == Operation::RequestStatus {
                    // Making the plan and applying it read the status first.
                    server
                        .emulator
                        .fault(Operation::RequestStatus, Fault::act().times(2));
                }
                server.emulator.fault(*operation, fault.clone());
            }
            let ran = server.run(&format!("{arguments} {more}"));
            // The record of an accepted request is data, whatever its outcome.
            let is_data = ["failed", "superseded"].contains(&what);
            assert_eq!(ran.stdout.is_empty(), !is_data, "{what}");
            assert_ne!(ran.code, 0, "{what}");
            ran
        };
        let ran = run("");
        people += &format!("# {what}: exit code {}\n{}\n", ran.code, ran.stderr);
        let ran = run("-o json");
        let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
        assert_eq!(error["error"]["exit_code"], ran.code, "{what}");
        programs += &format!("# {what}\n{}", ran.stderr);
    }
    golden("errors.txt", &people);
    golden("errors.json.txt", &programs);
}

#[test]
fn nothing_set() {
    let ran = finish(bare().args(words("get MysqlSinkConnector")), "");
    assert_eq!(ran.code, 2);
    golden("errors-nothing-set.txt", &ran.stderr);
}

#[test]
fn nobody_listens() {
    let ran = finish(
        tool("http://127.0.0.1:9").args(words("get MysqlSinkConnector")),
        "",
    );
    assert_eq!(ran.code, 6);
    let start = "error: reading the offsets of connector \"MysqlSinkConnector\" (env-demo1/lkc-demo1): no connection could be made to http://127.0.0.1:9: Connection refused";
    assert!(ran.stderr.starts_with(start), "{}", ran.stderr);
    ran.says("(4 attempts in ");
}

#[test]
fn no_secret_is_logged() {
    let server = Server::quick();
    let ran = server.run("get MysqlSinkConnector -vvv");
    assert_eq!(ran.code, 0);
    ran.says("TRACE");
    // As it is, and as HTTP Basic encodes it.
    for secret in [
        "emulator-secret-that-everybody-knows",
        "RU1VTEFUT1JLRVkwMDAwMTp",
    ] {
        assert!(!ran.stderr.contains(secret));
    }
}

#[test]
fn a_secret_in_the_endpoint_is_not_repeated() {
    let ran = finish(
        tool("https://user:hunter2@example.com").args(words("get MysqlSinkConnector")),
        "",
    );
    assert_eq!(ran.code, 2);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_does_not_hide_the_alteration() {
    use std::fs::OpenOptions;
    let server = Server::quick();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = tool(&server.emulator.url())
        .args(words(
            "delete MysqlSinkConnector --all --yes --no-wait --quiet",
        ))
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    golden(
        "errors-full-disk.txt",
        &String::from_utf8(output.stderr).unwrap(),
    );
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let mut command = bare();
    command.arg("get").arg(std::ffi::OsStr::from_bytes(b"\xff"));
    let ran = finish(command.args(words("-o json")), "");
    assert_eq!(ran.code, 2);
    ran.says("invalid UTF-8");
}

/// A reader such as `head` may close the pipe early, which is not a failure.
#[test]
fn a_closed_pipe() {
    use std::process::Stdio;
    let server = Server::quick();
    for arguments in ["get MysqlSinkConnector", "--help", "schema"] {
        let mut child = tool(&server.emulator.url())
            .args(words(arguments))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}
