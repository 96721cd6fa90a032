//! Stage 2: joins `base.yaml` and all vendored operations into one document.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::sources::{BASE, Sources};
use crate::openapi::document::{Document, Source};
use crate::openapi::select::Operation;
use crate::openapi::walk::{self, Kind, METHODS};
use crate::openapi::{bounds, select, shape};
use crate::problem::{Problem, Problems, Result};

/// Joins the sources. Several files may contain the same path and method, or the same component, when the content is equal.
pub(crate) fn assemble(sources: &Sources) -> Result<Document> {
    let mut problems = Problems::default();
    if sources.base.document.get("openapi").is_none() {
        problems.push(Problem::new(&sources.base.place, "has no `openapi: 3.0.x`"));
    }
    for source in sources.vendored.iter().chain([&sources.base]) {
        problems.take(check(source));
    }
    // A source of the wrong structure ends the stage here, because the code below relies on the structure.
    std::mem::take(&mut problems).into_result()?;

    let mut whole = Document::new(&sources.base);
    let documents = sources.vendored.iter().map(|one| &one.document);
    let all: BTreeSet<Operation> = documents.flat_map(select::operations).collect();
    for source in &sources.vendored {
        let part = select::settled(&source.document);
        if part.get("paths").is_none() {
            problems.add(
                &source.place,
                "has no `paths`, so it describes no operation",
                "vendor the block that starts with `paths:` of the published definition",
            );
            continue;
        }
        for half in ["components", "paths"] {
            problems.take(merge(&mut whole, half, &part[half], &all, source));
        }
    }
    problems.into_result()?;
    bounds::check_counts("openapi/vendor/", &whole.value)?;
    Ok(whole)
}

fn check(source: &Source) -> Result<()> {
    shape::check_version(&source.place, &source.document)?;
    bounds::check_counts(&source.place, &source.document)?;
    let place = |pointer: &str| format!("{} at {pointer}", source.place);
    shape::check(&source.document, false, place)
}

/// Turns an operation on `/a?b=c` into one on `/a` with a required query parameter `b` whose only value is `c`.
///
/// The query stays in the path in three cases: another operation has the same path and method, a parameter's name is empty or
/// occurs twice, or the query is percent-encoded.
fn lift_query(all: &BTreeSet<Operation>, path: &mut String, method: &str, operation: &mut Value) {
    let Some((bare, query)) = path.split_once('?') else {
        return;
    };
    let is_same = |other: &&Operation| other.0.split('?').next() == Some(bare) && other.1 == method;
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    let is_plain = !query.contains(['%', '+']) && names.clone().all(|name| !name.is_empty());
    let is_plain = is_plain && names.clone().collect::<BTreeSet<_>>().len() == names.count();
    let is_free = is_plain && all.iter().filter(is_same).count() == 1;
    let mut parameters: Vec<Value> = walk::items(&operation["parameters"]).cloned().collect();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_it = |one: &Value| one["name"] == name && one["in"] == "query";
        let described = parameters.iter().position(is_it);
        let described = described.map(|at| parameters.remove(at));
        if is_free {
            let mut said = described.unwrap_or_else(|| json!({ "name": name, "in": "query" }));
            said["required"] = true.into();
            said["schema"] = json!({ "type": "string", "enum": [value] });
            parameters.push(said);
        }
    }
    operation["parameters"] = parameters.into();
    if is_free {
        *path = bare.to_owned();
    }
}

/// Adds the paths or the components of one file. The security schemes of the frame are not replaced by those of a file, because
/// each file describes the same schemes in its own way.
fn merge(
    whole: &mut Document,
    half: &str,
    groups: &Value,
    operations: &BTreeSet<Operation>,
    source: &Source,
) -> Result<()> {
    let mut problems = Problems::default();
    let all = walk::members(groups);
    for (group, entries) in all.filter(|(name, _)| !walk::is_extension(Kind::PathItem, name)) {
        for (name, entry) in walk::members(entries) {
            let (mut group, mut entry) = (group.clone(), entry.clone());
            if half == "paths" && METHODS.contains(&name.as_str()) {
                lift_query(operations, &mut group, name, &mut entry);
            }
            let known = &whole.value[half][&group][name];
            let other = whole.origin(&walk::pointer(&[half, &group, name]));
            if group == "securitySchemes" && !known.is_null() && other.is_none() {
                continue;
            }
            if !known.is_null() && *known != entry {
                let other = other.unwrap_or(BASE);
                let what = format!("{half}.{group}.{name} has other content than in {other}");
                let help = "keep one of the two, or vendor both from the same published document";
                problems.add(&source.place, what, help);
                continue;
            }
            whole.record_origin(&[half, &group, name], &source.place);
            whole.value[half][group][name] = entry;
        }
    }
    problems.into_result()
}
