//! Compares the published pages with the vendored ones: both go through the stages of `pipeline`, and the outcomes are
//! compared. `oasdiff`, where it is installed, decides whether a change breaks programs.

mod oasdiff;
mod pairs;
pub(crate) mod report;
pub(crate) mod structure;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use similar::TextDiff;

use crate::openapi::document::Source;
use crate::pipeline::sources::{self, Sources};
use crate::pipeline::{self, Outcome, listing};
use crate::problem::{Problem, Problems, Result};
use crate::vendor::lock::{Entry, Lock};
use crate::vendor::{input, page};
use pairs::Selection;
use report::{Format, Report};

/// Prints the report. The exit code is 2 when there is drift, and 0 when there is none.
pub(crate) fn run(root: &Path, pages: &[String], format: Format) -> Result<ExitCode> {
    let (report, unread) = report(root, pages, oasdiff::PROGRAM)?;
    let text = report.render(format);
    let written = io::stdout().write_all(text.as_bytes());
    written.map_err(|error| Problem::new("the report", format!("cannot be written: {error}")))?;
    unread.into_result()?;
    Ok(ExitCode::from(if report.is_drift() { 2 } else { 0 }))
}

/// Makes the report. Also returns a problem for each page that could not be compared.
pub(crate) fn report(root: &Path, pages: &[String], oasdiff: &str) -> Result<(Report, Problems)> {
    let sources = sources::read(root)?;
    let lock = Lock::read(root)?;
    let from_lock = pages.is_empty();
    let known = lock.entries.iter().map(Entry::page);
    let pages: BTreeSet<&str> = match from_lock {
        true => known.collect(),
        false => pages.iter().map(String::as_str).collect(),
    };
    let mut unread = Problems::default();
    let mut published = Vec::new();
    for place in pages {
        let found = input::read(place).and_then(|text| page::extract_all(place, &text));
        let found = unread.take(found).unwrap_or_default().into_iter();
        published.extend(found.map(|found| (place.to_owned(), found)));
    }
    if published.is_empty() {
        return Err(unread);
    }
    let selection = pairs::select(&sources.vendored, &published, &lock, from_lock)?;
    let report = compare(root, &sources, selection, oasdiff)?;
    Ok((report, unread))
}

fn compare(root: &Path, sources: &Sources, selection: Selection, oasdiff: &str) -> Result<Report> {
    let side = |vendored: Vec<Source>| -> Result<Outcome> {
        let sources = Sources {
            vendored,
            is_compared: true,
            ..sources.clone()
        };
        pipeline::run(Ok(sources), Ok)
    };
    let old = side(selection.old)?;
    let new = side(selection.new)?;
    let known = old.document.unsettled.lines();
    let mut unsettled = new.document.unsettled.lines();
    unsettled.retain(|line| !known.contains(line));
    let mut report = Report {
        compared: selection.compared,
        not_compared: selection.not_compared,
        unsettled,
        changes: structure::compare(&old.document.value, &new.document.value, &selection.worded),
        ..Report::default()
    };
    let before = listing::listing(root, &old.client?.file)?;
    match new.client {
        Err(refused) => report.refused = refused.lines(),
        Ok(client) => {
            let after = listing::listing(root, &client.file)?;
            let diff = TextDiff::from_lines(&before, &after);
            report.api = diff.unified_diff().context_radius(4).to_string();
        }
    }
    if report.is_drift() {
        report.verdict = Some(oasdiff::ask(oasdiff, &old.bundle, &new.bundle));
    }
    Ok(report)
}
