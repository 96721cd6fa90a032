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
    /// The keys identify a sink entry.
    pub(crate) fn of(partition: &[Member<'_>], offset: Option<&[Member<'_>]>) -> Self {
        if kafka_sink::is_sink(partition, offset) {
            Self::Sink
        } else {
            Self::Source
        }
    }

    /// `sink` or `source`.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Sink => "sink",
            Self::Source => "source",
        }
    }
}

/// The identity of a partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Identity<'a> {
    Sink(Cow<'a, str>, i32),
    /// The canonical text of the partition.
    Source(String),
}

impl<'a> Identity<'a> {
    /// The identity of an entry whose partition can be read; `None` for any other.
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

/// Entries by their identity; those that cannot be read are left out.
pub(crate) fn by_identity(entries: &[OffsetEntry]) -> HashMap<Identity<'_>, &OffsetEntry> {
    let identity = |entry| Some((Identity::of(entry)?, entry));
    entries.iter().filter_map(identity).collect()
}
