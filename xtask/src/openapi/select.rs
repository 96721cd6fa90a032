//! Selects a self-contained part of a document: some operations and the components that they reach.

use std::collections::BTreeSet;

use serde_json::Value;

use super::references::{self, SCHEMAS};
use super::walk::{self, Kind, METHODS};

/// A path and a method.
pub(crate) type Operation = (String, String);

pub(crate) fn id<'a>(document: &'a Value, (path, method): &Operation) -> Option<&'a str> {
    document["paths"][path][method]["operationId"].as_str()
}

/// Every operation of a document, in document order.
pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    let paths = walk::members(&document["paths"]);
    paths
        .flat_map(|(path, item)| {
            let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
            methods.map(|method| (path.clone(), (*method).to_owned()))
        })
        .collect()
}

/// The document with only the operations that `keep` accepts and the components that they reach.
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
    let schemas = part
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        schemas.retain(|name, _| reached.contains(name));
    }
    part
}

/// The document with self-contained operations: everything that an operation refers to, or inherits from its path or from the
/// document, is copied into the operation. These are shared components, servers, security and parameters.
pub(crate) fn settled(document: &Value) -> Value {
    let mut settled = document.clone();
    references::inline_shared(&mut settled);
    for (path, method) in operations(document) {
        let item = settled["paths"][&path].clone();
        let operation = &mut settled["paths"][&path][&method];
        for key in ["servers", "security"] {
            let inherited = item.get(key).or_else(|| document.get(key));
            if let Some(inherited) = inherited.filter(|_| operation.get(key).is_none()) {
                operation[key] = inherited.clone();
            }
        }
        let mut parameters: Vec<Value> = walk::items(&operation["parameters"]).cloned().collect();
        for shared in walk::items(&item["parameters"]) {
            let is_it = |own: &Value| own["name"] == shared["name"] && own["in"] == shared["in"];
            if !parameters.iter().any(is_it) {
                parameters.push(shared.clone());
            }
        }
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into();
        }
    }
    walk::each(&mut settled, &mut |kind, _, value| {
        if let (Kind::PathItem, Some(item)) = (kind, value.as_object_mut()) {
            item.remove("parameters");
        }
    });
    settled
}

/// The component schemas to which parts of operations refer, directly or through other schemas. `from` selects the parts by
/// their pointers.
pub(crate) fn reached(document: &Value, from: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let places = walk::all(document).into_iter();
    let places =
        places.filter(|place| !place.pointer.starts_with("/components") && from(&place.pointer));
    let mut open: Vec<String> = places.flat_map(|place| targets(place.value)).collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        let places = walk::below(Kind::Schema, &document["components"]["schemas"][&name]);
        if reached.insert(name) {
            open.extend(places.iter().flat_map(|place| targets(place.value)));
        }
    }
    reached
}

/// The schemas that a value refers to, including those that only the mapping of a discriminator names.
fn targets(value: &Value) -> Vec<String> {
    let mapped = walk::members(&value["discriminator"]["mapping"]);
    let mapped = mapped.filter_map(|(_, target)| target.as_str());
    // In the mapping of a discriminator, a name without a path is that of a schema.
    let mapped = mapped.map(|target| target.strip_prefix(SCHEMAS).unwrap_or(target));
    let all = references::target(value).into_iter().chain(mapped);
    all.map(str::to_owned).collect()
}
