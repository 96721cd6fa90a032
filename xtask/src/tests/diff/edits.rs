//! No edit goes unseen: whatever member of a description is taken away or given another value, the comparison says so.

use serde_json::{Value, json};

use super::PREFIX;
use super::bundle;
use super::mutations::rich;
use crate::spec::diff::{Side, diff};
use crate::spec::walk;

/// A description with every member that OpenAPI 3.0 has, most of them in one operation.
fn whole() -> Value {
    let mut document = bundle();
    rich(&mut document);
    let paths = document["paths"].as_object_mut().unwrap();
    paths.remove(&format!("{PREFIX}/request/status"));
    paths.retain(|path, _| path.starts_with(PREFIX) || path == "/rich");
    let docs = json!({ "url": "https://example.com", "description": "d" });
    document["info"]["termsOfService"] = "https://example.com".into();
    document["info"]["contact"] =
        json!({ "name": "n", "url": "https://example.com", "email": "e" });
    document["info"]["license"] = json!({ "name": "n", "url": "https://example.com" });
    document["info"]["x-own"] = 1.into();
    document["externalDocs"] = docs.clone();
    document["tags"] = json!([{ "name": "t", "description": "d", "externalDocs": docs }]);
    document["paths"]["x-own"] = 1.into();
    document["components"]["x-own"] = 1.into();
    document["components"]["securitySchemes"]["key"] = json!({
        "type": "apiKey", "name": "X-Key", "in": "header", "description": "d", "x-own": 1,
    });
    document["components"]["securitySchemes"]["connect"] =
        json!({ "type": "openIdConnect", "openIdConnectUrl": "https://example.com" });
    document["components"]["securitySchemes"]["oauth"]["flows"]["authorizationCode"] = json!({
        "authorizationUrl": "https://example.com", "tokenUrl": "https://example.com",
        "refreshUrl": "https://example.com", "scopes": { "read": "d" }, "x-own": 1,
    });
    let schema = json!({
        "type": "object", "title": "t", "description": "d", "nullable": true, "externalDocs": docs,
        "minProperties": 1, "maxProperties": 2, "example": {}, "x-own": 1, "readOnly": true,
        "properties": {
            "price": { "type": "number", "format": "float", "multipleOf": 0.5, "minimum": 1, "exclusiveMinimum": true, "maximum": 2, "exclusiveMaximum": true },
            "list": { "type": "array", "items": { "enum": [1, 2] }, "minItems": 1, "maxItems": 2, "uniqueItems": true, "default": [1] },
            "mark": { "type": "string", "xml": { "name": "n", "attribute": true } },
            "map": { "additionalProperties": { "type": "string" } },
        },
    });
    let headers = json!({
        "X-Plain": { "description": "d", "required": true, "deprecated": true, "style": "simple", "explode": true, "schema": { "type": "object" }, "example": {}, "x-own": 1 },
        "X-Content": { "content": { "application/json": { "schema": { "type": "string" }, "examples": { "e": { "value": "v" } } } } },
    });
    let operation = json!({
        "operationId": "everything", "summary": "s", "description": "d", "tags": ["t"], "deprecated": true,
        "x-sunset": "2026-01-01", "x-lifecycle-stage": "Preview", "x-own": 1, "externalDocs": docs,
        "security": [{ "key": [], "oauth": ["read"] }, {}],
        "servers": [{ "url": "https://{r}.example.com", "description": "d", "variables": { "r": { "default": "eu", "enum": ["eu"], "description": "d" } } }],
        "parameters": [
            { "name": "list", "in": "query", "description": "d", "required": true, "deprecated": true, "style": "spaceDelimited", "explode": true, "allowReserved": true, "allowEmptyValue": true, "schema": { "type": "array", "items": { "type": "string" } }, "example": "e", "x-own": 1 },
            { "name": "filter", "in": "query", "content": { "application/json": { "schema": { "type": "string", "pattern": "a" } } } },
            { "name": "session", "in": "cookie", "schema": { "type": "string", "minLength": 1, "maxLength": 2 } },
            { "name": "X-Own", "in": "header", "schema": { "type": "string", "format": "uuid" } },
        ],
        "requestBody": { "description": "d", "required": true, "x-own": 1, "content": {
            "application/json": { "schema": schema, "example": {}, "x-own": 1 },
            "multipart/form-data": { "schema": { "type": "object" }, "encoding": { "a": { "contentType": "text/plain", "headers": headers, "style": "form", "explode": true, "allowReserved": true } } },
        } },
        "responses": {
            "x-own": 1,
            "200": { "description": "d", "headers": headers, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Every" } } }, "links": { "l": { "operationId": "everything", "parameters": { "a": "b" } } }, "x-own": 1 },
            "2XX": { "description": "d" },
            "default": { "description": "d" },
        },
        "callbacks": { "done": { "{$request.body#/url}": { "post": { "responses": {} } } } },
    });
    let mut every = schema;
    every["properties"]["price"]["readOnly"] = true.into();
    document["components"]["schemas"]["Every"] = every;
    document["paths"]["/every/{thing}"] = json!({
        "summary": "s", "description": "d", "x-own": 1,
        "parameters": [{ "name": "thing", "in": "path", "required": true, "style": "matrix", "schema": { "type": "string" } }],
        "post": operation,
    });
    document
}

/// Whether an edit at this place changes nothing that anybody could notice, and why.
fn means_nothing(segments: &[String], edit: &str) -> bool {
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        // The version of the format, not of the API.
        ["openapi"] => true,
        // Repeated from the document in every operation that the document's own does not reach.
        ["security", ..] => true,
        // A fragment has none, and is not to be blamed for it.
        ["components", "securitySchemes"] | ["components", "schemas"] => edit == "taken away",
        // What is left then is inherited, or means the same: an empty list, anything at all.
        ["servers"] | ["paths", .., "servers"] | ["paths", "/rich", "put", "parameters"] => true,
        [
            ..,
            "partition" | "offset" | "config",
            "additionalProperties",
        ] => edit == "taken away",
        [.., "X-Plain", "style"] => edit == "taken away",
        // Responses do not carry it.
        ["components", "schemas", "ConnectorOffsets", .., "secret", _] => true,
        _ => false,
    }
}

/// Every single edit: a member or an item taken away, a value replaced by another.
fn edits(document: &Value) -> Vec<(String, &'static str, Value)> {
    let mut places = Vec::new();
    collect(document, &mut String::new(), &mut places);
    let mut edits = Vec::new();
    for place in places {
        let (holder, last) = place.rsplit_once('/').unwrap();
        let mut without = document.clone();
        let key = walk::segments(&place).last().unwrap();
        match without.pointer_mut(holder).unwrap() {
            Value::Object(members) => drop(members.remove(&key)),
            Value::Array(items) => drop(items.remove(last.parse().unwrap())),
            _ => unreachable!("only these hold anything"),
        }
        edits.push((place.clone(), "taken away", without));
        let other = match document.pointer(&place).unwrap() {
            Value::String(text) => json!(format!("{text}x")),
            Value::Bool(value) => json!(!value),
            Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
            _ => continue,
        };
        let mut changed = document.clone();
        *changed.pointer_mut(&place).unwrap() = other;
        edits.push((place, "changed", changed));
    }
    edits
}

fn collect(value: &Value, pointer: &mut String, places: &mut Vec<String>) {
    let mut below = |segment: &str, value: &Value| {
        let length = pointer.len();
        walk::push(pointer, segment);
        places.push(pointer.clone());
        collect(value, pointer, places);
        pointer.truncate(length);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| below(key, member)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| below(&index.to_string(), item)),
        _ => {}
    }
}

#[test]
fn no_edit_goes_unseen() {
    let document = whole();
    let old = Side::prepare("old", document.clone()).unwrap();
    let mut unseen = String::new();
    let mut compared = 0;
    for (place, edit, changed) in edits(&document) {
        let segments: Vec<String> = walk::segments(&place).collect();
        if means_nothing(&segments, edit) {
            continue;
        }
        // What is no description any more cannot be compared, and says so.
        let Ok(new) = Side::prepare("new", changed) else {
            continue;
        };
        compared += 1;
        if diff(&old, &new).unwrap().is_empty() {
            unseen.push_str(&format!("{edit}: {place}\n"));
        }
    }
    assert!(unseen.is_empty(), "{unseen}");
    assert!(compared > 1000, "{compared}");
}
