//! Compares two positions of one partition when the connector's class is not available.

use super::{Direction, OffsetFormat};
use crate::OffsetEntry;

/// The direction from the position of `from` to that of `to`, in the format that is guessed from their keys. Without a
/// format, positions that are the same JSON value are the same, and others are incomparable.
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
    use super::super::tests::{entry, rows};
    use super::*;

    #[test]
    fn plain_orders_are_known_and_others_are_not_guessed() {
        for [partition, from, to, expected] in rows(
            r#"
            {"kafka_topic":"t","kafka_partition":0} | {"kafka_offset":5} | {"kafka_offset":"5"} | same
            {"kafka_topic":"t","kafka_partition":0} | {"kafka_offset":5} | {"kafka_offset":6} | ahead
            {"kafka_topic":"t","kafka_partition":0} | {"kafka_offset":5} | {"kafka_offset":4} | back
            {"cluster":"a","topic":"t","partition":0} | {"offset":5} | {"offset":4} | back
            {"filename":"f"} | {"position":5} | {"position":60} | ahead
            {"server":"s"} | {"file":"a","pos":1e1} | {"pos":10.0,"file":"a"} | same
            {"server":"s"} | {"file":"a.1","pos":4} | {"file":"a.2","pos":4} | ahead
            {"server":"s"} | {"file":"a.1","pos":4} | {"file":"b.1","pos":4} | incomparable
            {"kafka_topic":"t","kafka_partition":0} | {"kafka_offset":5} | null | incomparable
            "#,
        ) {
            let at = |offset| entry(&format!(r#"{{"partition":{partition},"offset":{offset}}}"#));
            let direction = direction(&at(from), &at(to));
            assert_eq!(direction.as_str(), expected, "{partition} {from} {to}");
        }
    }
}
