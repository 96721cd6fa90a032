//! Offsets through files and pipes: they come out unchanged, or are refused.

use ccloud_connect::RawJson;
use ccloud_connect_emulator::{CLUSTER, ENVIRONMENT, Emulator, Fault, Operation, Timing};

use crate::tool::{Server, golden};

/// Values that other tools often change.
const HARD: &str = r#"{"z":9007199254740993,"max":18446744073709551615,"beyond":18446744073709551616,"long":123456789012345678901234567890,"decimal":0.1234567890123456789,"huge":1e400,"cents":10.10,"zero":-0,"nothing":null,"text":"007","yes":"yes","a":true}"#;

/// A server with a source whose offsets are exactly these values.
fn hard() -> Server {
    let server = Server::quick();
    let body = format!(r#"{{"offsets":[{{"partition":{{"server":"s"}},"offset":{HARD}}}]}}"#);
    let answer = Fault::status(200).header("Content-Type", "application/json");
    server
        .emulator
        .fault(Operation::ReadOffsets, answer.body(body).times(9));
    server
}

/// The body of the last alteration that was asked for.
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
        let patch = ["patch", "oracle-cdc", "--file", "-", "--yes", "--no-wait"];
        let ran = server.feed(&patch, &got);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let expected = format!(r#"[{{"partition":{{"server":"s"}},"offset":{HARD}}}]"#);
        assert_eq!(offsets(&sent(&server)), expected, "{form}");
    }
}

#[test]
fn an_editor_changes_what_it_edits() {
    let server = hard();
    let got = server.run("get oracle-cdc -o yaml").stdout;
    let edited = got.replace("z: 9007199254740993", "z: 9007199254740995");
    let ran = server.feed("patch oracle-cdc --file - --yes --no-wait", &edited);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.says("z  9007199254740993 → 9007199254740995");
    let expected = HARD.replace("9007199254740993", "9007199254740995");
    assert!(sent(&server).contains(&expected));
}

#[test]
fn the_answer_of_kafka_connect_itself_is_read() {
    let server = Server::quick();
    let text = r#"{"offsets":[{"partition":{"kafka_partition":1,"kafka_topic":"orders"},"offset":{"kafka_offset":1234}}]}"#;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("offsets.json");
    std::fs::write(&path, text).unwrap();
    let file = path.to_str().unwrap();
    let ran = server.run(&format!("patch orders-sink --file {file} --yes --no-wait"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(offsets(&sent(&server)), offsets(text));
}

#[test]
fn a_file_of_another_connector_is_refused() {
    let server = Server::quick();
    let got = server.run("get MySinkConnector -o json").stdout;
    let patch = "patch MysqlSinkConnector --file - --dry-run -q";
    let ran = server.feed(patch, &got);
    assert_eq!(ran.code, 2);
    ran.says(r#"holds offsets of connector "MySinkConnector", not of"#);
    // The connector's id is accepted as well as its name; with --accept, another connector is accepted, too.
    let clone = format!("{patch} --accept other-connector");
    assert_eq!(server.feed(&clone, &got).code, 0);
    let own = ["patch", "lcc-sa32er", "--file", "-", "--dry-run"];
    assert_eq!(server.feed(&own, &got).code, 0);
    let elsewhere = got.replace("env-demo1", "env-other");
    let ran = server.feed(&own, &elsewhere);
    assert_eq!(ran.code, 2);
    ran.says(r#"environment "env-other""#);
}

#[test]
fn no_text_is_lost_or_in_the_way() {
    let server = Server::start(Emulator::builder());
    // A terminal does not show the first, and a Rust string cannot contain the second.
    let offset = "{\"deleted\":\"a\u{7f}\u{9b}b\",\"half\":\"\\ud800\"}";
    let body = format!(r#"{{"offsets":[{{"partition":{{"server":"s"}},"offset":{offset}}}]}}"#);
    let answer = Fault::status(200).header("Content-Type", "application/json");
    server
        .emulator
        .fault(Operation::ReadOffsets, answer.body(body).times(3));
    let json = server.run("get orders-sink -o json");
    assert!(json.stdout.contains(offset), "{}", json.stdout);
    let yaml = server.run("get orders-sink -o yaml");
    assert!(
        yaml.stdout.contains(r#"half: "\ud800""#),
        "{}{}",
        yaml.stdout,
        yaml.stderr
    );
    let table = server.run("get orders-sink");
    assert_eq!(table.code, 0, "{}", table.stderr);
    assert!(
        !table.stdout.contains(['\u{7f}', '\u{9b}']),
        "{}",
        table.stdout
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let server = Server::start(Emulator::builder());
    let entry = |partition: &str, offset: &str| {
        format!(
            r#"{{"partition":{{"kafka_topic":"orders","kafka_partition":{partition}}},"offset":{offset}}}"#
        )
    };
    let one = r#"{"kafka_offset":1}"#;
    let cases = [
        ("an empty file", String::new()),
        ("null", "null".to_owned()),
        ("a number", "7".to_owned()),
        ("no list", "{}".to_owned()),
        ("an empty list", "[]".to_owned()),
        ("a misspelt list", r#"{"ofsets":[]}"#.to_owned()),
        ("a misspelt member", r#"[{"partition":{"kafka_topic":"orders","kafka_partition":0},"ofset":{"kafka_offset":1}}]"#.to_owned()),
        ("broken JSON", r#"{"offsets":[1,}"#.to_owned()),
        ("the same partition twice", format!("[{},{}]", entry("0", one), entry("\"0\"", one))),
        ("an offset that is no number", format!("[{}]", entry("0", r#"{"kafka_offset":true}"#))),
        ("an offset that is no integer", format!("[{}]", entry("0", r#"{"kafka_offset":1.0}"#))),
        ("an offset beyond 64 bits", format!("[{}]", entry("0", r#"{"kafka_offset":9223372036854775808}"#))),
        ("a negative offset", format!("[{}]", entry("0", r#"{"kafka_offset":-1}"#))),
        ("a partition of another type", format!("[{}]", entry("0.5", one))),
        ("a duplicate key in YAML", "offsets: []\noffsets: []\n".to_owned()),
        ("an ambiguous number in YAML", "offsets:\n- partition: {kafka_topic: orders, kafka_partition: 0}\n  offset: {kafka_offset: 007}\n".to_owned()),
        ("a value left out in YAML", "offsets:\n- partition: {kafka_topic: orders, kafka_partition: 0}\n  offset:\n".to_owned()),
        ("JSON that only YAML would read", format!("[{},]", entry("0", one))),
    ];
    let mut all = String::new();
    for (what, text) in cases {
        let ran = server.feed("patch orders-sink --file - --yes", &text);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{what}");
        all += &format!("# {what}\n{}", ran.stderr);
    }
    golden("refused-files.txt", &all);
    assert_eq!(
        server
            .emulator
            .accepted_alterations(ENVIRONMENT, CLUSTER, "orders-sink"),
        0
    );
}

#[test]
fn files_that_are_something_else() {
    let server = Server::quick();
    let said = |text: &str| {
        let ran = server.feed("patch MysqlSinkConnector -f - --dry-run", text);
        assert_eq!(ran.code, 2, "{text}");
        ran.stderr
    };
    let comments = said("{\n  // mine\n  \"offsets\": []\n}");
    assert!(
        comments.contains("line 2") && comments.contains("no comments"),
        "{comments}"
    );
    assert!(said("// mine\n[]").contains("no comments"));
    assert!(said("{\"a\": \"http://x\",}").contains("is not JSON"));
    assert!(said("PARTITION  OFFSET\norders:0   5\n").contains("cause"));
    assert!(said("topic,partition,offset\norders,0,5\n").contains("plain text"));
    let merged = "- partition: {kafka_topic: topic_A, kafka_partition: 0}\n  offset: {<<: {kafka_offset: 5}}\n";
    assert!(said(merged).contains("merge keys"));
}

#[test]
fn a_file_without_end_is_not_read_to_its_end() {
    if !std::path::Path::new("/dev/zero").exists() {
        return;
    }
    let server = Server::quick();
    let ran = server.run("patch MysqlSinkConnector -f /dev/zero --dry-run");
    assert_eq!(ran.code, 2);
    ran.says("larger than 64 MiB");
}

#[test]
fn twenty_findings_are_shown_and_all_are_counted() {
    let server = Server::quick();
    let entry =
        r#"{"partition":{"kafka_topic":"t","kafka_partition":"x"},"offset":{"kafka_offset":1}}"#;
    let file = format!("[{}]", vec![entry; 1000].join(","));
    let ran = server.feed("patch MysqlSinkConnector -f - --dry-run", &file);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.lines().count() < 30, "{}", ran.stderr);
    ran.says(" more");
}

#[test]
fn an_offset_on_which_the_task_fails_takes_acceptance() {
    // The connector stands still, so that it does not move on between the plan and the request.
    let clock = ccloud_connect::clock::ManualClock::default();
    let server = Server::start(Emulator::builder().timing(Timing::instant()).clock(clock));
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
        let tip = "if that is what you mean: --accept task-would-fail";
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

/// The codes of the warnings that a dry run prints as data.
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
            "bytes, which the connector has read since the sample in the file (",
            Some((r#""pos":197"#, r#""pos":4"#)),
        ),
        (
            "orders-sink",
            "records, which the connector has read since the sample in the file (",
            None,
        ),
    ] {
        let file = server.run(&["get", name, "-o", "json"]).stdout;
        clock.advance(std::time::Duration::from_secs(60));
        let patch = ["patch", name, "-f", "-", "--dry-run"];
        let ran = server.feed(&[&patch[..], &["-o", "json"]].concat(), &file);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(
            codes(&ran).contains(&"goes-back".to_owned()),
            "{}",
            ran.stdout
        );
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
        let ran = server.feed(&[&patch[..], &["--strict"]].concat(), &file);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("goes back by"), "{}", ran.stderr);
        let accepting = ["--strict", "--accept=goes-back", "--accept=skips-records"];
        let ran = server.feed(&[&patch[..], &accepting].concat(), &file);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        // With the unedited file as --base, only the edited entries are sent, and no other partition goes back.
        let Some((from, to)) = edit else { continue };
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().join("base.json");
        std::fs::write(&base, &file).unwrap();
        let base = ["--base", base.to_str().unwrap()];
        let ran = server.feed(&[&patch[..], &base].concat(), &file);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        let edited = file.replace(from, to);
        assert!(edited.contains(to), "{edited}");
        let ran = server.feed(&[&patch[..], &base, &["-o", "json"]].concat(), &edited);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(
            !codes(&ran).contains(&"goes-back".to_owned()),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn a_source_that_goes_ahead_skips_and_strict_stops_it() {
    let clock = ccloud_connect::clock::ManualClock::default();
    let server = Server::start(Emulator::builder().timing(Timing::instant()).clock(clock));
    let to = |place: &str, more: &[&str]| {
        let patch = ["patch", "mysql-cdc", "--binlog", place, "--dry-run"];
        server.run(&[&patch, more].concat())
    };
    let ahead = to("mysql-bin.000043:4", &["-o", "json"]);
    assert_eq!(
        (ahead.code, codes(&ahead)),
        (0, vec!["skips-records".to_owned()])
    );
    let strict = to("mysql-bin.000043:4", &["--strict"]);
    assert_eq!(strict.code, 2, "{}", strict.stderr);
    let words = "the connector does not read what lies between the old and the new position: mysql-bin.000042:197 → mysql-bin.000043:4, ahead by 1 file";
    assert!(strict.stderr.contains(words), "{}", strict.stderr);
    let accepted = to(
        "mysql-bin.000043:4",
        &["--strict", "--accept", "skips-records"],
    );
    assert_eq!(accepted.code, 0, "{}", accepted.stderr);
    // Only the database knows whether it still has the earlier log: a note, which stops nothing.
    let back = to("mysql-bin.000041:4", &["--strict"]);
    assert_eq!(back.code, 0, "{}", back.stderr);
}
