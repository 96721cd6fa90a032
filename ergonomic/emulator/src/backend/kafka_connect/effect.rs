//! Decides whether offsets show the effect of an alteration. Offsets are compared by value, because Kafka Connect changes the
//! form of numbers and the order of members.

use std::collections::{BTreeMap, BTreeSet};

use ccloud_connect_types::{AlterationType, OffsetEntry};

use super::record::Record;
use crate::java::Map;
use crate::kafka_connect::{Entry, entries, entry, sink_positions, source_positions};

/// For each partition, given by a text that identifies it, its position as text; `None` when it has no position.
type Positions = BTreeMap<String, Option<String>>;

/// Sorts entries for people: the entries of sinks by topic and partition number, all other entries by their text.
pub(super) fn sorted(mut offsets: Vec<OffsetEntry>) -> Vec<OffsetEntry> {
    offsets.sort_by_cached_key(|offset| {
        let sink = entry(offset)
            .ok()
            .and_then(|entry| sink_positions(&[entry]).ok()?.into_keys().next());
        (sink, offset.as_json().as_str().to_owned())
    });
    offsets
}

/// Whether the offsets are those that the recorded request asks for.
pub(super) fn shows(record: &Record, offsets: &[OffsetEntry]) -> bool {
    let now = positions(&entries(offsets));
    let present = |partition: &String| now.get(partition).and_then(Option::as_ref);
    if record.kind == AlterationType::Delete && record.offsets.is_empty() {
        return now.values().all(Option::is_none);
    }
    let mut asked = entries(&record.offsets);
    if record.kind == AlterationType::Delete {
        asked.iter_mut().for_each(|entry| entry.offset = None);
    }
    let asked = positions(&asked);
    asked
        .iter()
        .all(|(partition, position)| present(partition) == position.as_ref())
}

/// The texts of the partitions whose positions differ between two reads of the offsets: `topic:number` for a sink, JSON for a
/// source.
pub(super) fn changed(before: &[OffsetEntry], after: &[OffsetEntry]) -> Vec<String> {
    let (before, after) = (positions(&entries(before)), positions(&entries(after)));
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let at = |positions: &Positions, key: &String| positions.get(key).cloned().flatten();
    let moved = |key: &&String| at(&before, key) != at(&after, key);
    all.into_iter().filter(moved).cloned().collect()
}

/// The positions in the entries of a sink. Entries that are not those of a sink are taken for the entries of a source, in the
/// form in which Kafka Connect stores them.
fn positions(read: &[Entry]) -> Positions {
    if let Ok(sinks) = sink_positions(read) {
        let named = |((topic, number), position): ((String, i32), Option<i64>)| {
            (format!("{topic}:{number}"), position.map(|p| p.to_string()))
        };
        return sinks.into_iter().map(named).collect();
    }
    let stored = source_positions(read).unwrap_or_default();
    let named = |stored: &Entry| {
        let partition = stored.partition.as_ref()?.identity();
        Some((partition, stored.offset.as_ref().map(Map::identity)))
    };
    stored.iter().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::kafka_connect::record::{Before, Stage, now};

    fn offsets(entries: &[&str]) -> Vec<OffsetEntry> {
        let read =
            |text: &&str| OffsetEntry::from(text.parse::<ccloud_connect_types::RawJson>().unwrap());
        entries.iter().map(read).collect()
    }

    fn record(kind: AlterationType, entries: &[&str]) -> Record {
        Record {
            connector: "c".to_owned(),
            kind,
            offsets: offsets(entries),
            requested_at: now(),
            before: Before::Running,
            stage: Stage::Altering,
            previous: None,
            outcome: None,
        }
    }

    #[test]
    fn what_was_asked_is_recognised_in_connects_forms() {
        let source = r#"{"partition":{"a":1,"b":"x"},"offset":{"n":100.0,"m":"Infinity"}}"#;
        let asked = r#"{"offset":{"m":1e400,"n":1e2},"partition":{"b":"x","a":1}}"#;
        let other = r#"{"offset":{"m":1e400,"n":2e2},"partition":{"b":"x","a":1}}"#;
        let sink =
            r#"{"partition":{"kafka_partition":0,"kafka_topic":"t"},"offset":{"kafka_offset":7}}"#;
        let text = r#"{"partition":{"kafka_topic":"t","kafka_partition":"0"},"offset":{"kafka_offset":"7"}}"#;
        let nothing = r#"{"partition":{"a":1},"offset":null}"#;
        let (patch, delete) = (AlterationType::Patch, AlterationType::Delete);
        for (kind, asked, seen, shown) in [
            (&patch, &[asked][..], &[source][..], true),
            (&patch, &[other], &[source], false),
            (&patch, &[text], &[sink], true),
            (&delete, &[text], &[sink], false),
            (&delete, &[text], &[], true),
            (&delete, &[], &[nothing], true),
            (&delete, &[], &[sink], false),
        ] {
            let seen = offsets(seen);
            assert_eq!(
                shows(&record(kind.clone(), asked), &seen),
                shown,
                "{asked:?} {seen:?}"
            );
        }
    }

    #[test]
    fn changes_are_named_by_partition() {
        let at = |n: u32, offset: u32| {
            format!(
                r#"{{"partition":{{"kafka_topic":"t","kafka_partition":{n}}},"offset":{{"kafka_offset":{offset}}}}}"#
            )
        };
        let before = offsets(&[&at(0, 1), &at(1, 1), &at(10, 1)]);
        let after = offsets(&[&at(10, 1), &at(2, 5), &at(0, 7)]);
        assert_eq!(changed(&before, &after), ["t:0", "t:1", "t:2"]);
        assert_eq!(changed(&before, &before), [""; 0]);
        let order: Vec<_> = sorted(after).iter().map(ToString::to_string).collect();
        assert_eq!(order, [at(0, 7), at(2, 5), at(10, 1)]);
    }
}
