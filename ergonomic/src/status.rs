//! The status of the last alteration of a connector.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{AlterationType, OffsetEntry, Timestamp};

/// How far an alteration has come. Open: the service may add phases, and only [`Applied`](Phase::Applied) and
/// [`Failed`](Phase::Failed) end it. Read in any letter case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Accepted and under way; the connector is stopped.
    Pending,
    /// Written, and being checked by the connector's plugin.
    PendingValidation,
    /// Done; the connector resumes.
    Applied,
    /// Given up; the message says why.
    Failed,
    /// A phase that this version does not know. Not an end.
    Unknown(String),
}

impl Phase {
    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "PENDING",
            Self::PendingValidation => "PENDING_VALIDATION",
            Self::Applied => "APPLIED",
            Self::Failed => "FAILED",
            Self::Unknown(text) => text,
        }
    }

    /// Whether nothing more will happen.
    pub fn is_end(&self) -> bool {
        matches!(self, Self::Applied | Self::Failed)
    }
}

impl From<&str> for Phase {
    fn from(text: &str) -> Self {
        [
            Self::Pending,
            Self::PendingValidation,
            Self::Applied,
            Self::Failed,
        ]
        .into_iter()
        .find(|phase| phase.as_str().eq_ignore_ascii_case(text))
        .unwrap_or_else(|| Self::Unknown(text.to_owned()))
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Phase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An alteration request as the service recorded it. There is no operation id: `requested_at` and `kind` are its
/// identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RequestInfo {
    /// The connector's `lcc-…` id.
    pub id: String,
    /// The connector's name.
    pub name: String,
    /// PATCH or DELETE.
    #[serde(rename = "type")]
    pub kind: AlterationType,
    /// When the service accepted it.
    pub requested_at: Timestamp,
    /// The entries it carried; `None` when the service does not repeat them.
    #[serde(rename = "offsets", skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<OffsetEntry>>,
}

/// The status of the latest alteration request of a connector, whoever made it. The service keeps no older one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestStatus {
    /// The request.
    pub request: RequestInfo,
    /// How far it has come.
    pub phase: Phase,
    /// What the service says about it. A text that mentions externally managed offsets means that the connector's
    /// plugin did not check them.
    pub message: Option<String>,
    /// The offsets before the alteration; `None` when the service does not give them.
    pub previous: Option<Vec<OffsetEntry>>,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
}

/// Serializes in the service's own form.
impl Serialize for RequestStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            request: &'a RequestInfo,
            status: Status<'a>,
            #[serde(skip_serializing_if = "Option::is_none")]
            previous_offsets: Option<&'a [OffsetEntry]>,
            applied_at: Option<Timestamp>,
        }
        #[derive(Serialize)]
        struct Status<'a> {
            phase: &'a Phase,
            #[serde(skip_serializing_if = "Option::is_none")]
            message: Option<&'a str>,
        }
        Wire {
            request: &self.request,
            status: Status {
                phase: &self.phase,
                message: self.message.as_deref(),
            },
            previous_offsets: self.previous.as_deref(),
            applied_at: self.applied_at,
        }
        .serialize(serializer)
    }
}
