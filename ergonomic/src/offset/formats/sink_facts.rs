//! Offsets of sinks: what is known about them.

use crate::finding::Code;
use crate::offset::KafkaSink;
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Declared, Misread, OffsetFormat, faults};
use crate::offset::position::{Position, Unit};

/// The facts about the format. Every class with `Sink` in its name writes it, so no class is listed.
pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "kafka-sink",
    title: "Sinks",
    evidence: "published by Confluent, and measured with Kafka Connect 4.1.1",
    members: || {
        let member = |place, key, kind, doc| Declared {
            place,
            key,
            kind,
            doc,
            required: true,
        };
        vec![
            member("partition", "kafka_topic", "text", "The topic."),
            member(
                "partition",
                "kafka_partition",
                "whole number, also as text",
                "The partition of the topic, 0 or more.",
            ),
            member(
                "offset",
                "kafka_offset",
                "whole number, also as text",
                "The offset of the next record to be consumed, 0 or more.",
            ),
        ]
    },
    partitions: &[&["kafka_topic", "kafka_partition"]],
    signature: &["kafka_offset"],
    faults: faults::<KafkaSink>,
    misread: Misread::Refused,
    without_position: (
        Code::Refused,
        "has no `kafka_offset`, and Kafka Connect refuses it",
    ),
    position: |fields| {
        let offset = fields.whole("kafka_offset")?;
        let keys = [(offset.into(), Some(Unit::Records))];
        Some(Position::new(keys, offset.to_string()))
    },
    before_start: Some(
        "goes back to {}; if the topic no longer holds that record, the connector begins where `auto.offset.reset` says, by default at the earliest record",
    ),
    past_end: Some(
        "goes ahead to {}; beyond the end of the partition the connector begins where `auto.offset.reset` says, by default at the earliest record",
    ),
    queries: &[(
        "where a partition begins and ends",
        "kafka-get-offsets --bootstrap-server BROKER --topic TOPIC --time earliest (or latest)",
    )],
    wins: &["`null` resets the partition to the earliest record. Other partitions stay."],
    going: &["Set `kafka_offset` to that of the next record to be consumed."],
    coordinates: &["offset"],
    mover: |current, to| match to {
        Coordinate::Offset(offset) => {
            Ok(KafkaSink::try_from(current)?.move_to(*offset)?.to_entry())
        }
        _ => Err(to.refused("does not fit")),
    },
    ..OffsetFormat::PLAIN
};
