//! What progenitor 0.15 stops on, found beforehand and reported with operation and status.
//!
//! Works on the lowered description; most of what progenitor cannot take has been lowered away by then.

use std::collections::BTreeMap;

use serde_json::Value;

use super::select;
use crate::problem::Problem;

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

/// One finding and the operation it is about.
#[derive(Clone, Debug)]
pub(crate) struct Unsupported {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) problem: Problem,
}

/// Every operation that progenitor would not take.
pub(crate) fn unsupported(
    lowered: &Value,
    place: &dyn Fn(&str, &str) -> String,
) -> Vec<Unsupported> {
    let mut found = Vec::new();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for (path, method) in select::operations(lowered) {
        let item = &lowered["paths"][&path];
        let operation = &item[&method];
        let id = operation["operationId"].as_str().unwrap_or_default();
        let here = format!(
            "{}: operation `{id}` ({method} {path})",
            place(&path, &method)
        );
        let mut report = |message: String| {
            found.push(Unsupported {
                path: path.clone(),
                method: method.clone(),
                problem: Problem::new(&here, message),
            });
        };
        if RESERVED.contains(&snake(id).as_str()) {
            report(format!(
                "has the method name `{}`, which the client needs for itself; give it another id in openapi/overlay.yaml",
                snake(id)
            ));
        }
        if let Some(other) = ids.insert(snake(id), format!("{method} {path}")) {
            report(format!(
                "has the same method name `{}` as {other}",
                snake(id)
            ));
        }
        parameters(&path, item, operation, &mut report);
        body(operation, &mut report);
        responses(operation, &mut report);
    }
    found
}

fn parameters(path: &str, item: &Value, operation: &Value, report: &mut dyn FnMut(String)) {
    let list = |holder: &Value| holder["parameters"].as_array().cloned().unwrap_or_default();
    let own = list(operation);
    let key = |parameter: &Value| (parameter["name"].clone(), parameter["in"].clone());
    let inherited = list(item)
        .into_iter()
        .filter(|shared| own.iter().all(|known| key(known) != key(shared)));
    let all: Vec<Value> = own.iter().cloned().chain(inherited).collect();

    let mut names: BTreeMap<String, String> = BTreeMap::new();
    if operation.get("requestBody").is_some() {
        names.insert("body".to_owned(), "the request body".to_owned());
    }
    for parameter in &all {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        if let Some(other) = names.insert(snake(name), format!("`{name}` in {place}")) {
            report(format!(
                "parameter `{name}` in {place} has the same argument name as {other}"
            ));
        }
        let style = parameter["style"].as_str();
        match (place, style) {
            ("path", None | Some("simple")) => {
                if parameter["required"] != true {
                    report(format!("path parameter `{name}` is not `required: true`"));
                }
                if !path.contains(&format!("{{{name}}}")) {
                    report(format!(
                        "path parameter `{name}` does not occur in the path"
                    ));
                }
            }
            ("query", None | Some("form")) | ("header", None | Some("simple")) => {}
            ("cookie", _) => report(format!("cookie parameter `{name}` cannot be generated")),
            (_, Some(style)) => report(format!(
                "{place} parameter `{name}` has style `{style}`, which cannot be generated"
            )),
            (_, None) => report(format!("parameter `{name}` has no valid `in`")),
        }
        if parameter.get("schema").is_none() {
            report(format!("{place} parameter `{name}` has no schema"));
        }
    }
    let declared = |name: &str| {
        all.iter()
            .any(|parameter| parameter["in"] == "path" && parameter["name"] == name)
    };
    for name in path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
    {
        if !declared(name) {
            report(format!("path parameter `{name}` is not declared"));
        }
    }
    let balanced = path.starts_with('/') && path.matches('{').count() == path.matches('}').count();
    if !balanced {
        report("the path must start with `/` and have its braces in pairs".to_owned());
    }
}

fn body(operation: &Value, report: &mut dyn FnMut(String)) {
    let Some(content) = operation
        .pointer("/requestBody/content")
        .and_then(Value::as_object)
    else {
        return;
    };
    let types: Vec<_> = content.keys().map(String::as_str).collect();
    if let [media] = types.as_slice() {
        const KNOWN: [&str; 4] = [
            "application/json",
            "application/x-www-form-urlencoded",
            "text/plain",
            "application/octet-stream",
        ];
        if !KNOWN.contains(media) {
            report(format!(
                "a request body of type `{media}` cannot be generated"
            ));
        } else if content[*media].get("schema").is_none() {
            report(format!("the request body of type `{media}` has no schema"));
        }
    } else if !types.is_empty() {
        report(format!(
            "a request body of several types ({}) cannot be generated",
            types.join(", ")
        ));
    }
}

fn responses(operation: &Value, report: &mut dyn FnMut(String)) {
    let Some(responses) = operation["responses"].as_object() else {
        report("has no responses".to_owned());
        return;
    };
    let mut kinds: BTreeMap<&str, (String, &str)> = BTreeMap::new();
    for (status, response) in responses {
        let valid = status.len() == 3
            && status.starts_with(['1', '2', '3', '4', '5'])
            && (status.ends_with("XX") || status.chars().all(|c| c.is_ascii_digit()));
        if !valid && status != "default" {
            report(format!("`{status}` is not a response status"));
            continue;
        }
        let json = response
            .get("content")
            .and_then(|content| content.get("application/json"));
        if let Some(media) = json {
            if media.get("schema").is_none() {
                report(format!("the JSON body of response {status} has no schema"));
            }
            if media.get("encoding").is_some() {
                report(format!(
                    "the JSON body of response {status} has an encoding"
                ));
            }
        }
        let shape = match (json, response.get("content")) {
            (Some(media), _) => format!("JSON {}", media["schema"]),
            (None, Some(Value::Object(content))) if !content.is_empty() => "bytes".to_owned(),
            _ => "nothing".to_owned(),
        };
        let classes: &[&str] = match status.chars().next() {
            Some('2') => &["success"],
            Some('4' | '5') => &["error"],
            Some('d') => &["success", "error"],
            _ => &[],
        };
        for class in classes {
            let (known, first) = kinds
                .entry(class)
                .or_insert_with(|| (shape.clone(), status));
            if *known != shape {
                report(format!(
                    "{class} responses {first} and {status} have bodies of different types, which the generator cannot express"
                ));
            }
        }
    }
}

/// The name in the form the generator gives to methods and arguments, near enough to find clashes.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut previous = '_';
    for c in name.chars() {
        if c.is_ascii_uppercase() && (previous.is_ascii_lowercase() || previous.is_ascii_digit()) {
            out.push('_');
        }
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        previous = c;
    }
    out.trim_end_matches('_').to_owned()
}
