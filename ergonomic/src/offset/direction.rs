//! Compares two positions of one partition when the connector's class is not available.

use super::{Direction, OffsetFormat};
use crate::OffsetEntry;

/// The direction from `from` to `to`. Positions that are the same JSON value are the same in every format; otherwise
/// the keys have to identify the format.
pub(crate) fn direction(from: &OffsetEntry, to: &OffsetEntry) -> Direction {
    let same = || {
        let (from, to) = (from.offset()?, to.offset()?);
        Some(from == to || from.canonical() == to.canonical())
    };
    let known = OffsetFormat::guess(from).or_else(|| OffsetFormat::guess(to));
    match known.and_then(|format| format.compare(from, to)) {
        Some(movement) if movement.direction != Direction::Incomparable => movement.direction,
        _ if same() == Some(true) => Direction::Same,
        _ => Direction::Incomparable,
    }
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
                r#"{"file":"a.1","pos":4}"#,
                r#"{"file":"a.2","pos":4}"#,
                Direction::Ahead,
            ),
            (
                mysql,
                r#"{"file":"a.1","pos":4}"#,
                r#"{"file":"b.1","pos":4}"#,
                Direction::Incomparable,
            ),
            (
                sink,
                r#"{"kafka_offset":5}"#,
                "null",
                Direction::Incomparable,
            ),
        ] {
            let direction = direction(&entry(partition, from), &entry(partition, to));
            assert_eq!(direction, expected, "{partition} {from} {to}");
        }
    }
}
