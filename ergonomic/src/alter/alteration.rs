//! An accepted alteration: its identity, and what the status says about it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::wait::{self, WaitError, WaitOptions};
use crate::client::Client;
use crate::connector::Connector;
use crate::error::Result;
use crate::id::ConnectorPath;
use crate::status::{Phase, RequestInfo, RequestStatus};
use crate::validate::Finding;
use crate::{AlterationType, OffsetEntry, Timestamp};

/// What another process needs to take up an alteration. Holds no secret; serializes as a small JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlterationToken {
    /// The connector that is being altered.
    #[serde(flatten)]
    pub connector: ConnectorPath,
    /// PATCH or DELETE.
    #[serde(rename = "type")]
    pub kind: AlterationType,
    /// When the service accepted the request. With the type, this is its identity: the service gives out no id.
    pub requested_at: Timestamp,
}

impl AlterationToken {
    /// The token of a request that was learnt of in another way, such as from [`Connector::status`].
    pub fn new(connector: ConnectorPath, kind: AlterationType, requested_at: Timestamp) -> Self {
        Self {
            connector,
            kind,
            requested_at,
        }
    }
}

/// An alteration that the service has accepted and works on by itself.
///
/// Dropping it changes nothing at the service; [`token`](Self::token) takes it up again, here or in another process.
#[derive(Clone, Debug)]
#[must_use = "an accepted alteration is not done yet; wait for it, poll it, or keep its token"]
pub struct Alteration {
    pub(crate) connector: Connector,
    kind: AlterationType,
    requested_at: Timestamp,
    id: Option<String>,
    /// What was asked for; unknown when the alteration was taken up from a token.
    pub(crate) entries: Option<Vec<OffsetEntry>>,
    warnings: Vec<Finding>,
}

impl Alteration {
    pub(crate) fn accepted(
        connector: &Connector,
        info: &RequestInfo,
        entries: Vec<OffsetEntry>,
        warnings: Vec<Finding>,
    ) -> Self {
        Self {
            connector: connector.clone(),
            kind: info.kind.clone(),
            requested_at: info.requested_at,
            id: Some(info.id.clone()).filter(|id| !id.is_empty()),
            entries: Some(entries),
            warnings,
        }
    }

    pub(crate) fn resume(client: &Client, token: AlterationToken) -> Self {
        Self {
            connector: client.connector_at(token.connector),
            kind: token.kind,
            requested_at: token.requested_at,
            id: None,
            entries: None,
            warnings: Vec::new(),
        }
    }

    /// The connector that is being altered.
    pub fn connector(&self) -> &Connector {
        &self.connector
    }

    /// PATCH or DELETE.
    pub fn kind(&self) -> &AlterationType {
        &self.kind
    }

    /// When the service accepted the request.
    pub fn requested_at(&self) -> Timestamp {
        self.requested_at
    }

    /// The `lcc-…` id of the connector, as the service gave it when it accepted the request; `None` for an alteration
    /// taken up from a token.
    pub fn connector_id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What was asked for, in the order it was sent; empty for a reset of everything, and `None` for an alteration taken
    /// up from a token.
    pub fn entries(&self) -> Option<&[OffsetEntry]> {
        self.entries.as_deref()
    }

    /// What validation warned of before the request was sent; empty for an alteration taken up from a token.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// What it takes to go on with this alteration elsewhere; see [`Client::resume`].
    pub fn token(&self) -> AlterationToken {
        AlterationToken {
            connector: self.connector.path().clone(),
            kind: self.kind.clone(),
            requested_at: self.requested_at,
        }
    }

    /// Reads the status once, with the client's retries. Dropping the future has no effect.
    ///
    /// # Errors
    /// When the status could not be read. That says nothing about the alteration, which goes on.
    pub async fn poll(&self) -> Result<AlterationState> {
        Ok(self.judge(self.connector.status().await?))
    }

    /// Waits until the alteration has ended, with the default options: at most 5 minutes, polling every 1 to 10 s.
    ///
    /// Dropping the future stops the waiting and nothing else.
    ///
    /// # Errors
    /// One variant of [`WaitError`] for each thing that a caller can do next.
    pub async fn wait(&self) -> Result<Applied, WaitError> {
        self.wait_with(WaitOptions::default()).await
    }

    /// Waits until the alteration has ended, as `options` say.
    ///
    /// Dropping the future stops the waiting and nothing else.
    ///
    /// # Errors
    /// One variant of [`WaitError`] for each thing that a caller can do next.
    pub async fn wait_with(&self, options: WaitOptions) -> Result<Applied, WaitError> {
        wait::wait(self, &options).await
    }

    /// Decides whether a status is about this alteration. An older one, even APPLIED, is not; a newer one means that
    /// ours was superseded, because the service keeps the latest only.
    pub(crate) fn judge(&self, status: RequestStatus) -> AlterationState {
        let request = &status.request;
        let ours =
            request.requested_at.same_instant(self.requested_at) && request.kind == self.kind;
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
                connector: Arc::clone(&self.connector.path),
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
    Superseded(RequestStatus),
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
    pub confirmation: Option<super::Confirmation>,
    /// The entries of the request as the status repeats them: what a resumed wait has to confirm.
    #[serde(skip)]
    pub(crate) asked: Option<Vec<OffsetEntry>>,
}

/// An alteration that the service gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedAlteration {
    pub(crate) connector: Arc<ConnectorPath>,
    /// The reason, in the service's words.
    pub message: Option<String>,
    /// The offsets before the alteration, if the service gave them.
    pub previous: Option<Vec<OffsetEntry>>,
}
