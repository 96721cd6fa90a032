//! Offsets in files and pipes must come out unchanged, or be refused.

use ccloud_connect::RawJson;
use ccloud_connect_emulator::{Emulator, Fault, Operation, Timing};

use crate::tool::{Server, golden};

/// Values that other tools often change.
const HARD: &str = r#"{"z":9007199254740993,"max":18446744073709551615,"beyond":18446744073709551616,"long":123456789012345678901234567890,"decimal":0.1234567890123456789,"huge":1e400,"cents":10.10,"zero":-0,"nothing":null,"text":"007","yes":"yes","a":true}"#;

/// A server with a source whose offset is [`HARD`].
fn hard() -> Server {
    let server = Server::quick();
    let body = format!(r#"{{"offsets":[{{"partition":{{"server":"s"}},"offset":{HARD}}}]}}"#);
    let answer = Fault::status(200).header("Content-Type", "application/json");
    server.fault(Operation::ReadOffsets, answer.body(body).times(9));
    server
}

/// The body of the last alteration request that the server received.
fn sent(server: &Server) -> String {
    let requests = server.emulator.requests();
    let post = requests
        .iter()
        .rev()
        .find(|r| r.operation == Some(Operation::Alter));
    String::from_utf8(post.unwrap().body.to_vec()).unwrap()
}

fn offsets(json: &str) -> String {
    let object: std::collections::BTreeMap<String, RawJson> = serde_json::from_str(json).unwrap();
    object["offsets"].to_string()
}

#[test]
fn what_get_prints_is_sent_back_unchanged() {
    for form in ["json", "yaml"] {
        let server = hard();
        let got = server.run(&format!("get oracle-cdc -o {form}")).stdout;
        let patch = "patch oracle-cdc --file - --yes --no-wait";
        server.feed(patch, &got).ends(0);
        let expected = format!(r#"[{{"partition":{{"server":"s"}},"offset":{HARD}}}]"#);
        assert_eq!(offsets(&sent(&server)), expected, "{form}");
    }
}

#[test]
fn an_editor_changes_what_it_edits() {
    let server = hard();
    let got = server.run("get oracle-cdc -o yaml").stdout;
    let edited = got.replace("z: 9007199254740993", "z: 9007199254740995");
    let ran = server
        .feed("patch oracle-cdc --file - --yes --no-wait", &edited)
        .ends(0);
    ran.says("z  9007199254740993 → 9007199254740995");
    let expected = HARD.replace("9007199254740993", "9007199254740995");
    assert!(sent(&server).contains(&expected));
}

#[test]
fn a_file_of_another_connector_is_refused() {
    let server = Server::quick();
    let got = server.run("get MySinkConnector -o json").stdout;
    let patch = "patch MysqlSinkConnector --file - --dry-run -q";
    let ran = server.feed(patch, &got).ends(2);
    ran.says(r#"holds offsets of connector "MySinkConnector", not of"#);
    // The connector's id is accepted as well as its name; with --accept, another connector is accepted, too.
    let clone = format!("{patch} --accept other-connector");
    server.feed(&clone, &got).ends(0);
    let own = "patch lcc-sa32er --file - --dry-run";
    server.feed(own, &got).ends(0);
    let elsewhere = got.replace("env-demo1", "env-other");
    server
        .feed(own, &elsewhere)
        .ends(2)
        .says(r#"environment "env-other""#);
    server
        .feed(&format!("{own} --base -"), &got)
        .ends(2)
        .says("another option");
    // What a change prints is a file of offsets, too.
    let done = server.ok("patch MySinkConnector --set topic_A:0=5 --yes --no-wait -o json");
    let ran = server.feed(patch, &done.stdout).ends(2);
    ran.says(r#"holds offsets of connector "MySinkConnector", not of"#);
}

#[test]
fn no_text_is_lost_or_in_the_way() {
    let server = Server::start(Emulator::builder());
    // `deleted` contains characters that a terminal does not show. `half` contains a character that a Rust string cannot
    // contain.
    let offset = "{\"deleted\":\"a\u{7f}\u{9b}b\",\"half\":\"\\ud800\"}";
    let body = format!(r#"{{"offsets":[{{"partition":{{"server":"s"}},"offset":{offset}}}]}}"#);
    let answer = Fault::status(200).header("Content-Type", "application/json");
    server.fault(Operation::ReadOffsets, answer.body(body).times(3));
    let json = server.run("get orders-sink -o json");
    json.prints(offset);
    let yaml = server.run("get orders-sink -o yaml");
    yaml.prints(r#"half: "\ud800""#);
    let table = server.ok("get orders-sink");
    assert!(
        !table.stdout.contains(['\u{7f}', '\u{9b}']),
        "{}",
        table.stdout
    );
}

/// Files that must be refused. The line above each file says what is wrong with the file.
const REFUSED: &str = include_str!("files-to-refuse.txt");

#[test]
fn what_cannot_be_meant_is_refused() {
    let server = Server::start(Emulator::builder());
    let mut all = String::new();
    for file in REFUSED.trim_start_matches("# ").split("\n# ") {
        let (what, text) = file.split_once('\n').unwrap_or((file, ""));
        let ran = server
            .feed("patch orders-sink --file - --yes", text)
            .ends(2);
        assert_eq!(ran.stdout, "", "{what}");
        all += &format!("# {what}\n{}", ran.stderr);
    }
    golden("refused-files.txt", &all);
    assert_eq!(server.accepted("orders-sink"), 0);
}

#[test]
fn twenty_findings_are_shown_and_all_are_counted() {
    let server = Server::quick();
    let entry =
        r#"{"partition":{"kafka_topic":"t","kafka_partition":"x"},"offset":{"kafka_offset":1}}"#;
    let file = format!("[{}]", vec![entry; 1000].join(","));
    let ran = server
        .feed("patch MysqlSinkConnector -f - --dry-run", &file)
        .ends(2);
    assert!(ran.stderr.lines().count() < 30, "{}", ran.stderr);
    ran.says(" more");
}

#[test]
fn an_offset_on_which_the_task_fails_takes_acceptance() {
    // The connector does not read on, so that its position stays the same between the plan and the request.
    let server = Server::still();
    let send = |offset: &str, more: &str| {
        let file = format!(
            r#"{{"offsets":[{{"partition":{{"server":"inventory"}},"offset":{offset}}}]}}"#
        );
        server.feed(
            &format!("patch mysql-cdc -f - --yes --no-wait {more}"),
            &file,
        )
    };
    let sent = || {
        let requests = server.emulator.requests();
        requests.iter().filter(|r| r.method == "POST").count()
    };
    for offset in [
        r#"{"fil":"mysql-bin.000040","pos":4}"#,
        r#"{"file":"mysql-bin.000040","pos":"4x"}"#,
    ] {
        let ran = send(offset, "");
        assert_eq!((ran.code, sent()), (2, 0), "{}", ran.stderr);
        let tip = "if this is what you want, add --accept task-would-fail";
        ran.says(tip);
        assert!(!ran.stderr.contains("bytes"), "{}", ran.stderr);
    }
    let ran = send(
        r#"{"file":"mysql-bin.000040","pos":"4x"}"#,
        "--accept task-would-fail",
    );
    assert_eq!((ran.code, sent()), (0, 1), "{}", ran.stderr);
    assert!(!ran.stderr.contains(":0, back"), "{}", ran.stderr);
    let shown = server.run("get mysql-cdc");
    assert!(
        !shown.stdout.contains("mysql-bin.000040:0"),
        "{}",
        shown.stdout
    );
}

/// The codes of the warnings that a dry run prints as JSON.
fn codes(ran: &crate::tool::Ran) -> Vec<String> {
    let plan: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let warnings = plan["warnings"].as_array().unwrap().iter();
    let of = |severity| move |finding: &&serde_json::Value| finding["severity"] == severity;
    let codes = warnings.filter(of("warning"));
    codes
        .map(|f| f["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_file_that_would_take_partitions_back_says_so() {
    let clock = ccloud_connect::clock::ManualClock::default();
    let server = Server::start(
        Emulator::builder()
            .timing(Timing::instant())
            .clock(clock.clone()),
    );
    for (name, words, edit) in [
        (
            "mysql-cdc",
            "bytes from the current position; if this entry was not edited, the connector has read on since the",
            Some((r#""pos":197"#, r#""pos":4"#)),
        ),
        (
            "orders-sink",
            "records from the current position; if this entry was not edited, the connector has read on since the",
            None,
        ),
    ] {
        let file = server.run(&format!("get {name} -o json")).stdout;
        clock.advance(std::time::Duration::from_secs(60));
        let patch = |more: &str, file: &str| {
            server.feed(&format!("patch {name} -f - --dry-run {more}"), file)
        };
        let ran = patch("-o json", &file).ends(0);
        assert!(
            codes(&ran).contains(&"goes-back".to_owned()),
            "{}",
            ran.stdout
        );
        ran.prints(words);
        patch("--strict", &file).ends(2).says("goes back by");
        patch("--strict --accept=goes-back --accept=skips-records", &file).ends(0);
        // With the unedited file as --base, only the edited entries are sent, and no other partition goes back.
        let Some((from, to)) = edit else { continue };
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().join("base.json");
        std::fs::write(&base, &file).unwrap();
        let base = format!("--base {} -o json", base.display());
        patch(&base, &file).ends(2);
        // With the offsets of another connector as --base, every entry would look edited, so such a --base must be refused.
        let other = folder.path().join("other.json");
        let of_other = server.run("get MysqlSinkConnector -o json").stdout;
        std::fs::write(&other, of_other).unwrap();
        let refused = patch(&format!("--base {}", other.display()), &file).ends(2);
        refused.says("base: holds offsets of connector \"MysqlSinkConnector\", not of");
        let edited = file.replace(from, to);
        assert!(edited.contains(to), "{edited}");
        let ran = patch(&base, &edited).ends(0);
        assert_eq!(
            ran.json()["request"]["offsets"].as_array().unwrap().len(),
            1
        );
        assert!(
            !codes(&ran).contains(&"goes-back".to_owned()),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn a_source_that_goes_ahead_skips_and_strict_stops_it() {
    let server = Server::still();
    let to = |place: &str| server.run(&format!("patch mysql-cdc --dry-run --binlog {place}"));
    let ahead = to("mysql-bin.000043:4 -o json");
    assert_eq!(
        (ahead.code, codes(&ahead)),
        (0, vec!["skips-records".to_owned()])
    );
    let strict = to("mysql-bin.000043:4 --strict").ends(2);
    let words = "the connector does not read anything between the old and the new position: mysql-bin.000042:197 → mysql-bin.000043:4, ahead by 1 file";
    strict.says(words);
    to("mysql-bin.000043:4 --strict --accept skips-records").ends(0);
    // The tool cannot check whether the database still has the earlier log. The finding about it is a note, which does not
    // stop the change even with --strict.
    to("mysql-bin.000041:4 --strict").ends(0);
}
