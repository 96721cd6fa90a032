//! The identity of a partition, and the distinction between sink entries and source entries.

use std::borrow::Cow;
use std::collections::HashMap;

use super::formats::kafka_sink;
use super::plain::plain_sink;
use crate::OffsetEntry;
use crate::json::scan::{self, Member};

/// The kind of connector that an entry can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Sink,
    Source,
}

impl Side {
    /// The kind of connector to which an entry with these members belongs: a sink when the keys are those of a sink
    /// entry, otherwise a source.
    pub(crate) fn of(partition: &[Member<'_>], offset: Option<&[Member<'_>]>) -> Self {
        if kafka_sink::is_sink(partition, offset) {
            Self::Sink
        } else {
            Self::Source
        }
    }

    /// The word for messages: `sink` or `source`.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Sink => "sink",
            Self::Source => "source",
        }
    }
}

/// The identity of a partition: two entries are about the same partition when their identities are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Identity<'a> {
    /// The topic and the number of a sink's partition.
    Sink(Cow<'a, str>, i32),
    /// The canonical JSON text of a source's partition.
    Source(String),
}

impl<'a> Identity<'a> {
    /// The identity of the entry's partition; `None` when the partition cannot be parsed.
    pub(crate) fn of(entry: &'a OffsetEntry) -> Option<Self> {
        if let Some(sink) = plain_sink(entry.as_json().as_str()) {
            return Some(Self::Sink(Cow::Borrowed(sink.topic), sink.partition));
        }
        let (partition, offset) = entry.texts();
        let partition = scan::members(partition?)?;
        let offset = offset.and_then(scan::members);
        match Side::of(&partition, offset.as_deref()) {
            Side::Sink => kafka_sink::check_partition("", &partition, &mut Vec::new())
                .map(|(topic, number)| Self::Sink(topic, number)),
            Side::Source => Some(Self::Source(entry.partition()?.canonical())),
        }
    }

    pub(crate) fn into_owned(self) -> Identity<'static> {
        match self {
            Self::Sink(topic, partition) => {
                Identity::Sink(Cow::Owned(topic.into_owned()), partition)
            }
            Self::Source(canonical) => Identity::Source(canonical),
        }
    }
}

/// The entries by the identity of their partition. An entry whose partition cannot be parsed is left out.
pub(crate) fn by_identity(entries: &[OffsetEntry]) -> HashMap<Identity<'_>, &OffsetEntry> {
    let identity = |entry| Some((Identity::of(entry)?, entry));
    entries.iter().filter_map(identity).collect()
}
