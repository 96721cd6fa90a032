//! The report on drift, for a terminal, a pull request, or a program.

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
const NEXT: &str = "Take the pages over with `cargo xtask vendor FILE|URL`, adapt openapi/overlay.yaml where an action does not match, then run `cargo xtask verify` and `cargo xtask generate`.\n";

impl Report {
    /// Whether anything is to be done.
    pub(crate) fn is_drift(&self) -> bool {
        !(self.changes.is_empty() && self.unsettled.is_empty() && self.refused.is_empty() && self.api.is_empty())
    }

    /// Whether programs break on the wire, where that is known.
    pub(crate) fn is_breaking(&self) -> Option<bool> {
        match &self.verdict {
            Some(Verdict::Said(findings)) => Some(!findings.is_empty()),
            _ => None,
        }
    }

    pub(crate) fn render(&self, format: Format) -> String {
        if format == Format::Json {
            let mut value = serde_json::to_value(self).unwrap_or_default();
            value["drift"] = self.is_drift().into();
            value["breaking"] = self.is_breaking().into();
            return format!("{value:#}\n");
        }
        let is_markdown = format == Format::Markdown;
        let count = self.compared.len();
        let mut text = if self.is_drift() {
            format!("What is published gives another outcome than what is vendored ({count} operations compared).\n")
        } else {
            format!(
                "No drift: what is published gives the same outcome as what is vendored ({count} operations compared).\n"
            )
        };
        match &self.verdict {
            Some(Verdict::Missing(why)) => text += &format!("Breaking or not: {why}.\n"),
            Some(Verdict::Said(findings)) if findings.is_empty() => text += "oasdiff: not breaking on the wire.\n",
            _ => {}
        }
        let breaking = match &self.verdict {
            Some(Verdict::Said(findings)) => findings.clone(),
            _ => Vec::new(),
        };
        let of = |wanted: &[What]| -> Vec<String> {
            let all = self.changes.iter();
            all.filter(|change| wanted.contains(&change.what)).map(line).collect()
        };
        for (heading, items) in [
            ("oasdiff: breaking on the wire", &breaking),
            ("Structure", &of(&[What::Removed, What::Added, What::Changed])),
            ("Public API of the raw client", &self.api.lines().map(str::to_owned).collect()),
            ("No client can be made of it", &self.refused),
            ("To be settled", &self.unsettled),
            ("Order only", &of(&[What::Order])),
            ("Wording only", &of(&[What::Wording])),
            ("Not compared", &self.not_compared),
        ] {
            let is_code = heading.starts_with("Public API");
            if items.is_empty() {
                continue;
            }
            text += &if is_markdown { format!("\n## {heading}\n\n") } else { format!("\n{heading}:\n") };
            let (open, start, close) = match (is_markdown, is_code) {
                (true, true) => ("```diff\n", "", "```\n"),
                (true, false) => ("", "- ", ""),
                (false, _) => ("", "  ", ""),
            };
            let lines = items.iter().map(|item| format!("{start}{}\n", item.replace('\n', " ")));
            text += &format!("{open}{}{close}", lines.collect::<String>());
        }
        if self.is_drift() {
            text += &format!("\n{NEXT}");
        }
        text
    }
}

fn line(change: &Change) -> String {
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
