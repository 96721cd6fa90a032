//! A plan made from the current offsets, which a caller inspects and then applies.

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

/// A [`Plan`] for one connector, made from the connector's current offsets, and not sent yet.
///
/// `Display` writes the text of the plan: the positions of each partition before and after.
#[derive(Clone)]
#[must_use = "nothing is sent before `apply`"]
pub struct PlannedAlteration {
    route: Route,
    plan: Plan,
    seen: ConnectorOffsets,
    /// The state of the connector when the plan was made; `None` when it could not be read.
    state: Option<ConnectorStatus>,
    /// The connector's class and settings, by which its offsets are checked; `None` when they could not be read.
    config: Option<ConnectorConfig>,
    /// The codes of findings that the caller accepts.
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
            let error = not_now(route, ErrorKind::Stale, stale.clone());
            let is_open = |latest: &Latest| !latest.status.phase.is_end();
            return Err(match latest.as_ref().is_some_and(is_open) {
                true => error.advising("Wait until it has ended, and plan again"),
                false => error,
            });
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

    /// The state of the connector and its tasks when the plan was made. `None` when it could not be read: the plan does
    /// not need it. `None` also when the connector may be PAUSED only because of the latest request.
    pub fn state(&self) -> Option<&ConnectorStatus> {
        self.state.as_ref()
    }

    /// The latest request when the plan was made; `None` when the connector's offsets were never altered.
    pub fn latest_request(&self) -> Option<&AlterationRequestInfo> {
        self.latest.as_ref()
    }

    /// Adds a finding of the caller to those of the plan, for example about the file that the positions come from.
    pub fn warn(&mut self, finding: Finding) {
        self.plan.warn(finding);
    }

    /// Reads the offsets once more, to foresee whether [`apply`](Self::apply) will refuse a move ahead of a running
    /// sink. Adds a warning when a refusal is expected, and a note when only a second sample can decide. When the read
    /// fails, the plan stays as it is.
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
                 read past the new position, or is expected to do so before it stops",
            ),
            Err(outdated) => outdated.foreseen(),
        });
    }

    /// Sets how long [`apply`](Self::apply) waits, when another alteration of the connector is in progress, for that
    /// alteration to end. After the wait, `apply` compares the offsets with the plan again. Without this setting,
    /// `apply` does not wait, and fails with [`is_busy`](crate::Error::is_busy).
    ///
    /// Waiting helps only when the other alteration was already under way when the plan was made. An alteration that
    /// was accepted after that makes the plan out of date: [`apply`](Self::apply) refuses the plan.
    pub fn wait_if_busy(mut self, limit: Duration) -> Self {
        self.wait_if_busy = Some(limit);
        self
    }

    /// Reads the offsets and the request status again, and sends the request unless something relevant has changed.
    /// **The connector stops while its offsets are altered** and resumes by itself.
    ///
    /// [`Plan::check`] documents which changes of the offsets are relevant. Another request since the plan was made is
    /// always relevant, because samples may not show its effect yet. Everything else is as documented for
    /// [`PatchOffsets::send`](super::PatchOffsets::send).
    ///
    /// A plan that moves partitions of a sink ahead is compared with the speed at which the sink reads, or with the
    /// position at which a PAUSED sink has stopped. The comparison takes two different samples, and the library waits
    /// up to 60 s for the second one. When the sink is expected to read past the new position before it stops, the
    /// alteration would move it back instead of ahead, so the plan is refused as out of date.
    ///
    /// An undo is never refused for this reason: it returns the sink to its old position, and a warning gives the
    /// number of records that are delivered again.
    ///
    /// # Errors
    /// [`ErrorKind::PlanOutdated`] when something relevant has changed; nothing was sent. When the offsets have
    /// changed, the source of the error is [`PlanOutdated`](crate::plan::PlanOutdated). The other errors are those of
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

    /// Returns the latest sample that was read, which is `now` or a later one, and a warning, if there is one. An
    /// error when a running sink is expected to read past a planned position before it stops.
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

    /// The later of two samples: `now`, and the sample of the plan. `now` is the older one when it comes from a replica
    /// that lags behind, and then it does not show what has changed since the plan was made.
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
        // The advice for a running sink is to pause it. For a paused sink a new plan is enough, because the plan starts
        // from where the sink has stopped.
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
        // A request that is earlier than the one that the plan has seen does not count: the status comes from a replica
        // that lags behind.
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
                    .advising("Wait until the other alteration has ended, and make a new plan"))
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

/// What the checks can use besides the offsets: the connector's class and settings, or else only its type (sink or
/// source).
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

/// Reads the connector's class and settings in one attempt, because a plan does not need them. The error is a text with
/// the reason.
async fn config(route: &Route) -> std::result::Result<ConnectorConfig, String> {
    let operation = GetConnector(&route.connector);
    let read = route.once(Duration::MAX, &operation).await;
    read.map_err(|error| {
        let status = error.status().map(|status| format!("HTTP status {status}"));
        status.unwrap_or_else(|| error.kind().to_string())
    })
}

/// Reads the state of the connector in one attempt, because a plan does not need it.
async fn state(route: &Route) -> Option<ConnectorStatus> {
    let operation = GetConnectorStatus(&route.connector);
    let read = route.once(Duration::MAX, &operation).await;
    read.inspect_err(|error| {
        tracing::info!(error = %error.without_advice(), "the connector's state could not be read");
    })
    .ok()
}

/// The error when `detail` is a reason not to send the request.
fn not_now(route: &Route, kind: ErrorKind, detail: String) -> Error {
    refused(route, kind, None).amended(Effect::NotAccepted, detail)
}

/// Refuses the request when the connector's name now belongs to another connector: positions of one connector must not
/// be set in another.
fn still_the_same(route: &Route, id: Option<&str>, seen: &ConnectorOffsets) -> Result<()> {
    match seen.of_another(id) {
        Some(why) => Err(not_now(route, ErrorKind::PlanOutdated, why)),
        None => Ok(()),
    }
}

/// Refuses the undo of a request that is not the latest: the service keeps only the offsets from before the latest
/// request.
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
    let undone = undone.map_or("the earlier request".to_owned(), |undone| {
        format!("the {} of {}", undone.kind, undone.requested_at)
    });
    let detail = format!(
        "{undone} cannot be undone any more, because a {} of {} was accepted since",
        by.kind, by.requested_at
    );
    not_now(route, ErrorKind::PlanOutdated, detail)
        .advising("Read the current offsets, and set the positions instead")
}
