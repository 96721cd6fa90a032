//! Tests of all formats: entries are written, parsed, moved, and refused.

use super::*;
use crate::finding::ValidationError;
use crate::validate;
use crate::{OffsetEntry, Timestamp};

/// The rows of a table that is given as text: each line is a row, and ` |` separates its cells.
pub(crate) fn rows<const N: usize>(table: &str) -> Vec<[&str; N]> {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let cells = lines.map(|line| line.split(" |").map(str::trim).collect::<Vec<_>>());
    cells
        .map(|cells| cells.try_into().expect("every row has all cells"))
        .collect()
}

pub(super) fn entry(text: &str) -> OffsetEntry {
    serde_json::from_str(text).unwrap()
}

/// Writes a typed entry as text. Asserts that the text is parsed into an equal value, and that validation finds
/// nothing.
pub(super) fn wire<T>(typed: &T, to_entry: fn(&T) -> OffsetEntry) -> String
where
    T: for<'a> TryFrom<&'a OffsetEntry, Error = ValidationError> + PartialEq + std::fmt::Debug,
{
    let entry = to_entry(typed);
    assert_eq!(&T::try_from(&entry).unwrap(), typed);
    let report = validate::patch(std::slice::from_ref(&entry));
    assert_eq!(report.findings(), &[]);
    entry.to_string()
}

#[test]
fn every_format_on_the_wire() {
    macro_rules! wires {
        ($($format:ident: $typed:expr, $expected:literal;)*) => {
            $(assert_eq!(wire(&$typed, $format::to_entry), $expected);)*
        };
    }
    let lsn = || "00000025:00000d98:00a2".parse().unwrap();
    let since: Timestamp = "2024-02-20T15:14:19Z".parse().unwrap();
    let table = JdbcSource::table("db.t").with_timestamp_millis(1_699_142_400_999);
    let gtids = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5";
    wires! {
        KafkaSink: KafkaSink::new("t", 1, 2).unwrap(),
            r#"{"partition":{"kafka_topic":"t","kafka_partition":1},"offset":{"kafka_offset":2}}"#;
        JdbcSource: table.with_timestamp_nanos(999_999_999).unwrap(),
            r#"{"partition":{"protocol":"1","table":"db.t"},"offset":{"timestamp":1699142400999,"timestamp_nanos":999999999}}"#;
        JdbcSource: JdbcSource::query().with_incrementing(7),
            r#"{"partition":{"query":"query"},"offset":{"incrementing":7}}"#;
        MysqlCdc: MysqlCdc::new("s", "b.1", 4).unwrap().with_gtids(gtids),
            r#"{"partition":{"server":"s"},"offset":{"file":"b.1","pos":4,"gtids":"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"}}"#;
        PostgresCdc: PostgresCdc::new("s", "1/2".parse().unwrap()).unwrap(),
            r#"{"partition":{"server":"s"},"offset":{"lsn":4294967298}}"#;
        SqlServerCdc: SqlServerCdc::new("s", "d", lsn()).unwrap(),
            r#"{"partition":{"server":"s","database":"d"},"offset":{"commit_lsn":"00000025:00000d98:00a2"}}"#;
        OracleCdc: OracleCdc::new("s", "123456789012345678901").unwrap(),
            r#"{"partition":{"server":"s"},"offset":{"scn":"123456789012345678901"}}"#;
        MongodbAtlas: MongodbAtlas::new("h/d.c", r#"{"_data":"82"}"#).unwrap(),
            r#"{"partition":{"ns":"h/d.c"},"offset":{"_id":"{\"_data\":\"82\"}"}}"#;
        MongodbCdc: MongodbCdc::new("s").unwrap().move_to("82").unwrap(),
            r#"{"partition":{"server_id":"s"},"offset":{"resume_token":"82"}}"#;
        GithubSource: GithubSource::new("o/r_issues", since).unwrap(),
            r#"{"partition":{"name":"o/r_issues"},"offset":{"since":"2024-02-20T15:14:19Z"}}"#;
        CouchbaseSource: CouchbaseSource::new("b", 1023, 7).unwrap(),
            r#"{"partition":{"bucket":"b","partition":"1023"},"offset":{"bySeqno":7}}"#;
        CosmosDbSourceV2: CosmosDbSourceV2::new("d", "c", "r", "-1").unwrap(),
            r#"{"partition":{"cosmos.source.database.name":"d","cosmos.source.container.resourceId":"c","cosmos.source.feedRange":"r"},"offset":{"cosmos.source.feedRange.continuation":"-1","cosmos.source.feedRange.item.lsn":""}}"#;
        MirrorMaker: MirrorMaker::new("c", "t", 0, 1).unwrap(),
            r#"{"partition":{"cluster":"c","topic":"t","partition":0},"offset":{"offset":1}}"#;
        FileStreamSource: FileStreamSource::new("/f", 0).unwrap(),
            r#"{"partition":{"filename":"/f"},"offset":{"position":0}}"#;
    }
}

fn format(name: &str) -> &'static OffsetFormat {
    let format = OffsetFormat::all().find(|format| format.name() == name);
    format.unwrap()
}

#[test]
fn moving_changes_what_belongs_together_and_nothing_else() {
    for [name, by, to, before, after] in rows(
        r#"
        mysql-cdc | binlog | b.1:4 | {"ts_sec": 9,"file":"b.9","pos":9,"row":1,"event":2,"transaction_id":null,"incremental_snapshot_x":"y"} | {"ts_sec": 9,"file":"b.1","pos":4,"transaction_id":null,"incremental_snapshot_x":"y"}
        mysql-cdc | gtid | 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-2 | {"file":"b.9","pos":9,"gtids":"a:1-9","row":1,"event":2} | {"file":"b.9","pos":9,"gtids":"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-2"}
        postgres-cdc | lsn | 0/5 | {"transaction_id":null,"lsn_proc":9,"messageType":"INSERT","lsn_commit":8,"lsn":9,"x":1.50} | {"transaction_id":null,"lsn":5,"x":1.50}
        sqlserver-cdc | lsn | 00000001:00000002:0003 | {"event_serial_no":1,"commit_lsn":"00000025:00000d98:00a2","x":[],"change_lsn":"00000025:00000d98:0003"} | {"commit_lsn":"00000001:00000002:0003","x":[]}
        oracle-cdc | scn | 5 | {"snapshot_scn":"1","scn":"9","txSeq":3,"commit_scn":"9:1:ab","snapshot_pending_tx":"0a00:5","lcr_position":null} | {"snapshot_scn":"1","scn":"5","snapshot_pending_tx":"0a00:5"}
        couchbase | sequence | 3 | {"snapshotEndSeqno":9,"bySeqno":8,"snapshotStartSeqno":7,"vbuuid":1,"x":{}} | {"snapshotEndSeqno":3,"bySeqno":3,"snapshotStartSeqno":3,"vbuuid":1,"x":{}}
        "#,
    ) {
        let partition = r#"{"server":"s","bucket":"b","partition":"4"}"#;
        let entry_at = |offset| format!(r#"{{"partition":{partition},"offset":{offset}}}"#);
        let to = Coordinate::parse(by, to).unwrap();
        let moved = format(name).move_to(&entry(&entry_at(before)), &to);
        assert_eq!(moved.unwrap().to_string(), entry_at(after));
    }
}

#[test]
fn simple_moves() {
    let later: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    let github = GithubSource::new("o/r_x", "2024-02-20T15:14:19Z".parse().unwrap()).unwrap();
    assert_eq!(github.move_to(later).unwrap().since(), later);
    let token = r#"{"_data":"2"}"#;
    let mongo = MongodbAtlas::new("n", r#"{"_data":"1"}"#).unwrap();
    let moved = mongo.clone().move_to(token).unwrap();
    assert_eq!(moved.resume_token(), token);
    let wrong = mongo.move_to("82").unwrap_err();
    assert_eq!(wrong.report().findings()[0].path, "resume-token");
    let cosmos = CosmosDbSource::new("d", "c", "1").unwrap();
    assert_eq!(cosmos.move_to("2").unwrap().continuation_token(), "2");
    let feed = CosmosDbSourceV2::new("d", "c", "r", "1").unwrap();
    let mut read_on = feed.into_raw();
    let lsn = "cosmos.source.feedRange.item.lsn";
    read_on.offset_mut().set(lsn, "7").unwrap();
    let read_on = CosmosDbSourceV2::try_from(&read_on.to_entry()).unwrap();
    let moved = read_on.move_to("2").unwrap();
    assert_eq!((moved.continuation_token(), moved.item_lsn()), ("2", ""));
    let mirror = MirrorMaker::new("c", "t", 0, 1).unwrap();
    assert!(mirror.move_to(-1).is_err());
    let file = FileStreamSource::new("f", 1).unwrap();
    assert_eq!(file.move_to(5).unwrap().position(), 5);
}

#[test]
fn faults_are_found_when_reading() {
    for [name, text, expected] in rows(
        r#"
        mysql-cdc | {"partition":{"server":""},"offset":{"pos":"4","row":-1,"file":null}} | offset.file: is null
        postgres-cdc | {"partition":{"server":"s"},"offset":{"lsn":"16/B374D848","lsn_proc":-1}} | offset.lsn: must be a log sequence number as a number, 0 or more, but is "16/B374D848" (write 97500059720)  offset.lsn_proc: must be 0 or more, but is -1; the connector reads nothing from a negative position
        sqlserver-cdc | {"partition":{"server":"s"},"offset":{"commit_lsn":"25:d98:a2"}} | offset.commit_lsn: must be text of the form XXXXXXXX:XXXXXXXX:XXXX, but is "25:d98:a2"; the connector reads this text as another LSN, or its task fails
        oracle-cdc | {"partition":{"server":"s"},"offset":{"scn":12345}} | -
        oracle-cdc | {"partition":{"server":"s"},"offset":{"scn":"12x"}} | offset.scn: must be a system change number as digits, but is "12x"
        mongodb-atlas | {"partition":{"ns":"n"},"offset":{"_id":{"_data":"82"}}} | offset._id: must be a string, but is {"_data":"82"} (write the JSON text as a string)
        mongodb-atlas | {"partition":{"ns":"n"},"offset":{"_id":"82"}} | offset._id: must be the JSON text of an object, but is "82" (the form is "{\"_data\": \"8266…\"}")
        couchbase | {"partition":{"bucket":"b","partition":7},"offset":{"bySeqno":1}} | partition.partition: must be a string, but is 7 (write "7")
        couchbase | {"partition":{"bucket":"b","partition":"7"},"offset":{"bySeqno":5,"snapshotStartSeqno":6,"snapshotEndSeqno":4}} | offset.snapshotStartSeqno: must be at most bySeqno (5), but is 6; the task fails  offset.snapshotEndSeqno: must be at least bySeqno (5), but is 4; the task fails
        github | {"partition":{"name":"kafka"},"offset":{"since":"yesterday"}} | offset.since: must be a time such as 2024-02-20T15:14:19Z, but is "yesterday"
        github | {"partition":{"name":"kafka"},"offset":{"since":"2024-02-20T15:14:19Z"}} | partition.name: must be of the form owner/repository_resource, but is kafka
        jdbc | {"partition":{"query":"select 1"},"offset":{"timestamp":1,"timestamp_nanos":1000000000}} | partition.query: must be the text "query", not the query itself  offset.timestamp_nanos: must be between 0 and 999999999, but is 1000000000
        jdbc | {"partition":{},"offset":{}} | partition.table: is missing
        mirrormaker | {"partition":{"cluster":"","topic":"t","partition":-1},"offset":{"offset":-2}} | partition.cluster: is empty  partition.partition: must be 0 or more, but is -1  offset.offset: must be 0 or more, but is -2
        filestream | [] | entry: must be an object with partition and offset, but is an array
        kafka-sink | {"partition":{"kafka_topic":"t","kafka_partition":0},"offset":null} | offset: is null
        "#,
    ) {
        let found = (format(name).faults)(&entry(text));
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.join("  "), expected.trim_matches('-'), "{text}");
    }
}

#[test]
fn the_published_jdbc_example_is_read_and_can_be_mended() {
    let published = entry(
        r#"{"partition":{"protocol":1,"table":"sourcedb.sourcetable"},"offset":{"timestamp_nanos":0,"incrementing":3,"timestamp":1699000000000}}"#,
    );
    let read = JdbcSource::try_from(&published).unwrap();
    assert!(read.has_numeric_protocol());
    assert_eq!(read.to_entry().to_string(), published.to_string());
    assert_eq!(
        (read.incrementing(), read.timestamp_nanos()),
        (Some(3), Some(0))
    );
    let mended = read.with_protocol_text();
    assert!(!mended.has_numeric_protocol());
    assert!(mended.to_entry().to_string().contains(r#""protocol":"1""#));
    assert!(
        !JdbcSource::query()
            .with_protocol_text()
            .to_entry()
            .to_string()
            .contains("protocol")
    );
}
