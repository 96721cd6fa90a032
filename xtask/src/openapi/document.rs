//! A parsed file, and the document that is made from several files. The document records the file of each operation, so
//! that an error in the document names the file to look at.

use std::collections::BTreeMap;

use heck::ToPascalCase;
use serde_json::Value;

use super::walk;
use crate::problem::Problems;

/// The name that errors use for the document, because it exists only in memory.
const ASSEMBLED: &str = "the assembled description";

/// A file of the sources: its name for errors, and its parsed content.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) place: String,
    pub(crate) document: Value,
}

/// A document made of several files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub(crate) value: Value,
    /// Overlay actions that match nothing, and titles with several meanings. They stop the pipeline. When its outcome is only
    /// compared, they are part of the comparison, as are deviations from OpenAPI 3.0.
    pub(crate) unsettled: Problems,
    /// The file with which the document began. All parts of the document that are not in `origins` came from this file.
    frame: Option<String>,
    /// For the pointer of each operation or component, the file from which it came.
    origins: BTreeMap<String, String>,
}

impl Document {
    /// A document that begins with a frame.
    pub(crate) fn new(frame: &Source) -> Self {
        Self {
            value: frame.document.clone(),
            frame: Some(frame.place.clone()),
            ..Self::default()
        }
    }

    /// Records the file of an operation or component.
    pub(crate) fn record_origin(&mut self, object: &[&str], file: &str) {
        self.origins.insert(walk::pointer(object), file.to_owned());
    }

    /// Records that a component schema came from the file of the object at a pointer.
    pub(crate) fn record_component(&mut self, name: &str, pointer: &str) {
        if let Some(file) = self.origin(pointer).map(str::to_owned) {
            self.record_origin(&["components", "schemas", name], &file);
        }
    }

    /// The file from which the object at a pointer came; `None` when that is not known.
    pub(crate) fn origin(&self, pointer: &str) -> Option<&str> {
        let end = pointer.match_indices('/').nth(3);
        let object = &pointer[..end.map_or(pointer.len(), |(end, _)| end)];
        let is_joined = pointer.starts_with("/paths") || pointer.starts_with("/components");
        let frame = self.frame.as_ref().filter(|_| !is_joined);
        self.origins.get(object).or(frame).map(String::as_str)
    }

    /// The name of a location in errors: the file of the object at `pointer`, and the pointer itself.
    pub(crate) fn place(&self, pointer: &str) -> String {
        format!("{} at {pointer}", self.origin(pointer).unwrap_or(ASSEMBLED))
    }

    /// The name of an operation in errors.
    pub(crate) fn operation(&self, path: &str, method: &str) -> String {
        let id = &self.value["paths"][path][method]["operationId"];
        let id = id.as_str().unwrap_or_default();
        let file = self.origin(&walk::pointer(&["paths", path, method]));
        let file = file.unwrap_or(ASSEMBLED);
        format!("{file}: operation `{id}` ({method} {path})")
    }

    /// The name of a Rust type in errors: the component after which it is named, or of which it is a part.
    pub(crate) fn rust_type(&self, name: &str) -> String {
        let owner = schemas(&self.value)
            .map(|(component, _)| component)
            .filter(|component| name.starts_with(&component.to_pascal_case()))
            .max_by_key(|component| component.len());
        let pointer = owner.map(|owner| walk::pointer(&["components", "schemas", owner]));
        let place = self.place(&pointer.unwrap_or_default());
        format!("{place}: the Rust type `{name}`")
    }
}

/// The component schemas with their names.
pub(crate) fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    walk::members(&document["components"]["schemas"])
}
