//! `base.yaml` and all vendored operations joined into one document.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::origins::Origins;
use super::refs;
use super::walk::{self, Kind, METHODS};
use crate::problem::{Problem, Problems, Result};

/// A parsed source and the file it came from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) place: String,
    pub(crate) document: Value,
}

/// Joins the sources. The same path and method, or the same component, may come from several files when the content is
/// the same.
pub(crate) fn assemble(base: Source, vendored: Vec<Source>) -> Result<(Value, Origins)> {
    let mut problems = Problems::default();
    let mut origins = Origins::default();
    let mut whole = base.document;
    problems.take(shape(&base.place, &whole));
    if !whole["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.0."))
    {
        problems.push(Problem::new(
            &base.place,
            "`openapi` must be a version of the form 3.0.x",
        ));
    }
    for source in &vendored {
        problems.take(shape(&source.place, &source.document));
    }
    // What follows takes the shape for granted.
    std::mem::take(&mut problems).into_result()?;
    let framed = schemes(&whole);
    for mut source in vendored {
        if !source.document["paths"].is_object() {
            problems.push(
                Problem::new(
                    &source.place,
                    "has no mapping `paths`, so it describes no operation",
                )
                .help("vendor the block that starts with `paths:` of the published definition"),
            );
            continue;
        }
        drop_reference_siblings(&mut source.document);
        lift_queries(&mut source.document);
        let Value::Object(mut members) = source.document else {
            continue;
        };
        if let Some(Value::Object(components)) = members.remove("components") {
            merge_components(
                &mut whole,
                &framed,
                components,
                &source.place,
                &mut problems,
            );
        }
        if let Some(Value::Object(paths)) = members.remove("paths") {
            merge_paths(
                &mut whole,
                paths,
                &source.place,
                &mut origins,
                &mut problems,
            );
        }
    }
    problems.into_result()?;
    Ok((whole, origins))
}

fn shape(place: &str, document: &Value) -> Result<()> {
    refs::check_shape(document, |pointer| {
        if pointer.is_empty() {
            place.to_owned()
        } else {
            format!("{place} at {pointer}")
        }
    })
}

/// OpenAPI 3.0 ignores whatever stands beside `$ref`; generators do not agree on that, so it goes.
pub(crate) fn drop_reference_siblings(document: &mut Value) {
    walk::each(document, &mut |_, _, value| {
        if let Some(reference) = value.get("$ref").filter(|reference| reference.is_string()) {
            *value = json!({ "$ref": reference });
        }
    });
}

/// Turns `/a?b=c` into the path `/a` with a required query parameter `b` whose only value is `c`.
///
/// Operations that differ in nothing but their query cannot share the path; there the query stays where it is.
pub(crate) fn lift_queries(document: &mut Value) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    let with_query: Vec<String> = paths
        .keys()
        .filter(|key| key.contains('?'))
        .cloned()
        .collect();
    for key in with_query {
        let (path, query) = key.split_once('?').unwrap_or((&key, ""));
        let Some(mut item) = paths.get(&key).cloned() else {
            continue;
        };
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
                if let Value::Array(parameters) = parameters {
                    state(query, parameters);
                }
            }
        }
        let slot = paths.entry(path).or_insert_with(|| json!({}));
        let mut merged = slot.clone();
        if merge_item(&mut merged, item).is_ok() {
            *slot = merged;
            paths.remove(&key);
            continue;
        }
        // What the path says already is no parameter.
        let said: Vec<&str> = query
            .split('&')
            .filter_map(|pair| pair.split('=').next())
            .collect();
        let item = &mut paths[&key];
        for holder in METHODS
            .iter()
            .map(|method| format!("/{method}"))
            .chain([String::new()])
        {
            let parameters = item.pointer_mut(&(holder + "/parameters"));
            if let Some(parameters) = parameters.and_then(Value::as_array_mut) {
                parameters.retain(|known| !said.iter().any(|name| is_query(known, name)));
            }
        }
    }
}

/// Makes what a query says a parameter, whatever the description says of it beside.
fn state(query: &str, parameters: &mut Vec<Value>) {
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let described = parameters.iter().find(|known| is_query(known, name));
        let mut said = json!({
            "name": name, "in": "query", "required": true,
            "schema": { "type": "string", "enum": [value] },
        });
        if let Some(words) = described.and_then(|known| known.get("description")) {
            said["description"] = words.clone();
        }
        parameters.retain(|known| !is_query(known, name));
        parameters.push(said);
    }
}

fn is_query(parameter: &Value, name: &str) -> bool {
    parameter["name"] == name && parameter["in"] == "query"
}

/// The security schemes of the frame, which says once for the whole API how to be let in: every document describes the
/// same ones in its own way.
fn schemes(frame: &Value) -> BTreeSet<(String, String)> {
    const SECTION: &str = "securitySchemes";
    let schemes = frame["components"][SECTION].as_object();
    let names = schemes.into_iter().flat_map(Map::keys);
    names
        .map(|name| (SECTION.to_owned(), name.clone()))
        .collect()
}

fn merge_components(
    whole: &mut Value,
    framed: &BTreeSet<(String, String)>,
    components: Map<String, Value>,
    place: &str,
    problems: &mut Problems,
) {
    for (section, entries) in components {
        let Value::Object(entries) = entries else {
            problems.push(Problem::new(
                place,
                format!("components.{section} must be a mapping"),
            ));
            continue;
        };
        for (name, entry) in entries {
            if framed.contains(&(section.clone(), name.clone())) {
                continue;
            }
            let slot = &mut whole["components"][&section];
            match slot.get(&name) {
                Some(existing) if *existing != entry => problems.push(
                    Problem::new(
                        place,
                        format!(
                            "components.{section}.{name} differs from the one in another source"
                        ),
                    )
                    .help("vendor both from the same published document"),
                ),
                _ => slot[&name] = entry,
            }
        }
    }
}

fn merge_paths(
    whole: &mut Value,
    paths: Map<String, Value>,
    place: &str,
    origins: &mut Origins,
    problems: &mut Problems,
) {
    for (path, item) in paths {
        let Value::Object(members) = &item else {
            problems.push(Problem::new(
                place,
                format!("paths.{path} must be a mapping"),
            ));
            continue;
        };
        if members.contains_key("$ref") {
            problems.push(
                Problem::new(
                    place,
                    format!("paths.{path} is a `$ref`, which is not followed"),
                )
                .help("vendor the path item itself"),
            );
            continue;
        }
        let slot = &mut whole["paths"][&path];
        let clash = METHODS.iter().find(|method| {
            let known = slot.get(**method);
            members.contains_key(**method) && known.is_some_and(|known| *known != item[**method])
        });
        if let Some(method) = clash {
            let other = origins.get(&path, method).unwrap_or(super::BASE);
            problems.push(
                Problem::new(
                    place,
                    format!(
                        "`{method} {path}` is described here and, with other content, in {other}"
                    ),
                )
                .help("keep one of the two files"),
            );
            continue;
        }
        for method in METHODS
            .iter()
            .filter(|method| members.contains_key(**method))
        {
            origins.insert(&path, method, place);
        }
        if slot.is_null() {
            *slot = item;
        } else if let Err(member) = merge_item(slot, item) {
            problems.push(Problem::new(
                place,
                format!("paths.{path}.{member} differs from the one in another source"),
            ));
        }
    }
}

/// Adds the members of `from`; the error names a member that both have with different content.
fn merge_item(into: &mut Value, from: Value) -> std::result::Result<(), String> {
    let Value::Object(from) = from else {
        return Ok(());
    };
    for (member, value) in from {
        match into.get(&member) {
            Some(existing) if *existing != value => return Err(member),
            _ => into[&member] = value,
        }
    }
    Ok(())
}

/// Fills in what OpenAPI or the client cannot do without and published descriptions forget: an operation's id, made of its
/// method and path, since a method of the client needs a name, and the description of a response.
pub(crate) fn fill_in(document: &mut Value) {
    walk::each(document, &mut |kind, pointer, value| match kind {
        Kind::Operation if value.get("operationId").is_none() => {
            let segments: Vec<_> = walk::segments(pointer).collect();
            if let [.., path, method] = segments.as_slice() {
                value["operationId"] = format!("{method}_{path}")
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .filter(|word| !word.is_empty())
                    .collect::<Vec<_>>()
                    .join("_")
                    .into();
            }
        }
        Kind::Response if value.get("description").is_none() && value.get("$ref").is_none() => {
            value["description"] = "".into();
        }
        _ => {}
    });
}
