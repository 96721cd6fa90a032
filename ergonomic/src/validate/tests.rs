//! Tables of the findings of each check, and of their messages.

use serde_json::json;

use super::*;
use crate::offset::tests::rows;

fn entries(text: &str) -> Vec<OffsetEntry> {
    serde_json::from_str(text).unwrap()
}

/// `severity code path` of each finding.
fn lines(report: &Report) -> Vec<String> {
    report
        .findings()
        .iter()
        .map(|f| format!("{} {} {}", f.severity, f.code, f.path))
        .collect()
}

const SINK: &str =
    r#"{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":1}}"#;
const SOURCE: &str = r#"{"partition":{"server":"s"},"offset":{"file":"b.1","pos":4}}"#;

#[test]
fn patch_finds() {
    let sink = |partition: &str, offset: &str| {
        format!(r#"[{{"partition":{partition},"offset":{offset}}}]"#)
    };
    let at = r#"{"kafka_topic":"t","kafka_partition":0}"#;
    let place = |number: &str| format!(r#"{{"kafka_topic":"t","kafka_partition":{number}}}"#);
    let position = |number: &str| format!(r#"{{"kafka_offset":{number}}}"#);
    let one = r#"{"kafka_offset":1}"#;
    for (text, expected) in [
        // Valid entries.
        (format!("[{SINK}]"), vec![]),
        (format!("[{SOURCE}]"), vec![]),
        (sink(at, "null"), vec![]),
        (sink(&place("\"10\""), &position("\"11\"")), vec![]),
        (sink(&place("2147483647"), &position("9223372036854775807")), vec![]),
        (r#"[{"offset":null,"partition":{"a":null,"b":true,"c":1.5,"d":"e"}}]"#.into(), vec![]),
        // Entries.
        ("[]".into(), vec!["error empty-request offsets"]),
        ("[7,null]".into(), vec!["error entry-not-object offsets[0]", "error entry-not-object offsets[1]"]),
        ("[{}]".into(), vec!["error missing-member offsets[0].partition", "error missing-member offsets[0].offset"]),
        (sink("null", "null"), vec!["error null-member offsets[0].partition"]),
        (sink("[]", "4"), vec!["error wrong-type offsets[0].partition", "error wrong-type offsets[0].offset"]),
        (sink("{}", "null"), vec!["warning empty-member offsets[0].partition"]),
        (
            r#"[{"partition":{"a":1},"offset":null,"offset":null,"x y":1}]"#.into(),
            vec!["error duplicate-member offsets[0].offset", "error unknown-member offsets[0][\"x y\"]"],
        ),
        (
            format!(r#"[{{"partition":{at},"ofset":{one}}}]"#),
            vec!["error unknown-member offsets[0].ofset", "error missing-member offsets[0].offset"],
        ),
        // Sinks.
        (sink(&place("-1"), one), vec!["error out-of-range offsets[0].partition.kafka_partition"]),
        (sink(&place("2147483648"), one), vec!["error out-of-range offsets[0].partition.kafka_partition"]),
        (sink(&place("1.0"), one), vec!["error not-an-integer offsets[0].partition.kafka_partition"]),
        (sink(&place("1e3"), one), vec!["error not-an-integer offsets[0].partition.kafka_partition"]),
        (sink(&place("null"), one), vec!["error null-member offsets[0].partition.kafka_partition"]),
        (sink(at, &position("-1")), vec!["error out-of-range offsets[0].offset.kafka_offset"]),
        (sink(at, &position("9223372036854775808")), vec!["error out-of-range offsets[0].offset.kafka_offset"]),
        (sink(at, &position("\"x\"")), vec!["error not-an-integer offsets[0].offset.kafka_offset"]),
        (sink(at, &position("{}")), vec!["error wrong-type offsets[0].offset.kafka_offset"]),
        (sink(at, "{}"), vec!["error missing-member offsets[0].offset.kafka_offset"]),
        (sink(r#"{"kafka_topic":"t"}"#, one), vec!["error missing-member offsets[0].partition.kafka_partition"]),
        (
            sink(r#"{"kafka_topc":"t","kafka_partition":0}"#, one),
            vec![
                "warning unknown-member offsets[0].partition.kafka_topc",
                "error missing-member offsets[0].partition.kafka_topic",
            ],
        ),
        (
            sink(r#"{"kafka_topic":"t","kafka_partition":0,"kafka_partition":0}"#, one),
            vec!["error duplicate-member offsets[0].partition.kafka_partition"],
        ),
        (sink(r#"{"kafka_topic":7,"kafka_partition":0}"#, one), vec!["warning wrong-type offsets[0].partition.kafka_topic"]),
        (sink(r#"{"kafka_topic":[],"kafka_partition":0}"#, one), vec!["error wrong-type offsets[0].partition.kafka_topic"]),
        (sink(r#"{"kafka_topic":"a b","kafka_partition":0}"#, one), vec!["error invalid-topic offsets[0].partition.kafka_topic"]),
        (sink(r#"{"kafka_topic":"","kafka_partition":0}"#, one), vec!["error invalid-topic offsets[0].partition.kafka_topic"]),
        // Duplicates.
        (format!("[{SINK},{SINK}]"), vec!["error duplicate-partition offsets[1].partition"]),
        (
            format!(r#"[{SINK},{{"offset":null,"partition":{{"kafka_partition":"00","kafka_t\u006fpic":"\u0074"}}}}]"#),
            vec!["error duplicate-partition offsets[1].partition"],
        ),
        (
            r#"[{"partition":{"a":1,"b":"ü"},"offset":null},{"partition":{"b":"\u00fc","a":1},"offset":null}]"#.into(),
            vec!["error duplicate-partition offsets[1].partition"],
        ),
        (r#"[{"partition":{"a":1},"offset":null},{"partition":{"a":"1"},"offset":null}]"#.into(), vec![]),
        // Sinks and sources in one request.
        (format!("[{SINK},{SOURCE}]"), vec!["error mixed-kinds offsets[1]"]),
        (format!("[{SOURCE},{SINK}]"), vec!["error mixed-kinds offsets[1]"]),
        // Sources.
        (
            sink(r#"{"ns":"a.b"}"#, r#"{"_id":{"_data":"82"}}"#),
            vec!["error nested-value offsets[0].offset._id"],
        ),
        (sink(r#"{"a":[1]}"#, "{}"), vec!["error nested-value offsets[0].partition.a"]),
        (sink(r#"{"a":1}"#, r#"{"x":18446744073709551616}"#), vec!["warning out-of-range offsets[0].offset.x"]),
    ] {
        assert_eq!(lines(&patch(&entries(&text))), expected, "{text}");
    }
}

#[test]
fn delete_finds() {
    for [text, expected] in rows(
        r#"
        {"partition":{"kafka_topic":"t","kafka_partition":0}} |
        {"partition":{"kafka_topic":"t","kafka_partition":0},"offset":null} |
        {"partition":{"server":"s"}} |
        {"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":1}} | warning position-ignored offsets[0].offset
        {"partition":{"server":"s"},"offset":{"file":"b.1","pos":4}} | warning position-ignored offsets[0].offset
        {"offset":null} | error missing-member offsets[0].partition
        {"partition":{"a":1}},{"partition":{"a":1}} | warning duplicate-partition offsets[1].partition
        {"partition":{"kafka_topic":"t","kafka_partition":1.0}} | error not-an-integer offsets[0].partition.kafka_partition
        "#,
    ) {
        let found = lines(&delete(&entries(&format!("[{text}]"))));
        assert_eq!(found.join("; "), expected, "{text}");
    }
    assert_eq!(lines(&delete(&[])), ["error empty-request offsets"]);
}

#[test]
fn beside_the_current_offsets() {
    let sinks = format!(
        r#"[{SINK},{{"partition":{{"kafka_topic":"orders","kafka_partition":"3"}},"offset":{{"kafka_offset":"9"}}}}]"#
    );
    for [current, text, expected] in rows(
        r#"
        SINKS | {"kafka_topic":"orders","kafka_partition":3} null |
        SINKS | {"kafka_topic":"orders","kafka_partition":4} null | warning unknown-partition offsets[0].partition
        SINKS | {"kafka_topic":"order","kafka_partition":3} null | warning unknown-partition offsets[0].partition
        SINKS | {"server":"s"} {"file":"b.1","pos":4} | error mixed-kinds offsets[0]
        [] | {"kafka_topic":"orders","kafka_partition":3} null | warning unknown-partition offsets
        [] | {"server":"s"} {"file":"b.1","pos":4} | warning unknown-partition offsets
        JDBC | {"kafka_topic":"t","kafka_partition":0} {"kafka_offset":1} | error mixed-kinds offsets[0]
        JDBC | {"table":"db.t","protocol":"1"} {"incrementing":4} | note past-end offsets[0].offset
        JDBC | {"protocol":1,"table":"db.t"} null | error partition-form offsets[0].partition
        JDBC | {"protocol":1.0,"table":"db.t"} null | error partition-form offsets[0].partition
        JDBC | {"protocol":1,"table":"db.u"} null | warning unknown-partition offsets[0].partition; error never-read offsets[0].partition.protocol
        CUSTOM | {"shard":2} {"sequence":3} | warning unknown-partition offsets[0].partition; warning type-differs offsets[0].partition.shard
        CUSTOM | {"shard":"1"} {"sequenc":4} | warning unknown-member offsets[0].offset.sequenc; warning foreign-offset offsets[0].offset
        CUSTOM | {"shard":"1"} {"sequence":4.0} | warning type-differs offsets[0].offset.sequence
        CUSTOM | {"shard":"1"} {"sequence":"4"} | warning type-differs offsets[0].offset.sequence
        CUSTOM | {"shard":"1"} {"sequence":null} |
        [{"partition":{"shard":"1"},"offset":null}] | {"shard":"1"} {"sequence":4} | warning not-alterable offsets[0].partition
        "#,
    ) {
        let current = match current {
            "SINKS" => sinks.as_str(),
            "JDBC" => {
                r#"[{"partition":{"protocol":"1","table":"db.t"},"offset":{"incrementing":3}}]"#
            }
            "CUSTOM" => r#"[{"partition":{"shard":"1"},"offset":{"sequence":3}}]"#,
            other => other,
        };
        let (partition, offset) = text.split_once(' ').unwrap();
        let asked = entries(&format!(
            r#"[{{"partition":{partition},"offset":{offset}}}]"#
        ));
        let found = lines(&patch_against(&asked, &entries(current)));
        assert_eq!(found.join("; "), expected, "{text}");
    }
}

#[test]
fn errors_read_well_at_night() {
    let text = r#"[
        {"partition":{"kafka_topic":"orders","kafka_partition":0},"ofset":{"kafka_offset":1}},
        {"partition":{"kafka_topic":"orders","kafka_partition":1.0},"offset":{"kafka_offset":-5}},
        {"partition":{"ns":"db.c"},"offset":{"_id":{"_data":"82"}}},
        {"partition":{"kafka_topic":"orders","kafka_partition":"2"},"offset":{"kafka_offset":1}},
        {"partition":{"kafka_topic":"orders","kafka_partition":2},"offset":{"kafka_offset":1}}
    ]"#;
    let invalid = patch(&entries(text)).into_result().unwrap_err();
    assert_eq!(
        invalid.to_string(),
        r#"the offsets have 7 problems:
  offsets[0].ofset: is refused by Kafka Connect, which knows only partition and offset here (did you mean `offset`?)
  offsets[0].offset: is missing; without a position Kafka Connect would reset the partition (rename `ofset` to `offset`)
  offsets[1].partition.kafka_partition: must be a whole number, but is 1.0 (write 1)
  offsets[1].offset.kafka_offset: must be between 0 and 9223372036854775807, but is -5
  offsets[2].offset._id: is an object, but Kafka Connect stores plain values only (if the connector keeps JSON text here, write it as a string: "{\"_data\":\"82\"}")
  offsets[2]: has the form of a source entry, but offsets[0] that of a sink; a connector is one or the other
  offsets[4].partition: is the same partition as offsets[3].partition; only one of the two positions would be set"#
    );
}

#[test]
fn findings_are_stable_json() {
    let report = patch(&entries("[4]"));
    assert_eq!(
        serde_json::to_value(&report).unwrap(),
        json!({"findings": [{
            "severity": "error",
            "path": "offsets[0]",
            "code": "entry-not-object",
            "message": "must be an object with partition and offset, but is a number",
        }]})
    );
}

#[test]
fn hostile_nesting_is_survived() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let text = format!(r#"[{{"partition":{{"a":{deep}}},"offset":{deep}}}]"#);
    let report = patch_against(&entries(&text), &entries(&text));
    assert!(!report.is_valid());
}

#[test]
fn what_is_accepted_becomes_a_note() {
    let text = r#"[{"partition":{"protocol":1,"table":"db.t"},"offset":{"incrementing":"4"}}]"#;
    let asked = entries(text);
    let known = Known::default().with_class("MySqlSource");
    let report = patch_knowing(&asked, &known);
    assert_eq!(
        lines(&report),
        [
            "error task-would-fail offsets[0].offset.incrementing",
            "error never-read offsets[0].partition.protocol",
        ]
    );
    let codes = [
        "never-read".parse().unwrap(),
        Code::TaskWouldFail,
        Code::EmptyRequest,
    ];
    let accepted = patch_knowing(&asked, &known.accepting(&codes));
    assert_eq!(
        lines(&accepted)[1],
        "note never-read offsets[0].partition.protocol"
    );
    assert!(accepted.is_valid());
    // Errors that mean a malformed request cannot be accepted.
    assert!(!patch_knowing(&[], &known.accepting(&codes)).is_valid());
    for (text, codes) in [
        (r#"{"kafka_offset":"4x"}"#, &[Code::NotAnInteger][..]),
        (r#"{"kafka_offset":-1}"#, &[Code::OutOfRange]),
        (
            r#"{"kafka_ofset":1}"#,
            &[Code::MissingMember, Code::UnknownMember],
        ),
        (r#"{"kafka_offset":null}"#, &[Code::NullMember]),
        (
            r#"{"kafka_offset":true}"#,
            &[Code::WrongType, Code::NotAnInteger],
        ),
    ] {
        let partition = r#"{"kafka_topic":"t","kafka_partition":0}"#;
        let asked = entries(&format!(r#"[{{"partition":{partition},"offset":{text}}}]"#));
        let report = patch_knowing(&asked, &Known::default().accepting(codes));
        assert!(!report.is_valid(), "{text}");
    }
    let error = "never-red".parse::<Code>().unwrap_err().to_string();
    assert_eq!(
        error,
        "`never-red` is not the code of a finding; did you mean `never-read`?"
    );
}
