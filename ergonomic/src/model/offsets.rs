//! The offsets of a connector as the service last sampled them.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use crate::{OffsetEntry, Timestamp};

/// The offsets of a connector at the moment the service sampled them.
///
/// The service samples periodically, so the offsets are a little out of date; [`age`](Self::age) says by how much.
/// Serializes in the service's own form, which is also a valid offsets file, and is read back from it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectorOffsets {
    /// The connector's `lcc-…` id.
    pub id: Option<String>,
    /// The connector's name.
    pub name: Option<String>,
    /// One entry per partition; empty for a connector that has not committed anything yet.
    pub entries: Vec<OffsetEntry>,
    /// When the service took the sample; `None` when the service did not say.
    pub observed_at: Option<Timestamp>,
}

impl ConnectorOffsets {
    /// The age of the sample at `now`; zero when the sample is later than `now`, `None` when the service did not give
    /// its time.
    pub fn age(&self, now: Timestamp) -> Option<Duration> {
        self.observed_at.map(|observed_at| now.since(observed_at))
    }

    /// Why the sample is not of the connector with this id: after a connector was deleted, another one may get its name.
    pub(crate) fn of_another(&self, id: Option<&str>) -> Option<String> {
        let other = self.id.as_deref().filter(|other| !other.is_empty())?;
        let id = id.filter(|id| !id.is_empty() && *id != other)?;
        Some(format!(
            "the connector {id} was deleted or renamed, and another connector, {other}, has its name now"
        ))
    }
}

impl Serialize for ConnectorOffsets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Metadata {
            observed_at: Timestamp,
        }
        let mut object = serializer.serialize_struct("ConnectorOffsets", 4)?;
        if let Some(id) = &self.id {
            object.serialize_field("id", id)?;
        }
        if let Some(name) = &self.name {
            object.serialize_field("name", name)?;
        }
        object.serialize_field("offsets", &self.entries)?;
        if let Some(observed_at) = self.observed_at {
            object.serialize_field("metadata", &Metadata { observed_at })?;
        }
        object.end()
    }
}

/// Reads the service's own form, in which every member may be missing.
impl<'de> Deserialize<'de> for ConnectorOffsets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            id: Option<String>,
            name: Option<String>,
            offsets: Option<Vec<OffsetEntry>>,
            metadata: Option<Metadata>,
        }
        #[derive(Deserialize)]
        struct Metadata {
            observed_at: Option<Timestamp>,
        }
        let wire = Wire::deserialize(deserializer)?;
        Ok(Self {
            id: wire.id,
            name: wire.name,
            entries: wire.offsets.unwrap_or_default(),
            observed_at: wire.metadata.and_then(|metadata| metadata.observed_at),
        })
    }
}
