//! What a check has to say: findings, reports of them, and the pieces that their messages are made of.
//!
//! Nothing here knows what is checked. Validation, plans and the reading of offsets all speak in findings.

pub(crate) mod number;
mod report;
pub mod text;

use std::fmt;

pub use report::{Report, ValidationError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How much a [`Finding`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Severity {
    /// Of a request: it cannot become valid as it is, or nobody can say what it would do, and it is not sent. Of an
    /// [`Outcome`](crate::Outcome): it is not what was planned.
    Error,
    /// Of a request: it may well be right, but resembles a known mistake, and is sent. Of an
    /// [`Outcome`](crate::Outcome): it could not be seen.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
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
    /// A known trap of one connector's offset format.
    FormatTrap = "format-trap",
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
    /// A file holds the offsets of another connector, or of the same one elsewhere.
    OtherConnector = "other-connector",
    /// The sample of the offsets that a plan was made from does not show the last alteration, so what it shows as
    /// before may not be so any more.
    StaleSample = "stale-sample",
    /// An alteration cannot be undone, because the service does not say what was before it.
    NothingToRestore = "nothing-to-restore",
    /// An alteration has not ended yet.
    NotEnded = "not-ended",
    /// A sink delivers records again.
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

/// One thing that a check has to say: where, what, and what to do about it.
///
/// Serialised as an object with these fields; `suggestion` is left out when there is none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// Whether it stops the request.
    pub severity: Severity,
    /// Where, as a path into the request body, or into the outcome: `offsets[3].offset.kafka_offset`, `partitions[0]`.
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
