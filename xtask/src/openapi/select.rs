//! A part of a document that stands on its own: some operations and the components they reach.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::{self, Holds, Kind, METHODS};

/// Every operation of a document as path and method, in document order.
pub(crate) fn operations(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
            methods.map(|method| (path.clone(), (*method).to_owned()))
        })
        .collect()
}

/// The document with only the operations that `keep` accepts, and without the components nothing refers to any more.
pub(crate) fn retain(document: &Value, mut keep: impl FnMut(&str, &str) -> bool) -> Value {
    let mut part = document.clone();
    if let Some(paths) = part["paths"].as_object_mut() {
        for (path, item) in paths.iter_mut() {
            if let Some(members) = item.as_object_mut() {
                members.retain(|key, _| !METHODS.contains(&key.as_str()) || keep(path, key));
            }
        }
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    }
    let reached = reached(&part, |_| true);
    let sections = part.get_mut("components").and_then(Value::as_object_mut);
    for (section, entries) in sections.into_iter().flatten() {
        let entries = entries.as_object_mut().into_iter();
        for entries in entries.filter(|_| section != "securitySchemes") {
            entries.retain(|name, _| reached.contains(&walk::pointer(&[section, name])));
        }
    }
    part
}

/// The document with what an operation inherits, from its path or from the whole, written in the operation: servers,
/// security and parameters. A part of it means the same.
pub(crate) fn settled(document: &Value) -> Value {
    let mut settled = document.clone();
    for (path, method) in operations(document) {
        let item = &document["paths"][&path];
        let operation = &mut settled["paths"][&path][&method];
        for key in ["servers", "security"] {
            let inherited = item.get(key).or_else(|| document.get(key));
            if let Some(inherited) = inherited.filter(|_| operation.get(key).is_none()) {
                operation[key] = inherited.clone();
            }
        }
        let mut parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for shared in item["parameters"].as_array().into_iter().flatten() {
            let is_own = |own: &Value| {
                own["name"].is_string()
                    && own["name"] == shared["name"]
                    && own["in"] == shared["in"]
            };
            if !parameters.iter().any(is_own) {
                parameters.push(shared.clone());
            }
        }
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into();
        }
    }
    let items = settled["paths"].as_object_mut().into_iter().flatten();
    for (_, item) in items.filter(|(path, _)| !path.starts_with("x-")) {
        item.as_object_mut()
            .map(|members| members.remove("parameters"));
    }
    settled
}

/// What the places of operations that `from` accepts refer to, directly and through components, as pointers below
/// `/components`.
pub(crate) fn reached(document: &Value, from: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut open: Vec<String> = walk::all(document)
        .iter()
        .filter(|place| !place.pointer.starts_with("/components") && from(&place.pointer))
        .flat_map(|place| targets(place.value))
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(pointer) = open.pop() {
        if !reached.insert(pointer.clone()) {
            continue;
        }
        let section = pointer.split('/').nth(1).unwrap_or_default();
        let holds = walk::holds(Kind::Components, section);
        if let (Some(Holds::Mapping(kind)), Some(entry)) =
            (holds, document["components"].pointer(&pointer))
        {
            let places = walk::below(kind, entry);
            open.extend(places.iter().flat_map(|place| targets(place.value)));
        }
    }
    reached
}

/// What a value refers to, below `/components`; the mapping of a discriminator may name a schema that nothing else does.
fn targets(value: &Value) -> Vec<String> {
    let below = |target: &str| target.strip_prefix("#/components").map(str::to_owned);
    let reference = value["$ref"].as_str().and_then(below);
    let mapping = value["discriminator"]["mapping"].as_object();
    let mapped = mapping.into_iter().flatten().filter_map(|(_, target)| {
        let target = target.as_str()?;
        // A bare name is that of a schema.
        below(target).or_else(|| Some(walk::pointer(&["schemas", target])))
    });
    reference.into_iter().chain(mapped).collect()
}
