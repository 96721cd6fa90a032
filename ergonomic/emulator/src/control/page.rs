//! The OpenAPI 3.0 description of the emulator's control, made from the table of requests.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::SchemaGenerator;
use schemars::generate::{Contract, SchemaSettings};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::table::{Row, rows};
use super::views::Refused;
use crate::Operation;
use crate::reply::Reply;

/// The path of the OpenAPI description, below the path of the control.
pub(super) const PATH: &str = "/openapi.yaml";

const TITLE: &str = "Control of the ccloud-connect emulator";
const DESCRIPTION: &str = "\
Controls an emulator: queues faults, switches assumptions, sets offsets and states, advances the clock, counts accepted
alterations, shows the requests that arrived, and resets everything to the seed. The reply to a change shows the state
after the change. A refused request changes nothing, and its reply lists every finding.

With a simulated world, programs on the same machine need no key. Programs on other machines must send the emulator's
key or bearer token. With a real Kafka Connect, programs on the same machine must send it as well. Requests from web pages
of other origins are refused. The emulator recognises them by the header Origin, by the header Sec-Fetch-Site, and by a
Host that is a name with dots.
";

static TEXT: LazyLock<String> = LazyLock::new(|| {
    yaml_serde::to_string(&document()).unwrap_or_else(|error| unreachable!("the page: {error}"))
});

pub(super) fn reply() -> Reply {
    let reply = Reply::status(200).header("content-type", "application/yaml");
    reply.body(TEXT.as_str())
}

/// The OpenAPI document. Its members are in the order in which people read such a document.
#[derive(Serialize)]
struct Page {
    openapi: &'static str,
    info: Value,
    servers: Value,
    security: Value,
    paths: BTreeMap<&'static str, Map<String, Value>>,
    components: Value,
}

fn document() -> Page {
    let generator = |contract| {
        SchemaSettings::openapi3()
            .with(|it| it.contract = contract)
            .into_generator()
    };
    let mut read = generator(Contract::Deserialize);
    let mut written = generator(Contract::Serialize);
    let refused = written.subschema_for::<Refused>();
    let mut paths = BTreeMap::new();
    for row in rows() {
        let item: &mut Map<String, Value> = paths.entry(row.path).or_default();
        let parameters = parameters(row, &mut read);
        if !parameters.is_empty() {
            item.insert("parameters".to_owned(), parameters.into());
        }
        let mut operation = json!({
            "operationId": row.id,
            "summary": row.summary,
            "responses": {
                "200": { "description": "Done.", "content": content(&(row.answer)(&mut written)) },
                "4XX": { "$ref": "#/components/responses/Refused" },
            },
        });
        if let Some(body) = row.body {
            let body = content(&body(&mut read));
            operation["requestBody"] = json!({ "required": true, "content": body });
        }
        item.insert(row.method.as_str().to_lowercase(), operation);
    }
    let mut schemas = written.take_definitions(true);
    // A schema may occur in request bodies and in replies. It is described as in request bodies, where no member is required.
    schemas.extend(read.take_definitions(true));
    schemas.values_mut().for_each(plain);
    Page {
        openapi: "3.0.3",
        info: json!({
            "title": TITLE,
            "version": "1",
            "description": DESCRIPTION,
            "license": { "name": env!("CARGO_PKG_LICENSE"), "url": "https://spdx.org/licenses/" },
        }),
        servers: json!([{ "url": "../v1", "description": "The emulator that serves this page." }]),
        security: json!([{}, { "key": [] }, { "token": [] }]),
        paths,
        components: json!({
            "securitySchemes": {
                "key": { "type": "http", "scheme": "basic", "description": "An API key of the emulator and its secret." },
                "token": { "type": "http", "scheme": "bearer", "description": "A bearer token of the emulator." },
            },
            "responses": {
                "Refused": { "description": "Refused; nothing was changed.", "content": content(&refused) },
            },
            "schemas": schemas,
        }),
    }
}

fn content(schema: &schemars::Schema) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn parameters(row: &Row, generator: &mut SchemaGenerator) -> Vec<Value> {
    let names = row
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name| {
        let schema = match name {
            "operation" => generator.subschema_for::<Operation>().to_value(),
            _ => json!({ "type": "string", "minLength": 1 }),
        };
        json!({ "name": name, "in": "path", "required": true, "schema": schema })
    };
    names.map(parameter).collect()
}

/// Removes from a schema what only Rust developers understand: null defaults, examples in Rust, and links to Rust items.
fn plain(schema: &mut Value) {
    match schema {
        Value::Array(parts) => parts.iter_mut().for_each(plain),
        Value::Object(parts) => {
            parts.retain(|name, value| name != "default" || !value.is_null());
            if let Some(Value::String(text)) = parts.get_mut("description") {
                let end = text.find("\n\n```").unwrap_or(text.len());
                let link = text
                    .starts_with("See [`")
                    .then(|| text.find("`]."))
                    .flatten();
                *text = text[link.map_or(0, |at| at + 3)..end].trim().to_owned();
            }
            parts.retain(|name, value| name != "description" || value != "");
            parts.values_mut().for_each(plain);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `openapi.yaml` in the package must equal the served page, because people generate clients from that file. With
    /// `UPDATE_GOLDEN=1` this test writes the file.
    #[test]
    fn the_page_in_the_package_is_the_one_that_is_served() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, &*TEXT).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page == *TEXT,
            "{path} is out of date; run this test again with UPDATE_GOLDEN=1"
        );
    }
}
