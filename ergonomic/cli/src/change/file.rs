//! Reads files of offsets that a person or another program wrote.

use std::path::Path;

use ccloud_connect::finding::{Code, Finding, ValidationError};
use ccloud_connect::plan::{Move, MoveKind, Plan};
use ccloud_connect::{ConnectorRef, PlannedAlteration, RawJson, validate};
use serde::de::IgnoredAny;

use crate::failure::{Exit, Failure};
use crate::offsets_file::OffsetsFile;
use crate::text::decoded;
use crate::text::words::shown;
use crate::yaml;

impl OffsetsFile {
    /// An error when the file belongs to another connector. `called` is the name or id that the person typed for the
    /// connector to alter, and `file` the word for the file in the error.
    pub(crate) fn compare(&self, file: &str, path: &ConnectorRef, called: &str) -> Option<Finding> {
        let is_other =
            |said: &Option<String>, is: &str| said.as_deref().is_some_and(|said| said != is);
        let is_named = self.id.as_deref() == Some(called);
        let differs = [
            ("connector", &self.name, path.connector.as_str(), is_named),
            (
                "environment",
                &self.environment,
                path.environment.as_str(),
                false,
            ),
            ("cluster", &self.cluster, path.cluster.as_str(), false),
        ]
        .into_iter()
        .find(|(_, said, is, named)| !named && is_other(said, is));
        let (what, said, is, _) = differs?;
        let said = said.as_deref().unwrap_or_default();
        let message = format!("holds offsets of {what} {said:?}, not of {is:?}");
        Some(Finding::error(file, Code::OtherConnector, message).suggest(
            "if these offsets are meant for this connector too, give --accept other-connector",
        ))
    }

    /// Keeps only the entries that differ from `base`, an unedited copy of the file. The other partitions of a running
    /// connector then do not move back.
    pub(crate) fn keep_edited(&mut self, base: Self) -> Result<(), Failure> {
        self.offsets = validate::edited(&base.offsets, &self.offsets);
        if self.offsets.is_empty() {
            return Err(Failure::invalid(
                "the file holds the same offsets as its unedited copy, so there is nothing to send",
            ));
        }
        self.base = Some(Box::new(base));
        Ok(())
    }
}

/// Fails when an earlier plan no longer fits the current offsets. When a source has read on, its plan still fits as long as
/// the plan resets the source, or moves it in the same direction.
pub(crate) fn still_fits(saved: &Plan, planned: &PlannedAlteration) -> Result<(), Failure> {
    let Err(outdated) = saved.check(&planned.offsets().entries) else {
        return Ok(());
    };
    // `Some(None)` is a reset.
    let direction = |plan: &Plan, partition: &RawJson| {
        let mut changes = plan.changes().iter();
        let change = changes.find(|change| change.partition() == partition)?;
        match change.after() {
            None => Some(None),
            Some(_) => change.way().map(|way| Some(way.direction)),
        }
    };
    let has_read_on = |moved: &Move| {
        let before = direction(saved, &moved.partition);
        moved.kind == MoveKind::Changed
            && before.is_some()
            && before == direction(planned.plan(), &moved.partition)
    };
    if outdated.moves().iter().all(has_read_on) {
        return Ok(());
    }
    let failure = Failure::new(Exit::Busy, "plan-outdated", outdated.to_string());
    Err(failure.tip(Some(outdated.advice().to_owned())))
}

/// Reads a file of offsets, which is JSON or YAML.
pub(crate) fn read(path: &Path) -> Result<OffsetsFile, Failure> {
    let name = shown(path);
    let text = decoded::read(path)
        .map_err(|error| Failure::invalid(format!("{name} cannot be read")).caused_by(&error))?;
    parse(&text, &name)
}

/// Parses the text of a file of offsets. `name` is the word for the file in messages.
pub(crate) fn parse(text: &str, name: &str) -> Result<OffsetsFile, Failure> {
    let refuse = |what: &str| Failure::invalid(format!("{name} {what}"));
    let text = json(text).map_err(|error| {
        refuse("cannot be read as JSON or as unambiguous YAML").caused_by(&error)
    })?;
    text.parse().map_err(|invalid: ValidationError| {
        refuse("does not hold valid offsets").findings(invalid.report())
    })
}

/// Converts the text to JSON. A text that is empty or begins with a bracket is first tried as JSON; other texts are YAML.
fn json(text: &str) -> Result<String, yaml::YamlError> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let is_json = start.is_empty() || start.starts_with(['{', '[']);
    // A text that begins with a bracket may also be YAML. YAML with plain words or comments is not JSON, so it fails this
    // check.
    if is_json && (serde_json::from_str::<IgnoredAny>(start).is_ok() || start.is_empty()) {
        return Ok(text.to_owned());
    }
    // A first key in quotes shows that the person meant JSON. The YAML parser would take the broken part of the JSON for text.
    let inside = start.trim_start_matches(|c: char| c.is_whitespace() || c == '{' || c == '[');
    let was_meant = is_json
        && (inside.starts_with('"') || inside.starts_with("//") || inside.starts_with("/*"));
    // The YAML parser would take a comment of JavaScript for text.
    if was_meant || start.starts_with("//") || start.starts_with("/*") {
        return match start.find("//").or_else(|| start.find("/*")) {
            Some(at) if !is_in_string(start, at) => Err(yaml::YamlError::new(
                line_of(text, text.len() - start.len() + at),
                "JSON has no comments; remove the comment, or write YAML, where a comment begins with #",
            )),
            _ => Ok(text.to_owned()),
        };
    }
    match yaml::to_json(text) {
        Err(_) if is_json => Ok(text.to_owned()),
        Ok(json) if json.starts_with('"') => Err(yaml::YamlError::new(
            line_of(text, text.len() - start.len()),
            "plain text, such as a printed table or CSV, is not a list of offsets; get -o yaml prints such a list",
        )),
        converted => converted,
    }
}

/// Whether byte `at` of the text is inside a JSON string.
fn is_in_string(text: &str, at: usize) -> bool {
    let mut inside = false;
    let mut escaped = false;
    for c in text[..at].chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}
