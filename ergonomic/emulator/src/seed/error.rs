//! The error of a seed that cannot be used.

use std::fmt;

/// Why a seed cannot be used. The text names the place of each error in the seed.
#[derive(Debug)]
pub struct SeedError(String);

/// The maximum length of the error's text, in characters.
const MAX_CHARACTERS: usize = 500;

impl SeedError {
    /// Makes an error, and cuts a long text off: an error of the YAML parser may repeat a whole file that is not a seed.
    pub(super) fn new(problem: impl fmt::Display) -> Self {
        let mut text = problem.to_string();
        if let Some((end, _)) = text.char_indices().nth(MAX_CHARACTERS) {
            text.truncate(end);
            text.push('…');
        }
        Self(text)
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SeedError {}
