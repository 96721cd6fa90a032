//! Offsets of every sink connector.

use std::borrow::Cow;

use crate::OffsetEntry;
use crate::finding::number::{Fault, whole};
use crate::finding::text::{closest, excerpt, member_path};
use crate::finding::{Code, Finding, ValidationError};
use crate::json::Kind;
use crate::json::scan::{self, Member};
use crate::offset::RawEntry;
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Misread, OffsetFormat};
use crate::offset::format::offset_format;
use crate::offset::members::{required as required_member, unknown};
use crate::offset::moves::Move;
use crate::offset::position::{Position, Unit};
use crate::offset::value::Value;

/// The keys of a sink entry: two in the partition, one in the position.
const TOPIC: &str = "kafka_topic";
const PARTITION: &str = "kafka_partition";
const OFFSET: &str = "kafka_offset";

/// A whole number from 0 to the greatest `T`, or a string of its digits. The service returns the number in the form in
/// which it was sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Whole<T>(T);

macro_rules! whole {
    ($number:ty) => {
        impl Value for Whole<$number> {
            type View<'a> = $number;

            fn view(&self) -> $number {
                self.0
            }

            fn read(text: &str) -> Result<Self, Fault> {
                let number = whole(text, <$number>::MAX.into())?;
                Ok(Self(<$number>::try_from(number).unwrap_or(<$number>::MAX)))
            }

            const TYPE: &'static str = "whole number, also as text";

            fn schema() -> serde_json::Value {
                serde_json::json!({ "type": ["integer", "string"], "minimum": 0, "maximum": <$number>::MAX, "pattern": "^[0-9]+$" })
            }
        }
    };
}

whole!(i32);
whole!(i64);

offset_format! {
    /// The position of a sink in one partition of one topic, in records.
    ///
    /// The position is the offset of the next record to be consumed. If the topic partition no longer holds this
    /// offset, the sink begins at the earliest record (published by Confluent), or at the offset that its
    /// `auto.offset.reset` chooses.
    ///
    /// ```
    /// use ccloud_connect::offset::KafkaSink;
    ///
    /// let entry = KafkaSink::new("orders", 0, 1_000)?.to_entry();
    /// assert_eq!(
    ///     entry.to_string(),
    ///     r#"{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":1000}}"#,
    /// );
    /// # Ok::<(), ccloud_connect::finding::ValidationError>(())
    /// ```
    KafkaSink: FORMAT
    required {
        /// The name of the topic.
        partition "kafka_topic" topic: String as &str;
        /// The partition of the topic, 0 or more.
        partition "kafka_partition" partition: Whole<i32> as i32;
        /// The offset of the next record to be consumed, 0 or more.
        offset "kafka_offset" offset: Whole<i64> as i64;
    }
    optional {}
    moves {
        /// The same partition at another offset, 0 to 9223372036854775807.
        move_to(offset: i64) = Coordinate::Offset(offset);
    }
}

impl KafkaSink {
    /// An entry for one topic partition, at the offset of the next record to be consumed. `partition` is 0 to
    /// 2147483647, `offset` is 0 to 9223372036854775807.
    ///
    /// # Errors
    /// When `partition` or `offset` is negative, or when `topic` is not a valid topic name.
    pub fn new(topic: &str, partition: i32, offset: i64) -> Result<Self, ValidationError> {
        let mut raw = place(topic, partition);
        raw.offset.set_text(OFFSET, &offset.to_string());
        let mut out = Vec::new();
        check_members(&raw, &mut out);
        let members = scan::members(raw.offset.as_str()).unwrap_or_default();
        check_offset("offset", &members, &mut out);
        ValidationError::unless_empty(out)?;
        Self::read(raw)
    }

    /// The entry that names a partition without a position, as a DELETE lists it.
    ///
    /// # Errors
    /// When `partition` is negative, or when `topic` is not a valid topic name.
    pub fn partition_of(topic: &str, partition: i32) -> Result<OffsetEntry, ValidationError> {
        let raw = place(topic, partition);
        let mut out = Vec::new();
        check_members(&raw, &mut out);
        ValidationError::unless_empty(out)?;
        Ok(raw.to_partition())
    }

    // The topic's name is checked only in a new entry, not here, because a parsed entry names an existing topic.
    #[allow(clippy::unused_self, reason = "every format has this method")]
    fn rules(&self, _: &mut Vec<Finding>) {}
}

/// The facts about the format of sinks. Every class with `Sink` in its name writes this format, so no class is listed.
pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "kafka-sink",
    title: "Sinks",
    evidence: "published by Confluent, and measured with Kafka Connect 4.1.1",
    partitions: &[&[TOPIC, PARTITION]],
    signature: &[OFFSET],
    // The schemas allow no further members, because Kafka Connect does not read them.
    schemas: || {
        let mut schema = KafkaSink::schema();
        for place in ["partition", "offset"] {
            schema["properties"][place]["additionalProperties"] = false.into();
        }
        vec![schema]
    },
    misread: Misread::Refused,
    unplaced: Code::Refused,
    without_position: "has no `kafka_offset`; Kafka Connect refuses a request with such an offset",
    position: |fields| Position::number(fields, OFFSET, Some(Unit::Records)),
    before_start: "goes back to {}; if the topic no longer holds that record, the connector begins where `auto.offset.reset` says, by default at the earliest record",
    past_end: "goes ahead to {}; if the partition ends before the position, the connector begins where `auto.offset.reset` says, by default at the earliest record",
    queries: &[(
        "where a partition begins and ends",
        "kafka-get-offsets --bootstrap-server BROKER --topic TOPIC --time earliest (or latest)",
    )],
    rules: &[
        "`null` resets the partition: the connector begins where `auto.offset.reset` says, by default at the earliest record. Other partitions keep their positions.",
        "A position in a topic that is not in the setting `topics` is stored, and the connector does not read it.",
        "A topic or partition that does not exist makes the alteration fail, but the other partitions of the request may have been changed.",
    ],
    going: &["Set `kafka_offset` to the offset of the next record to be consumed."],
    moves: &[Move::of("offset", OFFSET)],
    ..KafkaSink::FACTS
};

/// An entry of a sink, with or without a position; the numbers are not checked.
pub(crate) fn unchecked(topic: &str, partition: i32, offset: Option<i64>) -> OffsetEntry {
    let mut raw = place(topic, partition);
    let Some(offset) = offset else {
        return raw.to_partition();
    };
    raw.offset.set_text(OFFSET, &offset.to_string());
    raw.to_entry()
}

fn check_members(raw: &RawEntry, out: &mut Vec<Finding>) {
    let members = scan::members(raw.partition.as_str()).unwrap_or_default();
    check_partition("partition", &members, out);
}

fn place(topic: &str, partition: i32) -> RawEntry {
    let mut raw = RawEntry::default();
    let topic = serde_json::Value::from(topic).to_string();
    raw.partition.set_text(TOPIC, &topic);
    let partition = partition.to_string();
    raw.partition.set_text(PARTITION, &partition);
    raw
}

/// Whether an entry has the keys of a sink entry: the partition has both keys of a sink's partition, and the position is
/// absent, is empty, or has a key that is or resembles `kafka_offset`.
pub(crate) fn is_sink(partition: &[Member<'_>], offset: Option<&[Member<'_>]>) -> bool {
    let has = |members: &[Member<'_>], key: &str| members.iter().any(|m| m.key == key);
    has(partition, TOPIC)
        && has(partition, PARTITION)
        && offset.is_none_or(|offset| offset.is_empty() || is_alike(&[], Some(offset)))
}

/// Whether an entry seems to be a sink entry, perhaps with misspelt keys. The partition must have a key of a sink's
/// partition, or only keys that resemble those. An empty partition is enough when the position has a key like
/// `kafka_offset`.
pub(crate) fn is_alike(partition: &[Member<'_>], offset: Option<&[Member<'_>]>) -> bool {
    let offset = offset.unwrap_or_default();
    let alike = |m: &Member<'_>, keys: &[&str]| closest(&m.key, keys.iter().copied()).is_some();
    let known = |m: &Member<'_>| alike(m, &[TOPIC, PARTITION]);
    let exact = |m: &Member<'_>| m.key == TOPIC || m.key == PARTITION;
    partition.iter().any(exact)
        || (!partition.is_empty() && partition.iter().all(known))
        || (partition.is_empty() && offset.iter().any(|m| alike(m, &[OFFSET])))
}

/// The suggestion for a sink entry that has another shape, or keys without `kafka_`: the correct entry. `None` when the
/// topic, the partition or the position cannot be found in the entry.
pub(crate) fn meant(partition: &[Member<'_>], offset: &[Member<'_>]) -> Option<String> {
    let text = |members: &[Member<'_>], key: &str| {
        let is_meant = |m: &&Member<'_>| m.key == key || key.strip_prefix("kafka_") == Some(&m.key);
        Some(excerpt(members.iter().find(is_meant)?.value))
    };
    let (topic, number) = (text(partition, TOPIC)?, text(partition, PARTITION)?);
    let position = match (text(offset, OFFSET), offset) {
        (Some(at), _) => format!("{{\"{OFFSET}\": {at}}}"),
        (None, []) => "null".to_owned(),
        (None, _) => return None,
    };
    Some(format!(
        "write {{\"partition\": {{\"{TOPIC}\": {topic}, \"{PARTITION}\": {number}}}, \"offset\": {position}}}"
    ))
}

/// Checks the partition of a sink; adds all findings to `out`.
pub(crate) fn check_partition<'a>(
    path: &str,
    members: &[Member<'a>],
    out: &mut Vec<Finding>,
) -> Option<(Cow<'a, str>, i32)> {
    unknown(path, members, &[TOPIC, PARTITION], out);
    let topic = required_member(path, members, TOPIC, out).and_then(|m| topic(path, m, out));
    let number = required_member(path, members, PARTITION, out)
        .and_then(|m| number(path, m, i32::MAX.into(), out))
        .and_then(|number| i32::try_from(number).ok());
    topic.zip(number)
}

/// Checks the position of a sink; adds all findings to `out`.
pub(crate) fn check_offset(path: &str, members: &[Member<'_>], out: &mut Vec<Finding>) {
    unknown(path, members, &[OFFSET], out);
    if let Some(member) = required_member(path, members, OFFSET, out) {
        number(path, member, i64::MAX, out);
    }
}

fn number(path: &str, member: &Member<'_>, max: i64, out: &mut Vec<Finding>) -> Option<i64> {
    whole(member.value, max)
        .map_err(|fault| out.push(fault.at(member_path(path, &member.key))))
        .ok()
}

fn topic<'a>(path: &str, member: &Member<'a>, out: &mut Vec<Finding>) -> Option<Cow<'a, str>> {
    let at = member_path(path, &member.key);
    match member.kind() {
        Kind::String => {
            let topic = scan::string(member.value)?;
            if let Some(fault) = topic_fault(&topic) {
                out.push(Finding::error(at, Code::InvalidTopic, fault));
            }
            Some(topic)
        }
        // When the topic is a number or a boolean, Kafka Connect reads its text as the name.
        kind @ (Kind::Number | Kind::Bool) => {
            let message = format!("should be a string, but is {}", kind.noun());
            let finding = Finding::warning(at, Code::WrongType, message);
            out.push(finding.suggest(format!("write \"{}\"", excerpt(member.value))));
            Some(Cow::Borrowed(member.value))
        }
        kind => {
            let message = format!("must be a string, but is {}", kind.noun());
            out.push(Finding::error(at, Code::WrongType, message));
            None
        }
    }
}

/// The reason for which a name is not a valid topic name; `None` when it is valid. Kafka requires 1 to 249 of the
/// characters `a-z A-Z 0-9 . _ -`, and refuses the names `.` and `..`.
pub(crate) fn topic_fault(topic: &str) -> Option<String> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    Some(match topic.len() {
        0 => "is empty".to_owned(),
        _ if !topic.bytes().all(legal) => format!(
            "is \"{}\", but topic names consist of letters, digits, `.`, `_` and `-`",
            excerpt(topic)
        ),
        _ if [".", ".."].contains(&topic) => {
            format!("is \"{topic}\", which is not a valid topic name")
        }
        length @ 250.. => format!("has {length} characters; a topic name has at most 249"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_what_it_builds() {
        for (built, expected) in [
            (
                KafkaSink::new("a b", -1, -2),
                "the offsets have 3 problems:\
                 \n  partition.kafka_topic: is \"a b\", but topic names consist of letters, digits, `.`, `_` and `-`\
                 \n  partition.kafka_partition: must be between 0 and 2147483647, but is -1\
                 \n  offset.kafka_offset: must be between 0 and 9223372036854775807, but is -2",
            ),
            (
                KafkaSink::new("t", 0, 1).and_then(|sink| sink.move_to(-1)),
                "the offsets have 1 problem:\
                 \n  offset: must be between 0 and 9223372036854775807, but is -1",
            ),
        ] {
            assert_eq!(built.unwrap_err().to_string(), expected);
        }
        assert!(KafkaSink::partition_of("t", -1).is_err());
        let entry = KafkaSink::partition_of("t", 4).unwrap().to_string();
        let expected = r#"{"partition":{"kafka_topic":"t","kafka_partition":4}}"#;
        assert_eq!(entry, expected);
    }

    #[test]
    fn reads_digit_strings_and_keeps_the_rest() {
        let text = r#"{"offset":{"kafka_offset":"7","x":1.0},"partition":{"kafka_partition":"3","kafka_topic":"t"}}"#;
        let entry: OffsetEntry = serde_json::from_str(text).unwrap();
        let sink = KafkaSink::try_from(&entry).unwrap();
        assert_eq!((sink.topic(), sink.partition(), sink.offset()), ("t", 3, 7));
        assert_eq!(sink.to_entry().to_string(), text);
        let moved = sink.move_to(8).unwrap();
        assert_eq!(moved.to_entry().to_string(), text.replace("\"7\"", "8"));
        assert_eq!(moved.offset(), 8);
        assert_eq!(moved.into_raw().offset().get("x").unwrap().as_str(), "1.0");
    }
}
