//! Asks oasdiff, where it is installed, whether a change breaks programs.

use std::io;
use std::process::{Command, Stdio};

use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PROGRAM: &str = "oasdiff";
/// The command that installs the tested version of oasdiff. The workflow `spec-drift.yml` takes the command from this line.
pub(crate) const INSTALL: &str = "go install github.com/oasdiff/oasdiff@v1.37.0";

/// What oasdiff reports about the changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// The changes that break programs; empty when no change does.
    Said(Vec<String>),
    /// The reason why oasdiff gave no result.
    Missing(String),
}

/// Compares two documents with oasdiff. Its option `--open` must never be given, because it uploads the documents.
pub(crate) fn ask(program: &str, old: &str, new: &str) -> Verdict {
    answer(program, old, new).map_or_else(Verdict::Missing, Verdict::Said)
}

fn answer(program: &str, old: &str, new: &str) -> Result<Vec<String>, String> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!(
            "oasdiff is not installed, so it is not known whether the changes break programs on the wire; to install it: `{INSTALL}`"
        ),
        _ => format!("oasdiff could not be run: {error}"),
    };
    let folder = TempDir::new().map_err(failed)?;
    for (name, text) in [("old.yaml", old), ("new.yaml", new)] {
        std::fs::write(folder.path().join(name), text).map_err(failed)?;
    }
    let output = Command::new(program)
        .current_dir(folder.path())
        .args(["breaking", "old.yaml", "new.yaml"])
        .args(["--flatten-allof", "--flatten-params", "--format", "json"])
        .stdin(Stdio::null())
        .output()
        .map_err(failed)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(format!("oasdiff could not compare: {}", message.trim()));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let text = if text.trim().is_empty() { "[]" } else { &text };
    let findings: Vec<Value> = serde_json::from_str(text)
        .map_err(|error| format!("oasdiff answered {text:?}: {error}"))?;
    let line = |finding: &Value| {
        let is_error = finding["level"] == 3;
        let level = if is_error { "error" } else { "warning" };
        let [operation, path, text, id] = ["operation", "path", "text", "id"]
            .map(|key| finding[key].as_str().unwrap_or_default());
        format!("{level} {operation} {path}: {text} [{id}]")
    };
    Ok(findings.iter().map(line).collect())
}
