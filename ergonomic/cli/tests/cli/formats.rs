//! What each command prints, in each form.

use ccloud_connect::clock::ManualClock;
use ccloud_connect_emulator::{Emulator, Timing};

use crate::tool::{Server, golden};

fn still() -> Server {
    Server::start(
        Emulator::builder()
            .timing(Timing::instant())
            .clock(ManualClock::default()),
    )
}

/// Runs the same command in every form and compares each with its file. Ages are left out, because the emulator's clock
/// stands still and this machine's does not.
fn each_form(server: &Server, name: &str, arguments: &[&str]) {
    for form in ["table", "json", "yaml"] {
        in_form(server, name, arguments, form);
    }
}

/// The same, each with a server of its own: where time stands still, a second alteration cannot be told from the first.
fn each_form_anew(name: &str, arguments: &[&str]) -> Server {
    let run = |form| {
        let server = still();
        in_form(&server, name, arguments, form);
        server
    };
    run("json");
    run("yaml");
    run("table")
}

fn in_form(server: &Server, name: &str, arguments: &[&str], form: &str) {
    let ran = server.run(&[arguments, &["-o", form]].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    let aged = form == "table" && arguments[0] == "get";
    let stdout = if aged {
        without_ages(&ran.stdout)
    } else {
        ran.stdout
    };
    golden(&format!("{name}.{form}"), &stdout);
}

fn without_ages(table: &str) -> String {
    let line = |line: &str| match line.rsplit_once("  ") {
        Some((rest, age)) if age.ends_with('d') => format!("{rest}  <age>\n"),
        _ => format!("{line}\n"),
    };
    table.lines().map(line).collect()
}

#[test]
fn current_offsets() {
    let server = still();
    each_form(&server, "get-sink", &["get", "MysqlSinkConnector"]);
    each_form(&server, "get-source", &["get", "oracle-cdc"]);
    each_form(
        &server,
        "get-several",
        &["get", "MysqlSinkConnector", "lcc-21sdda", "young-sink"],
    );
}

#[test]
fn plans() {
    let server = still();
    let dry = |more: &[&str]| -> Vec<String> {
        more.iter()
            .chain(&["--dry-run"])
            .map(|&a| a.to_owned())
            .collect()
    };
    let cases = [
        (
            "plan-shift",
            dry(&["patch", "orders-sink", "--shift-by", "-100"]),
        ),
        (
            "plan-earliest",
            dry(&[
                "patch",
                "orders-sink",
                "--to-earliest",
                "--partition",
                "orders:1",
            ]),
        ),
        (
            "plan-delete",
            dry(&["delete", "MysqlSourceConnector", "--all"]),
        ),
    ];
    for (name, arguments) in cases {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        each_form(&server, name, &arguments);
    }
    assert!(server.emulator.requests().iter().all(|r| r.method == "GET"));
}

#[test]
fn alterations_and_their_status() {
    let patch = [
        "patch",
        "MysqlSinkConnector",
        "--set",
        "topic_A:0=7",
        "--yes",
        "--timeout",
        "50ms",
    ];
    let server = each_form_anew("patch", &patch);
    each_form_anew("patch-no-wait", &[&patch[..], &["--no-wait"]].concat());
    each_form(&server, "status", &["status", "MysqlSinkConnector"]);
    each_form(
        &server,
        "wait",
        &["wait", "MysqlSinkConnector", "--timeout", "50ms"],
    );
    each_form_anew(
        "delete",
        &[
            "delete",
            "oracle-cdc",
            "--all",
            "--yes",
            "--timeout",
            "50ms",
        ],
    );
}

#[test]
fn connectors() {
    let server = still();
    each_form(&server, "list", &["list"]);
    golden("list-names.txt", &server.run(&["list", "--names"]).stdout);
}
