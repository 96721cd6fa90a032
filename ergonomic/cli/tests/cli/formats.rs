//! The output of each command in each form.

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

/// Runs the same command in every form and compares each with its file.
fn each_form(server: &Server, name: &str, line: &str) {
    for form in ["table", "json", "yaml"] {
        in_form(server, name, line, form);
    }
}

/// The same, with a server for each form: with a clock that does not move, a second alteration could not be distinguished
/// from the first.
fn each_form_anew(name: &str, line: &str) -> Server {
    let run = |form| {
        let server = still();
        in_form(&server, name, line, form);
        server
    };
    run("json");
    run("yaml");
    run("table")
}

fn in_form(server: &Server, name: &str, line: &str, form: &str) {
    let ran = server.run(&format!("{line} -o {form}"));
    assert_eq!(ran.code, 0, "{line}: {}", ran.stderr);
    golden(&format!("{name}.{form}"), &ran.stdout);
}

#[test]
fn current_offsets() {
    let server = still();
    each_form(&server, "get-sink", "get MysqlSinkConnector");
    each_form(&server, "get-source", "get oracle-cdc");
    let several = "get MysqlSinkConnector lcc-21sdda young-sink";
    each_form(&server, "get-several", several);
}

#[test]
fn plans() {
    let server = still();
    for (name, line) in [
        ("plan-shift", "patch orders-sink --shift-by -100"),
        (
            "plan-earliest",
            "patch orders-sink --to-earliest --partition orders:1",
        ),
        ("plan-delete", "delete MysqlSourceConnector --all"),
    ] {
        each_form(&server, name, &format!("{line} --dry-run"));
    }
    assert!(server.emulator.requests().iter().all(|r| r.method == "GET"));
}

#[test]
fn alterations_and_their_status() {
    let patch = "patch MysqlSinkConnector --set topic_A:0=7 --yes --timeout 800ms";
    let server = each_form_anew("patch", patch);
    each_form_anew("patch-no-wait", &format!("{patch} --no-wait"));
    each_form(&server, "status", "status MysqlSinkConnector");
    each_form(&server, "wait", "wait MysqlSinkConnector --timeout 800ms");
    each_form_anew("delete", "delete oracle-cdc --all --yes --timeout 800ms");
}

#[test]
fn connectors() {
    let server = still();
    each_form(&server, "list", "list");
    golden("list-names.txt", &server.run("list --names").stdout);
}
