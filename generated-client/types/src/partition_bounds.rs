//! Where a partition of a topic begins and ends.

use crate::Timestamp;

/// A record of a partition: its offset and its time.
///
/// The time is the producer's or the broker's, as the topic is set (`message.timestamp.type`); a transaction's marker has an offset
/// and a time as well, though nobody reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RecordAt {
    /// The offset of the record.
    pub offset: i64,
    /// The time of the record, in whole milliseconds.
    pub time: Timestamp,
}

impl RecordAt {
    /// The record at `offset` with this time.
    pub fn new(offset: i64, time: Timestamp) -> Self {
        Self { offset, time }
    }
}

/// What a partition of a topic holds, as its leader said it when it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PartitionBounds {
    /// The first offset that can be read. In a compacted topic the record there may be gone: see [`first`](Self::first).
    pub earliest: i64,
    /// The offset that comes after the last record; equal to `earliest` when there is nothing to read.
    pub latest: i64,
    /// The last stable offset, when it is known: a consumer that reads committed records only (`isolation.level`) does not pass it.
    /// Below `latest` while a transaction is open.
    pub stable: Option<i64>,
    /// The first record that is there and has a time; `None` when there is none.
    pub first: Option<RecordAt>,
    /// The first record at or after the time that was asked for; `None` when there is none, or no time was asked for.
    pub at: Option<RecordAt>,
}

impl PartitionBounds {
    /// Bounds without any record known by its time.
    pub fn new(earliest: i64, latest: i64) -> Self {
        Self {
            earliest,
            latest,
            stable: None,
            first: None,
            at: None,
        }
    }

    /// The same, with the last stable offset.
    #[must_use]
    pub fn with_stable(mut self, stable: i64) -> Self {
        self.stable = Some(stable);
        self
    }

    /// Where the first open transaction begins, or a little before it; `None` when none is known to be open.
    pub fn open_transaction(&self) -> Option<i64> {
        self.stable.filter(|stable| *stable < self.latest)
    }

    /// The same, with the first record that is there.
    #[must_use]
    pub fn with_first(mut self, first: Option<RecordAt>) -> Self {
        self.first = first;
        self
    }

    /// The same, with the first record at or after the time that was asked for.
    #[must_use]
    pub fn with_record_at(mut self, at: Option<RecordAt>) -> Self {
        self.at = at;
        self
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.earliest >= self.latest
    }

    /// Whether a consumer at `offset` goes on there: anywhere else it falls back by its `auto.offset.reset`.
    pub fn contains(&self, offset: i64) -> bool {
        (self.earliest..=self.latest).contains(&offset)
    }

    /// How many records are left to read from `offset`, at most: compacted records, transaction markers and records of open
    /// transactions count as well. `None` when `offset` is outside the bounds.
    pub fn records_from(&self, offset: i64) -> Option<i64> {
        self.contains(offset).then(|| self.latest - offset)
    }
}
