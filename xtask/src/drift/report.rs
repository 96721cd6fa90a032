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

/// The operations that were compared, and their differences.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Report {
    /// The operations that were compared, each as method and path.
    pub(crate) compared: Vec<String>,
    /// Vendored operations that the given pages do not describe.
    pub(crate) not_compared: Vec<String>,
    pub(crate) changes: Vec<Change>,
    /// Overlay actions that no longer match, and titles that now have several meanings.
    pub(crate) unsettled: Vec<String>,
    /// Why no client can be made from the published description.
    pub(crate) refused: Vec<String>,
    /// The changes in the public API of the raw client, as a unified diff.
    pub(crate) api: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<Verdict>,
}

/// What the report advises when there is drift.
const NEXT: &str = "Copy the pages with `cargo xtask vendor FILE|URL`, adapt openapi/overlay.yaml where something is to be settled, then run `cargo xtask verify` and `cargo xtask generate`.\n";

impl Report {
    /// Whether there is any drift.
    pub(crate) fn is_drift(&self) -> bool {
        let is_same = self.changes.is_empty() && self.api.is_empty();
        !(is_same && self.unsettled.is_empty() && self.refused.is_empty())
    }

    /// Whether the changes break programs, when that is known.
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
        let outcome = match self.is_drift() {
            true => "Drift: the published pages give another outcome than",
            false => "No drift: the published pages give the same outcome as",
        };
        let mut text = format!("{outcome} the vendored ones (operations compared: {count}).\n");
        let mut breaking: &[String] = &[];
        match &self.verdict {
            Some(Verdict::Missing(why)) => text += &format!("No result of oasdiff: {why}.\n"),
            Some(Verdict::Said(findings)) if findings.is_empty() => {
                text += "oasdiff: not breaking on the wire.\n";
            }
            Some(Verdict::Said(findings)) => breaking = findings,
            None => {}
        }
        let of = |wanted: &[What]| -> Vec<String> {
            let changes = self.changes.iter();
            let changes = changes.filter(|change| wanted.contains(&change.what));
            changes.map(line).collect()
        };
        let structure = of(&[What::Removed, What::Added, What::Changed]);
        let api: Vec<String> = self.api.lines().map(str::to_owned).collect();
        for (heading, items) in [
            ("oasdiff: breaking on the wire", breaking),
            ("Structure", &structure),
            ("Public API of the raw client", &api),
            ("No client can be made", &self.refused),
            ("To be settled", &self.unsettled),
            ("Order only", &of(&[What::Order])),
            ("Wording only", &of(&[What::Wording])),
            ("Not compared", &self.not_compared),
        ] {
            if items.is_empty() {
                continue;
            }
            let (open, start, close) = match (is_markdown, heading.starts_with("Public API")) {
                (true, true) => (format!("## {heading}\n\n```diff"), "", "```\n"),
                (true, false) => (format!("## {heading}\n"), "- ", ""),
                (false, _) => (format!("{heading}:"), "  ", ""),
            };
            text += &format!("\n{open}\n");
            for item in items {
                text += &format!("{start}{}\n", item.replace('\n', " "));
            }
            text += close;
        }
        if self.is_drift() {
            text += &format!("\n{NEXT}");
        }
        text
    }
}

fn line(change: &Change) -> String {
    let what = match change.what {
        // The heading above the line already names the kind of change, so the line does not.
        What::Order | What::Wording => String::new(),
        what => format!("{what:?} ").to_lowercase(),
    };
    let values = [&change.old, &change.new].map(|value| value.as_deref().unwrap_or_default());
    let between = if values.contains(&"") { "" } else { " → " };
    let [old, new] = values;
    let shown = format!("{what}{}: {old}{between}{new}", change.place);
    shown.trim_end_matches(": ").to_owned()
}
