//! Reading the offsets that a person or another program wrote.

use std::io::Read as _;
use std::path::Path;
use std::{fs, io};

use ccloud_connect::OffsetEntry;
use ccloud_connect::finding::ValidationError;
use serde::de::IgnoredAny;

use crate::failure::Failure;
use crate::offsets_file::OffsetsFile;
use crate::ui::{Ui, WARNING};
use crate::words::shown;
use crate::yaml;

/// Offsets from a file, and whose they are as far as the file says so.
pub(crate) struct Offsets {
    pub(crate) entries: Vec<OffsetEntry>,
    file: String,
    name: Option<String>,
    id: Option<String>,
}

impl Offsets {
    /// Says so when the file is another connector's: `called` is what the person called the one to be altered, by its
    /// name or its id. However quiet they want it, this must be read before anybody agrees.
    pub(crate) fn compare(&self, ui: &Ui, connector: &str, called: &str) {
        if let Some(other) = &self.name
            && other != connector
            && self.id.as_deref() != Some(called)
        {
            ui.say(&format!(
                "{WARNING}warning{WARNING:#}: {} holds the offsets of {other:?}, not of {connector:?}",
                self.file
            ));
        }
    }
}

/// Reads JSON or YAML.
pub(crate) fn read(ui: &Ui, path: &Path) -> Result<Offsets, Failure> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    let name = shown(path);
    let refuse = |what: &str| Failure::invalid(format!("{name} {what}. Nothing was changed"));
    let bytes = bytes.map_err(|error| refuse("cannot be read").caused_by(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| refuse("is not UTF-8 text"))?;
    let text = json(&text).map_err(|error| {
        refuse("is neither JSON nor YAML that can be read exactly").caused_by(&error)
    })?;
    let file: OffsetsFile = text.parse().map_err(|invalid: ValidationError| {
        refuse("does not hold offsets").violations(invalid.report())
    })?;
    for warning in &file.warnings {
        ui.warn(&format!("{name}: {warning}"));
    }
    Ok(Offsets {
        name: file.name,
        id: file.id,
        entries: file.offsets,
        file: name,
    })
}

/// JSON begins with a bracket or is empty; everything else is taken for YAML.
fn json(text: &str) -> Result<String, yaml::YamlError> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let is_json = start.is_empty() || start.starts_with(['{', '[']);
    // YAML has brackets too, with words and comments that JSON does not have.
    if is_json && (serde_json::from_str::<IgnoredAny>(start).is_ok() || start.is_empty()) {
        return Ok(text.to_owned());
    }
    // With its keys in quotes it was meant to be JSON, and YAML would take what is broken for text.
    let inside = start.trim_start_matches(|c: char| c.is_whitespace() || c == '{' || c == '[');
    if is_json && inside.starts_with('"') {
        return Ok(text.to_owned());
    }
    match yaml::to_json(text) {
        Err(_) if is_json => Ok(text.to_owned()),
        converted => converted,
    }
}
