//! Errors that xtask reports, written for the person who has to correct them.

use std::fmt::{self, Display};

pub(crate) type Result<T> = std::result::Result<T, Problems>;

/// One error: its location, what is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    place: String,
    message: String,
    help: Option<String>,
}

impl Problem {
    pub(crate) fn new(place: impl Display, message: impl Display) -> Self {
        Self {
            place: place.to_string(),
            message: message.to_string(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Display) -> Self {
        self.help = Some(help.to_string());
        self
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}: {}", self.place, self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// How many errors are shown, because one mistake can cause thousands.
const SHOWN: usize = 50;

/// All errors of a stage, collected so that one run shows all of them. In an `Err`, this is never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Adds an error: its location, what is wrong, and what to do about it.
    pub(crate) fn add(&mut self, place: impl Display, message: impl Display, help: impl Display) {
        self.push(Problem::new(place, message).help(help));
    }

    /// Adds the problems of `result` to these and returns its value, so that a stage can go on and find more problems.
    pub(crate) fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problems) => {
                self.0.extend(problems.0);
                None
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The problems for a report, each as one line without the word "error".
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |problem: &Problem| format!("{}: {}", problem.place, problem.message);
        self.0.iter().map(line).collect()
    }

    pub(crate) fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().take(SHOWN).map(Problem::to_string);
        f.write_str(&shown.collect::<Vec<_>>().join("\n"))?;
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more errors"),
        }
    }
}
