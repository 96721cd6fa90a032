//! Findings as text for a terminal, JSON for a program, Markdown for a pull request.

use std::fmt::Write as _;

use clap::ValueEnum;
use serde_json::json;

use super::{Class, Direction, Finding, Location};
use crate::spec::walk;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal
    Text,
    /// For a program
    Json,
    /// For a pull request
    Markdown,
}

/// The findings, and a note about the whole where there is one.
pub(crate) fn render(findings: &[Finding], note: Option<&str>, format: Format) -> String {
    let (mut report, lead) = match format {
        Format::Text => (text(findings), "note: "),
        Format::Json => return json(findings, note),
        Format::Markdown => (markdown(findings), "\nNote: "),
    };
    if let Some(note) = note {
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{lead}{note}");
    }
    report
}

fn count(findings: &[Finding], class: Class) -> usize {
    findings
        .iter()
        .filter(|finding| finding.class == class)
        .count()
}

fn summary(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "no drift".to_owned();
    }
    format!(
        "{} breaking, {} additive, {} documentation",
        count(findings, Class::Breaking),
        count(findings, Class::Additive),
        count(findings, Class::Documentation)
    )
}

fn name(class: Class) -> &'static str {
    match class {
        Class::Breaking => "breaking",
        Class::Additive => "additive",
        Class::Documentation => "documentation",
    }
}

fn direction(finding: &Finding) -> &'static str {
    match finding.direction {
        Direction::Request => "request",
        Direction::Response => "response",
        Direction::Neither => "operation",
    }
}

/// The places of a finding by operation, the pointers left out.
fn operations(finding: &Finding) -> Vec<&str> {
    let mut operations: Vec<_> = finding
        .locations
        .iter()
        .map(|location| location.operation.as_str())
        .collect();
    operations.dedup();
    operations.retain(|operation| !operation.is_empty());
    operations
}

fn text(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{} [{}] {} {}",
            name(finding.class),
            finding.rule,
            direction(finding),
            finding.subject
        );
        let _ = writeln!(out, "  {}", finding.message);
        let _ = writeln!(out, "  Rust: {}", finding.rust);
        for location in &finding.locations {
            let _ = writeln!(out, "  at {}", place(location));
        }
    }
    let _ = writeln!(out, "{}", summary(findings));
    out
}

/// A place without repeating the operation in the pointer.
fn place(location: &Location) -> String {
    let Location { operation, pointer } = location;
    let Some((method, path)) = operation.split_once(' ') else {
        return pointer.clone();
    };
    let inside = pointer
        .strip_prefix(&walk::pointer(&["paths", path, method]))
        .unwrap_or(pointer);
    if inside.is_empty() {
        operation.clone()
    } else {
        format!("{operation} → {}", &inside[1..])
    }
}

fn json(findings: &[Finding], note: Option<&str>) -> String {
    let report = json!({
        "note": note,
        "summary": {
            "breaking": count(findings, Class::Breaking),
            "additive": count(findings, Class::Additive),
            "documentation": count(findings, Class::Documentation),
        },
        "findings": findings,
    });
    format!("{report:#}\n")
}

fn markdown(findings: &[Finding]) -> String {
    let mut out = format!("**API description: {}**\n", summary(findings));
    for class in [Class::Breaking, Class::Additive, Class::Documentation] {
        if count(findings, class) == 0 {
            continue;
        }
        let _ = write!(
            out,
            "\n### {}\n\n| where | what | Rust API |\n|---|---|---|\n",
            capitalised(name(class))
        );
        for finding in findings.iter().filter(|finding| finding.class == class) {
            let place = format!("{} {}", direction(finding), code(&finding.subject));
            let uses = operations(finding)
                .iter()
                .map(|operation| code(operation))
                .collect::<Vec<_>>()
                .join("<br>");
            let place = if uses.is_empty() {
                place
            } else {
                format!("{place}<br>{uses}")
            };
            let _ = writeln!(
                out,
                "| {place} | {} ({}) | {} |",
                cell(&finding.message),
                finding.rule,
                cell(&finding.rust)
            );
        }
    }
    out
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\r', '\n'], " ")
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text).replace('`', "'"))
}
