//! Stage 9: writes the generated files after the client has compiled, or compares them with those in the repository.

use std::path::Path;

use similar::TextDiff;

use super::listing::{self, LISTING};
use super::{BUNDLE, Outcome, client};
use crate::openapi::{files, parse};
use crate::problem::{Problems, Result};

/// Writes the files whose content changes, and prints their names. When a changed client fails `compile`, no file changes.
pub(crate) fn write(
    root: &Path,
    outcome: Outcome,
    compile: impl Fn(&Path, &str) -> Result<()>,
) -> Result<()> {
    let generated = files_of(root, outcome)?;
    let is_current = |(place, text): &&(&str, String)| {
        files::read(root, place, parse::MAX_TEXT).is_ok_and(|current| current == *text)
    };
    let changed: Vec<_> = generated.iter().filter(|file| !is_current(file)).collect();
    if let Some((_, client)) = changed.iter().find(|(place, _)| *place == client::CLIENT) {
        compile(root, client)?;
    }
    for (place, text) in &changed {
        files::write(root, place, text)?;
        println!("wrote {place}");
    }
    if changed.is_empty() {
        println!("every generated file is up to date");
    }
    Ok(())
}

/// Every generated file and its text. All texts are made before the first file is written.
fn files_of(root: &Path, outcome: Outcome) -> Result<[(&'static str, String); 3]> {
    let client = outcome.client?;
    let listing = listing::listing(root, &client.file)?;
    let client = (client::CLIENT, client.text);
    Ok([(BUNDLE, outcome.bundle), client, (LISTING, listing)])
}

/// Compares the generated files with those in the repository. Each file that differs is an error with a unified diff.
pub(crate) fn compare(root: &Path, outcome: Outcome) -> Result<()> {
    let mut problems = Problems::default();
    for (place, expected) in &files_of(root, outcome)? {
        let current = problems.take(files::read(root, place, parse::MAX_TEXT));
        if let Some(current) = current.filter(|current| current != expected) {
            let diff = TextDiff::from_lines(current.as_str(), expected.as_str());
            let mut diff = diff.unified_diff();
            let diff = diff.header(place, "as generated");
            let what = format!("differs from what the sources in openapi/ give\n{diff}");
            let help = "run `cargo xtask generate` and commit the outcome";
            problems.add(place, what, help);
        }
    }
    problems.into_result()
}
