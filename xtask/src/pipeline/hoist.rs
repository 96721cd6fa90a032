//! Stage 3: titled inline schemas become named components; inline copies of a component become references to it.
//!
//! The published pages repeat every schema wherever it is used. Only a `title` with API group and version, like
//! `connect.v1.Offsets`, shows that two copies are the same schema. Other titles are prose.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToPascalCase;
use serde_json::Value;

use crate::openapi::document::{self, Document};
use crate::openapi::references::{self, SCHEMAS, is_component};
use crate::openapi::walk::{self, Kind};
use crate::problem::Problems;

/// Turns every titled inline schema of the document into a component. When two schemas have the same title but different
/// contents, the document records a problem, because a name can have only one type.
pub(crate) fn hoist(document: &mut Document) {
    let mut value = document.value.take();
    let names = names(&value);
    rename_components(&mut value, &names);
    for (old, new) in &names {
        document.record_component(new, &walk::pointer(&["components", "schemas", old]));
    }

    let mut unsettled = Problems::default();
    let mut found: BTreeMap<String, (Value, String)> = BTreeMap::new();
    // Children come before parents, so the titled children of a schema are replaced before it is compared.
    walk::each(&mut value, &mut |kind, pointer, value| {
        let component = pointer.strip_prefix("/components/schemas/");
        let name = match (component, type_title(kind, value)) {
            (Some(name), _) if is_component(pointer) => name,
            (_, Some(title)) => &names[title],
            _ => return,
        };
        match found.get(name) {
            Some((known, other)) if known != value => unsettled.add(
                document.place(pointer),
                format!("the schema `{name}` has different content at {}", document.place(other)),
                "one title is one Rust type: give one of them another title in openapi/overlay.yaml",
            ),
            known => {
                if known.is_none() {
                    found.insert(name.to_owned(), (value.clone(), pointer.to_owned()));
                }
                if !is_component(pointer) {
                    *value = references::to(name);
                }
            }
        }
    });
    for (name, (schema, pointer)) in found {
        document.record_component(&name, &pointer);
        value["components"]["schemas"][name] = schema;
    }
    document.value = value;
    document.unsettled = unsettled;
}

/// The title of a schema that gets a type of its own: the title has an API group and version, and the schema is not a plain scalar.
fn type_title(kind: Kind, value: &Value) -> Option<&str> {
    let title = value.get("title")?.as_str()?;
    let is_odd = |c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c));
    let name = short(title);
    let is_name = !title.contains(is_odd) && !name.is_empty() && name != title.to_pascal_case();
    let mut keys = "properties items enum allOf oneOf anyOf".split(' ');
    let is_scalar = keys.all(|key| value.get(key).is_none());
    (kind == Kind::Schema && is_name && !is_scalar).then_some(title)
}

/// The component name for every title and every existing component name.
///
/// `connect.v1.Offsets` becomes `Offsets`. Names that would be the same name in Rust are numbered.
fn names(document: &Value) -> BTreeMap<String, String> {
    let components = document::schemas(document);
    let components = components.map(|(name, schema)| identity(name, schema).to_owned());
    let mut full: BTreeSet<String> = components.collect();
    for place in walk::all(document) {
        if !is_component(&place.pointer) {
            full.extend(type_title(place.kind, place.value).map(str::to_owned));
        }
    }
    let mut taken = BTreeSet::new();
    let name = |name: String| {
        let plain = short(&name);
        let mut numbered = (2..).map(|number| format!("{plain}{number}"));
        let mut chosen = plain.clone();
        while !taken.insert(chosen.clone()) {
            chosen = numbered.next().unwrap_or_default();
        }
        (name, chosen)
    };
    full.into_iter().map(name).collect()
}

/// The full name of a component: its title, if the component's name was made from the title, or else the component's name.
fn identity<'a>(name: &'a str, schema: &'a Value) -> &'a str {
    let title = type_title(Kind::Schema, schema);
    title.filter(|title| short(title) == name).unwrap_or(name)
}

/// A title without its API group and version, such as `Offsets` for `connect.v1.Offsets`.
fn short(name: &str) -> String {
    let segments: Vec<_> = name.split('.').collect();
    let is_version = |segment: &&str| {
        let rest = segment.strip_prefix('v');
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    match segments.iter().position(is_version) {
        Some(version) if version + 1 < segments.len() => {
            segments[version + 1..].join(".").to_pascal_case()
        }
        _ => name.to_pascal_case(),
    }
}

fn rename_components(document: &mut Value, names: &BTreeMap<String, String>) {
    let schemas = document.pointer_mut("/components/schemas");
    let Some(schemas) = schemas.and_then(Value::as_object_mut) else {
        return;
    };
    let all = std::mem::take(schemas).into_iter();
    *schemas = all
        .map(|(name, schema)| (names[identity(&name, &schema)].clone(), schema))
        .collect();
    walk::each(document, &mut |kind, _, value| {
        if let Some(name) = references::target(value).and_then(|name| names.get(name)) {
            *value = references::to(name);
        }
        let mapping = value.pointer_mut("/discriminator/mapping");
        let mapping = mapping.filter(|_| kind == Kind::Schema);
        let mapping = mapping.and_then(Value::as_object_mut);
        for (_, target) in mapping.into_iter().flatten() {
            let text = target.as_str().unwrap_or_default();
            let old = text.strip_prefix(SCHEMAS).unwrap_or(text);
            if let Some(name) = names.get(old) {
                *target = text.replace(old, name).into();
            }
        }
    });
}
