//! References. Shared parts other than schemas are copied to where they are used, and every reference to a schema must have a
//! target. So a later stage cannot loop, and finds the target of each reference.

use serde_json::{Value, json};

use super::document::Document;
use super::walk::{self, Holds, Kind};
use crate::problem::{Problems, Result};

/// The beginning of references to schemas.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// A reference to a component schema.
pub(crate) fn to(name: &str) -> Value {
    json!({ "$ref": format!("{SCHEMAS}{name}") })
}

/// The component schema that a reference names.
pub(crate) fn target(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}

/// Refuses references that do not lead to a component schema.
pub(crate) fn check(document: &Document) -> Result<()> {
    let mut problems = Problems::default();
    let schemas = &document.value["components"]["schemas"];
    for place in walk::all(&document.value) {
        let Some(reference) = place.value.get("$ref").and_then(Value::as_str) else {
            continue;
        };
        let message = match target(place.value) {
            _ if !reference.starts_with('#') => "leads out of the document",
            Some(name) if place.kind == Kind::Schema && schemas.get(name).is_some() => continue,
            _ => {
                "has no target of the kind that belongs here, leads in a circle, or leads to more text than may be copied"
            }
        };
        let help = "vendor the definition together with what it refers to, or write it out in openapi/overlay.yaml";
        let what = format!("`$ref: {reference}` {message}");
        problems.add(document.place(&place.pointer), what, help);
    }
    problems.into_result()
}

/// The most text that copies of shared parts may add, in bytes.
const MAX_COPIED: usize = 4 * 1024 * 1024;
/// The longest chain of references between shared parts, such as from a response to a header to an example.
const MAX_DEPTH: usize = 4;

/// Replaces references to shared parts other than schemas by copies. OpenAPI 3.0 ignores members beside `$ref`, but not all
/// generators do, so such members are removed.
pub(crate) fn inline_shared(document: &mut Value) {
    let components = document["components"].clone();
    let mut copied = 0;
    for _ in 0..MAX_DEPTH {
        walk::each(document, &mut |kind, _, value| {
            let Some(reference) = value.get("$ref") else {
                return;
            };
            let text = reference.as_str().unwrap_or_default();
            let pointer = text.strip_prefix("#/components").filter(|pointer| {
                let section = pointer.split('/').nth(1).unwrap_or_default();
                let is_kind = walk::holds(Kind::Components, section) == Some(Holds::Mapping(kind));
                is_kind && kind != Kind::Schema && copied < MAX_COPIED
            });
            let meant = pointer.and_then(|pointer| components.pointer(pointer));
            copied += meant.map_or(0, |meant| meant.to_string().len());
            let alone = || json!({ "$ref": reference });
            *value = meant.cloned().unwrap_or_else(alone);
        });
    }
    if let Some(sections) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        sections.retain(|name, _| name == "schemas" || name == "securitySchemes");
    }
}

/// Whether a pointer leads to a component schema as a whole.
pub(crate) fn is_component(pointer: &str) -> bool {
    let name = pointer.strip_prefix("/components/schemas/");
    name.is_some_and(|name| !name.contains('/'))
}
