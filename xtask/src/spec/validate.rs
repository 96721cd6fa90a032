//! The assembled document is OpenAPI 3.0, by two readers that check different things.

use roas::v3_0::spec::Spec;
use roas::validation::{IGNORE_EMPTY_REQUIRED_FIELDS, IGNORE_UNUSED, Options, Validate};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::origins::Origins;
use super::walk::{self, Kind};
use super::{ASSEMBLED, select};
use crate::problem::{Problem, Problems, Result};

pub(crate) fn check(document: &Value, origins: &Origins) -> Result<()> {
    let mut problems = Problems::default();
    problems.take(read::<openapiv3::OpenAPI>(document, origins));
    if let Some(spec) = problems.take(read::<Spec>(&without_null_values(document), origins)) {
        // Vendored parts of larger documents bring components that nothing uses here, and tags that only their
        // whole describes; an empty text is nobody's mistake to correct here.
        let options = Options::new()
            | IGNORE_UNUSED
            | IGNORE_EMPTY_REQUIRED_FIELDS
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
        frame["components"]["schemas"] = serde_json::json!({ name: schema });
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

/// One reader takes only text in the enum of a text, although `null` belongs there when null is allowed.
fn without_null_values(document: &Value) -> Value {
    let mut copy = document.clone();
    walk::each(&mut copy, &mut |kind, _, value| {
        let is_nullable = value["nullable"] == true;
        if let Some(Value::Array(values)) = value
            .get_mut("enum")
            .filter(|_| kind == Kind::Schema && is_nullable)
        {
            values.retain(|value| !value.is_null());
        }
    });
    copy
}
