//! Stage 7: makes the input of progenitor from the bundle. This input exists in memory only.
//!
//! The bundle is the contract: tests, drift checks and other programs read it, so it keeps the typed error bodies and
//! every constraint. The generator cannot handle all of these. [`refuse`] first refuses what the generator would handle wrongly.
//! The rules for schemas are in [`schema`] and [`directions`]. The rules for operations are in this module:
//!
//! 1. Error responses lose their types: each becomes a raw body. Progenitor 0.15 panics when the error types of an
//!    operation differ, for example because a 429 has no body. In addition, when a typed error body does not parse, status
//!    and headers are lost. Our hooks capture the whole exchange instead.
//! 2. `default` responses are removed, because the client returns the whole response for an undeclared status. Redirects are
//!    removed, because the client does not follow them.
//! 3. A success response has the type of its JSON content; a success response with other content is a raw body. When the success
//!    responses of an operation differ, all of them are raw, because progenitor has one type for all. A status is removed when
//!    its whole class is described too (`503` beside `5XX`).
//! 4. A request body is sent as `application/json`.
//! 5. Parameters that HTTP libraries set themselves are removed: `Accept`, `Authorization`, `Content-Type`.
//! 6. Extensions of operations and schemas are removed, because the generator gives some of them a meaning.

mod directions;
pub(crate) mod refuse;
pub(crate) mod schema;

use serde_json::{Map, Value, json};

use crate::openapi::document::Document;
use crate::openapi::walk::{self, Kind};
use crate::problem::Result;

pub(crate) fn lower(bundle: &Document) -> Result<Value> {
    refuse::check(bundle)?;
    let mut lowered = bundle.value.clone();
    directions::relax_required(&mut lowered);
    walk::each(&mut lowered, &mut |kind, _, value| match kind {
        Kind::Operation => lower_operation(value),
        Kind::Parameter => {
            lower_words(value);
            remove(value, &["example", "examples"]);
        }
        Kind::Media => remove(value, &["example", "examples", "encoding"]),
        Kind::Schema => schema::lower(value),
        _ => {}
    });
    Ok(lowered)
}

fn remove(value: &mut Value, keys: &[&str]) {
    if let Some(members) = value.as_object_mut() {
        members.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

/// Removes a linked Markdown image, `[![…](…)](…)`, from the beginning of a description, because the documentation would load
/// the image from another server. Carriage returns become line feeds, because Rust does not allow carriage returns in comments.
fn lower_words(value: &mut Value) {
    for key in ["summary", "description"] {
        if let Some(Value::String(text)) = value.get_mut(key) {
            *text = text.replace("\r\n", "\n").replace('\r', "\n");
        }
    }
    let Some(Value::String(text)) = value.get_mut("description") else {
        return;
    };
    let badge = text.trim_start().strip_prefix("[![");
    let link = badge.and_then(|badge| badge.split_once(")]("));
    if let Some((_, rest)) = link.and_then(|(_, link)| link.split_once(')')) {
        *text = rest.trim_start().to_owned();
    }
}

fn lower_operation(operation: &mut Value) {
    if let Some(members) = operation.as_object_mut() {
        members.retain(|key, _| !key.starts_with("x-"));
    }
    remove(operation, &["callbacks", "servers", "security"]);
    lower_words(operation);
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        parameters.retain(|parameter| {
            let name = parameter["name"].as_str().unwrap_or_default();
            let name = name.to_ascii_lowercase();
            let is_set = ["accept", "authorization", "content-type"].contains(&name.as_str());
            parameter["in"] != "header" || !is_set
        });
    }
    if let Some(schema) = json_body(&operation["requestBody"]["content"]) {
        operation["requestBody"]["content"] = as_json(&schema);
    }
    if let Some(responses) = operation["responses"].as_object_mut() {
        lower_responses(responses);
    }
}

/// The schema of a body that is sent as JSON.
fn json_body(content: &Value) -> Option<Value> {
    schema_of(content, |media| media == "application/json")
}

/// The schema of the first media type that `accepts` accepts. Parameters of media types are ignored.
fn schema_of(content: &Value, accepts: fn(&str) -> bool) -> Option<Value> {
    let is_it = |(media, _): &(&String, &Value)| {
        let base = media.split(';').next().unwrap_or_default();
        accepts(&base.trim().to_ascii_lowercase())
    };
    let (_, media) = walk::members(content).find(is_it)?;
    media.get("schema").cloned()
}

fn as_json(schema: &Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn make_raw(response: &mut Value) {
    let binary = json!({ "type": "string", "format": "binary" });
    response["content"] = json!({ "application/octet-stream": { "schema": binary } });
}

fn lower_responses(responses: &mut Map<String, Value>) {
    responses.retain(|status, _| status.starts_with(['2', '4', '5']));
    let is_success = |status: &str| status.starts_with('2');
    for (status, response) in responses.iter_mut() {
        let content = &response["content"];
        let is_empty = content.is_null();
        let other = || schema_of(content, |media| media.ends_with("+json"));
        let schema = json_body(content).or_else(other);
        remove(response, &["headers", "links", "content"]);
        match schema.filter(|_| is_success(status)) {
            Some(schema) => response["content"] = as_json(&schema),
            None if is_success(status) && is_empty => {}
            None => make_raw(response),
        }
    }
    let all = responses.iter_mut();
    let all = all.filter(|(status, _)| is_success(status));
    let successes: Vec<_> = all.map(|(_, response)| response).collect();
    let mut pairs = successes.windows(2);
    if pairs.any(|two| two[0].get("content") != two[1].get("content")) {
        successes.into_iter().for_each(make_raw);
    }
    // All responses of a class are equal now, so a range such as `5XX` replaces the single statuses of its class.
    let statuses: Vec<String> = responses.keys().cloned().collect();
    let has_range = |class: &str| statuses.iter().any(|other| *other == format!("{class}XX"));
    responses.retain(|status, _| status.ends_with("XX") || !has_range(&status[..1]));
}
