//! What a check found, and the error made of it.

use std::fmt;

use serde::Serialize;

use super::finding::{Finding, Severity};

/// Everything a check found, in the order of the entries.
///
/// Serialised as `{"findings":[…]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use]
#[non_exhaustive]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(findings: Vec<Finding>) -> Self {
        Self { findings }
    }

    /// All findings, errors and warnings.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// All findings, taken out of the report.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// The findings that stop the request.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Error)
    }

    /// The findings that do not stop it.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Warning)
    }

    /// Whether there is no error; warnings may remain.
    pub fn is_valid(&self) -> bool {
        self.errors().next().is_none()
    }

    /// This report, with its warnings, when it is valid.
    ///
    /// # Errors
    /// [`Invalid`], with every violation, when it is not.
    pub fn into_result(self) -> Result<Self, Invalid> {
        if self.is_valid() {
            Ok(self)
        } else {
            Err(Invalid(self))
        }
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    }
}

/// The offsets cannot be used as they are. Nothing was sent.
///
/// `Display` lists every violation on its own line; [`Invalid::report`] has them as data, warnings included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Invalid(Report);

impl Invalid {
    /// `findings` has at least one error.
    pub(crate) fn new(findings: Vec<Finding>) -> Self {
        Self(Report::new(findings))
    }

    /// The report behind this error; it has at least one error.
    pub fn report(&self) -> &Report {
        &self.0
    }

    /// The report behind this error, taken out of it.
    pub fn into_report(self) -> Report {
        self.0
    }
}

impl fmt::Display for Invalid {
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

impl std::error::Error for Invalid {}
