//! The word breaking or not, asked of oasdiff where it is installed: a program that knows the rules and that others keep up.

use std::io;
use std::process::{Command, Stdio};

use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PROGRAM: &str = "oasdiff";
/// How to install the version that this was tried with; the workflow does the same.
pub(crate) const INSTALL: &str = "go install github.com/oasdiff/oasdiff@v1.37.0";

/// What oasdiff says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// What breaks programs on the wire; when empty, nothing does.
    Said(Vec<String>),
    /// Why there is no verdict.
    Missing(String),
}

/// Compares two documents. The option `--open` must never be given: it uploads them.
pub(crate) fn ask(program: &str, old: &str, new: &str) -> Verdict {
    match answer(program, old, new) {
        Ok(verdict) => verdict,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Verdict::Missing(format!(
            "oasdiff is not installed, so nothing says whether this breaks programs on the wire; `{INSTALL}`"
        )),
        Err(error) => Verdict::Missing(format!("oasdiff could not be asked: {error}")),
    }
}

fn answer(program: &str, old: &str, new: &str) -> io::Result<Verdict> {
    let folder = TempDir::new()?;
    for (name, text) in [("old.yaml", old), ("new.yaml", new)] {
        std::fs::write(folder.path().join(name), text)?;
    }
    let output = Command::new(program)
        .current_dir(folder.path())
        .args(["breaking", "old.yaml", "new.yaml"])
        .args(["--flatten-allof", "--flatten-params", "--format", "json"])
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Ok(Verdict::Missing(format!(
            "oasdiff could not compare: {}",
            message.trim()
        )));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let findings: Vec<Value> = match text.trim() {
        "" => Vec::new(),
        text => match serde_json::from_str(text) {
            Ok(findings) => findings,
            Err(error) => {
                return Ok(Verdict::Missing(format!(
                    "oasdiff answered {text:?}: {error}"
                )));
            }
        },
    };
    let line = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let level = if finding["level"] == 3 {
            "error"
        } else {
            "warning"
        };
        format!(
            "{level} {} {}: {} [{}]",
            text("operation"),
            text("path"),
            text("text"),
            text("id")
        )
    };
    Ok(Verdict::Said(findings.iter().map(line).collect()))
}
