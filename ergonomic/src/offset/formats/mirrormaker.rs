//! Offsets of MirrorMaker 2.

use crate::finding::{Finding, ValidationError};
use crate::offset::format::offset_format;
use crate::offset::value::{Value, not_empty, not_negative};

offset_format! {
    /// The position of a self-managed MirrorMaker 2 source in one partition of one topic; Kafka Connect itself checks
    /// it.
    MirrorMaker
    required {
        /// The alias of the source cluster.
        partition "cluster" cluster: String as &str;
        /// The topic in the source cluster.
        partition "topic" topic: String as &str;
        /// The partition of the topic, 0 or more.
        partition "partition" partition: i32 as i32;
        /// The offset of the last record that was copied, 0 or more.
        offset "offset" offset: i64 as i64;
    }
    optional {}
    checked {}
}

impl MirrorMaker {
    /// A position: `partition` 0 to 2147483647, `offset` 0 to 9223372036854775807.
    ///
    /// # Errors
    /// When a name is empty or a number is negative.
    pub fn new(
        cluster: impl Into<String>,
        topic: impl Into<String>,
        partition: i32,
        offset: i64,
    ) -> Result<Self, ValidationError> {
        Self::of(cluster.into(), topic.into(), partition, offset).checked()
    }

    /// The same partition at another offset, 0 to 9223372036854775807.
    ///
    /// # Errors
    /// When the offset is negative.
    pub fn move_to(mut self, offset: i64) -> Result<Self, ValidationError> {
        self.offset = offset;
        self.raw.offset.set_text("offset", &offset.write());
        self.checked()
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.cluster", &self.cluster, out);
        not_empty("partition.topic", &self.topic, out);
        not_negative("partition.partition", Some(self.partition.into()), out);
        not_negative("offset.offset", Some(self.offset), out);
    }
}
