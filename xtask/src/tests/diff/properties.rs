//! What holds for every pair of documents.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::compare;
use super::forms::{inlined, referenced};
use crate::spec::diff::{Format, render};

/// Schemas of bounded depth with everything the comparison looks at.
fn any_schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({ "type": "string" })),
        Just(json!({ "type": "string", "enum": ["A", "B"], "description": "d" })),
        Just(
            json!({ "type": "string", "format": "date-time", "nullable": true, "readOnly": true })
        ),
        Just(json!({ "type": "string", "x-extensible-enum": ["A"], "writeOnly": true })),
        (0..9i64, 10..99i64)
            .prop_map(|(low, high)| json!({ "type": "integer", "minimum": low, "maximum": high })),
        Just(json!({ "$ref": "#/components/schemas/Shared" })),
        Just(json!({})),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let properties = prop::collection::btree_map("[a-e]", inner.clone(), 0..4);
        let list = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            (properties, any::<bool>()).prop_map(|(properties, closed)| {
                let required: Vec<_> = properties.keys().take(1).cloned().collect();
                json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": !closed })
            }),
            inner.clone().prop_map(|items| json!({ "type": "array", "items": items })),
            inner.prop_map(|values| json!({ "type": "object", "additionalProperties": values })),
            (prop_oneof![Just("allOf"), Just("anyOf"), Just("oneOf")], list).prop_map(|(key, list)| json!({ key: list })),
        ]
    })
}

fn any_document() -> impl Strategy<Value = Value> {
    let operation = (any_schema(), any_schema(), any_schema()).prop_map(|(request, response, parameter)| {
        json!({
            "operationId": "op",
            "parameters": [{ "name": "q", "in": "query", "schema": parameter }],
            "requestBody": { "content": { "application/json": { "schema": request } } },
            "responses": { "200": { "description": "", "content": { "application/json": { "schema": response } } } },
        })
    });
    (prop::collection::btree_map("/[a-c]", operation, 1..3), any_schema()).prop_map(|(operations, shared)| {
        let paths: serde_json::Map<_, _> = operations.into_iter().map(|(path, operation)| (path, json!({ "post": operation }))).collect();
        // The shared schema is kept out of circles through compositions, which are refused.
        json!({ "paths": paths, "components": { "schemas": { "Shared": { "type": "object", "properties": { "inner": without_references(shared) } } } } })
    })
}

fn without_references(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(members) if members.contains_key("$ref") => json!({ "type": "boolean" }),
        Value::Object(members) => Value::Object(
            std::mem::take(members)
                .into_iter()
                .map(|(key, member)| (key, without_references(member)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(
            std::mem::take(items)
                .into_iter()
                .map(without_references)
                .collect(),
        ),
        _ => schema,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_document_equals_itself_in_every_form(document in any_document()) {
        for form in [document.clone(), inlined(&document), referenced(&document)] {
            let found = compare(&document, &form);
            prop_assert!(found.is_empty(), "{}", render(&found, None, Format::Text));
            let found = compare(&form, &document);
            prop_assert!(found.is_empty(), "{}", render(&found, None, Format::Text));
        }
    }

    #[test]
    fn two_documents_differ_in_both_directions_or_in_none(old in any_document(), new in any_document()) {
        prop_assert_eq!(compare(&old, &new).is_empty(), compare(&new, &old).is_empty());
        prop_assert_eq!(compare(&old, &new), compare(&old, &new));
        prop_assert_eq!(compare(&inlined(&old), &inlined(&new)).is_empty(), compare(&old, &new).is_empty());
    }

    #[test]
    fn one_more_property_is_one_finding_in_each_direction(document in any_document()) {
        let mut changed = document.clone();
        changed["components"]["schemas"]["Shared"]["properties"]["added"] = json!({ "type": "string" });
        let uses = serde_json::to_string(&document["paths"]).unwrap().contains("#/components/schemas/Shared");
        let found = compare(&document, &changed);
        let rule = if uses { "property-added" } else { "unused-schema-changed" };
        prop_assert!(!found.is_empty());
        prop_assert!(found.iter().all(|finding| finding.rule == rule), "{}", render(&found, None, Format::Text));
        prop_assert!(found.len() <= 2);
    }
}
