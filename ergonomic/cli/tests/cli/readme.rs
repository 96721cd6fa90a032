//! The session in the README is what the tool prints.

use std::fmt::Write as _;
use std::path::Path;

use crate::tool::{Server, steady, updating};

const START: &str = "cli readme -->\n```console\n";
const END: &str = "```\n<!-- /session -->";

/// Commands, and the exit codes that they end with.
const SESSION: [(&str, i32); 6] = [
    ("list", 0),
    ("get MysqlSinkConnector", 0),
    ("patch MysqlSinkConnector --shift-by -1000 --dry-run", 0),
    ("patch MysqlSinkConnector --set topic_A:0=20000000 --yes", 0),
    ("get lcc-oracle -o yaml", 0),
    ("get orders", 4),
];

#[test]
fn readme_shows_a_real_session() {
    let server = Server::quick();
    let mut session = String::new();
    for (line, code) in SESSION {
        let ran = server.run(line);
        assert_eq!(ran.code, code, "{line}: {}", ran.stderr);
        writeln!(session, "$ ccloud-offsets {line}").unwrap();
        session += &ran.stderr;
        session += &ran.stdout;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = readme.split_once(START).unwrap();
    let (shown, tail) = rest.split_once(END).unwrap();
    if updating() {
        std::fs::write(&path, format!("{head}{START}{session}{END}{tail}")).unwrap();
        return;
    }
    // Times differ in length, and columns with them.
    let words = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.map(|line| steady(&line)).collect()
    };
    assert_eq!(
        words(shown),
        words(&session),
        "the README is out of date; run UPDATE_GOLDEN=1 cargo test -p ccloud-offsets --test cli readme"
    );
}
