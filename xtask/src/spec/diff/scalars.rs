//! What a schema says about single values: type, null, enum.

use serde_json::Value;

use super::values::changes;
use super::{At, Direction, Effect, Findings, NOTHING, show};

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
        at.rust("may change between `T` and `Option<T>`: it does where it was required"),
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
        findings.add(at.below("default").finding(
            effect,
            "default-changed",
            changes("the default", &old["default"], &new["default"]),
            "no effect: the client fills in no defaults".to_owned(),
        ));
    }
}

/// Type and format; false when the types have nothing in common, so that comparing on is pointless.
pub(super) fn types(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) -> bool {
    let (before, after) = (old["type"].as_str(), new["type"].as_str());
    let rust = || at.rust("changes its type");
    if before != after {
        let is_scalar = |name: &str| matches!(name, "integer" | "number" | "boolean");
        let effect = match (before, after) {
            (Some(_), None) | (Some("integer"), Some("number")) => Effect::Wider,
            (None, Some(_)) | (Some("number"), Some("integer")) => Effect::Narrower,
            // Where values are written as text, every scalar is some text.
            (Some(before), Some("string")) if at.is_text && is_scalar(before) => Effect::Wider,
            (Some("string"), Some(after)) if at.is_text && is_scalar(after) => Effect::Narrower,
            _ => Effect::Different,
        };
        findings.add(at.below("type").finding(
            effect,
            "type-changed",
            changes("the type", &old["type"], &new["type"]),
            rust(),
        ));
        return false;
    }
    if old["format"] != new["format"] {
        const WIDER: &[(&str, &str)] = &[
            ("int32", "int64"),
            ("int32", "bigint"),
            ("int64", "bigint"),
            ("float", "double"),
        ];
        let effect = match (old["format"].as_str(), new["format"].as_str()) {
            (Some(before), Some(after)) if WIDER.contains(&(before, after)) => Effect::Wider,
            (Some(before), Some(after)) if WIDER.contains(&(after, before)) => Effect::Narrower,
            (Some(_), None) => Effect::Wider,
            (None, Some(_)) => Effect::Narrower,
            _ => Effect::Different,
        };
        findings.add(at.below("format").finding(
            effect,
            "format-changed",
            changes("the format", &old["format"], &new["format"]),
            rust(),
        ));
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
                at.rust("becomes an enum"),
            ));
            return;
        }
        (Some(_), None) if !is_open => {
            findings.add(at.finding(
                Effect::Wider,
                "enum-dropped",
                format!("more than {} is allowed now", show(before)),
                at.rust("becomes its plain type"),
            ));
            return;
        }
        (was, is) => (was.unwrap_or(&none), is.unwrap_or(&none)),
    };
    let rust = |what: &str| {
        if is_open {
            "no effect: the type stays an open string".to_owned()
        } else {
            at.rust(what)
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
            "gains a variant, and a client generated before fails to read the value, unless the type is hand-written",
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
            rust("loses a variant, unless the type is hand-written"),
        ));
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
