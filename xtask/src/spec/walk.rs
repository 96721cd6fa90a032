//! Where schemas, parameters and bodies live in an OpenAPI 3.0 document, as one table, so that no stage searches by key
//! name and mistakes a property called `schema` for a schema.

use serde_json::Value;

/// What kind of object stands at a place of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Components,
    PathItem,
    Operation,
    /// Parameters and headers have the same shape.
    Parameter,
    Body,
    Response,
    Media,
    Example,
    Schema,
}

pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Whether a key holds one object of the kind, or a list or mapping of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    Many,
}

fn child(kind: Kind, key: &str) -> Option<(Shape, Kind)> {
    use Shape::{Many, One};
    Some(match (kind, key) {
        (Kind::Document, "paths") => (Many, Kind::PathItem),
        (Kind::Document, "components") => (One, Kind::Components),
        (Kind::Components, "schemas") => (Many, Kind::Schema),
        (Kind::Components, "parameters" | "headers") => (Many, Kind::Parameter),
        (Kind::Components, "requestBodies") => (Many, Kind::Body),
        (Kind::Components, "responses") => (Many, Kind::Response),
        (Kind::Components | Kind::Parameter | Kind::Media, "examples") => (Many, Kind::Example),
        (Kind::PathItem | Kind::Operation, "parameters") => (Many, Kind::Parameter),
        (Kind::PathItem, method) if METHODS.contains(&method) => (One, Kind::Operation),
        (Kind::Operation, "requestBody") => (One, Kind::Body),
        (Kind::Operation, "responses") => (Many, Kind::Response),
        (Kind::Response, "headers") => (Many, Kind::Parameter),
        (Kind::Parameter | Kind::Body | Kind::Response, "content") => (Many, Kind::Media),
        (Kind::Parameter | Kind::Media, "schema") => (One, Kind::Schema),
        (Kind::Schema, "items" | "additionalProperties" | "not") => (One, Kind::Schema),
        (Kind::Schema, "properties" | "allOf" | "anyOf" | "oneOf") => (Many, Kind::Schema),
        _ => return None,
    })
}

/// Calls `visit` for every object of the document that has a kind, children before parents.
pub(crate) fn each(document: &mut Value, visit: &mut dyn FnMut(Kind, &str, &mut Value)) {
    descend(Kind::Document, &mut String::new(), document, visit);
}

fn descend(
    kind: Kind,
    pointer: &mut String,
    value: &mut Value,
    visit: &mut dyn FnMut(Kind, &str, &mut Value),
) {
    if let Value::Object(members) = value {
        for (key, member) in members {
            let Some((shape, kind)) = child(kind, key) else {
                continue;
            };
            let length = pointer.len();
            push(pointer, key);
            match (shape, member) {
                (Shape::One, member) => descend(kind, pointer, member, visit),
                (Shape::Many, Value::Object(entries)) => {
                    for (name, entry) in entries {
                        let length = pointer.len();
                        push(pointer, name);
                        descend(kind, pointer, entry, visit);
                        pointer.truncate(length);
                    }
                }
                (Shape::Many, Value::Array(entries)) => {
                    for (index, entry) in entries.iter_mut().enumerate() {
                        let length = pointer.len();
                        push(pointer, &index.to_string());
                        descend(kind, pointer, entry, visit);
                        pointer.truncate(length);
                    }
                }
                (Shape::Many, _) => {}
            }
            pointer.truncate(length);
        }
        visit(kind, pointer, value);
    }
}

/// Every place where the document holds something else than the mapping or list that belongs there, which later stages
/// take for granted.
pub(crate) fn misshapen(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    examine(Kind::Document, &mut String::new(), document, &mut found);
    found
}

fn examine(of: Kind, pointer: &mut String, value: &Value, found: &mut Vec<String>) {
    let Value::Object(members) = value else {
        found.push(pointer.clone());
        return;
    };
    for (key, member) in members {
        let Some((shape, kind)) = child(of, key) else {
            continue;
        };
        let length = pointer.len();
        push(pointer, key);
        let entries: Vec<(String, &Value)> = match (shape, member) {
            (Shape::One, Value::Bool(_)) if key == "additionalProperties" => Vec::new(),
            (Shape::One, member) => {
                examine(kind, pointer, member, found);
                Vec::new()
            }
            (Shape::Many, Value::Object(entries)) if !is_list(of, key) => entries
                .iter()
                .map(|(name, entry)| (name.clone(), entry))
                .collect(),
            (Shape::Many, Value::Array(entries)) if is_list(of, key) => entries
                .iter()
                .enumerate()
                .map(|(index, entry)| (index.to_string(), entry))
                .collect(),
            (Shape::Many, _) => {
                found.push(pointer.clone());
                Vec::new()
            }
        };
        for (name, entry) in entries
            .into_iter()
            .filter(|(name, _)| !name.starts_with("x-"))
        {
            let length = pointer.len();
            push(pointer, &name);
            examine(kind, pointer, entry, found);
            pointer.truncate(length);
        }
        pointer.truncate(length);
    }
}

/// Whether the objects below a key stand in a list.
fn is_list(of: Kind, key: &str) -> bool {
    matches!(key, "allOf" | "anyOf" | "oneOf") || (key == "parameters" && of != Kind::Components)
}

/// What the values of a schema's discriminator stand for.
pub(crate) fn mapping_mut(schema: &mut Value) -> impl Iterator<Item = &mut Value> {
    let discriminator = schema.get_mut("discriminator");
    let mapping = discriminator.and_then(|discriminator| discriminator.get_mut("mapping"));
    let entries = mapping.and_then(Value::as_object_mut);
    entries.into_iter().flat_map(|entries| entries.values_mut())
}

/// Appends one segment to a JSON pointer.
pub(crate) fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    if segment.contains(['~', '/']) {
        pointer.push_str(&segment.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(segment);
    }
}

/// The JSON pointer made of the segments.
pub(crate) fn pointer(segments: &[&str]) -> String {
    let mut pointer = String::new();
    for segment in segments {
        push(&mut pointer, segment);
    }
    pointer
}

/// The segments of a JSON pointer, unescaped.
pub(crate) fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer
        .split('/')
        .skip(1)
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
}
