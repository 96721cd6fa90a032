//! Stage 3: titled inline schemas become named components; inline copies of a component become references to it.
//!
//! The published pages repeat every schema wherever it is used and tell only by `title` that it is the same one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use heck::ToPascalCase;
use serde_json::Value;

use crate::openapi::document::Document;
use crate::openapi::references::{self, SCHEMAS, is_component};
use crate::openapi::walk::{self, Kind};
use crate::problem::{Problem, Problems};

/// Where component schemas stand.
const COMPONENTS: &str = "/components/schemas/";

/// Hoists every titled inline schema of the document.
///
/// Schemas with one title and different contents stay inline. Where the title names an API group and version, like
/// `connect.v1.Offsets`, that is left to be settled, since one name can mean only one type; other titles claim no such
/// thing.
pub(crate) fn hoist(document: &mut Document) {
    let mut inline = BTreeSet::new();
    let mut unsettled = Problems::default();
    loop {
        let mut attempt = document.value.clone();
        let found = hoist_all_but(&inline, &mut attempt, document);
        if found.is_empty() {
            document.value = attempt;
            document.unsettled = unsettled;
            return;
        }
        for (title, problems) in found {
            if short(&title) != joined(&title) {
                unsettled.extend(problems);
            }
            inline.insert(title);
        }
    }
}

/// Hoists all titles but those in `inline`; the problems of each title that stands for different contents.
fn hoist_all_but(
    inline: &BTreeSet<String>,
    value: &mut Value,
    document: &Document,
) -> BTreeMap<String, Problems> {
    let names = names(value, inline);
    rename_components(value, &names);

    let mut problems: BTreeMap<String, Problems> = BTreeMap::new();
    let mut found: BTreeMap<String, (Value, String)> = BTreeMap::new();
    let mut compare = |name: &str, title: &str, value: &Value, pointer: &str| {
        match found.get(name) {
            None => {
                found.insert(name.to_owned(), (value.clone(), pointer.to_owned()));
            }
            Some((known, _)) if known == value => {}
            Some((_, other)) => problems.entry(title.to_owned()).or_default().push(
                Problem::new(
                    document.place(pointer),
                    format!("the schema title {title:?} is used with different content at {}", document.place(other)),
                )
                .help("one title is one Rust type: give one of them another title in openapi/overlay.yaml"),
            ),
        }
    };
    // Children come before parents, so whatever is compared has its own titled children replaced already.
    walk::each(value, &mut |kind, pointer, value| {
        if kind == Kind::Schema && is_component(pointer) {
            let name = pointer.trim_start_matches(COMPONENTS);
            compare(name, name, value, pointer);
        } else if let Some(title) = type_title(kind, value).filter(|title| !inline.contains(*title))
        {
            let name = &names[title];
            compare(name, title, value, pointer);
            *value = references::to(name);
        }
    });
    for (name, (schema, _)) in found {
        value["components"]["schemas"][name] = schema;
    }
    fold_copies(value);
    problems
}

/// The title of a schema that deserves a type of its own: the title looks like a type's name, and the schema is more
/// than a plain scalar, for which titles are often prose.
fn type_title(kind: Kind, value: &Value) -> Option<&str> {
    let title = value.get("title")?.as_str()?;
    let is_name = title.starts_with(|c: char| c.is_ascii_alphabetic())
        && title
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    (kind == Kind::Schema && is_name && is_composite(value)).then_some(title)
}

fn is_composite(schema: &Value) -> bool {
    ["properties", "items", "enum", "allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| schema.get(key).is_some())
}

/// The component name for every title and every present component name.
///
/// `connect.v1.Offsets` becomes `Offsets`, unless two groups or a present component would then share the Rust name.
fn names(document: &Value, inline: &BTreeSet<String>) -> BTreeMap<String, String> {
    let components = document["components"]["schemas"].as_object();
    let mut full: BTreeSet<String> = components
        .into_iter()
        .flat_map(|schemas| schemas.keys().cloned())
        .collect();
    for place in walk::all(document) {
        if !is_component(&place.pointer) {
            let title = type_title(place.kind, place.value);
            full.extend(
                title
                    .filter(|title| !inline.contains(*title))
                    .map(str::to_owned),
            );
        }
    }
    let mut uses: HashMap<String, usize> = HashMap::new();
    for name in &full {
        *uses.entry(short(name).to_pascal_case()).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    full.into_iter()
        .map(|name| {
            let short = short(&name);
            let plain = if uses[&short.to_pascal_case()] == 1 {
                short
            } else {
                joined(&name)
            };
            // Names that differ only in case or separators are one name in Rust, so they are numbered.
            let mut chosen = plain.clone();
            let mut number = 1;
            while !taken.insert(chosen.to_pascal_case()) {
                number += 1;
                chosen = format!("{plain}{number}");
            }
            (name, chosen)
        })
        .collect()
}

/// The name without its API group and version.
fn short(name: &str) -> String {
    let mut segments: Vec<_> = name.split('.').collect();
    let is_version = |segment: &&str| {
        segment
            .strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    if let Some(version) = segments.iter().position(is_version)
        && version + 1 < segments.len()
    {
        segments.drain(..=version);
    }
    joined(&segments.join("."))
}

/// All segments as one name in the style of a Rust type.
fn joined(name: &str) -> String {
    let words = name.split(['.', '-', '_']);
    words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.collect::<String>() + letters.as_str()
        })
        .collect()
}

fn rename_components(document: &mut Value, names: &BTreeMap<String, String>) {
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    *schemas = std::mem::take(schemas)
        .into_iter()
        .map(|(name, schema)| (names[&name].clone(), schema))
        .collect();
    walk::each(document, &mut |kind, _, value| {
        if let Some(name) = references::target(value).and_then(|name| names.get(name)) {
            *value = references::to(name);
        }
        if kind == Kind::Schema {
            for target in walk::mapping_mut(value) {
                let text = target.as_str().unwrap_or_default();
                let (start, name) = match text.strip_prefix(SCHEMAS) {
                    Some(name) => (SCHEMAS, name),
                    None => ("", text),
                };
                if let Some(name) = names.get(name) {
                    *target = format!("{start}{name}").into();
                }
            }
        }
    });
}

/// Replaces untitled inline copies of a component, until nothing changes: a replacement inside one schema can make it
/// equal to another.
fn fold_copies(document: &mut Value) {
    let mut changed = true;
    while changed {
        changed = false;
        let mut components: HashMap<String, Option<String>> = HashMap::new();
        let schemas = document["components"]["schemas"].as_object();
        for (name, schema) in schemas.into_iter().flatten() {
            if is_composite(schema) {
                // Two components with the same content give no answer to which one a copy means.
                components
                    .entry(schema.to_string())
                    .and_modify(|name| *name = None)
                    .or_insert_with(|| Some(name.clone()));
            }
        }
        walk::each(document, &mut |kind, pointer, value| {
            if kind == Kind::Schema
                && !is_component(pointer)
                && is_composite(value)
                && let Some(Some(name)) = components.get(&value.to_string())
            {
                *value = references::to(name);
                changed = true;
            }
        });
    }
}
