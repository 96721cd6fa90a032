//! Decides which members a Rust type can require, when requests and answers share the type. By OpenAPI 3.0.3 (Schema Object), a
//! required member that is `readOnly` is required in answers only, and one that is `writeOnly` in requests only.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::openapi::references;
use crate::openapi::select;
use crate::openapi::walk::{self, Kind, is_sent};

/// Removes a `readOnly` member from `required` when its schema is used in requests, and a `writeOnly` one when it is used in answers.
pub(super) fn relax_required(document: &mut Value) {
    let before = document.clone();
    let sent = select::reached(&before, is_sent);
    let received = select::reached(&before, |pointer| !is_sent(pointer));
    walk::each(document, &mut |kind, pointer, value| {
        let is_concerned = value.get("required").is_some() || value.get("allOf").is_some();
        if kind != Kind::Schema || !is_concerned {
            return;
        }
        let owner = pointer.strip_prefix("/components/schemas/");
        let owner = owner.and_then(|rest| rest.split('/').next());
        let (sent, received) = match owner {
            Some(owner) => (sent.contains(owner), received.contains(owner)),
            None => (is_sent(pointer), !is_sent(pointer)),
        };
        let mut absent = BTreeSet::new();
        let schema = before.pointer(pointer).unwrap_or(&Value::Null);
        collect(&before, schema, &mut |name, property| {
            if (sent && property["readOnly"] == true) || (received && property["writeOnly"] == true)
            {
                absent.insert(name.to_owned());
            }
        });
        drop_required(value, &absent);
    });
}

/// Visits every property of a schema and of the schemas that it is composed of.
fn collect(document: &Value, schema: &Value, found: &mut dyn FnMut(&str, &Value)) {
    let schemas = &document["components"]["schemas"];
    let target = |schema| schemas.get(references::target(schema)?);
    if let Some(target) = target(schema) {
        return collect(document, target, found);
    }
    for (name, property) in walk::members(&schema["properties"]) {
        found(name, target(property).unwrap_or(property));
    }
    for member in walk::items(&schema["allOf"]) {
        collect(document, member, found);
    }
}

fn drop_required(schema: &mut Value, absent: &BTreeSet<String>) {
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !absent.contains(name.as_str().unwrap_or_default()));
    }
    let members = schema.get_mut("allOf").and_then(Value::as_array_mut);
    for member in members.into_iter().flatten() {
        drop_required(member, absent);
    }
}
