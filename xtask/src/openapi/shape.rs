//! Checks that a document has the structure of OpenAPI 3.0, on which all stages rely.

use serde_json::Value;

use super::walk::{self, Holds, Kind};
use crate::problem::{Problem, Problems, Result};

/// Refuses a document that deviates from OpenAPI 3.0. `name` turns the pointer of a deviation into the location in its error.
/// In a document that is not yet whole, parts may be missing, and there may be keys that the overlay will remove.
pub(crate) fn check(document: &Value, is_whole: bool, name: impl Fn(&str) -> String) -> Result<()> {
    let mut problems = Problems::default();
    for place in walk::all(document) {
        let kind = place.kind;
        let mut tell = |pointer: &str, message: String| {
            let help = "correct it by an action in openapi/overlay.yaml";
            problems.add(name(pointer), message, help);
        };
        let Some(members) = place.value.as_object() else {
            let message = format!("an OpenAPI {kind:?} object belongs here");
            tell(&place.pointer, message);
            continue;
        };
        let is_reference = members.contains_key("$ref");
        if kind == Kind::PathItem && is_reference {
            let message = "the `$ref` of a path item is not followed; write out the path item";
            tell(&place.pointer, message.to_owned());
        }
        let is_odd = |c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c));
        if let ["", "components", _, name] = *place.pointer.split('/').collect::<Vec<_>>()
            && (name.is_empty() || name.contains(is_odd))
        {
            let message =
                "the name of a component has other characters than A-Z, a-z, 0-9, `.`, `_` and `-`";
            tell(&place.pointer, message.to_owned());
        }
        let is_whole = is_whole && !is_reference;
        for (key, member) in members {
            let at = walk::join(&place.pointer, key);
            match walk::holds(kind, key).map(|holds| misplaced(holds, member)) {
                Some(Some(expected)) => tell(&at, format!("{expected} belongs here")),
                // An unknown top-level key is refused now, because joining the sources would lose it.
                None if is_whole || kind == Kind::Document => tell(
                    &at,
                    format!("OpenAPI 3.0 has no `{key}` in its {kind:?} object"),
                ),
                _ => {}
            }
        }
        for key in walk::required(kind).filter(|key| is_whole && !members.contains_key(*key)) {
            let what = format!("`{key}` is missing in its {kind:?} object");
            tell(&place.pointer, what);
        }
    }
    problems.into_result()
}

/// Refuses a document that declares another version than OpenAPI 3.0.
pub(crate) fn check_version(place: &str, document: &Value) -> Result<()> {
    let (key, version) = match (&document["swagger"], &document["openapi"]) {
        (Value::Null, Value::Null) => return Ok(()),
        (Value::Null, Value::String(version)) if version.starts_with("3.0.") => return Ok(()),
        (Value::Null, version) => ("openapi", version),
        (version, _) => ("swagger", version),
    };
    let what = format!("`{key}: {version}` is not OpenAPI 3.0, the only version that is supported");
    let help = "convert the document to OpenAPI 3.0.3 and give the result instead";
    Err(Problem::new(place, what).help(help).into())
}

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// What belongs in the place of `value`, as `holds` says; `None` when `value` is correct. When a single object belongs there, every
/// value is accepted: [`check`] examines it when it comes to the object's own place.
fn misplaced(holds: Holds, value: &Value) -> Option<&'static str> {
    let (fits, expected) = match holds {
        Holds::Mapping(_) | Holds::Plain("mapping") => (value.is_object(), "a mapping"),
        Holds::List(_) | Holds::Plain("list") => (value.is_array(), "a list"),
        Holds::Plain("text") => (value.is_string(), "text"),
        Holds::Plain("type") => {
            let fits = value.as_str().is_some_and(|kind| TYPES.contains(&kind));
            (fits, "array, boolean, integer, number, object or string")
        }
        Holds::Plain("flag") => (value.is_boolean(), "true or false"),
        Holds::Plain("number") => (value.is_number(), "a number"),
        Holds::Plain("count") => (value.is_u64(), "a whole number from zero"),
        Holds::Plain("texts") => {
            let fits = value.is_array() && walk::items(value).all(Value::is_string);
            (fits, "a list of texts")
        }
        Holds::One(_) | Holds::Plain(_) => return None,
    };
    (!fits).then_some(expected)
}
