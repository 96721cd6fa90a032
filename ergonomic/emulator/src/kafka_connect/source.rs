//! The entries of sources: maps that only the connector's plugin interprets, and the form in which Kafka Connect stores them.

use super::{Entry, Refusal, in_order};
use crate::java::{Ints, Map, Text, Value};
use ccloud_connect_types::{OffsetEntry, RawJson};

/// The maximum size of a record's key and value together, in bytes: Kafka's limit for one record, minus the overhead.
const MAX_RECORD: usize = 1_048_576 - 100;

/// The entries of a request in the form in which Kafka Connect stores them: with members in hash order, and numbers as Java
/// writes them. The entries are in the order in which Kafka Connect passes them to the plugin.
pub(crate) fn source_positions(entries: &[Entry]) -> Result<Vec<Entry>, Refusal> {
    let mut kept = Vec::new();
    for entry in in_order(entries, Ints::Smallest) {
        kept.push(Entry {
            partition: entry.partition.as_ref().map(normal).transpose()?,
            offset: entry.offset.as_ref().map(normal).transpose()?,
        });
    }
    // Partitions that differ in the request may be equal in the stored form, so repeated partitions are removed again.
    Ok(in_order(&kept, Ints::Longs).into_iter().cloned().collect())
}

/// A map in the form that it has after Kafka Connect has stored it and read it again.
fn normal(map: &Map) -> Result<Map, Refusal> {
    let member = |(key, value): (&Text, &Value)| {
        let refuse = |class: &str| {
            Refusal::Unworkable(format!(
                "Offsets may only contain primitive types as values, but field {key} contains {class}"
            ))
        };
        let value = match value {
            Value::Map(_) => return Err(refuse("MAP")),
            Value::List(_) => return Err(refuse("ARRAY")),
            Value::BigInt(_) => return Err(refuse("class java.math.BigInteger")),
            // JSON has no infinite numbers, so Kafka Connect stores a text, such as "Infinity".
            Value::Double(double) if !double.is_finite() => {
                Value::Text(Text::from(&*crate::java::double(*double)))
            }
            // A negative zero loses its sign when Kafka Connect reads it again as a decimal number.
            Value::Double(double) if *double == 0.0 => Value::Double(0.0),
            plain => plain.clone(),
        };
        Ok((key.clone(), value))
    };
    let members: Map = map.iter().map(member).collect::<Result<_, _>>()?;
    Ok(members.into_hash_order())
}

impl Entry {
    /// A stored entry in the form in which a GET of the offsets shows it; `None` for an entry without partition or offset.
    pub(crate) fn shown(&self) -> Option<OffsetEntry> {
        let json = |map: &Option<Map>| map.as_ref()?.to_json().parse::<RawJson>().ok();
        Some(OffsetEntry::new(
            &json(&self.partition)?,
            &json(&self.offset)?,
        ))
    }

    /// Whether the entry fits into one Kafka record of the connector called `name`.
    pub(crate) fn fits_a_record(&self, name: &str) -> bool {
        let size = |map: &Option<Map>| map.as_ref().map_or(0, |map| map.to_json().len());
        name.len() + size(&self.partition) + size(&self.offset) <= MAX_RECORD
    }
}
