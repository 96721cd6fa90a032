//! The description of what is served, written from the table: OpenAPI 3.0.

use std::sync::LazyLock;

use http::Method;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::table::{Row, rows};
use super::views::Refused;
use crate::Operation;
use crate::reply::Reply;

/// Where it is served, beside what it describes.
pub(super) const PATH: &str = "/openapi.yaml";

const TITLE: &str = "Control of the ccloud-connect emulator";
const DESCRIPTION: &str = "\
Steers an emulator: queues faults, switches assumptions, sets offsets and states, moves the clock on, counts accepted
alterations, shows the requests that arrived, and resets everything to the seed. What is changed is answered as it is
afterwards; what is refused changes nothing, and every finding is told at once.

With a simulated world, programs of the same machine need no key. Everybody else, and everybody where a real Kafka
Connect is served, sends the emulator's key or bearer token. Pages in a browser are refused: by their Origin, and by a
Host that is neither an IP address nor a name without dots.
";

static TEXT: LazyLock<String> = LazyLock::new(|| {
    yaml_serde::to_string(&document()).unwrap_or_else(|error| unreachable!("the page: {error}"))
});

pub(super) fn reply() -> Reply {
    let reply = Reply::status(200).header("content-type", "application/yaml");
    reply.body(TEXT.as_str())
}

fn document() -> Value {
    let mut generator = SchemaSettings::openapi3().into_generator();
    let mut paths = Map::new();
    for row in rows() {
        let answer =
            json!({ "description": "Done.", "content": content((row.answer)(&mut generator)) });
        let refused = generator.subschema_for::<Refused>();
        let mut operation = json!({
            "operationId": row.id,
            "summary": row.summary,
            "responses": {
                "200": answer,
                "4XX": { "description": "Refused; nothing was changed.", "content": content(refused) },
            },
        });
        if let Some(body) = row.body {
            let body = content(body(&mut generator));
            operation["requestBody"] = json!({ "required": true, "content": body });
        }
        let item = paths.entry(row.path).or_insert_with(|| {
            let operation = generator.subschema_for::<Operation>();
            json!({ "parameters": parameters(row, &operation.to_value()) })
        });
        let method: &Method = &row.method;
        item[method.as_str().to_lowercase()] = operation;
    }
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": TITLE,
            "version": "1",
            "description": DESCRIPTION,
            "license": { "name": env!("CARGO_PKG_LICENSE"), "url": "https://spdx.org/licenses/" },
        },
        "servers": [{ "url": "../v1", "description": "The emulator that serves this page." }],
        "security": [{}, { "key": [] }, { "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": { "type": "http", "scheme": "basic", "description": "An API key of the emulator and its secret." },
                "token": { "type": "http", "scheme": "bearer", "description": "A bearer token of the emulator." },
            },
            "schemas": schemas,
        },
    })
}

fn content(schema: schemars::Schema) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn parameters(row: &Row, operation: &Value) -> Vec<Value> {
    let names = row
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name: &str| {
        let schema = match name {
            "operation" => operation.clone(),
            _ => json!({ "type": "string", "minLength": 1 }),
        };
        json!({ "name": name, "in": "path", "required": true, "schema": schema })
    };
    names.map(parameter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page lies in the package, for those who make clients from it; `UPDATE_GOLDEN=1` writes it.
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
