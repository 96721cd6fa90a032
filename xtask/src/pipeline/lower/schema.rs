//! The rules for schemas. They keep only the keys that describe the form of values.
//!
//! 1. Examples and defaults are removed. A default would be filled in while reading, and hide that a member was absent.
//! 2. Constraints on values (lengths, ranges, patterns, uniqueness) are removed: the service checks them, and the client must
//!    not refuse an answer because of them. For the same reason `additionalProperties: false` is removed: a later version of
//!    the service may answer with one more member.
//! 3. Formats are removed, except those of integers, `binary`, and `date-time`, for which the client has a hand-written type.
//! 4. An enum is reduced to its type when it is not text, or when two of its values would have the same Rust name.
//! 5. `not` and `discriminator` are removed, because they do not describe the form. Members of compositions that only contain
//!    words, or only require other members, are removed too. A composition of one member becomes that member.
//! 6. Optional lists and maps become nullable, so that an absent one is not taken for an empty one.
//! 7. Titles are removed: names come from components, and a prose title would otherwise become the name of a type.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::lower_words;
use crate::openapi::walk;

/// The keys that describe the form of values.
const KEPT: &str = "$ref description type format enum nullable required properties additionalProperties items allOf anyOf oneOf";

pub(super) fn lower(schema: &mut Value) {
    lower_words(schema);
    let is_text = schema["type"] == "string";
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    members.retain(|key, value| match key.as_str() {
        "format" => match value.as_str() {
            Some("date-time" | "binary") => is_text,
            Some(format) => is_integer_format(format),
            None => false,
        },
        "enum" => has_names(value),
        "additionalProperties" => *value != false,
        key => KEPT.split(' ').any(|kept| kept == key),
    });
    if members.contains_key("enum") {
        members.remove("format");
    }
    if members.get("additionalProperties") == Some(&true.into()) {
        members.insert("additionalProperties".to_owned(), json!({}));
    }
    tell_absent_from_empty(members);
    for key in ["allOf", "anyOf", "oneOf"] {
        lower_composition(members, key);
    }
    if let [only] = compositions(members).as_slice()
        && members
            .keys()
            .all(|key| is_composition(key) || is_word(key) || key == "type")
    {
        *schema = only.clone();
    }
}

/// Makes optional lists and maps nullable, because the generator would read an absent list or map as an empty one.
fn tell_absent_from_empty(members: &mut Map<String, Value>) {
    let required = members.get("required").cloned().unwrap_or_default();
    let properties = members.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let is_required = walk::items(&required).any(|one| one == name);
        let has_members = walk::members(&property["properties"]).count() > 0;
        // A schema with `items` and without a type is a list.
        let has = |key: &str| property.get(key).is_some();
        let is_collection = match property["type"].as_str() {
            Some(kind) => kind == "array" || kind == "object",
            None => has("items") || has("additionalProperties"),
        };
        if is_collection && !has_members && !is_required {
            property["nullable"] = true.into();
        }
    }
}

/// Whether a format chooses the type of an integer. `float` does not: a number is read with 64 bits, so that none is rounded.
fn is_integer_format(format: &str) -> bool {
    let sized = format.strip_prefix('u').unwrap_or(format);
    matches!(sized, "int8" | "int16" | "int32" | "int64")
}

fn is_composition(key: &str) -> bool {
    matches!(key, "allOf" | "anyOf" | "oneOf")
}

fn is_word(key: &str) -> bool {
    matches!(key, "description" | "readOnly" | "writeOnly" | "deprecated") || key.starts_with("x-")
}

fn compositions(members: &Map<String, Value>) -> Vec<Value> {
    let lists = members.iter().filter(|(key, _)| is_composition(key));
    let all = lists.flat_map(|(_, list)| walk::items(list));
    all.cloned().collect()
}

/// Removes members of a composition that do not describe the form of values. Moves keys beside `allOf` into a member of it,
/// because the generator ignores them elsewhere.
fn lower_composition(members: &mut Map<String, Value>, key: &str) {
    let Some(Value::Array(list)) = members.get_mut(key) else {
        return;
    };
    list.retain(|member| !says_nothing(member, key != "allOf"));
    if list.is_empty() {
        members.remove(key);
        return;
    } else if key != "allOf" {
        return;
    }
    let is_beside =
        |key: &str| !(is_composition(key) || is_word(key) || matches!(key, "type" | "nullable"));
    let all = std::mem::take(members).into_iter();
    let (mut own, rest): (Map<_, _>, Map<_, _>) = all.partition(|(key, _)| is_beside(key));
    *members = rest;
    if own.is_empty() {
        return;
    }
    members.remove("type");
    own.insert("type".to_owned(), json!("object"));
    if let Some(Value::Array(list)) = members.get_mut(key) {
        list.push(own.into());
    }
}

/// Whether a member of a composition does not describe the form of values. An alternative that only requires other members
/// counts too, because a Rust type cannot express it.
pub(super) fn says_nothing(member: &Value, is_alternative: bool) -> bool {
    let Some(members) = member.as_object() else {
        return false;
    };
    let only_requires = is_alternative && members.contains_key("required");
    let is_object = members.get("type").is_none_or(|kind| kind == "object");
    let mut keys = members.keys();
    is_object
        && is_alternative == only_requires
        && keys.all(|key| {
            is_word(key) || (only_requires && matches!(key.as_str(), "required" | "type"))
        })
}

/// Whether each value of an enum can be a variant of a Rust enum, with a name that no other variant has.
pub(super) fn has_names(values: &Value) -> bool {
    let mut names = BTreeSet::new();
    let mut all = walk::items(values).filter(|value| !value.is_null());
    let are_named = all.all(|value| {
        let text = value.as_str().unwrap_or_default().to_lowercase();
        let name: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        !name.is_empty() && names.insert(name)
    });
    are_named && !names.is_empty()
}
