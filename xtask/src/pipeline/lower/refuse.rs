//! Refuses what the client cannot represent without loss. Each error names the location and the overlay action that helps.
//!
//! Everything else is represented correctly, or lowered by a rule of this stage. [`alternatives`] checks alternatives.

mod alternatives;

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::Value;

use super::json_body;
use crate::openapi::document::Document;
use crate::openapi::references;
use crate::openapi::select;
use crate::openapi::walk::{self, Kind};
use crate::pipeline::client::OFFSET_ENTRY;
use crate::problem::{Problems, Result};

/// Names of methods that every generated client has or calls. No operation may have one of these names.
pub(crate) const RESERVED: &str = "api_version baseurl capture client clone exchange exec fmt inner new new_with_client post pre with_hooks";

/// Records an error: the first text is what is wrong, the second what to do about it.
type Refuse<'a> = &'a mut dyn FnMut(String, &str);

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
            let what = format!("the method name `{name}` is one that the client needs for itself");
            refuse(what, "give it another operationId");
        }
        if let Some(other) = ids.insert(name.clone(), format!("{method} {path}")) {
            let what = format!("has the same method name `{name}` as {other}");
            refuse(what, "give it another operationId");
        }
        let is_changed = |c: char| c.is_control() || matches!(c, '#' | '\\');
        let is_odd = |part: &str| matches!(part, "." | "..");
        if !path.starts_with('/')
            || path.contains(is_changed)
            || path.contains("//")
            || path.split('/').any(is_odd)
        {
            let what =
                "the path does not begin with `/`, or a URL has another meaning for a part of it";
            refuse(what.to_owned(), "correct it");
        }
        if matches!(method.as_str(), "options" | "trace") {
            let what = format!("{} requests cannot be generated", method.to_uppercase());
            refuse(what, "remove the operation");
        }
        let components = &document.value["components"]["schemas"];
        parameters(&path, operation, components, &mut refuse);
        body_and_responses(&method, operation, &mut refuse);
    }
    schemas(document, &mut problems);
    problems.into_result()
}

fn parameters(path: &str, operation: &Value, components: &Value, refuse: Refuse<'_>) {
    let variable = "a variable of the method".to_owned();
    let mut names = BTreeMap::from([("header_map".to_owned(), variable)]);
    if operation.get("requestBody").is_some() {
        names.insert("body".to_owned(), "the request body".to_owned());
    }
    let all = || walk::items(&operation["parameters"]);
    for name in path.split('{').skip(1).map(|part| part.split('}').next()) {
        if !all().any(|one| one["in"] == "path" && one["name"].as_str() == name) {
            let name = name.unwrap_or_default();
            let what = format!("the path parameter `{name}` is not described");
            refuse(what, "describe it");
        }
    }
    for parameter in all() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        let what = format!("the {place} parameter `{name}`");
        if let Some(other) = names.insert(name.to_snake_case(), what.clone()) {
            let problem = format!("{what} has the same argument name as {other}");
            refuse(problem, "remove one of them");
        }
        let follow = |schema| references::target(schema).map_or(schema, |name| &components[name]);
        let is_word = |schema: &Value| {
            let kind = schema["type"].as_str().unwrap_or_default();
            ["string", "integer", "number", "boolean"].contains(&kind)
        };
        let schema = follow(&parameter["schema"]);
        let is_list = schema["type"] == "array" && is_word(follow(&schema["items"]));
        let is_list = is_list && place == "query" && parameter["explode"] != false;
        let style = parameter["style"].as_str();
        let usual = if place == "query" { "form" } else { "simple" };
        let problem = match place {
            _ if name.is_empty() => "has no name",

            "path" if parameter["required"] != true => "is not `required: true`",
            "path" if !path.contains(&format!("{{{name}}}")) => "does not occur in the path",
            "header" if !is_token(name) => "is not a valid header name",
            "path" | "header" | "query" if !schema.is_object() => "has no schema",
            "path" | "header" | "query" if style.is_some_and(|style| style != usual) => {
                "has an unusual style"
            }
            "path" | "header" | "query" if is_word(schema) || is_list => continue,
            "path" | "header" | "query" => {
                "is a list, an object or a composition, which is written in several ways"
            }
            _ => "cannot be generated",
        };
        let help = "correct it, make it text, or remove it";
        refuse(format!("{what} {problem}"), help);
    }
}

/// Whether a text is a token of RFC 9110. The name of a header must be a token.
fn is_token(name: &str) -> bool {
    let is_char = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_char)
}

fn body_and_responses(method: &str, operation: &Value, refuse: Refuse<'_>) {
    let content = &operation["requestBody"]["content"];
    if !content.is_null() && json_body(content).is_none() {
        let types = walk::members(content).map(|(media, _)| media.as_str());
        let types = types.collect::<Vec<_>>().join(", ");
        let what = format!("a request body of type {types} cannot be generated, or has no schema");
        refuse(what, "describe it as application/json with a schema");
    }
    let answers = walk::members(&operation["responses"]);
    let contents = answers.map(|(_, response)| &response["content"]);
    let is_json = |media: &&String| media.split(';').next() == Some("application/json");
    for content in contents.chain([content]) {
        let types = walk::members(content).map(|(media, _)| media);
        if types.filter(is_json).count() > 1 {
            let what = "one body has several forms of application/json";
            refuse(what.to_owned(), "keep one of them");
        }
    }
    for (status, response) in walk::members(&operation["responses"]) {
        if method == "head" && response.get("content").is_some() {
            let what = format!("the response {status} to HEAD has a body, which is never sent");
            refuse(what, "remove its `content`");
        }
        let is_valid = status.len() == 3
            && status.starts_with(['1', '2', '3', '4', '5'])
            && (status.ends_with("XX") || status.chars().all(|c| c.is_ascii_digit()));
        if !is_valid && status != "default" && !status.starts_with("x-") {
            refuse(format!("`{status}` is not a response status"), "correct it");
        }
    }
}

/// Checks the schemas: refuses components that would become two types with the same name, a changed [`OFFSET_ENTRY`], and
/// alternatives that [`alternatives`] refuses.
fn schemas(document: &Document, problems: &mut Problems) {
    let components = &document.value["components"]["schemas"];
    let all = walk::all(&document.value).into_iter();
    for place in all.filter(|place| place.kind == Kind::Schema) {
        let schema = place.value;
        let mut refuse = |message: String, help: &str| {
            let help = format!("{help} by an action in openapi/overlay.yaml");
            problems.add(document.place(&place.pointer), message, help);
        };
        let mut keys = ["allOf", "oneOf", "anyOf"].iter();
        let is_composed = keys.any(|key| schema.get(*key).is_some());
        if references::is_component(&place.pointer) && is_composed && schema["nullable"] == true {
            let what = "is nullable and composed, which would be two types of one name";
            refuse(what.to_owned(), "move `nullable` to the places of use");
        }
        let properties = walk::members(&schema["properties"]).map(|(name, _)| name.as_str());
        let is_replaced = place.pointer == format!("/components/schemas/{OFFSET_ENTRY}");
        if is_replaced && properties.collect::<BTreeSet<_>>() != ["offset", "partition"].into() {
            let what = "its hand-written type has the properties `partition` and `offset` only";
            let help = "adapt that type, remove the other properties here, or give the schema another name";
            refuse(what.to_owned(), help);
        }
        alternatives::check(schema, components, &mut refuse);
    }
}
