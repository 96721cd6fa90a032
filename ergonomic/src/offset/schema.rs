//! JSON Schemas of entries, made from the same declarations as the types.

use serde_json::{Value as Json, json};

use super::value::Value;
use super::{
    CosmosDbSource, CosmosDbSourceV2, CouchbaseSource, FileStreamSource, GithubSource, JdbcSource,
    KafkaSink, MirrorMaker, MongodbAtlas, MongodbCdc, MysqlCdc, OracleCdc, PostgresCdc,
    SqlServerCdc,
};

/// The schema of an entry while it is built.
pub(crate) struct Entry(Json);

impl Entry {
    /// A schema with a title and a description, which is the first paragraph of `doc`.
    pub(crate) fn new(title: &str, doc: &str) -> Self {
        let lines = doc
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty());
        let description = lines.collect::<Vec<_>>().join(" ");
        let members = |kind: Json| json!({ "type": kind, "properties": {}, "required": [] });
        Self(json!({
            "title": title,
            "description": description,
            "type": "object",
            "properties": {
                "partition": members(json!("object")),
                // Null resets the partition.
                "offset": members(json!(["object", "null"])),
            },
            "required": ["partition"],
        }))
    }

    pub(crate) fn partition<T: Value>(&mut self, key: &str, doc: &str, required: bool) {
        self.member::<T>("partition", key, doc, required);
    }

    pub(crate) fn offset<T: Value>(&mut self, key: &str, doc: &str, required: bool) {
        self.member::<T>("offset", key, doc, required);
    }

    fn member<T: Value>(&mut self, place: &str, key: &str, doc: &str, required: bool) {
        let mut schema = T::schema();
        schema["description"] = doc.trim().into();
        let place = &mut self.0["properties"][place];
        place["properties"][key] = schema;
        if required && let Some(keys) = place["required"].as_array_mut() {
            keys.push(key.into());
        }
    }

    /// Allows only the declared members.
    pub(crate) fn closed(mut self) -> Self {
        for place in ["partition", "offset"] {
            self.0["properties"][place]["additionalProperties"] = false.into();
        }
        self
    }

    pub(crate) fn into_value(self) -> Json {
        self.0
    }
}

/// The JSON Schemas (draft 2020-12) of the forms that an entry can have: each known format, and any other entry that is
/// not a sink's.
pub fn entry_schemas() -> Vec<Json> {
    let [table, query] = JdbcSource::schemas();
    vec![
        KafkaSink::schema(),
        table,
        query,
        MysqlCdc::schema(),
        PostgresCdc::schema(),
        SqlServerCdc::schema(),
        OracleCdc::schema(),
        MongodbAtlas::schema(),
        MongodbCdc::schema(),
        GithubSource::schema(),
        CouchbaseSource::schema(),
        CosmosDbSource::schema(),
        CosmosDbSourceV2::schema(),
        MirrorMaker::schema(),
        FileStreamSource::schema(),
        raw(),
    ]
}

fn raw() -> Json {
    let plain = json!({ "type": ["string", "number", "boolean", "null"] });
    json!({
        "title": "RawEntry",
        "description": "An entry of any other source; take the connector's current offsets as the template.",
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
