//! Reading an alteration request, and what Kafka Connect checks in it.

use ccloud_connect_client::AlterOffsetRequestType;
use serde::Deserialize;

use super::entry::{object, sink_partition, sink_position};
use super::topics::Topics;
use crate::emulator::assumptions::{Assumptions, PartialDelete, Refusal, Unworkable};
use crate::emulator::seed;
use crate::{OffsetEntry, RawJson};

/// JSON nested deeper than this is refused.
const MAX_DEPTH: usize = 64;

/// The body of an alteration request.
#[derive(Clone, Debug)]
pub(in crate::emulator) struct AlterRequest {
    pub(in crate::emulator) kind: AlterOffsetRequestType,
    /// As they were sent; empty when there are none.
    pub(in crate::emulator) offsets: Vec<OffsetEntry>,
}

/// A request that is refused with an error reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::emulator) struct Refused {
    pub(in crate::emulator) status: u16,
    pub(in crate::emulator) message: String,
}

/// What an alteration does to the positions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Forgets every position.
    Reset,
    /// Sets, or where there is no position forgets, partitions of topics. Of the same one twice the last counts.
    Sink(Vec<((String, i32), Option<i64>)>),
    /// The same, by the normal form of the partition.
    Source(Vec<(String, Option<OffsetEntry>)>),
}

/// What comes of an accepted request: a change, or the reason why it fails.
pub(super) type Plan = Result<Change, String>;

impl AlterRequest {
    /// Reads a body.
    pub(in crate::emulator) fn parse(body: &[u8]) -> Result<Self, Refused> {
        #[derive(Deserialize)]
        struct Body {
            r#type: Option<String>,
            #[serde(default, deserialize_with = "list")]
            offsets: Vec<OffsetEntry>,
        }
        fn list<'de, D: serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Vec<OffsetEntry>, D::Error> {
            Vec::deserialize(deserializer)
        }

        if depth(body) > MAX_DEPTH {
            return Err(malformed(format!(
                "JSON nested deeper than {MAX_DEPTH} levels"
            )));
        }
        let body: Body = serde_json::from_slice(body)
            .map_err(|error| malformed(format!("the body cannot be read: {error}")))?;
        let kind = match body.r#type.as_deref() {
            Some("PATCH") => AlterOffsetRequestType::Patch,
            Some("DELETE") => AlterOffsetRequestType::Delete,
            Some(other) => {
                return Err(malformed(format!(
                    "type must be PATCH or DELETE, not {other:?}"
                )));
            }
            None => return Err(malformed("type is missing")),
        };
        Ok(Self {
            kind,
            offsets: body.offsets,
        })
    }

    /// Applies Kafka Connect's checks for one kind of connector.
    pub(super) fn plan(
        &self,
        connector: &seed::Connector,
        topics: &Topics,
        assumptions: &Assumptions,
    ) -> Result<Plan, Refused> {
        match self.change(connector, topics, assumptions) {
            Ok(change) => Ok(Ok(change)),
            Err(Problem::Malformed(message)) => match assumptions.malformed {
                Refusal::AtOnce => Err(malformed(message)),
                Refusal::AsFailed => Ok(Err(message)),
            },
            Err(Problem::Unworkable(message)) => match assumptions.unworkable {
                Unworkable::AtOnce => Err(Refused {
                    status: 500,
                    message,
                }),
                Unworkable::AsFailed => Ok(Err(message)),
            },
            Err(Problem::Plugin(message)) => Ok(Err(message)),
        }
    }

    fn change(
        &self,
        connector: &seed::Connector,
        topics: &Topics,
        assumptions: &Assumptions,
    ) -> Result<Change, Problem> {
        let deletes = self.kind == AlterOffsetRequestType::Delete;
        if self.offsets.is_empty() {
            return if deletes {
                Ok(Change::Reset)
            } else {
                let message = "offsets must not be null or empty for PATCH";
                Err(Problem::Malformed(message.to_owned()))
            };
        }
        let entries = self.offsets.iter().enumerate();
        let change = if connector.kind == seed::Kind::Sink {
            let read = entries.map(|(index, entry)| {
                sink(entry, deletes, topics).map_err(|problem| problem.at(index))
            });
            Change::Sink(read.collect::<Result<_, _>>()?)
        } else {
            let read = entries.map(|(index, entry)| {
                source(entry, deletes, &connector.plugin).map_err(|problem| problem.at(index))
            });
            Change::Source(read.collect::<Result<_, _>>()?)
        };
        if deletes && assumptions.partial_delete == PartialDelete::Everything {
            return Ok(Change::Reset);
        }
        Ok(change)
    }
}

/// What Kafka Connect would say to an entry.
enum Problem {
    /// 400.
    Malformed(String),
    /// 500.
    Unworkable(String),
    /// The connector's plugin refuses it.
    Plugin(String),
}

impl Problem {
    fn at(self, index: usize) -> Self {
        let place = |message| format!("offsets[{index}]: {message}");
        match self {
            Self::Malformed(message) => Self::Malformed(place(message)),
            Self::Unworkable(message) => Self::Unworkable(place(message)),
            Self::Plugin(message) => Self::Plugin(place(message)),
        }
    }
}

fn sink(
    entry: &OffsetEntry,
    deletes: bool,
    topics: &Topics,
) -> Result<((String, i32), Option<i64>), Problem> {
    let (topic, partition) = sink_partition(entry).map_err(Problem::Malformed)?;
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
    if topics
        .bounds(&topic, partition, std::time::Duration::ZERO)
        .is_none()
    {
        let message = format!("the topic {topic:?} has no partition {partition}");
        return Err(Problem::Unworkable(message));
    }
    Ok(((topic, partition), position))
}

fn source(
    entry: &OffsetEntry,
    deletes: bool,
    plugin: &seed::Plugin,
) -> Result<(String, Option<OffsetEntry>), Problem> {
    let partition = entry.partition().filter(|partition| !partition.is_null());
    let partition = partition
        .ok_or_else(|| Problem::Malformed("partition must not be null or missing".to_owned()))?;
    flat(&partition, "partition")?;
    let offset = entry
        .offset()
        .filter(|offset| !offset.is_null() && !deletes);
    let Some(offset) = offset else {
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

fn malformed(message: impl Into<String>) -> Refused {
    Refused {
        status: 400,
        message: message.into(),
    }
}

/// How deep objects and lists are nested, strings left out. Needs no stack.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
