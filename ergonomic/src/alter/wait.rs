//! Waiting for an alteration to end, and for its positions to show.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::latest::Latest;
use super::outcome::{Facts, Watch, watch};
use super::pace::{Pace, Refusals};
use super::sample::ended_by;
use super::state::{AlterationToken, Applied, Ended, Judged};
use super::wait_error::WaitError;
use crate::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::model::Phase;
use crate::transport::{Call, GetLatestRequest, Route, date};

type Report = dyn Fn(&Progress<'_>) + Send + Sync;

/// How to wait for an alteration.
///
/// It can be part of a configuration file, as [`RetryPolicy`](crate::RetryPolicy) can.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct WaitOptions {
    /// The longest time to wait, default 5 minutes.
    #[serde(with = "crate::duration")]
    pub timeout: Duration,
    /// The pause before the first poll, default 1 s.
    #[serde(with = "crate::duration")]
    pub first_interval: Duration,
    /// The longest pause between two polls, default 10 s.
    #[serde(with = "crate::duration")]
    pub max_interval: Duration,
    /// Whether to go on until a later sample of the offsets shows the positions; default no.
    pub confirm: Confirm,
    /// How long the state of the connector is watched, default zero: not at all.
    #[serde(rename = "watch_state", with = "crate::duration")]
    pub state_for: Duration,
    #[serde(skip)]
    on_progress: Option<Arc<Report>>,
}

/// Whether a sample of the offsets is read that is later than the alteration. Written `no`, `if-possible` or `required`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Confirm {
    /// Not at all.
    #[default]
    No,
    /// Where it decides; else the outcome says that it did not. See [`WaitOptions::confirm_if_possible`].
    IfPossible,
    /// One that shows the positions. See [`WaitOptions::confirm`].
    Required,
}

impl Default for WaitOptions {
    /// At most 5 minutes; polls after 1 s, then 1.5 times as long each time, up to 10 s; no confirmation, and no look at
    /// the connector's state.
    ///
    /// A recorded alteration took 53 s, and Kafka Connect bounds one such operation by 90 s.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(300),
            first_interval: Duration::from_secs(1),
            max_interval: Duration::from_secs(10),
            confirm: Confirm::No,
            state_for: Duration::ZERO,
            on_progress: None,
        }
    }
}

impl WaitOptions {
    /// The longest time to wait, default 5 minutes: every poll in it is over by then, also one that is held back by the rate
    /// limit or gets no answer. The last one is made a second before (a quarter of the time, when that is less). With zero
    /// one poll is made, which may take up to the client's attempt timeout.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The pause before the first poll, default 1 s, at least 10 ms. Each further pause is 1.5 times as long.
    #[must_use]
    pub fn first_interval(mut self, interval: Duration) -> Self {
        self.first_interval = interval;
        self
    }

    /// The longest pause between two polls, default 10 s. `Retry-After` may ask for more.
    #[must_use]
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// After the alteration has ended, goes on until a sample of the offsets taken later shows the positions, within the
    /// same time limit; an alteration that is applied and not so confirmed is [`WaitError::Unconfirmed`]. Default: no.
    ///
    /// APPLIED alone may be followed by samples that still show the old positions. An old position is never taken for a
    /// new one: exactly the position that was asked for confirms, and one that reading on from where it stood, or from
    /// nothing, cannot have led to. A sink that went back and has read up to where it stood, or went ahead and has read
    /// on, is not confirmed, nor is a source whose reset shows in one sample only. Two later samples are read at most.
    #[must_use]
    pub fn confirm(mut self) -> Self {
        self.confirm = Confirm::Required;
        self
    }

    /// As [`confirm`](Self::confirm), but where no later sample decides, the outcome only says so. Default: no.
    #[must_use]
    pub fn confirm_if_possible(mut self) -> Self {
        self.confirm = Confirm::IfPossible;
        self
    }

    /// After the alteration has ended, watches the state of the connector and its tasks until it has been at work for so
    /// long, within the same time limit: a position that the connector cannot use makes its tasks fail late. Default
    /// zero: the state is not read.
    ///
    /// A connector that does not come back to work is watched for 60 s, or as long as asked for when that is longer.
    #[must_use]
    pub fn watch_state(mut self, long: Duration) -> Self {
        self.state_for = long;
        self
    }

    /// Calls `report` after every poll, for people who watch.
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(report));
        self
    }

    /// Whether anything is looked at once the alteration has ended.
    fn looks_on(&self) -> bool {
        self.confirm != Confirm::No || !self.state_for.is_zero()
    }

    pub(super) fn report(&self, progress: &Progress<'_>) {
        if let Some(report) = &self.on_progress {
            report(progress);
        }
    }
}

impl fmt::Debug for WaitOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitOptions")
            .field("timeout", &self.timeout)
            .field("first_interval", &self.first_interval)
            .field("max_interval", &self.max_interval)
            .field("confirm", &self.confirm)
            .field("watch_state", &self.state_for)
            .finish_non_exhaustive()
    }
}

/// Where the waiting stands, after one poll.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The phase that the poll found; `None` when the alteration is not visible yet or the poll failed.
    pub phase: Option<Phase>,
    /// Why the poll failed, if it did. Waiting goes on.
    pub error: Option<&'a Error>,
    /// Whether the alteration has ended, and only what came of it is looked at.
    pub confirming: bool,
    /// The time waited so far.
    pub elapsed: Duration,
    /// The time that waiting may take in all.
    pub timeout: Duration,
}

impl<'a> Progress<'a> {
    pub(super) fn of(pace: &Pace<'_>, phase: Option<Phase>, error: Option<&'a Error>) -> Self {
        Self {
            phase,
            error,
            confirming: false,
            elapsed: pace.elapsed(),
            timeout: pace.limit(),
        }
    }
}

/// What is waited for.
pub(super) struct Awaited<'a> {
    pub(super) route: &'a Route,
    pub(super) token: AlterationToken,
    /// What is known of it before it has ended.
    pub(super) known: Facts,
}

pub(super) async fn wait(
    awaited: Awaited<'_>,
    options: &WaitOptions,
) -> Result<Applied, WaitError> {
    let Awaited {
        route,
        token,
        known,
    } = awaited;
    let operation = GetLatestRequest(&route.connector);
    let mut pace = Pace::new(
        route.clock(),
        options.timeout,
        options.first_interval,
        options.max_interval,
    )
    .pausing_first();
    let (mut last_phase, mut last_failure) = (None, None::<Error>);
    let mut refusals = Refusals::default();
    while pace
        .next(last_failure.as_ref().and_then(Error::retry_after))
        .await
    {
        let polled = Call::new(&route.transport, &operation)
            .ending(pace.end())
            .once()
            .await;
        last_failure = None;
        match polled {
            Ok((status, exchange)) => {
                refusals.add(false);
                let phase = status.phase.clone();
                let seen_at = date(&exchange.headers);
                let Latest { status, .. } = Latest::of(route, status, seen_at);
                match token.judge(status, &known) {
                    Judged::Ended(ended) => {
                        options.report(&Progress {
                            confirming: options.looks_on(),
                            ..Progress::of(&pace, Some(phase), None)
                        });
                        return finish(route, token, ended, seen_at, options, pace).await;
                    }
                    Judged::Superseded(by) => {
                        options.report(&Progress::of(&pace, last_phase, None));
                        let by = Box::new(by);
                        return Err(WaitError::Superseded { token, by });
                    }
                    Judged::InProgress(phase) => last_phase = Some(phase),
                    Judged::NotVisible => {}
                }
                options.report(&Progress::of(&pace, last_phase.clone(), None));
            }
            Err(error) => {
                options.report(&Progress::of(&pace, None, Some(&error)));
                let kind = error.kind();
                let is_refusal = matches!(kind, ErrorKind::Unauthenticated | ErrorKind::Forbidden);
                if refusals.add(is_refusal) {
                    return Err(WaitError::Refused { token, error });
                }
                last_failure = Some(error);
            }
        }
    }
    Err(WaitError::TimedOut {
        token,
        phase: last_phase,
        error: last_failure,
        waited: pace.elapsed(),
    })
}

/// Looks at what came of an alteration that has ended, within what is left of the time.
async fn finish(
    route: &Route,
    token: AlterationToken,
    ended: Ended,
    seen_at: Option<Timestamp>,
    options: &WaitOptions,
    pace: Pace<'_>,
) -> Result<Applied, WaitError> {
    let started = route.clock().monotonic().saturating_sub(pace.elapsed());
    let failed = ended.facts.failed;
    let phase = if failed {
        Phase::Failed
    } else {
        Phase::Applied
    };
    let look = Watch {
        state_for: Some(options.state_for).filter(|long| !long.is_zero()),
        ended_for: ended
            .applied_at
            .zip(seen_at)
            .map_or(Duration::ZERO, |(applied_at, seen_at)| {
                seen_at.since(applied_at)
            }),
        sample: options.confirm != Confirm::No,
        after: ended_by(ended.applied_at, seen_at),
    };
    let outcome = watch(route, &ended.facts, look, pace, |pace, error| {
        options.report(&Progress {
            confirming: true,
            ..Progress::of(pace, Some(phase.clone()), error)
        });
    })
    .await;
    if failed {
        return Err(WaitError::Failed(Box::new(ended.failed(&token, outcome))));
    }
    let applied = Box::new(ended.applied(&token, outcome));
    let outcome = &applied.outcome;
    if outcome.as_planned == Some(false) {
        return Err(WaitError::NotAsPlanned { token, applied });
    }
    if options.confirm == Confirm::Required && !outcome.is_confirmed() {
        let waited = route.clock().monotonic().saturating_sub(started);
        return Err(WaitError::Unconfirmed {
            token,
            applied,
            waited,
        });
    }
    Ok(*applied)
}
