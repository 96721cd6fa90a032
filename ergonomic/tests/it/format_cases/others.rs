//! Tests of the offsets of connectors other than Debezium's, and of checks that apply to all connectors.

use ccloud_connect::finding::Code;
use ccloud_connect::offset::{GithubSource, OffsetFormat};
use ccloud_connect::plan::Intent;
use ccloud_connect::validate::{self, Known};
use ccloud_connect::{ConnectorKind, Timestamp};
use ccloud_connect_emulator::{Fault, Operation};

use super::{SERVER, entries, lines, rows, source};
use crate::World;

#[test]
fn members_that_only_resemble_those_of_sinks_belong_to_a_source() {
    let own =
        entries(r#"[{"partition":{"kafkaTopic":"t","queue":"Q1"},"offset":{"messageId":"4"}}]"#);
    let source_kind = ConnectorKind::Source;
    for known in [
        Known::default().with_current(&own),
        Known::default().with_kind(&source_kind),
        Known::default(),
    ] {
        assert_eq!(validate::patch_knowing(&own, &known).findings(), &[]);
    }
    let odd = entries(r#"[{"partition":{"id":"a"},"offset":{"kafka_offset":4,"x":1}}]"#);
    assert!(validate::patch_against(&odd, &odd).findings().is_empty());
    assert!(validate::patch(&odd).is_valid());
    // Without other information, an entry with a misspelt key of a sink must count as an entry of a sink, and be refused.
    let misspelt = entries(
        r#"[{"partition":{"kafka_topc":"t","kafka_partition":0},"offset":{"kafka_offset":4}}]"#,
    );
    assert!(!validate::patch(&misspelt).is_valid());
}

#[test]
fn common_words_are_not_enough_to_guess_a_format() {
    // Each row is an offset of a connector whose format is not known, such as Db2, Informix, Vitess, Spanner or S3. The members
    // resemble those of known formats, but no format may be guessed.
    for [partition, offset] in rows(
        r#"
        {"server":"cdc"} | {"lsn_proc":30729648,"lsn_commit":30729536}
        {"table":"incident"} | {"timestamp":"2026-09-01 00:00:00","sys_id":""}
        {"query":"from(b)"} | {"timestamp":"2024-02-20T15:14:19Z"}
        {"name":"feed"} | {"since":"2024-02-20T15:14:19Z"}
        {"server":"inv"} | {"file":"","pos":0,"gtids":"30fd82c7-1f2b-11ee-8a6c-0242ac110003:1-9"}
        {"server":"db2"} | {"commit_lsn":"00000000:00000000:00000000000a","change_lsn":"NULL"}
        {"databaseName":"i"} | {"commit_lsn":"4711","begin_lsn":"4000"}
        {"server":"v"} | {"vgtid":"[]","transaction_epoch":0}
        {"partitionToken":"p"} | {}
        {"folder":"f"} | {"lastFileRead":"x","fileOffset":"1","eof":"true"}"#,
    ) {
        let asked = entries(&source(partition, offset));
        assert_eq!(
            validate::patch(&asked).findings(),
            &[],
            "{partition} {offset}"
        );
        let fresh = lines(&validate::patch_against(&asked, &[]));
        assert_eq!(
            fresh,
            ["warning unknown-partition offsets"],
            "{partition} {offset}"
        );
    }
    let guessed = validate::patch(&entries(&source(SERVER, r#"{"lsn":"16/B374D848"}"#)));
    assert!(
        guessed.findings()[0]
            .message
            .contains("guessed from the members: PostgreSQL")
    );
}

#[test]
fn small_help() {
    // The connector has no offsets, so the request gets one warning that nothing can be compared. The number of the first partition is
    // `1.0`, which names another partition than `1`, so it gets a warning of its own; the `2` of the second gets none.
    let asked = entries(
        r#"[{"partition":{"task.id":1.0},"offset":{"x":1}},{"partition":{"task.id":2},"offset":{"x":1}}]"#,
    );
    assert_eq!(
        lines(&validate::patch_against(&asked, &[])),
        [
            "warning unknown-partition offsets",
            r#"warning partition-form partition["task.id"]"#
        ]
    );
    let github = entries(&source(
        r#"{"name":"apache/kafka_stargazers"}"#,
        r#"{"since":1708442059000}"#,
    ));
    let invalid = GithubSource::try_from(&github[0]).unwrap_err();
    assert_eq!(
        invalid.report().findings()[0].suggestion.as_deref(),
        Some("write \"2024-02-20T15:14:19Z\"")
    );
    let flat = entries(r#"[{"kafka_topic":"orders","kafka_partition":0,"kafka_offset":5}]"#);
    let report = validate::patch(&flat);
    assert_eq!(
        report.findings()[0].suggestion.as_deref(),
        Some(
            r#"write {"partition": {"kafka_topic": "orders", "kafka_partition": 0}, "offset": {"kafka_offset": 5}}"#
        )
    );
    let mirror = entries(&source(
        r#"{"cluster":"A","topic":"t","partition":"0"}"#,
        r#"{"offset":5}"#,
    ));
    let report = validate::patch_knowing(&mirror, &Known::default().with_class("MirrorSource"));
    assert_eq!(report.findings()[0].suggestion.as_deref(), Some("write 0"));
    // When an entry for a sink has the keys of MirrorMaker, the finding must suggest the sink's keys.
    let renamed = entries(&source(
        r#"{"topic":"orders","partition":0}"#,
        r#"{"offset":5}"#,
    ));
    for class in ["MySqlSink", "S3_SINK"] {
        let report = validate::patch_knowing(&renamed, &Known::default().with_class(class));
        let hint = report.findings()[0].suggestion.as_deref();
        assert_eq!(
            hint,
            validate::patch(&flat).findings()[0].suggestion.as_deref()
        );
    }
    // The format is not known; only the connector's own offset shows which members it writes.
    let vitess = |offset| entries(&source(SERVER, offset));
    let current = vitess(r#"{"vgtid":"[]","transaction_epoch":0,"x":null}"#);
    let report = validate::patch_against(&vitess(r#"{"vgtid":"[1]"}"#), &current);
    let note = report.findings()[0].to_string();
    assert!(
        note.contains("does not have `transaction_epoch`, which"),
        "{note}"
    );
    // An empty list can be the backup of a connector that had stored no offsets. The finding must explain how to bring the connector
    // back to that state.
    let empty = &validate::patch(&[]).into_findings()[0];
    assert_eq!(
        empty.to_string(),
        "offsets: is empty, so there is nothing to set; the offsets of a connector that has stored none look like this \
         (to remove the connector's offsets, reset all its partitions; to set positions, list the partitions)"
    );
}

#[test]
fn a_sink_reads_the_topics_of_its_settings() {
    let entry = |topic, partition| {
        format!(
            r#"{{"partition":{{"kafka_topic":"{topic}","kafka_partition":{partition}}},"offset":{{"kafka_offset":5}}}}"#
        )
    };
    let all = [entry("a", 0), entry("old", 0), entry("old", 1)].join(",");
    let current = entries(&format!("[{all}]"));
    for [name, value, expected] in rows(
        "topics | b, a | warning never-read offsets[1].partition
        topics | a,old | -
        topics | ${file:topics} | -
        topics.regex | a.* | -",
    ) {
        let settings = [(name.to_owned(), value.to_owned())].into();
        let known = Known::default()
            .with_class("MySqlSink")
            .with_current(&current)
            .with_settings(&settings);
        let said = lines(&validate::patch_knowing(&current, &known)).join("; ");
        assert_eq!(said, expected.trim_matches('-'), "{name} {value}");
    }
}

#[test]
fn no_finding_moves_the_cursor() {
    let current = entries(&source(SERVER, r#"{"lsn":5}"#));
    let known = Known::default()
        .with_class("PostgresCdcSource")
        .with_current(&current);
    for (partition, offset) in [
        (r#"{"server":"\u001b[2J"}"#, r#"{"lsn":6}"#),
        (r#"{"\u001b[2J":"inv"}"#, r#"{"lsn":6}"#),
        (SERVER, r#"{"\u001b[2J":6}"#),
        (SERVER, "{\"lsn\":6,\"snapshot\":\"\u{202e}\"}"),
    ] {
        let report = validate::patch_knowing(&entries(&source(partition, offset)), &known);
        for finding in report.findings() {
            let text = finding.to_string();
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
        }
    }
}

#[test]
fn the_nearest_partition_is_named() {
    let own = ["a.orders", "b.orders", "b.items"];
    let entry = |table| {
        format!(
            r#"{{"partition":{{"protocol":"1","table":"{table}"}},"offset":{{"incrementing":7}}}}"#
        )
    };
    let current = entries(&format!("[{}]", own.map(entry).join(",")));
    let known = Known::default()
        .with_class("MySqlSource")
        .with_current(&current);
    for [table, nearest, write] in rows(
        r#"
        B.orders | b.orders | write "b.orders"
        `b`.`orders` | a.orders | write "b.orders"
        x.b.orders | b.orders | write "b.orders"
        orders | a.orders | write "a.orders" or "b.orders"
        b.itmes | b.items | -"#,
    ) {
        let report = validate::patch_knowing(&entries(&format!("[{}]", entry(table))), &known);
        let hints = report.findings().iter().map(|f| f.suggestion.as_deref());
        let hints: Vec<&str> = hints.map(|hint| hint.unwrap_or("-")).collect();
        assert!(hints[0].contains(nearest), "{table}: {hints:?}");
        let other = hints.get(1).unwrap_or(&"-");
        assert_eq!(*other, write, "{table}");
    }
}

#[test]
fn only_what_was_edited_is_sent() {
    let sink = |number: u32, offset: u32| {
        format!(
            r#"{{"partition":{{"kafka_topic":"t","kafka_partition":{number}}},"offset":{{"kafka_offset":{offset}}}}}"#
        )
    };
    let list = |sinks: &[String]| entries(&format!("[{}]", sinks.join(",")));
    let base = list(&[sink(0, 100), sink(1, 200), sink(2, 300)]);
    let file = list(&[sink(0, 100), sink(1, 50), sink(3, 7)]);
    let now = list(&[sink(0, 140), sink(1, 260), sink(2, 300)]);
    let edited = validate::edited(&base, &file);
    assert_eq!(edited, list(&[sink(1, 50), sink(3, 7)]));
    // An edit beside the unedited entry of the same partition is a contradiction, which a check must see.
    let twice = list(&[sink(0, 100), sink(1, 200), sink(1, 50)]);
    let edited = validate::edited(&base, &twice);
    assert_eq!(edited, list(&[sink(1, 200), sink(1, 50)]));
    let known = Known::default().with_current(&now);
    let at: Timestamp = "2026-11-26T08:00:00Z".parse().unwrap();
    let back = validate::goes_back(&file, Some(at), &known);
    let said: Vec<String> = back
        .iter()
        .map(|f| format!("{} {}", f.path, f.message))
        .collect();
    assert_eq!(
        said[0],
        "offsets[0].offset goes back by 40 records from the current position; if this entry was not edited, the connector has \
         read on since the sample in the file (2026-11-26T08:00:00Z), and would read that part again"
    );
    assert_eq!(back.len(), 2);
    assert!(validate::goes_back(&now, Some(at), &known).is_empty());
}

#[test]
fn classes_under_all_their_names() {
    for (class, name) in [
        ("PostgresCdcSourceV2", "postgres-cdc"),
        ("postgrescdcsource", "postgres-cdc"),
        (
            "io.debezium.connector.v2.mysql.MySqlConnectorV2",
            "mysql-cdc",
        ),
        ("MariaDbCdcSource", "mysql-cdc"),
        ("io.aiven.connect.jdbc.JdbcSourceConnector", "jdbc"),
        ("MicrosoftSqlServerSource", "jdbc"),
        (
            "org.apache.kafka.connect.mirror.MirrorSourceConnector",
            "mirrormaker",
        ),
        ("S3_SINK", "kafka-sink"),
        ("HttpSinkV2", "kafka-sink"),
        ("io.confluent.connect.s3.S3SinkConnector", "kafka-sink"),
    ] {
        let format = OffsetFormat::of_class(class);
        assert_eq!(format.map(OffsetFormat::name), Some(name), "{class}");
    }
    for class in [
        "",
        "DatagenSource",
        "S3Source",
        "OracleCdcSource",
        "SnowflakeSource",
    ] {
        assert_eq!(OffsetFormat::of_class(class), None, "{class}");
    }
}

#[tokio::test]
async fn a_plan_reads_the_class_once_and_goes_on_without_it() {
    let world = World::new().await;
    let connector = world.connector("mysql-cdc");
    let current = connector.offsets().await.unwrap().entries;
    let moved = |text: &str| entries(&source(r#"{"server":"inventory"}"#, text));
    let asked = moved(r#"{"file":"mysql-bin.000041","pos":4}"#);
    let planned = connector.plan(Intent::set(asked.clone())).await.unwrap();
    let way = planned.plan().changes()[0].way().unwrap();
    assert_eq!(way.direction.as_str(), "back");
    assert_eq!(
        (way.to.as_str(), way.distance.unwrap().amount),
        ("mysql-bin.000041:4", 1)
    );
    let codes: Vec<_> = planned.plan().warnings().iter().map(|f| f.code).collect();
    assert_eq!(codes, [Code::BeforeStart]);
    // An offset of PostgreSQL must be refused for a connector of MySQL.
    let foreign = moved(r#"{"lsn":27068176,"txId":7}"#);
    let refused = connector.plan(Intent::set(foreign)).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("is an offset of PostgreSQL CDC"),
        "{refused}"
    );
    // When the configuration may not be read, the plan must take the format from the current offsets.
    world
        .emulator
        .fault(Operation::ReadConnector, Fault::status(403));
    let planned = connector.plan(Intent::set(asked)).await.unwrap();
    let codes: Vec<_> = planned.plan().warnings().iter().map(|f| f.code).collect();
    assert_eq!(codes, [Code::BeforeStart, Code::ClassUnknown]);
    assert_eq!(
        Known::default()
            .with_current(&current)
            .format()
            .unwrap()
            .name(),
        "mysql-cdc"
    );
    // An error that the intent accepts becomes a note, and the plan can be applied.
    let foreign = moved(r#"{"lsn":27068176,"txId":7}"#);
    let accepting = Intent::set(foreign).accepting([Code::ForeignOffset]);
    let planned = connector.plan(accepting).await.unwrap();
    let accepted = &planned.plan().warnings()[0];
    assert_eq!(
        (accepted.severity.as_str(), accepted.code),
        ("note", Code::ForeignOffset)
    );
    assert!(planned.apply().await.is_ok());
}

#[tokio::test]
async fn an_outcome_shows_the_way_of_a_source_as_people_read_it() {
    let world = World::new().await;
    let source_of = world.connector("mysql-cdc");
    let asked = entries(&source(
        r#"{"server":"inventory"}"#,
        r#"{"file":"mysql-bin.000041","pos":4}"#,
    ));
    let planned = source_of.plan(Intent::set(asked)).await.unwrap();
    let applied = planned.apply().await.unwrap().wait().await.unwrap();
    let way = applied.outcome.partitions[0].moved.way.as_ref().unwrap();
    assert!(way.from.starts_with("mysql-bin.000042:"), "{way}");
    assert_eq!(
        (way.to.as_str(), way.direction.as_str()),
        ("mysql-bin.000041:4", "back")
    );
    let text = format!(
        "1 partition went back ({} → mysql-bin.000041:4, back by 1 file)",
        way.from
    );
    assert!(
        applied.outcome.to_string().starts_with(&text),
        "{}",
        applied.outcome
    );
    let json = serde_json::to_value(&applied.outcome).unwrap();
    assert_eq!(
        json["partitions"][0]["moved"]["way"]["to"],
        "mysql-bin.000041:4"
    );
    assert_eq!(json["partitions"][0]["asked"]["pos"], 4);
}
