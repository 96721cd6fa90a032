//! Whether a document has everywhere what OpenAPI 3.0 puts there. Checked before any stage takes it for granted.

use heck::ToSnakeCase;
use serde_json::Value;

use super::walk::{self, Holds, Kind};
use crate::problem::{Problem, Problems, Result};

/// How much is asked of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// What is there has the right form. Parts of a document pass, and so do keys that only the overlay will take away.
    Form,
    /// Nothing is missing, and nothing is there that OpenAPI 3.0 does not know.
    Whole,
}

/// Every deviation, with the place that `name` makes of its pointer.
pub(crate) fn check(
    document: &Value,
    strictness: Strictness,
    name: impl Fn(&str) -> String,
) -> Result<()> {
    let mut problems = Problems::default();
    for place in walk::all(document) {
        let kind = one(place.kind);
        let mut tell = |pointer: &str, message: String| {
            let help = "correct it by an action in openapi/overlay.yaml";
            problems.add(name(pointer), message, help);
        };
        let Some(members) = place.value.as_object() else {
            tell(&place.pointer, differs(place.value, &kind));
            continue;
        };
        let is_reference = members.contains_key("$ref");
        if place.kind == Kind::PathItem && is_reference {
            let message = "a path item by `$ref` is not followed; write it out";
            tell(&place.pointer, message.to_owned());
        }
        if let ["", "components", _, name] = *place.pointer.split('/').collect::<Vec<_>>()
            && !is_component_name(name)
        {
            let message =
                "the name of a component has other characters than A-Z, a-z, 0-9, `.`, `_` and `-`";
            tell(&place.pointer, message.to_owned());
        }
        let is_whole = strictness == Strictness::Whole && !is_reference;
        for (key, member) in members {
            let at = walk::join(&place.pointer, key);
            match walk::holds(place.kind, key) {
                Some(expected) if !fits(expected, member) => {
                    tell(&at, differs(member, &words(expected)));
                }
                None if is_whole => tell(&at, format!("OpenAPI 3.0 has no `{key}` in {kind}")),
                _ => {}
            }
        }
        for key in required(place.kind) {
            if is_whole && !members.contains_key(*key) {
                tell(&place.pointer, format!("`{key}` is missing in {kind}"));
            }
        }
    }
    problems.into_result()
}

/// A document that says of itself that it is not OpenAPI 3.0.
pub(crate) fn check_version(place: &str, document: &Value) -> Result<()> {
    for key in ["openapi", "swagger"] {
        let Some(version) = document.get(key) else {
            continue;
        };
        if key != "openapi"
            || !version
                .as_str()
                .is_some_and(|version| version.starts_with("3.0."))
        {
            let what =
                format!("`{key}: {version}` is not OpenAPI 3.0, the only version that is carried");
            let help = "convert the document to OpenAPI 3.0.3 and give that";
            return Err(Problem::new(place, what).help(help).into());
        }
    }
    Ok(())
}

fn is_component_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

fn required(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Document => &["openapi", "info", "paths"],
        Kind::Info => &["title", "version"],
        Kind::Server => &["url"],
        Kind::Operation => &["responses"],
        Kind::Parameter => &["name", "in"],
        Kind::Body => &["content"],
        Kind::Response => &["description"],
        _ => &[],
    }
}

fn fits(expected: Holds, value: &Value) -> bool {
    let whole = |number: f64| number >= 0.0 && number.fract() == 0.0;
    match expected {
        Holds::Anything => true,
        Holds::Text => value.is_string(),
        Holds::Flag => value.is_boolean(),
        Holds::Number => value.is_number(),
        Holds::Count => value.as_f64().is_some_and(whole),
        Holds::Texts => value
            .as_array()
            .is_some_and(|items| items.iter().all(Value::is_string)),
        Holds::AnyList | Holds::List(_) => value.is_array(),
        Holds::AnyMapping | Holds::Mapping(_) => value.is_object(),
        // Told once, by the object itself.
        Holds::One(_) => true,
        Holds::SchemaOrFlag => value.is_object() || value.is_boolean(),
    }
}

fn differs(value: &Value, expected: &str) -> String {
    let found = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    };
    format!("{found} stands where {expected} belongs")
}

fn words(expected: Holds) -> String {
    let fixed = match expected {
        Holds::One(kind) => return one(kind),
        Holds::Mapping(kind) => return format!("a mapping, each value {},", one(kind)),
        Holds::List(kind) => return format!("a list, each item {},", one(kind)),
        Holds::Text => "text",
        Holds::Flag => "true or false",
        Holds::Number => "a number",
        Holds::Count => "a whole number from zero",
        Holds::Texts => "a list of texts",
        Holds::AnyList => "a list",
        Holds::SchemaOrFlag => "a schema, true or false",
        Holds::AnyMapping | Holds::Anything => "a mapping",
    };
    fixed.to_owned()
}

/// An object of a kind as messages call it.
pub(crate) fn one(kind: Kind) -> String {
    let name = format!("{kind:?}").to_snake_case().replace('_', " ");
    let is_vowel = name.starts_with(['e', 'i', 'o']);
    format!("{} {name}", if is_vowel { "an" } else { "a" })
}
