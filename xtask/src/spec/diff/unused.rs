//! Schemas that no operation reaches: nothing on the wire, but types of the Rust API all the same.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::schema::Schemas;
use super::{At, Direction, Effect, Findings, Side};
use crate::spec::{hoist, select, walk};

pub(super) fn unused_schemas(schemas: &mut Schemas<'_>, at: &At<'_>, findings: &mut Findings) {
    let (old, new) = (schemas.old, schemas.new);
    let (Some(before), Some(after)) = (components(old), components(new)) else {
        // A fragment, or a document with everything written in place, has none.
        return;
    };
    let at = At {
        direction: Direction::Neither,
        ..at.below("components").below("schemas")
    };
    let (unused_before, unused_after) = (unused(old, before), unused(new, after));
    let mut added: Vec<&str> = unused_after.clone();
    added.retain(|name| !before.contains_key(*name));
    let mut add = |name: &str, effect: Effect, rule: &'static str, words: &str| {
        let rust_name = hoist::short(name);
        findings.add(at.below(name).finding(
            effect,
            rule,
            format!("the schema `{name}`, which no operation uses, {words}"),
            format!("`types::{rust_name}` {words}"),
        ));
    };
    for name in unused_before {
        if after.contains_key(name) {
            // A schema that is used now is compared where it is used.
            let is_unused = unused_after.contains(&name);
            if is_unused && !schemas.equal(&hoist::reference(name), &hoist::reference(name), &at) {
                add(name, Effect::Words, "unused-schema-changed", "changes");
            }
            continue;
        }
        // The same under another name is the same.
        let moved = added.iter().position(|other| {
            schemas.equal(&hoist::reference(name), &hoist::reference(other), &at)
        });
        match moved {
            Some(index) => drop(added.remove(index)),
            None => add(name, Effect::Words, "unused-schema-removed", "goes"),
        }
    }
    for name in added {
        add(name, Effect::Words, "unused-schema-added", "is new");
    }
}

fn components(side: &Side) -> Option<&Map<String, Value>> {
    side.document.pointer("/components/schemas")?.as_object()
}

/// The names of the schemas that no operation reaches, and no other such schema: what those are made of is compared with
/// them.
fn unused<'s>(side: &'s Side, schemas: &'s Map<String, Value>) -> Vec<&'s str> {
    let reached = select::reached(&side.document);
    let mut unused: Vec<&str> = schemas.keys().map(String::as_str).collect();
    unused.retain(|name| !reached.contains(&below_components(name)));
    let mut parts = BTreeSet::new();
    for name in &unused {
        let mut references = select::references(&schemas[*name]);
        references.remove(&below_components(name));
        parts.extend(references);
    }
    unused.retain(|name| !parts.contains(&below_components(name)));
    unused
}

/// The pointer of a schema below `/components`.
fn below_components(name: &str) -> String {
    walk::pointer(&["schemas", name])
}
