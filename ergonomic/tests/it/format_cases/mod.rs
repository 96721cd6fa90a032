//! Tests of the findings about offsets that people write in practice, before the offsets are sent.

mod bodies;
mod databases;
mod others;
mod unreadable;

use ccloud_connect::OffsetEntry;
use ccloud_connect::finding::{Code, Finding, Report, Severity};

pub(super) fn entries(text: &str) -> Vec<OffsetEntry> {
    serde_json::from_str(text).unwrap()
}

pub(super) fn source(partition: &str, offset: &str) -> String {
    format!(r#"[{{"partition":{partition},"offset":{offset}}}]"#)
}

/// Each finding except notes as the text `severity code path`. The path is without `offsets[0].`.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let findings = report.findings().iter();
    findings
        .filter(|finding| finding.severity.as_str() != "note")
        .map(|f| {
            let path = f.path.replace("offsets[0].", "");
            format!("{} {} {path}", f.severity, f.code)
        })
        .collect()
}

/// The rows of a table in text form. Each line is a row, whose cells are separated by bars.
pub(super) fn rows<const N: usize>(table: &str) -> impl Iterator<Item = [&str; N]> {
    let lines = table.trim().lines();
    lines.map(|line| {
        let cells: Vec<&str> = line.trim().split(" | ").collect();
        cells.try_into().expect("every row has all cells")
    })
}

pub(super) const SERVER: &str = r#"{"server":"inv"}"#;
pub(super) const POSTGRES: &str = r#"{"lsn_proc":27068176,"messageType":"INSERT","lsn_commit":27068176,"lsn":27068176,"txId":7,"ts_usec":5}"#;

/// The effects of an alteration that a finding announces, in the words of the test data.
pub(super) fn announces(finding: &Finding) -> &'static [&'static str] {
    match finding.code {
        Code::NeverRead | Code::PartitionForm | Code::UnknownPartition => {
            &["unmoved", "nothing", "refused"]
        }
        Code::NoEffect => &["unmoved"],
        Code::ForeignOffset => &[
            "unmoved",
            "everything",
            "fails",
            "refused",
            "repeats",
            "loses",
        ],
        Code::StaleMember => &["unmoved", "loses", "repeats"],
        Code::SkipsRecords => &["loses"],
        Code::MissingPosition => &["repeats"],
        Code::StartsOver => &["everything", "fails"],
        Code::GtidsMissing => &["everything", "fails"],
        Code::TaskWouldFail => &["fails"],
        Code::OutOfRange if finding.message.contains("int64") => &["refused"],
        Code::WrongType | Code::MissingMember | Code::NullMember | Code::OutOfRange => {
            match finding.severity {
                Severity::Error => &["refused", "unmoved"],
                _ => &["fails", "nothing"],
            }
        }
        Code::Refused | Code::NestedValue => &["refused"],
        Code::SnapshotAgain => &["snapshot"],
        Code::SnapshotEnds => &["ends"],
        Code::WrongUnit => &["everything", "nothing"],
        Code::FutureTime | Code::LargeJump => &["nothing"],
        Code::FallsBack | Code::DeliveredAgain => &["repeats"],
        // These findings state a condition, and what happens when the condition is not met.
        Code::BeforeStart => &["loses", "fails"],
        Code::PastEnd => &["nothing", "fails", "everything"],
        Code::TimeZone => &["loses", "everything"],
        _ => &[],
    }
}
