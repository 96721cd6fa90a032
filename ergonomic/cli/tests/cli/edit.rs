//! `edit` with a script as the editor, and coordinates of sources.

use std::path::Path;

use ccloud_connect::clock::ManualClock;
use ccloud_connect_emulator::{Emulator, Fault, Operation, Timing};
use serde_json::Value;

use crate::tool::{Ran, Server, cases, finish, golden, tool, words};

const SINK: &str = "MysqlSinkConnector";

fn edit(server: &Server, name: &str, script: &str, more: &str) -> Ran {
    let directory = tempfile::tempdir().unwrap();
    let ran = edit_in(directory.path(), server, name, script, more);
    let left = std::fs::read_dir(directory.path()).unwrap().count();
    assert!(left == 1 || ran.code != 0, "a file was left behind");
    ran
}

/// Runs `edit` with an editor that applies the shell script to the file `$1`.
fn edit_in(directory: &Path, server: &Server, name: &str, script: &str, more: &str) -> Ran {
    let editor = directory.join("editor.sh");
    std::fs::write(&editor, format!("set -e\n{script}\n")).unwrap();
    let mut command = tool(&server.emulator.url());
    command
        .args(words(&format!("edit {name} {more}")))
        .env("PATH", "/usr/bin:/bin")
        .env("TMPDIR", directory)
        .env("EDITOR", format!("sh {}", editor.display()));
    finish(&mut command, "")
}

fn sent(ran: &Ran) -> Value {
    let plan = ran.json();
    plan["request"]["offsets"].clone()
}

#[test]
fn only_what_was_edited_is_sent() {
    // The connector does not read on, so that the script finds the text that it replaces.
    let server = Server::still();
    let script = r#"sed -i 's/kafka_offset: 41000/kafka_offset: 40000/' "$1""#;
    let ran = edit(&server, "orders-sink", script, "--dry-run -o json").ends(0);
    let sent = sent(&ran);
    assert_eq!(sent.as_array().unwrap().len(), 1, "{sent}");
    assert_eq!(sent[0]["offset"]["kafka_offset"], 40000);
    edit(&server, "orders-sink", script, "--yes --no-wait").ends(0);
    assert_eq!(server.accepted("orders-sink"), 1);
}

#[test]
fn what_people_see_in_the_editor() {
    let server = Server::quick();
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("seen.yaml");
    let ran = edit(
        &server,
        "mysql-cdc",
        &format!("cp \"$1\" {}", copy.display()),
        "--yes",
    );
    // The editor saves the text without a change, so nothing may be sent.
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.says("The text was not edited");
    assert_eq!(server.accepted("mysql-cdc"), 0);
    let seen = std::fs::read_to_string(copy).unwrap();
    let seen: String = seen
        .lines()
        .map(|line| match line.contains("pos") || line.contains("# at") {
            // The connector reads on, so its position differs in each run.
            true => "  …\n".to_owned(),
            false => format!("{line}\n"),
        })
        .collect();
    golden("edit.yaml", &seen);
}

#[test]
fn what_is_invalid_comes_back_with_its_findings() {
    let server = Server::quick();
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("second.yaml");
    // The first time, the script makes a position invalid. The second time, it copies the text and corrects the position.
    let script = format!(
        "if grep -q '^ *#! ' \"$1\"; then cp \"$1\" {}; sed -i 's/kafka_offset: -5/kafka_offset: 5/' \"$1\"; \
         else sed -i 's/kafka_offset: 20032322/kafka_offset: -5/' \"$1\"; fi",
        copy.display()
    );
    let ran = edit(&server, SINK, &script, "--dry-run -o json").ends(0);
    assert_eq!(sent(&ran)[0]["offset"]["kafka_offset"], 5);
    let second = std::fs::read_to_string(copy).unwrap();
    // The finding is above the second entry, to which it belongs.
    let (before, after) = second.split_once("  #! error:").unwrap();
    assert_eq!(before.matches("\n  - ").count(), 1, "{second}");
    let (_, entry) = after.split_once("\n  - partition").unwrap();
    assert!(entry.contains("kafka_offset: -5"), "{second}");

    let broken = "grep -q '^ *#! ' \"$1\" || echo '}' >> \"$1\"";
    edit(&server, SINK, broken, "--yes").ends(2);
    let utf_16 = "printf '\\377\\376a\\000' > \"$1\"";
    let ran = edit(&server, SINK, utf_16, "--yes").ends(2);
    ran.says("UTF-16");
    ran.says("What you edited is in");
    assert_eq!(server.accepted(SINK), 0);
}

#[test]
fn what_was_edited_is_kept_and_can_be_sent() {
    let still = Emulator::builder().timing(Timing::instant());
    let server = Server::start(still.clock(ManualClock::default()));
    let directory = tempfile::tempdir().unwrap();
    let edit = |value: &str, more: &str| {
        let script = format!(
            "grep -q '^ *#! ' \"$1\" || sed -i 's/kafka_offset: 41000/kafka_offset: {value}/' \"$1\""
        );
        edit_in(directory.path(), &server, "orders-sink", &script, more)
    };
    let next = |ran: &Ran| {
        let next = ran.error()["error"]["next"].as_str().unwrap().to_owned();
        next.replacen("ccloud-offsets ", "", 1)
    };
    // Saving the text again without a correction ends the command.
    let ran = edit("many", "--yes -o json");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    ran.says("What you edited is in ");
    let again = server.run(&format!("{} --yes", next(&ran)));
    assert_eq!(again.code, 2, "it was not corrected: {}", again.stderr);

    let refusal = Fault::error(400, "not today");
    server.emulator.fault(Operation::Alter, refusal);
    let ran = edit("40000", "--yes -o json");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let plan = server.run(&format!("{} --dry-run -o json", next(&ran)));
    let sent = sent(&plan);
    assert_eq!(sent.as_array().unwrap().len(), 1, "{sent}");
    assert_eq!(sent[0]["offset"]["kafka_offset"], 40000);

    // After a request that may have been accepted, the next command is `status`.
    let lost = Fault::status(502);
    server.emulator.fault(Operation::Alter, lost);
    let ran = edit("40000", "--yes -o json");
    assert_eq!((ran.code, next(&ran).as_str()), (9, "status orders-sink"));

    // Another process alters the offsets while the editor is open.
    let other = format!(
        "sed -i s/41000/40000/ \"$1\"; {} patch orders-sink --set orders:1=7 --yes --no-wait -q",
        env!("CARGO_BIN_EXE_ccloud-offsets")
    );
    let ran = edit_in(
        directory.path(),
        &server,
        "orders-sink",
        &other,
        "--yes -o json",
    )
    .ends(5);
    ran.says("was accepted while the offsets were being edited");
    assert_eq!(server.accepted("orders-sink"), 1);
    assert!(next(&ran).starts_with("patch orders-sink --file "));
}

#[test]
fn an_editor_that_fails_changes_nothing() {
    let server = Server::quick();
    let change = |then: &str| format!("sed -i s/20032322/-5/ \"$1\"; {then}");
    // The edited file is kept, unless the editor removed it or left it unedited. An emptied file means "cancel".
    for (script, code, is_kept) in [
        (change("exit 1"), 2, true),
        ("exit 1".to_owned(), 2, false),
        (change("rm \"$1\""), 2, false),
        ("> \"$1\"".to_owned(), 0, false),
        // The editor makes the same mistake each time, and also changes the comments that contain the findings.
        (change("sed -i 's/ 0 /0&/' \"$1\""), 2, true),
        // The editor makes a different mistake each time.
        (change("sed -i s/-5/-55/ \"$1\""), 2, true),
    ] {
        let ran = edit(&server, SINK, &script, "--yes").ends(code);
        assert_eq!(ran.stderr.contains("What you edited is in"), is_kept);
        ran.says(if code == 2 {
            "changed: nothing"
        } else {
            "no offset was changed"
        });
    }
    edit(&server, SINK, "true", "").ends(2).says("--yes");
    edit(&server, "young-sink", "true", "--yes").ends(2);
    assert_eq!(server.accepted(SINK), 0);
}

/// Commands that must be refused. The reasons for the first seven, in their order: a coordinate of another kind of source, two
/// texts that are no coordinates, a partition that the connector does not have, a source that cannot go to a time, two
/// coordinates, a sink. In the other lines, the text after `=>` is what the error must suggest.
const PLACES: &str = r#"
    mysql-cdc --lsn 16/B374D848
    mysql-cdc --binlog mysql-bin.000042
    mysql-cdc --to-time yesterday
    mysql-cdc --binlog mysql-bin.000042:4 --partition {"server":"x"}
    mysql-cdc --to-time 2026-11-26T08:00Z
    mysql-cdc --binlog mysql-bin.000042:4 --lsn 1/2
    young-sink --scn 5
    orders-sink --lsn 16/B374D848 => --set, --shift-by
    mirror-source --lsn 16/B374D848 => --file
    oracle-cdc --lsn 16/B374D848 => use --scn
    oracle-cdc --to-earliest => ccloud-offsets delete oracle-cdc --all --dry-run
"#;

#[test]
fn places_in_the_words_of_the_source() {
    let server = Server::quick();
    let go = |line: &str| server.run(&format!("patch {line} --dry-run -o json"));
    let offset = &sent(&go("mysql-cdc --binlog mysql-bin.000042:4").ends(0))[0]["offset"];
    assert_eq!(
        (&offset["file"], &offset["pos"]),
        (&"mysql-bin.000042".into(), &4.into())
    );
    for (line, words) in cases(PLACES) {
        go(line).ends(2).says(words);
    }
}
