//! The rules for schemas:
//!
//! 1. Examples and defaults go. A default would be filled in while reading, and absent would no longer be absent.
//! 2. Constraints on values go (lengths, ranges, patterns, uniqueness): the service checks them, and a client that
//!    refuses an answer because a number is too small helps nobody. They would also choose odd types (`NonZeroU64`) and
//!    pull in a regular expression engine.
//! 3. Text formats go, except `date-time`, which has a type of ours, and `binary`. The rest would pull in more crates.
//! 4. An enum goes when it is not text, or when two of its values would have the same Rust name: what remains is its type.
//! 5. `not` and `discriminator` go; they say nothing about the shape. members of `allOf` that only
//!    describe go too, and `allOf` with one member becomes that member.
//! 6. Titles go: names come from components, and a prose title would otherwise become a type name.

use serde_json::Value;

const DROPPED: &[&str] = &[
    "example",
    "default",
    "title",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "not",
    "discriminator",
    "xml",
    "externalDocs",
];

pub(super) fn lower(schema: &mut Value) {
    super::remove(schema, DROPPED);
    let is_text = schema["type"] == "string";
    let keeps_format = match schema["format"].as_str() {
        Some("date-time" | "binary") => is_text && schema.get("enum").is_none(),
        _ => !is_text,
    };
    if !keeps_format {
        super::remove(schema, &["format"]);
    }
    if schema.get("enum").is_some_and(|values| !has_names(values)) {
        super::remove(schema, &["enum"]);
    }
    if let Some(Value::Array(members)) = schema.get_mut("allOf") {
        let all = members.clone();
        members.retain(|member| !only_describes(member));
        if members.is_empty() {
            *members = all;
        }
    }
    if let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice)
        && schema.get("properties").is_none()
        && schema["nullable"] != true
    {
        *schema = only.clone();
    }
}

/// Whether a member of a composition says nothing about the values.
fn only_describes(member: &Value) -> bool {
    const WORDS: [&str; 4] = ["description", "readOnly", "writeOnly", "deprecated"];
    member.as_object().is_some_and(|members| {
        let mut keys = members.keys();
        keys.all(|key| WORDS.contains(&key.as_str()) || key.starts_with("x-"))
    })
}

/// Whether every value can be a variant of a Rust enum with a name of its own.
fn has_names(values: &Value) -> bool {
    let Some(values) = values.as_array() else {
        return false;
    };
    let mut names: Vec<String> = Vec::new();
    for value in values.iter().filter(|value| !value.is_null()) {
        let Some(text) = value.as_str() else {
            return false;
        };
        let name: String = text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        if name.is_empty() || names.contains(&name) {
            return false;
        }
        names.push(name);
    }
    !names.is_empty()
}
