//! What a schema says about single values: type, null, enum, limits.

use serde_json::Value;

use super::{At, Direction, Effect, Findings, NOTHING, show};

/// Limits on values: the key, and whether a larger number allows more.
const LIMITS: &[(&str, bool)] = &[
    ("minLength", false),
    ("maxLength", true),
    ("minimum", false),
    ("maximum", true),
    ("minItems", false),
    ("maxItems", true),
    ("minProperties", false),
    ("maxProperties", true),
];

pub(super) fn nullability(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let nullable = |schema: &Value| schema["nullable"] == true;
    let (effect, rule, message) = match (nullable(old), nullable(new)) {
        (false, true) => (Effect::Wider, "became-nullable", "may now be null"),
        (true, false) => (Effect::Narrower, "became-not-nullable", "is no longer null"),
        _ => return,
    };
    findings.add(at.below("nullable").finding(
        effect,
        rule,
        message.to_owned(),
        format!(
            "{} changes between `T` and `Option<T>`, if it was not optional anyway",
            at.rust_name()
        ),
    ));
}

/// `readOnly` takes a property out of requests, `writeOnly` out of responses.
pub(super) fn access(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    for (key, direction) in [
        ("readOnly", Direction::Request),
        ("writeOnly", Direction::Response),
    ] {
        let (was, is) = (old[key] == true, new[key] == true);
        if was == is {
            continue;
        }
        let (effect, rule) = match (at.direction == direction, is) {
            (false, _) => (Effect::Words, "access-described"),
            (true, true) => (Effect::Different, "access-withdrawn"),
            (true, false) => (Effect::More, "access-given"),
        };
        let message = format!("is {} `{key}`", if is { "now" } else { "no longer" });
        findings.add(
            at.below(key)
                .finding(effect, rule, message, NOTHING.to_owned()),
        );
    }
}

/// A default says what leaving out means; in a response it means nothing to a reader.
pub(super) fn default(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    if old["default"] != new["default"] {
        let effect = if at.direction == Direction::Request {
            Effect::Different
        } else {
            Effect::Words
        };
        let message = format!(
            "the default changes from {} to {}",
            show(&old["default"]),
            show(&new["default"])
        );
        findings.add(at.below("default").finding(
            effect,
            "default-changed",
            message,
            "no effect: the client fills in no defaults".to_owned(),
        ));
    }
}

/// Type and format; false when the types have nothing in common, so that comparing on is pointless.
pub(super) fn types(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) -> bool {
    let (before, after) = (old["type"].as_str(), new["type"].as_str());
    let rust = || format!("{} changes its type", at.rust_name());
    if before != after {
        let effect = match (before, after) {
            (Some(_), None) | (Some("integer"), Some("number")) => Effect::Wider,
            (None, Some(_)) | (Some("number"), Some("integer")) => Effect::Narrower,
            _ => Effect::Different,
        };
        let message = format!(
            "the type changes from {} to {}",
            show(&old["type"]),
            show(&new["type"])
        );
        findings.add(
            at.below("type")
                .finding(effect, "type-changed", message, rust()),
        );
        return false;
    }
    if old["format"] != new["format"] {
        let effect = match (old["format"].as_str(), new["format"].as_str()) {
            (Some(_), None) | (Some("int32"), Some("int64")) | (Some("float"), Some("double")) => {
                Effect::Wider
            }
            (None, Some(_)) | (Some("int64"), Some("int32")) | (Some("double"), Some("float")) => {
                Effect::Narrower
            }
            _ => Effect::Different,
        };
        let message = format!(
            "the format changes from {} to {}",
            show(&old["format"]),
            show(&new["format"])
        );
        findings.add(
            at.below("format")
                .finding(effect, "format-changed", message, rust()),
        );
    }
    true
}

pub(super) fn enums(
    old: &Value,
    new: &Value,
    key: &'static str,
    at: &At<'_>,
    findings: &mut Findings,
) {
    let (before, after) = (&old[key], &new[key]);
    let at = at.below(key);
    let is_open = key != "enum";
    let none = Vec::new();
    let (was, is) = match (before.as_array(), after.as_array()) {
        (None, None) => return,
        (None, Some(_)) if !is_open => {
            findings.add(at.finding(
                Effect::Narrower,
                "enum-introduced",
                format!("only {} are allowed now", show(after)),
                format!("{} becomes an enum", at.rust_name()),
            ));
            return;
        }
        (Some(_), None) if !is_open => {
            findings.add(at.finding(
                Effect::Wider,
                "enum-dropped",
                format!("more than {} is allowed now", show(before)),
                format!("{} becomes its plain type", at.rust_name()),
            ));
            return;
        }
        (was, is) => (was.unwrap_or(&none), is.unwrap_or(&none)),
    };
    let rust = |what: &str| {
        if is_open {
            "no effect: the type stays an open string".to_owned()
        } else {
            format!("{} {what}", at.rust_name())
        }
    };
    let (added, removed) = if is_open {
        (
            "extensible-enum-value-added",
            "extensible-enum-value-removed",
        )
    } else {
        ("enum-value-added", "enum-value-removed")
    };
    for value in is.iter().filter(|value| !was.contains(value)) {
        let message = match at.direction {
            Direction::Response => {
                format!("the value {} is new and may surprise a reader", show(value))
            }
            _ => format!("the value {} is new", show(value)),
        };
        let rust = rust(
            "gains a variant; a client generated before fails to read the value, unless the type is a hand-written open one",
        );
        findings.add(
            at.below(&text(value))
                .finding(Effect::More, added, message, rust),
        );
    }
    for value in was.iter().filter(|value| !is.contains(value)) {
        let message = format!("the value {} is gone", show(value));
        findings.add(at.below(&text(value)).finding(
            Effect::Narrower,
            removed,
            message,
            rust("loses a variant"),
        ));
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

pub(super) fn limits(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let none = "no effect: the client leaves limits to the service";
    for (key, larger_is_wider) in LIMITS {
        let (before, after) = (old[*key].as_f64(), new[*key].as_f64());
        let effect = match (before, after) {
            (None, Some(_)) => Effect::Narrower,
            (Some(_), None) => Effect::Wider,
            (Some(before), Some(after)) if before < after => {
                if *larger_is_wider {
                    Effect::Wider
                } else {
                    Effect::Narrower
                }
            }
            (Some(before), Some(after)) if before > after => {
                if *larger_is_wider {
                    Effect::Narrower
                } else {
                    Effect::Wider
                }
            }
            _ => continue,
        };
        let message = format!(
            "`{key}` changes from {} to {}",
            show(&old[*key]),
            show(&new[*key])
        );
        findings.add(
            at.below(key)
                .finding(effect, "limit-changed", message, none.to_owned()),
        );
    }
    for key in ["exclusiveMinimum", "exclusiveMaximum", "uniqueItems"] {
        let effect = match (old[key] == true, new[key] == true) {
            (false, true) => Effect::Narrower,
            (true, false) => Effect::Wider,
            _ => continue,
        };
        let message = format!(
            "`{key}` changes from {} to {}",
            show(&old[key]),
            show(&new[key])
        );
        findings.add(
            at.below(key)
                .finding(effect, "limit-changed", message, none.to_owned()),
        );
    }
    for key in ["pattern", "multipleOf"] {
        let effect = match (&old[key], &new[key]) {
            (before, after) if before == after => continue,
            (Value::Null, _) => Effect::Narrower,
            (_, Value::Null) => Effect::Wider,
            _ => Effect::Different,
        };
        let message = format!(
            "`{key}` changes from {} to {}",
            show(&old[key]),
            show(&new[key])
        );
        findings.add(
            at.below(key)
                .finding(effect, "limit-changed", message, none.to_owned()),
        );
    }
}
