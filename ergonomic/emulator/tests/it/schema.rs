//! Validates values against schemas of OpenAPI 3.0 or JSON Schema.

use jsonschema::Validator;
use serde_json::{Value, json};

pub(super) struct Schemas<'a> {
    document: &'a Value,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(document: &'a Value) -> Self {
        Self { document }
    }

    /// The errors of a value that does not match the schema, each with its location in the value.
    pub(super) fn problems(&self, schema: &Value, value: &Value) -> Vec<String> {
        problems(&self.validator(schema), value)
    }

    /// The validator for one schema of the document. The schema may refer to other schemas of the document.
    pub(super) fn validator(&self, schema: &Value) -> Validator {
        let mut whole = json!({ "allOf": [schema] });
        for others in ["components", "$defs"] {
            if let Some(found) = self.document.get(others) {
                whole[others] = found.clone();
            }
        }
        let options = jsonschema::options().should_validate_formats(true);
        options.build(&with_null(whole)).unwrap()
    }
}

pub(super) fn problems(validator: &Validator, value: &Value) -> Vec<String> {
    let found = validator.iter_errors(value);
    found
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect()
}

/// Turns a schema of OpenAPI 3.0 into JSON Schema. `nullable`, which JSON Schema does not have, becomes a choice with `null`.
fn with_null(schema: Value) -> Value {
    match schema {
        Value::Object(members) => {
            let nullable = members.get("nullable") == Some(&Value::Bool(true));
            let members = members
                .into_iter()
                .map(|(name, part)| (name, with_null(part)));
            let schema = Value::Object(members.collect());
            if nullable {
                json!({ "anyOf": [schema, { "type": "null" }] })
            } else {
                schema
            }
        }
        Value::Array(parts) => parts.into_iter().map(with_null).collect(),
        other => other,
    }
}
