//! Offset formats against what real connectors wrote, and did with what was sent to them.
//!
//! `data/layouts.json` holds entries that connectors wrote, `data/experiments.json` what stood, what was sent, and what
//! happened: measured with Debezium 2.7 and 3.6, the open JDBC connector, FileStream and MirrorMaker on Kafka Connect 4.1.1.

use std::collections::BTreeMap;

use ccloud_connect::finding::{Code, Finding, Severity, ValidationError};
use ccloud_connect::offset::{
    FileStreamSource, JdbcSource, MirrorMaker, MysqlCdc, OffsetFormat, PostgresCdc,
};
use ccloud_connect::validate::{self, Known};
use ccloud_connect::{OffsetEntry, RawJson, Timestamp};
use serde::Deserialize;

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
    /// `as asked`, `nearly` (the record at the position came again), or `wrong`.
    went: String,
    /// What happened, when it was not what was asked.
    effect: Option<String>,
    /// The record at the position that was asked for, when it did not come.
    skipped: Option<String>,
    #[serde(default)]
    config: BTreeMap<String, String>,
    before: Vec<OffsetEntry>,
    /// `None` is a reset of everything.
    body: Option<Vec<OffsetEntry>>,
}

fn layouts() -> Vec<Layout> {
    serde_json::from_str(include_str!("../data/layouts.json")).unwrap()
}

fn experiments() -> Vec<Experiment> {
    serde_json::from_str(include_str!("../data/experiments.json")).unwrap()
}

/// A time after all positions that were measured.
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

/// What the findings with a code announce.
fn announces(finding: &Finding) -> &'static [&'static str] {
    match finding.code {
        Code::NeverRead | Code::PartitionForm | Code::UnknownPartition => {
            &["unmoved", "nothing", "refused"]
        }
        Code::NoEffect => &["unmoved"],
        Code::ForeignOffset => &["unmoved", "everything", "fails", "refused"],
        Code::StaleMember => &["unmoved", "loses", "repeats"],
        Code::SkipsRecords => &["loses"],
        Code::MissingPosition => &["repeats"],
        Code::StartsOver => &["everything", "fails"],
        Code::GtidsMissing => &["everything", "fails"],
        Code::TaskFails => &["fails"],
        Code::OutOfRange if finding.message.contains("int64") => &["refused"],
        Code::WrongType | Code::MissingMember | Code::NullMember | Code::OutOfRange => {
            match finding.severity {
                Severity::Error => &["refused", "unmoved"],
                _ => &["fails", "nothing"],
            }
        }
        Code::Refused => &["refused"],
        Code::SnapshotAgain => &["snapshot"],
        Code::SnapshotEnds => &["ends"],
        Code::WrongUnit => &["everything", "nothing"],
        Code::FutureTime | Code::LargeJump => &["nothing"],
        Code::FallsBack => &["repeats"],
        // Conditions, said with what happens when they are not met.
        Code::BeforeStart => &["loses", "fails"],
        Code::PastEnd => &["nothing", "fails", "everything"],
        Code::TimeZone => &["loses", "everything"],
        _ => &[],
    }
}

/// The findings about an experiment before anything is sent, as the tool has them: class and offsets are known.
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

/// Experiments that went as asked, of which the library warns all the same: what it says is true, but did not matter.
const HARMLESS_WARNINGS: &[&str] = &[
    // The position lies between two records, so that none is at it.
    "move_to an LSN between rows (row22+8)",
    // The progress within the transaction was counted for the new place, though nothing shows it.
    "pos=start41, event=4 row=0",
    // There is no row at exactly the new time.
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
        // Said of the record at the position, and so it was.
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
    assert!(
        silent.is_empty(),
        "{} silent:\n{}",
        silent.len(),
        silent.join("\n")
    );
    assert!(
        wrong.is_empty(),
        "{} announced otherwise:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(HARMLESS_WARNINGS.len() <= 5);
    assert!(
        alarms.is_empty(),
        "{} false alarms:\n{}",
        alarms.len(),
        alarms.join("\n")
    );
}
