//! Single changes, one a line, with the findings each must give.

use serde_json::{Value, json};

use super::{PREFIX, drop_key, drop_text, get, post, property, push, schema};
use crate::spec::diff::Class::{self, Additive, Breaking, Documentation};
use crate::spec::diff::Direction::{self, Neither, Request, Response};

/// A request-only property with something of everything, for rules the present description has no example of.
pub(super) fn rich(document: &mut Value) {
    let everything = json!({
        "type": "object",
        "properties": {
            "text": { "type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a", "default": "a" },
            "number": { "type": "integer", "format": "int32", "minimum": 1, "maximum": 9 },
            "list": { "type": "array", "items": { "type": "string" }, "maxItems": 9, "uniqueItems": true },
            "map": { "type": "object", "additionalProperties": { "type": "string" } },
            "closed": { "type": "object", "additionalProperties": false },
            "choice": { "oneOf": [{ "type": "string" }, { "type": "integer" }] },
            "any": { "anyOf": [{ "type": "string" }, { "type": "integer" }] },
            "all": { "allOf": [{ "required": ["a"] }, { "required": ["b"] }] },
            "open": { "type": "string", "x-extensible-enum": ["A", "B"] },
            "kind": { "type": "string", "enum": ["A", "B"] },
            "free": { "type": "object" },
            "secret": { "type": "string", "writeOnly": true },
            "pet": { "oneOf": [{ "type": "string" }, { "type": "integer" }], "discriminator": { "propertyName": "kind", "mapping": { "a": "#/components/schemas/AlterOffsetRequestType" } } },
            "even": { "type": "integer", "multipleOf": 4 },
            "ending": { "type": "string", "deprecated": true, "x-sunset": "2026-01-01" },
            "staged": { "type": "string", "x-stability-level": "beta" },
            "nothing": { "type": "string", "not": { "enum": ["x"], "description": "d" } },
            "person": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
            "one": { "oneOf": [{ "type": "object", "properties": { "name": { "type": "string" } } }, { "type": "string" }] },
        },
    });
    property(document, "AlterOffsetRequest", "rich")["type"] = "object".into();
    *property(document, "AlterOffsetRequest", "rich") = everything.clone();
    *property(document, "ConnectorOffsets", "rich") = everything;
    get(document)["deprecated"] = true.into();
    document["paths"]["/rich"]["put"] = json!({
        "operationId": "rich", "deprecated": true, "x-sunset": "2026-06-30T00:00:00Z", "security": [{ "oauth": ["read"] }],
        "servers": [{ "url": "https://{region}.example.com", "variables": { "region": { "default": "eu" } } }], "parameters": [],
        "requestBody": { "required": true, "content": { "text/plain": { "schema": { "type": "integer" } } } },
        "responses": { "200": { "description": "", "headers": { "X-Count": { "schema": { "type": "integer" } } }, "content": { "text/csv;charset=utf-8": {}, "application/json": { "schema": { "type": "object" } } } } },
    });
    document["components"]["securitySchemes"]["oauth"] = json!({ "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": "https://example.com/token", "scopes": { "read": "Read." } } } });
    document["components"]["schemas"]["Lonely"] =
        json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    push(
        &mut post(document)["parameters"],
        json!({ "name": "dry_run", "in": "query", "schema": { "type": "boolean" } }),
    );
    push(
        &mut post(document)["parameters"],
        json!({ "name": "page", "in": "query", "required": true, "schema": { "type": "integer" } }),
    );
    push(
        &mut post(document)["parameters"],
        json!({ "name": "If-Match", "in": "header", "schema": { "type": "string" } }),
    );
    post(document)["requestBody"]["content"]["application/vnd.x+json"] =
        json!({ "schema": { "type": "object" } });
    get(document)["responses"]["200"]["headers"]["ETag"] =
        json!({ "required": true, "schema": { "type": "string" } });
}

pub(super) type Mutation = (
    &'static str,
    fn(&mut Value),
    &'static [(&'static str, Class, Direction)],
);

/// The same property on the request side and on the response side.
fn both(document: &mut Value, name: &str, change: fn(&mut Value)) {
    for holder in ["AlterOffsetRequest", "ConnectorOffsets"] {
        change(&mut property(document, holder, "rich")["properties"][name]);
    }
}

/// The object that has those properties.
fn both_holders(document: &mut Value, change: fn(&mut Value)) {
    for holder in ["AlterOffsetRequest", "ConnectorOffsets"] {
        change(property(document, holder, "rich"));
    }
}

fn rich_put(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/rich"]["put"]
}

fn oauth(document: &mut Value) -> &mut Value {
    &mut document["components"]["securitySchemes"]["oauth"]
}

fn rename(entries: &mut Value, old: &str, new: &str) {
    let entry = entries.as_object_mut().unwrap().remove(old).unwrap();
    entries[new] = entry;
}

fn rename_path_parameter(document: &mut Value) {
    let mut item = document["paths"]
        .as_object_mut()
        .unwrap()
        .remove(PREFIX)
        .unwrap();
    for parameter in item["get"]["parameters"].as_array_mut().unwrap() {
        if parameter["name"] == "connector_name" {
            parameter["name"] = "name".into();
        }
    }
    document["paths"][PREFIX.replace("connector_name", "name")] = item;
}

#[rustfmt::skip]
pub(super) const MUTATIONS: &[Mutation] = &[
    // Operations.
    ("operation removed", |d| drop_key(&mut d["paths"], PREFIX), &[("operation-removed", Breaking, Neither)]),
    ("operation added", |d| d["paths"]["/new"]["get"] = json!({ "operationId": "n", "responses": {} }), &[("operation-added", Additive, Neither)]),
    ("operation id", |d| post(d)["operationId"] = "other".into(), &[("operation-id-changed", Breaking, Neither)]),
    ("operation description", |d| post(d)["description"] = "other".into(), &[("documentation-changed", Documentation, Neither)]),
    ("operation no longer deprecated", |d| get(d)["deprecated"] = false.into(), &[("undeprecated", Documentation, Neither)]),
    ("a member of no standard", |d| post(d)["jsonRequestBodyExample"] = json!({}), &[("extension-changed", Documentation, Neither)]),
    ("operation tags", |d| post(d)["tags"] = json!(["other"]), &[("documentation-changed", Documentation, Neither)]),
    ("operation deprecated", |d| post(d)["deprecated"] = true.into(), &[("deprecated", Documentation, Neither)]),
    ("stage lowered", |d| post(d)["x-lifecycle-stage"] = "Preview".into(), &[("lifecycle-stage-changed", Breaking, Neither)]),
    ("stage reworded", |d| post(d)["x-lifecycle-stage"] = "general availability".into(), &[("lifecycle-stage-changed", Documentation, Neither)]),
    ("stability lowered, both sides", |d| both(d, "staged", |p| p["x-stability-level"] = "alpha".into()), &[("lifecycle-stage-changed", Breaking, Request), ("lifecycle-stage-changed", Breaking, Response)]),
    ("stability raised, both sides", |d| both(d, "staged", |p| p["x-stability-level"] = "stable".into()), &[("lifecycle-stage-changed", Documentation, Request), ("lifecycle-stage-changed", Documentation, Response)]),
    ("end announced", |d| get(d)["x-sunset"] = "2027-01-01".into(), &[("sunset-announced", Documentation, Neither)]),
    ("end announced in other words", |d| get(d)["x-sunset-at"] = "2027-01-01T00:00:00Z".into(), &[("sunset-announced", Documentation, Neither)]),
    ("end announced at no time", |d| get(d)["x-sunset"] = "soon".into(), &[("sunset-unreadable", Documentation, Neither)]),
    ("end sooner", |d| rich_put(d)["x-sunset"] = "2026-06-29".into(), &[("sunset-moved", Breaking, Neither)]),
    ("end later", |d| rich_put(d)["x-sunset"] = "2027-06-30".into(), &[("sunset-moved", Additive, Neither)]),
    ("end at no time any more", |d| rich_put(d)["x-sunset"] = "soon".into(), &[("sunset-unreadable", Breaking, Neither)]),
    ("end withdrawn", |d| drop_key(rich_put(d), "x-sunset"), &[("sunset-withdrawn", Breaking, Neither)]),
    ("end sooner, both sides", |d| both(d, "ending", |p| p["x-sunset"] = "2025-01-01".into()), &[("sunset-moved", Breaking, Request), ("sunset-moved", Breaking, Response)]),
    ("end and deprecation withdrawn, both sides", |d| both(d, "ending", |p| { drop_key(p, "x-sunset"); drop_key(p, "deprecated"); }), &[("sunset-withdrawn", Documentation, Request), ("undeprecated", Documentation, Request), ("sunset-withdrawn", Documentation, Response), ("undeprecated", Documentation, Response)]),
    ("path described", |d| d["paths"]["/rich"]["summary"] = "x".into(), &[("documentation-changed", Documentation, Neither)]),
    ("contact", |d| d["info"]["contact"] = json!({ "name": "us" }), &[("documentation-changed", Documentation, Neither)]),
    ("extension of the answers", |d| rich_put(d)["responses"]["x-own"] = 1.into(), &[("extension-changed", Documentation, Response)]),
    ("unused schema removed", |d| drop_key(&mut d["components"]["schemas"], "Lonely"), &[("unused-schema-removed", Documentation, Neither)]),
    ("unused schema added", |d| *schema(d, "Lonelier") = json!({ "type": "string" }), &[("unused-schema-added", Documentation, Neither)]),
    ("unused schema changed", |d| property(d, "Lonely", "a")["type"] = "integer".into(), &[("unused-schema-changed", Documentation, Neither)]),
    ("unknown extension", |d| post(d)["x-owner"] = "us".into(), &[("extension-changed", Documentation, Neither)]),
    ("info", |d| d["info"]["title"] = "other".into(), &[("documentation-changed", Documentation, Neither)]),
    ("callbacks", |d| post(d)["callbacks"] = json!({ "done": {} }), &[("callbacks-changed", Breaking, Neither)]),
    // Security and servers.
    ("security alternative removed", |d| drop(post(d)["security"].as_array_mut().unwrap().remove(1)), &[("security-removed", Breaking, Neither)]),
    ("security alternative added", |d| push(&mut post(d)["security"], json!({ "other": [] })), &[("security-added", Additive, Neither)]),
    ("scope needed", |d| post(d)["security"][0]["cloud-api-key"] = json!(["write"]), &[("security-scope-added", Breaking, Neither)]),
    ("scope no longer needed", |d| rich_put(d)["security"][0]["oauth"] = json!([]), &[("security-scope-removed", Additive, Neither)]),
    ("flow removed", |d| drop_key(&mut oauth(d)["flows"], "clientCredentials"), &[("oauth-flow-removed", Breaking, Neither)]),
    ("flow added", |d| oauth(d)["flows"]["implicit"] = json!({ "authorizationUrl": "https://example.com", "scopes": {} }), &[("oauth-flow-added", Additive, Neither)]),
    ("token url", |d| oauth(d)["flows"]["clientCredentials"]["tokenUrl"] = "https://other.example.com".into(), &[("oauth-url-changed", Breaking, Neither)]),
    ("scope removed", |d| drop_key(&mut oauth(d)["flows"]["clientCredentials"]["scopes"], "read"), &[("oauth-scope-removed", Breaking, Neither)]),
    ("scope added", |d| oauth(d)["flows"]["clientCredentials"]["scopes"]["write"] = "Write.".into(), &[("oauth-scope-added", Additive, Neither)]),
    ("scope described", |d| oauth(d)["flows"]["clientCredentials"]["scopes"]["read"] = "Look.".into(), &[("documentation-changed", Documentation, Neither)]),
    ("scheme changed", |d| d["components"]["securitySchemes"]["cloud-api-key"]["scheme"] = "bearer".into(), &[("security-scheme-changed", Breaking, Neither)]),
    ("scheme removed", |d| drop_key(&mut d["components"]["securitySchemes"], "cloud-api-key"), &[("security-scheme-removed", Breaking, Neither)]),
    ("scheme added", |d| d["components"]["securitySchemes"]["new"] = json!({ "type": "http", "scheme": "basic" }), &[("security-scheme-added", Additive, Neither)]),
    ("scheme described", |d| d["components"]["securitySchemes"]["cloud-api-key"]["description"] = "x".into(), &[("documentation-changed", Documentation, Neither)]),
    ("server removed", |d| post(d)["servers"] = json!([]), &[("server-removed", Breaking, Neither)]),
    ("server added", |d| push(&mut post(d)["servers"], json!({ "url": "https://eu.example.com" })), &[("server-added", Additive, Neither)]),
    ("server variable", |d| rich_put(d)["servers"][0]["variables"]["region"]["default"] = "us".into(), &[("server-added", Additive, Neither), ("server-removed", Breaking, Neither)]),
    ("server described", |d| post(d)["servers"][0]["description"] = "x".into(), &[("server-described", Documentation, Neither)]),
    ("unused servers", |d| d["servers"][0]["url"] = "https://example.com".into(), &[("unused-servers-changed", Documentation, Neither)]),
    // Parameters.
    ("required parameter added", |d| push(&mut get(d)["parameters"], json!({ "name": "q", "in": "query", "required": true, "schema": { "type": "string" } })), &[("required-parameter-added", Breaking, Request)]),
    ("optional parameter added", |d| push(&mut get(d)["parameters"], json!({ "name": "q", "in": "query", "schema": { "type": "string" } })), &[("optional-parameter-added", Additive, Request)]),
    ("parameter removed", |d| drop(post(d)["parameters"].as_array_mut().unwrap().pop()), &[("parameter-removed", Breaking, Request)]),
    ("parameter required", |d| post(d)["parameters"][3]["required"] = true.into(), &[("parameter-required", Breaking, Request)]),
    ("parameter optional", |d| post(d)["parameters"][4]["required"] = false.into(), &[("parameter-optional", Additive, Request)]),
    ("parameter moved", |d| post(d)["parameters"][3]["in"] = "cookie".into(), &[("parameter-moved", Breaking, Request)]),
    ("parameter style", |d| post(d)["parameters"][3]["style"] = "deepObject".into(), &[("serialization-changed", Breaking, Request)]),
    ("parameter becomes text", |d| post(d)["parameters"][4]["schema"]["type"] = "string".into(), &[("type-changed", Additive, Request)]),
    ("text parameter becomes a number", |d| post(d)["parameters"][5]["schema"]["type"] = "integer".into(), &[("type-changed", Breaking, Request)]),
    ("parameter schema removed", |d| drop_key(&mut post(d)["parameters"][3], "schema"), &[("schema-removed", Additive, Request)]),
    ("parameter type", |d| post(d)["parameters"][3]["schema"]["type"] = "array".into(), &[("type-changed", Breaking, Request)]),
    ("parameter described", |d| get(d)["parameters"][0]["description"] = "x".into(), &[("documentation-changed", Documentation, Request)]),
    ("parameter deprecated", |d| post(d)["parameters"][3]["deprecated"] = true.into(), &[("deprecated", Documentation, Request)]),
    ("path parameter renamed", rename_path_parameter, &[("path-parameter-renamed", Documentation, Request)]),
    ("extension of a parameter", |d| post(d)["parameters"][3]["x-own"] = 1.into(), &[("extension-changed", Documentation, Request)]),
    // Bodies.
    ("body added", |d| get(d)["requestBody"] = json!({ "content": { "application/json": { "schema": { "type": "object" } } } }), &[("body-added", Additive, Request)]),
    ("required body added", |d| get(d)["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": { "type": "object" } } } }), &[("body-added", Breaking, Request)]),
    ("body removed", |d| drop_key(post(d), "requestBody"), &[("body-removed", Breaking, Request)]),
    ("body required", |d| post(d)["requestBody"]["required"] = true.into(), &[("body-required", Breaking, Request)]),
    ("body optional", |d| drop_key(&mut d["paths"]["/rich"]["put"]["requestBody"], "required"), &[("body-optional", Additive, Request)]),
    ("body described", |d| post(d)["requestBody"]["description"] = "x".into(), &[("documentation-changed", Documentation, Request)]),
    ("request media type removed", |d| drop_key(&mut post(d)["requestBody"]["content"], "application/vnd.x+json"), &[("media-type-removed", Breaking, Request)]),
    ("request media type added", |d| post(d)["requestBody"]["content"]["text/plain"] = json!({}), &[("media-type-added", Additive, Request)]),
    ("request example", |d| drop_key(&mut post(d)["requestBody"]["content"]["application/json"]["examples"], "delete"), &[("documentation-changed", Documentation, Request)]),
    ("text body becomes text", |d| rich_put(d)["requestBody"]["content"]["text/plain"]["schema"]["type"] = "string".into(), &[("type-changed", Additive, Request)]),
    ("request media type widened", |d| rename(&mut post(d)["requestBody"]["content"], "application/vnd.x+json", "application/*"), &[("media-type-generalized", Additive, Request)]),
    ("request media type narrowed", |d| rename(&mut rich_put(d)["requestBody"]["content"], "text/plain", "text/plain; charset=utf-8"), &[("media-type-specialized", Breaking, Request)]),
    ("response media type widened", |d| rename(&mut rich_put(d)["responses"]["200"]["content"], "text/csv;charset=utf-8", "text/csv"), &[("media-type-generalized", Breaking, Response)]),
    ("response media type narrowed", |d| rename(&mut rich_put(d)["responses"]["200"]["content"], "application/json", "application/problem+json"), &[("media-type-specialized", Additive, Response)]),
    ("media type parameter", |d| rename(&mut rich_put(d)["responses"]["200"]["content"], "text/csv;charset=utf-8", "text/csv;charset=latin1"), &[("media-type-changed", Breaking, Response)]),
    ("response schema added", |d| rich_put(d)["responses"]["200"]["content"]["text/csv;charset=utf-8"] = json!({ "schema": { "type": "string" } }), &[("schema-added", Additive, Response)]),
    ("response schema removed", |d| drop_key(&mut rich_put(d)["responses"]["200"]["content"]["application/json"], "schema"), &[("schema-removed", Breaking, Response)]),
    ("request schema removed", |d| drop_key(&mut rich_put(d)["requestBody"]["content"]["text/plain"], "schema"), &[("schema-removed", Additive, Request)]),
    ("encoding", |d| post(d)["requestBody"]["content"]["application/json"]["encoding"] = json!({ "a": {} }), &[("encoding-changed", Breaking, Request)]),
    // Responses.
    ("success removed", |d| drop_key(&mut post(d)["responses"], "202"), &[("success-removed", Breaking, Response)]),
    ("success added", |d| post(d)["responses"]["204"] = json!({ "description": "" }), &[("success-added", Additive, Response)]),
    ("error removed", |d| drop_key(&mut post(d)["responses"], "403"), &[("error-removed", Documentation, Response)]),
    ("error added", |d| post(d)["responses"]["409"] = json!({ "description": "" }), &[("error-added", Additive, Response)]),
    ("response described", |d| post(d)["responses"]["429"]["description"] = "x".into(), &[("documentation-changed", Documentation, Response)]),
    ("response media type removed", |d| drop_key(&mut post(d)["responses"]["404"]["content"], "application/json"), &[("media-type-removed", Breaking, Response)]),
    ("response media type added", |d| post(d)["responses"]["404"]["content"]["text/html"] = json!({}), &[("media-type-added", Additive, Response)]),
    ("header removed", |d| drop_key(&mut post(d)["responses"]["429"]["headers"], "Retry-After"), &[("header-removed", Breaking, Response)]),
    ("header added", |d| post(d)["responses"]["429"]["headers"]["X-New"] = json!({ "schema": { "type": "string" } }), &[("header-added", Additive, Response)]),
    ("header optional", |d| get(d)["responses"]["200"]["headers"]["ETag"]["required"] = false.into(), &[("header-optional", Breaking, Response)]),
    ("header required", |d| post(d)["responses"]["429"]["headers"]["Retry-After"]["required"] = true.into(), &[("header-required", Additive, Response)]),
    ("header style", |d| rich_put(d)["responses"]["200"]["headers"]["X-Count"]["explode"] = true.into(), &[("serialization-changed", Breaking, Response)]),
    ("header becomes text", |d| rich_put(d)["responses"]["200"]["headers"]["X-Count"]["schema"]["type"] = "string".into(), &[("type-changed", Breaking, Response)]),
    ("header becomes a number", |d| get(d)["responses"]["200"]["headers"]["ETag"]["schema"]["type"] = "integer".into(), &[("type-changed", Additive, Response)]),
    ("header type", |d| post(d)["responses"]["429"]["headers"]["Retry-After"]["schema"]["type"] = "string".into(), &[("type-changed", Breaking, Response)]),
    // Properties.
    ("request property added", |d| *property(d, "AlterOffsetRequest", "force") = json!({ "type": "boolean" }), &[("property-added", Additive, Request)]),
    ("response property added", |d| *property(d, "ConnectorOffsets", "lag") = json!({ "type": "integer" }), &[("property-added", Additive, Response)]),
    ("required request property added", |d| { *property(d, "AlterOffsetRequest", "force") = json!({ "type": "boolean" }); push(&mut schema(d, "AlterOffsetRequest")["required"], "force".into()); }, &[("required-property-added", Breaking, Request)]),
    ("required response property added", |d| { *property(d, "AlterOffsetStatus", "lag") = json!({ "type": "integer" }); push(&mut schema(d, "AlterOffsetStatus")["required"], "lag".into()); }, &[("required-property-added", Additive, Response)]),
    ("request property removed", |d| drop_key(&mut schema(d, "AlterOffsetRequest")["properties"], "rich"), &[("property-removed", Breaking, Request)]),
    ("response property removed", |d| drop_key(&mut schema(d, "AlterOffsetStatus")["properties"], "applied_at"), &[("property-removed", Breaking, Response)]),
    ("request property required", |d| push(&mut schema(d, "AlterOffsetRequest")["required"], "offsets".into()), &[("property-required", Breaking, Request)]),
    ("request property optional", |d| drop_text(&mut schema(d, "AlterOffsetRequest")["required"], "type"), &[("property-optional", Additive, Request)]),
    ("response property required", |d| push(&mut schema(d, "AlterOffsetStatus")["required"], "applied_at".into()), &[("property-required", Additive, Response)]),
    ("response property optional", |d| drop_text(&mut schema(d, "AlterOffsetRequestInfo")["required"], "requested_at"), &[("property-optional", Breaking, Response)]),
    ("list required, both sides", |d| both_holders(d, |p| p["required"] = json!(["list"])), &[("property-required", Breaking, Request), ("property-required", Additive, Response)]),
    ("map required, both sides", |d| both_holders(d, |p| p["required"] = json!(["map"])), &[("property-required", Breaking, Request), ("property-required", Additive, Response)]),
    ("free object required, both sides", |d| both_holders(d, |p| p["required"] = json!(["free"])), &[("property-required", Breaking, Request), ("property-required", Additive, Response)]),
    // Types, formats, null.
    ("response type", |d| property(d, "ConnectorOffsets", "id")["type"] = "integer".into(), &[("type-changed", Breaking, Response)]),
    ("number to integer, both sides", |d| both(d, "number", |p| p["type"] = "number".into()), &[("type-changed", Additive, Request), ("type-changed", Breaking, Response)]),
    ("format wider, both sides", |d| both(d, "number", |p| p["format"] = "int64".into()), &[("format-changed", Additive, Request), ("format-changed", Breaking, Response)]),
    ("format gone", |d| drop_key(&mut property(d, "ConnectorOffsets", "metadata")["properties"]["observed_at"], "format"), &[("format-changed", Breaking, Response)]),
    ("nullable, both sides", |d| both(d, "text", |p| p["nullable"] = true.into()), &[("became-nullable", Additive, Request), ("became-nullable", Breaking, Response)]),
    ("no longer nullable", |d| drop_key(property(d, "AlterOffsetStatus", "applied_at"), "nullable"), &[("became-not-nullable", Additive, Response)]),
    ("read-only gone", |d| drop_key(property(d, "AlterOffsetStatus", "applied_at"), "readOnly"), &[("access-described", Documentation, Response)]),
    ("request property read-only", |d| property(d, "AlterOffsetRequest", "rich")["readOnly"] = true.into(), &[("access-withdrawn", Breaking, Request)]),
    ("response property write-only", |d| property(d, "ConnectorOffsets", "rich")["writeOnly"] = true.into(), &[("access-withdrawn", Breaking, Response)]),
    ("default, both sides", |d| both(d, "text", |p| p["default"] = "b".into()), &[("default-changed", Breaking, Request), ("default-changed", Documentation, Response)]),
    ("write-only gone, both sides", |d| both(d, "secret", |p| drop_key(p, "writeOnly")), &[("access-described", Documentation, Request), ("access-given", Additive, Response)]),
    // Enums.
    ("enum value added, both sides", |d| push(&mut schema(d, "AlterOffsetRequestType")["enum"], "COPY".into()), &[("enum-value-added", Additive, Request), ("enum-value-added", Additive, Response)]),
    ("enum value removed, both sides", |d| drop_text(&mut schema(d, "AlterOffsetRequestType")["enum"], "DELETE"), &[("enum-value-removed", Breaking, Request), ("enum-value-removed", Additive, Response)]),
    ("enum dropped, both sides", |d| both(d, "kind", |p| drop_key(p, "enum")), &[("enum-dropped", Additive, Request), ("enum-dropped", Breaking, Response)]),
    ("enum introduced, both sides", |d| both(d, "text", |p| p["enum"] = json!(["a"])), &[("enum-introduced", Breaking, Request), ("enum-introduced", Additive, Response)]),
    ("extensible value added", |d| push(&mut property(d, "AlterOffsetRequestStatus", "phase")["x-extensible-enum"], "PAUSED".into()), &[("extensible-enum-value-added", Additive, Response)]),
    ("extensible value removed, both sides", |d| both(d, "open", |p| drop_text(&mut p["x-extensible-enum"], "A")), &[("extensible-enum-value-removed", Breaking, Request), ("extensible-enum-value-removed", Additive, Response)]),
    // Limits.
    ("minimum raised, both sides", |d| both(d, "number", |p| p["minimum"] = 2.into()), &[("limit-changed", Breaking, Request), ("limit-changed", Additive, Response)]),
    ("maximum raised, both sides", |d| both(d, "number", |p| p["maximum"] = 99.into()), &[("limit-changed", Additive, Request), ("limit-changed", Breaking, Response)]),
    ("minimum length gone, both sides", |d| both(d, "text", |p| drop_key(p, "minLength")), &[("limit-changed", Additive, Request), ("limit-changed", Breaking, Response)]),
    ("pattern changed, both sides", |d| both(d, "text", |p| p["pattern"] = "^b".into()), &[("limit-changed", Breaking, Request), ("limit-changed", Breaking, Response)]),
    ("pattern for everything, both sides", |d| both(d, "text", |p| p["pattern"] = ".*".into()), &[("limit-changed", Additive, Request), ("limit-changed", Breaking, Response)]),
    ("multiple of less, both sides", |d| both(d, "even", |p| p["multipleOf"] = 2.into()), &[("limit-changed", Additive, Request), ("limit-changed", Breaking, Response)]),
    ("multiple of a fraction, both sides", |d| both(d, "even", |p| p["multipleOf"] = json!(0.5)), &[("limit-changed", Additive, Request), ("limit-changed", Breaking, Response)]),
    ("multiple of more, both sides", |d| both(d, "even", |p| p["multipleOf"] = 8.into()), &[("limit-changed", Breaking, Request), ("limit-changed", Additive, Response)]),
    ("multiple of something else, both sides", |d| both(d, "even", |p| p["multipleOf"] = 3.into()), &[("limit-changed", Breaking, Request), ("limit-changed", Breaking, Response)]),
    ("uniqueness gone, both sides", |d| both(d, "list", |p| drop_key(p, "uniqueItems")), &[("limit-changed", Additive, Request), ("limit-changed", Breaking, Response)]),
    ("exclusive bound, both sides", |d| both(d, "number", |p| p["exclusiveMinimum"] = true.into()), &[("limit-changed", Breaking, Request), ("limit-changed", Additive, Response)]),
    // Structure.
    ("items, both sides", |d| both(d, "list", |p| p["items"]["type"] = "integer".into()), &[("type-changed", Breaking, Request), ("type-changed", Breaking, Response)]),
    ("map values, both sides", |d| both(d, "map", |p| p["additionalProperties"]["type"] = "integer".into()), &[("type-changed", Breaking, Request), ("type-changed", Breaking, Response)]),
    ("map untyped, both sides", |d| both(d, "map", |p| p["additionalProperties"] = true.into()), &[("additional-properties-untyped", Additive, Request), ("additional-properties-untyped", Breaking, Response)]),
    ("closed opened, both sides", |d| both(d, "closed", |p| drop_key(p, "additionalProperties")), &[("additional-properties-allowed", Additive, Request), ("additional-properties-allowed", Breaking, Response)]),
    ("map typed, both sides", |d| both(d, "free", |p| p["additionalProperties"] = json!({ "type": "string" })), &[("additional-properties-typed", Breaking, Request), ("additional-properties-typed", Additive, Response)]),
    ("map closed, both sides", |d| both(d, "map", |p| p["additionalProperties"] = false.into()), &[("additional-properties-forbidden", Breaking, Request), ("additional-properties-forbidden", Additive, Response)]),
    ("oneOf member added, both sides", |d| both(d, "choice", |p| push(&mut p["oneOf"], json!({ "type": "boolean" }))), &[("composition-member-added", Additive, Request), ("composition-member-added", Breaking, Response)]),
    ("anyOf member removed, both sides", |d| both(d, "any", |p| drop(p["anyOf"].as_array_mut().unwrap().pop())), &[("composition-member-removed", Breaking, Request), ("composition-member-removed", Additive, Response)]),
    ("allOf member added, both sides", |d| both(d, "all", |p| push(&mut p["allOf"], json!({ "required": ["c"] }))), &[("composition-member-added", Breaking, Request), ("composition-member-added", Additive, Response)]),
    ("oneOf member changed, both sides", |d| both(d, "choice", |p| p["oneOf"][1]["type"] = "boolean".into()), &[("type-changed", Breaking, Request), ("type-changed", Breaking, Response)]),
    ("allOf member that only describes, both sides", |d| both(d, "all", |p| push(&mut p["allOf"], json!({ "description": "x" }))), &[("composition-member-added", Documentation, Request), ("composition-member-added", Documentation, Response)]),
    ("choice introduced, both sides", |d| both(d, "person", |p| p["oneOf"] = json!([{ "required": ["a"] }, { "required": ["b"] }])), &[("composition-introduced", Breaking, Request), ("composition-introduced", Additive, Response)]),
    ("choice from anything, both sides", |d| both(d, "choice", |p| drop_key(p, "oneOf")), &[("composition-dropped", Additive, Request), ("composition-dropped", Breaking, Response)]),
    ("wrapped in a choice, both sides", |d| both(d, "person", |p| *p = json!({ "oneOf": [p.clone(), { "type": "string" }] })), &[("wrapped", Additive, Request), ("wrapped", Breaking, Response)]),
    ("replaced by a choice, both sides", |d| both(d, "person", |p| *p = json!({ "oneOf": [{ "type": "integer" }, { "type": "string" }] })), &[("wrapped", Breaking, Request), ("wrapped", Breaking, Response)]),
    ("wrapped in allOf, both sides", |d| both(d, "person", |p| *p = json!({ "allOf": [p.clone(), { "required": ["b"] }] })), &[("wrapped", Breaking, Request), ("wrapped", Additive, Response)]),
    ("wrapped and described, both sides", |d| both(d, "person", |p| *p = json!({ "allOf": [p.clone(), { "description": "b" }] })), &[("wrapped", Documentation, Request), ("wrapped", Documentation, Response)]),
    ("choice ends, both sides", |d| both(d, "one", |p| *p = p["oneOf"][0].take()), &[("unwrapped", Breaking, Request), ("unwrapped", Additive, Response)]),
    ("not added, both sides", |d| both(d, "text", |p| p["not"] = json!({ "enum": ["x"] })), &[("not-added", Breaking, Request), ("not-added", Additive, Response)]),
    ("not removed, both sides", |d| both(d, "nothing", |p| drop_key(p, "not")), &[("not-removed", Additive, Request), ("not-removed", Breaking, Response)]),
    ("not changed, both sides", |d| both(d, "nothing", |p| p["not"]["enum"] = json!(["y"])), &[("not-changed", Breaking, Request), ("not-changed", Breaking, Response)]),
    ("not described, both sides", |d| both(d, "nothing", |p| p["not"]["description"] = "e".into()), &[("documentation-changed", Documentation, Request), ("documentation-changed", Documentation, Response)]),
    ("discriminator added, both sides", |d| both(d, "choice", |p| p["discriminator"] = json!({ "propertyName": "kind" })), &[("discriminator-added", Additive, Request), ("discriminator-added", Additive, Response)]),
    ("discriminator removed, both sides", |d| both(d, "pet", |p| drop_key(p, "discriminator")), &[("discriminator-removed", Breaking, Request), ("discriminator-removed", Breaking, Response)]),
    ("discriminator changed, both sides", |d| both(d, "pet", |p| p["discriminator"]["propertyName"] = "type".into()), &[("discriminator-changed", Breaking, Request), ("discriminator-changed", Breaking, Response)]),
    ("mapping added, both sides", |d| both(d, "pet", |p| p["discriminator"]["mapping"]["b"] = "#/components/schemas/OffsetEntry".into()), &[("discriminator-mapping-added", Additive, Request), ("discriminator-mapping-added", Additive, Response)]),
    ("mapping removed, both sides", |d| both(d, "pet", |p| drop_key(&mut p["discriminator"]["mapping"], "a")), &[("discriminator-mapping-removed", Breaking, Request), ("discriminator-mapping-removed", Breaking, Response)]),
    ("mapping changed, both sides", |d| both(d, "pet", |p| p["discriminator"]["mapping"]["a"] = "#/components/schemas/OffsetEntry".into()), &[("discriminator-mapping-changed", Breaking, Request), ("discriminator-mapping-changed", Breaking, Response)]),
    ("schema title", |d| schema(d, "ConnectorOffsets")["title"] = "connect.v1.Positions".into(), &[("documentation-changed", Documentation, Response)]),
    ("schema description, many uses", |d| property(d, "ConnectorError", "error")["description"] = "x".into(), &[("documentation-changed", Documentation, Response)]),
    ("schema example", |d| property(d, "ConnectorOffsets", "metadata")["properties"]["observed_at"]["example"] = "2025-01-01T00:00:00Z".into(), &[("documentation-changed", Documentation, Response)]),
    ("property deprecated", |d| property(d, "ConnectorOffsets", "name")["deprecated"] = true.into(), &[("deprecated", Documentation, Response)]),
];
