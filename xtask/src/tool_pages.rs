//! The reference, completions and manual pages of the command-line tool, which only the compiled tool can print.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::problem::{Problem, Result};

/// Where the pages are.
pub(crate) const FOLDER: &str = "ergonomic/cli";

/// The tests that print every page and compare it, or with `UPDATE_GOLDEN` write it.
const TESTS: &str = "test --quiet --package ccloud-offsets --test cli -- help::";

/// Writes the pages, or with `check` compares them and writes nothing.
pub(crate) fn generate(root: &Path, check: bool) -> Result<()> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root)
        .args(TESTS.split(' '))
        .stdin(Stdio::null());
    if check {
        command.env_remove("UPDATE_GOLDEN");
    } else {
        command.env("UPDATE_GOLDEN", "1");
    }
    let output = command
        .output()
        .map_err(|error| Problem::new(FOLDER, format!("cargo does not start: {error}")))?;
    if output.status.success() {
        let done = if check { "unchanged" } else { "wrote    " };
        println!("{done} {FOLDER}/");
        return Ok(());
    }
    let shown =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let what = if check {
        "is out of date, or the tool does not compile"
    } else {
        "could not be written"
    };
    Err(
        Problem::new(FOLDER, format!("{what}:\n{}", shown.concat().trim_end()))
            .help("run `cargo xtask generate`")
            .into(),
    )
}
