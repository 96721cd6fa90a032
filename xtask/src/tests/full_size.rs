//! A made-up description of the size and the habits of a whole API, through the whole pipeline.

use std::process::Command;

use serde_json::{Value, json};

use super::{Copy, habits, mentions, workspace};
use crate::generate::CLIENT;
use crate::spec::{self, lock};

fn error_body(code: i64) -> Value {
    json!({ "type": "object", "title": "Failure", "properties": { "errors": { "type": "array", "items": {
        "type": "object", "properties": { "id": { "type": "string" }, "status": { "type": "string", "example": code.to_string() } }
    } } } })
}

fn json_response(schema: &Value) -> Value {
    json!({ "description": "OK", "content": { "application/json": { "schema": schema } } })
}

/// What every operation answers besides success: several error schemas, a 429 with headers only, and a default.
fn responses(success: &str, response: Value) -> Value {
    let mut all = json!({
        "400": json_response(&error_body(400)),
        "401": json_response(&json!({ "type": "object", "properties": { "message": { "type": "string" } } })),
        "403": { "$ref": "#/components/responses/Forbidden" },
        "409": { "description": "", "content": { "text/plain": { "schema": { "type": "string" } } } },
        "429": { "description": "Slow down", "headers": { "Retry-After": { "schema": { "type": "integer" } } } },
        "default": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/big.v1.Error" } } } },
    });
    all[success] = response;
    all
}

/// Five operations on one kind of resource; its schema is sometimes referenced and sometimes written out again.
fn resource(document: &mut Value, name: &str, number: usize) {
    let schema = json!({
        "type": "object",
        "description": format!("One {name}."),
        "required": ["id", "type"],
        "properties": {
            "id": { "type": "string", "readOnly": true, "minLength": 3, "maxLength": 9, "pattern": "^[a-z]+$" },
            "type": { "type": "string", "enum": ["A", "b", "C-D", "e_f", "true", "1"] },
            "match": { "type": "boolean", "default": true },
            "self": { "type": "string", "format": "uri" },
            "count": { "type": "integer", "format": "int32", "minimum": 1, "maximum": 10 },
            "ratio": { "type": "number", "nullable": true },
            "created_at": { "type": "string", "format": "date-time", "nullable": true, "example": "2024-02-20T15:14:19Z" },
            "born": { "type": "string", "format": "date" },
            "uuid": { "type": "string", "format": "uuid" },
            "labels": { "type": "object", "additionalProperties": { "type": "string" } },
            "config": { "type": "object", "additionalProperties": true },
            "anything": {},
            "tags": { "type": "array", "items": { "type": "string" }, "uniqueItems": true },
            // The same title everywhere, with other content in each resource.
            "status": { "type": "object", "title": "Status", "properties": { format!("phase_{number}"): { "type": "string", "x-extensible-enum": ["UP", "DOWN"] } } },
            "owner": { "$ref": "#/components/schemas/big.v1.Owner", "description": "Beside a reference." },
            "parent": { "$ref": format!("#/components/schemas/big.v1.{name}") },
            "either": { "oneOf": [{ "type": "string" }, { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } } }] },
            "some": { "anyOf": [{ "$ref": "#/components/schemas/big.v1.Owner" }, { "type": "object", "properties": { "loose": { "type": "boolean" } } }] },
            "both": { "allOf": [{ "$ref": "#/components/schemas/big.v1.Owner" }, { "type": "object", "properties": { "since": { "type": "string" } } }] },
            "odd": { "type": "string", "enum": ["", "+", "-", "a", "A", "a b"] },
            "level": { "type": "integer", "enum": [1, 2, 3] },
            "blank": { "type": "string", "nullable": true, "enum": ["x", null] },
        },
    });
    document["components"]["schemas"][format!("big.v1.{name}")] = schema.clone();
    let reference = json!({ "$ref": format!("#/components/schemas/big.v1.{name}") });
    let list = json!({ "type": "object", "title": format!("big.v1.{name}List"), "required": ["data"], "properties": { "data": { "type": "array", "items": schema } } });
    let plural = format!("/big/v1/{}s", name.to_lowercase());
    let page = json!({ "name": "page_token", "in": "query", "schema": { "type": "string" } });
    document["paths"][&plural] = json!({
        "parameters": [{ "name": "type", "in": "query", "schema": { "type": "array", "items": { "type": "string" } } }],
        "get": {
            "operationId": format!("list{name}s"),
            "parameters": [page, { "name": "Accept", "in": "header", "schema": { "type": "string" } }],
            "responses": responses("200", json_response(&list)),
        },
        "post": {
            "operationId": format!("create{name}"),
            "requestBody": { "required": true, "content": {
                "application/json": { "schema": schema },
                "application/vnd.big.v1+json": { "schema": schema },
            } },
            "responses": responses("201", json!({ "description": "", "content": {
                "application/vnd.big.v1+json": { "schema": reference },
                "application/json": { "schema": reference },
            } })),
        },
    });
    document["paths"][format!("{plural}/{{id}}")] = json!({
        "parameters": [{ "$ref": "#/components/parameters/Id" }],
        "get": {
            // No operation id.
            "responses": responses("200", json_response(&schema)),
        },
        "patch": {
            "operationId": format!("update{name}"),
            "requestBody": { "content": { "application/json-patch+json": { "schema": { "type": "array", "items": { "type": "object", "properties": { "op": { "type": "string" } } } } } } },
            "responses": responses("200", json_response(&reference)),
        },
        "delete": {
            "operationId": format!("delete{name}"),
            "parameters": [{ "name": "if-match", "in": "header", "schema": { "type": "array", "items": { "type": "string" } } }],
            "responses": responses("204", json!({ "description": "Gone" })),
        },
    });
}

/// More than sixty operations.
pub(super) fn full_size() -> Value {
    let mut document = json!({
        "paths": {
            "/big/v1/search?expand=all&kind=x": {
                "get": { "operationId": "search", "responses": responses("200", json_response(&json!({ "type": "object", "additionalProperties": { "$ref": "#/components/schemas/big.v1.Owner" } }))) },
            },
            "/big/v1/token": {
                "post": {
                    "operationId": "token",
                    "requestBody": { "$ref": "#/components/requestBodies/Token" },
                    "responses": responses("200", json_response(&json!({ "type": "object", "properties": { "access_token": { "type": "string" } } }))),
                },
            },
            "/big/v1/logo": {
                "put": {
                    "operationId": "putLogo",
                    "requestBody": { "content": { "image/*": { "schema": { "type": "string", "format": "binary" } } } },
                    "responses": responses("202", json!({ "description": "" })),
                },
                "patch": {
                    "operationId": "patchLogo",
                    "requestBody": { "content": { "multipart/form-data": { "schema": { "type": "object", "properties": { "file": { "type": "string", "format": "binary" } } } } } },
                    "responses": responses("202", json!({ "description": "" })),
                },
                "post": {
                    "operationId": "postLogo",
                    "requestBody": { "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } },
                    "responses": { "200": { "description": "", "content": { "image/png": { "schema": { "type": "string", "format": "binary" } } } }, "204": { "description": "" } },
                },
            },
        },
        "components": {
            "parameters": { "Id": { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } } },
            "responses": { "Forbidden": json_response(&error_body(403)) },
            "requestBodies": { "Token": { "content": { "application/x-www-form-urlencoded": { "schema": { "type": "object", "properties": { "grant_type": { "type": "string" } } } } } } },
            "schemas": {
                "big.v1.Owner": { "type": "object", "properties": { "kind": { "type": "string" }, "async": { "type": "integer", "format": "int64" } } },
                "big.v1.Error": { "type": "object", "properties": { "error_code": { "type": "integer" } } },
            },
        },
    });
    for (number, name) in [
        "Cluster", "Topic", "Pool", "Network", "Gateway", "Schema", "Role", "Key", "Event",
        "Invite", "Peer", "Stream",
    ]
    .iter()
    .enumerate()
    {
        resource(&mut document, name, number);
    }
    document
}

pub(super) fn with_document(document: &Value) -> Copy {
    let copy = Copy::new();
    let text = serde_json::to_string(document).unwrap();
    copy.write("openapi/vendor/full-size.yaml", &text);
    let mut lock = lock::Lock::read(copy.root()).unwrap();
    lock.entries.push(lock::Entry {
        file: "full-size.yaml".to_owned(),
        source: "made up".to_owned(),
        origin: lock::Origin::Transcribed,
        retrieved: "2026-11-22".to_owned(),
        sha256: lock::sha256(text.as_bytes()),
    });
    copy.write(lock::LOCK, &lock.render().unwrap());
    copy
}

#[test]
fn it_passes_the_whole_pipeline_and_its_client_compiles() {
    let mut document = full_size();
    habits::add(&mut document);
    assert!(spec::select::operations(&document).len() >= 40);
    let copy = with_document(&document);
    crate::commands::generate(copy.root(), false, false).unwrap();
    let built = spec::verify(copy.root()).unwrap();
    assert!(built.unsupported().is_empty());

    let client = copy.read(CLIENT);
    mentions(
        &client,
        &[
            "pub async fn list_clusters<",
            "pub async fn get_big_v1_clusters_id<",
            "\"application/json-patch+json\"",
            // The parts are the caller's to write, divided as the documentation says.
            "pub async fn patch_logo<",
            "\"multipart/form-data; boundary=part-3f9d1c5e7a2b48d6\"",
            "sent as it is, as `multipart/form-data; boundary=part-3f9d1c5e7a2b48d6`",
            "types::ClusterList",
            "pub match_: ::std::option::Option<bool>",
            "pub async_: ::std::option::Option<i64>",
            "pub created_at: ::std::option::Option<crate::Timestamp>",
        ],
    );
    // Query parameters made of the path key.
    mentions(
        &client,
        &[
            "pub async fn search<",
            "expand: types::SearchExpand",
            "kind: types::SearchKind",
        ],
    );

    compile(&copy);
}

/// Checks the generated crate with its own manifest, always in the same folder, so that cargo finds what it has built
/// before.
fn compile(copy: &Copy) {
    let folder = workspace().join("target/full-size");
    let sources = folder.join("generated-client/src");
    std::fs::create_dir_all(&sources).unwrap();
    for place in spec::files::list(copy.root(), "generated-client/src").unwrap() {
        std::fs::copy(copy.path(&place), folder.join(&place)).unwrap();
    }
    let types = "generated-client/types/src";
    std::fs::create_dir_all(folder.join(types)).unwrap();
    let fixed = [
        "Cargo.lock",
        "clippy.toml",
        "generated-client/Cargo.toml",
        "generated-client/types/Cargo.toml",
    ];
    let fixed = fixed.map(str::to_owned).into_iter();
    for place in fixed.chain(spec::files::list(workspace(), types).unwrap()) {
        std::fs::copy(workspace().join(&place), folder.join(&place)).unwrap();
    }
    let manifest = std::fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let lines = manifest.lines().map(|line| match line.split(' ').next() {
        Some("members") => "members = [\"generated-client\", \"generated-client/types\"]",
        Some("default-members") => "",
        _ => line,
    });
    std::fs::write(
        folder.join("Cargo.toml"),
        lines.collect::<Vec<_>>().join("\n"),
    )
    .unwrap();
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "check",
            "--offline",
            "--quiet",
            "--package",
            "ccloud-connect-client",
        ])
        .arg("--target-dir")
        .arg(workspace().join("target"))
        .current_dir(&folder)
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && !messages.contains("warning"),
        "{messages}"
    );
}

#[test]
fn what_cannot_be_generated_is_named_and_skipped_only_when_asked() {
    let mut document = full_size();
    document["paths"]["/big/v1/upload"] = json!({
        "post": {
            "operationId": "upload",
            "responses": { "200": { "description": "" } },
        },
        "get": {
            "operationId": "session",
            "parameters": [{ "name": "session", "in": "cookie", "schema": { "type": "string" } }],
            "responses": { "200": { "description": "" } },
        },
    });
    let copy = with_document(&document);
    let error = copy.refused();
    mentions(
        &error,
        &[
            "openapi/vendor/full-size.yaml: operation `session` (get /big/v1/upload)",
            "cookie parameter `session`",
        ],
    );
    crate::commands::generate(copy.root(), false, true).unwrap();
    let client = copy.read(CLIENT);
    mentions(
        &client,
        &[
            "// Left out: error: openapi/vendor/full-size.yaml: operation `session`",
            "pub async fn search<",
        ],
    );
    assert!(client.contains("fn upload<") && !client.contains("fn session<"));
    // Nothing else goes with them, not even what no operation refers to any more.
    mentions(&client, &["pub struct ConnectorError"]);
    mentions(&copy.read(spec::BUNDLE), &["operationId: upload"]);

    // To leave something out for good is a deviation like any other: an action of the overlay, with its reason.
    let action = "- target: $.paths['/big/v1/upload'][*]\n  description: Nobody needs it.\n  update:\n    x-skip-generation: true\n";
    copy.write(spec::OVERLAY, &(copy.read(spec::OVERLAY) + action));
    crate::commands::generate(copy.root(), false, false).unwrap();
    crate::commands::generate(copy.root(), true, false).unwrap();
    spec::verify(copy.root()).unwrap();
    let client = copy.read(CLIENT);
    mentions(
        &client,
        &[
            "keeps get /big/v1/upload out of the client",
            "keeps post /big/v1/upload out of the client",
        ],
    );
    assert!(!client.contains("fn upload<") && !client.contains("fn session<"));
}
