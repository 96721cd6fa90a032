//! The checks of a connector's plugin. MirrorMaker and the file source have their real rules; the seed gives the rules of
//! all others.

use super::{Refusal, Stored};
use crate::java::{Map, Value};
use crate::seed::{Connector, Kind, Plugin};

/// Plugins whose rules are known, found by the end of their class name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Mirror,
    File,
}

impl Known {
    fn of(connector: &Connector) -> Option<Self> {
        let class = connector.class.rsplit('.').next().unwrap_or_default();
        match class.strip_suffix("Connector").unwrap_or(class) {
            "MirrorSource" => Some(Self::Mirror),
            "FileStreamSource" => Some(Self::File),
            _ => None,
        }
    }
}

/// Whether the message of a success mentions offsets that the connector may manage externally, because its plugin does not
/// handle alterations.
pub(crate) fn is_silent(connector: &Connector) -> bool {
    match connector.kind {
        Kind::Sink => connector.plugin.silent,
        _ => !connector.plugin.validates && Known::of(connector).is_none(),
    }
}

/// The check of a sink's plugin.
pub(crate) fn check_sink(connector: &Connector) -> Result<(), Refusal> {
    let refusal = connector.plugin.refuses.clone().map(Refusal::Plugin);
    refusal.map_or(Ok(()), Err)
}

/// The check of a source's plugin, which ignores resets.
pub(crate) fn check_source(connector: &Connector, entries: &[Stored]) -> Result<(), Refusal> {
    check_sink(connector)?;
    for entry in entries {
        let Some(offset) = &entry.offset else {
            continue;
        };
        let partition = entry.partition.as_ref();
        match Known::of(connector) {
            Some(Known::Mirror) => mirror(partition, offset),
            Some(Known::File) => file(partition, offset),
            None if connector.plugin.validates => {
                let empty = Map::default();
                let problem = missing(&connector.plugin, partition.unwrap_or(&empty), offset);
                problem.map_or(Ok(()), Err)
            }
            None => Ok(()),
        }
        .map_err(Refusal::Plugin)?;
    }
    Ok(())
}

/// The rules of the seed that an entry breaks, so that a task that starts from it fails; `None` when it breaks none.
pub(crate) fn missing(plugin: &Plugin, partition: &Map, offset: &Map) -> Option<String> {
    for (name, members, required) in [
        ("partition", partition, &plugin.partition),
        ("offset", offset, &plugin.offset),
    ] {
        if let Some(key) = required.iter().find(|key| members.get(key).is_none()) {
            return Some(format!("{name}.{key} is required"));
        }
    }
    plugin.integers.iter().find_map(|key| {
        let value = offset.get(key)?;
        let fits = matches!(value, Value::Int(number) if *number >= 0);
        (!fits).then(|| format!("offset.{key}: {value} is not an integer from 0 up"))
    })
}

fn mirror(partition: Option<&Map>, offset: &Map) -> Result<(), String> {
    let partition = partition.ok_or("Source partitions may not be null")?;
    let refuse = |key: &str, value: &Value, wants: &str| {
        Err(format!(
            "Source partition {partition} has an invalid value {value} for the '{key}' key, which {wants}"
        ))
    };
    let member = |key: &str| {
        let missing = || {
            format!("Source partition {partition} is missing the '{key}' key, which is required")
        };
        partition.get(key).ok_or_else(missing)
    };
    for key in ["cluster", "topic"] {
        let value = member(key)?;
        if !matches!(value, Value::Text(_)) {
            return refuse(key, value, "must be a string");
        }
    }
    let number = member("partition")?;
    match number {
        Value::Int(value) if *value > i64::from(i32::MAX) => {
            refuse("partition", number, "must be an integer")
        }
        // The plugin looks only at the lower half of a long.
        Value::Int(value) if *value & 0x8000_0000 != 0 => {
            refuse("partition", number, "cannot be negative")
        }
        Value::Int(_) => Ok(()),
        other => refuse("partition", other, "must be an integer"),
    }?;
    let place = format!("Source offset {offset} for source partition {partition}");
    match offset.get("offset") {
        None => Err(format!(
            "{place} is missing the 'offset' key, which is required"
        )),
        Some(Value::Int(number)) if *number >= 0 => Ok(()),
        Some(Value::Int(number)) => Err(format!(
            "{place} has an invalid value {number} for the 'offset' key, which cannot be negative"
        )),
        Some(other) => Err(format!(
            "{place} has an invalid value {other} for the 'offset' key, which must be an integer"
        )),
    }
}

fn file(partition: Option<&Map>, offset: &Map) -> Result<(), String> {
    let what = "The value for the 'position' key in the offset";
    match offset.get("position") {
        None => {
            Err("Offset objects should either be null or contain the key 'position'".to_owned())
        }
        Some(Value::Int(position)) if *position >= 0 => Ok(()),
        Some(Value::Int(_)) => Err(format!("{what} should be a non-negative value")),
        Some(_) => Err(format!("{what} is expected to be a Long value")),
    }?;
    match partition {
        None => Err("Partition objects cannot be null".to_owned()),
        Some(partition) if partition.get("filename").is_none() => {
            Err("Partition objects should contain the key 'filename'".to_owned())
        }
        Some(_) => Ok(()),
    }
}
