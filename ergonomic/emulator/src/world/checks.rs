//! What Kafka Connect, and the connector's plugin, have to say to one entry.

use std::time::Duration;

use super::topics::Topics;
use crate::entry::{object, sink_partition, sink_position};
use crate::seed;
use ccloud_connect_types::{OffsetEntry, RawJson};

/// What Kafka Connect would say to an entry.
pub(super) enum Problem {
    /// 400.
    Malformed(String),
    /// 500.
    Unworkable(String),
    /// The connector's plugin refuses it.
    Plugin(String),
}

impl Problem {
    pub(super) fn at(self, index: usize) -> Self {
        let place = |message| format!("offsets[{index}]: {message}");
        match self {
            Self::Malformed(message) => Self::Malformed(place(message)),
            Self::Unworkable(message) => Self::Unworkable(place(message)),
            Self::Plugin(message) => Self::Plugin(place(message)),
        }
    }
}

/// A sink's entry: the partition, and the position unless it is reset.
pub(super) fn sink(
    entry: &OffsetEntry,
    deletes: bool,
    topics: &Topics,
) -> Result<((String, i32), Option<i64>), Problem> {
    let (topic, partition) = sink_partition(entry).map_err(Problem::Malformed)?;
    offset_of(entry)?;
    let position = if deletes {
        None
    } else {
        sink_position(entry).map_err(Problem::Malformed)?
    };
    if let Some(position) = position.filter(|position| *position < 0) {
        return Err(Problem::Unworkable(format!(
            "the offset {position} is negative"
        )));
    }
    if topics.bounds(&topic, partition, Duration::ZERO).is_none() {
        let message = format!("the topic {topic:?} has no partition {partition}");
        return Err(Problem::Unworkable(message));
    }
    Ok(((topic, partition), position))
}

/// A source's entry: the normal form of its partition, and what is kept unless it is reset.
pub(super) fn source(
    entry: &OffsetEntry,
    deletes: bool,
    plugin: &seed::Plugin,
) -> Result<(String, Option<OffsetEntry>), Problem> {
    let partition = entry.partition().filter(|partition| !partition.is_null());
    let partition = partition
        .ok_or_else(|| Problem::Malformed("partition must not be null or missing".to_owned()))?;
    flat(&partition, "partition")?;
    let Some(offset) = offset_of(entry)?.filter(|_| !deletes) else {
        return Ok((partition.canonical(), None));
    };
    flat(&offset, "offset")?;
    if plugin.validates {
        refuse(plugin, &partition, &offset)
            .map_or(Ok(()), |message| Err(Problem::Plugin(message)))?;
    }
    let kept = OffsetEntry::new(&partition, &offset);
    Ok((partition.canonical(), Some(kept)))
}

/// The offset, unless it is null or missing. Even where it is not used it must be an object.
fn offset_of(entry: &OffsetEntry) -> Result<Option<RawJson>, Problem> {
    let offset = entry.offset().filter(|offset| !offset.is_null());
    match &offset {
        Some(json) if object(json).is_none() => {
            let message = "offset must be an object or null";
            Err(Problem::Malformed(message.to_owned()))
        }
        _ => Ok(offset),
    }
}

/// Values of source entries must be plain.
fn flat(json: &RawJson, name: &str) -> Result<(), Problem> {
    let members =
        object(json).ok_or_else(|| Problem::Malformed(format!("{name} must be an object")))?;
    let nested = members
        .iter()
        .find(|(_, value)| value.get().starts_with(['{', '[']));
    nested.map_or(Ok(()), |(key, _)| {
        let message = format!("{name}.{key}: objects and lists cannot be stored");
        Err(Problem::Unworkable(message))
    })
}

/// The plugin's objection to a position, if it has one.
pub(super) fn refuse(
    plugin: &seed::Plugin,
    partition: &RawJson,
    offset: &RawJson,
) -> Option<String> {
    let (partition, offset) = (object(partition)?, object(offset)?);
    for (name, members, required) in [
        ("partition", &partition, &plugin.partition),
        ("offset", &offset, &plugin.offset),
    ] {
        if let Some(key) = required.iter().find(|key| !members.contains_key(*key)) {
            return Some(format!("{name}.{key} is required"));
        }
    }
    plugin.integers.iter().find_map(|key| {
        let value = offset.get(key)?.get();
        let fits = value.parse::<i64>().is_ok_and(|number| number >= 0);
        (!fits).then(|| format!("offset.{key}: {value} is not an integer from 0 up"))
    })
}
