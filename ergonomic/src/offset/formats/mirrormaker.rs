//! Offsets of MirrorMaker 2.

use crate::finding::{Code, Finding, ValidationError};
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Misread, OffsetFormat};
use crate::offset::format::offset_format;
use crate::offset::moves::Move;
use crate::offset::position::{Position, Unit};
use crate::offset::value::{not_empty, not_negative};

offset_format! {
    /// The position of a self-managed MirrorMaker 2 source in one partition of one topic. The plugin, which is a part
    /// of Kafka, checks the position.
    MirrorMaker: FORMAT
    required {
        /// The alias of the source cluster.
        partition "cluster" cluster: String as &str;
        /// The name of the topic in the source cluster.
        partition "topic" topic: String as &str;
        /// The partition of the topic, 0 or more.
        partition "partition" partition: i32 as i32;
        /// The offset of the last record that was copied, 0 or more.
        offset "offset" offset: i64 as i64;
    }
    optional {}
    moves {
        /// The same partition at another offset, 0 to 9223372036854775807.
        move_to(offset: i64) = Coordinate::Offset(offset);
    }
}

impl MirrorMaker {
    /// An entry for one topic partition, at the offset of the last record that counts as copied. `partition` is 0 to
    /// 2147483647, `offset` is 0 to 9223372036854775807.
    ///
    /// # Errors
    /// When `cluster` is empty, or `partition` or `offset` is negative.
    pub fn new(
        cluster: impl Into<String>,
        topic: impl Into<String>,
        partition: i32,
        offset: i64,
    ) -> Result<Self, ValidationError> {
        Self::of(cluster.into(), topic.into(), partition, offset)
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.cluster", &self.cluster, out);
        not_negative("partition.partition", Some(self.partition.into()), out);
        not_negative("offset.offset", Some(self.offset), out);
    }
}

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "mirrormaker",
    title: "MirrorMaker 2 source",
    self_managed: &[
        "org.apache.kafka.connect.mirror.MirrorSourceConnector",
        "MirrorSource",
    ],
    evidence: "measured with Kafka Connect 4.1.1",
    partitions: &[&["cluster", "topic", "partition"]],
    signature: &["offset"],
    misread: Misread::Refused,
    fixed: Some(("cluster", &["source.cluster.alias"])),
    unplaced: Code::Refused,
    without_position: "has no `offset`; Kafka Connect refuses a request with such an offset",
    position: |fields| Position::number(fields, "offset", Some(Unit::Records)),
    before_start: "goes back to {}; records that the topic no longer holds are not copied, and copying may begin where `auto.offset.reset` says",
    past_end: "goes ahead to {}; if the topic ends before the position, everything is copied again from its earliest record, without an error",
    queries: &[(
        "the end of a topic",
        "kafka-get-offsets --bootstrap-server SOURCE --topic TOPIC",
    )],
    rules: &[
        "`offset` is the offset of the last record that was copied: with 6, the record at offset 7 is copied next.",
        "The plugin refuses, with status 500, an entry that it cannot read. Unknown clusters, topics and partitions are accepted and ignored.",
    ],
    going: &["Set `offset` to the offset of the last record that counts as copied."],
    moves: &[Move::of("offset", "offset")],
    ..MirrorMaker::FACTS
};
