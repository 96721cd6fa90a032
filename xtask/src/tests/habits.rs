//! What published descriptions do, one of each: found in real ones, made up anew here.

use serde_json::{Value, json};

use super::full_size::{full_size, with_document};
use super::{Copy, mentions, workspace};
use crate::generate::CLIENT;
use crate::spec::check::RESERVED;
use crate::spec::diff::{Side, diff};
use crate::spec::{self, parse, vendor};

fn text() -> Value {
    json!({ "type": "string" })
}

fn json_body(schema: &Value) -> Value {
    json!({ "content": { "application/json": { "schema": schema } } })
}

fn answer(schema: &Value) -> Value {
    let mut answer = json_body(schema);
    answer["description"] = "".into();
    answer
}

/// A reference, with what a certain use requires of it and properties that only show an example.
fn mixed(name: &str) -> Value {
    json!({ "allOf": [
        { "$ref": format!("#/components/schemas/{name}") },
        { "type": "object", "required": ["id", "spec"] },
        { "properties": { "self": { "example": "https://example.com/{id}" } } },
    ] })
}

/// Adds them to a description.
pub(super) fn add(document: &mut Value) {
    let paths = json!({
        // The same path with and without a query that is described beside it too.
        "/odd/v1/connectors": { "get": { "operationId": "listOdd", "responses": { "200": answer(&json!({ "type": "array", "items": text() })) } } },
        "/odd/v1/connectors?expand=info,status": {
            "get": {
                "operationId": "listOddWithExpansions",
                "parameters": [{ "name": "expand", "in": "query", "schema": { "type": "string", "enum": ["info", "status"] } }],
                "responses": { "200": answer(&json!({ "type": "object", "additionalProperties": { "$ref": "#/components/schemas/odd.v1.Type" } })) },
            },
        },
        // One position under two names, a verb after a colon, extensions beside the methods.
        "/odd/v1/things/{name}/results": {
            "x-request-access-name": "odd",
            "parameters": [{ "name": "name", "in": "path", "required": true, "schema": text() }],
            "head": { "operationId": "thingExists", "responses": { "204": { "description": "" }, "404": answer(&json!({ "type": "object" })), "419": answer(&text()), "503": answer(&text()), "5XX": answer(&text()) } },
            "get": { "operationId": "getThing", "responses": { "200": answer(&mixed("odd.v1.Thing")), "2XX": { "description": "" } } },
        },
        "/odd/v1/things/{thing_name}": {
            "patch": {
                "operationId": "presigned-upload-urlOddV1",
                "parameters": [{ "name": "thing_name", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } }],
                "security": [{ "cloud-api-key": [] }, { "odd": ["None"] }],
                "servers": [{ "url": "https://{host}/{base}", "variables": { "host": { "default": "example.com" }, "base": { "default": "" } } }],
                // What stands beside a reference is ignored.
                "requestBody": { "$ref": "#/components/requestBodies/inline_object", "content": {} },
                "responses": { "200": answer(&mixed("odd.v1.Thing")) },
            },
        },
        "/odd/v1/things:lookup": {
            "get": {
                "operationId": "lookup",
                "parameters": [
                    { "name": "spec.network", "in": "query", "style": "form", "explode": true, "example": ["a"], "schema": { "$ref": "#/components/schemas/MultipleSearchFilter" } },
                    { "name": "sort", "in": "query", "explode": false, "schema": { "type": "array", "default": ["-at"], "items": { "type": "string", "enum": ["at", "-at"] } } },
                ],
                "responses": { "200": { "description": "", "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/odd.v1.ThingList" },
                    "examples": { "empty": { "$ref": "#/components/examples/Empty" } },
                } } } },
            },
            "post": { "operationId": "bulk", "requestBody": json_body(&json!({ "type": "array", "items": mixed("odd.v1.Thing") })), "responses": { "200": answer(&json!({ "type": "array", "items": { "$ref": "#/components/schemas/odd.v1.Thing" } })) } },
        },
        "/odd/v1/tokens": {
            "post": {
                "operationId": "exchangeToken",
                "requestBody": { "content": { "application/x-www-form-urlencoded": { "schema": { "anyOf": [
                    { "type": "object", "properties": { "grant_type": { "type": "string", "enum": ["urn:ietf:params:oauth:grant-type:token-exchange"] } } },
                    { "type": "object", "properties": { "subject_token": text() } },
                ] } } } },
                "responses": { "200": answer(&json!({ "type": "object" })) },
            },
        },
    });
    let schemas = json!({
        "odd.v1.Thing": {
            "type": "object",
            "properties": {
                "id": text(), "self": text(), "type": text(), "required": { "type": "boolean" },
                "additionalProperties": text(), "kafka.api.key": text(), "format-version": { "type": "integer" },
                "properties": { "type": "object", "additionalProperties": text() },
                "spec": { "type": "object", "readOnly": true, "properties": { "config": { "$ref": "#/components/schemas/odd.v1.Config" } } },
                // Made of itself, by way of a composition.
                "parts": { "type": "array", "uniqueItems": true, "items": { "allOf": [{ "$ref": "#/components/schemas/odd.v1.Thing" }], "description": "d" } },
                "csu": { "type": "integer", "format": "int32", "x-extensible-enum": [1, 2, 4] },
                "anything": { "type": "array", "items": {} },
            },
        },
        "odd.v1.ThingList": { "type": "object", "required": ["data"], "properties": { "kind": { "type": "string", "readOnly": true, "enum": ["odd/v1"] }, "data": { "type": "array", "items": mixed("odd.v1.Thing") } } },
        "odd.v1.Config": {
            "type": "object",
            "oneOf": [{ "$ref": "#/components/schemas/odd.v1.Basic" }],
            "discriminator": { "propertyName": "kind", "mapping": { "Basic": "#/components/schemas/odd.v1.Basic", "Later": "odd.v1.Later" } },
            "x-one-of-name": "Config",
        },
        "odd.v1.Basic": { "type": "object", "required": ["kind"], "additionalProperties": false, "properties": { "kind": { "type": "string", "enum": ["Basic"] } } },
        // Nothing but the mapping names it.
        "odd.v1.Later": { "type": "object", "properties": { "kind": text() } },
        "odd.v1.Type": { "oneOf": [text(), { "$ref": "#/components/schemas/odd.v1.StructType" }] },
        "odd.v1.StructType": { "type": "object", "required": ["fields"], "properties": { "fields": { "type": "array", "items": { "$ref": "#/components/schemas/odd.v1.Type" } } } },
        "MultipleSearchFilter": { "type": "array", "items": text() },
        "Error_source": { "type": "object", "properties": { "pointer": text() } },
        "Error": { "type": "object", "properties": { "source": { "$ref": "#/components/schemas/Error_source" } } },
    });
    for (path, item) in paths.as_object().unwrap() {
        document["paths"][path] = item.clone();
    }
    for (name, schema) in schemas.as_object().unwrap() {
        document["components"]["schemas"][name] = schema.clone();
    }
    document["components"]["requestBodies"]["inline_object"] = json_body(&mixed("odd.v1.Thing"));
    document["components"]["examples"] = json!({ "Empty": { "value": { "data": [] } } });
    document["components"]["securitySchemes"] = json!({
        // Described elsewhere as something else.
        "cloud-api-key": { "type": "apiKey", "in": "header", "name": "X-Key" },
        "odd": { "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": "/v1/tokens", "scopes": {} } } },
        "unused": { "type": "http", "scheme": "basic" },
    });
}

fn alone() -> Value {
    let mut document = json!({ "openapi": "3.0.3", "info": { "title": "t", "version": "1" }, "paths": {}, "components": { "schemas": {} } });
    add(&mut document);
    document
}

#[test]
fn the_bundle_keeps_what_was_meant() {
    let copy = with_document(&alone());
    let bundle = spec::verify(copy.root()).unwrap().document;
    let mapping = &bundle["components"]["schemas"]["Config"]["discriminator"]["mapping"];
    assert_eq!(mapping["Basic"], "#/components/schemas/Basic");
    assert_eq!(mapping["Later"], "Later");
    // The frame says for all how to be let in.
    let schemes = &bundle["components"]["securitySchemes"];
    assert_eq!(schemes["cloud-api-key"]["scheme"], "basic");
    assert_eq!(schemes["odd"]["type"], "oauth2");
    // Two operations that differ in their query alone, and a parameter that the path says already.
    let listing = &bundle["paths"]["/odd/v1/connectors?expand=info,status"]["get"];
    assert_eq!(listing["parameters"], json!([]));
    assert!(bundle["paths"]["/odd/v1/connectors"]["get"].is_object());
}

#[test]
fn a_query_that_is_alone_becomes_a_parameter_whatever_else_is_said_of_it() {
    let mut document = alone();
    let paths = document["paths"].as_object_mut().unwrap();
    paths.remove("/odd/v1/connectors");
    let bundle = spec::verify(with_document(&document).root())
        .unwrap()
        .document;
    let parameters = &bundle["paths"]["/odd/v1/connectors"]["get"]["parameters"];
    assert_eq!(
        *parameters,
        json!([{ "name": "expand", "in": "query", "required": true, "schema": { "type": "string", "enum": ["info,status"] } }])
    );
}

#[test]
fn what_is_vendored_of_a_whole_document_brings_everything_it_needs() {
    let copy = Copy::new();
    copy.write("whole.yaml", &serde_json::to_string(&alone()).unwrap());
    let from = copy.path("whole.yaml").display().to_string();
    let request = |choose: &str| vendor::Request {
        choose: vec![choose.to_owned()],
        file: Some("odd.yaml".to_owned()),
        source: Some("made up".to_owned()),
    };
    let vendored = |choose: &str| {
        let plan = vendor::plan(copy.root(), &from, &request(choose)).unwrap();
        plan.write(copy.root()).unwrap();
        parse::parse("odd.yaml", &copy.read("openapi/vendor/odd.yaml")).unwrap()
    };
    let one = vendored("presigned-upload-urlOddV1");
    let components = &one["components"];
    for (section, name) in [
        ("securitySchemes", "odd"),
        ("requestBodies", "inline_object"),
        ("schemas", "odd.v1.Later"),
    ] {
        assert!(components[section].get(name).is_some(), "{section} {name}");
    }
    assert!(components["securitySchemes"].get("unused").is_none());
    assert!(components.get("examples").is_none());
    assert!(
        one.pointer("/components/schemas/odd.v1.ThingList")
            .is_none()
    );
    spec::verify(copy.root()).unwrap();

    // The start of the paths chooses many.
    let all = vendored("/odd/v1/*");
    assert_eq!(
        spec::select::operations(&all),
        spec::select::operations(&alone())
    );
    assert!(all.pointer("/components/examples/Empty").is_some());
    spec::verify(copy.root()).unwrap();
    assert!(
        vendor::plan(copy.root(), &from, &request("/odd/v2/*"))
            .unwrap_err()
            .to_string()
            .contains("no operation has the id, path or tag")
    );
}

#[test]
fn the_drift_of_an_operation_is_told_by_its_query() {
    let copy = with_document(&alone());
    copy.write("published.yaml", &serde_json::to_string(&alone()).unwrap());
    let place = copy.path("published.yaml").display().to_string();
    let mut published = alone();
    // The order of what is asked for means nothing.
    let paths = published["paths"].as_object_mut().unwrap();
    let item = paths
        .remove("/odd/v1/connectors?expand=info,status")
        .unwrap();
    paths.insert("/odd/v1/connectors?expand=status,info".to_owned(), item);
    published["paths"]["/odd/v1/connectors?expand=status,info"]["get"]["deprecated"] = true.into();
    copy.write(
        "published.yaml",
        &serde_json::to_string(&published).unwrap(),
    );
    let drift = spec::drift::against(copy.root(), &[place]).unwrap();
    let found: Vec<_> = drift
        .findings
        .iter()
        .filter(|finding| finding.rule != "operation-removed")
        .map(|finding| {
            (
                finding.rule,
                finding.locations.first().unwrap().operation.as_str(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [("deprecated", "get /odd/v1/connectors?expand=status,info")]
    );
}

#[test]
fn the_generator_takes_them() {
    let copy = with_document(&alone());
    crate::commands::generate(copy.root(), false, false).unwrap();
    mentions(
        &copy.read(CLIENT),
        &[
            "connectors?expand=info,status\"",
            "pub async fn presigned_upload_url_odd_v1<",
            "spec_network: Option<&'a types::MultipleSearchFilter>",
            "pub kafka_api_key: ::std::option::Option<::std::string::String>",
            "500u16..=599u16",
        ],
    );
    // A range comes before its members, which would never be reached.
    assert!(!copy.read(CLIENT).contains("503u16"));
}

#[test]
fn a_method_that_the_client_needs_for_itself_is_named() {
    let mut document = alone();
    document["paths"]["/odd/v1/tokens"]["post"]["operationId"] = "Exchange".into();
    mentions(
        &with_document(&document).refused(),
        &[
            "operation `Exchange` (post /odd/v1/tokens)",
            "method name `exchange`, which the client needs",
        ],
    );
    // The hand-written part of the client, as it is now.
    let hooks = std::fs::read_to_string(workspace().join("generated-client/src/hooks.rs")).unwrap();
    let file = syn::parse_file(&hooks).unwrap();
    let of_client = file.items.iter().filter_map(|item| match item {
        syn::Item::Impl(block) => match &*block.self_ty {
            syn::Type::Path(path) if path.path.is_ident("Client") => Some(&block.items),
            _ => None,
        },
        _ => None,
    });
    for item in of_client.flatten() {
        if let syn::ImplItem::Fn(method) = item {
            let name = method.sig.ident.to_string();
            assert!(RESERVED.contains(&name.as_str()), "{name}");
        }
    }
}

#[test]
fn they_equal_themselves() {
    let side = || {
        let mut document = full_size();
        add(&mut document);
        Side::prepare("document", document).unwrap()
    };
    assert_eq!(diff(&side(), &side()).unwrap(), []);
}
