//! The seed: the environments, clusters, topics and connectors with which an emulator starts.

mod check;
mod error;

use std::collections::BTreeMap;

pub use error::SeedError;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use ccloud_connect_types::{OffsetEntry, RawJson};

const BUILT_IN: &str = include_str!("built_in.yaml");

/// The environments, clusters, topics and connectors with which an emulator starts.
///
/// A seed is written as YAML or JSON, and [`Seed::json_schema`] describes the form to editors and checkers. In Rust, take a
/// seed such as [`Seed::built_in`] and change its members. Every part of a seed can be deserialized alone.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Seed {
    /// The environments of the emulator.
    pub environments: Vec<Environment>,
}

/// An environment of the seed.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Environment {
    /// The id of the environment, such as `env-abc12`.
    pub id: String,
    /// The Kafka clusters of the environment.
    #[serde(default)]
    pub clusters: Vec<Cluster>,
}

/// A Kafka cluster of the seed.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Cluster {
    /// The id of the Kafka cluster, such as `lkc-9x8y7`.
    pub id: String,
    /// The bootstrap address of the Kafka cluster that `GET /cmk/v2/clusters/{id}` shows, such as
    /// `SASL_SSL://localhost:9092`. The emulator does not contain a broker. Default: no address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<String>,
    /// The topics of the Kafka cluster.
    #[serde(default)]
    pub topics: Vec<Topic>,
    /// The connectors of the Kafka cluster.
    #[serde(default)]
    pub connectors: Vec<Connector>,
}

/// A topic of the seed. It has no records, only the numbers that decide how far a sink can read.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Topic {
    /// The name of the topic.
    pub name: String,
    /// The partitions of the topic, numbered from 0.
    pub partitions: Vec<Partition>,
}

/// The bounds of one topic partition, and the rate at which records are added to it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Partition {
    /// The offset of the oldest record in the partition. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub earliest: i64,
    /// The offset that the next record of the partition gets when the emulator starts; at least `earliest`.
    #[schemars(range(min = 0))]
    pub latest: i64,
    /// The number of records that are added to the partition in a second. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0))]
    pub records_per_second: f64,
}

/// A connector of the seed.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Connector {
    /// The id of the connector, such as `lcc-as341`.
    pub id: String,
    /// The name of the connector, which is unique in its cluster.
    pub name: String,
    /// The kind of the connector, which determines how its offsets change.
    pub kind: Kind,
    /// The value of `connector.class` in the connector's configuration, such as `MySqlSink`. Default empty.
    #[serde(default)]
    pub class: String,
    /// Further configuration of the connector, which replies show. For a sink, `consumer.override.auto.offset.reset`
    /// (`earliest`, `latest` or `none`) decides where the sink begins in a partition without a position, or with a position
    /// outside of the partition's bounds. Default `earliest`; with `none` the sink's task fails.
    #[serde(default)]
    pub config: BTreeMap<String, String>,
    /// The state of the connector when the emulator starts. Default `running`.
    #[serde(default)]
    pub state: InitialState,
    /// Sink only: the topics that the sink consumes. Positions in other topics are stored, and never move.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Sink only: the number of records that the sink consumes from each partition in a second, until it has reached the
    /// partition's end. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0))]
    pub records_per_second: f64,
    /// Source only: the number in the source's offsets that grows while the source runs. Default: the offsets do not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// The offsets that the connector's plugin accepts. Default: it accepts all offsets.
    #[serde(default)]
    pub plugin: Plugin,
    /// The offsets of the connector when the emulator starts: objects with `partition` and `offset`. An entry may also be
    /// given as a text that contains the JSON of the object, which keeps every digit and the order of keys. Default: none.
    #[serde(default, deserialize_with = "entries")]
    #[schemars(schema_with = "entries_schema")]
    pub offsets: Vec<OffsetEntry>,
}

/// The kind of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// A connector that moves records out of Kafka. Its offsets are those of a consumer group.
    Sink,
    /// A connector that moves records into Kafka. Its offsets are objects that only its plugin interprets.
    Source,
    /// A custom connector, which has no offset management.
    Custom,
    /// A managed connector whose class does not support offset management.
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
    /// The connector's task has failed. An alteration starts the task again.
    Failed,
    /// The connector is being set up, and stays in this state.
    Provisioning,
}

/// The number in a source's offsets that grows while the source runs.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Progress {
    /// The member of the offset that grows, such as `pos`. An offset in which this member is not an integer does not change.
    pub member: String,
    /// The number by which the member grows in a second.
    #[schemars(range(min = 0.0))]
    pub per_second: f64,
    /// The partitions that the connector reads, each with the offset from which it begins when no offset is stored. An offset
    /// that the connector writes has exactly the members of the offset given here for its partition. Default: the connector's
    /// `offsets` with 0 in `member`; then the connector writes all members of the stored offset. Entries for other partitions
    /// are stored, but the connector never reads or writes them.
    #[serde(default, deserialize_with = "entries")]
    #[schemars(schema_with = "entries_schema")]
    pub fresh: Vec<OffsetEntry>,
}

/// The rules by which a connector's plugin accepts offsets.
///
/// For the classes `MirrorSource`, `MirrorCheckpoint`, `MirrorHeartbeat` and `FileStreamSource`, an alteration is checked by the
/// rules of Kafka's own plugins, and of the members of this type only by `refuses`. The name of the class may also begin with
/// the name of its package, and may end with `Connector`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plugin {
    /// Source only: whether the plugin checks offsets when they are altered. If it does, an alteration with bad offsets
    /// fails. If it does not, any offsets are accepted, and the connector's task fails when it starts from bad offsets.
    /// Default false.
    #[serde(default)]
    pub validates: bool,
    /// The message with which the plugin refuses every alteration, of a sink or a source. Default: the plugin refuses no
    /// alteration in this way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuses: Option<String>,
    /// The names of the members that a partition must have. Default: none.
    #[serde(default)]
    pub partition: Vec<String>,
    /// The names of the members that an offset must have. Default: none.
    #[serde(default)]
    pub offset: Vec<String>,
    /// The names of the members of an offset that must be texts, where they are present. Default: none.
    #[serde(default)]
    pub texts: Vec<String>,
    /// The names of the members of an offset that must be 64-bit integers, where they are present. A plugin that validates
    /// refuses negative integers. Default: none.
    #[serde(default)]
    pub integers: Vec<String>,
}

impl Seed {
    /// The built-in seed: the connectors of the service's published examples, and connectors that each show another
    /// behaviour. Their environment is [`ENVIRONMENT`](super::ENVIRONMENT), and their cluster is [`CLUSTER`](super::CLUSTER).
    pub fn built_in() -> Self {
        Self::from_yaml(BUILT_IN).unwrap_or_else(|error| unreachable!("the built-in seed: {error}"))
    }

    /// The built-in seed as YAML, which can be edited to make a seed of your own.
    pub fn built_in_yaml() -> &'static str {
        BUILT_IN
    }

    /// Parses a seed from YAML or JSON.
    ///
    /// # Errors
    /// When the text is not YAML, does not have the form of a seed, or contradicts itself. Contradictions are: an id or a
    /// name that is empty or given twice, an entry without a partition or an offset, an entry of a sink without a topic
    /// partition, an unknown topic, a number below zero, and a `latest` before `earliest`.
    pub fn from_yaml(text: &str) -> Result<Self, SeedError> {
        let seed: Self = yaml_serde::from_str(text).map_err(SeedError::new)?;
        seed.check()?;
        Ok(seed)
    }

    /// Multiplies every rate in the seed by a factor.
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

    /// The JSON Schema of a seed's YAML or JSON form.
    pub fn json_schema() -> schemars::Schema {
        schemars::schema_for!(Seed)
    }
}

/// Parses offset entries, and keeps the order of keys. An entry that is given as text keeps every byte.
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
