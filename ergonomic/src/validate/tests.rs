//! Tests with tables: the requests, and the findings and messages that the checks must give for them.

use serde_json::json;

use super::*;
use crate::offset::tests::rows;

fn entries(text: &str) -> Vec<OffsetEntry> {
    serde_json::from_str(text).unwrap()
}

/// Each finding as a line of its severity, code and path.
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
    for [text, expected] in rows(
        r#"
        SINK |
        SOURCE |
        {"partition":AT,"offset":null} |
        {"partition":{"kafka_topic":"t","kafka_partition":"10"},"offset":{"kafka_offset":"11"}} |
        {"partition":{"kafka_topic":"t","kafka_partition":2147483647},"offset":{"kafka_offset":9223372036854775807}} |
        {"offset":null,"partition":{"a":null,"b":true,"c":1.5,"d":"e"}} |
        7,null | error entry-not-object offsets[0]; error entry-not-object offsets[1]
        {} | error missing-member offsets[0].partition; error missing-member offsets[0].offset
        {"partition":null,"offset":null} | error null-member offsets[0].partition
        {"partition":[],"offset":4} | error wrong-type offsets[0].partition; error wrong-type offsets[0].offset
        {"partition":{},"offset":null} | warning empty-member offsets[0].partition
        {"partition":{"a":1},"offset":null,"offset":null,"x y":1} | error duplicate-member offsets[0].offset; error unknown-member offsets[0]["x y"]
        {"partition":AT,"ofset":ONE} | error unknown-member offsets[0].ofset; error missing-member offsets[0].offset
        {"partition":{"kafka_topic":"t","kafka_partition":-1},"offset":ONE} | error out-of-range offsets[0].partition.kafka_partition
        {"partition":{"kafka_topic":"t","kafka_partition":2147483648},"offset":ONE} | error out-of-range offsets[0].partition.kafka_partition
        {"partition":{"kafka_topic":"t","kafka_partition":1.0},"offset":ONE} | error not-an-integer offsets[0].partition.kafka_partition
        {"partition":{"kafka_topic":"t","kafka_partition":1e3},"offset":ONE} | error not-an-integer offsets[0].partition.kafka_partition
        {"partition":{"kafka_topic":"t","kafka_partition":null},"offset":ONE} | error null-member offsets[0].partition.kafka_partition
        {"partition":AT,"offset":{"kafka_offset":-1}} | error out-of-range offsets[0].offset.kafka_offset
        {"partition":AT,"offset":{"kafka_offset":9223372036854775808}} | error out-of-range offsets[0].offset.kafka_offset
        {"partition":AT,"offset":{"kafka_offset":"x"}} | error not-an-integer offsets[0].offset.kafka_offset
        {"partition":AT,"offset":{"kafka_offset":{}}} | error wrong-type offsets[0].offset.kafka_offset
        {"partition":AT,"offset":{}} | error missing-member offsets[0].offset.kafka_offset
        {"partition":{"kafka_topic":"t"},"offset":ONE} | error missing-member offsets[0].partition.kafka_partition
        {"partition":{"kafka_topc":"t","kafka_partition":0},"offset":ONE} | warning unknown-member offsets[0].partition.kafka_topc; error missing-member offsets[0].partition.kafka_topic
        {"partition":{"kafka_topic":"t","kafka_partition":0,"kafka_partition":0},"offset":ONE} | error duplicate-member offsets[0].partition.kafka_partition
        {"partition":{"kafka_topic":7,"kafka_partition":0},"offset":ONE} | warning wrong-type offsets[0].partition.kafka_topic
        {"partition":{"kafka_topic":[],"kafka_partition":0},"offset":ONE} | error wrong-type offsets[0].partition.kafka_topic
        {"partition":{"kafka_topic":"a b","kafka_partition":0},"offset":ONE} | error invalid-topic offsets[0].partition.kafka_topic
        {"partition":{"kafka_topic":"","kafka_partition":0},"offset":ONE} | error invalid-topic offsets[0].partition.kafka_topic
        SINK,SINK | error duplicate-partition offsets[1].partition
        SINK,{"offset":null,"partition":{"kafka_partition":"00","kafka_t\u006fpic":"\u0074"}} | error duplicate-partition offsets[1].partition
        {"partition":{"a":1,"b":"ü"},"offset":null},{"partition":{"b":"\u00fc","a":1},"offset":null} | error duplicate-partition offsets[1].partition
        {"partition":{"a":1},"offset":null},{"partition":{"a":"1"},"offset":null} |
        SINK,SOURCE | error mixed-kinds offsets[1]
        SOURCE,SINK | error mixed-kinds offsets[1]
        {"partition":{"ns":"a.b"},"offset":{"_id":{"_data":"82"}}} | error nested-value offsets[0].offset._id
        {"partition":{"a":[1]},"offset":{}} | error nested-value offsets[0].partition.a
        {"partition":{"a":1},"offset":{"x":18446744073709551616}} | warning out-of-range offsets[0].offset.x
        "#,
    ) {
        let text = text.replace("SINK", SINK).replace("SOURCE", SOURCE);
        let text = text.replace("AT", r#"{"kafka_topic":"t","kafka_partition":0}"#);
        let text = text.replace("ONE", r#"{"kafka_offset":1}"#);
        let found = lines(&patch(&entries(&format!("[{text}]"))));
        assert_eq!(found.join("; "), expected, "{text}");
    }
    assert_eq!(lines(&patch(&[])), ["error empty-request offsets"]);
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
  offsets[0].ofset: is refused by Kafka Connect, which accepts only partition and offset here (did you mean `offset`?)
  offsets[0].offset: is missing; without a position Kafka Connect would reset the partition (rename `ofset` to `offset`)
  offsets[1].partition.kafka_partition: must be a whole number, but is 1.0 (write 1)
  offsets[1].offset.kafka_offset: must be between 0 and 9223372036854775807, but is -5
  offsets[2].offset._id: is an object, but Kafka Connect stores plain values only (if the connector keeps JSON text here, write it as a string: "{\"_data\":\"82\"}")
  offsets[2]: has the form of a source entry, but offsets[0] has the form of a sink entry; a connector is either a sink or a source
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
    // An error about a malformed request cannot be accepted, so the report stays invalid.
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
