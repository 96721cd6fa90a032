//! Errors as text for people, and as JSON for programs.

use ccloud_connect_emulator::{Fault, Operation};

use crate::tool::{Server, bare, finish, golden, tool, words};

/// Errors that need no fault: the name of each error, and the command that causes it.
const PLAIN: &str = "
usage: patch MysqlSinkConnector
misspelt option: get MysqlSinkConnector --max-agee 3
a name that is none: get ..
not found: get nope
an id that is none: get lcc-nope
no offset management: get custom-connector
nothing to wait for: wait MysqlSinkConnector
an empty option: get MysqlSinkConnector -e=
a word of another tool: patch MysqlSinkConnector --to-offset 5
a negative time: wait MysqlSinkConnector --timeout -1
invalid offsets: patch MysqlSinkConnector --set topic_A:0=-5 --set topic_A:0=1 --yes
a shift of a source: patch oracle-cdc --shift-by -1 --yes
";

const GET: &str = "get MysqlSinkConnector";
const PATCH: &str =
    "patch MysqlSinkConnector --set topic_A:0=7 --yes --timeout 2s --no-confirm --quiet";

/// The name of an error, the command that causes it, and the fault that the server needs for it.
type Case<'a> = (&'a str, &'a str, Option<(Operation, Fault)>);

fn cases() -> Vec<Case<'static>> {
    use Operation::{Alter, ReadOffsets, RequestStatus};
    let plain = PLAIN.lines().filter_map(|line| line.split_once(": "));
    let mut cases: Vec<Case<'_>> = plain.map(|(what, line)| (what, line, None)).collect();
    let later = |status| Fault::status(status).header("Retry-After", "600");
    let page = "<html><title>503 Service Unavailable</title></html>";
    for (what, fault) in [
        ("not authenticated", Fault::error(401, "Unauthorized")),
        ("forbidden", Fault::error(403, "Forbidden")),
        ("rate limited", later(429)),
        ("unavailable", later(503).html(page)),
        ("redirected", Fault::status(302)),
        ("unreadable", Fault::status(200).body("what?")),
    ] {
        cases.push((what, GET, Some((ReadOffsets, fault))));
    }
    let odd_name = Fault::error(400, "no such path");
    let slash = "patch a/b --set topic_A:0=7 --yes";
    cases.push((
        "a name that the service refuses",
        slash,
        Some((ReadOffsets, odd_name)),
    ));
    let odd = Fault::error(400, "kafka_offset is odd");
    let busy = Fault::error(409, "a request is in progress");
    for (what, operation, fault) in [
        ("refused by the service", Alter, odd),
        ("in conflict", Alter, busy),
        ("failed", RequestStatus, Fault::phase("FAILED")),
        ("superseded", RequestStatus, Fault::superseded()),
    ] {
        cases.push((what, PATCH, Some((operation, fault))));
    }
    cases
}

#[test]
fn every_class_for_people_and_for_programs() {
    let mut people = String::new();
    let mut programs = String::new();
    let server = Server::quick();
    for (what, arguments, fault) in cases() {
        let run = |more: &str| {
            if let Some((operation, fault)) = &fault {
                if *operation == Operation::RequestStatus {
                    // The tool reads the status once for making the plan, and once when the plan is applied. These two
                    // reads must succeed; the fault is for the next one.
                    server.fault(Operation::RequestStatus, Fault::act().times(2));
                }
                server.fault(*operation, fault.clone());
            }
            let ran = server.run(&format!("{arguments} {more}"));
            // What the tool knows of an accepted request goes to standard output, even when the command fails.
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
    let ran = finish(bare().args(words("get MysqlSinkConnector")), "").ends(2);
    golden("errors-nothing-set.txt", &ran.stderr);
}

#[test]
fn no_secret_is_logged() {
    let server = Server::quick();
    let ran = server.ok("get MysqlSinkConnector -vvv");
    ran.says("TRACE");
    // The secret itself, and the beginning of the text in which HTTP Basic encodes key and secret.
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
    )
    .ends(2);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_does_not_hide_the_alteration() {
    use std::fs::OpenOptions;
    let server = Server::quick();
    let mut told = String::new();
    // Printing to the full disk always fails, with exit code 1. When something else fails as well, it decides the exit code.
    for (arguments, code) in [
        ("delete MysqlSinkConnector --all --yes --no-wait --quiet", 1),
        (
            "patch MysqlSinkConnector --set topic_A:0=0 --yes --quiet",
            7,
        ),
        ("wait MysqlSinkConnector --quiet", 7),
        ("get MysqlSinkConnector nope", 4),
        ("status MysqlSinkConnector nope", 4),
    ] {
        if arguments.starts_with("patch") {
            // The tool reads the status once for making the plan, and once when the plan is applied. These two reads must
            // succeed; the later ones show the failure.
            server.fault(Operation::RequestStatus, Fault::act().times(2));
            server.fault(Operation::RequestStatus, Fault::phase("FAILED").times(9));
        }
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = tool(&server.emulator.url())
            .args(words(arguments))
            .stdout(full)
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments}: {error}");
        told += &format!("# {arguments}\n{error}\n");
    }
    golden("errors-full-disk.txt", &told);
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let mut command = bare();
    command.arg("get").arg(std::ffi::OsStr::from_bytes(b"\xff"));
    finish(command.args(words("-o json")), "")
        .ends(2)
        .says("invalid UTF-8");
}

/// A reader such as `head` may close the pipe early, which is not a failure.
#[test]
fn a_closed_pipe() {
    use std::process::Stdio;
    let server = Server::quick();
    // A `watch` must end when its reader is gone; otherwise it would run for ever.
    let watch = "watch MysqlSinkConnector --interval 1s";
    for arguments in ["get MysqlSinkConnector", "--help", "schema", watch] {
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
