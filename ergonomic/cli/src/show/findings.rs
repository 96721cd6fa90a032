//! Findings of the checks, and which of them `--accept` and `--strict` concern.

use ccloud_connect::finding::{Finding, Report, Severity};

use crate::args::Follow;
use crate::failure::Failure;
use crate::ui::{FAINT, FINDINGS, Ui, WARNING, labelled, note_width};

/// The most findings of one code that are shown.
const LIKE: usize = 3;

/// Refuses when there is an error or, under `--strict`, a warning that was not accepted. `what` begins the message, such as
/// `the plan`. An accepted finding becomes a note.
pub(crate) fn heed(
    what: &str,
    findings: Vec<Finding>,
    options: &Follow,
) -> Result<Vec<Finding>, Failure> {
    let report = Report::new(findings).accept(&options.accept);
    let least = if options.strict {
        Severity::Warning
    } else {
        Severity::Error
    };
    // The more severe of two severities is the smaller one.
    let stopping = report
        .findings()
        .iter()
        .filter(|finding| finding.severity <= least);
    let stopping: Vec<Finding> = stopping.cloned().collect();
    if stopping.is_empty() {
        return Ok(report.into_findings());
    }
    let is_strict = stopping
        .iter()
        .all(|finding| finding.severity == Severity::Warning);
    let why = match is_strict {
        true => " has warnings, and --strict refuses them",
        false => " cannot be used as it is",
    };
    let tip = acceptance(&stopping);
    Err(Failure::invalid(format!("{what}{why}"))
        .findings(&Report::new(stopping))
        .tip(tip))
}

/// The `--accept` options that let the command go on; `None` when one of the findings cannot be accepted.
pub(crate) fn acceptance(findings: &[Finding]) -> Option<String> {
    let stopping = || {
        findings
            .iter()
            .filter(|finding| finding.severity != Severity::Note)
    };
    if stopping().any(|finding| !finding.is_judgement()) {
        return None;
    }
    let mut codes: Vec<&str> = stopping().map(|finding| finding.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let accepts: Vec<String> = codes
        .iter()
        .map(|code| format!("--accept {code}"))
        .collect();
    (!accepts.is_empty()).then(|| format!("if that is what you mean: {}", accepts.join(" ")))
}

/// Shows findings, also with `-q`, which hides only progress.
pub(crate) fn show(ui: &Ui, findings: &[Finding]) {
    let text = text(findings, note_width());
    if !text.is_empty() {
        ui.say(text.trim_end());
    }
}

/// Findings for people, the most severe first and limited in number.
pub(crate) fn text(findings: &[Finding], width: Option<u16>) -> String {
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    let mut out = String::new();
    // A few findings of one code are enough to know the others.
    let mut like = std::collections::HashMap::new();
    let (shown, more): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| {
        let count = like.entry(finding.code).or_insert(0);
        *count += 1;
        *count <= LIKE
    });
    let more = more.len() + shown.len().saturating_sub(FINDINGS);
    for finding in shown.iter().take(FINDINGS) {
        let style = match finding.severity {
            Severity::Note => FAINT,
            _ => WARNING,
        };
        out += &labelled(
            "",
            finding.severity.as_str(),
            style,
            &finding.to_string(),
            width,
        );
    }
    if more > 0 {
        out += &format!("and {more} more; -o json has them\n");
    }
    out
}
