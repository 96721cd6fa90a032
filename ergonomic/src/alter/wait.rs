//! Waiting for an alteration to end, and for its positions to show.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::confirm::unconfirmed;
use super::pace::Pace;
use super::state::{AlterationState, AlterationToken, Applied, Confirmation};
use super::wait_error::WaitError;
use crate::OffsetEntry;
use crate::error::{Error, ErrorKind};
use crate::model::Phase;
use crate::transport::{Call, GetLatestRequest, GetOffsets, Route};

/// Refusals (401, 403) in a row after which waiting longer is pointless.
const REFUSALS: u32 = 3;

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
    pub confirm: bool,
    #[serde(skip)]
    on_progress: Option<Arc<Report>>,
}

impl Default for WaitOptions {
    /// At most 5 minutes; polls after 1 s, then 1.5 times as long each time, up to 10 s; no confirmation.
    ///
    /// A recorded alteration took 53 s, and Kafka Connect bounds one such operation by 90 s.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(300),
            first_interval: Duration::from_secs(1),
            max_interval: Duration::from_secs(10),
            confirm: false,
            on_progress: None,
        }
    }
}

impl WaitOptions {
    /// The longest time to wait, default 5 minutes. One last poll is made at the end of it, and may take up to the
    /// client's attempt timeout more. With zero, that poll is the only one.
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

    /// After APPLIED, goes on until a sample of the offsets taken later shows the positions, within the same
    /// time limit. Default: no.
    ///
    /// APPLIED alone may be followed by samples that still show the old positions.
    #[must_use]
    pub fn confirm(mut self) -> Self {
        self.confirm = true;
        self
    }

    /// Calls `report` after every poll, for people who watch.
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(report));
        self
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
    /// Whether the alteration is applied and only its confirmation is awaited.
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
    /// What was asked for; unknown when the alteration was taken up from a token.
    pub(super) asked: Option<&'a [OffsetEntry]>,
}

pub(super) async fn wait(
    awaited: Awaited<'_>,
    options: &WaitOptions,
) -> Result<Applied, WaitError> {
    let Awaited {
        route,
        token,
        asked,
    } = awaited;
    let operation = GetLatestRequest(&route.connector);
    let mut pace = Pace::new(
        route.clock(),
        options.timeout,
        options.first_interval,
        options.max_interval,
    )
    .pausing_first();
    let (mut last_phase, mut last_failure, mut refusals) = (None, None::<Error>, 0);
    while pace
        .next(last_failure.as_ref().and_then(Error::retry_after))
        .await
    {
        let polled = Call::new(&route.transport, &operation).once().await;
        last_failure = None;
        let phase = match polled.map(|(status, _)| token.judge(status)) {
            Ok(AlterationState::Applied(applied)) => {
                options.report(&Progress::of(&pace, Some(Phase::Applied), None));
                return if options.confirm {
                    confirm(
                        route,
                        &token,
                        asked,
                        applied,
                        options,
                        pace.looking_at_once(),
                    )
                    .await
                } else {
                    Ok(applied)
                };
            }
            Ok(AlterationState::Failed(failed)) => {
                options.report(&Progress::of(&pace, Some(Phase::Failed), None));
                return Err(WaitError::Failed(failed));
            }
            Ok(AlterationState::Superseded(by)) => {
                return Err(WaitError::Superseded {
                    token,
                    by: Box::new(by),
                });
            }
            Ok(AlterationState::InProgress(phase)) => {
                refusals = 0;
                Some(last_phase.insert(phase).clone())
            }
            Ok(AlterationState::NotVisible) => {
                refusals = 0;
                last_phase.clone()
            }
            Err(error) => {
                refusals = match error.kind() {
                    ErrorKind::Unauthenticated | ErrorKind::Forbidden => refusals + 1,
                    _ => 0,
                };
                if refusals >= REFUSALS {
                    return Err(WaitError::Refused { token, error });
                }
                last_failure = Some(error);
                None
            }
        };
        options.report(&Progress::of(&pace, phase, last_failure.as_ref()));
    }
    Err(WaitError::TimedOut {
        token,
        phase: last_phase,
        error: last_failure,
        waited: pace.elapsed(),
    })
}

/// Reads the offsets until a sample taken after `applied_at` shows the positions, or the time limit is over.
async fn confirm(
    route: &Route,
    token: &AlterationToken,
    asked: Option<&[OffsetEntry]>,
    mut applied: Applied,
    options: &WaitOptions,
    mut pace: Pace<'_>,
) -> Result<Applied, WaitError> {
    let operation = GetOffsets(&route.connector);
    let mut floor = None;
    while pace.next(floor.take()).await {
        let mut failure = None;
        match Call::new(&route.transport, &operation).once().await {
            Ok((offsets, _)) => {
                // Without both times nothing says that the sample is newer.
                let times = offsets.observed_at.zip(applied.applied_at);
                if times.is_some_and(|(observed_at, applied_at)| observed_at > applied_at) {
                    let unconfirmed = unconfirmed(token, asked, &applied, &offsets.entries);
                    let done = unconfirmed.is_empty();
                    applied.confirmation = Some(Confirmation {
                        offsets,
                        unconfirmed,
                    });
                    if done {
                        return Ok(applied);
                    }
                }
            }
            Err(error) => {
                floor = error.retry_after();
                failure = Some(error);
            }
        }
        options.report(&Progress {
            confirming: true,
            ..Progress::of(&pace, Some(Phase::Applied), failure.as_ref())
        });
    }
    Err(WaitError::Unconfirmed {
        applied,
        connector: route.connector.clone(),
        waited: pace.elapsed(),
    })
}
