//! Waits for an alteration to end, and for later samples to show its positions.

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
use crate::transport::{GetLatestRequest, Route, date};

type Report = dyn Fn(&Progress<'_>) + Send + Sync;

/// How to wait for an alteration.
///
/// A configuration file can contain these options, like those of [`RetryPolicy`](crate::RetryPolicy).
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
    /// Whether to continue until a later sample of the offsets shows the positions; default no.
    pub confirm: Confirm,
    /// How long the state of the connector is watched; the default is zero, which means that the state is not read.
    #[serde(rename = "watch_state", with = "crate::duration")]
    pub state_for: Duration,
    #[serde(skip)]
    on_progress: Option<Arc<Report>>,
}

/// Whether samples that are later than the alteration are read. Written `no`, `if-possible` or `required`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Confirm {
    /// No later sample is read.
    #[default]
    No,
    /// Later samples are read. When they do not decide, the wait succeeds, and the outcome reports what is not
    /// confirmed. See [`WaitOptions::confirm_if_possible`].
    IfPossible,
    /// A later sample has to show the positions. See [`WaitOptions::confirm`].
    Required,
}

impl Default for WaitOptions {
    /// At most 5 minutes; polls after 1 s, then with pauses that are 1.5 times as long each time, up to 10 s; no
    /// confirmation, and no read of the connector's state.
    ///
    /// A recorded alteration took 53 s, and Kafka Connect limits an alteration to 90 s.
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
    /// Sets the longest time to wait, default 5 minutes. Every poll is over by then, even a poll that the rate limit
    /// delays or that gets no answer. The last poll starts 1 s before the time limit; with a limit below 2 s, at half
    /// of the limit. With zero, one poll is made, which may take up to the client's attempt timeout.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the pause before the first poll, default 1 s, at least 10 ms. Each further pause is 1.5 times as long as
    /// the one before.
    #[must_use]
    pub fn first_interval(mut self, interval: Duration) -> Self {
        self.first_interval = interval;
        self
    }

    /// Sets the longest pause between two polls, default 10 s. A `Retry-After` of the service can make a pause longer.
    #[must_use]
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// After the alteration has ended, continues to wait, within the same time limit, until a later sample of the
    /// offsets shows the positions. When an applied alteration is not confirmed in this way, the wait fails with
    /// [`WaitError::Unconfirmed`]. Default: no.
    ///
    /// Samples may still show the old positions for a while after APPLIED. A sample therefore confirms a partition only
    /// when it shows exactly the requested position, or a position that the connector cannot have reached by reading on
    /// from its old position. At most two later samples are read.
    ///
    /// Three cases are not confirmed: a sink that went back and has read up to its old position, a sink that went ahead
    /// and has read on, and a source whose reset shows in one sample only. For a partition that had no position, any
    /// later position that does not contradict the request is enough; the outcome reports that this position may have
    /// another cause.
    #[must_use]
    pub fn confirm(mut self) -> Self {
        self.confirm = Confirm::Required;
        self
    }

    /// Like [`confirm`](Self::confirm), but when no later sample decides, the wait succeeds, and the outcome reports
    /// what is not confirmed. Default: no.
    #[must_use]
    pub fn confirm_if_possible(mut self) -> Self {
        self.confirm = Confirm::IfPossible;
        self
    }

    /// After the alteration has ended, watches the state of the connector and its tasks until the connector has been
    /// running for the time `long`, within the same time limit. A position that the connector cannot use may make its
    /// tasks fail only after some time. The default is zero: the state is not read.
    ///
    /// A connector that does not run again is watched for 60 s, or for the requested time when that is longer. A
    /// connector that stays paused or stopped, as it was before the alteration, is read twice, because nothing in it
    /// can fail.
    #[must_use]
    pub fn watch_state(mut self, long: Duration) -> Self {
        self.state_for = long;
        self
    }

    /// Calls `report` after every poll, for progress messages.
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(report));
        self
    }

    /// Whether anything is read after the alteration has ended.
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

/// The progress of the wait after one poll.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The phase that the poll found; `None` when the status does not show the alteration yet or the poll failed.
    pub phase: Option<Phase>,
    /// Why the poll failed; `None` when it did not fail. The wait continues after a failed poll.
    pub error: Option<&'a Error>,
    /// Whether the alteration has ended and the wait now reads samples and states.
    pub confirming: bool,
    /// The time waited so far.
    pub elapsed: Duration,
    /// The time limit of the whole wait.
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

/// Waits for the alteration of `token`; `known` holds the facts about the alteration before its end.
pub(super) async fn wait(
    route: &Route,
    token: AlterationToken,
    known: &Facts,
    options: &WaitOptions,
) -> Result<Applied, WaitError> {
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
        let polled = route.call(&operation).ending(pace.end()).once().await;
        last_failure = None;
        match polled {
            Ok((status, exchange)) => {
                refusals.add(false);
                let phase = status.phase.clone();
                let seen_at = date(&exchange.headers);
                let Latest { status, shown, .. } = Latest::of(route, status, seen_at);
                match token.judge(status, known) {
                    Judged::Ended(ended) => {
                        options.report(&Progress {
                            confirming: options.looks_on(),
                            ..Progress::of(&pace, Some(phase), None)
                        });
                        // Whoever saw the alteration in progress saw it end just now, whatever `Date` says.
                        let ended_for = match (last_phase, ended.applied_at.zip(seen_at)) {
                            (None, Some((applied_at, seen_at))) => seen_at.since(applied_at),
                            _ => Duration::ZERO,
                        };
                        let times = (shown, ended_for);
                        return finish(route, token, ended, times, options, pace).await;
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

/// Reads samples and states after the alteration has ended, within the time that is left. The alteration had ended by
/// `shown`, and `ended_for` so long before the poll that showed it.
async fn finish(
    route: &Route,
    token: AlterationToken,
    ended: Ended,
    (shown, ended_for): (Option<Timestamp>, Duration),
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
        ended_for,
        sample: options.confirm != Confirm::No,
        after: ended_by(ended.applied_at, shown),
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
    if options.confirm == Confirm::Required && !outcome.is_borne_out() {
        let waited = route.clock().monotonic().saturating_sub(started);
        return Err(WaitError::Unconfirmed {
            token,
            applied,
            waited,
        });
    }
    Ok(*applied)
}
