//! Tests of offsets that a connector cannot read. They make its task fail, and must not be compared as positions.

use ccloud_connect::finding::{Code, Finding};
use ccloud_connect::offset::OffsetFormat;
use ccloud_connect::validate::{self, Known};

use super::{SERVER, entries, lines, rows, source};

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
    let entry = |file: &str| {
        let offset = format!(r#"{{"file":"{file}","pos":173690}}"#);
        entries(&source(SERVER, &offset)).remove(0)
    };
    let format = OffsetFormat::of_class("MySqlCdcSource").unwrap();
    for (file, expected) in [
        ("mysql-bin.0040", "incomparable"),
        ("mysql-bin.40", "incomparable"),
        ("binlog.000040", "incomparable"),
        ("mysql-bin.000041", "ahead by 1 file"),
    ] {
        let way = format.compare(&entry("mysql-bin.000040"), &entry(file));
        assert_eq!(way.unwrap().to_string(), expected, "{file}");
    }
}

#[test]
fn an_unreadable_offset_has_no_position() {
    let partition = r#"{"server":"inv","protocol":"1","table":"db.t","ns":"mongodb+srv://h/d.c","kafka_topic":"t","kafka_partition":0}"#;
    for [class, good, bad] in rows(
        r#"
MySqlCdcSource | {"file":"b.000040","pos":9} | {"file":"b.000040","pos":"4x"}
MySqlCdcSource | {"file":"b.000040","pos":9} | {"file":"b.000040","pos":true}
MySqlCdcSource | {"file":"b.000040","pos":9} | {"file":"b.000040","pos":4,"row":"x"}
PostgresCdcSource | {"lsn":9} | {"lsn":4,"lsn_proc":"x"}
OracleXStreamSource | {"lcr_position":"0002"} | {"lcr_position":"000x"}
OracleXStreamSource | {"scn":"9"} | {"scn":"9x"}
SqlServerCdcSource | {"commit_lsn":"00000025:00000448:0003"} | {"commit_lsn":"00000025:00000448:0003","change_lsn":"x"}
SqlServerCdcSource | {"commit_lsn":"00000025:00000448:0003"} | {"commit_lsn":"00000025:00000448:0003","event_serial_no":"x"}
PostgresSource | {"timestamp":1704067380103,"incrementing":3} | {"timestamp":1704067380103,"incrementing":"x"}
PostgresSource | {"timestamp":1704067380103,"incrementing":3} | {"timestamp":"noon","incrementing":3}
MongoDbAtlasSource | {"_id":"{\"_data\":\"8265A1B2C3000000012B\"}"} | {"_id":"{\"_data\":\"0065A1B2C3000000012B\"}"}
LogSink | {"kafka_offset":5} | {"kafka_offset":"5x"}"#,
    ) {
        let entry = |offset: &str| entries(&source(partition, offset)).remove(0);
        let (good, bad) = (&entry(good), &entry(bad));
        let format = OffsetFormat::of_class(class).unwrap();
        assert!(format.describe(good).is_some(), "{class} {good}");
        assert_eq!(format.describe(bad), None, "{class} {bad}");
        // No finding may report a distance from a position that cannot be read.
        let current = std::slice::from_ref(bad);
        let known = Known::default().with_class(class).with_current(current);
        let report = validate::patch_knowing(std::slice::from_ref(good), &known);
        let is_comparison = |f: &&Finding| {
            let codes = ["before-start", "past-end", "incomparable", "large-jump"];
            codes.contains(&f.code.as_str())
        };
        let said = report.findings().iter().find(is_comparison);
        assert_eq!(said, None, "{class} {bad}");
        assert_eq!(format.compare(good, bad), None, "{class} {bad}");
        assert_eq!(format.compare(bad, good), None, "{class} {bad}");
    }
}
