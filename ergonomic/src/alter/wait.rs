//! Waiting for an alteration to end, and for its positions to show.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::alteration::{Alteration, AlterationState, AlterationToken, Applied, FailedAlteration};
use super::confirm;
use crate::RawJson;
use crate::call::Call;
use crate::connector_offsets::ConnectorOffsets;
use crate::error::decode::quotable;
use crate::error::{Error, seconds};
use crate::status::{Phase, RequestStatus};
use crate::wire::GetStatus;

/// Refusals (401, 403) in a row after which waiting longer is pointless.
const REFUSALS: u32 = 3;

/// Keeps an interval of zero from polling without a pause.
const MIN_INTERVAL: Duration = Duration::from_millis(10);

type Report = dyn Fn(&Progress<'_>) + Send + Sync;

/// How to wait for an alteration.
#[derive(Clone)]
pub struct WaitOptions {
    deadline: Duration,
    first_interval: Duration,
    max_interval: Duration,
    confirm: bool,
    on_progress: Option<Arc<Report>>,
}

impl Default for WaitOptions {
    /// At most 5 minutes; polls after 1 s, then 1.5 times as long each time, up to 10 s; no confirmation.
    ///
    /// A recorded alteration took 53 s, and Kafka Connect bounds one such operation by 90 s.
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(300),
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
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
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
    /// deadline. Default: no.
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
            .field("deadline", &self.deadline)
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
    pub deadline: Duration,
}

/// What a sample of the offsets taken after the alteration showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Confirmation {
    /// The sample.
    pub offsets: ConnectorOffsets,
    /// Partitions of the request whose position in the sample is neither the one asked for nor one that follows from
    /// it. Empty when everything shows.
    pub unconfirmed: Vec<RawJson>,
}

/// Why waiting ended without an applied alteration: one variant for each thing to do next.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// The service gave the alteration up. The offsets are those from before (*assumed*); correct the request.
    Failed(FailedAlteration),
    /// It was still under way at the deadline. It goes on by itself: wait again with the token.
    #[non_exhaustive]
    Deadline {
        /// What takes the alteration up again.
        token: AlterationToken,
        /// The last phase that was seen.
        phase: Option<Phase>,
        /// The failure of the last poll, if it failed.
        error: Option<Error>,
        /// The time waited.
        waited: Duration,
    },
    /// Another request was accepted later, so how this one ended can no longer be read. Read the offsets.
    #[non_exhaustive]
    Superseded {
        /// The alteration that was waited for.
        token: AlterationToken,
        /// The status of the newer request.
        by: Box<RequestStatus>,
    },
    /// The status may not be read any more (401 or 403, three times in a row). The alteration goes on by itself:
    /// restore access and wait again with the token.
    #[non_exhaustive]
    Refused {
        /// What takes the alteration up again.
        token: AlterationToken,
        /// The last refusal.
        error: Error,
    },
    /// Applied, but no sample up to the deadline confirmed the positions. Read the offsets again later.
    #[non_exhaustive]
    Unconfirmed {
        /// The applied alteration; its confirmation is the last sample, if there was one.
        applied: Applied,
        /// The connector.
        connector: Arc<crate::ConnectorPath>,
        /// The time waited.
        waited: Duration,
    },
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failed) => {
                let reason = failed.message.as_deref().and_then(quotable);
                let reason = reason
                    .as_deref()
                    .unwrap_or("no reason given")
                    .trim_end_matches('.');
                write!(
                    f,
                    "the alteration of {} failed: {reason}. Check the offsets, correct the request and send it again",
                    failed.connector
                )
            }
            Self::Deadline {
                token,
                phase,
                error,
                waited,
            } => {
                write!(f, "the alteration of {} ", token.connector)?;
                match (phase, error) {
                    (_, Some(_)) => f.write_str("could not be seen to end")?,
                    (Some(phase), None) => write!(f, "is still {phase}")?,
                    (None, None) => f.write_str("does not show in the request status yet")?,
                }
                write!(
                    f,
                    " after {}. It goes on by itself; wait for it again",
                    seconds(*waited)
                )
            }
            Self::Superseded { token, by } => write!(
                f,
                "the alteration of {} was followed by another one, a {} of {}, so its end cannot be read any more. Read the \
                 offsets to see where the connector stands",
                token.connector, by.request.kind, by.request.requested_at
            ),
            Self::Refused { token, .. } => write!(
                f,
                "the alteration of {} was accepted, but its status may not be read any more. It goes on by itself; restore \
                 access and wait for it again",
                token.connector
            ),
            Self::Unconfirmed {
                connector, waited, ..
            } => write!(
                f,
                "the alteration of {connector} was applied, but no later sample of the offsets showed its positions within {}. \
                 Read the offsets again later",
                seconds(*waited)
            ),
        }
    }
}

impl std::error::Error for WaitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Deadline { error, .. } => error.as_ref().map(|error| error as _),
            Self::Refused { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// The pauses of one wait, and its deadline.
pub(super) struct Pace<'a> {
    alteration: &'a Alteration,
    started: Duration,
    deadline: Duration,
    interval: Duration,
    max_interval: Duration,
}

impl Pace<'_> {
    pub(super) fn elapsed(&self) -> Duration {
        let clock = &self.alteration.connector.client.0.clock;
        clock.monotonic().saturating_sub(self.started)
    }

    pub(super) fn is_over(&self) -> bool {
        self.elapsed() >= self.deadline
    }

    /// Sleeps until the next poll is due, at the latest until the deadline.
    pub(super) async fn pause(&mut self, floor: Option<Duration>) {
        let pause = self.interval.max(floor.unwrap_or_default());
        self.interval = self
            .interval
            .saturating_add(self.interval / 2)
            .min(self.max_interval);
        let pause = pause.min(self.deadline.saturating_sub(self.elapsed()));
        if !pause.is_zero() {
            self.alteration.connector.client.0.clock.sleep(pause).await;
        }
    }

    pub(super) fn progress<'e>(
        &self,
        phase: Option<Phase>,
        error: Option<&'e Error>,
        confirming: bool,
    ) -> Progress<'e> {
        Progress {
            phase,
            error,
            confirming,
            elapsed: self.elapsed(),
            deadline: self.deadline,
        }
    }
}

pub(super) async fn wait(
    alteration: &Alteration,
    options: &WaitOptions,
) -> Result<Applied, WaitError> {
    let client = &alteration.connector.client;
    let mut pace = Pace {
        alteration,
        started: client.0.clock.monotonic(),
        deadline: options.deadline,
        interval: options
            .first_interval
            .min(options.max_interval)
            .max(MIN_INTERVAL),
        max_interval: options.max_interval.max(MIN_INTERVAL),
    };
    let request = GetStatus(&alteration.connector.path);
    let mut floor = None;
    let mut last_phase = None;
    let mut refusals = 0;
    loop {
        pace.pause(floor).await;
        // Whether this is the last poll is decided before it starts, so that one is always made at the deadline.
        let last = pace.is_over();
        let mut call = Call::new(client, &request);
        let polled = match call.attempt().await {
            Ok(answered) => match answered.value {
                Some(status) => Ok(alteration.judge(status)),
                None => Err(call.unreadable(&answered.exchange)),
            },
            Err(error) => Err(error),
        };
        let mut failure = None;
        match polled {
            Ok(AlterationState::Applied(applied)) => {
                options.report(&pace.progress(Some(Phase::Applied), None, false));
                return if options.confirm {
                    confirm::confirm(alteration, applied, options, pace).await
                } else {
                    Ok(applied)
                };
            }
            Ok(AlterationState::Failed(failed)) => {
                options.report(&pace.progress(Some(Phase::Failed), None, false));
                return Err(WaitError::Failed(failed));
            }
            Ok(AlterationState::Superseded(by)) => {
                return Err(WaitError::Superseded {
                    token: alteration.token(),
                    by: Box::new(by),
                });
            }
            Ok(AlterationState::InProgress(phase)) => {
                refusals = 0;
                last_phase = Some(phase);
            }
            Ok(AlterationState::NotVisible) => refusals = 0,
            Err(error) => {
                refusals = if matches!(error.status(), Some(401 | 403)) {
                    refusals + 1
                } else {
                    0
                };
                if refusals >= REFUSALS {
                    return Err(WaitError::Refused {
                        token: alteration.token(),
                        error,
                    });
                }
                failure = Some(error);
            }
        }
        let phase = if failure.is_none() {
            last_phase.clone()
        } else {
            None
        };
        options.report(&pace.progress(phase, failure.as_ref(), false));
        if last {
            return Err(WaitError::Deadline {
                token: alteration.token(),
                phase: last_phase,
                error: failure,
                waited: pace.elapsed(),
            });
        }
        floor = failure.and_then(|error| error.retry_after());
    }
}
