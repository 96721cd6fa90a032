//! Tests of the offsets of Debezium's connectors: their typed forms, and moves by coordinates.

use ccloud_connect::finding::{Code, ValidationError};
use ccloud_connect::offset::{Coordinate, MysqlCdc, OffsetFormat, OracleCdc, SqlServerCdc};
use ccloud_connect::validate::{self, Known};

use super::{POSTGRES, SERVER, entries, lines, rows, source};

#[test]
fn gtids_are_never_left_out_by_a_move() {
    let before = r#"{"file":"mysql-bin.000003","pos":9,"gtids":"30fd82c7-1f2b-11ee-8a6c-0242ac110003:1-2442","row":1}"#;
    let read = MysqlCdc::try_from(&entries(&source(SERVER, before))[0]).unwrap();
    assert!(read.clone().move_to("mysql-bin.000002", 4).is_err());
    let moved = read.without_gtids().move_to("mysql-bin.000002", 4).unwrap();
    assert_eq!((moved.gtids(), moved.row()), (None, None));
    assert_eq!(MysqlCdc::new("s", "", 0).unwrap().file(), "");
}

#[test]
fn positions_are_read_in_every_version_of_a_connector() {
    let recorded =
        r#"{"lcr_position":"000000000024e36b0000000000000000000000000024e36b000000000000000002"}"#;
    let entry = &entries(&source(r#"{"server":"ORCLPDB1"}"#, recorded))[0];
    let read = OracleCdc::try_from(entry).unwrap();
    assert_eq!(
        (read.scn(), read.to_entry().to_string()),
        (None, entry.to_string())
    );
    assert_eq!(OffsetFormat::guess(entry).unwrap().name(), "oracle-cdc");
    let one = &entries(&source(
        SERVER,
        r#"{"commit_lsn":"00000025:00000448:0003"}"#,
    ))[0];
    assert_eq!(SqlServerCdc::try_from(one).unwrap().database(), None);
    // Without colons, the offset may be that of another connector, so no format is guessed and there is no finding.
    let plain = entries(&source(
        SERVER,
        r#"{"commit_lsn":"0x00000025000004480003"}"#,
    ));
    assert_eq!(validate::patch(&plain).findings(), &[]);
    // The finding must show the most similar of the connector's own partitions, and the member that is missing.
    let own = r#"{"commit_lsn":"00000025:00000448:0003"}"#;
    let two = entries(&source(r#"{"server":"inv","database":"d"}"#, own));
    let known = Known::default()
        .with_class("SqlServerCdcSourceV2")
        .with_current(&two);
    let report = validate::patch_knowing(std::slice::from_ref(one), &known);
    let [unknown, unread, ..] = report.findings() else {
        panic!("{report:?}")
    };
    assert!(
        unknown
            .message
            .contains("`database`, which is missing here")
    );
    assert_eq!(unread.suggestion.as_deref(), Some(r#"add "database": "d""#));
}

#[test]
fn versions_of_a_connector_name_their_partitions_differently() {
    let sqlserver = ("SqlServerCdcSourceV2", r#""server":"s""#);
    let mongodb = (
        "io.debezium.connector.mongodb.MongoDbConnector",
        r#""server_id":"s""#,
    );
    for [class, names, present, asked, expected] in rows(
        r#"
        sqlserver | a | - | ,"database":"a" | ok
        sqlserver | a | - | - | ok
        sqlserver | a | ,"database":"a" - | - | error never-read partition
        sqlserver | a | ,"database":"a" - | ,"database":"a" | ok
        sqlserver | a,b | ,"database":"a" | ,"database":"b" | ok
        sqlserver | a,b | ,"database":"a" | - | warning unknown-partition partition; error never-read partition
        sqlserver | a,b | ,"database":"a" | ,"database":"c" | warning unknown-partition partition; error never-read partition
        sqlserver | a,b | - | - | error never-read partition
        mongodb | - | ,"rs":"rs0" | - | ok
        mongodb | - | ,"rs":"rs0" | ,"rs":"rs0" | ok
        mongodb | - | ,"rs":"rs0" - | - | ok
        mongodb | - | ,"rs":"rs0" - | ,"rs":"rs0" | error never-read partition.rs"#,
    ) {
        let (class, server) = if class == "mongodb" {
            mongodb
        } else {
            sqlserver
        };
        let entry = |more: &str, at: u8| {
            let more = more.trim_matches('-');
            format!(
                r#"{{"partition":{{{server}{more}}},"offset":{{"commit_lsn":"00000025:00000448:000{at}","sec":170000000{at}}}}}"#
            )
        };
        let present: Vec<_> = present.split(' ').map(|more| entry(more, 3)).collect();
        let current = entries(&format!("[{}]", present.join(",")));
        let settings = [("database.names".to_owned(), names.to_owned())].into();
        let known = Known::default()
            .with_class(class)
            .with_current(&current)
            .with_settings(&settings);
        let asked = entries(&format!("[{}]", entry(asked, 4)));
        let said = lines(&validate::patch_knowing(&asked, &known)).join("; ");
        assert_eq!(
            said,
            expected.trim_matches(['o', 'k']),
            "{names}, {present:?}"
        );
    }
}

#[test]
fn help_is_given_beside_the_connectors_own_offsets_too() {
    let current = entries(&source(SERVER, POSTGRES));
    let asked = entries(&source(SERVER, r#"{"lsn":"16/B374D848"}"#));
    let report = validate::patch_against(&asked, &current);
    let fails = |f: &&ccloud_connect::finding::Finding| f.code == Code::TaskWouldFail;
    let finding = report.findings().iter().find(fails).unwrap();
    assert_eq!(finding.suggestion.as_deref(), Some("write 97500059720"));
}

#[test]
fn coordinates_that_do_not_fit_are_refused_by_name() {
    let partition = r#"{"server":"inv","query":"query"}"#;
    for [class, offset, name, text, expected] in rows(
        r#"
PostgresCdcSourceV2 | {"lsn_proc":2706,"messageType":"INSERT","lsn":2706,"txId":7} | lsn | 16/B374D848 | {"partition":{"server":"inv","query":"query"},"offset":{"lsn":97500059720,"txId":7}}
PostgresCdcSourceV2 | {"lsn":2706} | scn | 5 | scn: is not a coordinate of PostgreSQL CDC (Debezium), which moves by lsn
SqlServerCdcSource | {"commit_lsn":"00000025:00000448:0003"} | lsn | 0x00000025000004480003 | lsn: must be text of the form XXXXXXXX:XXXXXXXX:XXXX, but is "0x00000025000004480003"; the connector reads this text as another LSN, or its task fails (write "00000025:00000448:0003")
MySqlCdcSource | {"file":"b.1","pos":4} | gtid | 0-1-2 | gtid: does not fit, because the connector stores no GTIDs; move by binlog
MySqlCdcSource | {"file":"b.1","pos":4,"gtids":"0-1-1"} | gtid | x | gtid: is not a set of GTIDs such as 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23
MySqlSource | {"incrementing":4} | time | 2026-11-26T08:00Z | offset.timestamp: is missing; the connector reads by the incrementing column (move by incrementing)
MySqlSource | {"incrementing":4,"timestamp":1700000000000} | incrementing | 5 | offset.timestamp: is present and decides where the connector starts; the incrementing column only orders rows of the same time (move by time)"#,
    ) {
        let entry = &entries(&source(partition, offset))[0];
        let to = Coordinate::parse(name, text).unwrap();
        let moved = OffsetFormat::of_class(class).unwrap().move_to(entry, &to);
        let said = |invalid: ValidationError| invalid.report().findings()[0].to_string();
        assert_eq!(moved.map_or_else(said, |moved| moved.to_string()), expected);
    }
}

#[test]
fn a_move_by_gtids_is_about_what_the_server_purged_and_executed() {
    let at = |last: u32| {
        let gtids = format!("30fd82c7-1f2b-11ee-8a6c-0242ac110003:1-{last}");
        let offset = format!(r#"{{"file":"mysql-bin.000003","pos":9,"gtids":"{gtids}"}}"#);
        entries(&source(SERVER, &offset))
    };
    let current = at(2442);
    let known = Known::default()
        .with_class("MySqlCdcSource")
        .with_current(&current);
    for (last, code, condition) in [
        (2441, Code::BeforeStart, "has purged a transaction"),
        (2443, Code::PastEnd, "has not executed"),
    ] {
        let report = validate::patch_knowing(&at(last), &known);
        let note = report.findings().iter().find(|f| f.code == code).unwrap();
        assert!(note.message.contains("the task fails if"), "{note}");
        assert!(note.message.contains(condition), "{note}");
        let query = note.suggestion.as_deref().unwrap();
        assert!(query.contains("@@gtid_executed, @@gtid_purged"), "{query}");
    }
}
