//! Reading one offsets entry the way Kafka Connect does.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use ccloud_connect_types::{OffsetEntry, RawJson};

/// An object's members by name; of a repeated one the last counts.
pub(crate) type Object<'a> = BTreeMap<String, &'a RawValue>;

/// The members of a JSON object; `None` for anything else.
pub(crate) fn object(json: &RawJson) -> Option<Object<'_>> {
    json.parse().ok()
}

/// Whether the entry is an object at all.
pub(crate) fn is_object(entry: &OffsetEntry) -> bool {
    entry.as_json().as_str().starts_with('{')
}

/// The partition of a sink entry.
///
/// Topic and partition number may be any value whose text will do: Kafka Connect turns the value into text and reads
/// that, so `"10"` is a partition number, and `1.0` and `1e3` are not.
pub(crate) fn sink_partition(entry: &OffsetEntry) -> Result<(String, i32), String> {
    let partition = entry
        .partition()
        .filter(|partition| !partition.is_null())
        .ok_or("partition must not be null or missing")?;
    let partition = object(&partition).ok_or("partition must be an object")?;
    let member = |name: &str| {
        text_of(partition.get(name).copied())
            .ok_or_else(|| format!("partition.{name} must not be null or missing"))
    };
    let topic = member("kafka_topic")?;
    let number = member("kafka_partition")?;
    let number = number
        .parse()
        .map_err(|_| format!("partition.kafka_partition: {number} is not a 32-bit integer"))?;
    Ok((topic, number))
}

/// The position of a sink entry: `None` when its offset is null or missing, which resets the partition.
pub(crate) fn sink_position(entry: &OffsetEntry) -> Result<Option<i64>, String> {
    let Some(offset) = entry.offset().filter(|offset| !offset.is_null()) else {
        return Ok(None);
    };
    let offset = object(&offset).ok_or("offset must be an object or null")?;
    let position = text_of(offset.get("kafka_offset").copied())
        .ok_or("offset.kafka_offset must not be null or missing")?;
    position
        .parse()
        .map(Some)
        .map_err(|_| format!("offset.kafka_offset: {position} is not a 64-bit integer"))
}

/// A sink entry that names a position.
pub(crate) fn sink_entry(entry: &OffsetEntry) -> Result<((String, i32), i64), String> {
    let position = sink_position(entry)?.ok_or("offset must not be null or missing")?;
    Ok((sink_partition(entry)?, position))
}

/// A value as text: a string's content, and everything else as it is written. Null is no value.
fn text_of(value: Option<&RawValue>) -> Option<String> {
    let value = value?.get();
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value).ok(),
        _ if value == "null" => None,
        _ => Some(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> OffsetEntry {
        OffsetEntry::from(text.parse::<RawJson>().unwrap())
    }

    #[test]
    fn sink_partitions_as_kafka_connect_reads_them() {
        let read =
            |partition: &str| sink_partition(&entry(&format!(r#"{{"partition":{partition}}}"#)));
        assert_eq!(
            read(r#"{"kafka_topic":"t","kafka_partition":3}"#),
            Ok(("t".into(), 3))
        );
        assert_eq!(
            read(r#"{"kafka_topic":"t","kafka_partition":"10"}"#),
            Ok(("t".into(), 10))
        );
        assert_eq!(
            read(r#"{"kafka_topic":7,"kafka_partition":-1}"#),
            Ok(("7".into(), -1))
        );
        for refused in [
            "null",
            "[]",
            "{}",
            r#"{"kafka_topic":"t"}"#,
            r#"{"kafka_partition":0}"#,
            r#"{"kafka_topic":null,"kafka_partition":0}"#,
            r#"{"kafka_topic":"t","kafka_partition":null}"#,
            r#"{"kafka_topic":"t","kafka_partition":1.0}"#,
            r#"{"kafka_topic":"t","kafka_partition":1e3}"#,
            r#"{"kafka_topic":"t","kafka_partition":2147483648}"#,
            r#"{"kafka_topic":"t","kafka_partition":true}"#,
        ] {
            assert!(read(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn sink_positions_as_kafka_connect_reads_them() {
        let read = |offset: &str| sink_position(&entry(&format!(r#"{{"offset":{offset}}}"#)));
        assert_eq!(read("null"), Ok(None));
        assert_eq!(sink_position(&entry("{}")), Ok(None));
        assert_eq!(read(r#"{"kafka_offset":"12"}"#), Ok(Some(12)));
        assert_eq!(
            read(r#"{"kafka_offset":9223372036854775807}"#),
            Ok(Some(i64::MAX))
        );
        assert_eq!(read(r#"{"kafka_offset":-5}"#), Ok(Some(-5)));
        for refused in [
            "7",
            "{}",
            r#"{"kafka_offset":null}"#,
            r#"{"kafka_offset":9223372036854775808}"#,
            r#"{"kafka_offset":1.0}"#,
            r#"{"kafka_offset":{}}"#,
        ] {
            assert!(read(refused).is_err(), "{refused}");
        }
    }
}
