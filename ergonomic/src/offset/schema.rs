//! JSON Schemas of entries, made from the same declarations as the typed formats.

use serde_json::{Value as Json, json};

use super::OffsetFormat;
use super::facts::Declared;

/// The schema of an entry with these members; its description is the first paragraph of `doc`.
pub(crate) fn of(title: &str, doc: &str, members: &[Declared]) -> Json {
    let lines = doc
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    let object = |place: &str, kind: Json| {
        let here = || members.iter().filter(|member| member.place == place);
        let schema = |member: &Declared| {
            let mut schema = (member.schema)();
            schema["description"] = member.doc.trim().into();
            (member.key.to_owned(), schema)
        };
        let required: Vec<_> = here().filter(|m| m.required).map(|m| m.key).collect();
        let properties: serde_json::Map<_, _> = here().map(schema).collect();
        json!({ "type": kind, "properties": properties, "required": required })
    };
    json!({
        "title": title,
        "description": lines.collect::<Vec<_>>().join(" "),
        "type": "object",
        "properties": {
            "partition": object("partition", json!("object")),
            // A position may be null, which resets the partition.
            "offset": object("offset", json!(["object", "null"])),
        },
        "required": ["partition"],
    })
}

/// The JSON Schemas (draft 2020-12) of offset entries: those of each known format, and one for every other source.
pub fn entry_schemas() -> Vec<Json> {
    let known = OffsetFormat::all().flat_map(|format| (format.schemas)());
    known.chain([raw()]).collect()
}

fn raw() -> Json {
    let plain = json!({ "type": ["string", "number", "boolean", "null"] });
    json!({
        "title": "RawEntry",
        "description": "An entry of a source whose format is not known; take the connector's current entry as the template.",
        "type": "object",
        "properties": {
            "partition": {
                "type": "object",
                "additionalProperties": plain,
                "not": { "anyOf": [
                    { "required": ["kafka_topic"] },
                    { "required": ["kafka_partition"] },
                ] },
            },
            "offset": { "type": ["object", "null"], "additionalProperties": plain },
        },
        "required": ["partition"],
    })
}
