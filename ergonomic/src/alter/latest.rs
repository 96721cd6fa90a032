//! The latest request of a connector, and whether a sample of the offsets shows what it did.

use std::time::Duration;

use super::pace::Pace;
use super::reconcile::is_of_service;
use super::sample::{PAUSE, ended_by, too_old};
use crate::Timestamp;
use crate::error::Result;
use crate::model::{AlterationRequestInfo, AlterationStatus, ConnectorOffsets, ConnectorState};
use crate::transport::{GetLatestRequest, GetOffsets, Route, date};

/// An alteration has ended at the latest this long after its request: Kafka Connect limits an alteration to 90 s; the
/// same limit in the service is *assumed*.
const LONGEST: Duration = Duration::from_secs(90);

/// The time that a connector may take until it runs again after an alteration.
pub(super) const RESUME: Duration = Duration::from_secs(60);

/// The status of the latest request, and the latest time at which it can have ended: the `Date` of the first answer
/// that showed it ended.
pub(crate) struct Latest {
    pub(crate) status: AlterationStatus,
    pub(super) shown: Option<Timestamp>,
    /// The `Date` of this answer.
    date: Option<Timestamp>,
}

impl Latest {
    /// Reads the latest request; the reading is over by `end` on the monotonic clock.
    pub(crate) async fn read(route: &Route, end: Duration) -> Result<Self> {
        let operation = GetLatestRequest(&route.connector);
        let (status, exchange) = route.call(&operation).ending(end).run().await?;
        Ok(Self::of(route, status, date(&exchange.headers)))
    }

    /// The latest request, from a status that was read already; `date` is the `Date` of its answer.
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

    /// Reads the latest request as [`read`](Self::read) does; `None` when there never was one (*assumed* to be answered 404).
    pub(super) async fn find(route: &Route, end: Duration) -> Result<Option<Self>> {
        match Self::read(route, end).await {
            Ok(latest) => Ok(Some(latest)),
            Err(error) if error.is_not_found() && is_of_service(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the connector may be in this state only for the request, and run again by itself.
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

    /// Why the sample may not show where the connector will stand: the alteration is under way, or the sample was taken
    /// before its end. After APPLIED, samples may show the old positions for a while; a request that failed may have
    /// moved some partitions of a sink (measured on Kafka Connect). When the status has no time of the end, the request
    /// had ended by the `Date` of the answer that showed it ended, and within [`LONGEST`] of the request.
    pub(super) fn staleness(&self, seen: &ConnectorOffsets) -> Option<String> {
        let Self { status, shown, .. } = self;
        let AlterationRequestInfo {
            kind, requested_at, ..
        } = &status.request;
        if !status.phase.is_end() {
            let open = status.phase.open();
            return Some(format!("the {kind} of {requested_at} {open}"));
        }
        // A sample without a time says nothing about when it was taken.
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
            format!("the sample is of {observed_at}, and the {kind} of {requested_at} {when}")
        })
    }
}

/// Reads the latest request until it has ended, and then the offsets until their sample was certainly taken later. A
/// failed read ends the waiting.
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
            // The end of the waiting interrupted this read.
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
