//! Tests of the whole, on copies of the real sources and on small documents of one habit each.

mod cases;
mod compiled;

use std::path::Path;

/// The checked-in workspace.
fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Asserts that the text contains every needle.
#[track_caller]
fn mentions(text: &str, needles: &[&str]) {
    for needle in needles {
        assert!(text.contains(needle), "expected {needle:?} in:\n{text}");
    }
}
