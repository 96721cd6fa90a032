//! Offsets of Debezium's connectors.

use ccloud_connect::OffsetEntry;
use ccloud_connect::finding::Code;
use ccloud_connect::offset::{Coordinate, MysqlCdc, OffsetFormat, OracleCdc, SqlServerCdc};
use ccloud_connect::validate::{self, Known};

use super::{POSTGRES, SERVER, entries, lines, said, source};

const UUID: &str = "30fd82c7-1f2b-11ee-8a6c-0242ac110003";

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
    assert_eq!(
        quiet(r#"{"scn":"12x"}"#),
        ["error task-would-fail offset.scn"]
    );
    for odd in ["002", "xyz1", ""] {
        let offset = format!(r#"{{"lcr_position":"{odd}"}}"#);
        assert_eq!(
            quiet(&offset),
            ["error task-would-fail offset.lcr_position"],
            "{odd}"
        );
    }
}

#[test]
fn snapshots_and_enumerations_of_debezium() {
    let postgres = |asked: &str| said("PostgresCdcSourceV2", SERVER, r#"{"lsn":25565696}"#, asked);
    for (value, expected) in [
        ("false", "error task-would-fail offset.snapshot"),
        ("\"initial\"", "error task-would-fail offset.snapshot"),
        ("\"last\"", "error task-would-fail offset.snapshot"),
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
        ["error task-would-fail offset.messageType"]
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
    for pos in [-4, 1, 3] {
        assert_eq!(
            mysql(&format!(r#"{{"file":"b.1","pos":{pos}}}"#)),
            ["warning starts-over offset.pos"]
        );
    }
    for file in [" b.1", "b.1\\n"] {
        let said = mysql(&format!(r#"{{"file":"{file}","pos":4}}"#));
        assert!(
            said.contains(&"error task-would-fail offset.file".to_owned()),
            "{said:?}"
        );
    }
    // An offset that the connector itself has stored is right.
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
        .find(|f| f.code == Code::TaskWouldFail)
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
            &["error task-would-fail offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":"25:448:3"}"#,
            &["error task-would-fail offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":"foo"}"#,
            &["error task-would-fail offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":5}"#,
            &["error task-would-fail offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":"NULL"}"#,
            &["warning starts-over offset.commit_lsn"],
        ),
        (
            r#"{"commit_lsn":"00000025:00000448:0003","event_serial_no":"1"}"#,
            &["error task-would-fail offset.event_serial_no"],
        ),
        ("{}", &["warning starts-over offset"]),
        (
            r#"{"commit_lsn":"00000025:00000448:0003","snapshot":"initial"}"#,
            &["error task-would-fail offset.snapshot"],
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
    // Version 2 also names the database.
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
        (r#"{"sec":"soon"}"#, &["error task-would-fail offset.sec"]),
        (
            r#"{"sec":4294967296,"resume_token":"abd"}"#,
            &["warning out-of-range offset.sec"],
        ),
        (
            r#"{"resume_token":5}"#,
            &["error task-would-fail offset.resume_token"],
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
            "lsn: must be text of the form XXXXXXXX:XXXXXXXX:XXXX, but is \"0x00000025000004480003\"; the connector reads another number in it, or its task fails (write \"00000025:00000448:0003\")",
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
