//! `base.yaml` and all vendored operations joined into one document.

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
        problems.take(lift_queries(&mut source));
        let Value::Object(mut members) = source.document else {
            continue;
        };
        if let Some(Value::Object(components)) = members.remove("components") {
            merge_components(&mut whole, components, &source.place, &mut problems);
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
pub(crate) fn lift_queries(source: &mut Source) -> Result<()> {
    let mut problems = Problems::default();
    let Some(Value::Object(paths)) = source.document.get_mut("paths") else {
        return Ok(());
    };
    let with_query: Vec<String> = paths
        .keys()
        .filter(|key| key.contains('?'))
        .cloned()
        .collect();
    for key in with_query {
        let (path, query) = key.split_once('?').unwrap_or((&key, ""));
        let Some(mut item) = paths.remove(&key) else {
            continue;
        };
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
                if let Value::Array(parameters) = parameters {
                    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                        if !parameters
                            .iter()
                            .any(|known| known["name"] == name && known["in"] == "query")
                        {
                            parameters.push(json!({
                                "name": name, "in": "query", "required": true,
                                "schema": { "type": "string", "enum": [value] },
                            }));
                        }
                    }
                }
            }
        }
        match paths.get_mut(path) {
            None => {
                paths.insert(path.to_owned(), item);
            }
            Some(existing) => {
                if let Err(method) = merge_item(existing, item) {
                    problems.push(Problem::new(
                        &source.place,
                        format!("`{method} {key}` and `{method} {path}` differ only in their query, which one OpenAPI path cannot express"),
                    )
                    .help("keep one of them, with the query as an optional parameter"));
                }
            }
        }
    }
    problems.into_result()
}

fn merge_components(
    whole: &mut Value,
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

/// Gives every operation without an id one made of its method and path, since a method of the client needs a name.
pub(crate) fn name_operations(document: &mut Value) {
    walk::each(document, &mut |kind, pointer, value| {
        if kind == Kind::Operation && value.get("operationId").is_none() {
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
    });
}
