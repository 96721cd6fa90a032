//! Why waiting for an alteration ended without an applied one.

use std::fmt;
use std::time::Duration;

use super::outcome::Outcome;
use super::state::{AlterationToken, Applied, FailedAlteration};
use crate::error::body::quotable;
use crate::error::{Error, seconds};
use crate::model::{AlterationStatus, ConnectorRef, Phase};

/// Why waiting ended without an applied alteration: one variant for each thing to do next.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// The service gave the alteration up. Some partitions of a sink may have been moved all the same, which the outcome
    /// tells as far as it was looked at; check the offsets and correct the request.
    Failed(Box<FailedAlteration>),
    /// Applied, and what was seen of it is not what was planned; the findings of its outcome say what.
    #[non_exhaustive]
    NotAsPlanned {
        /// Which alteration.
        token: AlterationToken,
        /// The applied alteration, with its outcome.
        applied: Box<Applied>,
    },
    /// It was still under way when the time to wait was over. It goes on by itself: wait again with the token.
    #[non_exhaustive]
    TimedOut {
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
        by: Box<AlterationStatus>,
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
    /// Applied, but no later sample within the time to wait confirmed the positions, as
    /// [`WaitOptions::confirm`](super::WaitOptions::confirm) asks for. Read the offsets again later.
    #[non_exhaustive]
    Unconfirmed {
        /// Which alteration.
        token: AlterationToken,
        /// The applied alteration, with its outcome.
        applied: Box<Applied>,
        /// The time waited.
        waited: Duration,
    },
}

impl WaitError {
    /// Which alteration was waited for.
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

    /// Which connector is being altered.
    pub fn connector(&self) -> &ConnectorRef {
        &self.token().connector
    }

    /// What came of the alteration, when it is known to have ended.
    pub fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Failed(failed) => Some(&failed.outcome),
            Self::NotAsPlanned { applied, .. } | Self::Unconfirmed { applied, .. } => {
                Some(&applied.outcome)
            }
            Self::TimedOut { .. } | Self::Superseded { .. } | Self::Refused { .. } => None,
        }
    }
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
                    failed.token.connector
                )
            }
            Self::TimedOut {
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
                write!(f, " after {}", seconds(*waited))?;
                f.write_str(if error.as_ref().is_some_and(Error::is_not_found) {
                    ": the service does not know the connector or its request (404). Check whether it was deleted or renamed"
                } else {
                    ". It goes on by itself; wait for it again"
                })
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
            Self::NotAsPlanned { token, applied } => {
                write!(
                    f,
                    "the alteration of {} was applied, but not as planned:",
                    token.connector
                )?;
                for (index, finding) in applied.outcome.errors().enumerate() {
                    let comma = if index == 0 { "" } else { ";" };
                    write!(f, "{comma} {}", finding.message)?;
                }
                Ok(())
            }
            Self::Unconfirmed { token, waited, .. } => write!(
                f,
                "the alteration of {} was applied, but no later sample of the offsets showed its positions within {}. Read the \
                 offsets again later",
                token.connector,
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
