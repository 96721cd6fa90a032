//! The lowest Rust that the packages say they build with.

use std::path::Path;
use std::process::Command;

use super::supply::answers;
use super::{Outcome, succeed};
use crate::problem::Result;

/// Checks all published packages with that Rust, in a target folder of its own. Skipped where it is not installed.
pub(super) fn run(root: &Path) -> Result<Outcome> {
    let version = env!("CARGO_PKG_RUST_VERSION");
    let rust = || {
        let mut command = Command::new("rustup");
        command.current_dir(root).args(["run", version, "cargo"]);
        command
    };
    if !answers(rust().arg("--version")) {
        return Ok(Outcome::skipped(concat!(
            "the Rust that `rust-version` in Cargo.toml names is not installed; `rustup toolchain install ",
            env!("CARGO_PKG_RUST_VERSION"),
            " --profile minimal`"
        )));
    }
    let line = "check --all-features --locked --target-dir target/msrv";
    succeed(
        "msrv",
        &format!("cargo +{version} {line}"),
        rust().args(line.split(' ')),
    )?;
    Ok(Outcome::Done)
}
