//! The codes of findings, which tell a program what a finding is about.

use std::fmt;
use std::str::FromStr;

use super::text;
use crate::named::{named, read_by_name};

named! {
    /// The subject of a [`Finding`](super::Finding), for programs. New codes may be added; the texts of existing codes
    /// do not change.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Code {
        /// The list of the request is empty. The service would refuse such a PATCH, and would reset every partition for
        /// such a DELETE.
        EmptyRequest = "empty-request",
        /// An element of the request's list is not a JSON object.
        EntryNotObject = "entry-not-object",
        /// A required member is absent.
        MissingMember = "missing-member",
        /// A member is null where a value is needed.
        NullMember = "null-member",
        /// A member is unknown to Kafka Connect or to the connector, often because its key is misspelt.
        UnknownMember = "unknown-member",
        /// The same key appears twice in one object, and programs differ in which of the two values they use.
        DuplicateMember = "duplicate-member",
        /// An object has no members, or a name is empty, although members or a name are needed.
        EmptyMember = "empty-member",
        /// A value has the wrong JSON type.
        WrongType = "wrong-type",
        /// A value that must be a whole number is not a whole number.
        NotAnInteger = "not-an-integer",
        /// A whole number is outside of the range of its field.
        OutOfRange = "out-of-range",
        /// The name of a topic is one that no Kafka topic can have.
        InvalidTopic = "invalid-topic",
        /// A value is an object or an array, but Kafka Connect stores only plain values here.
        NestedValue = "nested-value",
        /// The request lists the same partition twice.
        DuplicatePartition = "duplicate-partition",
        /// The list contains entries of a sink and of a source.
        MixedKinds = "mixed-kinds",
        /// The connector's current offsets do not contain the partition.
        UnknownPartition = "unknown-partition",
        /// The connector has the partition, but writes one of its values in another form, such as `"1"` instead of `1`.
        PartitionForm = "partition-form",
        /// A value has another JSON type than the value that the connector itself writes for this member.
        TypeDiffers = "type-differs",
        /// A reset has a position, which has no effect.
        PositionIgnored = "position-ignored",
        /// The text that should contain offsets is not JSON.
        NotJson = "not-json",
        /// The request asks a source for a change that only a sink supports.
        SinkOnly = "sink-only",
        /// A change needs a position of a partition, such as the current one for a shift, but there is none.
        NoPosition = "no-position",
        /// A relative move would end before the beginning of the partition, so it ends at the beginning.
        Clamped = "clamped",
        /// A new position may be past the end of its partition.
        PastEnd = "past-end",
        /// A position is outside of the offsets that the topic holds, so the connector would start at the offset that
        /// its `auto.offset.reset` chooses.
        OutsideTopic = "outside-topic",
        /// No record is at or after the requested time, so the partition moves to its end.
        NoRecordSince = "no-record-since",
        /// A partition holds no record.
        EmptyPartition = "empty-partition",
        /// The requested time is before the first record that the partition still holds.
        BeforeFirstRecord = "before-first-record",
        /// The first record at or after the requested time is much later than that time.
        LaterRecord = "later-record",
        /// Some records between those that the topic partition still holds have been removed, so counts of records are
        /// upper bounds.
        CountsAtMost = "counts-at-most",
        /// It is not known at which offsets the topic partition begins and ends.
        BoundsUnknown = "bounds-unknown",
        /// The request would change nothing, but would still stop a running connector for a while.
        NothingChanges = "nothing-changes",
        /// A file holds the offsets of another connector, or of a connector of the same name in another environment or
        /// cluster.
        OtherConnector = "other-connector",
        /// The sample from which a plan was made does not show the last alteration, so its positions may be out of
        /// date.
        StaleSample = "stale-sample",
        /// An alteration cannot be undone, because the service does not report the offsets from before the alteration.
        NothingToRestore = "nothing-to-restore",
        /// An alteration has not ended yet.
        NotEnded = "not-ended",
        /// The sink delivers records again that it has already delivered.
        DeliveredAgain = "delivered-again",
        /// It is not known how fast a sink reads, so it may read past the new position before it stops.
        SpeedUnknown = "speed-unknown",
        /// A partition moved in another direction than planned, because the connector had continued to read before it
        /// stopped.
        OtherDirection = "other-direction",
        /// A later sample shows a partition at its position from before the alteration.
        NotMoved = "not-moved",
        /// A later sample shows a partition at a position that the alteration cannot have led to.
        MovedElsewhere = "moved-elsewhere",
        /// The alteration failed, but a partition was altered nevertheless.
        MovedThoughFailed = "moved-though-failed",
        /// The connector is FAILED.
        ConnectorFailed = "connector-failed",
        /// A task of the connector is FAILED.
        TaskFailed = "task-failed",
        /// The connector has another state than before the alteration.
        StateChanged = "state-changed",
        /// The position of a partition before the alteration is not known.
        PreviousUnknown = "previous-unknown",
        /// No later sample shows whether a partition is at its new position.
        Unconfirmed = "unconfirmed",
        /// The state of the connector could not be read.
        StateUnknown = "state-unknown",
        /// Only the database can tell whether it still holds the data at the new position.
        BeforeStart = "before-start",
        /// The connector does not read this partition, so its position would have no effect.
        NeverRead = "never-read",
        /// The offset has no member of the connector's format, or is an offset of another connector.
        ForeignOffset = "foreign-offset",
        /// A member keeps the value that belongs to the old position, and overrides or distorts the new position.
        StaleMember = "stale-member",
        /// The request changes only members that the connector does not read, so the position stays as it is.
        NoEffect = "no-effect",
        /// The offset has none of the members that give a position.
        MissingPosition = "missing-position",
        /// The connector would read everything again from the beginning.
        StartsOver = "starts-over",
        /// The offset is accepted, but the connector's task fails when it starts from this offset.
        TaskWouldFail = "task-would-fail",
        /// Records after the new position would not be read.
        SkipsRecords = "skips-records",
        /// The connector would take a complete new snapshot.
        SnapshotAgain = "snapshot-again",
        /// A snapshot in progress would be abandoned, and the rest of its rows would never be read.
        SnapshotEnds = "snapshot-ends",
        /// The offset brings back the progress of an incremental snapshot.
        SnapshotResumes = "snapshot-resumes",
        /// The offset leaves out the GTIDs, which the connector's current offset has.
        GtidsMissing = "gtids-missing",
        /// The old and the new position cannot be compared.
        Incomparable = "incomparable",
        /// A position is so far from the old one that a digit or a unit may be wrong.
        LargeJump = "large-jump",
        /// A number seems to have been rounded by a program that calculates in doubles.
        Rounded = "rounded",
        /// A time seems to be in another unit than the one that the connector reads.
        WrongUnit = "wrong-unit",
        /// A time lies in the future.
        FutureTime = "future-time",
        /// The time zone of a time depends on the column and on a setting of the connector.
        TimeZone = "time-zone",
        /// The service shows the partition without a position; if that lasts, no alteration changes the position.
        NotAlterable = "not-alterable",
        /// Kafka Connect itself refuses the value.
        Refused = "refused",
        /// After its reset, the partition falls back to an older position, which the connector has stored for another
        /// form of the partition.
        FallsBack = "falls-back",
        /// The connector keeps a position in another system too, which an alteration does not change.
        KeptElsewhere = "kept-elsewhere",
        /// An entry of a file would move its partition back from the current position.
        GoesBack = "goes-back",
        /// The connector does not support this kind of coordinate.
        WrongCoordinate = "wrong-coordinate",
        /// The class of the connector is not known, and so its format is not known.
        ClassUnknown = "class-unknown",
    }
}

impl Code {
    /// Every code of this version.
    pub const ALL: &'static [Self] = Self::VALUES;

    /// Whether an error with this code is a judgement, which the caller can overrule
    /// ([`Report::accept`](super::Report::accept)). All other errors mean that the request is malformed, or that there
    /// is no request to send.
    pub fn is_judgement(self) -> bool {
        !matches!(
            self,
            Self::EmptyRequest
                | Self::EntryNotObject
                | Self::DuplicateMember
                | Self::MissingMember
                | Self::NullMember
                | Self::WrongType
                | Self::NotAnInteger
                | Self::OutOfRange
                | Self::UnknownMember
                | Self::InvalidTopic
                | Self::NestedValue
                | Self::DuplicatePartition
                | Self::NotJson
                | Self::SinkOnly
                | Self::NoPosition
                | Self::BoundsUnknown
                | Self::WrongCoordinate
                | Self::NothingToRestore
                | Self::NotEnded
        )
    }
}

/// The error for a text that is not the code of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseCodeError {
    text: String,
}

impl fmt::Display for ParseCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not the code of a finding",
            text::excerpt(&self.text)
        )?;
        match text::closest(&self.text, Code::ALL.iter().map(|code| code.as_str())) {
            Some(meant) => write!(f, "; did you mean `{meant}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ParseCodeError {}

/// # Errors
/// [`ParseCodeError`] when no code has this text.
impl FromStr for Code {
    type Err = ParseCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = Self::ALL.iter().find(|code| code.as_str() == text);
        code.copied().ok_or_else(|| ParseCodeError {
            text: text.to_owned(),
        })
    }
}

read_by_name!(Code);
