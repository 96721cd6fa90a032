//! A part of a document that stands on its own: some operations and the components they reach.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::{self, METHODS};

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

/// The document with only the operations that `keep` accepts, and without the schemas nothing refers to any more.
pub(crate) fn retain(document: &Value, keep: impl FnMut(&str, &str) -> bool) -> Value {
    let mut part = operations_only(document, keep);
    let reached = reached(&part);
    drop_components(&mut part, |pointer| reached.contains(pointer));
    part
}

/// The document without the operations that `leave_out` accepts, and without the schemas that only those refer to.
pub(crate) fn without(document: &Value, mut leave_out: impl FnMut(&str, &str) -> bool) -> Value {
    let mut part = operations_only(document, |path, method| !leave_out(path, method));
    let (before, after) = (reached(document), reached(&part));
    drop_components(&mut part, |pointer| {
        after.contains(pointer) || !before.contains(pointer)
    });
    part
}

fn operations_only(document: &Value, mut keep: impl FnMut(&str, &str) -> bool) -> Value {
    let mut part = document.clone();
    if let Some(paths) = part["paths"].as_object_mut() {
        for (path, item) in paths.iter_mut() {
            if let Some(members) = item.as_object_mut() {
                members.retain(|key, _| !METHODS.contains(&key.as_str()) || keep(path, key));
            }
        }
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    }
    part
}

/// The document with the servers and security of the whole repeated in every operation that has none of its own, so that
/// a part of it means the same.
pub(crate) fn settled(document: &Value) -> Value {
    let mut settled = document.clone();
    for (path, method) in operations(document) {
        let item = &mut settled["paths"][&path];
        for key in ["servers", "security"] {
            let inherited = item.get(key).or_else(|| document.get(key)).cloned();
            if let Some(inherited) = inherited.filter(|_| item[&method].get(key).is_none()) {
                item[&method][key] = inherited;
            }
        }
    }
    settled
}

/// What the operations refer to, directly and through components, as pointers below `/components`.
pub(crate) fn reached(document: &Value) -> BTreeSet<String> {
    let components = &document["components"];
    let mut frame = document.clone();
    if let Some(members) = frame.as_object_mut() {
        members.remove("components");
    }
    let mut open = Vec::new();
    walk::each(&mut frame, &mut |_, _, value| open.extend(targets(value)));
    let mut reached = BTreeSet::new();
    while let Some(pointer) = open.pop() {
        if reached.insert(pointer.clone()) {
            let mut segments = walk::segments(&pointer);
            if let (Some(section), Some(name)) = (segments.next(), segments.next()) {
                let mut holder = serde_json::json!({ "components": { &section: { &name: components[&section][&name] } } });
                walk::each(&mut holder, &mut |_, _, value| open.extend(targets(value)));
            }
        }
    }
    reached
}

/// What a schema refers to directly, as pointers below `/components`.
pub(crate) fn references(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut holder = serde_json::json!({ "components": { "schemas": { "": schema } } });
    walk::each(&mut holder, &mut |_, _, value| found.extend(targets(value)));
    found
}

fn drop_components(document: &mut Value, keep: impl Fn(&str) -> bool) {
    let sections = document
        .get_mut("components")
        .and_then(Value::as_object_mut);
    for (section, entries) in sections.into_iter().flatten() {
        if let Some(entries) = entries
            .as_object_mut()
            .filter(|_| section != "securitySchemes")
        {
            entries.retain(|name, _| {
                let mut pointer = format!("/{section}");
                walk::push(&mut pointer, name);
                keep(&pointer)
            });
        }
    }
}

/// What a value refers to, below `/components`; the mapping of a discriminator may name a schema that nothing else does.
fn targets(value: &mut Value) -> Vec<String> {
    let reference = value["$ref"].as_str().and_then(below_components);
    let mapped = walk::mapping_mut(value).filter_map(|target| {
        let target = target.as_str()?;
        // A bare name is that of a schema.
        below_components(target).or_else(|| Some(walk::pointer(&["schemas", target])))
    });
    reference.into_iter().chain(mapped).collect()
}

fn below_components(target: &str) -> Option<String> {
    target.strip_prefix("#/components").map(str::to_owned)
}
