//! Stage 7: what progenitor is given, made from the bundle in memory and never written.
//!
//! The bundle is the contract: tests, drift checks and other programs read it, so it keeps the typed error bodies and
//! every constraint. The generator can take less than that. What it would carry wrongly is refused first, in [`refuse`].
//! The rules for operations stand here, those for schemas in [`schema`] and [`directions`], those for documentation in
//! [`words`]:
//!
//! 1. References to shared parameters, bodies and responses are replaced by what they mean.
//! 2. Error responses lose their types: each becomes a raw body. Progenitor 0.15 panics when the error types of an
//!    operation differ (a 429 without a body does), and a typed error body that does not parse takes status and headers
//!    with it. Our hooks capture the whole exchange instead.
//! 3. `default` responses go: an undeclared status arrives whole anyway. So do redirects, which nothing follows.
//! 4. A success response is typed by its `application/json` content, or by another JSON type when that is missing;
//!    everything else is a raw body. When the success responses of an operation differ, all of them are raw, because
//!    progenitor has one type for all. A status goes when its whole class is described too (`503` beside `5XX`).
//! 5. A request body has one media type: JSON if there is one, else a form, plain text or bytes.
//! 6. Parameters that HTTP libraries set themselves go (`Accept`, `Authorization`, `Content-Type`); those that are lists
//!    or objects become text where only text can be put: in the path, in headers, and in queries with `explode: false`.
//! 7. Extensions of operations and schemas go; the generator would follow some that mean other things here.

mod directions;
pub(crate) mod refuse;
pub(crate) mod schema;
mod words;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::openapi::document;
use crate::openapi::document::Document;
use crate::openapi::references::{self, resolve_shared};
use crate::openapi::walk::{self, Kind};
use crate::problem::Result;

pub(crate) fn lower(bundle: &Document) -> Result<Value> {
    let mut document = bundle.clone();
    resolve_shared(&mut document.value);
    refuse::check(&document)?;

    let mut lowered = document.value;
    if let Some(components) = lowered.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|section, _| section == "schemas");
    }
    directions::relax_required(&mut lowered);
    let scalars = scalars(&lowered);
    walk::each(&mut lowered, &mut |kind, _, value| match kind {
        Kind::Operation => lower_operation(value),
        Kind::Parameter => lower_parameter(value, &scalars),
        Kind::Media => remove(value, &["example", "examples", "encoding"]),
        Kind::Schema => schema::lower(value),
        Kind::PathItem => keep_generated_parameters(value),
        _ => {}
    });
    Ok(lowered)
}

fn remove(value: &mut Value, keys: &[&str]) {
    if let Some(members) = value.as_object_mut() {
        members.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

fn lower_operation(operation: &mut Value) {
    if let Some(members) = operation.as_object_mut() {
        members.retain(|key, _| !key.starts_with("x-"));
    }
    remove(operation, &["callbacks", "servers", "security"]);
    words::lower_in(operation);
    keep_generated_parameters(operation);
    let content = operation.pointer_mut("/requestBody/content");
    if let Some(content) = content.and_then(Value::as_object_mut) {
        lower_body(content);
    }
    if let Some(responses) = operation["responses"].as_object_mut() {
        lower_responses(responses);
    }
}

fn keep_generated_parameters(holder: &mut Value) {
    if let Some(Value::Array(parameters)) = holder.get_mut("parameters") {
        parameters.retain(|parameter| {
            let name = parameter["name"].as_str().unwrap_or_default();
            let name = name.to_ascii_lowercase();
            let is_set = ["accept", "authorization", "content-type"].contains(&name.as_str());
            parameter["in"] != "header" || !is_set
        });
    }
}

/// The schemas of which every value is one word.
fn scalars(document: &Value) -> BTreeSet<String> {
    let schemas = document::schemas(document).filter(|(_, schema)| is_scalar(schema));
    schemas.map(|(name, _)| name.clone()).collect()
}

fn is_scalar(schema: &Value) -> bool {
    let kind = schema["type"].as_str();
    matches!(kind, Some("string" | "integer" | "number" | "boolean"))
}

fn lower_parameter(parameter: &mut Value, scalars: &BTreeSet<String>) {
    words::lower_in(parameter);
    remove(parameter, &["example", "examples"]);
    let schema = &parameter["schema"];
    let is_word = match references::target(schema) {
        Some(target) => scalars.contains(target),
        None => is_scalar(schema),
    };
    let is_joined = parameter["in"] != "query" || parameter["explode"] == false;
    if parameter.get("content").is_some() || (is_joined && !is_word) {
        remove(parameter, &["content"]);
        parameter["schema"] = json!({ "type": "string" });
        let words = parameter["description"].as_str().unwrap_or_default();
        let words = format!("{words}\n\nText; several values are divided by commas.");
        parameter["description"] = words.trim().into();
    }
}

/// The type of a media type, without its parameters.
pub(super) fn base(media: &str) -> String {
    let base = media.split(';').next().unwrap_or_default();
    base.trim().to_ascii_lowercase()
}

/// The media type under which a request body is sent, and the name the generator knows it by. `None` when there is none
/// that the generator can send.
fn chosen_body(content: &Map<String, Value>) -> Option<(&String, &'static str)> {
    let known = [
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/octet-stream",
    ];
    known.into_iter().find_map(|known| {
        let is_usable = |body: &Value| body.get("schema").is_some() || known == "text/plain";
        let mut all = content.iter();
        let found = all.find(|(media, body)| base(media) == known && is_usable(body));
        Some((found?.0, known))
    })
}

fn lower_body(content: &mut Map<String, Value>) {
    let Some((media, sent_as)) = chosen_body(content) else {
        return;
    };
    let mut body = content[media].clone();
    match sent_as {
        "text/plain" => body["schema"] = json!({ "type": "string" }),
        "application/octet-stream" => body["schema"] = binary(),
        _ => {}
    }
    *content = Map::from_iter([(sent_as.to_owned(), body)]);
}

fn binary() -> Value {
    json!({ "type": "string", "format": "binary" })
}

fn lower_responses(responses: &mut Map<String, Value>) {
    responses.retain(|status, _| status.starts_with(['2', '4', '5']));
    let is_success = |status: &str| status.starts_with('2');
    for (status, response) in responses.iter_mut() {
        let typed = response["content"].as_object().and_then(json_schema);
        remove(response, &["headers", "links"]);
        match typed {
            Some(schema) if is_success(status) => {
                response["content"] = json!({ "application/json": { "schema": schema } });
            }
            _ if is_success(status) && response.get("content").is_none_or(Value::is_null) => {
                remove(response, &["content"]);
            }
            _ => make_raw(response),
        }
    }
    let successes = responses.iter().filter(|(status, _)| is_success(status));
    let mut shapes: Vec<_> = successes
        .map(|(_, response)| response.get("content"))
        .collect();
    shapes.dedup();
    if shapes.len() > 1 {
        let all = responses
            .iter_mut()
            .filter(|(status, _)| is_success(status));
        all.for_each(|(_, response)| make_raw(response));
    }
    // All of a class look the same now.
    let statuses: Vec<String> = responses.keys().cloned().collect();
    let has_range = |class: &str| statuses.iter().any(|other| *other == format!("{class}XX"));
    responses.retain(|status, _| status.ends_with("XX") || !has_range(&status[..1]));
}

/// The schema of the JSON content.
fn json_schema(content: &Map<String, Value>) -> Option<Value> {
    let find = |wanted: fn(&str) -> bool| content.iter().find(|(media, _)| wanted(&base(media)));
    let media =
        find(|media| media == "application/json").or(find(|media| media.ends_with("+json")));
    media.and_then(|(_, media)| media.get("schema")).cloned()
}

fn make_raw(response: &mut Value) {
    response["content"] = json!({ "application/octet-stream": { "schema": binary() } });
}
