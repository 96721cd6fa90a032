//! What a check has to say: findings, reports of them, and the pieces that their messages are made of.
//!
//! Nothing here knows what is checked. Validation, plans and the reading of offsets all speak in findings.

mod code;
pub(crate) mod number;
mod report;
pub mod text;

use std::fmt;

pub use code::{Code, ParseCodeError};
pub use report::{Report, ValidationError};

use serde::{Deserialize, Serialize};

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

    /// Whether the person who asks can overrule it ([`Report::accept`]): what would happen is a matter of judgement, and a
    /// warning always is; an error that makes the request malformed is not.
    pub fn is_judgement(&self) -> bool {
        self.severity != Severity::Error || self.code.is_judgement()
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
