//! Offsets of the Couchbase source.

use crate::finding::{Code, Finding, ValidationError};
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::OffsetFormat;
use crate::offset::findings::nulls;
use crate::offset::format::offset_format;
use crate::offset::moves::Move;
use crate::offset::position::{Position, Unit};
use crate::offset::value::{Value, not_empty, wrong};

offset_format! {
    /// The position of a Couchbase source in one partition (vBucket) of a bucket.
    ///
    /// The number of the partition is a **string** of digits. A JSON number would name a partition that the connector
    /// never reads. The format comes from the connector's source code.
    CouchbaseSource: FORMAT
    required {
        /// The name of the bucket.
        partition "bucket" bucket: String as &str;
        /// The number of the partition, as digits.
        partition "partition" partition: String as &str;
        /// The sequence number of the last change that was read.
        offset "bySeqno" by_seqno: i64 as i64;
    }
    optional {
        /// The name of the connector. Not every partition has this member.
        partition "connector" connector: String as &str;
        /// The id of the partition's history, in which the sequence numbers are valid.
        offset "vbuuid" vbuuid: i64 as i64;
        /// The id of the collections manifest.
        offset "collectionsManifestUid" collections_manifest_uid: i64 as i64;
        /// The first sequence number of the snapshot, at most `bySeqno`.
        offset "snapshotStartSeqno" snapshot_start_seqno: i64 as i64;
        /// The last sequence number of the snapshot, at least `bySeqno`.
        offset "snapshotEndSeqno" snapshot_end_seqno: i64 as i64;
    }
    moves {
        /// The same partition at another sequence number.
        ///
        /// When the entry has `snapshotStartSeqno` and `snapshotEndSeqno`, these are set to the same number, because
        /// the sequence number must lie between them.
        move_to(by_seqno: i64) = Coordinate::Sequence(by_seqno);
    }
}

impl CouchbaseSource {
    /// An entry for the partition with the number `partition`, at the sequence number of the last change that counts as
    /// read.
    ///
    /// # Errors
    /// When `bucket` is empty.
    pub fn new(
        bucket: impl Into<String>,
        partition: u16,
        by_seqno: i64,
    ) -> Result<Self, ValidationError> {
        Self::of(bucket.into(), partition.to_string(), by_seqno)
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.bucket", &self.bucket, out);
        if self.partition.is_empty() || !self.partition.bytes().all(|b| b.is_ascii_digit()) {
            let fault = wrong("a string of digits", &self.partition.write());
            out.push(fault.at("partition.partition".to_owned()));
        }
        if self.by_seqno < 0 {
            let read = format!(
                "must be 0 or more, but is {}; the server reads it as {}",
                self.by_seqno,
                self.by_seqno.cast_unsigned()
            );
            out.push(Finding::error("offset.bySeqno", Code::OutOfRange, read));
        }
        let mut outside = |path: &str, relation: &str, seqno: i64| {
            out.push(Finding::error(
                path,
                Code::TaskWouldFail,
                format!(
                    "must be {relation} bySeqno ({}), but is {seqno}; the task fails",
                    self.by_seqno
                ),
            ));
        };
        if let Some(start) = self.snapshot_start_seqno.filter(|s| *s > self.by_seqno) {
            outside("offset.snapshotStartSeqno", "at most", start);
        }
        if let Some(end) = self.snapshot_end_seqno.filter(|e| *e < self.by_seqno) {
            outside("offset.snapshotEndSeqno", "at least", end);
        }
    }
}

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "couchbase",
    title: "Couchbase source",
    managed: &["CouchbaseSource"],
    self_managed: &["com.couchbase.connect.kafka.CouchbaseSourceConnector"],
    evidence: "the connector's source code",
    partitions: &[
        &["bucket", "partition"],
        &["bucket", "partition", "connector"],
    ],
    signature: &["bySeqno"],
    fixed: Some(("bucket", &["couchbase.bucket"])),
    check: |case, out| {
        let keys = [
            "vbuuid",
            "snapshotStartSeqno",
            "snapshotEndSeqno",
            "collectionsManifestUid",
        ];
        nulls(case, &keys, out);
    },
    unplaced: Code::TaskWouldFail,
    without_position: "has no `bySeqno`; the task fails",
    position: |fields| {
        let seqno = fields.whole("bySeqno")?;
        // Sequence numbers of different histories cannot be compared, so the position contains its history.
        let history = fields.whole("vbuuid").filter(|history| *history != 0);
        let history = history.map_or_else(String::new, |history| history.to_string());
        let keys = [(seqno.into(), Some(Unit::Sequence))];
        Some(Position::within(history, keys, seqno.to_string()))
    },
    before_start: "goes back to {}; changes that compaction has removed since then are not emitted again",
    past_end: "goes ahead to {}; if the partition has not reached this position, the server rolls the stream back (*assumed*)",
    queries: &[(
        "the current sequence numbers",
        "cbstats HOST:11210 -b BUCKET vbucket-seqno",
    )],
    rules: &[
        "`snapshotStartSeqno` ≤ `bySeqno` ≤ `snapshotEndSeqno` must hold, or the task fails. The task also fails on a member that is null. `vbuuid` names the history that the numbers belong to.",
    ],
    going: &[
        "Set `bySeqno`. If `snapshotStartSeqno` and `snapshotEndSeqno` are present, set them to the same number.",
    ],
    moves: &[Move {
        adjust: |offset, to| {
            for key in ["snapshotStartSeqno", "snapshotEndSeqno"] {
                if offset.text(key).is_some_and(|text| text != "null") {
                    offset.set_text(key, &to.to_json());
                }
            }
            Ok(())
        },
        ..Move::of("sequence", "bySeqno")
    }],
    ..CouchbaseSource::FACTS
};
