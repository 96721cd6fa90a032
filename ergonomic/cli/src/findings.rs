//! What the checks found, and what the person said about it beforehand.

use ccloud_connect::finding::{Finding, Report, Severity};

use crate::args::Follow;
use crate::failure::Failure;
use crate::ui::{FINDINGS, Ui, WARNING, labelled, note_width};

/// Refuses when there is an error that was not accepted, or under `--strict` any warning that was not accepted. The text
/// of `what` begins the message, such as `the plan`.
pub(crate) fn heed(what: &str, findings: &[Finding], options: &Follow) -> Result<(), Failure> {
    let is_accepted = |finding: &&Finding| {
        options
            .accept
            .iter()
            .any(|code| code == finding.code.as_str())
    };
    let stops = |finding: &&Finding| {
        let counts = options.strict || finding.severity == Severity::Error;
        counts && !is_accepted(finding)
    };
    let stopping: Vec<Finding> = findings.iter().filter(stops).cloned().collect();
    if stopping.is_empty() {
        return Ok(());
    }
    let is_strict = stopping
        .iter()
        .all(|finding| finding.severity == Severity::Warning);
    let why = if is_strict {
        " has warnings, which --strict does not let pass"
    } else {
        " cannot be used as it is"
    };
    let mut codes: Vec<&str> = stopping
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let accepts: Vec<String> = codes
        .iter()
        .map(|code| format!("--accept {code}"))
        .collect();
    Err(
        Failure::invalid(format!("{what}{why}. Nothing was changed"))
            .violations(&Report::new(stopping))
            .tip(Some(format!(
                "if that is what you mean: {}",
                accepts.join(" ")
            ))),
    )
}

/// Shows the warnings, however quiet the person wants it: progress is hidden by `-q`, findings are not.
pub(crate) fn show(ui: &Ui, what: &str, findings: &[Finding]) {
    for finding in findings.iter().take(FINDINGS) {
        let text = format!("{what}: {finding}");
        ui.say(labelled("", "warning", WARNING, &text, note_width()).trim_end());
    }
}
