//! The checks of a connector's plugin. The rules for MirrorMaker and the file source are those of the real plugins. The seed
//! gives the rules of all other plugins.

use super::{Entry, Refusal};
use crate::java::{Map, Value};
use crate::seed::{Connector, Kind, Plugin};

/// The plugins with built-in rules. The end of the class name identifies the plugin.
enum Known {
    /// A connector of MirrorMaker: the text members of its partitions, whether these also have the member `partition`, and
    /// whether 0 is the only offset that it accepts.
    Mirror([&'static str; 2], bool, bool),
    File,
}

impl Known {
    fn of(connector: &Connector) -> Option<Self> {
        let class = connector.class.rsplit('.').next().unwrap_or_default();
        match class.strip_suffix("Connector").unwrap_or(class) {
            "MirrorSource" => Some(Self::Mirror(["cluster", "topic"], true, false)),
            "MirrorCheckpoint" => Some(Self::Mirror(["group", "topic"], true, true)),
            "MirrorHeartbeat" => Some(Self::Mirror(
                ["sourceClusterAlias", "targetClusterAlias"],
                false,
                true,
            )),
            "FileStreamSource" => Some(Self::File),
            _ => None,
        }
    }
}

/// Whether the plugin of a connector does not check alterations. The message of a success then mentions that the connector may
/// manage its offsets externally.
pub(crate) fn is_silent(connector: &Connector) -> bool {
    let validates = connector.plugin.validates || Known::of(connector).is_some();
    connector.kind != Kind::Sink && !validates
}

/// Checks an alteration like the sink's plugin, which refuses every alteration or none.
pub(crate) fn check_sink(connector: &Connector) -> Result<(), Refusal> {
    let refusal = connector.plugin.refuses.clone().map(Refusal::Plugin);
    refusal.map_or(Ok(()), Err)
}

/// Checks the entries of an alteration like the source's plugin. A reset is accepted, unless the plugin refuses every
/// alteration.
pub(crate) fn check_source(connector: &Connector, entries: &[Entry]) -> Result<(), Refusal> {
    check_sink(connector)?;
    for entry in entries {
        let Some(offset) = &entry.offset else {
            continue;
        };
        let partition = entry.partition.as_ref();
        match Known::of(connector) {
            Some(Known::Mirror(texts, numbered, only_zero)) => {
                mirror_partition(partition, texts, numbered)
                    .and_then(|partition| mirror_offset(partition, offset, only_zero))
            }
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

/// The first rule of the seed that an entry breaks; `None` when it breaks none. A connector's task fails when it starts from an
/// entry that breaks a rule. A member that is null counts as missing.
pub(crate) fn missing(plugin: &Plugin, partition: &Map, offset: &Map) -> Option<String> {
    let present = |members: &Map, key: &str| {
        let value = members
            .get(key)
            .filter(|value| !matches!(value, Value::Null));
        value.cloned()
    };
    for (name, members, required) in [
        ("partition", partition, &plugin.partition),
        ("offset", offset, &plugin.offset),
    ] {
        if let Some(key) = required.iter().find(|key| present(members, key).is_none()) {
            return Some(format!("{name}.{key} is required"));
        }
    }
    let wrong = |keys: &[String], what: &str, fits: fn(&Value, bool) -> bool| {
        keys.iter().find_map(|key| {
            let value = present(offset, key)?;
            (!fits(&value, plugin.validates))
                .then(|| format!("offset.{key}: {value} is not {what}"))
        })
    };
    wrong(&plugin.texts, "a text", |value, _| {
        matches!(value, Value::Text(_))
    })
    .or_else(|| {
        wrong(
            &plugin.integers,
            "an integer that the plugin accepts",
            |value, validates| matches!(value, Value::Int(number) if *number >= 0 || !validates),
        )
    })
}

fn mirror_partition<'a>(
    partition: Option<&'a Map>,
    texts: [&str; 2],
    numbered: bool,
) -> Result<&'a Map, String> {
    let partition = partition.ok_or("Source partitions may not be null")?;
    let keys = texts.into_iter().chain(numbered.then_some("partition"));
    for key in keys {
        let value = partition.get(key).ok_or_else(|| {
            format!("Source partition {partition} is missing the '{key}' key, which is required")
        })?;
        let wants = match value {
            Value::Text(_) if key != "partition" => continue,
            _ if key != "partition" => "must be a string",
            Value::Int(number) if *number > i64::from(i32::MAX) => "must be an integer",
            // The plugin checks only the lower 32 bits of a 64-bit number.
            Value::Int(number) if *number & 0x8000_0000 != 0 => "cannot be negative",
            Value::Int(_) => continue,
            _ => "must be an integer",
        };
        return Err(format!(
            "Source partition {partition} has an invalid value {value} for the '{key}' key, which {wants}"
        ));
    }
    Ok(partition)
}

fn mirror_offset(partition: &Map, offset: &Map, only_zero: bool) -> Result<(), String> {
    let place = format!("Source offset {offset} for source partition {partition}");
    let value = offset
        .get("offset")
        .ok_or_else(|| format!("{place} is missing the 'offset' key, which is required"))?;
    let wants = match value {
        Value::Int(0) => return Ok(()),
        Value::Int(_) if only_zero => "; the only accepted value is 0",
        Value::Int(1..) => return Ok(()),
        Value::Int(_) => ", which cannot be negative",
        _ => ", which must be an integer",
    };
    Err(format!(
        "{place} has an invalid value {value} for the 'offset' key{wants}"
    ))
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
