//! The output of each command as JSON and, where no other test compares them, as a table and as YAML.

use crate::tool::{Server, golden};

/// Runs a command and compares its output with `golden/NAME.FORM`.
fn in_form(server: &Server, name: &str, form: &str, line: &str) {
    let ran = server.ok(&format!("{line} -o {form}"));
    golden(&format!("{name}.{form}"), &ran.stdout);
}

#[test]
fn what_changes_nothing() {
    let server = Server::still();
    let shift = "patch orders-sink --shift-by -100 --dry-run";
    let earliest = "patch orders-sink --to-earliest --partition orders:1 --dry-run";
    for (name, form, line) in [
        ("get-sink", "json", "get MysqlSinkConnector"),
        ("get-source", "json", "get oracle-cdc"),
        ("get-source", "yaml", "get oracle-cdc"),
        (
            "get-several",
            "json",
            "get MysqlSinkConnector lcc-21sdda young-sink",
        ),
        (
            "get-several",
            "table",
            "get MysqlSinkConnector lcc-21sdda young-sink",
        ),
        ("plan-shift", "json", shift),
        ("plan-shift", "table", shift),
        ("plan-earliest", "json", earliest),
        (
            "plan-delete",
            "json",
            "delete MysqlSourceConnector --all --dry-run",
        ),
        ("list", "json", "list"),
        ("list", "table", "list"),
        ("list", "yaml", "list"),
    ] {
        in_form(&server, name, form, line);
    }
    golden("list-names.txt", &server.run("list --names").stdout);
    assert!(server.emulator.requests().iter().all(|r| r.method == "GET"));
}

#[test]
fn alterations_and_their_status() {
    // With a clock that does not move, a second alteration could not be distinguished from the first.
    let patch = "patch MysqlSinkConnector --set topic_A:0=7 --yes --timeout 800ms";
    let server = Server::still();
    in_form(&server, "patch", "json", patch);
    in_form(&server, "status", "json", "status MysqlSinkConnector");
    in_form(
        &server,
        "wait",
        "json",
        "wait MysqlSinkConnector --timeout 800ms",
    );
    in_form(&Server::still(), "patch", "table", patch);
    let no_wait = format!("{patch} --no-wait");
    in_form(&Server::still(), "patch-no-wait", "json", &no_wait);
    in_form(&Server::still(), "patch-no-wait", "table", &no_wait);
    in_form(
        &Server::still(),
        "delete",
        "json",
        "delete oracle-cdc --all --yes --timeout 800ms",
    );
}
