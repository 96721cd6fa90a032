//! How two positions of one partition lie to each other.

use serde::{Deserialize, Serialize};

use super::{FileStreamSource, KafkaSink, MirrorMaker};
use crate::OffsetEntry;

/// How a position lies to another one of the same partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Direction {
    /// It is the same.
    Same,
    /// It is later: what lies between is skipped.
    Ahead,
    /// It is earlier: what lies between is read again.
    Back,
    /// The order of the format is not known.
    Unknown,
}

/// How `to` lies to `from`. Positions that are the same JSON value are the same, whatever the format; beyond that it
/// takes a format whose order is plain: one number that grows.
///
/// The one place to teach another format's order: give it a reading in `number`, or, where a position consists of several
/// members, compare them here.
pub(crate) fn direction(from: &OffsetEntry, to: &OffsetEntry) -> Direction {
    let same = |from: &OffsetEntry, to: &OffsetEntry| {
        let (from, to) = (from.offset()?, to.offset()?);
        Some(from == to || from.canonical() == to.canonical())
    };
    match (number(from), number(to)) {
        (Some(from), Some(to)) if from == to => Direction::Same,
        (Some(from), Some(to)) if from < to => Direction::Ahead,
        (Some(_), Some(_)) => Direction::Back,
        _ if same(from, to) == Some(true) => Direction::Same,
        _ => Direction::Unknown,
    }
}

/// The position as the one number that it consists of.
fn number(entry: &OffsetEntry) -> Option<i64> {
    KafkaSink::try_from(entry)
        .map(|sink| sink.offset())
        .or_else(|_| MirrorMaker::try_from(entry).map(|mirror| mirror.offset()))
        .or_else(|_| FileStreamSource::try_from(entry).map(|file| file.position()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(partition: &str, offset: &str) -> OffsetEntry {
        OffsetEntry::new(&partition.parse().unwrap(), &offset.parse().unwrap())
    }

    #[test]
    fn plain_orders_are_known_and_others_are_not_guessed() {
        let sink = r#"{"kafka_topic":"t","kafka_partition":0}"#;
        let mirror = r#"{"cluster":"a","topic":"t","partition":0}"#;
        let mysql = r#"{"server":"s"}"#;
        for (partition, from, to, expected) in [
            (
                sink,
                r#"{"kafka_offset":5}"#,
                r#"{"kafka_offset":"5"}"#,
                Direction::Same,
            ),
            (
                sink,
                r#"{"kafka_offset":5}"#,
                r#"{"kafka_offset":6}"#,
                Direction::Ahead,
            ),
            (
                sink,
                r#"{"kafka_offset":5}"#,
                r#"{"kafka_offset":4}"#,
                Direction::Back,
            ),
            (
                mirror,
                r#"{"offset":5}"#,
                r#"{"offset":4}"#,
                Direction::Back,
            ),
            (
                r#"{"filename":"f"}"#,
                r#"{"position":5}"#,
                r#"{"position":60}"#,
                Direction::Ahead,
            ),
            (
                mysql,
                r#"{"file":"a","pos":1e1}"#,
                r#"{"pos":10.0,"file":"a"}"#,
                Direction::Same,
            ),
            (
                mysql,
                r#"{"file":"a","pos":4}"#,
                r#"{"file":"b","pos":4}"#,
                Direction::Unknown,
            ),
            (sink, r#"{"kafka_offset":5}"#, "null", Direction::Unknown),
        ] {
            let direction = direction(&entry(partition, from), &entry(partition, to));
            assert_eq!(direction, expected, "{partition} {from} {to}");
        }
    }
}
