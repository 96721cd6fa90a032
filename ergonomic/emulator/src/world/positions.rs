//! The positions of a connector, and how they move while it runs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::value::RawValue;

use super::plan::{Change, Held};
use super::topics::{Topics, records};
use crate::java::{Map, Text, Value, iteration_order};
use crate::kafka_connect::{self, sink_positions, source_positions};
use crate::seed::{self, Progress};
use ccloud_connect_types::{OffsetEntry, RawJson};

/// The positions of one connector.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Positions {
    /// The committed offsets of a sink's consumer group.
    Sink {
        offsets: BTreeMap<(String, i32), i64>,
        /// Whether the consumer group exists. A connector that has never run has no consumer group.
        group: bool,
    },
    /// The entries of a source, by the identity of their partition.
    Source(BTreeMap<String, Held>),
}

/// The consumer's setting `auto.offset.reset`. It decides where a sink begins in a partition without a position, or with a
/// position outside of the partition's bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reset {
    Earliest,
    Latest,
    /// The sink does not begin: its task fails.
    None,
}

impl Reset {
    fn of(connector: &seed::Connector) -> Self {
        match connector
            .config
            .get("consumer.override.auto.offset.reset")
            .map(String::as_str)
        {
            Some("latest") => Self::Latest,
            Some("none") => Self::None,
            _ => Self::Earliest,
        }
    }
}

/// The partitions that a source reads, each with the offset from which the source begins without a stored offset.
pub(super) fn own(connector: &seed::Connector) -> Vec<(String, Held)> {
    let first = |entry: &OffsetEntry| match &connector.progress {
        // A source without `fresh` begins with 0 in the member that grows.
        Some(Progress { member, .. }) => {
            held(&with(entry, member, |_| 0).unwrap_or_else(|| entry.clone()))
        }
        None => held(entry),
    };
    let fresh = connector
        .progress
        .as_ref()
        .map(|progress| &progress.fresh[..]);
    match fresh {
        Some(fresh @ [_, ..]) => fresh.iter().filter_map(held).collect(),
        _ => connector.offsets.iter().filter_map(first).collect(),
    }
}

impl Positions {
    /// The positions that a connector has with these offsets.
    pub(super) fn new(connector: &seed::Connector, offsets: &[OffsetEntry]) -> Self {
        if connector.kind != seed::Kind::Sink {
            return Self::Source(offsets.iter().filter_map(held).collect());
        }
        let positions = sink_positions(&kafka_connect::entries(offsets))
            .unwrap_or_default()
            .into_iter();
        let positions = positions.filter_map(|(partition, position)| Some((partition, position?)));
        let offsets: BTreeMap<_, _> = positions.collect();
        let has_run = connector.state != seed::InitialState::Provisioning;
        Self::Sink {
            group: has_run || !offsets.is_empty(),
            offsets,
        }
    }

    /// Whether a sink's consumer group exists.
    pub(super) fn group(&self) -> bool {
        matches!(self, Self::Sink { group: true, .. })
    }

    /// Creates the sink's consumer group, which the sink's tasks join when they start. Does nothing for a source.
    pub(super) fn join(&mut self) {
        if let Self::Sink { group, .. } = self {
            *group = true;
        }
    }

    /// The positions after the connector has run for the time `ran`, which ends at `at`. `own` is the list that the function
    /// [`own`] returned for the connector.
    pub(super) fn after(
        &self,
        ran: Duration,
        at: Duration,
        connector: &seed::Connector,
        own: &[(String, Held)],
        topics: &Topics,
    ) -> Self {
        match (self, &connector.progress) {
            (Self::Sink { offsets, group }, _) => {
                let count = records(connector.records_per_second, ran);
                let (began, reset) = (at.saturating_sub(ran), Reset::of(connector));
                let mut after = offsets.clone();
                let mut moved = false;
                for partition in topics.all_partitions(&connector.topics) {
                    let committed = offsets.get(&partition).copied();
                    let course = consume(committed, reset, &partition, topics, began, at, count);
                    if let Some(course) = course {
                        moved |= course.read;
                        after.insert(partition, course.position);
                    }
                }
                // A sink commits all its partitions together, as soon as it has read one record.
                Self::Sink {
                    offsets: if moved { after } else { offsets.clone() },
                    group: *group,
                }
            }
            (Self::Source(entries), Some(progress)) => {
                let by = records(progress.per_second, ran);
                let mut entries = entries.clone();
                for (key, fresh) in own {
                    let before = entries.get(key).unwrap_or(fresh);
                    let own_form = if progress.fresh.is_empty() {
                        None
                    } else {
                        own_form(&before.entry, &fresh.entry)
                    };
                    let own_form = own_form.as_ref().unwrap_or(&before.entry);
                    if let Some(entry) = advance(own_form, &progress.member, by) {
                        let hash = before.hash;
                        entries.insert(key.clone(), Held { hash, entry });
                    }
                }
                Self::Source(entries)
            }
            (Self::Source(_), None) => self.clone(),
        }
    }

    /// Changes the positions as an alteration does.
    pub(super) fn change(&mut self, change: &Change) {
        match (self, change) {
            (_, Change::None) => {}
            (Self::Sink { offsets, group }, Change::Reset) => {
                offsets.clear();
                *group = false;
            }
            (Self::Source(entries), Change::Reset) => entries.clear(),
            (Self::Sink { offsets, group }, Change::Sink(changes)) => {
                for (partition, position) in changes {
                    match position {
                        Some(position) => {
                            *group = true;
                            offsets.insert(partition.clone(), *position)
                        }
                        None => offsets.remove(partition),
                    };
                }
            }
            (Self::Source(entries), Change::Source(changes)) => {
                for (key, held) in changes {
                    match held {
                        Some(held) => entries.insert(key.clone(), held.clone()),
                        None => entries.remove(key),
                    };
                }
            }
            (Self::Sink { .. }, Change::Source(_)) | (Self::Source(_), Change::Sink(_)) => {
                unreachable!("a change is read for the kind of its connector")
            }
        }
    }

    /// Why the connector's tasks fail when they start from these positions; `None` when the tasks run.
    pub(super) fn failure(
        &self,
        connector: &seed::Connector,
        own: &[(String, Held)],
        topics: &Topics,
        at: Duration,
    ) -> Option<String> {
        match self {
            // The task of a source reads only the source's own partitions.
            Self::Source(entries) => {
                let is_own = |key: &String| own.is_empty() || own.iter().any(|(own, _)| own == key);
                let mut read = entries.iter().filter(|(key, _)| is_own(key));
                read.find_map(|(_, held)| {
                    let entry = kafka_connect::entry(&held.entry).ok()?;
                    let (partition, offset) = (entry.partition?, entry.offset?);
                    kafka_connect::missing(&connector.plugin, &partition, &offset)
                })
            }
            Self::Sink { .. } if Reset::of(connector) != Reset::None => None,
            Self::Sink { offsets, .. } => {
                let held = |partition: &(String, i32)| {
                    let (earliest, latest) = topics.bounds(&partition.0, partition.1, at)?;
                    let position = offsets.get(partition)?;
                    (earliest..=latest).contains(position).then_some(())
                };
                let mut assigned = topics.all_partitions(&connector.topics);
                let (topic, number) = assigned.find(|partition| held(partition).is_none())?;
                Some(format!(
                    "Undefined offset with no reset policy for partition {topic}-{number}"
                ))
            }
        }
    }

    /// The positions as offset entries, in the order in which Kafka Connect's hash maps return them.
    pub(super) fn entries(&self) -> Vec<OffsetEntry> {
        match self {
            Self::Sink { offsets, .. } => {
                let entries = offsets.iter().map(|((topic, partition), position)| {
                    let hash = crate::java::Text::from(&**topic).hash_code();
                    let hash = (31_i32.wrapping_add(*partition))
                        .wrapping_mul(31)
                        .wrapping_add(hash);
                    (hash, render(topic, *partition, *position))
                });
                iteration_order(entries.collect(), None)
            }
            Self::Source(held) => {
                let entries = held.values().map(|held| (held.hash, held.entry.clone()));
                iteration_order(entries.collect(), Some(held.len()))
            }
        }
    }
}

/// The progress of a sink in one partition.
struct Course {
    /// The offset that the next commit contains for the partition.
    position: i64,
    /// Whether the sink has read at least one record.
    read: bool,
}

/// Reads up to `count` records of one partition between the times `began` and `at`; `None` when the next commit does not
/// contain the partition.
fn consume(
    committed: Option<i64>,
    reset: Reset,
    (topic, number): &(String, i32),
    topics: &Topics,
    began: Duration,
    at: Duration,
    count: i64,
) -> Option<Course> {
    let (earliest, first_latest) = topics.bounds(topic, *number, began)?;
    let (_, latest) = topics.bounds(topic, *number, at)?;
    let start = match (committed, reset) {
        (Some(position), _) if (earliest..=first_latest).contains(&position) => position,
        (_, Reset::Earliest) => earliest,
        (_, Reset::Latest) => first_latest,
        (_, Reset::None) => return None,
    };
    let reached = start.saturating_add(count).min(latest).max(start);
    let read = reached > start;
    // When the committed offset was out of range, the new position is committed only after a record was read.
    let position = if read {
        reached
    } else {
        committed.unwrap_or(start)
    };
    Some(Course { position, read })
}

/// An entry of the seed with the identity of its partition. Replies show the entry byte for byte. `None` when the partition
/// cannot be read.
fn held(entry: &OffsetEntry) -> Option<(String, Held)> {
    let partition = entry.partition()?;
    let only = OffsetEntry::partition_only(&partition);
    let read = kafka_connect::entry(&only).ok()?;
    let stored = source_positions(&[read]).ok()?;
    let partition = stored.first()?.partition.as_ref()?;
    let held = Held {
        hash: partition.stored_hash(),
        entry: entry.clone(),
    };
    Some((partition.identity(), held))
}

fn render(topic: &str, partition: i32, position: i64) -> OffsetEntry {
    let topic = serde_json::Value::from(topic);
    let json = format!(
        r#"{{"partition":{{"kafka_partition":{partition},"kafka_topic":{topic}}},"offset":{{"kafka_offset":{position}}}}}"#
    );
    match json.parse::<RawJson>() {
        Ok(json) => json.into(),
        Err(error) => unreachable!("numbers and a text have a JSON form: {error}"),
    }
}

/// The entry `before` in the form in which the source writes it again. It has exactly the members of `fresh`, and takes from
/// `fresh` the values that `before` does not have.
fn own_form(before: &OffsetEntry, fresh: &OffsetEntry) -> Option<OffsetEntry> {
    let offset = |entry: &OffsetEntry| kafka_connect::entry(entry).ok()?.offset;
    let (before, own) = (offset(before)?, offset(fresh)?);
    let member = |(key, value): (&Text, &Value)| {
        let known = before.get(&key.to_string());
        let value = known
            .filter(|known| !matches!(known, Value::Null))
            .unwrap_or(value);
        (key.clone(), value.clone())
    };
    let own: Map = own.iter().map(member).collect();
    let offset = own.into_hash_order().to_json().parse().ok()?;
    Some(OffsetEntry::new(&fresh.partition()?, &offset))
}

/// The entry with one integer member of its offset raised; `None` when `by` is 0, or when the offset has no such member.
fn advance(entry: &OffsetEntry, member: &str, by: i64) -> Option<OffsetEntry> {
    if by == 0 {
        return None;
    }
    with(entry, member, |position| position.saturating_add(by))
}

/// The entry with one integer member of its offset changed; `None` when the offset has no such member.
fn with(entry: &OffsetEntry, member: &str, change: impl FnOnce(i64) -> i64) -> Option<OffsetEntry> {
    let offset = entry.offset()?;
    let members: BTreeMap<String, &RawValue> = offset.parse().ok()?;
    let position = *members.get(member)?;
    let changed = change(position.get().parse::<i64>().ok()?);
    // The member's text is a slice of the offset's text, so the difference of their addresses is its index.
    let start = position.get().as_ptr() as usize - offset.as_str().as_ptr() as usize;
    let end = start + position.get().len();
    let text = format!(
        "{}{changed}{}",
        &offset.as_str()[..start],
        &offset.as_str()[end..]
    );
    Some(OffsetEntry::new(&entry.partition()?, &text.parse().ok()?))
}
