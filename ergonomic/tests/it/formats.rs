//! Compares the offset formats with offsets that real connectors wrote, and with what connectors did after alterations.
//!
//! `data/layouts.json` contains entries that connectors wrote. `data/experiments.json` contains experiments: the old offset, the
//! alteration, and its effect. All of this was measured with Debezium 2.7 and 3.6, the open JDBC connector, FileStream and
//! MirrorMaker on Kafka Connect 4.1.1.

use std::collections::BTreeMap;

use ccloud_connect::finding::{Code, Finding, Severity, ValidationError};
use ccloud_connect::offset::{
    Coordinate, FileStreamSource, JdbcSource, MirrorMaker, MysqlCdc, OffsetFormat, PostgresCdc,
};
use ccloud_connect::validate::{self, Known};
use ccloud_connect::{OffsetEntry, RawJson, Timestamp};
use serde::Deserialize;

use crate::format_cases::{announces, rows};

#[derive(Deserialize)]
struct Layout {
    class: String,
    phase: String,
    partition: RawJson,
    offset: RawJson,
}

#[derive(Deserialize)]
struct Experiment {
    class: String,
    setting: String,
    label: String,
    /// The result: `as asked`, `nearly` (the record at the position was read again), or `wrong`.
    went: String,
    /// The effect, such as `loses`, when the connector did not do what the request asked.
    effect: Option<String>,
    /// The record at the requested position, when the connector did not read it.
    skipped: Option<String>,
    #[serde(default)]
    config: BTreeMap<String, String>,
    before: Vec<OffsetEntry>,
    /// The entries of the request; `None` when the request resets every partition.
    body: Option<Vec<OffsetEntry>>,
}

fn layouts() -> Vec<Layout> {
    serde_json::from_str(include_str!("../data/layouts.json")).unwrap()
}

fn experiments() -> Vec<Experiment> {
    serde_json::from_str(include_str!("../data/experiments.json")).unwrap()
}

/// The time at which the checks are made. It is later than all measured positions, so that no position is in the future.
fn now() -> Timestamp {
    "2026-11-27T00:00:00Z".parse().unwrap()
}

fn typed(class: &str, entry: &OffsetEntry) -> Result<OffsetEntry, ValidationError> {
    Ok(match OffsetFormat::of_class(class).unwrap().name() {
        "postgres-cdc" => PostgresCdc::try_from(entry)?.to_entry(),
        "mysql-cdc" => MysqlCdc::try_from(entry)?.to_entry(),
        "jdbc" => JdbcSource::try_from(entry)?.to_entry(),
        "mirrormaker" => MirrorMaker::try_from(entry)?.to_entry(),
        "filestream" => FileStreamSource::try_from(entry)?.to_entry(),
        other => panic!("no typed form is tried for {other}"),
    })
}

#[test]
fn what_a_connector_wrote_is_taken_back_quietly() {
    let layouts = layouts();
    assert_eq!(layouts.len(), 129);
    for Layout {
        class,
        phase,
        partition,
        offset,
    } in &layouts
    {
        let entry = OffsetEntry::new(partition, offset);
        let entries = std::slice::from_ref(&entry);
        let by_class = Known::default()
            .with_class(class)
            .with_current(entries)
            .at(now());
        for known in [
            Known::default(),
            Known::default().with_current(entries),
            by_class,
        ] {
            let report = validate::patch_knowing(entries, &known);
            assert_eq!(report.findings(), &[], "{class}, {phase}");
        }
        let written = typed(class, &entry).unwrap_or_else(|e| panic!("{class}, {phase}: {e}"));
        assert_eq!(written.to_string(), entry.to_string(), "{class}, {phase}");
        let format = OffsetFormat::guess(&entry).expect("the entry tells its format");
        assert_eq!(Some(format), OffsetFormat::of_class(class), "{phase}");
        let movement = format.compare(&entry, &entry).unwrap();
        assert_eq!(movement.to_string(), "same", "{class}, {phase}");
    }
}

/// The findings about an experiment's request before it is sent. The check knows the connector's class, offsets and settings.
fn findings(experiment: &Experiment) -> Vec<Finding> {
    let known = Known::default()
        .with_class(&experiment.class)
        .with_current(&experiment.before);
    let known = known.with_settings(&experiment.config).at(now());
    match &experiment.body {
        None => validate::delete_all(&known).into_findings(),
        Some(body) => validate::patch_knowing(body, &known).into_findings(),
    }
}

/// The labels of experiments that went as asked although the library warns about them. Each warning is true, but did no harm.
const HARMLESS_WARNINGS: &[&str] = &[
    // The position lies between two records, so no record was skipped.
    "move_to an LSN between rows (row22+8)",
    // The progress within the transaction (`event` and `row`) happens to be that of the new position, which no check can know.
    "pos=start41, event=4 row=0",
    // No row of the table has exactly the time of the new position.
    "timestamp and nanos of row 11, incrementing stale",
    "timestamp+incrementing: back before row 41 (its millisecond, no nanos, minus 1), incrementing stands at 60",
];

#[test]
fn what_is_announced_is_what_happened() {
    let (mut silent, mut alarms, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for experiment in &experiments() {
        let name = format!("{}: {}", experiment.setting, experiment.label);
        let found = findings(experiment);
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        let said = format!("{name}\n    {}", said.join("\n    "));
        // A warning that records are skipped is no false alarm when the record at the position was indeed skipped.
        let came_true = |f: &&Finding| f.code == Code::SkipsRecords && experiment.skipped.is_some();
        let warned: Vec<&Finding> = found
            .iter()
            .filter(|f| f.severity != Severity::Note && !came_true(f))
            .collect();
        let is_listed = HARMLESS_WARNINGS.contains(&experiment.label.as_str());
        let foretold = |effect: &&str| found.iter().any(|f| announces(f).contains(effect));
        match (experiment.went.as_str(), experiment.effect.as_deref()) {
            ("as asked", _) if !warned.is_empty() && !is_listed => alarms.push(said),
            ("wrong", Some(effect)) if found.is_empty() => silent.push(format!("{effect}: {said}")),
            ("wrong", Some(effect)) if !foretold(&effect) => {
                wrong.push(format!("{effect}: {said}"));
            }
            _ => {}
        }
    }
    assert!(HARMLESS_WARNINGS.len() <= 5);
    for (found, what) in [
        (silent, "silent"),
        (wrong, "announced otherwise"),
        (alarms, "false alarms"),
    ] {
        assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
    }
}

/// Each line is a move: the name of a coordinate, its value, and the label of an experiment that asked for this position and went
/// as asked.
const MOVES: &str = "
lsn 28557696 lsn=row32; lsn_proc, lsn_commit, messageType dropped
binlog mysql-bin.000001:17757 pos=start22, row/event dropped (move_to)
binlog mysql-bin.000003:14423 pos=start11, row/event dropped (move_to)
binlog mysql-bin.000002:4 later file, pos 4 (rotated between 22 and 23)
gtid - gtids=through 22, row/event dropped, file/pos stale (move_to_gtids)
gtid - gtids=before 11, row/event dropped (move_to_gtids)
incrementing 22 incrementing=22
incrementing 11 incrementing=11
time 2024-01-01T00:41:00.5Z timestamp of row 41 minus 1 ms, no nanos
position 30 position=30 (start of line5)
position 0 position=0";

#[test]
fn moving_gives_the_bodies_that_went_exactly_there() {
    let experiments = experiments();
    for line in MOVES.trim().lines() {
        let [name, text, label] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let measured = experiments
            .iter()
            .filter(|e| e.label == label && e.went == "as asked");
        let mut count = 0;
        for experiment in measured {
            let (before, body) = (&experiment.before[0], &experiment.body.as_ref().unwrap()[0]);
            // The GTIDs differ from database to database, so they are taken from the experiment and not from the line.
            let text = match name {
                "gtid" => MysqlCdc::try_from(body)
                    .unwrap()
                    .gtids()
                    .unwrap()
                    .to_owned(),
                _ => text.to_owned(),
            };
            let format = OffsetFormat::of_class(&experiment.class).unwrap();
            let to = Coordinate::parse(name, &text).unwrap();
            match format.move_to(before, &to) {
                Ok(moved) => assert_eq!(&moved, body, "{label}"),
                Err(invalid) => panic!("{label}: {invalid}"),
            }
            count += 1;
        }
        assert!(count > 0, "{label} was not measured");
    }
}

#[test]
fn directions_are_those_in_which_connectors_went() {
    for [class, before, after, expected, shown] in rows(
        r#"
PostgresCdcSourceV2 | {"lsn":97500059720,"lsn_proc":97500059720} | {"lsn":97500059000} | back by 720 bytes | 16/B374D578
MySqlCdcSourceV2 | {"file":"bin.000009","pos":4} | {"file":"bin.000010","pos":4} | ahead by 1 file | bin.000010:4
MySqlCdcSourceV2 | {"file":"bin.000009","pos":4} | {"file":"other.000010","pos":4} | incomparable | other.000010:4
MariaDbCdcSource | {"file":"bin.000009","pos":4,"gtids":"0-1-100"} | {"file":"bin.000009","pos":4,"gtids":"0-1-90"} | back by 10 transactions | 0-1-90
SqlServerCdcSource | {"commit_lsn":"00000025:00000448:0003"} | {"commit_lsn":"00000025:00000448:0004"} | ahead | 00000025:00000448:0004
OracleXStreamSource | {"scn":"9007199254740993"} | {"scn":"9007199254740000"} | back by 993 changes | 9007199254740000
PostgresSource | {"timestamp":1704067380103,"timestamp_nanos":103456000,"incrementing":3} | {"timestamp":1704067380103,"timestamp_nanos":103456000,"incrementing":5} | ahead by 2 values | 2024-01-01T00:03:00.103456Z, 5
PostgresSource | {"timestamp":1704067380103} | {"timestamp":1704067320103} | back by 1 minute | 2024-01-01T00:02:00.103Z
MongoDbAtlasSource | {"_id":"{\"_data\":\"8265A1B2C3000000012B\"}"} | {"_id":"{\"_data\":\"8265A1B2C4000000012B\"}"} | ahead by 1 second | 2024-01-12T21:44:36Z (8265A1B2C4000000012B)
MirrorSource | {"offset":9} | {"offset":8} | back by 1 record | 8"#,
    ) {
        let entry = |offset: &str| -> OffsetEntry {
            serde_json::from_str(&format!(r#"{{"partition":{{}},"offset":{offset}}}"#)).unwrap()
        };
        let format = OffsetFormat::of_class(class).unwrap();
        let movement = format.compare(&entry(before), &entry(after)).unwrap();
        assert_eq!(movement.to_string(), expected, "{class}");
        assert_eq!(
            format.describe(&entry(after)).as_deref(),
            Some(shown),
            "{class}"
        );
    }
}
