//! What an emulator holds when it starts: environments, clusters, topics and connectors.

mod check;
mod error;

use std::collections::BTreeMap;

pub use error::SeedError;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use ccloud_connect_types::{OffsetEntry, RawJson};

const BUILT_IN: &str = include_str!("built_in.yaml");

/// The content of an emulator at its start.
///
/// Written as YAML or JSON; [`Seed::json_schema`] describes the form to editors and checkers. In Rust, change one that
/// was read, such as [`Seed::built_in`]; every part of it can be deserialized alone.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Seed {
    /// The environments.
    pub environments: Vec<Environment>,
}

/// An environment.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Environment {
    /// Its id, such as `env-abc12`.
    pub id: String,
    /// Its Kafka clusters.
    #[serde(default)]
    pub clusters: Vec<Cluster>,
}

/// A Kafka cluster.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Cluster {
    /// Its id, such as `lkc-9x8y7`.
    pub id: String,
    /// The address of its brokers, such as `SASL_SSL://localhost:9092`, as `GET /cmk/v2/clusters/{id}` shows it. The
    /// emulator itself is not a broker. Default: no address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<String>,
    /// Its topics.
    #[serde(default)]
    pub topics: Vec<Topic>,
    /// The managed connectors that work on it.
    #[serde(default)]
    pub connectors: Vec<Connector>,
}

/// A topic, as far as consuming it goes.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its partitions, the first being number 0.
    pub partitions: Vec<Partition>,
}

/// The records of one topic partition.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Partition {
    /// The offset of the oldest record that is kept. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub earliest: i64,
    /// The offset that the next record gets; at least `earliest`.
    #[schemars(range(min = 0))]
    pub latest: i64,
    /// How many records are produced in a second. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0))]
    pub records_per_second: f64,
}

/// A connector.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Connector {
    /// Its id, such as `lcc-as341`.
    pub id: String,
    /// Its name, unique in its cluster.
    pub name: String,
    /// The kind of the connector, which determines how its offsets change.
    pub kind: Kind,
    /// The value of `connector.class` in its configuration, such as `MySqlSink`. Default empty.
    #[serde(default)]
    pub class: String,
    /// Further configuration, shown by the list operation. For a sink, `consumer.override.auto.offset.reset`
    /// (`earliest`, `latest` or `none`) decides where it begins without a position, or with one that its topic does not
    /// hold. Default `earliest`.
    #[serde(default)]
    pub config: BTreeMap<String, String>,
    /// The state of the connector when the emulator starts. Default `running`.
    #[serde(default)]
    pub state: InitialState,
    /// Sink only: the topics that it consumes. Positions in other topics are stored, and never move.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Sink only: the number of records that it consumes in a second from each partition, until it has reached the end.
    /// Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0))]
    pub records_per_second: f64,
    /// Source only: the number in its offsets that grows while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// The offsets that the plugin accepts.
    #[serde(default)]
    pub plugin: Plugin,
    /// Its offsets: objects with `partition` and `offset`. An entry may also be given as a text that holds the JSON,
    /// which keeps every digit and the order of keys.
    #[serde(default, deserialize_with = "entries")]
    #[schemars(schema_with = "entries_schema")]
    pub offsets: Vec<OffsetEntry>,
}

/// The kind of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// Moves records out of Kafka: its offsets are those of a consumer group.
    Sink,
    /// Moves records into Kafka: its offsets are objects that only its plugin understands.
    Source,
    /// A custom connector, which has no offset management.
    Custom,
    /// A class of managed connectors that does not support offset management.
    Unsupported,
}

/// The state of a connector when the emulator starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum InitialState {
    /// The connector runs.
    #[default]
    Running,
    /// The connector is paused.
    Paused,
    /// Its task has failed; an alteration starts it again.
    Failed,
    /// The connector is being set up; it stays in this state.
    Provisioning,
}

/// A number that grows while a source connector runs.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Progress {
    /// The member of the offset that grows, such as `pos`. Offsets in which this member is not an integer do not
    /// change.
    pub member: String,
    /// The increase in a second.
    #[schemars(range(min = 0.0))]
    pub per_second: f64,
    /// The offsets that the connector writes when it starts without offsets, just before its first record; it then writes
    /// no other members. Default: its `offsets` with 0 in `member`; it then keeps all members. Partitions that are in
    /// neither list are stored, but never read or written.
    #[serde(default, deserialize_with = "entries")]
    #[schemars(schema_with = "entries_schema")]
    pub fresh: Vec<OffsetEntry>,
}

/// The offsets that a connector's plugin accepts.
///
/// For the classes `MirrorSource` and `FileStreamSource`, also with the name of their package before and `Connector`
/// after, the checks are those of Kafka's own plugins, whatever the members here say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plugin {
    /// Source only: whether the plugin checks offsets when they are altered. If it does, an alteration with bad offsets
    /// fails. If it does not, any offsets are accepted, and the connector's task fails when it starts from bad ones.
    /// Default false.
    #[serde(default)]
    pub validates: bool,
    /// The message with which the plugin refuses every alteration, of a sink or a source. Default: it refuses none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuses: Option<String>,
    /// Members that a partition must have.
    #[serde(default)]
    pub partition: Vec<String>,
    /// Members that an offset must have.
    #[serde(default)]
    pub offset: Vec<String>,
    /// Members of the offset that, where present, must be texts.
    #[serde(default)]
    pub texts: Vec<String>,
    /// Members of the offset that, where present, must be 64-bit integers. A plugin that validates refuses negative ones.
    #[serde(default)]
    pub integers: Vec<String>,
}

impl Seed {
    /// The connectors of the published examples, and one of every other kind, in
    /// [`ENVIRONMENT`](super::ENVIRONMENT) and [`CLUSTER`](super::CLUSTER).
    pub fn built_in() -> Self {
        Self::from_yaml(BUILT_IN).unwrap_or_else(|error| unreachable!("the built-in seed: {error}"))
    }

    /// The built-in seed as YAML, to edit for a seed of your own.
    pub fn built_in_yaml() -> &'static str {
        BUILT_IN
    }

    /// Reads a seed from YAML, of which JSON is a part.
    ///
    /// # Errors
    /// When the text is not YAML, has another form, or contradicts itself: an id or name twice, an entry that is not an
    /// offset entry, a sink offset that is not one, numbers below zero, `latest` before `earliest`.
    pub fn from_yaml(text: &str) -> Result<Self, SeedError> {
        let seed: Self = yaml_serde::from_str(text).map_err(SeedError::new)?;
        seed.check()?;
        Ok(seed)
    }

    /// Multiplies every rate.
    pub(super) fn speed_up(&mut self, factor: f64) {
        for cluster in self.environments.iter_mut().flat_map(|e| &mut e.clusters) {
            let partitions = cluster.topics.iter_mut().flat_map(|t| &mut t.partitions);
            for partition in partitions {
                partition.records_per_second *= factor;
            }
            for connector in &mut cluster.connectors {
                connector.records_per_second *= factor;
                if let Some(progress) = &mut connector.progress {
                    progress.per_second *= factor;
                }
            }
        }
    }

    /// The JSON Schema of the YAML form.
    pub fn json_schema() -> schemars::Schema {
        schemars::schema_for!(Seed)
    }
}

/// Keeps the order of keys; an entry given as text keeps every byte.
pub(crate) fn entries<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<OffsetEntry>, D::Error> {
    let values = Vec::<yaml_serde::Value>::deserialize(deserializer)?;
    let read = values.iter().map(|value| {
        let json = match value {
            yaml_serde::Value::String(text) => text.trim().parse(),
            other => RawJson::from_serialize(other),
        };
        let entry = OffsetEntry::from(json.map_err(D::Error::custom)?);
        let (partition, offset) = entry.texts();
        let is_object = |text: &str| text.starts_with('{');
        if is_object(entry.as_json().as_str())
            && partition.is_none_or(is_object)
            && offset.is_none_or(|text| is_object(text) || text == "null")
        {
            return Ok(entry);
        }
        let form = "an entry is an object with the objects partition and offset";
        Err(D::Error::custom(form))
    });
    read.collect()
}

pub(crate) fn entries_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "array",
        "items": { "anyOf": [{
            "description": "A partition and the position in it. Their members depend on the connector.",
            "type": "object",
            "properties": {
                "partition": { "type": "object" },
                "offset": { "type": ["object", "null"] },
            },
        }, { "type": "string", "pattern": "^\\s*\\{", "description": "The JSON text of an entry." }] },
    })
}
