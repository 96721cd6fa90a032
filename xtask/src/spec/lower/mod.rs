//! What progenitor is given, made from the bundle in memory and never written.
//!
//! The bundle is the contract: tests, drift checks and other programs read it, so it keeps the typed error bodies and
//! every constraint. The generator can take less than that. The rules for operations stand here, those for schemas in
//! [`schema`]:
//!
//! 1. References to shared parameters, bodies and responses are replaced by what they mean.
//! 2. Error responses lose their types: each becomes a raw body. Progenitor 0.15 panics when the error types of an
//!    operation differ (a 429 without a body does), and a typed error body that does not parse takes status and headers
//!    with it. Our hooks capture the whole exchange instead.
//! 3. `default` responses go: an undeclared status arrives whole anyway. So do redirects, which nothing follows.
//! 4. A success response is typed by its `application/json` content, or by another JSON type when that is missing;
//!    everything else is a raw body. When the success responses of an operation differ, all of them are raw, because
//!    progenitor has one type for all. A status goes when its whole class is described too (`503` beside `5XX`).
//! 5. A request body has one media type: JSON, else another JSON type, a form, plain text, or bytes. When that is not
//!    the type the generator would send, [`CONTENT_TYPE`] notes the right one and `generate` puts it in. Of a multipart
//!    body the caller writes the bytes, divided by [`BOUNDARY`], which the description names.
//! 6. Parameters that HTTP libraries set themselves go (`Accept`, `Authorization`, `Content-Type`); those in the path or
//!    in headers that are lists or objects become text, since only text can be put there.
//! 7. The badge image that opens the published descriptions goes.

mod schema;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::walk::{self, Kind};
use super::{refs, shared};

/// The key under which an operation notes the content type of its request body.
pub(crate) const CONTENT_TYPE: &str = "x-request-content-type";

/// What divides the parts of every multipart body. It must not occur in a part, so it is long and means nothing.
const BOUNDARY: &str = "part-3f9d1c5e7a2b48d6";

pub(crate) fn lower(bundle: &Value) -> Value {
    let mut lowered = bundle.clone();
    shared::resolve(&mut lowered);
    if let Some(components) = lowered.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|section, _| section == "schemas");
    }
    let scalars = scalars(&lowered);
    walk::each(&mut lowered, &mut |kind, _, value| match kind {
        Kind::Operation => lower_operation(value),
        Kind::Parameter => lower_parameter(value, &scalars),
        Kind::Media => {
            remove(value, &["example", "examples", "encoding"]);
        }
        Kind::Schema => schema::lower(value),
        Kind::PathItem => keep_generated_parameters(value),
        _ => {}
    });
    lowered
}

fn remove(value: &mut Value, keys: &[&str]) {
    if let Some(members) = value.as_object_mut() {
        members.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

fn lower_operation(operation: &mut Value) {
    if let Some(description) = operation.get("description").and_then(Value::as_str) {
        operation["description"] = without_badge(description).into();
    }
    remove(operation, &["callbacks", "servers", "security"]);
    keep_generated_parameters(operation);
    if let Some(content) = operation
        .pointer_mut("/requestBody/content")
        .and_then(Value::as_object_mut)
        && let Some(content_type) = lower_body(content)
    {
        if content_type.starts_with("multipart/") {
            let description = operation.get("description").and_then(Value::as_str);
            let description = description.unwrap_or_default();
            let said = format!("{description}\n\nThe body is sent as it is, as `{content_type}`.");
            operation["description"] = said.trim_start().into();
        }
        operation[CONTENT_TYPE] = content_type.into();
    }
    if let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    {
        lower_responses(responses);
    }
}

fn keep_generated_parameters(holder: &mut Value) {
    if let Some(Value::Array(parameters)) = holder.get_mut("parameters") {
        parameters.retain(|parameter| {
            let name = parameter["name"]
                .as_str()
                .unwrap_or_default()
                .to_ascii_lowercase();
            parameter["in"] != "header"
                || !["accept", "authorization", "content-type"].contains(&name.as_str())
        });
    }
}

/// References to the schemas of which every value is one word.
fn scalars(document: &Value) -> BTreeSet<String> {
    let schemas = document["components"]["schemas"].as_object();
    schemas
        .into_iter()
        .flatten()
        .filter(|(_, schema)| is_scalar(schema))
        .map(|(name, _)| format!("{}{name}", refs::SCHEMAS))
        .collect()
}

fn is_scalar(schema: &Value) -> bool {
    let kind = schema["type"].as_str();
    matches!(kind, Some("string" | "integer" | "number" | "boolean"))
}

fn lower_parameter(parameter: &mut Value, scalars: &BTreeSet<String>) {
    remove(parameter, &["example", "examples"]);
    let place = parameter["in"].as_str().unwrap_or_default();
    let is_text_only = place == "path" || place == "header";
    let schema = &parameter["schema"];
    let is_word = match schema["$ref"].as_str() {
        Some(target) => scalars.contains(target),
        None => is_scalar(schema),
    };
    if parameter.get("content").is_some() || (is_text_only && !is_word) {
        remove(parameter, &["content"]);
        parameter["schema"] = json!({ "type": "string" });
    }
}

/// Leaves one media type; returns the content type to send when the generator would send another.
fn lower_body(content: &mut Map<String, Value>) -> Option<String> {
    let base = |media: &str| {
        media
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    };
    let find =
        |wanted: &dyn Fn(&str) -> bool| content.keys().find(|media| wanted(&base(media))).cloned();
    let has_schema = |media: &String| content[media].get("schema").is_some();
    let json = find(&|media| media == "application/json")
        .or_else(|| find(&|media| media.ends_with("+json")));
    let (chosen, sent_as) = if let Some(media) = json.filter(has_schema) {
        (media, "application/json")
    } else if let Some(media) =
        find(&|media| media == "application/x-www-form-urlencoded").filter(has_schema)
    {
        (media, "application/x-www-form-urlencoded")
    } else if let Some(media) = find(&|media| media == "text/plain") {
        (media, "text/plain")
    } else {
        (
            find(&|media| !media.starts_with("multipart/")).or_else(|| find(&|_| true))?,
            "application/octet-stream",
        )
    };
    let is_multipart = base(&chosen).starts_with("multipart/");
    let mut body = content[&chosen].clone();
    match sent_as {
        "text/plain" => body["schema"] = json!({ "type": "string" }),
        "application/octet-stream" => {
            body["schema"] = json!({ "type": "string", "format": "binary" });
        }
        _ => {}
    }
    *content = Map::from_iter([(sent_as.to_owned(), body)]);
    if is_multipart {
        return Some(format!("{}; boundary={BOUNDARY}", base(&chosen)));
    }
    (base(&chosen) != sent_as && !chosen.contains('*')).then_some(chosen)
}

fn lower_responses(responses: &mut Map<String, Value>) {
    responses.retain(|status, _| status.starts_with(['2', '4', '5']));
    let is_success = |status: &str| status.starts_with('2');
    for (status, response) in responses.iter_mut() {
        let typed = response
            .get("content")
            .and_then(Value::as_object)
            .and_then(json_media);
        remove(response, &["headers", "links"]);
        match typed {
            Some(schema) if is_success(status) => {
                response["content"] = json!({ "application/json": { "schema": schema } });
            }
            _ if is_success(status) && response.get("content").is_none() => {}
            _ => make_raw(response),
        }
    }
    let mut shapes: Vec<_> = responses
        .iter()
        .filter(|(status, _)| is_success(status))
        .map(|(_, response)| response.get("content").cloned())
        .collect();
    shapes.dedup();
    if shapes.len() > 1 {
        responses
            .iter_mut()
            .filter(|(status, _)| is_success(status))
            .for_each(|(_, response)| make_raw(response));
    }
    // All of a class look the same now.
    let ranges: Vec<String> = responses
        .keys()
        .filter(|status| status.ends_with("XX"))
        .cloned()
        .collect();
    responses.retain(|status, _| {
        status.ends_with("XX") || !ranges.iter().any(|range| range[..1] == status[..1])
    });
}

/// The schema of the JSON content.
fn json_media(content: &Map<String, Value>) -> Option<Value> {
    let base = |media: &str| {
        media
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    };
    let plain = content
        .iter()
        .find(|(media, _)| base(media) == "application/json");
    let media = plain.or_else(|| {
        content
            .iter()
            .find(|(media, _)| base(media).ends_with("+json"))
    });
    media.and_then(|(_, media)| media.get("schema")).cloned()
}

fn make_raw(response: &mut Value) {
    response["content"] = json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } });
}

/// The text after a leading Markdown image that links somewhere: `[![…](…)](…)`.
fn without_badge(text: &str) -> &str {
    let Some(rest) = text.trim_start().strip_prefix("[![") else {
        return text;
    };
    match rest
        .split_once(")](")
        .and_then(|(_, link)| link.split_once(')'))
    {
        Some((_, rest)) => rest.trim_start(),
        None => text,
    }
}
