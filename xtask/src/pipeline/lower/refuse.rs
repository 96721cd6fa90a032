//! What the client cannot carry without loss, refused by name, with the place and the overlay action that helps.
//!
//! Works on the bundle with its shared parts resolved. What is not refused here is either carried right or lowered by a
//! rule of this stage. Alternatives have a file of their own, [`alternatives`].

mod alternatives;

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::Value;

use super::chosen_body;
use crate::openapi::document::Document;
use crate::openapi::references;
use crate::openapi::select;
use crate::openapi::walk::{self, Kind};
use crate::problem::{Problems, Result};

/// Methods that the client has without any operation, or calls on itself.
pub(crate) const RESERVED: &str =
    "api_version baseurl capture client clone exchange exec fmt inner new new_with_client post pre with_hooks";

/// The variable in generated methods that no parameter may have the name of.
const HEADER_MAP: &str = "header_map";

pub(crate) fn check(document: &Document) -> Result<()> {
    let mut problems = Problems::default();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for (path, method) in select::operations(&document.value) {
        let operation = &document.value["paths"][&path][&method];
        let here = document.operation(&path, &method);
        let mut refuse = |message: String, help: &str| {
            problems.add(&here, message, format!("{help} in openapi/overlay.yaml"));
        };
        let name = operation["operationId"].as_str().unwrap_or_default();
        let name = name.to_snake_case();
        if name.is_empty() || RESERVED.split(' ').any(|reserved| name == reserved) {
            refuse(
                format!("the method name `{name}` is one that the client needs for itself"),
                "give it another operationId",
            );
        }
        if let Some(other) = ids.insert(name.clone(), format!("{method} {path}")) {
            refuse(format!("has the same method name `{name}` as {other}"), "give it another operationId");
        }
        if matches!(method.as_str(), "options" | "trace") {
            refuse(format!("{} requests cannot be generated", method.to_uppercase()), "remove the operation");
        }
        parameters(&path, &document.value["paths"][&path], operation, &mut refuse);
        body(operation, &mut refuse);
        responses(operation, &mut refuse);
    }
    schemas(document, &mut problems);
    alternatives::check(document, &mut problems);
    problems.into_result()
}

fn parameters(path: &str, item: &Value, operation: &Value, refuse: &mut dyn FnMut(String, &str)) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    names.insert(HEADER_MAP.to_owned(), "a variable of the method".to_owned());
    if operation.get("requestBody").is_some() {
        names.insert("body".to_owned(), "the request body".to_owned());
    }
    for parameter in effective_parameters(item, operation) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        let what = format!("the {place} parameter `{name}`");
        if let Some(other) = names.insert(name.to_snake_case(), what.clone()) {
            refuse(format!("{what} has the same argument name as {other}"), "remove one of them");
        }
        let schema = &parameter["schema"];
        let style = parameter["style"].as_str();
        let problem = match place {
            "path" if parameter["required"] != true => Some("is not `required: true`"),
            "path" if !path.contains(&format!("{{{name}}}")) => Some("does not occur in the path"),
            "header" if !is_token(name) => Some("is not a valid header name"),
            "path" | "header" if style.is_some_and(|style| style != "simple") => Some("has an unusual style"),
            "query" if style.is_some_and(|style| style != "form") => Some("has an unusual style"),
            "query" if schema["type"] == "object" || schema.get("properties").is_some() => {
                Some("is an object, which queries carry in several ways")
            }
            "path" | "header" | "query" if schema.is_object() || parameter["content"].is_object() => None,
            "path" | "header" | "query" => Some("has no schema"),
            _ => Some("cannot be generated"),
        };
        if let Some(problem) = problem {
            refuse(format!("{what} {problem}"), "correct or remove it");
        }
    }
}

/// The parameters of an operation, and those of its path that it does not describe itself.
pub(crate) fn effective_parameters<'a>(item: &'a Value, operation: &'a Value) -> Vec<&'a Value> {
    let list = |holder: &'a Value| holder["parameters"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    let own = list(operation);
    let is_own = |shared: &&Value| {
        let mut own = own.iter();
        own.any(|known| known["name"] == shared["name"] && known["in"] == shared["in"])
    };
    own.iter().chain(list(item).iter().filter(|shared| !is_own(shared))).collect()
}

/// Whether a text is a token of RFC 9110, as header names are.
fn is_token(name: &str) -> bool {
    let is_char = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_char)
}

fn body(operation: &Value, refuse: &mut dyn FnMut(String, &str)) {
    let content = operation.pointer("/requestBody/content").and_then(Value::as_object);
    if let Some(content) = content.filter(|content| chosen_body(content).is_none()) {
        let types: Vec<_> = content.keys().map(String::as_str).collect();
        refuse(
            format!("a request body of type {} cannot be generated, or has no schema", types.join(", ")),
            "describe it as application/json with a schema, or as application/octet-stream",
        );
    }
}

fn responses(operation: &Value, refuse: &mut dyn FnMut(String, &str)) {
    let responses = operation["responses"].as_object().into_iter().flatten();
    for (status, _) in responses {
        let is_valid = status.len() == 3
            && status.starts_with(['1', '2', '3', '4', '5'])
            && (status.ends_with("XX") || status.chars().all(|c| c.is_ascii_digit()));
        if !is_valid && status != "default" && !status.starts_with("x-") {
            refuse(format!("`{status}` is not a response status"), "correct it");
        }
    }
}

/// Schemas whose types would clash.
fn schemas(document: &Document, problems: &mut Problems) {
    for place in walk::all(&document.value) {
        let schema = place.value;
        let properties = schema["properties"].as_object().filter(|all| !all.is_empty());
        if place.kind != Kind::Schema {
            continue;
        }
        let mut refuse = |message: String, help: &str| {
            problems.add(
                document.place(&place.pointer),
                message,
                format!("{help} by an action in openapi/overlay.yaml"),
            );
        };
        let mut fields: BTreeMap<String, &str> = BTreeMap::new();
        let is_open = schema.get("additionalProperties").is_some_and(|other| *other != false);
        if properties.is_some() && is_open {
            fields.insert("extra".to_owned(), "the field for all other members");
        }
        for (name, _) in properties.into_iter().flatten() {
            if let Some(other) = fields.insert(name.to_snake_case(), name) {
                refuse(format!("the property `{name}` has the same Rust name as `{other}`"), "remove one of them");
            }
        }
        let is_composed = ["allOf", "oneOf", "anyOf"].iter().any(|key| schema.get(*key).is_some());
        if references::is_component(&place.pointer) && is_composed && schema["nullable"] == true {
            refuse(
                "is nullable and composed, which would be two types of one name".to_owned(),
                "move `nullable` to the places of use",
            );
        }
    }
}
