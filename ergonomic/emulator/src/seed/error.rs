//! What can be wrong with a seed.

use std::fmt;

/// A seed that cannot be used; the text names the place.
#[derive(Debug)]
pub struct SeedError(String);

impl SeedError {
    pub(super) fn new(problem: impl fmt::Display) -> Self {
        Self(problem.to_string())
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SeedError {}
