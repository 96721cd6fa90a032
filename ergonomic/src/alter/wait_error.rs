//! Why a wait for an alteration did not succeed.

use std::fmt;
use std::time::Duration;

use super::outcome::Outcome;
use super::state::{AlterationToken, Applied, FailedAlteration};
use crate::error::body::quotable;
use crate::error::{Error, seconds};
use crate::model::{AlterationStatus, ConnectorRef, Phase};

/// Why a wait for an alteration did not succeed: one variant for each action to take next.
///
/// `Display` is one line: what is known of the alteration, why the last read of the status failed, and what to do next.
/// [`without_advice`](Self::without_advice) leaves out the failure of the read and the advice, for a program that
/// prints the chain of sources itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// The alteration failed. Some partitions of a sink may have been moved nevertheless; the outcome tells which, as
    /// far as later samples were read. Check the offsets and correct the request.
    Failed(Box<FailedAlteration>),
    /// The alteration was applied, but something contradicts the plan. The findings of the outcome describe it.
    #[non_exhaustive]
    NotAsPlanned {
        /// The token of the applied alteration.
        token: AlterationToken,
        /// The applied alteration, with its outcome.
        applied: Box<Applied>,
    },
    /// The alteration was still under way when the time limit ended. It goes on by itself: wait again with the token.
    #[non_exhaustive]
    TimedOut {
        /// The token with which to wait again.
        token: AlterationToken,
        /// The last phase that a poll found; `None` when no poll found the alteration.
        phase: Option<Phase>,
        /// The failure of the last poll; `None` when that poll did not fail.
        error: Option<Error>,
        /// The time waited.
        waited: Duration,
    },
    /// Another request was accepted after this one, so the end of this alteration can no longer be read. Read the
    /// offsets.
    #[non_exhaustive]
    Superseded {
        /// The token of the alteration that the wait was for.
        token: AlterationToken,
        /// The status of the newer request.
        by: Box<AlterationStatus>,
    },
    /// Access to the status is refused (401 or 403, three times in a row). The alteration goes on by itself: restore
    /// access and wait again with the token.
    #[non_exhaustive]
    Refused {
        /// The token with which to wait again.
        token: AlterationToken,
        /// The last refusal.
        error: Error,
    },
    /// The alteration was applied, but no later sample confirmed the positions within the time limit, as
    /// [`WaitOptions::confirm`](super::WaitOptions::confirm) requires. Read the offsets again later.
    #[non_exhaustive]
    Unconfirmed {
        /// The token of the applied alteration.
        token: AlterationToken,
        /// The applied alteration, with its outcome.
        applied: Box<Applied>,
        /// The time waited.
        waited: Duration,
    },
}

impl WaitError {
    /// The token of the alteration that the wait was for.
    pub fn token(&self) -> &AlterationToken {
        match self {
            Self::Failed(failed) => &failed.token,
            Self::NotAsPlanned { token, .. }
            | Self::TimedOut { token, .. }
            | Self::Superseded { token, .. }
            | Self::Refused { token, .. }
            | Self::Unconfirmed { token, .. } => token,
        }
    }

    /// The connector that is being altered.
    pub fn connector(&self) -> &ConnectorRef {
        &self.token().connector
    }

    /// The outcome of the alteration; `None` when the alteration is not known to have ended.
    pub fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Failed(failed) => Some(&failed.outcome),
            Self::NotAsPlanned { applied, .. } | Self::Unconfirmed { applied, .. } => {
                Some(&applied.outcome)
            }
            Self::TimedOut { .. } | Self::Superseded { .. } | Self::Refused { .. } => None,
        }
    }

    /// What to do next: the end of the line that `Display` writes.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Failed(_) => "Check the offsets, correct the request and send it again",
            Self::TimedOut {
                phase: Some(Phase::Unknown(_)),
                error: None,
                ..
            } => "Read the offsets",
            Self::TimedOut {
                error: Some(error), ..
            } if error.is_not_found() => "Check whether the connector was deleted or renamed",
            Self::TimedOut { .. } => "Wait for the alteration again",
            Self::Superseded { .. } => "Read the connector's positions",
            Self::Refused { .. } => "Restore access, then wait for the alteration again",
            Self::NotAsPlanned { applied, .. } if applied.outcome.is_overtaken() => {
                "Read the positions before you send an undo: after an undo, the connector would read again what it has read since it resumed"
            }
            Self::NotAsPlanned { .. } => {
                "Read the offsets, then correct them or undo the alteration"
            }
            Self::Unconfirmed { .. } => "Read the offsets again later",
        }
    }

    /// The line of `Display` without the cause and the [`advice`](Self::advice), for example for a log that has
    /// separate fields for these two.
    pub fn without_advice(&self) -> impl fmt::Display + '_ {
        Bare(self)
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.without_advice().fmt(f)?;
        if let Self::TimedOut {
            error: Some(error), ..
        }
        | Self::Refused { error, .. } = self
        {
            write!(f, ". The last read failed: {}", error.cause())?;
        }
        write!(f, ". {}", self.advice())
    }
}

/// An error without its advice.
struct Bare<'a>(&'a WaitError);

impl fmt::Display for Bare<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connector = self.0.connector();
        match self.0 {
            WaitError::Failed(failed) => {
                let reason = failed.message.as_deref().and_then(quotable);
                let reason = reason.as_deref().unwrap_or("no reason given");
                let reason = reason.trim_end_matches('.');
                write!(f, "the alteration of {connector} failed: {reason}")
            }
            WaitError::TimedOut {
                phase,
                error,
                waited,
                ..
            } => {
                write!(f, "the alteration of {connector} ")?;
                match (phase, error) {
                    (_, Some(_)) => f.write_str("could not be seen to end")?,
                    (Some(phase @ Phase::Unknown(_)), None) => write!(f, "{},", phase.open())?,
                    (Some(phase), None) => write!(f, "is still {phase}")?,
                    (None, None) => f.write_str("does not show in the request status yet")?,
                }
                write!(f, " after {}", seconds(*waited))?;
                f.write_str(match (phase, error) {
                    (Some(Phase::Unknown(_)), None) => ". Whether it has ended is unknown",
                    (_, Some(error)) if error.is_not_found() => {
                        ": the service does not know the connector or its request (404)"
                    }
                    (Some(_), None) => ". It goes on by itself",
                    _ => ". If it has not ended, it goes on by itself",
                })
            }
            WaitError::Superseded { by, .. } => write!(
                f,
                "the alteration of {connector} was followed by another one, a {} of {}, so the end of the earlier one cannot be read any more",
                by.request.kind, by.request.requested_at
            ),
            WaitError::Refused { .. } => write!(
                f,
                "access to the status of the alteration of {connector} is refused, so it could not be seen to end. If it has not \
                 ended, it goes on by itself"
            ),
            WaitError::NotAsPlanned { applied, .. } => {
                write!(
                    f,
                    "the alteration of {connector} was applied, but not as planned:"
                )?;
                for (index, finding) in applied.outcome.errors().enumerate() {
                    let comma = if index == 0 { "" } else { ";" };
                    write!(f, "{comma} {}", finding.message)?;
                }
                Ok(())
            }
            WaitError::Unconfirmed { waited, .. } => write!(
                f,
                "the alteration of {connector} was applied, but no later sample of the offsets showed its positions within {}",
                seconds(*waited)
            ),
        }
    }
}

impl std::error::Error for WaitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::TimedOut { error, .. } => error.as_ref().map(|error| error as _),
            Self::Refused { error, .. } => Some(error),
            _ => None,
        }
    }
}
