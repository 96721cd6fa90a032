//! Titled inline schemas become named components; inline copies of a component become references to it.
//!
//! The published pages repeat every schema wherever it is used and tell only by `title` that it is the same one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use super::origins::Origins;
use super::refs;
use super::walk::{self, Kind};
use crate::problem::{Problem, Problems, Result};

const SCHEMAS: &str = "/components/schemas/";

/// What to do when one title stands for different contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conflicts {
    /// Leave the schemas inline for now, so that the overlay can give one of them another title.
    Leave,
    /// Titles that name an API group and version, like `connect.v1.Offsets`, must stand for one content, since one name
    /// can mean only one type. Other titles claim no such thing; their schemas stay inline.
    Refuse,
}

/// Hoists every titled inline schema of the document; returns the conflicts that were left.
pub(crate) fn hoist(
    document: &mut Value,
    origins: &Origins,
    conflicts: Conflicts,
) -> Result<Problems> {
    let mut left = Problems::default();
    let mut inline = BTreeSet::new();
    loop {
        let mut attempt = document.clone();
        let found = attempt_without(&mut attempt, origins, &inline);
        if found.is_empty() {
            *document = attempt;
            return Ok(left);
        }
        let refused = |title: &str| conflicts == Conflicts::Refuse && short(title) != joined(title);
        if found.keys().any(|title| refused(title)) {
            return Err(found
                .into_iter()
                .filter(|(title, _)| refused(title))
                .flat_map(|(_, problems)| problems)
                .collect());
        }
        for (title, problems) in found {
            inline.insert(title);
            problems.into_iter().for_each(|problem| left.push(problem));
        }
    }
}

/// Hoists all titles but those in `inline`; the problems of each title that stands for different contents.
fn attempt_without(
    document: &mut Value,
    origins: &Origins,
    inline: &BTreeSet<String>,
) -> BTreeMap<String, Vec<Problem>> {
    let names = names(document, inline);
    rename_components(document, &names);

    let mut problems: BTreeMap<String, Vec<Problem>> = BTreeMap::new();
    let mut found: BTreeMap<String, (Value, String)> = BTreeMap::new();
    let mut compare = |name: &str, title: &str, value: &Value, pointer: &str| {
        match found.get(name) {
        None => {
            found.insert(name.to_owned(), (value.clone(), pointer.to_owned()));
        }
        Some((known, _)) if known == value => {}
        Some((_, other)) => problems.entry(title.to_owned()).or_default().push(
            Problem::new(
                origins.place(pointer),
                format!("the schema title {title:?} is used with different content at {}", origins.place(other)),
            )
            .help("one title is one Rust type: give one of them another title in openapi/overlay.yaml"),
        ),
    }
    };
    // Children come before parents, so whatever is compared has its own titled children replaced already.
    walk::each(document, &mut |kind, pointer, value| {
        if kind == Kind::Schema && is_component(pointer) {
            let name = pointer.trim_start_matches(SCHEMAS);
            compare(name, name, value, pointer);
        } else if let Some(title) = type_title(kind, value).filter(|title| !inline.contains(*title))
        {
            let name = &names[title];
            compare(name, title, value, pointer);
            *value = reference(name);
        }
    });
    for (name, (schema, _)) in found {
        document["components"]["schemas"][name] = schema;
    }
    fold_copies(document);
    problems
}

/// The title of a schema that deserves a type of its own: the title looks like a type's name, and the schema is more
/// than a plain scalar, for which titles are often prose.
pub(crate) fn type_title(kind: Kind, value: &Value) -> Option<&str> {
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
/// `connect.v1.Offsets` becomes `Offsets`, unless two groups or a present component would then share the name.
fn names(document: &mut Value, inline: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut full: BTreeSet<String> = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flat_map(|schemas| schemas.keys().cloned())
        .collect();
    walk::each(document, &mut |kind, pointer, value| {
        if !is_component(pointer) {
            let title = type_title(kind, value).filter(|title| !inline.contains(*title));
            full.extend(title.map(str::to_owned));
        }
    });
    let mut uses: HashMap<String, usize> = HashMap::new();
    for name in &full {
        *uses.entry(short(name)).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    full.into_iter()
        .map(|name| {
            let short = short(&name);
            let mut chosen = if uses[&short] == 1 {
                short
            } else {
                joined(&name)
            };
            // Names that differ only in their separators.
            while !taken.insert(chosen.clone()) {
                chosen.push('_');
            }
            (name, chosen)
        })
        .collect()
}

/// The name without its API group and version.
pub(crate) fn short(name: &str) -> String {
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
    name.split(['.', '-', '_'])
        .filter(|word| !word.is_empty())
        .map(|word| word[..1].to_uppercase() + &word[1..])
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
        let renamed = value["$ref"]
            .as_str()
            .and_then(|target| names.get(target.strip_prefix(refs::SCHEMAS)?))
            .map(|name| reference(name));
        if let Some(renamed) = renamed {
            *value = renamed;
        }
        if kind == Kind::Schema {
            for target in walk::mapping_mut(value) {
                let text = target.as_str().unwrap_or_default();
                let (start, name) = match text.strip_prefix(refs::SCHEMAS) {
                    Some(name) => (refs::SCHEMAS, name),
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
    loop {
        let mut components: HashMap<String, Option<String>> = HashMap::new();
        for (name, schema) in document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flatten()
        {
            if is_composite(schema) {
                // Two components with the same content give no answer to which one a copy means.
                components
                    .entry(schema.to_string())
                    .and_modify(|name| *name = None)
                    .or_insert_with(|| Some(name.clone()));
            }
        }
        let mut changed = false;
        walk::each(document, &mut |kind, pointer, value| {
            if kind == Kind::Schema
                && !is_component(pointer)
                && is_composite(value)
                && let Some(Some(name)) = components.get(&value.to_string())
            {
                *value = reference(name);
                changed = true;
            }
        });
        if !changed {
            return;
        }
    }
}

fn is_component(pointer: &str) -> bool {
    pointer
        .strip_prefix(SCHEMAS)
        .is_some_and(|rest| !rest.contains('/'))
}

pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{}{name}", refs::SCHEMAS) })
}
