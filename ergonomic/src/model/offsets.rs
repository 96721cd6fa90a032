//! The offsets of a connector as the service last sampled them.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::finding::text::excerpt;
use crate::{OffsetEntry, Timestamp};

/// The offsets of a connector at the moment the service sampled them.
///
/// The service samples periodically, so the offsets are a little out of date; [`age`](Self::age) gives the age of the
/// sample. The offsets serialize in the service's own form, which is also a valid offsets file, and deserialize from
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectorOffsets {
    /// The connector's `lcc-…` id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The connector's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// One entry per partition; empty for a connector that has not committed anything yet.
    #[serde(rename = "offsets", default, deserialize_with = "or_empty")]
    pub entries: Vec<OffsetEntry>,
    /// The time at which the service took the sample; `None` when the service did not give it.
    #[serde(
        rename = "metadata",
        default,
        serialize_with = "in_metadata",
        deserialize_with = "of_metadata",
        skip_serializing_if = "Option::is_none"
    )]
    pub observed_at: Option<Timestamp>,
}

impl ConnectorOffsets {
    /// The age of the sample at `now`; zero when the sample is later than `now`, `None` when the service did not give
    /// the time of the sample.
    pub fn age(&self, now: Timestamp) -> Option<Duration> {
        self.observed_at.map(|observed_at| now.since(observed_at))
    }

    /// The reason for which the sample belongs to another connector than the one with this id; `None` when nothing
    /// shows that. After a connector was deleted, another connector may get its name.
    pub(crate) fn of_another(&self, id: Option<&str>) -> Option<String> {
        let other = self.id.as_deref().filter(|other| !other.is_empty())?;
        let id = id.filter(|id| !id.is_empty() && *id != other)?;
        let (id, other) = (excerpt(id), excerpt(other));
        Some(format!(
            "the connector {id} was deleted or renamed, and another connector, {other}, has its name now"
        ))
    }
}

/// The member `metadata` of the service's form, which contains the time of the sample.
#[derive(Serialize, Deserialize)]
struct Metadata {
    observed_at: Option<Timestamp>,
}

fn in_metadata<S: Serializer>(
    observed_at: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let observed_at = *observed_at;
    Metadata { observed_at }.serialize(serializer)
}

fn of_metadata<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let metadata = Option::<Metadata>::deserialize(deserializer)?;
    Ok(metadata.and_then(|metadata| metadata.observed_at))
}

fn or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<OffsetEntry>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
