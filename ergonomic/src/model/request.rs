//! Requests that alter offsets, and what the service reports about the latest one.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::open_enum::open_enum;
use crate::{AlterationType, OffsetEntry, RawJson, Timestamp};

/// A request that alters offsets: the result of a plan, and the body that is sent.
///
/// The request serializes as the body that is sent, `{"offsets":[…],"type":"PATCH"}`, and deserializes from the same
/// form. A DELETE with an empty list is refused, because the service would reset *every* partition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlterationRequest {
    /// Sets the positions of these partitions. A partition with a null position is reset.
    Patch(Vec<OffsetEntry>),
    /// Resets these partitions.
    Delete(Vec<OffsetEntry>),
    /// Resets every partition of the connector.
    DeleteAll,
}

impl AlterationRequest {
    /// The type of the request: PATCH or DELETE.
    pub fn kind(&self) -> AlterationType {
        match self {
            Self::Patch(_) => AlterationType::Patch,
            Self::Delete(_) | Self::DeleteAll => AlterationType::Delete,
        }
    }

    /// The entries of the request; empty when it resets every partition.
    pub fn entries(&self) -> &[OffsetEntry] {
        match self {
            Self::Patch(entries) | Self::Delete(entries) => entries,
            Self::DeleteAll => &[],
        }
    }

    /// The body of the request as it is sent.
    pub fn to_json(&self) -> RawJson {
        // This cannot fail: the type is a text, and the entries are JSON already.
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
                "a DELETE with an empty list would reset every partition; to ask for a reset of every partition, leave the list out",
            ),
            (AlterationType::Delete, Some(entries)) => Ok(Self::Delete(entries)),
            (kind, _) => refuse(&format!("{kind} is neither PATCH nor DELETE")),
        }
    }
}

open_enum! {
    /// The progress of an alteration. Only [`Applied`](Phase::Applied) and [`Failed`](Phase::Failed) end an alteration.
    /// The service may add phases. The names of phases are recognised in any letter case.
    Phase {
        /// The alteration is accepted and in progress; the connector is stopped.
        Pending = "PENDING",
        /// The offsets are written, and the connector's plugin is checking them.
        PendingValidation = "PENDING_VALIDATION",
        /// The service has applied the alteration; the connector resumes.
        Applied = "APPLIED",
        /// The alteration has failed; the message of the status gives the reason.
        Failed = "FAILED",
    }
}

impl Phase {
    /// Whether the phase ends the alteration.
    pub fn is_end(&self) -> bool {
        matches!(self, Self::Applied | Self::Failed)
    }

    /// The phase as the end of a sentence about a request that is not known to have ended: `is in progress (PENDING)`.
    pub(crate) fn open(&self) -> String {
        match self {
            Self::Unknown(_) => {
                format!("has the phase \"{self}\", which this version does not know")
            }
            known => format!("is in progress ({known})"),
        }
    }
}

/// An alteration request as the service recorded it. The service gives a request no id: `requested_at` and `kind`
/// identify it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlterationRequestInfo {
    /// The connector's `lcc-…` id.
    pub id: String,
    /// The connector's name.
    pub name: String,
    /// The type of the request: PATCH or DELETE.
    #[serde(rename = "type")]
    pub kind: AlterationType,
    /// The time at which the service accepted the request.
    pub requested_at: Timestamp,
    /// The entries of the request; `None` when the service does not report them.
    #[serde(rename = "offsets", skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<OffsetEntry>>,
}

impl AlterationRequestInfo {
    /// Whether this is the request of the type `kind` that the service accepted at `requested_at`. Only the
    /// type and the time are compared. Two times that differ only in the number of their digits are the same time.
    pub(crate) fn is(&self, kind: &AlterationType, requested_at: Timestamp) -> bool {
        self.kind == *kind && self.requested_at.same_instant(requested_at)
    }
}

/// The status of a connector's latest alteration request, whichever client sent it. The service keeps no older status.
///
/// The status serializes in the service's own form, and deserializes from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Wire", from = "Wire")]
#[non_exhaustive]
pub struct AlterationStatus {
    /// The request that the status is about.
    pub request: AlterationRequestInfo,
    /// The progress of the request.
    pub phase: Phase,
    /// The service's message about the request. A message that mentions externally managed offsets means that the
    /// connector's plugin did not check the offsets of the request.
    pub message: Option<String>,
    /// The offsets before the alteration; `None` when the service does not give them.
    pub previous: Option<Vec<OffsetEntry>>,
    /// The time at which the service applied the request; `None` when the service does not give it.
    pub applied_at: Option<Timestamp>,
}

/// The status of a request in the service's own form.
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
