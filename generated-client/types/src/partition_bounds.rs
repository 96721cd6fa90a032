//! The offsets at which a partition of a topic begins and ends.

use crate::Timestamp;

/// A record of a partition: its offset and its time.
///
/// The producer or the broker sets the time, according to the topic's `message.timestamp.type`. The marker of a
/// transaction counts as a record here: it has an offset and a time, although no consumer receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RecordAt {
    /// The offset of the record.
    pub offset: i64,
    /// The time of the record, in whole milliseconds.
    pub time: Timestamp,
}

impl RecordAt {
    /// A record with this offset and time.
    pub fn new(offset: i64, time: Timestamp) -> Self {
        Self { offset, time }
    }
}

/// The offsets and records at the ends of a topic partition, as the partition's leader reports them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PartitionBounds {
    /// The first offset from which a consumer can read. In a compacted topic, the record at this offset may have been removed:
    /// [`first`](Self::first) is the first record that still exists.
    pub earliest: i64,
    /// The offset that comes after the last record; equal to `earliest` when there is nothing to read.
    pub latest: i64,
    /// The last stable offset, when it is known: a consumer that reads committed records only (`isolation.level`) does
    /// not read beyond it. It is below `latest` while a transaction is open.
    pub stable: Option<i64>,
    /// The first record that still exists and has a time; `None` when there is none.
    pub first: Option<RecordAt>,
    /// The first record at or after the time in the request to Kafka; `None` when there is no such record, or the request
    /// had no time.
    pub at: Option<RecordAt>,
}

impl PartitionBounds {
    /// Bounds without any record and without the last stable offset.
    pub fn new(earliest: i64, latest: i64) -> Self {
        Self {
            earliest,
            latest,
            stable: None,
            first: None,
            at: None,
        }
    }

    /// Sets the last stable offset.
    #[must_use]
    pub fn with_stable(mut self, stable: i64) -> Self {
        self.stable = Some(stable);
        self
    }

    /// The offset at which the first open transaction begins, or a little before it; `None` when no open transaction is
    /// known.
    pub fn open_transaction(&self) -> Option<i64> {
        self.stable.filter(|stable| *stable < self.latest)
    }

    /// Sets the first record that still exists and has a time.
    #[must_use]
    pub fn with_first(mut self, first: Option<RecordAt>) -> Self {
        self.first = first;
        self
    }

    /// Sets the first record at or after the time in the request to Kafka.
    #[must_use]
    pub fn with_record_at(mut self, at: Option<RecordAt>) -> Self {
        self.at = at;
        self
    }

    /// Whether the partition contains nothing that a consumer can read.
    pub fn is_empty(&self) -> bool {
        self.earliest >= self.latest
    }

    /// Whether a consumer whose position is `offset` continues from there. From any other offset, the consumer starts
    /// where its `auto.offset.reset` says.
    pub fn contains(&self, offset: i64) -> bool {
        (self.earliest..=self.latest).contains(&offset)
    }

    /// How many records are left to read from `offset`: an upper bound, because compacted records, transaction markers
    /// and records of open transactions are counted too. `None` when `offset` is outside the bounds.
    pub fn records_from(&self, offset: i64) -> Option<i64> {
        self.contains(offset).then(|| self.latest - offset)
    }
}
