//! How a Kafka Connect worker treats offsets: how it parses entries, which entries it refuses with which message, and what it
//! stores. The behaviour was measured on Kafka Connect 4.1.1. Nothing in this folder does I/O or depends on time, topics or
//! Confluent Cloud.

mod body;
mod plugin;
mod sink;
mod source;

use std::collections::HashMap;
use std::collections::hash_map;

pub(crate) use body::{Body, entries, entry};
pub(crate) use plugin::{check_sink, check_source, is_silent, missing};
pub(crate) use sink::{SinkPositions, sink_positions};
pub(crate) use source::source_positions;

use crate::java::{Ints, Map, iteration_order};

/// One entry of an offsets request. A missing member is the same as null. An offset of null resets the partition. An entry
/// whose partition is null is stored for a source, but never shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) partition: Option<Map>,
    pub(crate) offset: Option<Map>,
}

/// Why a worker refuses a request, or fails after it has carried out a part of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The worker answers 400, because the entries do not have the form of offset entries.
    Malformed(String),
    /// The worker answers 500, because the request cannot be carried out.
    Unworkable(String),
    /// The worker answers 500, with the message of the connector's plugin.
    Plugin(String),
}

impl Refusal {
    pub(crate) fn into_message(self) -> String {
        match self {
            Self::Malformed(message) | Self::Unworkable(message) | Self::Plugin(message) => message,
        }
    }
}

/// The entries in the order in which a worker handles them, which is that of a hash map. When several entries have the same
/// partition, only the last of them is kept.
fn in_order(entries: &[Entry], ints: Ints) -> Vec<&Entry> {
    let mut places = HashMap::new();
    let mut kept: Vec<(i32, &Entry)> = Vec::new();
    for entry in entries {
        let identity = entry.partition.as_ref().map(Map::identity);
        match places.entry(identity) {
            hash_map::Entry::Occupied(place) => {
                let place: &usize = place.get();
                kept[*place].1 = entry;
            }
            hash_map::Entry::Vacant(place) => {
                place.insert(kept.len());
                let hash = entry
                    .partition
                    .as_ref()
                    .map_or(0, |map| map.hash_code(ints));
                kept.push((hash, entry));
            }
        }
    }
    iteration_order(kept, None)
}

/// The message of a worker after a success.
pub(crate) fn success(resets_all: bool, silent: bool) -> String {
    let done = if resets_all { "reset" } else { "altered" };
    if silent {
        format!(
            "The Connect framework-managed offsets for this connector have been {done} successfully. However, if this \
             connector manages offsets externally, they will need to be manually {done} in the system that the \
             connector uses."
        )
    } else {
        format!("The offsets for this connector have been {done} successfully")
    }
}
