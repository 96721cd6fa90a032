//! Offsets of sinks: what is known about them.

use crate::finding::Code;
use crate::offset::KafkaSink;
use crate::offset::facts::{Misread, OffsetFormat, faults};
use crate::offset::moves::Move;
use crate::offset::position::{Position, Unit};

/// The facts about the format. Every class with `Sink` in its name writes it, so no class is listed.
pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "kafka-sink",
    title: "Sinks",
    evidence: "published by Confluent, and measured with Kafka Connect 4.1.1",
    members: KafkaSink::members,
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
    rules: &["`null` resets the partition to the earliest record. Other partitions stay."],
    going: &["Set `kafka_offset` to that of the next record to be consumed."],
    moves: &[Move::of("offset", "kafka_offset")],
    ..OffsetFormat::PLAIN
};
