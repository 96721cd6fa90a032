//! Tests that the README, ARCHITECTURE.md and the pages in `docs/` agree with the packages. These tests need a
//! checkout of the repository, so the published package does not contain them.

#[path = "../cli/fake/mod.rs"]
#[allow(dead_code, reason = "each test program needs other faults")]
mod fake;
mod floors;
mod format_pages;
mod lower_bounds;
mod sessions;
#[path = "../cli/tool.rs"]
#[allow(dead_code, reason = "each test program needs other helpers")]
mod tool;
#[path = "../cli/worker.rs"]
#[allow(dead_code, reason = "each test program needs other faults")]
mod worker;

use std::path::{Path, PathBuf};

/// The root of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
