//! The end of the pipeline: generated files are written, or compared with what is checked in.

use std::path::Path;

use similar::TextDiff;

use super::{files, parse};
use crate::problem::{Problem, Problems, Result};

/// Writes the files whose content changes and says which; all texts are complete before the first is written.
pub(crate) fn write(root: &Path, generated: &[(&str, &str)]) -> Result<()> {
    for (place, text) in generated {
        let current = files::read(root, place, parse::MAX_TEXT).ok();
        if current.as_deref() == Some(*text) {
            println!("unchanged {place}");
        } else {
            files::write(root, place, text)?;
            println!("wrote     {place}");
        }
    }
    Ok(())
}

/// Fails with a unified diff for every file that differs, and writes nothing.
pub(crate) fn check(root: &Path, generated: &[(&str, &str)]) -> Result<()> {
    let mut problems = Problems::default();
    for (place, expected) in generated {
        let Some(current) = problems.take(files::read(root, place, parse::MAX_TEXT)) else {
            continue;
        };
        if current != *expected {
            let diff = TextDiff::from_lines(current.as_str(), *expected);
            let diff = diff
                .unified_diff()
                .header(place, "as generated")
                .to_string();
            problems.push(
                Problem::new(
                    place,
                    format!("not what the sources in openapi/ give\n{diff}"),
                )
                .help("run `cargo xtask generate` and commit the outcome"),
            );
        }
    }
    problems.into_result()
}
