//! Offsets that people really write, and what is said about them before they are sent.

use ccloud_connect::finding::{Code, Report};
use ccloud_connect::offset::{
    Coordinate, GithubSource, MysqlCdc, OffsetFormat, OracleCdc, SqlServerCdc,
};
use ccloud_connect::plan::Intent;
use ccloud_connect::validate::{self, Known};
use ccloud_connect::{ConnectorKind, OffsetEntry, Timestamp};
use ccloud_connect_emulator::{Fault, Operation};

use super::World;

fn entries(text: &str) -> Vec<OffsetEntry> {
    serde_json::from_str(text).unwrap()
}

fn source(partition: &str, offset: &str) -> String {
    format!(r#"[{{"partition":{partition},"offset":{offset}}}]"#)
}

/// `severity code path` of each finding that is not a note, without `offsets[0].`.
fn lines(report: &Report) -> Vec<String> {
    let findings = report.findings().iter();
    findings
        .filter(|finding| finding.severity.as_str() != "note")
        .map(|f| {
            let path = f.path.replace("offsets[0].", "");
            format!("{} {} {path}", f.severity, f.code)
        })
        .collect()
}

/// What is said of one offset of a connector of a class, beside what stands.
fn said(class: &str, partition: &str, before: &str, asked: &str) -> Vec<String> {
    let (current, asked) = (
        entries(&source(partition, before)),
        entries(&source(partition, asked)),
    );
    let known = Known::default().with_class(class).with_current(&current);
    lines(&validate::patch_knowing(&asked, &known))
}

const SERVER: &str = r#"{"server":"inv"}"#;
const POSTGRES: &str = r#"{"lsn_proc":27068176,"messageType":"INSERT","lsn_commit":27068176,"lsn":27068176,"txId":7,"ts_usec":5}"#;

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
    // A sink's entry with a slip is still one where nothing says otherwise.
    let slip = entries(
        r#"[{"partition":{"kafka_topc":"t","kafka_partition":0},"offset":{"kafka_offset":4}}]"#,
    );
    assert!(!validate::patch(&slip).is_valid());
}

#[test]
fn members_of_the_old_position_are_named_in_every_format() {
    let postgres = |asked: &str| said("PostgresCdcSourceV2", SERVER, POSTGRES, asked);
    assert_eq!(
        postgres(r#"{"lsn":23000000,"lsn_proc":27068176,"lsn_commit":27068176}"#),
        ["warning stale-member offset.lsn_proc"]
    );
    let oracle = |before: &str, asked: &str| said("OracleXStreamSource", SERVER, before, asked);
    assert_eq!(
        oracle(
            r#"{"scn":"324567000","commit_scn":"324567897:1:0a00","txId":"a","txSeq":3}"#,
            r#"{"scn":"320000000","commit_scn":"324567897:1:0a00","txId":"a","txSeq":3}"#
        ),
        [
            "warning stale-member offset.commit_scn",
            "warning stale-member offset.txId",
            "warning stale-member offset.txSeq",
        ]
    );
    let lcr = format!("{}02", "0".repeat(62));
    assert_eq!(
        oracle(
            &format!(r#"{{"lcr_position":"{lcr}"}}"#),
            &format!(r#"{{"lcr_position":"{lcr}","scn":"3710473"}}"#)
        ),
        ["warning stale-member offset.lcr_position"]
    );
    assert_eq!(
        said(
            "SqlServerCdcSourceV2",
            r#"{"server":"s","database":"d"}"#,
            r#"{"commit_lsn":"00000025:00000d98:00a2","change_lsn":"00000025:00000d98:0003","event_serial_no":1}"#,
            r#"{"commit_lsn":"00000024:00000d98:00a2","change_lsn":"00000025:00000d98:0003","event_serial_no":1}"#,
        ),
        ["warning stale-member offset.change_lsn"]
    );
    assert_eq!(
        said(
            "io.debezium.connector.mongodb.MongoDbConnector",
            r#"{"server_id":"m"}"#,
            r#"{"sec":1700000000,"ord":1,"resume_token":"abc"}"#,
            r#"{"sec":1690000000,"ord":1,"resume_token":"abc"}"#,
        ),
        ["warning stale-member offset.resume_token"]
    );
}

const UUID: &str = "30fd82c7-1f2b-11ee-8a6c-0242ac110003";

#[test]
fn gtids_are_moved_with_their_progress_and_never_left_out() {
    let offset = |gtids: &str, rest: &str| {
        format!(r#"{{"ts_sec":9,"file":"mysql-bin.000003","pos":1156385,"gtids":"{gtids}"{rest}}}"#)
    };
    let before = offset(&format!("{UUID}:1-2442"), r#","row":1,"event":2"#);
    let mysql = |asked: &str| said("MySqlCdcSourceV2", SERVER, &before, asked);
    assert_eq!(
        mysql(&offset(&format!("{UUID}:1-2000"), r#","row":1,"event":2"#)),
        [
            "warning skips-records offset.row",
            "warning skips-records offset.event"
        ]
    );
    assert_eq!(mysql(&offset(&format!("{UUID}:1-2000"), "")), [""; 0]);
    assert_eq!(
        mysql(r#"{"file":"mysql-bin.000002","pos":4}"#),
        ["warning gtids-missing offset.gtids"]
    );
    assert_eq!(
        mysql(&offset(&format!("{UUID}:2000"), "")),
        ["warning starts-over offset.gtids"]
    );
    let other = UUID.replace("30fd", "40fd");
    assert_eq!(
        mysql(&offset(&format!("{UUID}:1-2442,{other}:1-9"), "")),
        ["warning task-would-fail offset.gtids"]
    );
    let entry = &entries(&source(SERVER, &before))[0];
    let read = MysqlCdc::try_from(entry).unwrap();
    assert!(read.clone().move_to("mysql-bin.000002", 4).is_err());
    let moved = read.without_gtids().move_to("mysql-bin.000002", 4).unwrap();
    assert_eq!((moved.gtids(), moved.row()), (None, None));
}

#[test]
fn oracle_positions_are_read_in_both_forms() {
    let recorded =
        r#"{"lcr_position":"000000000024e36b0000000000000000000000000024e36b000000000000000002"}"#;
    let entry = &entries(&source(r#"{"server":"ORCLPDB1"}"#, recorded))[0];
    let read = OracleCdc::try_from(entry).unwrap();
    assert_eq!(
        (read.scn(), read.to_entry().to_string()),
        (None, entry.to_string())
    );
    assert_eq!(OffsetFormat::guess(entry).unwrap().name(), "oracle-cdc");
    let fresh = Known::default().with_class("OracleXStreamSource");
    let quiet = |offset: &str| {
        let report = validate::patch_knowing(&entries(&source(SERVER, offset)), &fresh);
        lines(&report)
    };
    assert_eq!(
        quiet(r#"{"lcr_position":"0002","commit_scn":null,"snapshot_scn":"3710000"}"#),
        [""; 0]
    );
    assert_eq!(quiet(r#"{"scn":"3710473"}"#), [""; 0]);
    assert_eq!(
        quiet(r#"{"scn":3710473,"commit_scn":5,"snapshot_scn":7}"#),
        [""; 0]
    );
    assert_eq!(quiet(r#"{"scn":"12x"}"#), ["warning wrong-type offset.scn"]);
    for odd in ["002", "xyz1", ""] {
        let offset = format!(r#"{{"lcr_position":"{odd}"}}"#);
        assert_eq!(
            quiet(&offset),
            ["warning task-would-fail offset.lcr_position"],
            "{odd}"
        );
    }
}

#[test]
fn an_offset_of_another_connector_is_refused() {
    let mongo = |asked: &str| {
        let ns = r#"{"ns":"mongodb+srv://host.example.net/shop.orders"}"#;
        said(
            "MongoDbAtlasSource",
            ns,
            r#"{"_id":"{\"_data\":\"8269\"}"}"#,
            asked,
        )
    };
    assert_eq!(
        mongo(r#"{"_data":"8269"}"#),
        ["error foreign-offset offset"]
    );
    assert_eq!(mongo(r#"{"_id":"82"}"#), ["warning wrong-type offset._id"]);
    assert_eq!(mongo("{}"), ["warning missing-position offset"]);
    let mysql = |asked: &str| {
        said(
            "MySqlCdcSourceV2",
            SERVER,
            r#"{"file":"b.1","pos":9,"ts_sec":5}"#,
            asked,
        )
    };
    assert_eq!(
        mysql(r#"{"binlog":"mysql-bin.1","position":4}"#),
        ["error foreign-offset offset"]
    );
    assert_eq!(mysql(POSTGRES), ["error foreign-offset offset"]);
    assert_eq!(mysql("{}"), ["warning missing-member offset.file"]);
    // Of what is not known, only what the connector itself wrote can be said.
    let custom = entries(r#"[{"partition":{"shard":"1"},"offset":{"seq":1}}]"#);
    let asked = entries(r#"[{"partition":{"shard":"1"},"offset":{"other":1}}]"#);
    let known = Known::default()
        .with_class("com.example.Custom")
        .with_current(&custom);
    assert_eq!(
        lines(&validate::patch_knowing(&asked, &known)),
        ["warning foreign-offset offset"]
    );
}

#[test]
fn snapshots_and_enumerations_of_debezium() {
    let postgres = |asked: &str| said("PostgresCdcSourceV2", SERVER, r#"{"lsn":25565696}"#, asked);
    for (value, expected) in [
        ("false", "warning task-would-fail offset.snapshot"),
        ("\"initial\"", "warning task-would-fail offset.snapshot"),
        ("\"last\"", "warning task-would-fail offset.snapshot"),
        ("true", "warning snapshot-again offset.snapshot"),
        ("\"INITIAL\"", "warning snapshot-again offset.snapshot"),
    ] {
        let asked =
            format!(r#"{{"lsn":25565696,"snapshot":{value},"last_snapshot_record":false}}"#);
        assert_eq!(postgres(&asked), [expected], "{value}");
    }
    for quiet in ["null", "\"BLOCKING\"", "\"INCREMENTAL\""] {
        let asked = format!(r#"{{"lsn":25565696,"snapshot":{quiet}}}"#);
        assert_eq!(postgres(&asked), [""; 0], "{quiet}");
    }
    assert_eq!(
        postgres(r#"{"lsn":25565696,"messageType":"insert"}"#),
        ["warning task-would-fail offset.messageType"]
    );
}

#[test]
fn nanoseconds_and_units_of_jdbc() {
    let table = r#"{"protocol":"1","table":"db.public.orders"}"#;
    let before = r#"{"timestamp_nanos":123000000,"timestamp":1699142400123,"incrementing":3}"#;
    let jdbc = |asked: &str| said("PostgresSource", table, before, asked);
    assert_eq!(
        jdbc(r#"{"timestamp":1699142000000,"timestamp_nanos":123000000,"incrementing":2}"#),
        ["warning stale-member offset.timestamp_nanos"]
    );
    assert_eq!(
        jdbc(r#"{"timestamp":1699142000}"#),
        ["warning wrong-unit offset.timestamp"]
    );
    assert_eq!(
        jdbc(r#"{"timestamp":1699142000000000}"#),
        ["warning wrong-unit offset.timestamp"]
    );
    assert_eq!(jdbc(r#"{"timestamp":1699142000000}"#), [""; 0]);
    let settings = [("db.timezone".to_owned(), "Asia/Tokyo".to_owned())].into();
    let (current, asked) = (
        entries(&source(table, before)),
        entries(&source(table, r#"{"timestamp":1699142000000}"#)),
    );
    let known = Known::default()
        .with_class("PostgresSource")
        .with_current(&current)
        .with_settings(&settings);
    let report = validate::patch_knowing(&asked, &known);
    assert!(
        report
            .findings()
            .iter()
            .any(|finding| finding.code == Code::TimeZone)
    );
}

#[test]
fn common_words_are_not_enough_to_guess_a_format() {
    for (partition, offset) in [
        (
            r#"{"server":"cdc"}"#,
            r#"{"lsn_proc":30729648,"lsn_commit":30729536}"#,
        ),
        (
            r#"{"table":"incident"}"#,
            r#"{"timestamp":"2026-09-01 00:00:00","sys_id":""}"#,
        ),
        (
            r#"{"query":"from(bucket:\"b\")"}"#,
            r#"{"timestamp":"2024-02-20T15:14:19Z"}"#,
        ),
        (r#"{"name":"feed"}"#, r#"{"since":"2024-02-20T15:14:19Z"}"#),
        (
            r#"{"server":"inv"}"#,
            r#"{"file":"","pos":0,"gtids":"30fd82c7-1f2b-11ee-8a6c-0242ac110003:1-9"}"#,
        ),
        // Db2, Informix, Vitess, Spanner, S3: known to exist, and nothing is invented about them.
        (
            r#"{"server":"db2"}"#,
            r#"{"commit_lsn":"00000000:00000000:00000000000a","change_lsn":"NULL"}"#,
        ),
        (
            r#"{"databaseName":"i"}"#,
            r#"{"commit_lsn":"4711","begin_lsn":"4000"}"#,
        ),
        (
            r#"{"server":"v"}"#,
            r#"{"vgtid":"[]","transaction_epoch":0}"#,
        ),
        (r#"{"partitionToken":"p"}"#, "{}"),
        (
            r#"{"folder":"f"}"#,
            r#"{"lastFileRead":"x","fileOffset":"1","eof":"true"}"#,
        ),
    ] {
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
fn the_oldest_log_and_half_positions() {
    assert_eq!(MysqlCdc::new("s", "", 0).unwrap().file(), "");
    let mysql = |asked: &str| {
        said(
            "MySqlCdcSource",
            SERVER,
            r#"{"file":"b.1","pos":9,"ts_sec":5}"#,
            asked,
        )
    };
    assert_eq!(
        mysql(r#"{"file":"b.1"}"#),
        ["warning starts-over offset.pos"]
    );
    assert_eq!(
        mysql(r#"{"file":"b.1","pos":-4}"#),
        ["warning starts-over offset.pos"]
    );
    // What the connector stored itself is right.
    let oldest = r#"{"file":"","pos":0}"#;
    assert_eq!(said("MySqlCdcSource", SERVER, oldest, oldest), [""; 0]);
}

#[test]
fn help_is_given_beside_the_connectors_own_offsets_too() {
    let current = entries(&source(SERVER, POSTGRES));
    let asked = entries(&source(SERVER, r#"{"lsn":"16/B374D848"}"#));
    let report = validate::patch_against(&asked, &current);
    let finding = report
        .findings()
        .iter()
        .find(|f| f.code == Code::WrongType)
        .unwrap();
    assert_eq!(finding.suggestion.as_deref(), Some("write 97500059720"));
}

#[test]
fn sql_server_in_both_versions() {
    let own = r#"{"commit_lsn":"00000025:00000448:0003","change_lsn":"00000025:00000448:0002","event_serial_no":1}"#;
    let one = |asked: &str| said("SqlServerCdcSource", SERVER, own, asked);
    let entry = &entries(&source(SERVER, own))[0];
    assert_eq!(SqlServerCdc::try_from(entry).unwrap().database(), None);
    for (asked, expected) in [
        (r#"{"commit_lsn":"00000025000004480003"}"#, &[][..]),
        (
            r#"{"commit_lsn":"00000025:00000448:0003","change_lsn":"NULL","event_serial_no":-1}"#,
            &[],
        ),
        (
            r#"{"commit_lsn":"0x00000025000004480003"}"#,
            &["warning wrong-type offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":"25:448:3"}"#,
            &["warning wrong-type offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":"foo"}"#,
            &["warning wrong-type offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":5}"#,
            &["warning wrong-type offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":"NULL"}"#,
            &["warning missing-position offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":"00000025:00000448:0003","event_serial_no":"1"}"#,
            &["warning wrong-type offset.event_serial_no"],
        ),
        ("{}", &["warning missing-position offset"]),
        (
            r#"{"commit_lsn":"00000025:00000448:0003","snapshot":"initial"}"#,
            &["warning task-would-fail offset.snapshot"],
        ),
    ] {
        assert_eq!(one(asked), expected, "{asked}");
    }
    let report = validate::patch(&entries(&source(
        SERVER,
        r#"{"commit_lsn":"0x00000025000004480003"}"#,
    )));
    assert_eq!(
        report.findings(),
        &[],
        "without colons, nothing tells it from another connector's"
    );
    // Version 2 names the database as well.
    let two = entries(&source(r#"{"server":"inv","database":"d"}"#, own));
    let report = validate::patch_knowing(
        &entries(&source(SERVER, own)),
        &Known::default()
            .with_class("SqlServerCdcSourceV2")
            .with_current(&two),
    );
    let unknown = &report.findings()[0];
    assert_eq!(unknown.code, Code::UnknownPartition);
    assert!(
        unknown
            .message
            .contains("`database`, which is missing here"),
        "{unknown}"
    );
}

#[test]
fn what_was_recorded_together_stays_together() {
    let own =
        r#"{"file":"mysql-bin.002656","pos":497395301,"row":1,"event":3,"ts_sec":1644979421}"#;
    let backup =
        r#"{"file":"mysql-bin.002655","pos":1062699299,"row":1,"event":3,"ts_sec":1644913815}"#;
    assert_eq!(said("MySqlCdcSourceV2", SERVER, own, backup), [""; 0]);
    let backup = POSTGRES
        .replace("27068176", "26000000")
        .replace("\"ts_usec\":5", "\"ts_usec\":4");
    assert_eq!(
        said("PostgresCdcSourceV2", SERVER, POSTGRES, &backup),
        [""; 0]
    );
}

#[test]
fn cosmos_db_in_both_versions() {
    let one = r#"{"DatabaseName":"d","Container":"c"}"#;
    let (before, after) = (
        r#"{"recordContinuationToken":"1"}"#,
        r#"{"recordContinuationToken":"2"}"#,
    );
    assert_eq!(said("CosmosDbSource", one, before, before), [""; 0]);
    assert_eq!(
        said("CosmosDbSource", one, before, after),
        ["warning no-effect offset.recordContinuationToken"]
    );
    let two = r#"{"cosmos.source.database.name":"d","cosmos.source.container.resourceId":"c","cosmos.source.feedRange":"{}"}"#;
    let offset =
        r#"{"cosmos.source.feedRange.continuation":"{}","cosmos.source.feedRange.item.lsn":"7"}"#;
    assert_eq!(
        said("CosmosDbSourceV2", two, offset, &offset.replace('7', "5")),
        [""; 0]
    );
    assert_eq!(
        said(
            "CosmosDbSourceV2",
            two,
            offset,
            r#"{"cosmos.source.feedRange.continuation":7}"#
        ),
        [r#"warning wrong-type offset["cosmos.source.feedRange.continuation"]"#]
    );
}

#[test]
fn small_help() {
    // Decimals in a partition, on a connector that has no offsets yet; and that is said once.
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
}

#[test]
fn mongodb_as_its_loader_reads_it() {
    let own = r#"{"sec":1700000000,"ord":1,"resume_token":"abc"}"#;
    let mongo = |asked: &str| {
        said(
            "io.debezium.connector.mongodb.MongoDbConnector",
            r#"{"server_id":"m"}"#,
            own,
            asked,
        )
    };
    for (asked, expected) in [
        (
            r#"{"sec":"1700000000","ord":"1","resume_token":"abd"}"#,
            &[][..],
        ),
        (r#"{"resume_token":"abd"}"#, &[]),
        (r#"{"resume_token":"abd","lsid":"x","txnNumber":"5"}"#, &[]),
        (r#"{"sec":"soon"}"#, &["warning wrong-type offset.sec"]),
        (
            r#"{"sec":4294967296,"resume_token":"abd"}"#,
            &["warning out-of-range offset.sec"],
        ),
        (
            r#"{"resume_token":5}"#,
            &["warning wrong-type offset.resume_token"],
        ),
        (
            r#"{"resume_token":"abc","sec":1700000000,"ord":1,"initsync":true}"#,
            &["warning snapshot-again offset.initsync"],
        ),
        ("{}", &["warning missing-position offset"]),
    ] {
        assert_eq!(mongo(asked), expected, "{asked}");
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
    let known = Known::default().with_current(&now);
    let at: Timestamp = "2026-11-26T08:00:00Z".parse().unwrap();
    let back = validate::goes_back(&file, Some(at), &known);
    let said: Vec<String> = back
        .iter()
        .map(|f| format!("{} {}", f.path, f.message))
        .collect();
    assert_eq!(
        said[0],
        "offsets[0].offset goes back by 40 records, which the connector has read since the file's sample of \
         2026-11-26T08:00:00Z, unless it was edited"
    );
    assert_eq!(back.len(), 2);
    assert!(validate::goes_back(&now, Some(at), &known).is_empty());
}

#[test]
fn coordinates_that_do_not_fit_are_refused_by_name() {
    let format = |class: &str| OffsetFormat::of_class(class).unwrap();
    let postgres = &entries(&source(SERVER, POSTGRES))[0];
    let move_to = |class: &str, entry: &OffsetEntry, name: &str, text: &str| {
        format(class)
            .move_to(entry, &Coordinate::parse(name, text).unwrap())
            .map_err(|invalid| invalid.report().findings()[0].to_string())
    };
    assert_eq!(
        move_to("PostgresCdcSourceV2", postgres, "lsn", "16/B374D848")
            .unwrap()
            .to_string(),
        r#"{"partition":{"server":"inv"},"offset":{"lsn":97500059720,"txId":7,"ts_usec":5}}"#
    );
    for (class, entry, name, text, expected) in [
        (
            "PostgresCdcSourceV2",
            postgres,
            "scn",
            "5",
            "scn: is no coordinate of PostgreSQL CDC (Debezium); it moves by lsn",
        ),
        (
            "SqlServerCdcSource",
            &entries(&source(
                SERVER,
                r#"{"commit_lsn":"00000025:00000448:0003"}"#,
            ))[0],
            "lsn",
            "0x00000025000004480003",
            "lsn: must be text of the form XXXXXXXX:XXXXXXXX:XXXX, but is \"0x00000025000004480003\" (write \"00000025:00000448:0003\")",
        ),
        (
            "MySqlCdcSource",
            &entries(&source(SERVER, r#"{"file":"b.1","pos":4}"#))[0],
            "gtid",
            "0-1-2",
            "gtid: does not fit: the connector stores no GTIDs; it moves by binlog",
        ),
    ] {
        assert_eq!(move_to(class, entry, name, text).unwrap_err(), expected);
    }
    let jdbc = &entries(r#"[{"partition":{"query":"query"},"offset":{"incrementing":4}}]"#)[0];
    assert!(move_to("MySqlSource", jdbc, "time", "2026-11-26T08:00Z").is_err());
    let both = &entries(
        r#"[{"partition":{"query":"query"},"offset":{"incrementing":4,"timestamp":1700000000000}}]"#,
    )[0];
    assert!(move_to("MySqlSource", both, "incrementing", "5").is_err());
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
    // Another database's offset.
    let foreign = moved(r#"{"lsn":27068176,"txId":7}"#);
    let refused = connector.plan(Intent::set(foreign)).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("is an offset of PostgreSQL CDC"),
        "{refused}"
    );
    // Without the right to read the configuration, the current offsets tell the format.
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
}
