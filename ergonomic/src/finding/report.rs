//! The findings of a check, and the error made of them.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Code, Finding, Severity};

/// All findings of a check, in the order of the entries.
///
/// A report serializes as `{"findings":[…]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
#[non_exhaustive]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// A report of these findings, in this order.
    pub fn new(findings: Vec<Finding>) -> Self {
        Self { findings }
    }

    /// All findings: errors, warnings and notes.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Takes all findings out of the report.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// The findings that stop the request.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Error)
    }

    /// The findings that do not stop the request: warnings and notes.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.iter();
        findings.filter(|finding| finding.severity != Severity::Error)
    }

    /// The same report, in which the findings with these codes are notes, because the caller has accepted them. An
    /// error that means that the request is malformed stays an error ([`Finding::is_judgement`]).
    pub fn accept(mut self, codes: &[Code]) -> Self {
        for finding in &mut self.findings {
            if finding.is_judgement() && codes.contains(&finding.code) {
                finding.severity = Severity::Note;
            }
        }
        self
    }

    /// Whether the report has no error; it may have warnings and notes.
    pub fn is_valid(&self) -> bool {
        self.errors().next().is_none()
    }

    /// This report, with its warnings and notes, when it has no error.
    ///
    /// # Errors
    /// [`ValidationError`], with every finding, when the report has an error.
    pub fn into_result(self) -> Result<Self, ValidationError> {
        if self.is_valid() {
            Ok(self)
        } else {
            Err(ValidationError(self))
        }
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    }
}

/// The error for offsets that cannot be used as they are. Nothing was sent.
///
/// `Display` writes each error on its own line; [`ValidationError::report`] has all findings as data, warnings
/// included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ValidationError(Report);

impl ValidationError {
    /// A `ValidationError` with these findings. At least one must have the severity `Error`.
    pub fn new(findings: Vec<Finding>) -> Self {
        Self(Report::new(findings))
    }

    /// A `ValidationError` with one finding.
    pub(crate) fn of(finding: Finding) -> Self {
        Self::new(vec![finding])
    }

    /// A `ValidationError` with these findings; `Ok` when there are none.
    pub(crate) fn unless_empty(findings: Vec<Finding>) -> Result<(), Self> {
        if findings.is_empty() {
            return Ok(());
        }
        Err(Self::new(findings))
    }

    /// The report with all findings, at least one of which is an error.
    pub fn report(&self) -> &Report {
        &self.0
    }

    /// Takes the report with all findings out of this error.
    pub fn into_report(self) -> Report {
        self.0
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.errors().count();
        let noun = if count == 1 { "problem" } else { "problems" };
        write!(f, "the offsets have {count} {noun}:")?;
        for finding in self.0.errors() {
            write!(f, "\n  {finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ValidationError {}

/// Deserializes a report, and refuses a report without an error.
impl<'de> Deserialize<'de> for ValidationError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Report::deserialize(deserializer)?.into_result() {
            Ok(_) => Err(D::Error::custom("the report holds no error")),
            Err(invalid) => Ok(invalid),
        }
    }
}
