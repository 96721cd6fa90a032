//! Every `$ref` leads to something of the right kind inside the document, and none in circles, so that no later stage
//! can loop or miss.

use serde_json::{Value, json};

use super::document::Document;
use super::walk::{self, Holds, Kind};
use crate::problem::{Problems, Result};

/// How references to schemas begin.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// A reference to a component schema.
pub(crate) fn to(name: &str) -> Value {
    json!({ "$ref": format!("{SCHEMAS}{name}") })
}

/// The component schema that a reference names.
pub(crate) fn target(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}

pub(crate) fn check(document: &Document) -> Result<()> {
    let mut problems = Problems::default();
    for place in walk::all(&document.value) {
        let Some(target) = place.value.get("$ref").and_then(Value::as_str) else {
            continue;
        };
        let local = target.strip_prefix("#/components/");
        let component = local.and_then(|local| local.split_once('/'));
        let message = match component {
            _ if !target.starts_with('#') => "leads out of the document".to_owned(),
            Some((section, name))
                if walk::holds(Kind::Components, section) == Some(Holds::Mapping(place.kind))
                    && !name.contains('/') =>
            {
                let entries = &document.value["components"][section];
                if entries.pointer(&format!("/{name}")).is_some() {
                    continue;
                }
                "names a component that does not exist".to_owned()
            }
            _ => format!("does not name a component that is {}", place.kind),
        };
        let help = "vendor the definition together with what it refers to, or write it out in openapi/overlay.yaml";
        let what = format!("`$ref: {target}` {message}");
        problems.add(document.place(&place.pointer), what, help);
    }
    problems.into_result()
}

/// Replaces every reference that is not to a schema by what it means. The document must have passed [`check`].
pub(crate) fn resolve_shared(document: &mut Value) {
    let Some(components) = document.get("components").cloned() else {
        return;
    };
    // What a target contains is replaced in turn, until nothing is left to replace.
    let mut changed = true;
    while changed {
        changed = false;
        walk::each(document, &mut |kind, _, value| {
            let target = value.get("$ref").and_then(Value::as_str);
            let target = target.and_then(|target| target.strip_prefix("#/components"));
            if kind != Kind::Schema
                && let Some(target) = target
            {
                *value = components.pointer(target).cloned().unwrap_or_default();
                changed = true;
            }
        });
    }
}

/// Whether a component schema stands at a pointer.
pub(crate) fn is_component(pointer: &str) -> bool {
    let name = pointer.strip_prefix("/components/schemas/");
    name.is_some_and(|name| !name.contains('/'))
}
