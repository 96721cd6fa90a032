//! What the suite found.

use std::fmt;

/// The findings of one run, in the order of the checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The statements of the service's documents, and whether each holds.
    pub facts: Vec<Finding>,
    /// The emulator's default assumptions, by the names of the members of [`Assumptions`](super::super::Assumptions),
    /// and whether each was confirmed.
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

/// Whether a fact or an assumption holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The fact or the assumption holds.
    Confirmed,
    /// The fact or the assumption does not hold.
    Refuted,
    /// This run could not decide whether the fact or the assumption holds.
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

    /// This report beside another one: each check with both verdicts and, when they differ, what each run saw.
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
            ("what the service's documents say", &self.facts),
            ("what the emulator assumes beyond them", &self.assumptions),
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
