//! Stage 2: `base.yaml` and all vendored operations joined into one document.

use serde_json::{Map, Value, json};

use super::sources::{BASE, Sources};
use crate::openapi::document::{Document, Source};
use crate::openapi::shape::{self, Strictness};
use crate::openapi::walk::{self, Kind, METHODS};
use crate::openapi::{bounds, select};
use crate::problem::{Problem, Problems, Result};

/// Joins the sources. The same path and method, or the same component, may come from several files when the content is
/// the same.
pub(crate) fn assemble(sources: &Sources) -> Result<Document> {
    let mut problems = Problems::default();
    if sources.base.document.get("openapi").is_none() {
        problems.push(Problem::new(&sources.base.place, "has no `openapi: 3.0.x`"));
    }
    for source in sources.vendored.iter().chain([&sources.base]) {
        problems.take(check(source));
    }
    // What follows takes the form for granted.
    std::mem::take(&mut problems).into_result()?;

    let mut whole = Document::new(&sources.base);
    for source in &sources.vendored {
        let mut part = select::settled(&source.document);
        if part.get("paths").is_none() {
            problems.add(
                &source.place,
                "has no `paths`, so it describes no operation",
                "vendor the block that starts with `paths:` of the published definition",
            );
            continue;
        }
        drop_reference_siblings(&mut part);
        lift_queries(&mut part);
        merge_components(&mut whole, part["components"].take(), source, &sources.base, &mut problems);
        merge_paths(&mut whole, part["paths"].take(), &source.place, &mut problems);
    }
    problems.into_result()?;
    fill_in(&mut whole.value);
    bounds::check_counts("openapi/vendor/", &whole.value)?;
    Ok(whole)
}

fn check(source: &Source) -> Result<()> {
    shape::check_version(&source.place, &source.document)?;
    bounds::check_counts(&source.place, &source.document)?;
    shape::check(&source.document, Strictness::Form, |pointer| {
        if pointer.is_empty() { source.place.clone() } else { format!("{} at {pointer}", source.place) }
    })
}

/// OpenAPI 3.0 ignores whatever stands beside `$ref`; generators do not agree on that, so it goes.
fn drop_reference_siblings(document: &mut Value) {
    walk::each(document, &mut |_, _, value| {
        if let Some(reference) = value.get("$ref") {
            *value = json!({ "$ref": reference });
        }
    });
}

/// Turns `/a?b=c` into the path `/a` with a required query parameter `b` whose only value is `c`.
///
/// Operations that differ in nothing but their query cannot share the path; there the query stays where it is.
fn lift_queries(document: &mut Value) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    let with_query: Vec<String> = paths.keys().filter(|key| key.contains('?')).cloned().collect();
    for key in with_query {
        let (path, query) = key.split_once('?').unwrap_or((&key, ""));
        let mut item = paths[&key].clone();
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
                if let Value::Array(parameters) = parameters {
                    state(query, parameters);
                }
            }
        }
        let mut merged = paths.get(path).cloned().unwrap_or_else(|| json!({}));
        if merge_item(&mut merged, item).is_ok() {
            paths.insert(path.to_owned(), merged);
            paths.remove(&key);
            continue;
        }
        // What the path says already is no parameter.
        let item = &mut paths[&key];
        let holders = METHODS.iter().map(|method| format!("/{method}/parameters"));
        for holder in holders.chain(["/parameters".to_owned()]) {
            let parameters = item.pointer_mut(&holder).and_then(Value::as_array_mut);
            if let Some(parameters) = parameters {
                parameters.retain(|known| !pairs(query).any(|(name, _)| is_query(known, name)));
            }
        }
    }
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Makes what a query says a parameter, whatever the description says of it beside.
fn state(query: &str, parameters: &mut Vec<Value>) {
    for (name, value) in pairs(query) {
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

/// Adds the components of one file. The frame says once for the whole API how to be let in, so security schemes of a
/// file do not replace the frame's: every document describes the same ones in its own way.
fn merge_components(whole: &mut Document, components: Value, source: &Source, frame: &Source, problems: &mut Problems) {
    let Value::Object(components) = components else {
        return;
    };
    for (section, entries) in components {
        let entries = match entries {
            Value::Object(entries) => entries,
            _ => Map::new(),
        };
        for (name, entry) in entries {
            let framed = &frame.document["components"][&section];
            if section == "securitySchemes" && framed.get(&name).is_some() {
                continue;
            }
            whole.record_origin(&["components", &section, &name], &source.place);
            let slot = &mut whole.value["components"][&section];
            match slot.get(&name) {
                Some(existing) if *existing != entry => problems.add(
                    &source.place,
                    format!("components.{section}.{name} differs from the one in another file"),
                    "vendor both from the same published document",
                ),
                _ => slot[&name] = entry,
            }
        }
    }
}

fn merge_paths(whole: &mut Document, paths: Value, place: &str, problems: &mut Problems) {
    let Value::Object(paths) = paths else {
        return;
    };
    for (path, item) in paths {
        if walk::is_extension(Kind::PathItem, &path) {
            continue;
        }
        let slot = &whole.value["paths"][&path];
        let (own, twins): (Vec<_>, Vec<_>) = METHODS
            .into_iter()
            .filter(|method| item.get(*method).is_some())
            .partition(|method| slot.get(*method).is_none_or(|known| *known == item[*method]));
        for method in &twins {
            let other = whole.origin(&walk::pointer(&["paths", &path, method])).unwrap_or(BASE);
            problems.add(
                place,
                format!("`{method} {path}` is described here and, with other content, in {other}"),
                "keep one of the two files",
            );
        }
        if !twins.is_empty() {
            continue;
        }
        for method in own {
            whole.record_origin(&["paths", &path, method], place);
        }
        let slot = &mut whole.value["paths"][&path];
        if slot.is_null() {
            *slot = item;
        } else if let Err(member) = merge_item(slot, item) {
            problems.push(Problem::new(place, format!("paths.{path}.{member} differs from the one in another file")));
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
fn fill_in(document: &mut Value) {
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
