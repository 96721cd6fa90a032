//! Entries of sources: maps that only the connector's plugin understands, and the form in which Kafka Connect stores them.

use super::{Entry, Refusal, in_order};
use crate::java::{Ints, Map, Text, Value};
use ccloud_connect_types::{OffsetEntry, RawJson};

/// Kafka's limit for one record in bytes, without the overhead of a record beside key and value.
const MAX_RECORD: usize = 1_048_576 - 100;

/// The entries of a request as Kafka Connect stores them, with members in hash order and numbers as Java writes them; in the
/// order in which a plugin sees them.
pub(crate) fn source_positions(entries: &[Entry]) -> Result<Vec<Entry>, Refusal> {
    let mut kept = Vec::new();
    for entry in in_order(entries, Ints::Smallest) {
        kept.push(Entry {
            partition: entry.partition.as_ref().map(normal).transpose()?,
            offset: entry.offset.as_ref().map(normal).transpose()?,
        });
    }
    // Partitions that were sent in different forms may be equal in the stored form.
    Ok(in_order(&kept, Ints::Longs).into_iter().cloned().collect())
}

/// A map after it has been stored and read again.
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
            // JSON has no such number, so a text is stored.
            Value::Double(double) if !double.is_finite() => {
                Value::Text(Text::from(&*crate::java::double(*double)))
            }
            // Zero loses its sign when it is read again as a decimal number.
            Value::Double(double) if *double == 0.0 => Value::Double(0.0),
            plain => plain.clone(),
        };
        Ok((key.clone(), value))
    };
    let members: Map = map.iter().map(member).collect::<Result<_, _>>()?;
    Ok(members.into_hash_order())
}

impl Entry {
    /// A stored entry as GET shows it; `None` for one without partition or offset.
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
