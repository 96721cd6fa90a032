//! The bundle, and the emulator's page, as another reader of OpenAPI sees them: redocly's recommended rules.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{CONTROL, Outcome, succeed};
use crate::pipeline::BUNDLE;
use crate::problem::Result;

/// Pinned, so that a new release cannot fail a commit that has nothing to do with it.
const PACKAGE: &str = "@redocly/cli@2.77.0";

/// Runs the linter. Skipped where npm or its registry cannot be had.
pub(super) fn run(root: &Path) -> Result<Outcome> {
    let npx = |arguments: &[&str]| {
        let mut command = Command::new("npx");
        command.current_dir(root).stdin(Stdio::null());
        // Nothing is told to anybody about the file or the run.
        command
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        command.args(["--yes", PACKAGE]).args(arguments);
        command
    };
    let found = npx(&["--version"]).stdout(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        return Ok(Outcome::skipped(
            "npx, or the npm registry, is out of reach: the bundle was not linted",
        ));
    }
    succeed(
        "redocly",
        "redocly lint",
        &mut npx(&["lint", BUNDLE, CONTROL, "--format", "stylish"]),
    )?;
    Ok(Outcome::Done)
}
