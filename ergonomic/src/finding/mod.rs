//! What a check has to say: findings, reports of them, and the pieces that their messages are made of.
//!
//! Nothing here knows what is checked. Validation, plans and the reading of offsets all speak in findings.

pub(crate) mod number;
mod report;
pub mod text;

use std::fmt;

pub use report::{Report, ValidationError};

use serde::{Serialize, Serializer};

/// How much a [`Finding`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Severity {
    /// The request cannot become valid as it is, or nobody can say what it would do. It is not sent.
    Error,
    /// The request may well be right, but has the look of a known trap. It is sent.
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
