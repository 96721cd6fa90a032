//! An intention worked out against the current offsets, to be looked at and then applied.

use std::fmt;
use std::time::Duration;

use super::send::wait_until_free;
use super::{Alteration, SendOptions, send};
use crate::AlterationType;
use crate::call::Call;
use crate::connector::Connector;
use crate::connector_offsets::ConnectorOffsets;
use crate::error::{Effect, Error, ErrorKind, Result, Source};
use crate::plan::{Intent, Plan, PlannedRequest};
use crate::status::{Phase, RequestInfo, RequestStatus};
use crate::validate::{self, Code, Finding, Report};
use crate::wire::{Alter, Post};

/// A [`Plan`] for one connector, made from the offsets that the service showed, and not sent yet.
///
/// `Display` shows it as the plan does: per partition, before and after.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `apply`"]
pub struct PlannedAlteration {
    connector: Connector,
    plan: Plan,
    seen: ConnectorOffsets,
    /// The latest request at the time of the plan; `None` when there had been none.
    latest: Option<RequestInfo>,
    wait_if_busy: Option<Duration>,
}

impl PlannedAlteration {
    /// Reads the current offsets and works the intention out against them.
    pub(crate) async fn new(connector: &Connector, intent: Intent) -> Result<Self> {
        let seen = connector.offsets().await?;
        let latest = latest(connector).await?;
        let stale = latest.as_ref().and_then(|latest| staleness(latest, &seen));
        if let Some(stale) = stale.as_ref().filter(|_| intent.is_relative()) {
            return Err(refused(connector, ErrorKind::Stale, None)
                .amended(Effect::NotAccepted, stale.clone()));
        }
        let mut plan = Plan::new(&seen.entries, intent).map_err(|invalid| {
            refused(
                connector,
                ErrorKind::Invalid,
                Some(Source::Invalid(invalid)),
            )
        })?;
        if let Some(stale) = stale {
            plan.warn(Finding::warning(
                "offsets".to_owned(),
                Code::StaleSample,
                stale,
            ));
        }
        Ok(Self {
            connector: connector.clone(),
            plan,
            seen,
            latest: latest.map(|latest| latest.request),
            wait_if_busy: None,
        })
    }

    /// What would be changed.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The sample of the offsets that the plan was made from.
    pub fn offsets(&self) -> &ConnectorOffsets {
        &self.seen
    }

    /// When another alteration of the connector is in progress, waits up to `limit` for it to end and then looks again
    /// before sending. Without this the call fails with [`is_busy`](Error::is_busy).
    ///
    /// This helps with an alteration that was under way already when the plan was made; one that was accepted later
    /// makes the plan out of date, which [`apply`](Self::apply) refuses.
    pub fn wait_if_busy(mut self, limit: Duration) -> Self {
        self.wait_if_busy = Some(limit);
        self
    }

    /// Reads the offsets and the request status again and, unless something happened that matters, sends the request.
    /// **The connector stops while its offsets are altered** and resumes by itself.
    ///
    /// Which moves of the offsets matter is said at [`Plan::check`]. Another request since the plan was made always
    /// matters: what it did may not show in any sample yet. Otherwise as for
    /// [`PatchOffsets::send`](super::PatchOffsets::send).
    ///
    /// # Errors
    /// [`ErrorKind::Moved`] when nothing was sent because something happened; when it shows in the offsets, its source
    /// is [`Moved`](crate::plan::Moved). Otherwise as for [`PatchOffsets::send`](super::PatchOffsets::send).
    pub async fn apply(self) -> Result<Alteration> {
        let clock = self.connector.client.0.clock.as_ref();
        let give_up = self
            .wait_if_busy
            .map(|limit| clock.monotonic().saturating_add(limit));
        loop {
            let now = self.check().await?;
            let (alter, report) = self.request(&now);
            match send(&self.connector, alter, report, &SendOptions::default()).await {
                Err(error)
                    if error.is_busy() && give_up.is_some_and(|end| clock.monotonic() < end) =>
                {
                    wait_until_free(&self.connector, give_up.unwrap_or_default()).await;
                }
                sent => return sent,
            }
        }
    }

    /// The offsets of now, when the plan still fits them and nobody else has asked for an alteration.
    async fn check(&self) -> Result<ConnectorOffsets> {
        let refuse = |source| refused(&self.connector, ErrorKind::Moved, source);
        let now = self.connector.offsets().await?;
        if let Err(moved) = self.plan.check(&now.entries) {
            return Err(refuse(Some(Source::Other(moved.into()))));
        }
        let latest = latest(&self.connector).await?.map(|latest| latest.request);
        let is_known = match (&latest, &self.latest) {
            (None, _) => true,
            (Some(latest), Some(known)) => {
                latest.kind == known.kind && latest.requested_at.same_instant(known.requested_at)
            }
            (Some(_), None) => false,
        };
        match latest.filter(|_| !is_known) {
            None => Ok(now),
            Some(other) => Err(refuse(None).amended(
                Effect::NotAccepted,
                format!(
                    "somebody else's {} of {} came in between",
                    other.kind, other.requested_at
                ),
            )),
        }
    }

    fn request(&self, now: &ConnectorOffsets) -> (Alter, Report) {
        let current = Some(now.entries.as_slice());
        match self.plan.request().clone() {
            PlannedRequest::Patch(entries) => {
                let report = validate::patch(&entries, current);
                (Alter::new(AlterationType::Patch, Some(entries)), report)
            }
            PlannedRequest::Delete(entries) => {
                let report = validate::delete(&entries, current);
                (Alter::new(AlterationType::Delete, Some(entries)), report)
            }
            PlannedRequest::DeleteAll => {
                (Alter::new(AlterationType::Delete, None), Report::default())
            }
        }
    }
}

impl fmt::Display for PlannedAlteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plan.fmt(f)
    }
}

/// The status of the latest request; `None` when there never was one (*assumed* to be answered 404).
async fn latest(connector: &Connector) -> Result<Option<RequestStatus>> {
    match connector.status().await {
        Ok(status) => Ok(Some(status)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Why the sample may not show where the connector will stand: the latest alteration is under way, or the sample is from
/// before its end. After APPLIED, samples may go on showing the old positions for a while; a request that failed changed
/// nothing (*assumed*).
fn staleness(latest: &RequestStatus, seen: &ConnectorOffsets) -> Option<String> {
    let RequestInfo {
        kind, requested_at, ..
    } = &latest.request;
    if !latest.phase.is_end() {
        return Some(format!(
            "the {kind} of {requested_at} is in progress ({})",
            latest.phase
        ));
    }
    let changed_at = latest.applied_at.unwrap_or(*requested_at);
    // A sample without a time says nothing about when it was taken.
    let observed_at = seen.observed_at?;
    (latest.phase != Phase::Failed && changed_at >= observed_at).then(|| {
        format!(
            "the sample is of {observed_at}, and the {kind} of {requested_at} took effect at {changed_at}"
        )
    })
}

/// An error about an alteration that was not sent.
pub(super) fn refused(connector: &Connector, kind: ErrorKind, source: Option<Source>) -> Error {
    // Only names the operation and the connector; it is never sent.
    let nothing = Alter::new(AlterationType::Patch, None);
    let request = Post(&connector.path, &nothing);
    Call::new(&connector.client, &request).error(kind, source)
}
