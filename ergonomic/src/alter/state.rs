//! Which alteration it is, and what the status says about it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{AlterationStatus, ConnectorOffsets, ConnectorRef, Phase};
use crate::{AlterationType, OffsetEntry, RawJson, Timestamp};

/// What another process needs to take up an alteration. Holds no secret; serializes as a small JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlterationToken {
    /// The connector that is being altered.
    #[serde(flatten)]
    pub connector: ConnectorRef,
    /// PATCH or DELETE.
    #[serde(rename = "type")]
    pub kind: AlterationType,
    /// When the service accepted the request. With the type, this is its identity: the service gives out no id.
    pub requested_at: Timestamp,
}

impl AlterationToken {
    /// The token of a request that was learnt of in another way, such as from
    /// [`Connector::latest_request`](crate::Connector::latest_request).
    pub fn new(connector: ConnectorRef, kind: AlterationType, requested_at: Timestamp) -> Self {
        Self {
            connector,
            kind,
            requested_at,
        }
    }

    /// Decides whether a status is about this alteration. An older one, even APPLIED, is not; a newer one means that
    /// ours was superseded, because the service keeps the latest only.
    pub(super) fn judge(&self, status: AlterationStatus) -> AlterationState {
        let request = &status.request;
        let ours = request.is(&self.kind, self.requested_at);
        match status.phase {
            _ if !ours && request.requested_at < self.requested_at => AlterationState::NotVisible,
            _ if !ours => AlterationState::Superseded(status),
            Phase::Applied => AlterationState::Applied(Applied {
                requested_at: self.requested_at,
                applied_at: status.applied_at,
                message: status.message,
                previous: status.previous,
                confirmation: None,
                asked: status.request.entries,
            }),
            Phase::Failed => AlterationState::Failed(FailedAlteration {
                connector: Arc::new(self.connector.clone()),
                message: status.message,
                previous: status.previous,
            }),
            phase => AlterationState::InProgress(phase),
        }
    }
}

/// How far an alteration has come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AlterationState {
    /// The status still shows an older request.
    NotVisible,
    /// Under way; only [`Phase::Applied`] and [`Phase::Failed`] end it.
    InProgress(Phase),
    /// Done.
    Applied(Applied),
    /// Given up by the service.
    Failed(FailedAlteration),
    /// A newer request took its place in the status, so how ours ended can no longer be read.
    Superseded(AlterationStatus),
}

/// An alteration that was applied. The connector resumes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Applied {
    /// When the service accepted the request.
    pub requested_at: Timestamp,
    /// When it was applied, if the service said so.
    pub applied_at: Option<Timestamp>,
    /// What the service says about it. A text that mentions externally managed offsets means that the connector's
    /// plugin did not check them.
    pub message: Option<String>,
    /// The offsets before the alteration, if the service gave them: what undoing it would restore.
    pub previous: Option<Vec<OffsetEntry>>,
    /// What a later sample of the offsets showed, if [`WaitOptions::confirm`] asked for one.
    pub confirmation: Option<Confirmation>,
    /// The entries of the request as the status repeats them: what a resumed wait has to confirm.
    #[serde(skip)]
    pub(crate) asked: Option<Vec<OffsetEntry>>,
}

/// An alteration that the service gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedAlteration {
    pub(crate) connector: Arc<ConnectorRef>,
    /// The reason, in the service's words.
    pub message: Option<String>,
    /// The offsets before the alteration, if the service gave them.
    pub previous: Option<Vec<OffsetEntry>>,
}

/// What a sample of the offsets taken after the alteration showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Confirmation {
    /// The sample.
    pub offsets: ConnectorOffsets,
    /// Partitions of the request whose position in the sample is neither the one asked for nor one that follows from
    /// it. Empty when everything shows.
    pub unconfirmed: Vec<RawJson>,
}
