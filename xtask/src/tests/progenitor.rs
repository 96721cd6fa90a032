//! What progenitor does with input we lower or refuse. When one of these tests fails, a rule may have become needless.

use serde_json::{Value, json};

use super::{PUBLISHED, mentions, workspace};
use crate::generate;
use crate::spec::{self, Built};

fn published() -> Value {
    let text = std::fs::read_to_string(workspace().join(PUBLISHED)).unwrap();
    let mut document = spec::parse::parse(PUBLISHED, &text).unwrap();
    document["openapi"] = "3.0.3".into();
    document["info"] = json!({ "title": "raw", "version": "v1" });
    document
}

/// A document that reaches the generator as it stands.
fn unlowered(lowered: Value) -> Built {
    Built {
        lowered,
        ..spec::build(workspace()).unwrap()
    }
}

#[test]
fn the_published_text_alone_makes_it_panic() {
    let error = generate::progenitor(&published()).err().unwrap();
    mentions(&error, &["response_types.len() <= 1"]);
}

#[test]
fn our_check_says_so_first_with_operation_and_status() {
    let error = generate::client(&unlowered(published()), false)
        .unwrap_err()
        .to_string();
    mentions(
        &error,
        &[
            PUBLISHED,
            "operation `alterConnectv1ConnectorOffsetsRequest` (post /connect/v1/",
            "error responses 400 and 429 have bodies of different types",
        ],
    );
}

/// One operation with everything its parts need, changed by `change`.
fn operation(change: impl Fn(&mut Value)) -> Value {
    let mut operation = json!({
        "operationId": "op",
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "responses": { "200": { "description": "", "content": { "application/json": { "schema": { "type": "string" } } } } },
    });
    change(&mut operation);
    json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": { "/a/{id}": { "post": operation } },
    })
}

#[test]
fn every_known_stop_is_ours_before_it_is_a_panic() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str); 12] = [
        (
            |o| o["parameters"][0]["required"] = false.into(),
            "`id` is not `required: true`",
        ),
        (|o| o["parameters"] = json!([]), "`id` is not declared"),
        (
            |o| o["parameters"][0]["name"] = "other".into(),
            "`other` does not occur in the path",
        ),
        (
            |o| o["parameters"][0]["style"] = "label".into(),
            "style `label`",
        ),
        (
            |o| o["parameters"][0] = json!({ "name": "id", "in": "cookie", "schema": {} }),
            "cookie parameter `id`",
        ),
        (
            |o| {
                o["parameters"][0].as_object_mut().unwrap().remove("schema");
            },
            "`id` has no schema",
        ),
        (
            |o| o["requestBody"] = json!({ "content": { "application/json": {} } }),
            "body of type `application/json` has no schema",
        ),
        (
            |o| o["requestBody"] = json!({ "content": { "image/png": { "schema": {} } } }),
            "body of type `image/png`",
        ),
        (
            |o| o["requestBody"] = json!({ "content": { "text/plain": { "schema": {} }, "application/json": { "schema": {} } } }),
            "several types (application/json, text/plain)",
        ),
        (
            |o| o["responses"]["200"]["content"]["application/json"] = json!({}),
            "response 200 has no schema",
        ),
        (
            |o| o["responses"]["204"] = json!({ "description": "" }),
            "success responses 200 and 204",
        ),
        (
            |o| o["responses"]["default"] = json!({ "description": "" }),
            "success responses 200 and default",
        ),
    ];
    for (change, message) in cases {
        let error = generate::client(&unlowered(operation(change)), false)
            .unwrap_err()
            .to_string();
        mentions(&error, &["operation `op` (post /a/{id})", message]);
    }
    generate::client(&unlowered(operation(|_| {})), false).unwrap();
}

#[test]
fn a_panic_nobody_foresaw_is_an_error_with_the_operation() {
    let strange = operation(|o| {
        o["responses"]["200"]["content"]["application/json"]["schema"] =
            json!({ "minimum": 1, "exclusiveMaximum": true });
    });
    let error = generate::client(&unlowered(strange.clone()), false)
        .unwrap_err()
        .to_string();
    mentions(
        &error,
        &[
            "operation `op` (post /a/{id})",
            "exclusive_maximum set without maximum",
            "--skip-unsupported",
        ],
    );

    let mut two = strange;
    let mut good = operation(|o| o["operationId"] = "good".into());
    two["paths"]["/b/{id}"] = good["paths"]["/a/{id}"].take();
    let client = generate::client(&unlowered(two), true).unwrap();
    assert_eq!(client.skipped.len(), 1);
    mentions(
        &client.text,
        &["// Left out: ", "operation `op`", "pub async fn good<"],
    );
    assert!(!client.text.contains("fn op<"));
}
