//! Comparisons that are the same wherever they occur.

use serde_json::Value;

use super::{At, Effect, Findings, NOTHING, show};

/// `what` with the value it had and the value it has.
pub(super) fn changes(what: &str, old: &Value, new: &Value) -> String {
    match (old.is_null(), new.is_null()) {
        (true, _) => format!("{what} is now {}", show(new)),
        (_, true) => format!("{what} is no longer {}", show(old)),
        _ => format!("{what} changes from {} to {}", show(old), show(new)),
    }
}

/// Members that only people read.
pub(super) fn words(old: &Value, new: &Value, keys: &[&str], at: &At<'_>, findings: &mut Findings) {
    for key in keys {
        let (before, after) = (&old[*key], &new[*key]);
        if before != after {
            let message = match (before.is_null(), after.is_null()) {
                (true, _) => format!("`{key}` is new"),
                (_, true) => format!("`{key}` is gone"),
                _ => format!("`{key}` reads differently"),
            };
            let rust = match *key {
                "title" => "the type may be renamed".to_owned(),
                "description" | "summary" => "only rustdoc".to_owned(),
                _ => NOTHING.to_owned(),
            };
            findings.add(at.below(key).finding(
                Effect::Words,
                "documentation-changed",
                message,
                rust,
            ));
        }
    }
}

/// Every member that OpenAPI 3.0 gives to some object, and that therefore has its rule or no meaning where it stands.
const STANDARD: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "allowEmptyValue",
    "allowReserved",
    "anyOf",
    "callbacks",
    "components",
    "content",
    "default",
    "delete",
    "deprecated",
    "description",
    "discriminator",
    "encoding",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "explode",
    "externalDocs",
    "format",
    "get",
    "head",
    "headers",
    "in",
    "info",
    "items",
    "links",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "name",
    "not",
    "nullable",
    "oneOf",
    "openapi",
    "operationId",
    "options",
    "parameters",
    "patch",
    "paths",
    "pattern",
    "post",
    "properties",
    "put",
    "readOnly",
    "requestBody",
    "required",
    "responses",
    "schema",
    "security",
    "servers",
    "style",
    "summary",
    "tags",
    "title",
    "trace",
    "type",
    "uniqueItems",
    "writeOnly",
    "xml",
];

/// Members that no rule knows: extensions of the format, and what is no part of it.
pub(super) fn extensions(
    old: &Value,
    new: &Value,
    known: &[&str],
    at: &At<'_>,
    findings: &mut Findings,
) {
    let keys = |value: &Value| -> Vec<String> {
        let members = value.as_object().into_iter().flatten();
        members
            .map(|(key, _)| key.clone())
            .filter(|key| !STANDARD.contains(&key.as_str()) && !known.contains(&key.as_str()))
            .collect()
    };
    let mut all = keys(old);
    all.extend(keys(new));
    all.sort();
    all.dedup();
    for key in all.iter().filter(|key| old[*key] != new[*key]) {
        findings.add(at.below(key).finding(
            Effect::Words,
            "extension-changed",
            changes("the member", &old[key], &new[key]),
            NOTHING.to_owned(),
        ));
    }
}

/// The extensions of a mapping whose other members are named freely.
pub(super) fn extensions_of(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let own = |value: &Value| -> Value {
        let members = value.as_object().into_iter().flatten();
        let own = members.filter(|(key, _)| key.starts_with("x-"));
        own.map(|(key, member)| (key.clone(), member.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    extensions(&own(old), &own(new), &[], at, findings);
}

/// How the values of a parameter or a header are written.
pub(super) fn serialization(
    old: &Value,
    new: &Value,
    label: &str,
    at: &At<'_>,
    findings: &mut Findings,
) {
    for key in ["style", "explode", "allowReserved", "allowEmptyValue"] {
        // Where `explode` is not written it follows `style`, which has its own finding.
        let unwritten = old[key].is_null() && new[key].is_null();
        if unwritten || absent_as(&old[key], key, old) == absent_as(&new[key], key, new) {
            continue;
        }
        let is_usual = new[key].is_null() || new[key] == absent_as(&Value::Null, key, new);
        let rust = if key == "style" && at.is_typed && !is_usual {
            "generation stops: the client writes only the usual style"
        } else {
            NOTHING
        };
        findings.add(at.below(key).finding(
            Effect::Different,
            "serialization-changed",
            changes(&format!("`{key}` of {label}"), &old[key], &new[key]),
            rust.to_owned(),
        ));
    }
}

/// A setting of a parameter, with the value it has when it is not written.
fn absent_as(value: &Value, key: &str, parameter: &Value) -> Value {
    if !value.is_null() {
        return value.clone();
    }
    let is_form = matches!(parameter["in"].as_str(), Some("query" | "cookie"));
    match key {
        "style" => if is_form { "form" } else { "simple" }.into(),
        "explode" => (absent_as(&parameter["style"], "style", parameter) == "form").into(),
        _ => false.into(),
    }
}
