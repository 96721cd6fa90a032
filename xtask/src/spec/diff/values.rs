//! Comparisons that are the same wherever they occur.

use serde_json::Value;

use super::{At, Effect, Findings, NOTHING, show};

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

pub(super) fn deprecation(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let deprecated = |value: &Value| value["deprecated"] == true;
    let (rule, message) = match (deprecated(old), deprecated(new)) {
        (false, true) => ("deprecated", "is now deprecated: plan to stop using it"),
        (true, false) => ("undeprecated", "is no longer deprecated"),
        _ => return,
    };
    findings.add(at.below("deprecated").finding(
        Effect::Words,
        rule,
        message.to_owned(),
        NOTHING.to_owned(),
    ));
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
        let message = format!(
            "the member changes from {} to {}",
            show(&old[key]),
            show(&new[key])
        );
        findings.add(at.below(key).finding(
            Effect::Words,
            "extension-changed",
            message,
            NOTHING.to_owned(),
        ));
    }
}

/// A setting of a parameter, with the value it has when it is not written.
pub(super) fn absent_as(value: &Value, key: &str, parameter: &Value) -> Value {
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
