//! The assembled document is OpenAPI 3.0, by two readers that check different things.

use roas::v3_0::spec::Spec;
use roas::validation::{IGNORE_EMPTY_REQUIRED_FIELDS, IGNORE_UNUSED, Options, Validate};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::origins::Origins;
use super::refs::SCHEMAS;
use super::walk::{self, Kind};
use super::{ASSEMBLED, select};
use crate::problem::{Problem, Problems, Result};

pub(crate) fn check(document: &Value, origins: &Origins) -> Result<()> {
    let mut problems = Problems::default();
    problems.take(read::<openapiv3::OpenAPI>(document, origins));
    if let Some(spec) = problems.take(read::<Spec>(&as_roas_reads(document), origins)) {
        // Vendored parts of larger documents bring components that nothing uses here, and tags that only their
        // whole describes; an empty text and a relative URL are nobody's mistake to correct here.
        let options = Options::new()
            | IGNORE_UNUSED
            | IGNORE_EMPTY_REQUIRED_FIELDS
            | Options::IgnoreInvalidUrls
            | Options::IgnoreMissingTags;
        if let Err(invalid) = spec.validate(options, None) {
            for error in invalid.errors {
                problems
                    .push(Problem::new(ASSEMBLED, error).help(
                        "if the published text is wrong, correct it in openapi/overlay.yaml",
                    ));
            }
        }
    }
    problems.into_result()
}

/// Reads the document; where that fails, the message of the reader says what but not where, so the operations and
/// components are tried one by one.
fn read<T: DeserializeOwned>(document: &Value, origins: &Origins) -> Result<T> {
    let error = match T::deserialize(document) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    let problem = |place: String, error: serde_json::Error| {
        Problem::new(place, format!("not OpenAPI 3.0: {error}"))
            .help("correct it in openapi/overlay.yaml")
    };
    let mut found = Problems::default();
    let mut frame = select::retain(document, |_, _| false);
    for (name, schema) in document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        frame["components"]["schemas"] = json!({ name: schema });
        if let Err(error) = T::deserialize(&frame) {
            found.push(problem(format!("components.schemas.{name}"), error));
        }
    }
    for (path, method) in select::operations(document) {
        let mut alone = select::retain(document, |p, m| p == path && m == method);
        if let Some(components) = alone.get_mut("components").and_then(Value::as_object_mut) {
            components.remove("schemas");
        }
        if let Err(error) = T::deserialize(&alone) {
            found.push(problem(
                origins.place(&walk::pointer(&["paths", &path, &method])),
                error,
            ));
        }
    }
    if found.is_empty() {
        found.push(problem(ASSEMBLED.to_owned(), error));
    }
    Err(found)
}

/// The document without what OpenAPI 3.0 allows and this reader refuses: `null` in the enum of a text that may be null,
/// references in the mapping of a discriminator, and empty defaults of server variables. Scopes that no scheme declares
/// are refused rightly, but real descriptions have them, and nothing here is made of scopes.
fn as_roas_reads(document: &Value) -> Value {
    let mut copy = document.clone();
    walk::each(&mut copy, &mut |kind, _, value| {
        if kind == Kind::Operation {
            let alternatives = value.get_mut("security").and_then(Value::as_array_mut);
            let schemes = alternatives
                .into_iter()
                .flatten()
                .filter_map(Value::as_object_mut);
            schemes
                .flat_map(|schemes| schemes.values_mut())
                .for_each(|scopes| *scopes = json!([]));
        }
        if kind != Kind::Schema {
            return;
        }
        let is_nullable = value["nullable"] == true;
        if let Some(Value::Array(values)) = value.get_mut("enum").filter(|_| is_nullable) {
            values.retain(|value| !value.is_null());
        }
        for target in walk::mapping_mut(value) {
            if let Some(name) = target.as_str().and_then(|text| text.strip_prefix(SCHEMAS)) {
                *target = name.into();
            }
        }
    });
    fill_variables(&mut copy);
    copy
}

fn fill_variables(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let servers = members.get_mut("servers").and_then(Value::as_array_mut);
            let variables = servers
                .into_iter()
                .flatten()
                .filter_map(|server| server.get_mut("variables")?.as_object_mut());
            for variable in variables.flat_map(|variables| variables.values_mut()) {
                if variable["default"] == "" {
                    variable["default"] = "empty".into();
                }
            }
            members.values_mut().for_each(fill_variables);
        }
        Value::Array(items) => items.iter_mut().for_each(fill_variables),
        _ => {}
    }
}
