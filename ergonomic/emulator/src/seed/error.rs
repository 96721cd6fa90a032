//! What can be wrong with a seed.

use std::fmt;

/// A seed that cannot be used; the text names the place.
#[derive(Debug)]
pub struct SeedError(String);

/// The most characters of a problem that are shown.
const MAX_CHARACTERS: usize = 500;

impl SeedError {
    /// Shortens a long text, because an error may repeat a whole file that is not a seed.
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
