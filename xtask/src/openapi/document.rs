//! A parsed file, and the document that is made of several, which remembers where each operation came from so that an
//! error found in the whole names the file to look at.

use std::collections::BTreeMap;

use serde_json::Value;

use super::walk;
use crate::problem::Problems;

/// How errors call the document that exists only in memory.
const ASSEMBLED: &str = "the assembled description";

/// A parsed file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) place: String,
    pub(crate) document: Value,
}

/// A document made of several files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub(crate) value: Value,
    /// What the stages could not settle. It stops the pipeline, unless its outcome is only compared.
    pub(crate) unsettled: Problems,
    origins: BTreeMap<(String, String), String>,
}

impl Document {
    pub(crate) fn new(value: Value) -> Self {
        Self { value, ..Self::default() }
    }

    pub(crate) fn record_origin(&mut self, path: &str, method: &str, file: &str) {
        self.origins.insert((path.to_owned(), method.to_owned()), file.to_owned());
    }

    /// The file an operation came from.
    pub(crate) fn origin(&self, path: &str, method: &str) -> Option<&str> {
        self.origins.get(&(path.to_owned(), method.to_owned())).map(String::as_str)
    }

    /// A pointer into the document, led by the file it came from where one is known.
    pub(crate) fn place(&self, pointer: &str) -> String {
        let mut segments = walk::segments(pointer);
        let file = match (segments.next().as_deref(), segments.next(), segments.next()) {
            (Some("paths"), Some(path), Some(method)) => self.origin(&path, &method),
            _ => None,
        };
        format!("{} at {pointer}", file.unwrap_or(ASSEMBLED))
    }

    /// An operation as errors name it.
    pub(crate) fn operation(&self, path: &str, method: &str) -> String {
        let id = self.value["paths"][path][method]["operationId"].as_str().unwrap_or_default();
        let file = self.origin(path, method).unwrap_or(ASSEMBLED);
        format!("{file}: operation `{id}` ({method} {path})")
    }
}
