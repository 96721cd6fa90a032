//! Shows the findings of the checks, and applies `--accept` and `--strict` to them.

use ccloud_connect::finding::{Code, Finding, Report, Severity};

use crate::args::Follow;
use crate::failure::Failure;
use crate::ui::{FAINT, FINDINGS, Ui, WARNING, labelled, note_width};

/// The largest number of findings with the same code that are shown.
const LIKE: usize = 3;

/// Fails when a finding that was not accepted is an error or, with `--strict`, a warning. An accepted finding becomes a note.
/// `what` is the subject of the message, such as `the plan`.
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
    // In the order of `Severity`, the more severe value is the smaller one, so `<=` means "at least as severe as".
    let stopping = report
        .findings()
        .iter()
        .filter(|finding| finding.severity <= least);
    let stopping: Vec<Finding> = stopping.cloned().collect();
    if stopping.is_empty() {
        let mut findings = report.into_findings();
        for finding in &mut findings {
            let advises = |text: &String| text.contains("--accept");
            // The option that this advice names was given.
            if options.accept.contains(&finding.code)
                && finding.suggestion.as_ref().is_some_and(advises)
            {
                finding.suggestion = None;
            }
        }
        return Ok(findings);
    }
    let is_strict = stopping
        .iter()
        .all(|finding| finding.severity == Severity::Warning);
    let why = match is_strict {
        true => " has warnings, and --strict refuses them",
        false => " has errors and cannot be used",
    };
    let tip = acceptance(&stopping);
    Err(Failure::invalid(format!("{what}{why}"))
        .findings(&Report::new(stopping))
        .tip(tip))
}

/// A tip with the `--accept` options that make the command ignore these findings; `None` when one of the findings cannot be
/// accepted.
pub(crate) fn acceptance(findings: &[Finding]) -> Option<String> {
    let stopping = || {
        findings
            .iter()
            .filter(|finding| finding.severity != Severity::Note)
    };
    // It is hardly ever meant to send what the connector cannot read, so no tip proposes that.
    let is_useless = |code| matches!(code, Code::MixedKinds | Code::NeverRead);
    if stopping().any(|finding| !finding.is_judgement() || is_useless(finding.code)) {
        return None;
    }
    let mut codes: Vec<&str> = stopping().map(|finding| finding.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let accepts: Vec<String> = codes
        .iter()
        .map(|code| format!("--accept {code}"))
        .collect();
    (!accepts.is_empty()).then(|| format!("if this is what you want, add {}", accepts.join(" ")))
}

/// Shows findings, even with `--quiet`, which hides only progress.
pub(crate) fn show(ui: &Ui, findings: &[Finding]) {
    let text = text(findings, note_width());
    if !text.is_empty() {
        ui.say(text.trim_end());
    }
}

/// The findings as text for people, with the most severe first and a limit on their number.
pub(crate) fn text(findings: &[Finding], width: Option<u16>) -> String {
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    let mut out = String::new();
    // Findings with the same code are alike, so a few of them are enough.
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
        out += &format!("and {more} more; -o json shows them\n");
    }
    out
}
