//! An intention worked out against the current offsets, to be looked at and then applied.

use std::fmt;
use std::time::Duration;

use super::Alteration;
use super::busy::BusyWait;
use super::send::{refused, send};
use crate::error::{Effect, ErrorKind, Result, Source};
use crate::finding::{Code, Finding, Report};
use crate::model::{
    AlterationRequest, AlterationRequestInfo, AlterationStatus, ConnectorOffsets, Phase,
};
use crate::plan::{Intent, Plan};
use crate::transport::{GetLatestRequest, GetOffsets, Route};
use crate::validate;

/// A [`Plan`] for one connector, made from the offsets that the service showed, and not sent yet.
///
/// `Display` shows it as the plan does: per partition, before and after.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `apply`"]
pub struct PlannedAlteration {
    route: Route,
    plan: Plan,
    seen: ConnectorOffsets,
    /// The latest request at the time of the plan; `None` when there had been none.
    latest: Option<AlterationRequestInfo>,
    wait_if_busy: Option<Duration>,
}

impl PlannedAlteration {
    /// Reads the current offsets and works the intention out against them.
    pub(crate) async fn new(route: &Route, intent: Intent) -> Result<Self> {
        let seen = route.transport.run(&GetOffsets(&route.connector)).await?;
        let latest = latest(route).await?;
        let stale = latest.as_ref().and_then(|latest| staleness(latest, &seen));
        if let Some(stale) = stale.as_ref().filter(|_| intent.is_relative()) {
            return Err(
                refused(route, ErrorKind::Stale, None).amended(Effect::NotAccepted, stale.clone())
            );
        }
        let mut plan = Plan::new(&seen.entries, intent).map_err(|invalid| {
            refused(route, ErrorKind::Invalid, Some(Source::Invalid(invalid)))
        })?;
        if let Some(stale) = stale {
            plan.warn(Finding::warning(
                "offsets".to_owned(),
                Code::StaleSample,
                stale,
            ));
        }
        Ok(Self {
            route: route.clone(),
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
    /// before sending. Without this the call fails with [`is_busy`](crate::Error::is_busy).
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
    /// [`ErrorKind::PlanOutdated`] when nothing was sent because something happened; when it shows in the offsets, its source
    /// is [`PlanOutdated`](crate::plan::PlanOutdated). Otherwise as for [`PatchOffsets::send`](super::PatchOffsets::send).
    pub async fn apply(self) -> Result<Alteration> {
        let busy = BusyWait::new(&self.route, self.wait_if_busy);
        loop {
            let now = self.check().await?;
            let request = self.plan.request().clone();
            let report = check_against(&request, &now);
            let known = self.latest.as_ref();
            match send(&self.route, request, report, None, known).await {
                Ok(alteration) => return Ok(alteration),
                Err(error) => busy.wait_out(error).await?,
            }
        }
    }

    /// The offsets of now, when the plan still fits them and nobody else has asked for an alteration.
    async fn check(&self) -> Result<ConnectorOffsets> {
        let refuse = |source| refused(&self.route, ErrorKind::PlanOutdated, source);
        let now = self
            .route
            .transport
            .run(&GetOffsets(&self.route.connector))
            .await?;
        if let Err(outdated) = self.plan.check(&now.entries) {
            return Err(refuse(Some(Source::Other(outdated.into()))));
        }
        let latest = latest(&self.route).await?.map(|latest| latest.request);
        let is_known = match (&latest, &self.latest) {
            (None, _) => true,
            (Some(latest), Some(known)) => latest.is(&known.kind, known.requested_at),
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
}

impl fmt::Display for PlannedAlteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plan.fmt(f)
    }
}

fn check_against(request: &AlterationRequest, now: &ConnectorOffsets) -> Report {
    match request {
        AlterationRequest::Patch(entries) => validate::patch_against(entries, &now.entries),
        AlterationRequest::Delete(entries) => validate::delete_against(entries, &now.entries),
        AlterationRequest::DeleteAll => Report::default(),
    }
}

/// The status of the latest request; `None` when there never was one (*assumed* to be answered 404).
async fn latest(route: &Route) -> Result<Option<AlterationStatus>> {
    match route
        .transport
        .run(&GetLatestRequest(&route.connector))
        .await
    {
        Ok(status) => Ok(Some(status)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Why the sample may not show where the connector will stand: the latest alteration is under way, or the sample is from
/// before its end. After APPLIED, samples may go on showing the old positions for a while; a request that failed changed
/// nothing (*assumed*).
fn staleness(latest: &AlterationStatus, seen: &ConnectorOffsets) -> Option<String> {
    let AlterationRequestInfo {
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
