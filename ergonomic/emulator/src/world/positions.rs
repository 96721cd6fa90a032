//! Where a connector stands, and how that moves while it runs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::value::RawValue;

use super::plan::Change;
use super::topics::{Topics, records};
use crate::entry::sink_entry;
use crate::seed;
use ccloud_connect_types::{OffsetEntry, RawJson};

/// The positions of one connector.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Positions {
    /// Committed offsets of a consumer group.
    Sink(BTreeMap<(String, i32), i64>),
    /// Entries as they were written, by the normal form of their partition.
    Source(BTreeMap<String, OffsetEntry>),
}

/// How positions move.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    pub(super) records_per_second: f64,
    pub(super) progress: Option<seed::Progress>,
}

impl Positions {
    pub(super) fn new(connector: &seed::Connector) -> Self {
        let entries = connector.offsets.iter();
        match connector.kind {
            seed::Kind::Sink => Self::Sink(entries.filter_map(|e| sink_entry(e).ok()).collect()),
            _ => Self::Source(
                entries
                    .filter_map(|entry| Some((entry.partition()?.canonical(), entry.clone())))
                    .collect(),
            ),
        }
    }

    /// The positions after running for a while, until the moment `at`.
    pub(super) fn after(&self, ran: Duration, at: Duration, pace: &Pace, topics: &Topics) -> Self {
        match self {
            Self::Sink(positions) => {
                let consumed = records(pace.records_per_second, ran);
                let moved = positions.iter().map(|((topic, partition), position)| {
                    let latest = topics
                        .bounds(topic, *partition, at)
                        .map_or(*position, |(_, latest)| latest);
                    let reached = position.saturating_add(consumed).min(latest);
                    ((topic.clone(), *partition), reached.max(*position))
                });
                Self::Sink(moved.collect())
            }
            Self::Source(entries) => Self::Source(match &pace.progress {
                Some(progress) => {
                    let by = records(progress.per_second, ran);
                    let moved = entries.iter().map(|(key, entry)| {
                        let moved = advance(entry, &progress.member, by);
                        (key.clone(), moved.unwrap_or_else(|| entry.clone()))
                    });
                    moved.collect()
                }
                None => entries.clone(),
            }),
        }
    }

    /// Carries out an alteration.
    pub(super) fn change(&mut self, change: &Change) {
        match (self, change) {
            (Self::Sink(positions), Change::Reset) => positions.clear(),
            (Self::Source(entries), Change::Reset) => entries.clear(),
            (Self::Sink(positions), Change::Sink(changes)) => {
                for (partition, position) in changes {
                    match position {
                        Some(position) => positions.insert(partition.clone(), *position),
                        None => positions.remove(partition),
                    };
                }
            }
            (Self::Source(entries), Change::Source(changes)) => {
                for (key, entry) in changes {
                    match entry {
                        Some(entry) => entries.insert(key.clone(), entry.clone()),
                        None => entries.remove(key),
                    };
                }
            }
            (Self::Sink(_), Change::Source(_)) | (Self::Source(_), Change::Sink(_)) => {
                unreachable!("a change is read for the kind of its connector")
            }
        }
    }

    /// What a sink's consumers do when they start: a position that the topic does not hold, and a partition with
    /// records but without position, fall back to the earliest.
    pub(super) fn fall_back(&mut self, consumed: &[String], topics: &Topics, at: Duration) {
        let Self::Sink(positions) = self else {
            return;
        };
        for ((topic, partition), position) in positions.iter_mut() {
            if let Some((earliest, latest)) = topics.bounds(topic, *partition, at)
                && !(earliest..=latest).contains(position)
            {
                *position = earliest;
            }
        }
        for topic in consumed {
            for partition in topics.partitions(topic) {
                if let Some((earliest, latest)) = topics.bounds(topic, partition, at)
                    && earliest < latest
                {
                    positions
                        .entry((topic.clone(), partition))
                        .or_insert(earliest);
                }
            }
        }
    }

    /// The positions as offsets entries.
    pub(super) fn entries(&self) -> Vec<OffsetEntry> {
        match self {
            Self::Sink(positions) => positions.iter().map(render).collect(),
            Self::Source(entries) => entries.values().cloned().collect(),
        }
    }
}

fn render(((topic, partition), position): (&(String, i32), &i64)) -> OffsetEntry {
    #[derive(serde::Serialize)]
    struct Entry<'a> {
        partition: Partition<'a>,
        offset: Offset,
    }
    #[derive(serde::Serialize)]
    struct Partition<'a> {
        kafka_partition: i32,
        kafka_topic: &'a str,
    }
    #[derive(serde::Serialize)]
    struct Offset {
        kafka_offset: i64,
    }
    let entry = Entry {
        partition: Partition {
            kafka_partition: *partition,
            kafka_topic: topic,
        },
        offset: Offset {
            kafka_offset: *position,
        },
    };
    match RawJson::from_serialize(&entry) {
        Ok(json) => json.into(),
        Err(error) => unreachable!("numbers and a text have a JSON form: {error}"),
    }
}

/// The entry with one integer member of its offset raised; `None` when there is nothing to raise.
fn advance(entry: &OffsetEntry, member: &str, by: i64) -> Option<OffsetEntry> {
    if by == 0 {
        return None;
    }
    let offset = entry.offset()?;
    let position: &RawValue = crate::entry::object(&offset)?.get(member).copied()?;
    let moved = position.get().parse::<i64>().ok()?.saturating_add(by);
    // The member's text is part of the offset's text, so its place there is the difference of their addresses.
    let start = position.get().as_ptr() as usize - offset.as_str().as_ptr() as usize;
    let end = start + position.get().len();
    let text = format!(
        "{}{moved}{}",
        &offset.as_str()[..start],
        &offset.as_str()[end..]
    );
    Some(OffsetEntry::new(&entry.partition()?, &text.parse().ok()?))
}
