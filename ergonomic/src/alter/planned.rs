//! An intention worked out against the current offsets, to be looked at and then applied.

use std::fmt;
use std::time::Duration;

use super::Alteration;
use super::busy::BusyWait;
use super::outcome::Baseline;
use super::sample::ended_by;
use super::send::{refused, send};
use super::speed;
use crate::error::{Effect, ErrorKind, Result, Source};
use crate::finding::{Code, Finding, Report};
use crate::model::{
    AlterationRequestInfo, AlterationStatus, ConnectorConfig, ConnectorOffsets, ConnectorStatus,
};
use crate::plan::{Intent, Plan};
use crate::transport::{
    Call, GetConnector, GetConnectorStatus, GetLatestRequest, GetOffsets, Route, date,
};
use crate::validate::Known;
use crate::{AlterationType, Timestamp};

/// So long after it was asked for an alteration has ended: Kafka Connect bounds one by 90 s; that the service does the same
/// is *assumed*.
const LONGEST: Duration = Duration::from_secs(90);

/// A [`Plan`] for one connector, made from the offsets that the service showed, and not sent yet.
///
/// `Display` shows it as the plan does: per partition, before and after.
#[derive(Clone)]
#[must_use = "nothing is sent before `apply`"]
pub struct PlannedAlteration {
    route: Route,
    plan: Plan,
    seen: ConnectorOffsets,
    /// How the connector was doing; `None` when that could not be read.
    state: Option<ConnectorStatus>,
    /// The connector's class and settings, by which its offsets are checked; `None` when they could not be read.
    config: Option<ConnectorConfig>,
    /// Codes of findings that are accepted.
    accepted: Vec<Code>,
    /// The latest request at the time of the plan; `None` when there had been none.
    latest: Option<AlterationRequestInfo>,
    wait_if_busy: Option<Duration>,
}

impl PlannedAlteration {
    /// Reads the current offsets and works the intention out against them.
    pub(crate) async fn new(route: &Route, intent: Intent) -> Result<Self> {
        let seen = route.transport.run(&GetOffsets(&route.connector)).await?;
        let (latest, shown) = latest(route).await?.unzip();
        let shown = shown.flatten();
        if let Some(undone) = intent.undoes() {
            still_the_latest(route, undone, latest.as_ref())?;
        }
        let state = state(route).await;
        let stale = latest
            .as_ref()
            .and_then(|latest| staleness(latest, shown, &seen));
        if let Some(stale) = stale.as_ref().filter(|_| intent.is_relative()) {
            return Err(
                refused(route, ErrorKind::Stale, None).amended(Effect::NotAccepted, stale.clone())
            );
        }
        let config = config(route).await;
        let accepted = intent.accepted().to_vec();
        let known = known(&config, state.as_ref()).with_current(&seen.entries);
        let mut plan = Plan::knowing(&known, intent).map_err(|invalid| {
            refused(route, ErrorKind::Invalid, Some(Source::Invalid(invalid)))
        })?;
        if let Some(stale) = stale {
            plan.warn(Finding::warning(
                "offsets".to_owned(),
                Code::StaleSample,
                stale,
            ));
        }
        if let Err(why) = &config {
            plan.warn(Finding::note(
                "offsets".to_owned(),
                Code::ClassUnknown,
                format!(
                    "are checked without the connector's class, which could not be read: {why}"
                ),
            ));
        }
        Ok(Self {
            route: route.clone(),
            plan,
            seen,
            state,
            config: config.ok(),
            accepted,
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

    /// How the connector and its tasks were doing when the plan was made; `None` when that could not be read, which
    /// stops nothing.
    pub fn state(&self) -> Option<&ConnectorStatus> {
        self.state.as_ref()
    }

    /// Adds a finding of the caller's own, such as one about the file that the positions come from, to those of the plan.
    pub fn warn(&mut self, finding: Finding) {
        self.plan.warn(finding);
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
    /// A plan that moves partitions of a running sink ahead is held against how fast the sink reads, which takes two
    /// different samples; the second one is waited for up to 60 s. When the sink is expected to read past the new position before it
    /// stops, the skip would become a rewind, and the plan is refused as out of date.
    ///
    /// # Errors
    /// [`ErrorKind::PlanOutdated`] when nothing was sent because something happened; when it shows in the offsets, its source
    /// is [`PlanOutdated`](crate::plan::PlanOutdated). Otherwise as for [`PatchOffsets::send`](super::PatchOffsets::send).
    pub async fn apply(self) -> Result<Alteration> {
        let busy = BusyWait::new(&self.route, self.wait_if_busy);
        loop {
            let now = self.check().await?;
            let (now, slow) = self.outrun(now).await?;
            let request = self.plan.request().clone();
            let report = self.check_against(&now);
            let known = self.latest.as_ref();
            match send(&self.route, request, report, None, known).await {
                Ok(alteration) => {
                    let mut warnings = self.plan.warnings().to_vec();
                    warnings.extend(slow);
                    let baseline = Baseline {
                        entries: self.seen.entries,
                        state: self.state,
                    };
                    return Ok(alteration.planned(baseline, warnings));
                }
                Err(error) => busy.wait_out(error).await?,
            }
        }
    }

    /// The offsets of now, or later ones, when a running sink does not read past the plan before it stops.
    async fn outrun(&self, now: ConnectorOffsets) -> Result<(ConnectorOffsets, Option<Finding>)> {
        if !speed::matters(&self.plan, self.state.as_ref()) {
            return Ok((now, None));
        }
        let later = speed::later_sample(&self.route, &self.seen, now).await?;
        self.fits(&later)?;
        match speed::outruns(&self.plan, &self.seen, &later) {
            Ok(warning) => Ok((later, warning)),
            Err(outdated) => Err(self.outdated(Some(Source::Other(outdated.into())))),
        }
    }

    fn check_against(&self, now: &ConnectorOffsets) -> Report {
        let config = self.config.as_ref().ok_or_else(String::new).cloned();
        let known = known(&config, self.state.as_ref())
            .with_current(&now.entries)
            .accepting(&self.accepted);
        self.plan.validate(&known)
    }

    fn outdated(&self, source: Option<Source>) -> crate::Error {
        refused(&self.route, ErrorKind::PlanOutdated, source)
    }

    fn fits(&self, now: &ConnectorOffsets) -> Result<()> {
        let fits = self.plan.check(&now.entries);
        fits.map_err(|outdated| self.outdated(Some(Source::Other(outdated.into()))))
    }

    /// The offsets of now, when the plan still fits them and no other alteration was asked for.
    async fn check(&self) -> Result<ConnectorOffsets> {
        let now = self
            .route
            .transport
            .run(&GetOffsets(&self.route.connector))
            .await?;
        self.fits(&now)?;
        let latest = latest(&self.route).await?;
        let latest = latest.map(|(latest, _)| latest.request);
        let is_known = match (&latest, &self.latest) {
            (None, _) => true,
            (Some(latest), Some(known)) => latest.is(&known.kind, known.requested_at),
            (Some(_), None) => false,
        };
        match latest.filter(|_| !is_known) {
            None => Ok(now),
            Some(other) => Err(self.outdated(None).amended(
                Effect::NotAccepted,
                format!(
                    "another {} of {} was accepted in between",
                    other.kind, other.requested_at
                ),
            )),
        }
    }
}

/// Shows no setting of the connector but its class.
impl fmt::Debug for PlannedAlteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = self.config.as_ref().and_then(ConnectorConfig::class);
        f.debug_struct("PlannedAlteration")
            .field("route", &self.route)
            .field("plan", &self.plan)
            .field("offsets", &self.seen)
            .field("state", &self.state)
            .field("class", &class)
            .field("accepted", &self.accepted)
            .field("latest", &self.latest)
            .field("wait_if_busy", &self.wait_if_busy)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for PlannedAlteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plan.fmt(f)
    }
}

/// What is known of the connector beside its offsets.
fn known<'a>(
    config: &'a std::result::Result<ConnectorConfig, String>,
    state: Option<&'a ConnectorStatus>,
) -> Known<'a> {
    match (config, state) {
        (Ok(config), _) => Known::default().with_config(config),
        (Err(_), Some(state)) => Known::default().with_kind(&state.kind),
        (Err(_), None) => Known::default(),
    }
}

/// The connector's class and settings, in one attempt: not knowing them stops nothing. Otherwise why not.
async fn config(route: &Route) -> std::result::Result<ConnectorConfig, String> {
    let operation = GetConnector(&route.connector);
    let read = Call::new(&route.transport, &operation).once().await;
    read.map(|(config, _)| config).map_err(|error| {
        let status = error.status().map(|status| format!("HTTP status {status}"));
        status.unwrap_or_else(|| error.kind().to_string())
    })
}

/// How the connector is doing, in one attempt: not knowing it stops nothing.
async fn state(route: &Route) -> Option<ConnectorStatus> {
    let operation = GetConnectorStatus(&route.connector);
    match Call::new(&route.transport, &operation).once().await {
        Ok((status, _)) => Some(status),
        Err(error) => {
            tracing::info!(%error, "the connector's state could not be read");
            None
        }
    }
}

/// Only the latest request can be undone: the service keeps the offsets before that one only.
fn still_the_latest(
    route: &Route,
    (kind, requested_at): (&AlterationType, Timestamp),
    latest: Option<&AlterationStatus>,
) -> Result<()> {
    let detail = match latest.map(|latest| &latest.request) {
        Some(request) if request.is(kind, requested_at) => return Ok(()),
        Some(other) => format!(
            "the {kind} of {requested_at} cannot be undone any more, because a {} of {} was accepted since",
            other.kind, other.requested_at
        ),
        None => format!("the request status does not show the {kind} of {requested_at} any more"),
    };
    Err(refused(route, ErrorKind::PlanOutdated, None).amended(Effect::NotAccepted, detail))
}

/// The status of the latest request and the `Date` of the answer; `None` when there never was one (*assumed* to be
/// answered 404).
async fn latest(route: &Route) -> Result<Option<(AlterationStatus, Option<Timestamp>)>> {
    let operation = GetLatestRequest(&route.connector);
    match Call::new(&route.transport, &operation).run().await {
        Ok((status, exchange)) => Ok(Some((status, date(&exchange.headers)))),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Why the sample may not show where the connector will stand: the latest alteration is under way, or the sample is from
/// before its end. After APPLIED, samples may go on showing the old positions for a while; a request that failed may have
/// moved some partitions of a sink (measured on Kafka Connect). Without a time of its end, it ended by the `Date` of the
/// answer that `shown` it ended, and within [`LONGEST`] of the request.
fn staleness(
    latest: &AlterationStatus,
    shown: Option<Timestamp>,
    seen: &ConnectorOffsets,
) -> Option<String> {
    let AlterationRequestInfo {
        kind, requested_at, ..
    } = &latest.request;
    if !latest.phase.is_end() {
        return Some(format!(
            "the {kind} of {requested_at} is in progress ({})",
            latest.phase
        ));
    }
    // A sample without a time says nothing about when it was taken.
    let observed_at = seen.observed_at?;
    let bound = requested_at.saturating_add(LONGEST);
    let ended = match ended_by(latest.applied_at, shown) {
        Some(ended) if latest.applied_at.is_some() => ended,
        Some(ended) => ended.min(bound),
        None => bound,
    };
    let when = latest.applied_at.map_or_else(
        || format!("may have ended as late as {ended}"),
        |at| format!("took effect at {at}"),
    );
    (ended >= observed_at)
        .then(|| format!("the sample is of {observed_at}, and the {kind} of {requested_at} {when}"))
}
