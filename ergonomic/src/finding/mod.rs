//! What a check has to say: findings, reports of them, and the pieces that their messages are made of.
//!
//! Nothing here knows what is checked. Validation, plans and the reading of offsets all speak in findings.

pub(crate) mod number;
mod report;
pub mod text;

use std::fmt;
use std::str::FromStr;

pub use report::{Report, ValidationError};

use serde::{Serialize, Serializer};

/// How much a [`Finding`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Severity {
    /// The request cannot become valid as it is, or nobody can say what it would do. It is not sent.
    Error,
    /// The request may well be right, but does something that people rarely want. It is sent.
    Warning,
    /// Nothing speaks against the request, but only the database can tell whether it does what is meant: a condition,
    /// with the query that answers it. It is sent.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $text:literal,)+) => {
        /// What a [`Finding`] is about, for programs. New codes may be added; texts of existing ones stay.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])+ $name,)+
        }

        impl Code {
            /// Every code that this version knows.
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
    /// A member that nobody reads, often a misspelt one.
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
    /// The request would change nothing, but still stop the connector for a while.
    NothingChanges = "nothing-changes",
    /// The sample of the offsets that a plan was made from does not show the last alteration, so what it shows as
    /// before may not be so any more.
    StaleSample = "stale-sample",
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
    TaskFails = "task-fails",
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
    /// Whether a finding with this code is a judgement, which the person who asks can overrule
    /// ([`Report::accept`]). The others say that a request is malformed.
    pub fn is_judgement(self) -> bool {
        !matches!(
            self,
            Self::EmptyRequest
                | Self::EntryNotObject
                | Self::DuplicateMember
                | Self::InvalidTopic
                | Self::NestedValue
                | Self::DuplicatePartition
                | Self::NotJson
                | Self::SinkOnly
                | Self::NoPosition
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

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One thing that a check has to say: where, what, and what to do about it.
///
/// Serialised as an object with these fields; `suggestion` is left out when there is none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// Whether it stops the request.
    pub severity: Severity,
    /// Where, as a path into the request body: `offsets[3].offset.kafka_offset`.
    pub path: String,
    /// What, for programs.
    pub code: Code,
    /// What, for people: continues the path into a sentence.
    pub message: String,
    /// What to write or do instead, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Finding {
    /// An error: `message` continues `path` into a sentence.
    pub fn error(path: String, code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path,
            code,
            message: message.into(),
            suggestion: None,
        }
    }

    /// A note: `message` continues `path` into a sentence.
    pub fn note(path: String, code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(path, code, message)
        }
    }

    /// A warning: `message` continues `path` into a sentence.
    pub fn warning(path: String, code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(path, code, message)
        }
    }

    /// Adds what to write or do instead.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}

/// `path: message (suggestion)`, on one line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " ({suggestion})"),
            None => Ok(()),
        }
    }
}
