//! Stage 2: `base.yaml` and all vendored operations joined into one document.

use serde_json::{Value, json};

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
        for half in ["components", "paths"] {
            merge(
                &mut whole,
                half,
                &part[half],
                source,
                &sources.base,
                &mut problems,
            );
        }
    }
    problems.into_result()?;
    fill_in(&mut whole.value);
    bounds::check_counts("openapi/vendor/", &whole.value)?;
    Ok(whole)
}

fn check(source: &Source) -> Result<()> {
    shape::check_version(&source.place, &source.document)?;
    bounds::check_counts(&source.place, &source.document)?;
    let place = |pointer: &str| format!("{} at {pointer}", source.place);
    shape::check(&source.document, Strictness::Form, place)
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
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let with_query: Vec<String> = paths
        .keys()
        .filter(|key| key.contains('?'))
        .cloned()
        .collect();
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

/// Adds the paths or the components of one file. The frame says once for the whole API how to be let in, so security
/// schemes of a file do not replace the frame's: every document describes the same ones in its own way.
fn merge(
    whole: &mut Document,
    half: &str,
    groups: &Value,
    source: &Source,
    frame: &Source,
    problems: &mut Problems,
) {
    let groups = groups.as_object().into_iter().flatten();
    for (group, entries) in groups.filter(|(name, _)| !walk::is_extension(Kind::PathItem, name)) {
        for (name, entry) in entries.as_object().into_iter().flatten() {
            let framed = &frame.document["components"][group];
            if group == "securitySchemes" && framed.get(name).is_some() {
                continue;
            }
            let known = &whole.value[half][group][name];
            if !known.is_null() && known != entry {
                let other = whole.origin(&walk::pointer(&[half, group, name]));
                let other = other.unwrap_or(BASE);
                let what = format!("{half}.{group}.{name} has other content than in {other}");
                problems.add(
                    &source.place,
                    what,
                    "keep one of the two, or vendor both from the same published document",
                );
                continue;
            }
            whole.record_origin(&[half, group, name], &source.place);
            whole.value[half][group][name] = entry.clone();
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
            let mut segments = walk::segments(pointer).skip(1);
            let (path, method) = (segments.next(), segments.next());
            let id = method.unwrap_or_default() + "_" + &path.unwrap_or_default();
            let words = id.split(|c: char| !c.is_ascii_alphanumeric());
            let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
            value["operationId"] = words.join("_").into();
        }
        Kind::Response if value.get("description").is_none() && value.get("$ref").is_none() => {
            value["description"] = "".into();
        }
        _ => {}
    });
}
