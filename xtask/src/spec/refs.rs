//! The document has mappings and lists where they belong, every `$ref` leads to something of the right kind inside it, and
//! none in circles.
//!
//! Checked before any stage relies on it, so that no later stage can loop or miss.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::origins::Origins;
use super::walk::{self, Kind};
use crate::problem::{Problem, Problems, Result};

/// How references to schemas begin.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// Mappings and lists are where they belong.
pub(crate) fn check_shape(document: &Value, place: impl Fn(&str) -> String) -> Result<()> {
    let misshapen = walk::misshapen(document).into_iter().map(|pointer| {
        let found = document
            .pointer(&pointer)
            .map_or("nothing", |value| match value {
                Value::Null => "nothing",
                Value::Bool(_) => "true or false",
                Value::Number(_) => "a number",
                Value::String(_) => "text",
                Value::Array(_) => "a list",
                Value::Object(_) => "a mapping",
            });
        Problem::new(
            place(&pointer),
            format!("{found} stands where OpenAPI 3.0 has something else"),
        )
    });
    misshapen.collect::<Problems>().into_result()
}

pub(crate) fn check(document: &mut Value, origins: &Origins) -> Result<()> {
    let mut problems = Problems::default();
    let mut references = Vec::new();
    walk::each(document, &mut |kind, pointer, value| {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            references.push((kind, pointer.to_owned(), target.to_owned()));
        }
    });
    // What a value is made of in place: following these can only end in a circle if no value can exist at all.
    let mut made_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (kind, pointer, target) in references {
        let place = origins.place(&pointer);
        let Some(local) = target.strip_prefix('#') else {
            problems.push(
                Problem::new(place, format!("`$ref: {target}` leads out of the document"))
                    .help("vendor the definition together with what it refers to"),
            );
            continue;
        };
        let section = match kind {
            Kind::Schema => "schemas",
            Kind::Response => "responses",
            Kind::Body => "requestBodies",
            Kind::Parameter if pointer.contains("/headers/") => "headers",
            Kind::Parameter => "parameters",
            Kind::Example => "examples",
            _ => "",
        };
        let in_section = local
            .strip_prefix("/components/")
            .and_then(|rest| rest.strip_prefix(section))
            .is_some_and(|rest| rest.starts_with('/') && !rest[1..].contains('/'));
        if !in_section || section.is_empty() {
            problems.push(Problem::new(
                place,
                format!("`$ref: {target}` does not name an entry of components.{section}"),
            ));
        } else if document.pointer(local).is_none() {
            problems.push(Problem::new(
                place,
                format!("`$ref: {target}` names a component that does not exist"),
            ));
        } else if let Some(owner) = composing_component(&pointer) {
            made_of.entry(owner).or_default().insert(local.to_owned());
        }
    }
    for start in made_of.keys() {
        if reaches(&made_of, start) {
            problems.push(
                Problem::new(origins.place(start), "is made of itself, so no value of it can exist")
                    .help("break the circle of `$ref`, allOf, anyOf or oneOf; recursion through a property is fine"),
            );
        }
    }
    problems.into_result()
}

/// The component that is, or is composed of, what stands at the pointer: reached through nothing but compositions.
fn composing_component(pointer: &str) -> Option<String> {
    let segments: Vec<&str> = pointer.split('/').collect();
    let [_, "components", section, name, rest @ ..] = segments.as_slice() else {
        return None;
    };
    let composed = rest.iter().all(|segment| {
        matches!(*segment, "allOf" | "anyOf" | "oneOf" | "not")
            || segment.chars().all(|c| c.is_ascii_digit())
    });
    composed.then(|| format!("/components/{section}/{name}"))
}

fn reaches(edges: &BTreeMap<String, BTreeSet<String>>, start: &String) -> bool {
    let mut open: Vec<&String> = edges.get(start).into_iter().flatten().collect();
    let mut seen = BTreeSet::new();
    while let Some(next) = open.pop() {
        if next == start {
            return true;
        }
        if seen.insert(next) {
            open.extend(edges.get(next).into_iter().flatten());
        }
    }
    false
}
