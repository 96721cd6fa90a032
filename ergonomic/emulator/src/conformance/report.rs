//! What the suite found.

use std::fmt;

/// The findings of one run, in the order of the checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The statements of the service's documents, and whether each holds.
    pub facts: Vec<Finding>,
    /// The emulator's default assumptions, by the names of the members of [`Assumptions`](super::super::Assumptions), and
    /// whether each was confirmed.
    pub assumptions: Vec<Finding>,
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the fact or assumption.
    pub name: &'static str,
    /// The result.
    pub verdict: Verdict,
    /// What was seen.
    pub seen: String,
}

/// Whether a fact or an assumption holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It holds.
    Confirmed,
    /// It does not hold.
    Refuted,
    /// This run could not decide it.
    NotTested,
}

impl From<bool> for Verdict {
    fn from(holds: bool) -> Self {
        if holds {
            Self::Confirmed
        } else {
            Self::Refuted
        }
    }
}

impl Report {
    /// Whether no fact was refuted.
    pub fn facts_hold(&self) -> bool {
        self.facts.iter().all(|f| f.verdict != Verdict::Refuted)
    }

    /// The finding on one assumption, by its name.
    pub fn assumption(&self, name: &str) -> Option<&Finding> {
        self.assumptions.iter().find(|finding| finding.name == name)
    }

    /// This report beside another one. Each line has a name, both verdicts and, when they differ, what the other run saw.
    pub fn beside(&self, other: &Self) -> String {
        let mut out = format!("{:<48} {:<10} other\n", "conformance", "this");
        let own = self.facts.iter().chain(&self.assumptions);
        for finding in own {
            let mut all = other.facts.iter().chain(&other.assumptions);
            let found = all.find(|other| other.name == finding.name);
            let verdict = found.map_or(Verdict::NotTested, |found| found.verdict);
            let seen = found.filter(|found| found.verdict != finding.verdict);
            let seen = seen.map_or("", |found| &found.seen);
            out += &format!(
                "{:<48} {:<10} {verdict:<10} {seen}",
                finding.name, finding.verdict
            );
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
        out
    }

    pub(super) fn fact(&mut self, name: &'static str, holds: bool, seen: impl fmt::Display) {
        self.facts.push(Finding {
            name,
            verdict: holds.into(),
            seen: seen.to_string(),
        });
    }

    pub(super) fn assume(
        &mut self,
        name: &'static str,
        verdict: impl Into<Verdict>,
        seen: impl fmt::Display,
    ) {
        self.assumptions.push(Finding {
            name,
            verdict: verdict.into(),
            seen: seen.to_string(),
        });
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Confirmed => "confirmed",
            Self::Refuted => "REFUTED",
            Self::NotTested => "not tested",
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, findings) in [("facts", &self.facts), ("assumptions", &self.assumptions)] {
            writeln!(f, "{title}")?;
            for finding in findings {
                writeln!(
                    f,
                    "  {:<10} {:<48} {}",
                    finding.verdict, finding.name, finding.seen
                )?;
            }
        }
        Ok(())
    }
}
