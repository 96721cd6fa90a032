//! Requests that alter offsets, and what the service reports about the latest one.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::open_enum::open_enum;
use crate::{AlterationType, OffsetEntry, RawJson, Timestamp};

/// An alteration request, from the plan to the request body.
///
/// Serialized as the body that is sent: `{"offsets":[…],"type":"PATCH"}`. Read back from the same form; a DELETE with an
/// empty list is refused, because the service takes it for *every* partition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlterationRequest {
    /// Set these partitions; one with a null position is reset.
    Patch(Vec<OffsetEntry>),
    /// Reset these partitions.
    Delete(Vec<OffsetEntry>),
    /// Reset every partition.
    DeleteAll,
}

impl AlterationRequest {
    /// PATCH or DELETE.
    pub fn kind(&self) -> AlterationType {
        match self {
            Self::Patch(_) => AlterationType::Patch,
            Self::Delete(_) | Self::DeleteAll => AlterationType::Delete,
        }
    }

    /// The entries; empty when every partition is meant.
    pub fn entries(&self) -> &[OffsetEntry] {
        match self {
            Self::Patch(entries) | Self::Delete(entries) => entries,
            Self::DeleteAll => &[],
        }
    }

    /// The body as it is sent.
    pub fn to_json(&self) -> RawJson {
        // A text and values that are JSON already always have a JSON form.
        RawJson::from_serialize(self).unwrap_or_else(|error| unreachable!("{error}"))
    }
}

impl Serialize for AlterationRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            offsets: Option<&'a [OffsetEntry]>,
            r#type: AlterationType,
        }
        Body {
            offsets: (*self != Self::DeleteAll).then(|| self.entries()),
            r#type: self.kind(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AlterationRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Body {
            #[serde(rename = "type")]
            kind: AlterationType,
            offsets: Option<Vec<OffsetEntry>>,
        }
        let refuse = |message: &str| Err(serde::de::Error::custom(message));
        let Body { kind, offsets } = Body::deserialize(deserializer)?;
        match (kind, offsets) {
            (AlterationType::Patch, Some(entries)) => Ok(Self::Patch(entries)),
            (AlterationType::Patch, None) => refuse("a PATCH has no offsets"),
            (AlterationType::Delete, None) => Ok(Self::DeleteAll),
            (AlterationType::Delete, Some(entries)) if entries.is_empty() => refuse(
                "a DELETE with an empty list would reset every partition; leave the list out to ask for that",
            ),
            (AlterationType::Delete, Some(entries)) => Ok(Self::Delete(entries)),
            (kind, _) => refuse(&format!("{kind} is neither PATCH nor DELETE")),
        }
    }
}

open_enum! {
    /// The progress of an alteration. The enum is open: the service may add phases, and only
    /// [`Applied`](Phase::Applied) and [`Failed`](Phase::Failed) end it. It is read in any letter case.
    Phase {
        /// Accepted and under way; the connector is stopped.
        Pending = "PENDING",
        /// The offsets are written, and the connector's plugin is checking them.
        PendingValidation = "PENDING_VALIDATION",
        /// The alteration has ended; the connector resumes.
        Applied = "APPLIED",
        /// The alteration has failed; the message says why.
        Failed = "FAILED",
    }
}

impl Phase {
    /// Whether the phase is final.
    pub fn is_end(&self) -> bool {
        matches!(self, Self::Applied | Self::Failed)
    }

    /// The phase as the end of a sentence about a request that is not known to have ended.
    pub(crate) fn open(&self) -> String {
        match self {
            Self::Unknown(_) => {
                format!("has the phase \"{self}\", which this version does not know")
            }
            known => format!("is in progress ({known})"),
        }
    }
}

/// An alteration request as the service recorded it. There is no operation id: `requested_at` and `kind` are its
/// identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlterationRequestInfo {
    /// The connector's `lcc-…` id.
    pub id: String,
    /// The connector's name.
    pub name: String,
    /// PATCH or DELETE.
    #[serde(rename = "type")]
    pub kind: AlterationType,
    /// When the service accepted it.
    pub requested_at: Timestamp,
    /// The entries of the request; `None` when the service does not repeat them.
    #[serde(rename = "offsets", skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<OffsetEntry>>,
}

impl AlterationRequestInfo {
    /// Whether this is the request of that type that the service accepted at `requested_at`. This is the only rule that
    /// identifies a request. Times that differ only in the number of their digits are the same.
    pub(crate) fn is(&self, kind: &AlterationType, requested_at: Timestamp) -> bool {
        self.kind == *kind && self.requested_at.same_instant(requested_at)
    }
}

/// The status of a connector's latest alteration request, whichever client sent it. The service keeps no older one.
///
/// Serializes in the service's own form, and is read back from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Wire", from = "Wire")]
#[non_exhaustive]
pub struct AlterationStatus {
    /// The request.
    pub request: AlterationRequestInfo,
    /// The progress of the request.
    pub phase: Phase,
    /// The service's message about it. A message that mentions externally managed offsets means that the connector's
    /// plugin did not check them.
    pub message: Option<String>,
    /// The offsets before the alteration; `None` when the service does not give them.
    pub previous: Option<Vec<OffsetEntry>>,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
}

/// The service's own form.
#[derive(Serialize, Deserialize)]
struct Wire {
    request: AlterationRequestInfo,
    status: Progress,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_offsets: Option<Vec<OffsetEntry>>,
    applied_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Progress {
    phase: Phase,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl From<AlterationStatus> for Wire {
    fn from(status: AlterationStatus) -> Self {
        Self {
            request: status.request,
            status: Progress {
                phase: status.phase,
                message: status.message,
            },
            previous_offsets: status.previous,
            applied_at: status.applied_at,
        }
    }
}

impl From<Wire> for AlterationStatus {
    fn from(wire: Wire) -> Self {
        Self {
            request: wire.request,
            phase: wire.status.phase,
            message: wire.status.message,
            previous: wire.previous_offsets,
            applied_at: wire.applied_at,
        }
    }
}
