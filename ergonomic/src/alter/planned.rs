//! A plan made from the current offsets, to be inspected and then applied.

use std::fmt;
use std::time::Duration;

use super::Alteration;
use super::busy::BusyWait;
use super::latest::Latest;
use super::outcome::Baseline;
use super::same::same_info;
use super::send::{refused, send};
use super::speed;
use crate::error::{Effect, Error, ErrorKind, Result, Source};
use crate::finding::{Code, Finding, Report};
use crate::model::{AlterationRequestInfo, ConnectorConfig, ConnectorOffsets, ConnectorStatus};
use crate::plan::{Intent, Plan, PlanOutdated, warning};
use crate::transport::{GetConnector, GetConnectorStatus, GetOffsets, Route};
use crate::validate::Known;

/// A [`Plan`] for one connector, made from the offsets that the service showed, and not sent yet.
///
/// `Display` shows the same text as the plan: each partition before and after.
#[derive(Clone)]
#[must_use = "nothing is sent before `apply`"]
pub struct PlannedAlteration {
    route: Route,
    plan: Plan,
    seen: ConnectorOffsets,
    /// The state of the connector; `None` when it could not be read.
    state: Option<ConnectorStatus>,
    /// The connector's class and settings, by which its offsets are checked; `None` when they could not be read.
    config: Option<ConnectorConfig>,
    /// Codes of findings that are accepted.
    accepted: Vec<Code>,
    /// The latest request at the time of the plan; `None` when the connector had none.
    latest: Option<AlterationRequestInfo>,
    wait_if_busy: Option<Duration>,
}

impl PlannedAlteration {
    /// Reads the current offsets and makes the plan for them.
    pub(crate) async fn new(route: &Route, intent: Intent) -> Result<Self> {
        let seen = route.transport.run(&GetOffsets(&route.connector)).await?;
        let latest = Latest::find(route, Duration::MAX).await?;
        let stale = latest.as_ref().and_then(|latest| latest.staleness(&seen));
        if let Some(undone) = intent.undoes() {
            let request = latest.as_ref().map(|latest| &latest.status.request);
            still_the_latest(route, undone, request)?;
            still_the_same(route, Some(&undone.id), &seen)?;
        }
        let state = state(route).await.filter(|status| {
            !latest
                .as_ref()
                .is_some_and(|latest| latest.explains(&status.state))
        });
        if let Some(stale) = stale.as_ref().filter(|_| intent.is_relative()) {
            return Err(not_now(route, ErrorKind::Stale, stale.clone()));
        }
        let config = config(route).await;
        let accepted = intent.accepted().to_vec();
        let known = known(&config, state.as_ref()).with_current(&seen.entries);
        let mut plan = Plan::knowing(&known, intent).map_err(|invalid| {
            refused(route, ErrorKind::Invalid, Some(Source::Invalid(invalid)))
        })?;
        if let Some(stale) = stale {
            plan.warn(warning(Code::StaleSample, stale));
        }
        let unknown = match &config {
            Ok(config) if config.class().is_some() => None,
            Ok(_) => Some("its configuration does not give".to_owned()),
            Err(why) => Some(format!("could not be read: {why}")),
        };
        if let Some(unknown) = unknown {
            let message = format!("are checked without the connector's class, which {unknown}");
            let finding = Finding::note("offsets", Code::ClassUnknown, message);
            plan.warn(finding);
        }
        Ok(Self {
            route: route.clone(),
            plan,
            seen,
            state,
            config: config.ok(),
            accepted,
            latest: latest.map(|latest| latest.status.request),
            wait_if_busy: None,
        })
    }

    /// The plan: what would be changed.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The sample of the offsets that the plan was made from.
    pub fn offsets(&self) -> &ConnectorOffsets {
        &self.seen
    }

    /// The state of the connector and its tasks when the plan was made; `None` when it could not be read, which does
    /// not stop the plan, or when the connector may be PAUSED only for the latest request.
    pub fn state(&self) -> Option<&ConnectorStatus> {
        self.state.as_ref()
    }

    /// Adds a finding of the caller to those of the plan, for example about the file that the positions come from.
    pub fn warn(&mut self, finding: Finding) {
        self.plan.warn(finding);
    }

    /// Reads the offsets once more, and adds a warning when [`apply`](Self::apply) is expected to refuse a skip of a
    /// running sink, or when only a second sample can decide that. A read that fails does not stop anything.
    pub async fn foresee(&mut self) {
        if self.plan.is_undo() || !speed::matters(&self.plan, self.state.as_ref()) {
            return;
        }
        let operation = GetOffsets(&self.route.connector);
        let Ok(now) = self.route.once(Duration::MAX, &operation).await else {
            return;
        };
        let state = self.state.as_ref();
        self.plan.warn(match speed::outruns(&self.plan, &self.seen, &now, state) {
            Ok(None) => return,
            Ok(Some(_)) => Finding::note(
                "offsets",
                Code::SpeedUnknown,
                "before the request is sent, a second sample shows how fast the sink reads; the request is not sent if the sink has \
                 read past the new position, or is expected to read past it before it stops",
            ),
            Err(outdated) => outdated.foreseen(),
        });
    }

    /// When another alteration of the connector is in progress, waits up to `limit` for it to end and then compares the
    /// offsets again before sending. Without this the call fails with [`is_busy`](crate::Error::is_busy).
    ///
    /// This helps when the other alteration was already under way when the plan was made; an alteration that was
    /// accepted later makes the plan out of date, and [`apply`](Self::apply) refuses the plan.
    pub fn wait_if_busy(mut self, limit: Duration) -> Self {
        self.wait_if_busy = Some(limit);
        self
    }

    /// Reads the offsets and the request status again, and sends the request unless something relevant has changed.
    /// **The connector stops while its offsets are altered** and resumes by itself.
    ///
    /// [`Plan::check`] documents which changes of the offsets are relevant. Another request since the plan was made is
    /// always relevant, because its effect may not show in any sample yet. Otherwise as for
    /// [`PatchOffsets::send`](super::PatchOffsets::send).
    ///
    /// When the plan moves partitions of a sink ahead, it is compared with the speed at which the sink reads, or with where a
    /// PAUSED sink has stopped. This takes two different samples; the library waits up to 60 s for the second one. When
    /// the sink is expected to read past the new position before it stops, the skip would become a rewind, and the plan
    /// is refused as out of date. An undo is not refused for that reason: it returns the sink to its old position, and
    /// a warning says how many records are delivered again.
    ///
    /// # Errors
    /// [`ErrorKind::PlanOutdated`] when something relevant has changed and nothing was sent; when the offsets have
    /// changed, the source of the error is [`PlanOutdated`](crate::plan::PlanOutdated). Otherwise as for
    /// [`PatchOffsets::send`](super::PatchOffsets::send).
    pub async fn apply(self) -> Result<Alteration> {
        let busy = BusyWait::new(&self.route, self.wait_if_busy);
        loop {
            let now = self.current().await?;
            let (now, slow) = self.outrun(now).await?;
            self.still_unaltered().await?;
            let request = self.plan.request().clone();
            let report = self.check_against(&now);
            let known = self.latest.as_ref();
            match send(&self.route, request, report, None, known).await {
                Ok(alteration) => {
                    let mut warnings = self.plan.warnings().to_vec();
                    warnings.extend(slow);
                    let baseline = Baseline {
                        entries: self.seen.entries,
                        observed_at: self.seen.observed_at,
                        state: self.state,
                    };
                    return Ok(alteration.planned(baseline, warnings));
                }
                Err(error) => busy.wait_out(error).await?,
            }
        }
    }

    /// The current offsets, or later ones, if a running sink does not read past the plan before it stops.
    async fn outrun(&self, now: ConnectorOffsets) -> Result<(ConnectorOffsets, Option<Finding>)> {
        if self.plan.is_undo() {
            let warning = speed::delivered_again(&self.plan, &self.seen, &now);
            return Ok((now, warning));
        }
        if !speed::matters(&self.plan, self.state.as_ref()) {
            return Ok((now, None));
        }
        let later = self.newer(speed::later_sample(&self.route, &self.seen, now).await?);
        self.fits(&later)?;
        match speed::outruns(&self.plan, &self.seen, &later, self.state.as_ref()) {
            Ok(warning) => Ok((later, warning)),
            Err(outdated) => Err(self.moved(outdated)),
        }
    }

    fn check_against(&self, now: &ConnectorOffsets) -> Report {
        let config = self.config.as_ref().ok_or_else(String::new).cloned();
        let known = known(&config, self.state.as_ref())
            .with_current(&now.entries)
            .accepting(&self.accepted);
        self.plan.validate(&known)
    }

    /// The later of the two samples, `now` and that of the plan: an answer with an older sample, such as that of a
    /// replica that lags behind, says nothing about what has changed since.
    fn newer(&self, now: ConnectorOffsets) -> ConnectorOffsets {
        match (now.observed_at, self.seen.observed_at) {
            (Some(at), Some(seen)) if at < seen => self.seen.clone(),
            _ => now,
        }
    }

    fn moved(&self, outdated: PlanOutdated) -> Error {
        let advice = outdated.advice();
        let source = Source::Other(outdated.into());
        let refused = refused(&self.route, ErrorKind::PlanOutdated, Some(source));
        // A new plan of a sink that is paused starts from where it has stopped.
        match speed::is_paused(self.state.as_ref()) {
            true => refused,
            false => refused.advising(advice),
        }
    }

    fn fits(&self, now: &ConnectorOffsets) -> Result<()> {
        still_the_same(&self.route, self.seen.id.as_deref(), now)?;
        let fits = self.plan.check(&now.entries);
        fits.map_err(|outdated| self.moved(outdated))
    }

    /// The current offsets, if the plan still fits them.
    async fn current(&self) -> Result<ConnectorOffsets> {
        let operation = GetOffsets(&self.route.connector);
        let now = self.newer(self.route.transport.run(&operation).await?);
        self.fits(&now)?;
        Ok(now)
    }

    /// No other alteration was requested since the plan was made. This is the last read before the request is sent: the
    /// effect of another one may not show in the sample yet.
    async fn still_unaltered(&self) -> Result<()> {
        let latest = Latest::find(&self.route, Duration::MAX).await?;
        let latest = latest.map(|latest| latest.status.request);
        // An older request does not count either, because the service keeps the latest one.
        let is_known = |latest: &AlterationRequestInfo| {
            self.latest.as_ref().is_some_and(|known| {
                same_info(latest, known) || latest.requested_at < known.requested_at
            })
        };
        match latest.filter(|latest| !is_known(latest)) {
            None => Ok(()),
            Some(other) if self.plan.is_undo() => Err(superseded(&self.route, None, &other)),
            Some(AlterationRequestInfo {
                kind, requested_at, ..
            }) => {
                let detail =
                    format!("the {kind} of {requested_at} was accepted since the plan was made");
                Err(not_now(&self.route, ErrorKind::PlanOutdated, detail)
                    .advising("Wait until it has ended, and make a new plan"))
            }
        }
    }
}

/// Shows no setting of the connector except its class.
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

/// What is known of the connector apart from its offsets.
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

/// The connector's class and settings, read in one attempt, or why they could not be read: a plan does not need them.
async fn config(route: &Route) -> std::result::Result<ConnectorConfig, String> {
    let operation = GetConnector(&route.connector);
    let read = route.once(Duration::MAX, &operation).await;
    read.map_err(|error| {
        let status = error.status().map(|status| format!("HTTP status {status}"));
        status.unwrap_or_else(|| error.kind().to_string())
    })
}

/// The state of the connector, read in one attempt: a plan does not need it.
async fn state(route: &Route) -> Option<ConnectorStatus> {
    let operation = GetConnectorStatus(&route.connector);
    let read = route.once(Duration::MAX, &operation).await;
    read.inspect_err(|error| {
        tracing::info!(error = %error.without_advice(), "the connector's state could not be read");
    })
    .ok()
}

/// The error when something that was found out speaks against sending.
fn not_now(route: &Route, kind: ErrorKind, detail: String) -> Error {
    refused(route, kind, None).amended(Effect::NotAccepted, detail)
}

/// Positions of one connector are not set in another one that has its name now.
fn still_the_same(route: &Route, id: Option<&str>, seen: &ConnectorOffsets) -> Result<()> {
    match seen.of_another(id) {
        Some(why) => Err(not_now(route, ErrorKind::PlanOutdated, why)),
        None => Ok(()),
    }
}

/// Only the latest request can be undone: the service keeps only the offsets before that request.
fn still_the_latest(
    route: &Route,
    undone: &AlterationRequestInfo,
    latest: Option<&AlterationRequestInfo>,
) -> Result<()> {
    match latest {
        Some(request) if same_info(request, undone) => Ok(()),
        Some(other) if other.requested_at > undone.requested_at => {
            Err(superseded(route, Some(undone), other))
        }
        _ => {
            let AlterationRequestInfo {
                kind, requested_at, ..
            } = undone;
            let detail = format!("the request status does not show the {kind} of {requested_at}");
            Err(not_now(route, ErrorKind::Stale, detail))
        }
    }
}

/// The error when another request was accepted after the one to undo.
fn superseded(
    route: &Route,
    undone: Option<&AlterationRequestInfo>,
    by: &AlterationRequestInfo,
) -> Error {
    let undone = undone.map_or("it".to_owned(), |undone| {
        format!("the {} of {}", undone.kind, undone.requested_at)
    });
    let detail = format!(
        "{undone} cannot be undone any more, because a {} of {} was accepted since",
        by.kind, by.requested_at
    );
    not_now(route, ErrorKind::PlanOutdated, detail)
        .advising("Read the current offsets, and set the positions instead")
}
