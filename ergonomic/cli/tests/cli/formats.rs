//! The output of each command as JSON. A table or YAML is tested here only if no golden screen shows the same.

use crate::tool::{Server, cases, golden};

/// Runs a command, and compares its output with a golden file. The form of the output is the ending of the file's name.
fn in_form(server: &Server, file: &str, line: &str) {
    let form = file.rsplit('.').next().unwrap();
    let ran = server.ok(&format!("{line} -o {form}"));
    golden(file, &ran.stdout);
}

const UNCHANGED: &str = "
    get-sink.json => get MysqlSinkConnector
    get-source.json => get oracle-cdc
    get-source.yaml => get oracle-cdc
    get-several.json => get MysqlSinkConnector lcc-21sdda young-sink
    plan-shift.json => patch orders-sink --shift-by -100 --dry-run
    plan-earliest.json => patch orders-sink --to-earliest --partition orders:1 --dry-run
    plan-delete.json => delete MysqlSourceConnector --all --dry-run --yes
    list.json => list
";

#[test]
fn what_changes_nothing() {
    let server = Server::still();
    for (file, line) in cases(UNCHANGED) {
        in_form(&server, file, line);
    }
    golden("list-names.txt", &server.run("list --names").stdout);
    assert!(server.emulator.requests().iter().all(|r| r.method == "GET"));
}

/// Each command runs on a server of its own: with a clock that does not move, a second alteration could not be
/// distinguished from the first.
const ALTERATIONS: &str = "
    patch.table => patch MysqlSinkConnector --set topic_A:0=7 --yes --timeout 800ms
    patch-no-wait.json => patch MysqlSinkConnector --set topic_A:0=7 --yes --no-wait
    patch-no-wait.table => patch MysqlSinkConnector --set topic_A:0=7 --yes --no-wait
    delete.json => delete oracle-cdc --all --yes --timeout 800ms
";

#[test]
fn alterations_and_their_status() {
    for (file, line) in cases(ALTERATIONS) {
        in_form(&Server::still(), file, line);
    }
    let server = Server::still();
    for (file, line) in cases(
        "patch.json => patch MysqlSinkConnector --set topic_A:0=7 --yes --timeout 800ms
         status.json => status MysqlSinkConnector
         wait.json => wait MysqlSinkConnector --timeout 800ms",
    ) {
        in_form(&server, file, line);
    }
}
