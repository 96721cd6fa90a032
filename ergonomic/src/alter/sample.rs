//! Waits for a sample of the offsets that is recent enough.

use std::time::Duration;

use super::pace::Pace;
use crate::Timestamp;
use crate::error::{Effect, Error, ErrorKind, Result, seconds};
use crate::model::ConnectorOffsets;
use crate::transport::{Exchange, GetOffsets, Operation as _, Route, age, date};

/// The pause between two reads of the offsets. The service takes a new sample only from time to time.
pub(super) const PAUSE: Duration = Duration::from_secs(5);

/// The latest moment that a time from the service can mean: a time without a fraction may have been cut to whole
/// seconds.
pub(super) fn at_the_latest(time: Timestamp) -> Timestamp {
    const SECOND: i128 = 1_000_000_000;
    if time.unix_nanoseconds() % SECOND == 0 {
        time.saturating_add(Duration::from_nanos(999_999_999))
    } else {
        time
    }
}

/// The latest moment at which an alteration can have ended: the time at which it was applied, or else the `Date` of an
/// answer that shows its end. Both may have been cut to whole seconds. `None` when neither is known.
pub(super) fn ended_by(
    applied_at: Option<Timestamp>,
    shown: Option<Timestamp>,
) -> Option<Timestamp> {
    applied_at.or(shown).map(at_the_latest)
}

/// Reads the offsets until their sample is at most `max_age` old. With a `max_age` of zero, the sample must have been
/// taken after the call. A sample with a time in the future does not count, because its age is not known. A failed read
/// ends the wait.
pub(crate) async fn offsets_no_older_than(
    route: &Route,
    max_age: Duration,
    timeout: Duration,
) -> Result<ConnectorOffsets> {
    let wanted = if max_age.is_zero() {
        "that was taken after this request".to_owned()
    } else {
        format!("that is at most {} old", seconds(max_age))
    };
    sampled(route, timeout, &wanted, |at, times| {
        let is_young = match max_age.is_zero() {
            true => at >= times.asked,
            false => times.now.since(at) <= max_age,
        };
        is_young && at.since(times.now) <= AGREES
    })
    .await
}

/// Reads the offsets until their sample was certainly taken after `moment`. A failed read ends the wait.
pub(crate) async fn offsets_after(
    route: &Route,
    moment: Timestamp,
    timeout: Duration,
) -> Result<ConnectorOffsets> {
    let wanted = format!("that was taken after {moment}");
    let moment = at_the_latest(moment);
    sampled(route, timeout, &wanted, |at, _| at > moment).await
}

/// Times on the clock of the service, which takes the samples.
#[derive(Clone, Copy)]
struct Times {
    /// The latest time at which the first read of the offsets can have been sent.
    asked: Timestamp,
    /// The latest time at which the answer to the last read can have come.
    now: Timestamp,
}

/// The difference up to which two clocks count as equal.
const AGREES: Duration = Duration::from_secs(2);

impl Times {
    /// The local clock is used when it agrees with the `Date` of the answer, because it is more precise. Otherwise
    /// `Date` is used.
    fn of(exchange: &Exchange, (asked, now): (Timestamp, Timestamp)) -> Self {
        let Some(date) = date(&exchange.headers) else {
            return Self { asked, now };
        };
        let date = date.saturating_add(age(&exchange.headers));
        if now.since(date) <= AGREES && date.since(now) <= AGREES {
            return Self { asked, now };
        }
        let now = at_the_latest(date);
        Self { asked: now, now }
    }
}

async fn sampled(
    route: &Route,
    timeout: Duration,
    wanted: &str,
    suits: impl Fn(Timestamp, Times) -> bool,
) -> Result<ConnectorOffsets> {
    let operation = GetOffsets(&route.connector);
    let asked = route.clock().now();
    let mut first = None;
    let mut last = None;
    let mut pace = Pace::new(route.clock(), timeout, PAUSE, PAUSE);
    while pace.next(None).await {
        let read = route.call(&operation).ending(pace.end()).run().await;
        let (offsets, exchange) = match read {
            Ok(read) => read,
            // The time limit interrupted this read, but earlier reads have returned samples.
            Err(error) if error.is_timeout() && last.is_some() => break,
            Err(error) => return Err(error),
        };
        let times = Times::of(&exchange, (asked, route.clock().now()));
        let asked = *first.get_or_insert(times.asked);
        let at = offsets.observed_at;
        if at.is_some_and(|at| suits(at, Times { asked, ..times })) {
            return Ok(offsets);
        }
        last = Some(at.map(|at| (at, times.now)));
    }
    let age = match last.flatten() {
        None => "does not say when it was taken".to_owned(),
        Some((at, now)) if at.since(now) > AGREES => {
            format!("has the time {at}, which is in the future")
        }
        Some((at, now)) => format!("is {} old", seconds(now.since(at))),
    };
    let detail = format!(
        "the latest sample {age}; within {} there was no sample {wanted}",
        seconds(timeout)
    );
    Err(too_old(route, detail))
}

/// The error when no sample was as recent as requested.
pub(super) fn too_old(route: &Route, detail: String) -> Error {
    let target = GetOffsets(&route.connector).target();
    let kind = ErrorKind::SampleTooOld;
    Error::not_sent(GetOffsets::WORDS, target, kind, None).amended(Effect::ReadOnly, detail)
}
