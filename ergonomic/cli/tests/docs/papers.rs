//! Text that several documents repeat is the same everywhere.

use std::fs;

use super::root;

/// The README of the checkout shows the example of the package's README, which is compiled.
#[test]
fn the_readme_shows_the_example_that_is_compiled() {
    let text = |place: &str| fs::read_to_string(root().join(place)).unwrap();
    let package = text("ergonomic/README.md");
    let (_, rest) = package.split_once("```rust,no_run\n").unwrap();
    let (example, _) = rest.split_once("```\n").unwrap();
    assert!(
        text("README.md").contains(example),
        "the example in README.md is not that of ergonomic/README.md"
    );
}
