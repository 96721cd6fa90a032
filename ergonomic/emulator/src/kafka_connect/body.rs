//! Parses the body of an offsets request into entries.

use std::fmt::Display;

use super::Entry;
use crate::java::{self, Map, Text, Value};
use ccloud_connect_types::OffsetEntry;

/// The body of an offsets request. Confluent Cloud's requests have a type, and Kafka Connect's have none.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) r#type: Option<Text>,
    /// The entries of the request; `None` when the member `offsets` is null or missing.
    pub(crate) offsets: Option<Vec<Entry>>,
}

impl Body {
    /// Parses a body. Unknown keys, and values of another JSON type, are refused. The error has the emulator's words, because
    /// the words of Kafka Connect's JSON reader depend on its version.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let value = java::read(text).map_err(|why| format!("the body is not JSON: {why}"))?;
        let Some(Value::Map(map)) = value else {
            return Err("the body must be a JSON object".to_owned());
        };
        known(&map, ["type", "offsets"], "the body")?;
        let r#type = match map.get("type") {
            None | Some(Value::Null) => None,
            Some(Value::Text(text)) => Some(text.clone()),
            Some(_) => return Err("type must be a text".to_owned()),
        };
        // When the member `offsets` is repeated, its last value counts. Kafka Connect's reader checks the earlier values too.
        for (_, replaced) in map.replaced().iter().filter(|(key, _)| *key == *"offsets") {
            read_offsets(replaced)?;
        }
        let offsets = map.get("offsets").unwrap_or(&Value::Null);
        Ok(Self {
            r#type,
            offsets: read_offsets(offsets)?,
        })
    }
}

/// Parses a single entry.
pub(crate) fn entry(entry: &OffsetEntry) -> Result<Entry, String> {
    let value = java::read(entry.as_json().as_str())
        .map_err(|why| format!("the entry is not JSON: {why}"))?;
    read_entry(&value.unwrap_or(Value::Null), "the entry")
}

/// Parses entries, and leaves out those that cannot be parsed.
pub(crate) fn entries(offsets: &[OffsetEntry]) -> Vec<Entry> {
    offsets
        .iter()
        .filter_map(|offset| entry(offset).ok())
        .collect()
}

fn read_offsets(value: &Value) -> Result<Option<Vec<Entry>>, String> {
    match value {
        Value::Null => Ok(None),
        Value::List(items) => {
            let entries = items.iter().enumerate();
            let read = entries.map(|(index, item)| read_entry(item, &format!("offsets[{index}]")));
            read.collect::<Result<_, _>>().map(Some)
        }
        _ => Err("offsets must be a list".to_owned()),
    }
}

fn read_entry(value: &Value, place: &str) -> Result<Entry, String> {
    let Value::Map(map) = value else {
        return Err(format!("{place} must be an object"));
    };
    known(map, ["partition", "offset"], place)?;
    let member = |name: &dyn Display, value: Option<&Value>| match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Map(map)) => Ok(Some(map.clone())),
        Some(_) => Err(format!("{place}.{name} must be an object or null")),
    };
    for (name, replaced) in map.replaced() {
        member(name, Some(replaced))?;
    }
    Ok(Entry {
        partition: member(&"partition", map.get("partition"))?,
        offset: member(&"offset", map.get("offset"))?,
    })
}

fn known(map: &Map, keys: [&str; 2], place: &str) -> Result<(), String> {
    let is_known = |key: &Text| keys.iter().any(|known| *key == **known);
    match map.iter().find(|(key, _)| !is_known(key)) {
        None => Ok(()),
        Some((key, _)) => {
            let [first, second] = keys;
            let key = key.to_string();
            Err(format!(
                "{place}: {key:?} is not a known key; the known keys are {first} and {second}"
            ))
        }
    }
}
