//! The entries of sinks, which contain topic partitions and the offsets of a consumer group in them.

use std::collections::BTreeMap;

use super::{Entry, Refusal, in_order};
use crate::java::{Ints, Text, Value};

/// The new position of each topic partition; `None` resets the partition.
pub(crate) type SinkPositions = BTreeMap<(String, i32), Option<i64>>;

const TOPIC: &str = "kafka_topic";
const PARTITION: &str = "kafka_partition";
const OFFSET: &str = "kafka_offset";

/// Reads the entries of a request as those of a sink. Topic, partition and offset may have any JSON type, if the value written
/// as text is valid.
pub(crate) fn sink_positions(entries: &[Entry]) -> Result<SinkPositions, Refusal> {
    let entries = in_order(entries, Ints::Smallest);
    let read = entries
        .into_iter()
        .map(|entry| position(entry).map_err(Refusal::Malformed));
    read.collect()
}

fn position(entry: &Entry) -> Result<((String, i32), Option<i64>), String> {
    let partition = entry
        .partition
        .as_ref()
        .ok_or("The partition for a sink connector offset cannot be null or missing")?;
    let (Some(topic), Some(number)) = (partition.get(TOPIC), partition.get(PARTITION)) else {
        return Err(format!(
            "The partition for a sink connector offset must contain the keys '{TOPIC}' and '{PARTITION}'"
        ));
    };
    if matches!(topic, Value::Null) {
        return Err("Kafka topic names must be valid strings and may not be null".to_owned());
    }
    if matches!(number, Value::Null) {
        return Err("Kafka partitions must be valid numbers and may not be null".to_owned());
    }
    let parsed = integer(number, i64::from(i32::MIN)..=i64::from(i32::MAX));
    let parsed = parsed.and_then(|number| i32::try_from(number).ok());
    let parsed = parsed.ok_or_else(|| not_an_integer("partition", "Partition", number))?;
    let Some(offset) = &entry.offset else {
        return Ok(((topic.to_string(), parsed), None));
    };
    let offset = offset.get(OFFSET).ok_or_else(|| {
        format!(
            "The offset for a sink connector should either be null or contain the key '{OFFSET}'"
        )
    })?;
    let position = integer(offset, i64::MIN..=i64::MAX);
    let position = position.ok_or_else(|| not_an_integer("offset", "Offset", offset))?;
    Ok(((topic.to_string(), parsed), Some(position)))
}

/// The value written as text, and parsed as an integer.
fn integer(value: &Value, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    match value {
        Value::Text(text) => text.parse_integer(range),
        other => Text::from(&*other.to_string()).parse_integer(range),
    }
}

fn not_an_integer(what: &str, title: &str, value: &Value) -> String {
    format!(
        "Failed to parse the following Kafka {what} value in the provided offsets: '{value}'. {title} values for sink \
         connectors need to be integers."
    )
}
