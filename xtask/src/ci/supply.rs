//! What enters the dependency tree, as `deny.toml` says.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{Outcome, cargo, succeed};
use crate::problem::Result;

/// Licences, banned crates and sources: what can be said without a network.
pub(super) fn run(root: &Path) -> Result<Outcome> {
    if !answers(cargo(root).args(["deny", "--version"])) {
        return Ok(Outcome::skipped(
            "licences, banned crates and sources were not checked; `cargo install cargo-deny --version 0.20.2 --locked`",
        ));
    }
    let line = "deny check licenses bans sources";
    succeed("deny", line, cargo(root).args(line.split(' ')))?;
    Ok(Outcome::Done)
}

/// Known vulnerabilities; the list of them is fetched.
pub(super) fn advisories(root: &Path) -> Result<Outcome> {
    if !answers(cargo(root).args(["deny", "fetch", "db"])) {
        return Ok(Outcome::skipped(
            "cargo-deny is not installed, or the advisory database is out of reach: known vulnerabilities were not looked for",
        ));
    }
    let line = "deny check advisories";
    succeed("advisories", line, cargo(root).args(line.split(' ')))?;
    Ok(Outcome::Done)
}

/// Whether the program can be started and ends well.
pub(super) fn answers(command: &mut Command) -> bool {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
