//! The report of the conformance suite.

use std::fmt;

/// The findings of one run, in the order of the checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The statements of the service's documents, and whether each of them is true.
    pub facts: Vec<Finding>,
    /// The emulator's default assumptions, and whether each of them was confirmed. Their names are those of the members of
    /// [`Assumptions`](super::super::Assumptions).
    pub assumptions: Vec<Finding>,
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the fact or assumption.
    pub name: &'static str,
    /// Whether the fact or the assumption is true.
    pub verdict: Verdict,
    /// The reply, or the part of it, from which the verdict was made.
    pub seen: String,
}

impl Finding {
    pub(super) fn new(
        name: &'static str,
        verdict: impl Into<Verdict>,
        seen: impl fmt::Display,
    ) -> Self {
        Self {
            name,
            verdict: verdict.into(),
            seen: seen.to_string(),
        }
    }
}

/// Whether a fact or an assumption is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The fact or the assumption is true.
    Confirmed,
    /// The fact or the assumption is false.
    Refuted,
    /// This run could not decide whether the fact or the assumption is true.
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
    /// Returns true when no fact was refuted.
    pub fn facts_hold(&self) -> bool {
        self.facts.iter().all(|f| f.verdict != Verdict::Refuted)
    }

    /// Compares this report with another one. The text has one line for each check with the two verdicts. When the verdicts
    /// differ, it also has the replies that each run saw. `names` are the names of the two runs, this one first.
    pub fn beside(&self, other: &Self, names: [&str; 2]) -> String {
        let mut out = String::new();
        for ((title, own), (_, others)) in self.parts().into_iter().zip(other.parts()) {
            out += &format!("{title:<52} {:<10} {}\n", names[0], names[1]);
            for finding in own {
                let found = others.iter().find(|other| other.name == finding.name);
                let verdict = found.map_or(Verdict::NotTested, |found| found.verdict);
                out += &format!("  {:<50} {:<10} {verdict}\n", finding.name, finding.verdict);
                let seen = [Some(finding), found].into_iter().zip(names);
                for (finding, name) in seen.filter(|_| verdict != finding.verdict) {
                    let seen = finding.map_or("nothing", |finding| &finding.seen);
                    out += &format!("    {name} saw: {seen}\n");
                }
            }
        }
        out
    }

    fn parts(&self) -> [(&str, &[Finding]); 2] {
        [
            ("facts in the service's documents", &self.facts),
            ("assumptions of the emulator", &self.assumptions),
        ]
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
        for (title, findings) in self.parts() {
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
