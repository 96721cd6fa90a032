//! Partitions and positions on the command line.

use std::str::FromStr;

use ccloud_connect::{OffsetEntry, RawJson};
use serde_json::{Map, Value, json};

/// A partition that was typed: `TOPIC:PARTITION` for a sink, or a JSON object for any connector.
#[derive(Clone, Debug)]
pub(crate) struct PartitionArg(pub(crate) RawJson);

impl FromStr for PartitionArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim_start().starts_with('{') {
            let json: RawJson = text
                .parse()
                .map_err(|error| format!("it is not valid JSON: {error}"))?;
            return Ok(Self(json));
        }
        let (topic, partition) = topic_partition(text).ok_or(
            "expected TOPIC:PARTITION, such as orders:0, or a JSON object, such as '{\"server\":\"inventory\"}'",
        )?;
        Ok(Self(sink_partition(topic, partition)))
    }
}

/// The value of `--set`: `TOPIC:PARTITION=OFFSET`.
#[derive(Clone, Debug)]
pub(crate) struct SetArg(pub(crate) OffsetEntry);

impl FromStr for SetArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected TOPIC:PARTITION=OFFSET, such as orders:0=1000";
        let (place, offset) = text.rsplit_once('=').ok_or(expected)?;
        let (topic, partition) = topic_partition(place).ok_or(expected)?;
        if offset.starts_with('+') {
            return Err(
                "an offset has no sign; --shift-by moves by a number of records".to_owned(),
            );
        }
        let offset: i64 = offset.parse().map_err(|_| {
            match offset.bytes().all(|byte| byte.is_ascii_digit()) && !offset.is_empty() {
                true => "the largest offset is 9223372036854775807",
                false => expected,
            }
        })?;
        let offset = to_json(&json!({ "kafka_offset": offset }));
        Ok(Self(OffsetEntry::new(
            &sink_partition(topic, partition),
            &offset,
        )))
    }
}

/// Splits `TOPIC:PARTITION` at the last colon. A topic name never contains a colon.
fn topic_partition(text: &str) -> Option<(&str, i64)> {
    let (topic, partition) = text.rsplit_once(':')?;
    Some((topic, partition.parse().ok()?)).filter(|_| !topic.is_empty())
}

fn sink_partition(topic: &str, partition: i64) -> RawJson {
    to_json(&json!({ "kafka_topic": topic, "kafka_partition": partition }))
}

fn to_json(value: &Value) -> RawJson {
    // A tree of strings and integers always has a JSON form.
    RawJson::from_serialize(value).unwrap_or_else(|error| unreachable!("{error}"))
}

/// JSON without whitespace outside strings.
pub(crate) fn one_line(json: &RawJson) -> String {
    let mut in_string = false;
    let mut escaped = false;
    let keep = |c: &char| {
        let keep = in_string || !c.is_ascii_whitespace();
        if *c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = *c == '\\' && !escaped;
        keep
    };
    json.as_str().chars().filter(keep).collect()
}

/// The short form of a partition: `topic:0` for a sink, compact JSON for all others.
pub(crate) fn show_partition(partition: Option<&RawJson>) -> String {
    let Some(partition) = partition else {
        return "-".to_owned();
    };
    match partition.parse::<Map<String, Value>>() {
        Ok(map) if map.len() == 2 => match (map.get("kafka_topic"), map.get("kafka_partition")) {
            (Some(Value::String(topic)), Some(number)) => {
                let number = number
                    .as_str()
                    .map_or_else(|| number.to_string(), str::to_owned);
                format!("{topic}:{number}")
            }
            _ => one_line(partition),
        },
        _ => one_line(partition),
    }
}

/// Sorts the rows of a table by partition, because the service's order has no meaning. `column` is the column of the
/// partition. Only neighbouring rows that are equal in all columns before `column` are sorted among themselves.
pub(crate) fn in_order<const N: usize>(rows: &mut [[String; N]], column: usize) {
    let place = |row: &[String; N]| match row[column].rsplit_once(':') {
        Some((topic, number)) => (topic.to_owned(), number.parse::<i64>().ok()),
        None => (row[column].clone(), None),
    };
    for rows in rows.chunk_by_mut(|one, next| one[..column] == next[..column]) {
        rows.sort_by_cached_key(place);
    }
}

/// The short form of a position: the number for a sink, compact JSON for all others.
pub(crate) fn show_offset(offset: Option<&RawJson>) -> String {
    let Some(offset) = offset else {
        return "-".to_owned();
    };
    match offset.parse::<std::collections::BTreeMap<String, RawJson>>() {
        Ok(map) if map.len() == 1 => match map.get("kafka_offset") {
            Some(position) => position.as_str().trim_matches('"').to_owned(),
            None => one_line(offset),
        },
        _ => one_line(offset),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sink_forms() {
        let set: SetArg = "orders.v1:3=9007199254740993".parse().unwrap();
        assert_eq!(
            set.0.to_string(),
            r#"{"partition":{"kafka_partition":3,"kafka_topic":"orders.v1"},"offset":{"kafka_offset":9007199254740993}}"#
        );
        for text in ",orders,orders:0,:0=1,orders:x=1,orders:0=,orders:0=1.5,orders:0=+1".split(',')
        {
            assert!(text.parse::<SetArg>().is_err(), "{text}");
        }
        let partition: PartitionArg = "orders:3".parse().unwrap();
        assert_eq!(show_partition(Some(&partition.0)), "orders:3");
        assert!("orders".parse::<PartitionArg>().is_err());
    }

    #[test]
    fn rows_are_in_the_order_of_their_partitions() {
        let mut rows = ["b t:1", "b t:10", "b t:9", "a u:0", "a t:2", "a t:x"];
        let cells = |row: &str| [0, 1].map(|column| row.split(' ').nth(column).unwrap().to_owned());
        let mut cells = rows.map(cells);
        in_order(&mut cells, 1);
        rows = ["b t:1", "b t:9", "b t:10", "a t:x", "a t:2", "a u:0"];
        assert_eq!(cells.map(|row| row.join(" ")), rows);
    }

    #[test]
    fn source_forms_keep_every_byte() {
        let text = r#"{"server": "a:b=c", "n": 1.0}"#;
        let partition: PartitionArg = text.parse().unwrap();
        assert_eq!(partition.0.as_str(), text);
        assert_eq!(
            show_partition(Some(&partition.0)),
            r#"{"server":"a:b=c","n":1.0}"#
        );
        assert!("{".parse::<PartitionArg>().is_err());
    }

    #[test]
    fn positions_are_shown_exactly() {
        let beyond = r#"{"kafka_offset":18446744073709551616}"#;
        let spaced = "{\n  \"lsn\": 7,\r\n  \"a  b\": 1\n}";
        for (json, shown) in [
            (beyond, "18446744073709551616"),
            (r#"{"kafka_offset":"7"}"#, "7"),
            (r#"{"lsn":7}"#, r#"{"lsn":7}"#),
            (spaced, r#"{"lsn":7,"a  b":1}"#),
            (r#"{"a \\\" b": "\\\\" }"#, r#"{"a \\\" b":"\\\\"}"#),
            ("null", "null"),
        ] {
            assert_eq!(show_offset(Some(&json.parse().unwrap())), shown);
        }
    }
}
