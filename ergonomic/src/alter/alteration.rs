//! The handle of an accepted alteration.

use std::sync::Arc;

use super::outcome::{Baseline, Facts};
use super::same::digest;
use super::state::{AlterationState, AlterationToken, Applied};
use super::wait::{self, WaitOptions};
use super::wait_error::WaitError;
use crate::error::Result;
use crate::finding::Finding;
use crate::model::{AlterationRequest, AlterationRequestInfo, ConnectorRef};
use crate::transport::{GetLatestRequest, Route};
use crate::{AlterationType, OffsetEntry, Timestamp};

/// An alteration that the service has accepted and carries out by itself.
///
/// Dropping the handle changes nothing at the service. With the [`token`](Self::token), this process or another one can
/// get a new handle of the same alteration.
#[derive(Clone, Debug)]
#[must_use = "an accepted alteration is not done yet; wait for it, poll it, or keep its token"]
pub struct Alteration {
    route: Route,
    requested_at: Timestamp,
    is_answered: bool,
    warnings: Vec<Finding>,
    /// The digest of the entries, if it is known.
    digest: Option<u32>,
    known: Facts,
}

impl Alteration {
    pub(crate) fn accepted(
        route: &Route,
        info: &AlterationRequestInfo,
        request: AlterationRequest,
        warnings: Vec<Finding>,
        is_answered: bool,
    ) -> Self {
        let entries = match request {
            AlterationRequest::Patch(entries) | AlterationRequest::Delete(entries) => entries,
            AlterationRequest::DeleteAll => Vec::new(),
        };
        Self {
            route: route.clone(),
            requested_at: info.requested_at,
            is_answered,
            warnings,
            digest: Some(digest(&info.kind, &entries)),
            known: Facts {
                id: Some(info.id.clone()).filter(|id| !id.is_empty()),
                asked: Some(entries),
                ..Facts::of(info.kind.clone())
            },
        }
    }

    /// The handle of the alteration that `token` names. `route` must lead to the connector of the token.
    pub(crate) fn taken_up(route: Route, token: AlterationToken) -> Self {
        Self {
            route,
            requested_at: token.requested_at,
            is_answered: false,
            warnings: Vec::new(),
            digest: token.digest,
            known: Facts::of(token.kind),
        }
    }

    /// Adds the warnings of the plan, and the offsets and the state from right before the alteration. Later samples and
    /// states are compared with these.
    pub(super) fn planned(mut self, baseline: Baseline, mut warnings: Vec<Finding>) -> Self {
        self.known.baseline = Some(Arc::new(baseline));
        warnings.extend(self.warnings);
        let mut seen = std::collections::HashSet::new();
        warnings.retain(|warning| seen.insert(warning.clone()));
        self.warnings = warnings;
        self
    }

    /// The connector that is being altered.
    pub fn connector(&self) -> &ConnectorRef {
        &self.route.connector
    }

    /// The type of the request: PATCH or DELETE.
    pub fn kind(&self) -> &AlterationType {
        &self.known.kind
    }

    /// The time at which the service accepted the request.
    pub fn requested_at(&self) -> Timestamp {
        self.requested_at
    }

    /// The `lcc-…` id of the connector, as the service gave it when it accepted the request; `None` for an alteration
    /// taken up from a token.
    pub fn connector_id(&self) -> Option<&str> {
        self.known.id.as_deref()
    }

    /// Whether an answer of the service confirmed that the request was accepted. `false` when the answer was lost or
    /// unclear and the request was found in the request status, and for an alteration taken up from a token.
    pub fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// The entries of the request, in the order in which they were sent; empty for a reset of every partition, and
    /// `None` for an alteration taken up from a token.
    pub fn entries(&self) -> Option<&[OffsetEntry]> {
        self.known.asked.as_deref()
    }

    /// The warnings of the plan and of validation before the request was sent; empty for an alteration taken up from a
    /// token.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// The token with which another process can follow this alteration; see
    /// [`Client::alteration`](crate::Client::alteration).
    pub fn token(&self) -> AlterationToken {
        AlterationToken {
            connector: self.route.connector.as_ref().clone(),
            kind: self.known.kind.clone(),
            requested_at: self.requested_at,
            digest: self.digest,
        }
    }

    /// Reads the request status once; a failed read is retried as the client's policy says. Dropping the future has no
    /// effect.
    ///
    /// # Errors
    /// When the status could not be read. The alteration itself goes on.
    pub async fn poll(&self) -> Result<AlterationState> {
        let latest = GetLatestRequest(&self.route.connector);
        let status = self.route.transport.run(&latest).await?;
        let token = self.token();
        Ok(token.judge(status, &self.known).into_state(&token))
    }

    /// Waits until the alteration has ended, with the default options: at most 5 minutes, polling every 1 to 10 s. The
    /// method reads only the request status, and does not check the outcome.
    ///
    /// Dropping the future stops the waiting; the alteration goes on.
    ///
    /// # Errors
    /// [`WaitError`] has one variant for each action that a caller can take next.
    pub async fn wait(&self) -> Result<Applied, WaitError> {
        self.wait_with(WaitOptions::default()).await
    }

    /// Waits until the alteration has ended, as `options` specifies.
    ///
    /// Dropping the future stops the waiting; the alteration goes on.
    ///
    /// # Errors
    /// [`WaitError`] has one variant for each action that a caller can take next.
    pub async fn wait_with(&self, options: WaitOptions) -> Result<Applied, WaitError> {
        wait::wait(&self.route, self.token(), &self.known, &options).await
    }
}
