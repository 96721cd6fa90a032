//! Waiting for a sample of the offsets that is fresh enough.

use std::time::Duration;

use super::pace::Pace;
use crate::Timestamp;
use crate::error::{Effect, Error, ErrorKind, Result, seconds};
use crate::model::ConnectorOffsets;
use crate::transport::{GetOffsets, Operation as _, Route};

/// The pause between two looks; the service takes its samples at intervals of its own.
const PAUSE: Duration = Duration::from_secs(5);

/// The last moment that a time of the service can mean: one without a fraction may have been cut to whole seconds.
pub(super) fn at_the_latest(time: Timestamp) -> Timestamp {
    const SECOND: i128 = 1_000_000_000;
    if time.unix_nanoseconds() % SECOND == 0 {
        time.saturating_add(Duration::from_nanos(999_999_999))
    } else {
        time
    }
}

/// The last moment at which an alteration that has ended can have ended: when it was applied, or else the `Date` of an
/// answer that shows it ended, which is cut to whole seconds. `None` when nothing says so.
pub(super) fn ended_by(
    applied_at: Option<Timestamp>,
    shown: Option<Timestamp>,
) -> Option<Timestamp> {
    applied_at.or(shown).map(at_the_latest)
}

/// Reads the offsets until their sample is at most `max_age` old. A failed read ends the waiting.
pub(crate) async fn offsets_no_older_than(
    route: &Route,
    max_age: Duration,
    timeout: Duration,
) -> Result<ConnectorOffsets> {
    let fresh = |age: Option<Duration>| age.is_some_and(|age| age <= max_age);
    sampled(route, timeout, |offsets| {
        fresh(offsets.age(route.clock().now()))
    })
    .await
}

/// Reads the offsets until their sample was certainly taken after `moment`. A failed read ends the waiting.
pub(crate) async fn offsets_after(
    route: &Route,
    moment: Timestamp,
    timeout: Duration,
) -> Result<ConnectorOffsets> {
    let moment = at_the_latest(moment);
    let later = |offsets: &ConnectorOffsets| offsets.observed_at.is_some_and(|at| at > moment);
    sampled(route, timeout, later).await
}

async fn sampled(
    route: &Route,
    timeout: Duration,
    suits: impl Fn(&ConnectorOffsets) -> bool,
) -> Result<ConnectorOffsets> {
    let operation = GetOffsets(&route.connector);
    let mut age = None;
    let mut pace = Pace::new(route.clock(), timeout, PAUSE, PAUSE);
    while pace.next(None).await {
        let offsets = route.transport.run(&operation).await?;
        if suits(&offsets) {
            return Ok(offsets);
        }
        age = offsets.age(route.clock().now());
    }
    let age = age.map_or_else(
        || "does not say when it was taken".to_owned(),
        |age| format!("is {} old", seconds(age)),
    );
    let detail = format!(
        "the latest sample {age}, and no newer one came within {}",
        seconds(timeout)
    );
    Err(Error::not_sent(
        GetOffsets::WORDS,
        operation.target(),
        ErrorKind::SampleTooOld,
        None,
    )
    .amended(Effect::ReadOnly, detail))
}
