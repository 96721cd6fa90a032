//! The JSON Schema of the file of offsets, with which editors complete and check the file.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::OffsetsFile;
use ccloud_connect::offset::entry_schemas;

/// The JSON Schema (draft 2020-12) of the file of offsets.
///
/// The schema of an entry has alternatives: those of each known offset format, with descriptions, and one for entries of all
/// other sources, which names no members and refuses entries of sinks. The schema accepts every file that [`OffsetsFile`] can
/// read and that passes validation, with two exceptions. It refuses strings of digits with a sign. In entries of sinks it also
/// refuses members that Kafka Connect ignores.
pub(crate) fn json_schema() -> Value {
    SchemaGenerator::default()
        .into_root_schema_for::<OffsetsFile>()
        .to_value()
}

/// A type that only gives the schema of an offset entry.
struct Entry;

impl JsonSchema for Entry {
    fn schema_name() -> Cow<'static, str> {
        "OffsetsFileEntry".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "title": "Entry",
            "description": "A partition and the position in it; a null position resets the partition.",
            "anyOf": entry_schemas(),
        })
    }
}

impl JsonSchema for OffsetsFile {
    fn schema_name() -> Cow<'static, str> {
        "OffsetsFile".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let list = json!({
            "description": "The offsets, one entry for each partition.",
            "type": "array",
            "items": generator.subschema_for::<Entry>(),
        });
        schemars::json_schema!({
            "title": "Connector offsets",
            "description": "The offsets of one connector: an object with offsets, or the bare list.",
            "anyOf": [
                {
                    "type": "object",
                    "properties": {
                        "id": {
                            "description": "The connector's id, such as lcc-12345; optional.",
                            "type": ["string", "null"],
                        },
                        "name": {
                            "description": "The connector's name; optional.",
                            "type": ["string", "null"],
                        },
                        "offsets": list,
                        "metadata": {
                            "description": "What the service reports with the offsets; optional.",
                            "type": ["object", "null"],
                            "properties": { "observed_at": {
                                "description": "The time at which the service sampled the offsets.",
                                "type": ["string", "null"],
                                "format": "date-time",
                            } },
                        },
                    },
                    "required": ["offsets"],
                },
                list,
            ],
            "examples": examples(),
        })
    }
}

fn examples() -> Value {
    json!([
        { "offsets": [
            {
                "partition": { "kafka_topic": "orders", "kafka_partition": 0 },
                "offset": { "kafka_offset": 1000 },
            },
            {
                "partition": { "kafka_topic": "orders", "kafka_partition": 1 },
                "offset": null,
            },
        ] },
        [{
            "partition": { "server": "inventory" },
            "offset": { "file": "binlog.000003", "pos": 154 },
        }],
        { "name": "customers", "offsets": [{
            "partition": { "protocol": "1", "table": "shop.customers" },
            "offset": { "incrementing": 3, "timestamp": 1_699_142_400_000_i64, "timestamp_nanos": 0 },
        }] },
    ])
}
