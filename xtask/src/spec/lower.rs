//! What progenitor is given, made from the bundle in memory and never written.
//!
//! The bundle is the contract: tests, drift checks and other programs read it, so it keeps the typed error bodies. The
//! generator needs less than that, by these rules:
//!
//! 1. Error responses lose their types: each becomes a raw body. Progenitor 0.15 panics when the error types of an
//!    operation differ (a 429 without a body does), and a typed error body that does not parse takes status and headers
//!    with it. Our hooks capture the whole exchange instead.
//! 2. `default` responses go: an undeclared status arrives whole anyway.
//! 3. Redirects and informational responses go: nothing follows them.
//! 4. Success responses of different shapes all become raw bodies, because progenitor cannot tell them apart.
//! 5. Examples go, and so does the badge image that opens the published descriptions: they only swell the rustdoc.

use serde_json::{Value, json};

use super::walk::{self, Kind};

pub(crate) fn lower(bundle: &Value) -> Value {
    let mut lowered = bundle.clone();
    walk::each(&mut lowered, &mut |kind, _, value| match kind {
        Kind::Operation => lower_operation(value),
        Kind::Media | Kind::Parameter | Kind::Schema => {
            if let Some(members) = value.as_object_mut() {
                members.remove("example");
                members.remove("examples");
            }
        }
        _ => {}
    });
    lowered
}

fn lower_operation(operation: &mut Value) {
    if let Some(description) = operation.get("description").and_then(Value::as_str) {
        operation["description"] = without_badge(description).into();
    }
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    responses.retain(|status, _| status.starts_with(['2', '4', '5']));
    for (status, response) in responses.iter_mut() {
        if !status.starts_with('2') {
            *response = raw(response);
        }
    }
    let mut shapes: Vec<_> = success(responses)
        .map(|(_, response)| response["content"].clone())
        .collect();
    shapes.dedup();
    if shapes.len() > 1 {
        for (_, response) in responses
            .iter_mut()
            .filter(|(status, _)| status.starts_with('2'))
        {
            *response = raw(response);
        }
    }
}

fn success(responses: &serde_json::Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
}

/// The same response with a body of bytes.
fn raw(response: &Value) -> Value {
    json!({
        "description": response.get("description").cloned().unwrap_or_else(|| "".into()),
        "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } },
    })
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
