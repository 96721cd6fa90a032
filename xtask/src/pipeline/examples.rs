//! Checks that every example in a description fits its schema, with the crate `jsonschema`.

use std::collections::BTreeSet;

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::openapi::document::Document;
use crate::openapi::walk::{self, Kind};
use crate::problem::{Problem, Problems, Result};

/// The name of a custom format, under which the validator checks date-times.
const DATE_TIME: &str = "date-time-of-the-service";
/// The URI under which the validator finds the schemas of the document.
const SCHEMAS: &str = "urn:document";

pub(crate) fn check(document: &Document) -> Result<()> {
    let both = ["writeOnly", "readOnly"].map(|other_way| json_schemas(document, other_way));
    let [answers, requests] = both.each_ref().map(|schemas| (schemas, registry(schemas)));
    let mut problems = Problems::default();
    for place in walk::all(&document.value) {
        let suffix = match place.kind {
            Kind::Schema => "",
            Kind::Media | Kind::Parameter | Kind::Header => "/schema",
            _ => continue,
        };
        let examples = examples(place.value);
        let is_request = walk::is_sent(&place.pointer);
        let (schemas, registry) = if is_request { &requests } else { &answers };
        let schema = schemas.pointer(&(place.pointer.clone() + suffix));
        let (false, Some(schema)) = (examples.is_empty(), schema) else {
            continue;
        };
        let validator = validator(schema, registry).map_err(|error| {
            let what = format!("its schema cannot be checked: {error}");
            Problem::new(document.place(&place.pointer), what)
        })?;
        for (name, example) in examples {
            // A set removes duplicates: members of allOf that repeat each other give the same error.
            let found: BTreeSet<String> = validator
                .iter_errors(example)
                .map(|error| format!("{} {error}", error.instance_path()))
                .collect();
            for mismatch in found {
                let mismatch: String = mismatch.trim().chars().take(300).collect();
                let what = format!("{name} does not fit its schema: {mismatch}");
                let help = "correct or remove the example in openapi/overlay.yaml, or correct the schema if the example is right";
                problems.add(document.place(&place.pointer), what, help);
            }
        }
    }
    problems.into_result()
}

/// The examples of an object, each with a name for errors.
pub(crate) fn examples(value: &Value) -> Vec<(String, &Value)> {
    let single = value.get("example").map(|one| ("example".to_owned(), one));
    let named = walk::members(&value["examples"])
        .filter_map(|(name, example)| Some((format!("examples.{name}"), example.get("value")?)));
    single.into_iter().chain(named).collect()
}

/// The schemas to which others refer. The registry is made once, because all examples share it.
fn registry(schemas: &Value) -> Registry<'_> {
    let builder = Registry::new().draft(Draft::Draft4).add(SCHEMAS, schemas);
    let registry = builder.and_then(|builder| builder.prepare());
    registry.expect("a document without identifiers is a resource")
}

fn validator(schema: &Value, registry: &Registry<'_>) -> std::result::Result<Validator, String> {
    let is_time = |text: &str| text.parse::<jiff::Timestamp>().is_ok();
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .with_registry(registry)
        .with_format(DATE_TIME, is_time)
        .should_validate_formats(true)
        .build(schema)
        .map_err(|error| error.to_string())
}

/// The document with its schemas as JSON Schema, in which `nullable` becomes an alternative. `other_way` is `readOnly` or
/// `writeOnly`: members with this key are not required, because only the other direction has them. Patterns are removed,
/// because the validator has another syntax of regular expressions.
fn json_schemas(document: &Document, other_way: &str) -> Value {
    let mut value = document.value.clone();
    walk::each(&mut value, &mut |kind, _, schema| {
        if kind != Kind::Schema {
            return;
        }
        if let Some(Value::String(reference)) = schema.get_mut("$ref") {
            reference.insert_str(0, SCHEMAS);
        }
        let is_time = schema["format"] == "date-time";
        let properties = schema["properties"].clone();
        let Some(members) = schema.as_object_mut() else {
            return;
        };
        for key in ["format", "pattern", "example", "default"] {
            members.remove(key);
        }
        if is_time {
            members.insert("format".to_owned(), DATE_TIME.into());
        }
        if let Some(Value::Array(required)) = members.get_mut("required") {
            let is_absent = |name: &str| properties[name][other_way] == true;
            required.retain(|name| !name.as_str().is_some_and(is_absent));
        }
        // An empty `required` is removed: JSON Schema does not allow it, and it requires nothing.
        members.retain(|key, value| key != "required" || *value != json!([]));
        if members.remove("nullable") == Some(true.into()) {
            let nullable = json!({ "anyOf": [{ "enum": [null] }, schema.take()] });
            *schema = nullable;
        }
    });
    value
}
