//! The latest request of a connector, and whether a sample of the offsets shows what the request changed.

use std::time::Duration;

use super::pace::Pace;
use super::reconcile::is_of_service;
use super::sample::{PAUSE, ended_by, too_old};
use crate::Timestamp;
use crate::error::Result;
use crate::model::{AlterationRequestInfo, AlterationStatus, ConnectorOffsets, ConnectorState};
use crate::transport::{GetLatestRequest, GetOffsets, Route, date};

/// The longest time from a request to the end of its alteration. Kafka Connect limits an alteration to 90 s; the same
/// limit in the service is *assumed*.
const LONGEST: Duration = Duration::from_secs(90);

/// The time that a connector may take after an alteration until it runs again.
pub(super) const RESUME: Duration = Duration::from_secs(60);

/// The status of the latest request. `shown` is the `Date` of the first answer that showed the end of the alteration,
/// so the alteration ended no later.
pub(crate) struct Latest {
    pub(crate) status: AlterationStatus,
    pub(super) shown: Option<Timestamp>,
    /// The `Date` of this answer.
    date: Option<Timestamp>,
}

impl Latest {
    /// Reads the status of the latest request. The read is over by `end` on the monotonic clock.
    pub(crate) async fn read(route: &Route, end: Duration) -> Result<Self> {
        let operation = GetLatestRequest(&route.connector);
        let (status, exchange) = route.call(&operation).ending(end).run().await?;
        Ok(Self::of(route, status, date(&exchange.headers)))
    }

    /// The latest request, from a status that was already read; `date` is the `Date` of the answer with the status.
    pub(super) fn of(route: &Route, status: AlterationStatus, date: Option<Timestamp>) -> Self {
        let memory = &route.transport.memory;
        let requested_at = status.request.requested_at;
        // A `Date` before the request comes from a wrong clock.
        let can_be = |date: &Timestamp| *date >= requested_at || date.same_instant(requested_at);
        let shown = date.filter(|date| status.phase.is_end() && can_be(date));
        let shown = shown.map(|shown| memory.end(&route.connector, &status.request, shown));
        Self {
            status,
            shown,
            date,
        }
    }

    /// Reads the status of the latest request as [`read`](Self::read) does. `None` when the service answers 404, which
    /// is *assumed* to mean that the connector's offsets were never altered.
    pub(super) async fn find(route: &Route, end: Duration) -> Result<Option<Self>> {
        match Self::read(route, end).await {
            Ok(latest) => Ok(Some(latest)),
            Err(error) if error.is_not_found() && is_of_service(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the connector may be in this state only because of the request, and may run again by itself.
    pub(super) fn explains(&self, state: &ConnectorState) -> bool {
        let ended = ended_by(self.status.applied_at, self.shown);
        let is_over = |(ended, date): (_, Timestamp)| date.since(ended) >= RESUME;
        match state {
            ConnectorState::Stopped => !self.status.phase.is_end(),
            ConnectorState::Paused => {
                !self.status.phase.is_end() || !ended.zip(self.date).is_some_and(is_over)
            }
            _ => false,
        }
    }

    /// Why the sample `seen` may not show what the latest alteration changed: the alteration is under way, or the
    /// sample was taken before its end. `None` when the sample is later, or has no time.
    ///
    /// After APPLIED, samples may show the old positions for a while. The same is true after FAILED, because a failed
    /// alteration may have moved some partitions of a sink (measured on Kafka Connect). When the status does not give
    /// the time of the end, the earlier of two times is used: the `Date` of the first answer that showed the end, and
    /// [`LONGEST`] after the request.
    pub(super) fn staleness(&self, seen: &ConnectorOffsets) -> Option<String> {
        let Self { status, shown, .. } = self;
        let AlterationRequestInfo {
            kind, requested_at, ..
        } = &status.request;
        if !status.phase.is_end() {
            let open = status.phase.open();
            return Some(format!("the {kind} of {requested_at} {open}"));
        }
        // The age of a sample without a time cannot be judged, so nothing is reported.
        let observed_at = seen.observed_at?;
        let bound = requested_at.saturating_add(LONGEST);
        let ended = match ended_by(status.applied_at, *shown) {
            Some(ended) if status.applied_at.is_some() => ended,
            Some(ended) => ended.min(bound),
            None => bound,
        };
        let when = status.applied_at.map_or_else(
            || format!("may have ended as late as {ended}"),
            |at| format!("took effect at {at}"),
        );
        (ended >= observed_at).then(|| {
            format!(
                "the sample was taken at {observed_at}, and the {kind} of {requested_at} {when}"
            )
        })
    }
}

/// Reads the request status until the latest alteration has ended, and then the offsets until their sample was
/// certainly taken later. A failed read ends the wait.
pub(crate) async fn offsets_after_latest(
    route: &Route,
    timeout: Duration,
) -> Result<ConnectorOffsets> {
    let mut pace = Pace::new(route.clock(), timeout, Duration::from_secs(1), PAUSE);
    let mut latest = None;
    let mut stale = String::new();
    while pace.next(None).await {
        let read = async {
            if latest.is_none() {
                latest = Latest::find(route, pace.end()).await?;
            }
            let operation = GetOffsets(&route.connector);
            route.transport.run_until(pace.end(), &operation).await
        };
        let offsets = match read.await {
            Ok(offsets) => offsets,
            // The time limit of the wait interrupted this read, but earlier reads have returned samples.
            Err(error) if error.is_timeout() && !stale.is_empty() => break,
            Err(error) => return Err(error),
        };
        match latest
            .as_ref()
            .and_then(|latest| latest.staleness(&offsets))
        {
            Some(why) => stale = why,
            None => return Ok(offsets),
        }
        latest = latest.filter(|latest| latest.status.phase.is_end());
    }
    Err(too_old(route, stale))
}
