//! The report on drift, for a terminal, a pull request, or a program.

use std::fmt::Write;

use clap::ValueEnum;
use serde::Serialize;

use super::oasdiff::Verdict;
use super::structure::{Change, What};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Markdown,
    Json,
}

/// What was compared, and what came out.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Report {
    /// Operations as method and path.
    pub(crate) compared: Vec<String>,
    /// Vendored operations that the given pages say nothing about.
    pub(crate) not_compared: Vec<String>,
    /// What the wire, the order and the wording are told by.
    pub(crate) changes: Vec<Change>,
    /// Overlay actions that match no longer, and titles that mean several things now.
    pub(crate) unsettled: Vec<String>,
    /// Why no client can be made of what is published.
    pub(crate) refused: Vec<String>,
    /// The public API of the raw client, as a diff.
    pub(crate) api: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<Verdict>,
}

/// What to do about drift.
const NEXT: &str = "Take the pages over with `cargo xtask vendor FILE|URL`, adapt openapi/overlay.yaml where an action does not match, then run `cargo xtask verify` and `cargo xtask generate`.";

impl Format {
    pub(crate) fn render(self, report: &Report) -> String {
        match self {
            Self::Text | Self::Markdown => {
                let page = Page { is_markdown: self == Self::Markdown, text: String::new() };
                page.report(report)
            }
            Self::Json => {
                let mut value = serde_json::to_value(report).unwrap_or_default();
                value["drift"] = report.is_drift().into();
                value["breaking"] = report.is_breaking().into();
                format!("{value:#}\n")
            }
        }
    }
}

struct Page {
    text: String,
    is_markdown: bool,
}

impl Page {
    fn report(mut self, report: &Report) -> String {
        let compared = report.compared.len();
        if report.is_drift() {
            self.line(&format!(
                "What is published gives another outcome than what is vendored ({compared} operations compared)."
            ));
        } else {
            self.line(&format!("No drift: what is published gives the same outcome as what is vendored ({compared} operations compared)."));
        }
        match &report.verdict {
            Some(Verdict::Said(findings)) if findings.is_empty() => {
                self.line("oasdiff: not breaking on the wire.");
            }
            Some(Verdict::Said(findings)) => {
                self.list("oasdiff: breaking on the wire", findings);
            }
            Some(Verdict::Missing(why)) => self.line(&format!("Breaking or not: {why}.")),
            None => {}
        }
        let of = |wanted: &[What]| -> Vec<String> {
            let all = report.changes.iter();
            all.filter(|change| wanted.contains(&change.what)).map(change).collect()
        };
        self.list("Structure", &of(&[What::Removed, What::Added, What::Changed]));
        self.code("Public API of the raw client", &report.api);
        self.list("No client can be made of it", &report.refused);
        self.list("To be settled", &report.unsettled);
        self.list("Order only", &of(&[What::Order]));
        self.list("Wording only", &of(&[What::Wording]));
        self.list("Not compared", &report.not_compared);
        if report.is_drift() {
            self.line("");
            self.line(NEXT);
        }
        self.text
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    fn heading(&mut self, heading: &str) {
        let start = if self.is_markdown { "\n## " } else { "\n" };
        let end = if self.is_markdown { "\n" } else { ":" };
        self.line(&format!("{start}{heading}{end}"));
    }

    fn list(&mut self, heading: &str, items: &[String]) {
        if !items.is_empty() {
            self.heading(heading);
        }
        for item in items {
            let start = if self.is_markdown { "- " } else { "  " };
            self.line(&format!("{start}{}", item.replace('\n', " ")));
        }
    }

    fn code(&mut self, heading: &str, code: &str) {
        if code.is_empty() {
            return;
        }
        self.heading(heading);
        if self.is_markdown {
            self.line(&format!("```diff\n{}\n```", code.trim_end()));
        } else {
            for line in code.lines() {
                self.line(&format!("  {line}"));
            }
        }
    }
}

fn change(change: &Change) -> String {
    let what = match change.what {
        What::Removed => "removed",
        What::Added => "added",
        What::Changed => "changed",
        What::Order => "order of",
        What::Wording => "wording of",
    };
    let place = &change.place;
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!("{what} {place}: {old} → {new}"),
        (Some(one), None) | (None, Some(one)) => format!("{what} {place}: {one}"),
        (None, None) => format!("{what} {place}"),
    }
}
