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
use crate::problem::{Problem, Problems, Result};

/// Methods that the client has without any operation, or calls on itself.
pub(crate) const RESERVED: &[&str] = &[
    "api_version",
    "baseurl",
    "capture",
    "client",
    "clone",
    "exchange",
    "exec",
    "fmt",
    "inner",
    "new",
    "new_with_client",
    "post",
    "pre",
    "with_hooks",
];

/// The variable in generated methods that no parameter may have the name of.
const HEADER_MAP: &str = "header_map";

pub(crate) fn check(document: &Document) -> Result<()> {
    let mut problems = Problems::default();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for (path, method) in select::operations(&document.value) {
        let operation = &document.value["paths"][&path][&method];
        let here = document.operation(&path, &method);
        let mut refuse = |message: String, help: &str| {
            problems
                .push(Problem::new(&here, message).help(format!("{help} in openapi/overlay.yaml")));
        };
        let name = operation["operationId"].as_str().unwrap_or_default();
        let name = name.to_snake_case();
        if RESERVED.contains(&name.as_str()) || name.is_empty() {
            refuse(
                format!("the method name `{name}` is one that the client needs for itself"),
                "give it another operationId",
            );
        }
        if let Some(other) = ids.insert(name.clone(), format!("{method} {path}")) {
            refuse(
                format!("has the same method name `{name}` as {other}"),
                "give it another operationId",
            );
        }
        if matches!(method.as_str(), "options" | "trace") {
            refuse(
                format!("{} requests cannot be generated", method.to_uppercase()),
                "remove the operation",
            );
        }
        parameters(
            &path,
            &document.value["paths"][&path],
            operation,
            &mut refuse,
        );
        body(operation, &mut refuse);
        responses(operation, &mut refuse);
    }
    schemas(document, &mut problems);
    alternatives::check(document, &mut problems);
    problems.into_result()
}

fn parameters(path: &str, item: &Value, operation: &Value, refuse: &mut dyn FnMut(String, &str)) {
    let list = |holder: &'_ Value| holder["parameters"].as_array().cloned().unwrap_or_default();
    let own = list(operation);
    let key = |parameter: &Value| (parameter["name"].clone(), parameter["in"].clone());
    let inherited = list(item);
    let inherited = inherited
        .iter()
        .filter(|shared| own.iter().all(|known| key(known) != key(shared)));
    let all: Vec<&Value> = own.iter().chain(inherited).collect();

    let mut names: BTreeMap<String, String> = BTreeMap::new();
    if operation.get("requestBody").is_some() {
        names.insert("body".to_owned(), "the request body".to_owned());
    }
    names.insert(HEADER_MAP.to_owned(), "a variable of the method".to_owned());
    for parameter in &all {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        let what = format!("{place} parameter `{name}`");
        if let Some(other) = names.insert(name.to_snake_case(), what.clone()) {
            refuse(
                format!("{what} has the same argument name as {other}"),
                "remove one of them",
            );
        }
        match (place, parameter["style"].as_str()) {
            ("path", None | Some("simple")) => {
                if parameter["required"] != true {
                    refuse(format!("{what} is not `required: true`"), "add it");
                }
                if !path.contains(&format!("{{{name}}}")) {
                    refuse(format!("{what} does not occur in the path"), "remove it");
                }
            }
            ("query", None | Some("form")) => {}
            ("header", None | Some("simple")) if !is_token(name) => {
                refuse(format!("{what} is not a valid header name"), "remove it");
            }
            ("header", None | Some("simple")) => {}
            (_, Some(style)) if place != "cookie" => {
                refuse(
                    format!("{what} has style `{style}`"),
                    "remove it or its style",
                );
            }
            _ => refuse(format!("{what} cannot be generated"), "remove it"),
        }
        if parameter.get("schema").is_none() && parameter.get("content").is_none() {
            refuse(format!("{what} has no schema"), "add one");
        }
        let schema = &parameter["schema"];
        if place == "query" && (schema["type"] == "object" || schema.get("properties").is_some()) {
            refuse(
                format!("{what} is an object, which a query carries in several ways"),
                "describe its members as parameters of their own",
            );
        }
    }
    let declared = |name: &str| {
        let mut all = all.iter();
        all.any(|parameter| parameter["in"] == "path" && parameter["name"] == name)
    };
    let names = path.split('{').skip(1);
    for name in names.filter_map(|rest| rest.split('}').next()) {
        if !declared(name) {
            refuse(
                format!("path parameter `{name}` is not declared"),
                "declare it",
            );
        }
    }
    if !path.starts_with('/') || path.matches('{').count() != path.matches('}').count() {
        refuse(
            "the path must start with `/` and have its braces in pairs".to_owned(),
            "describe it under another path",
        );
    }
}

/// Whether a text is a token of RFC 9110, as header names are.
fn is_token(name: &str) -> bool {
    let is_char = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_char)
}

fn body(operation: &Value, refuse: &mut dyn FnMut(String, &str)) {
    let content = operation.pointer("/requestBody/content");
    let Some(content) = content.and_then(Value::as_object) else {
        return;
    };
    if chosen_body(content).is_none() {
        let types: Vec<_> = content.keys().map(String::as_str).collect();
        refuse(
            format!(
                "a request body of type {} and without a schema or of a type other than JSON, a form, plain text and bytes cannot be generated",
                types.join(", ")
            ),
            "describe its content as application/json with a schema, or as application/octet-stream",
        );
    }
}

fn responses(operation: &Value, refuse: &mut dyn FnMut(String, &str)) {
    let responses = operation["responses"].as_object();
    for (status, _) in responses.into_iter().flatten() {
        let valid = status.len() == 3
            && status.starts_with(['1', '2', '3', '4', '5'])
            && (status.ends_with("XX") || status.chars().all(|c| c.is_ascii_digit()));
        if !valid && status != "default" && !status.starts_with("x-") {
            refuse(format!("`{status}` is not a response status"), "correct it");
        }
    }
}

/// Schemas whose values would lose something, or whose types would clash.
fn schemas(document: &Document, problems: &mut Problems) {
    for place in walk::all(&document.value) {
        if place.kind != Kind::Schema {
            continue;
        }
        let schema = place.value;
        let mut refuse = |message: String, help: &str| {
            problems.push(
                Problem::new(document.place(&place.pointer), message)
                    .help(format!("{help} by an action in openapi/overlay.yaml")),
            );
        };
        let mut fields: BTreeMap<String, &str> = BTreeMap::new();
        let properties = schema["properties"].as_object();
        if properties.is_some_and(|all| !all.is_empty())
            && schema
                .get("additionalProperties")
                .is_some_and(|other| *other != false)
        {
            fields.insert("extra".to_owned(), "what holds all other members");
        }
        for (name, _) in properties.into_iter().flatten() {
            if let Some(other) = fields.insert(name.to_snake_case(), name) {
                refuse(
                    format!("the property `{name}` has the same Rust name as `{other}`"),
                    "remove one of them",
                );
            }
        }
        let is_component = references::is_component(&place.pointer);
        let is_composed = ["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| schema.get(*key).is_some());
        if is_component && is_composed && schema["nullable"] == true {
            refuse(
                "is nullable and composed, which would be two types of one name".to_owned(),
                "move `nullable` to the places of use",
            );
        }
    }
}
