//! Offsets that a connector cannot read: its task fails, and they count as no position.

use ccloud_connect::finding::Code;
use ccloud_connect::offset::OffsetFormat;
use ccloud_connect::validate::{self, Known};

use super::{SERVER, entries, lines, source};

#[test]
fn what_makes_the_task_fail_is_an_error_where_the_format_is_known() {
    let before = r#"{"file":"mysql-bin.000040","pos":173690}"#;
    let current = entries(&source(SERVER, before));
    let by_class = Known::default().with_class("MySqlCdcSourceV2");
    let by_entries = Known::default().with_current(&current);
    for (asked, path) in [
        (r#"{"fil":"mysql-bin.000040","pos":4}"#, "file"),
        (r#"{"file":"mysql-bin.000040","pos":"4x"}"#, "pos"),
        (r#"{"file":null,"pos":4}"#, "file"),
        (r#"{"file":"","pos":4}"#, "file"),
        (r#"{"file":"mysql-bin.000040","pos":4294967296}"#, "pos"),
        (r#"{"file":"mysql-bin.000040","gtids":"x"}"#, "gtids"),
    ] {
        let expected = format!("task-would-fail offset.{path}");
        let asked = entries(&source(SERVER, asked));
        let is_said = |known: &Known<'_>, severity: &str| {
            let said = lines(&validate::patch_knowing(&asked, known));
            let wanted = format!("{severity} {expected}");
            assert!(said.contains(&wanted), "{wanted} is not in {said:?}");
        };
        is_said(&by_class, "error");
        is_said(&by_entries, "error");
        is_said(&Known::default(), "warning");
        let accepted = by_class.accepting(&[Code::TaskWouldFail]);
        assert!(
            validate::patch_knowing(&asked, &accepted).is_valid(),
            "{path}"
        );
    }
}

#[test]
fn a_file_of_another_form_is_not_compared() {
    let before = r#"{"file":"mysql-bin.000040","pos":173690}"#;
    let entry = |offset: &str| entries(&source(SERVER, offset)).remove(0);
    let format = OffsetFormat::of_class("MySqlCdcSource").unwrap();
    for (file, expected) in [
        ("mysql-bin.0040", "incomparable"),
        ("mysql-bin.40", "incomparable"),
        ("binlog.000040", "incomparable"),
        ("mysql-bin.000041", "ahead by 1 file"),
    ] {
        let asked = format!(r#"{{"file":"{file}","pos":4}}"#);
        let way = format.compare(&entry(before), &entry(&asked)).unwrap();
        assert_eq!(way.to_string(), expected, "{file}");
    }
}

#[test]
fn an_unreadable_offset_has_no_position() {
    let jdbc = r#"{"protocol":"1","table":"db.t"}"#;
    let lsn = r#"{"commit_lsn":"00000025:00000448:0003"}"#;
    let binlog = r#"{"file":"b.000040","pos":9}"#;
    let row = r#"{"timestamp":1704067380103,"incrementing":3}"#;
    let token = r#"{"_id":"{\"_data\":\"8265A1B2C3000000012B\"}"}"#;
    let sink = r#"{"kafka_topic":"t","kafka_partition":0}"#;
    for (class, partition, good, from, to) in [
        ("MySqlCdcSource", SERVER, binlog, "9", "\"4x\""),
        ("MySqlCdcSource", SERVER, binlog, "9", "true"),
        ("MySqlCdcSource", SERVER, binlog, "9", r#"4,"row":"x""#),
        (
            "PostgresCdcSource",
            SERVER,
            r#"{"lsn":9}"#,
            "9",
            r#"4,"lsn_proc":"x""#,
        ),
        (
            "OracleXStreamSource",
            SERVER,
            r#"{"lcr_position":"0002"}"#,
            "2",
            "x",
        ),
        ("OracleXStreamSource", SERVER, r#"{"scn":"9"}"#, "9", "9x"),
        (
            "SqlServerCdcSource",
            SERVER,
            lsn,
            "}",
            r#","change_lsn":"x"}"#,
        ),
        (
            "SqlServerCdcSource",
            SERVER,
            lsn,
            "}",
            r#","event_serial_no":"x"}"#,
        ),
        ("PostgresSource", jdbc, row, ":3", ":\"x\""),
        ("PostgresSource", jdbc, row, "1704067380103", "\"noon\""),
        (
            "MongoDbAtlasSource",
            r#"{"ns":"mongodb+srv://h/d.c"}"#,
            token,
            "82",
            "00",
        ),
        ("LogSink", sink, r#"{"kafka_offset":5}"#, "5", "\"5x\""),
    ] {
        let bad = good.replace(from, to);
        let bad = bad.as_str();
        let entry = |offset: &str| entries(&source(partition, offset)).remove(0);
        let format = OffsetFormat::of_class(class).unwrap();
        assert!(format.describe(&entry(good)).is_some(), "{class} {good}");
        assert_eq!(format.describe(&entry(bad)), None, "{class} {bad}");
        // No distance is reported from a position that cannot be read.
        let current = entries(&source(partition, bad));
        let known = Known::default().with_class(class).with_current(&current);
        let asked = entries(&source(partition, good));
        let report = validate::patch_knowing(&asked, &known);
        let compared = [
            Code::BeforeStart,
            Code::PastEnd,
            Code::Incomparable,
            Code::LargeJump,
        ];
        let said = report
            .findings()
            .iter()
            .find(|f| compared.contains(&f.code));
        assert_eq!(said, None, "{class} {bad}");
        assert_eq!(
            format.compare(&entry(good), &entry(bad)),
            None,
            "{class} {bad}"
        );
        assert_eq!(
            format.compare(&entry(bad), &entry(good)),
            None,
            "{class} {bad}"
        );
    }
}
