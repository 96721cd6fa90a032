//! Findings of checks, reports of them, and the parts of their messages.
//!
//! This module does not depend on what is checked. Validation, plans and the parsing of offsets use it.

mod code;
pub(crate) mod number;
mod report;
pub mod text;

use std::fmt;

pub use code::{Code, ParseCodeError};
pub use report::{Report, ValidationError};

use serde::{Deserialize, Serialize};

use crate::named::named;

named! {
    /// The severity of a [`Finding`].
    #[derive(PartialOrd, Ord, Deserialize)]
    #[non_exhaustive]
    pub enum Severity {
        /// In a check of a request: the request is malformed, or its effect is unpredictable or harmful, and it is not
        /// sent. In an [`Outcome`](crate::Outcome): something contradicts the plan.
        Error = "error",
        /// In a check of a request: the request resembles a known mistake, but may be correct, and it is sent. In an
        /// [`Outcome`](crate::Outcome): something could not be seen.
        Warning = "warning",
        /// A condition that only the database can check, with a query that checks it; or a finding that the caller has
        /// accepted. The request is sent.
        Note = "note",
    }
}

/// One result of a check: the path, what is found there, and what to do about it.
///
/// A finding serializes as an object with these fields; `suggestion` is left out when there is none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// Whether the finding stops the request.
    pub severity: Severity,
    /// The path in the request body, or in the outcome: `offsets[3].offset.kafka_offset`, `partitions[0]`.
    pub path: String,
    /// The subject of the finding, for programs.
    pub code: Code,
    /// The message for people. `path` and `message` together read as one sentence.
    pub message: String,
    /// What to write or do instead, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Finding {
    /// An error. `path` and `message` together read as one sentence.
    pub fn error(path: impl Into<String>, code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path: path.into(),
            code,
            message: message.into(),
            suggestion: None,
        }
    }

    /// A note. `path` and `message` together read as one sentence.
    pub fn note(path: impl Into<String>, code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(path, code, message)
        }
    }

    /// A warning. `path` and `message` together read as one sentence.
    pub fn warning(path: impl Into<String>, code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(path, code, message)
        }
    }

    /// Whether the caller can overrule the finding ([`Report::accept`]). A warning can always be overruled. An error
    /// can be overruled when it is a judgement of the effect. It cannot be overruled when the request is malformed, or
    /// when there is no request to send.
    pub fn is_judgement(&self) -> bool {
        self.severity != Severity::Error || self.code.is_judgement()
    }

    /// Adds what to write or do instead, when it is known.
    #[must_use]
    pub(crate) fn suggest_any(self, suggestion: Option<impl Into<String>>) -> Self {
        let suggestion = suggestion.map(Into::into);
        Self { suggestion, ..self }
    }

    /// Adds the name that was probably meant, when there is one.
    #[must_use]
    pub(crate) fn did_you_mean(self, meant: Option<&str>) -> Self {
        self.suggest_any(meant.map(|meant| format!("did you mean `{meant}`?")))
    }

    /// Adds what to write or do instead.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}

/// Shows the finding on one line: `path: message (suggestion)`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " ({suggestion})"),
            None => Ok(()),
        }
    }
}
