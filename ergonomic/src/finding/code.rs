//! What findings are about, for programs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text;

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $text:literal,)+) => {
        /// What a [`Finding`](super::Finding) is about, for programs. New codes may be added; texts of existing ones stay.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])+ $name,)+
        }

        impl Code {
            /// Every code of this version.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code in kebab-case, such as `out-of-range`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

codes! {
    /// Nothing is listed, and an empty list would be refused (PATCH) or mean everything (DELETE).
    EmptyRequest = "empty-request",
    /// An element of the list is not a JSON object.
    EntryNotObject = "entry-not-object",
    /// A member that must be there is not.
    MissingMember = "missing-member",
    /// A member is null where a value is needed.
    NullMember = "null-member",
    /// A member that is not read, often a misspelt one.
    UnknownMember = "unknown-member",
    /// The same key appears twice in one object; which one counts depends on who reads it.
    DuplicateMember = "duplicate-member",
    /// An object without any member where one is expected.
    EmptyMember = "empty-member",
    /// A value of the wrong JSON type.
    WrongType = "wrong-type",
    /// A number, or a string in the place of one, that is not a whole number.
    NotAnInteger = "not-an-integer",
    /// A whole number outside the range of its field.
    OutOfRange = "out-of-range",
    /// A name that no Kafka topic can have.
    InvalidTopic = "invalid-topic",
    /// An object or an array where Kafka Connect stores plain values only.
    NestedValue = "nested-value",
    /// The same partition is listed twice.
    DuplicatePartition = "duplicate-partition",
    /// Entries of a sink and of a source stand together.
    MixedKinds = "mixed-kinds",
    /// The connector's current offsets do not know the partition.
    UnknownPartition = "unknown-partition",
    /// The connector knows the partition, but writes a value of it in another form, as `1` or `1.0` or `"1"`.
    PartitionForm = "partition-form",
    /// A value has another JSON type than the connector itself writes there.
    TypeDiffers = "type-differs",
    /// A reset names a position, which has no effect.
    PositionIgnored = "position-ignored",
    /// The text is not JSON.
    NotJson = "not-json",
    /// Asked of a source what only a sink can do.
    SinkOnly = "sink-only",
    /// A partition has no current position to start from.
    NoPosition = "no-position",
    /// A relative move was cut short at the beginning of the partition.
    Clamped = "clamped",
    /// A new position may lie past the end of its partition.
    PastEnd = "past-end",
    /// A position is outside what the topic holds, so the connector falls back to where it starts without one.
    OutsideTopic = "outside-topic",
    /// No record is as late as the time that was asked for, so the end of the partition is meant.
    NoRecordSince = "no-record-since",
    /// A partition holds no record.
    EmptyPartition = "empty-partition",
    /// The time that was asked for lies before the first record that the partition still holds.
    BeforeFirstRecord = "before-first-record",
    /// What is found at a time is much later than that time.
    LaterRecord = "later-record",
    /// Records are gone from between the others, so counts of records are upper bounds.
    CountsAtMost = "counts-at-most",
    /// Where the partition begins and ends is not known.
    BoundsUnknown = "bounds-unknown",
    /// The request would change nothing, but still stop the connector for a while.
    NothingChanges = "nothing-changes",
    /// A file holds the offsets of another connector, or of the same one elsewhere.
    OtherConnector = "other-connector",
    /// The sample of the offsets that a plan was made from does not show the last alteration, so what it shows as
    /// before may not be so any more.
    StaleSample = "stale-sample",
    /// An alteration cannot be undone, because the service does not say what was before it.
    NothingToRestore = "nothing-to-restore",
    /// An alteration has not ended yet.
    NotEnded = "not-ended",
    /// Records that were delivered already are delivered again.
    DeliveredAgain = "delivered-again",
    /// How fast a sink reads is not known, so it may read past the new position before it stops.
    SpeedUnknown = "speed-unknown",
    /// A partition went another way than planned, because it had moved on before the connector stopped.
    OtherDirection = "other-direction",
    /// A later sample shows a partition where it stood before the alteration.
    NotMoved = "not-moved",
    /// A later sample shows a partition where the alteration cannot have led it.
    MovedElsewhere = "moved-elsewhere",
    /// The alteration failed, and yet a partition was altered.
    MovedThoughFailed = "moved-though-failed",
    /// The connector is FAILED.
    ConnectorFailed = "connector-failed",
    /// A task of the connector is FAILED.
    TaskFailed = "task-failed",
    /// The connector has another state than before the alteration.
    StateChanged = "state-changed",
    /// Where a partition stood when the connector stopped is not known.
    PreviousUnknown = "previous-unknown",
    /// No later sample shows whether a partition stands where it was put.
    Unconfirmed = "unconfirmed",
    /// The state of the connector could not be read.
    StateUnknown = "state-unknown",
    /// Only the database knows whether it still holds what lies at the new position.
    BeforeStart = "before-start",
    /// The connector does not read this partition, so its position would have no effect.
    NeverRead = "never-read",
    /// The offset has nothing of the connector's format, or is one of another connector.
    ForeignOffset = "foreign-offset",
    /// A member keeps the value of the old position, and overrides or misleads the new one.
    StaleMember = "stale-member",
    /// A member changes that the connector does not read, so the position stays what it is.
    NoEffect = "no-effect",
    /// The offset has no member that is a position.
    MissingPosition = "missing-position",
    /// The connector would read everything again from the beginning.
    StartsOver = "starts-over",
    /// The offset is accepted, but the connector's task fails on it at its start.
    TaskWouldFail = "task-would-fail",
    /// Records after the new position would not be read.
    SkipsRecords = "skips-records",
    /// The connector would take a whole new snapshot.
    SnapshotAgain = "snapshot-again",
    /// A snapshot in progress would be given up, and the rest of its rows never read.
    SnapshotEnds = "snapshot-ends",
    /// The offset brings back the progress of an incremental snapshot.
    SnapshotResumes = "snapshot-resumes",
    /// The GTIDs that the connector stores are left out.
    GtidsMissing = "gtids-missing",
    /// Old and new position cannot be compared.
    Incomparable = "incomparable",
    /// A position is so far away that a digit or a unit may be wrong.
    LargeJump = "large-jump",
    /// A time looks as if it were in another unit.
    WrongUnit = "wrong-unit",
    /// A time lies in the future.
    FutureTime = "future-time",
    /// Which clock a time belongs to depends on the column and on a setting of the connector.
    TimeZone = "time-zone",
    /// The service shows a position that it cannot alter.
    NotAlterable = "not-alterable",
    /// Kafka Connect itself refuses the value.
    Refused = "refused",
    /// Without its position, the partition falls back to an older one that is stored elsewhere.
    FallsBack = "falls-back",
    /// The connector keeps a position in another place too, which no alteration reaches.
    KeptElsewhere = "kept-elsewhere",
    /// The partition would go back to where it stood when the file was made.
    GoesBack = "goes-back",
    /// The connector does not move by this kind of coordinate.
    WrongCoordinate = "wrong-coordinate",
    /// The class of the connector is not known, so its format is not either.
    ClassUnknown = "class-unknown",
}

impl Code {
    /// Whether an error with this code is a judgement, which the person who asks can overrule
    /// ([`Report::accept`](super::Report::accept)). The others say that a request is malformed.
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
        )
    }
}

/// The text is not the code of a finding.
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

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let found = Self::ALL.iter().find(|code| code.as_str() == text);
        found.copied().ok_or_else(|| {
            serde::de::Error::custom(format_args!("{text:?} is not a code of this version"))
        })
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
