//! The change that a plan makes to one partition.

use serde::{Deserialize, Serialize};

use super::Way;
use crate::offset::Identity;
use crate::offset::KafkaSink;
use crate::offset::plain::{PlainSink, Position, plain_sink};
use crate::{OffsetEntry, RawJson};

/// The position of one partition before and after a plan.
///
/// Serialised as an object with `partition`, `before` and `after` (null when there is no position). Sinks whose old and
/// new offsets are known also have `distance`, and sources whose positions can be read have [`way`](Self::way).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Form", try_from = "Form")]
pub struct Change {
    pub(super) identity: Identity<'static>,
    partition: RawJson,
    before: Option<RawJson>,
    after: Option<RawJson>,
    /// The offsets of a sink before and after; `None` when they are not known, and for sources.
    pub(super) records: (Option<i64>, Option<i64>),
    /// The direction and the distance between the positions of a source; `None` for sinks.
    way: Option<Way>,
}

impl Change {
    /// Makes the change from the entry of a request, and from the entries of the partition before and after the
    /// request. `None` when the entry has no partition.
    pub(super) fn new(
        identity: Identity<'static>,
        entry: &OffsetEntry,
        before: Option<&OffsetEntry>,
        after: Option<&OffsetEntry>,
    ) -> Option<Self> {
        Some(Self {
            identity,
            partition: entry.partition()?,
            before: before.and_then(position),
            after: after.and_then(position),
            records: (before.and_then(records), after.and_then(records)),
            way: None,
        })
    }

    /// The same change with the direction and distance of a source's position.
    pub(super) fn with_way(mut self, way: Option<Way>) -> Self {
        self.way = way;
        self
    }

    /// The old and the new position, the direction and the distance, for a source whose positions can be read; `None`
    /// otherwise.
    pub fn way(&self) -> Option<&Way> {
        self.way.as_ref()
    }

    /// The partition, as the request names it.
    pub fn partition(&self) -> &RawJson {
        &self.partition
    }

    /// The current position; `None` when the connector has none for this partition.
    pub fn before(&self) -> Option<&RawJson> {
        self.before.as_ref()
    }

    /// The new position; `None` when the partition is reset.
    pub fn after(&self) -> Option<&RawJson> {
        self.after.as_ref()
    }

    /// For sinks, the number of records from the old to the new offset: negative when records are read again, positive
    /// when they are skipped. `None` when an offset is not known.
    ///
    /// For a move to offset 0, the result is the largest possible number, because the earliest record may have a higher
    /// offset.
    pub fn distance(&self) -> Option<i64> {
        // Both offsets are 0 or more, so the difference fits into an `i64`.
        Some(self.records.1? - self.records.0?)
    }

    /// Whether the position stays the same.
    pub fn is_unchanged(&self) -> bool {
        match (self.records, &self.before, &self.after) {
            ((Some(before), Some(after)), _, _) => before == after,
            (_, before, after) => before == after,
        }
    }

    /// The topic and partition of a sink.
    pub(super) fn sink(&self) -> Option<(&str, i32)> {
        match &self.identity {
            Identity::Sink(topic, partition) => Some((topic, *partition)),
            Identity::Source(_) => None,
        }
    }
}

/// The position of an entry; `None` when it has none.
pub(super) fn position(entry: &OffsetEntry) -> Option<RawJson> {
    entry.offset().filter(|offset| !offset.is_null())
}

/// The Kafka offset of a sink entry.
pub(super) fn records(entry: &OffsetEntry) -> Option<i64> {
    match plain_sink(entry.as_json().as_str()) {
        Some(PlainSink {
            position: Position::At(offset),
            ..
        }) => Some(offset),
        Some(_) => None,
        None => KafkaSink::try_from(entry).ok().map(|sink| sink.offset()),
    }
}

/// The JSON form of a [`Change`].
#[derive(Serialize, Deserialize)]
struct Form {
    partition: RawJson,
    before: Option<RawJson>,
    after: Option<RawJson>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    distance: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    way: Option<Way>,
}

impl From<Change> for Form {
    fn from(change: Change) -> Self {
        Self {
            distance: change.distance(),
            partition: change.partition,
            before: change.before,
            after: change.after,
            way: change.way,
        }
    }
}

impl TryFrom<Form> for Change {
    type Error = &'static str;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let entry = OffsetEntry::partition_only(&form.partition);
        let at = |position: &RawJson| OffsetEntry::new(&form.partition, position);
        let (before, after) = (form.before.as_ref().map(at), form.after.as_ref().map(at));
        let identity = Identity::of(&entry).map(Identity::into_owned);
        identity
            .and_then(|identity| Self::new(identity, &entry, before.as_ref(), after.as_ref()))
            .map(|change| change.with_way(form.way))
            .ok_or("the partition cannot be read")
    }
}
