//! What Kafka adds to the offsets: times, ends and lag. This module needs a key of the Kafka cluster, and a connection to
//! the cluster's brokers.
//!
//! The module alters nothing. A plan that uses Kafka's answers is applied like every other plan.

mod access;
mod lag;
mod list;
mod target;

pub(crate) use lag::{Behind, print as print_lag, where_known as lag_where_known};
pub(crate) use list::print as print_list;
pub(crate) use target::{intent, lacks_key};

use ccloud_connect::{OffsetEntry, RawJson};
use serde_json::{Map, Value};

/// The topic and the number of a sink's partition.
pub(crate) fn place(partition: &RawJson) -> Option<(String, i32)> {
    let members: Map<String, Value> = partition.parse().ok()?;
    let topic = members.get("kafka_topic")?.as_str()?;
    let number = match members.get("kafka_partition")? {
        Value::String(digits) => digits.parse().ok()?,
        number => i32::try_from(number.as_i64()?).ok()?,
    };
    Some((topic.to_owned(), number))
}

/// The topic and partition of a sink's entry, and its offset if it has one.
fn position(entry: &OffsetEntry) -> Option<((String, i32), Option<i64>)> {
    let place = place(&entry.partition()?)?;
    let offset = entry.offset().and_then(|offset| {
        let members: Map<String, Value> = offset.parse().ok()?;
        match members.get("kafka_offset")? {
            Value::String(digits) => digits.parse().ok(),
            number => number.as_i64(),
        }
    });
    Some((place, offset))
}
