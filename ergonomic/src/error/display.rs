//! The one line that a person reads.

use std::fmt;
use std::time::Duration;

use super::{Answer, Effect, Error, ErrorKind, Inner, Operation, Target};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner();
        write!(f, "{} of {}: ", inner.operation, inner.target)?;
        inner.write_cause(f)?;
        if let Some(detail) = &inner.detail {
            write!(f, "; {detail}")?;
        }
        if inner.attempts > 1 {
            write!(
                f,
                " ({} attempts in {})",
                inner.attempts,
                seconds(inner.elapsed)
            )?;
        }
        if let Some(id) = inner
            .answer
            .as_ref()
            .and_then(|answer| answer.request_id.as_ref())
        {
            write!(f, " [request id {id}]")?;
        }
        match inner.effect {
            Effect::ReadOnly => {}
            Effect::NotAccepted => f.write_str(". Nothing was changed")?,
            Effect::Accepted => f.write_str(". The alteration was accepted")?,
            Effect::Unknown => f.write_str(". The alteration may have been applied")?,
        }
        match inner.advice() {
            Some(advice) => write!(f, ". {advice}"),
            None => Ok(()),
        }
    }
}

impl Inner {
    fn write_cause(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, &self.answer) {
            (ErrorKind::Invalid, _) => f.write_str("the request is not valid and was not sent"),
            (ErrorKind::Stale, _) => f.write_str(
                "the service's sample of the offsets does not show the last alteration, so a relative move would start \
                 from the wrong place, and was not sent",
            ),
            (ErrorKind::Moved, _) => {
                f.write_str("the offsets have moved on since the plan was made, so it was not sent")
            }
            (ErrorKind::Credentials, _) => {
                f.write_str("no credentials could be obtained, so it was not sent")
            }
            (ErrorKind::NotSent, _) => f.write_str("no connection could be made"),
            (ErrorKind::NoReply, _) => f.write_str("the connection failed before an answer came"),
            (ErrorKind::Timeout, _) => f.write_str("no answer came in time"),
            (ErrorKind::RateLimited, _) => {
                f.write_str("the service's rate limit is spent, so it was not sent")
            }
            (ErrorKind::Busy, Some(answer)) => {
                write!(
                    f,
                    "another alteration of this connector is in progress ({answer})"
                )
            }
            (ErrorKind::Unreadable, Some(answer)) => {
                write!(
                    f,
                    "the service answered {}, and the body could not be read",
                    answer.status
                )
            }
            (_, Some(answer)) if (300..400).contains(&answer.status) => {
                write!(
                    f,
                    "the service answered with a redirect ({answer}), which is never followed"
                )
            }
            (_, Some(answer)) => write!(f, "the service answered {answer}"),
            (_, None) => f.write_str("it failed"),
        }
    }

    fn advice(&self) -> Option<String> {
        let again = match self.effect {
            Effect::Accepted | Effect::Unknown => {
                return Some("Read the request status before sending again".to_owned());
            }
            Effect::ReadOnly | Effect::NotAccepted => "Try again later",
        };
        let advice = match (self.kind, self.answer.as_ref().map(|answer| answer.status)) {
            (ErrorKind::Invalid, _) => "Correct the request and send it again",
            (ErrorKind::Stale, _) => "Wait for a fresher sample of the offsets, and plan again",
            (ErrorKind::Moved, _) => "Make a new plan from the current offsets",
            (ErrorKind::Credentials, _) => {
                "Provide a Cloud API key or another source of credentials"
            }
            (ErrorKind::NotSent, _) => {
                "Check the endpoint, the network and any proxy, then try again"
            }
            (ErrorKind::Busy, _) => "Wait until the other request has ended",
            (ErrorKind::Unreadable, _) => "Check the endpoint and any proxy before it",
            (_, Some(300..=399)) => "Check the endpoint URL",
            (_, Some(401)) => {
                "Use a Cloud API key; keys scoped to a Kafka cluster do not work here"
            }
            (_, Some(403)) => {
                "Check the role bindings and the environment and cluster ids; custom connectors and some classes have no \
                 offset management"
            }
            (_, Some(404)) if self.operation == Operation::Status => {
                "Check the connector's name (not its lcc-… id); a connector whose offsets were never altered may have no status"
            }
            (_, Some(404)) => {
                "Check the connector's name (not its lcc-… id), the environment and the cluster"
            }
            (_, Some(429)) => match self.answer.as_ref().and_then(|answer| answer.retry_after) {
                Some(wait) => return Some(format!("Try again in {}", seconds(wait))),
                None => again,
            },
            (ErrorKind::Timeout | ErrorKind::NoReply | ErrorKind::RateLimited, _)
            | (_, Some(408 | 500..)) => again,
            _ => return None,
        };
        Some(advice.to_owned())
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        let reason = http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|s| s.canonical_reason());
        if let Some(reason) = reason {
            write!(f, " {reason}")?;
        }
        let summary = super::decode::ErrorBody {
            code: self.code.clone(),
            message: self.message.clone(),
        }
        .summary();
        match summary.filter(|summary| Some(summary.as_str()) != reason) {
            Some(summary) => write!(f, ": {summary}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offsets => "reading the offsets",
            Self::Alter => "altering the offsets",
            Self::Status => "reading the request status",
            Self::List => "listing the connectors",
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connector(path) => path.fmt(f),
            Self::Cluster(environment, cluster) => write!(f, "cluster {environment}/{cluster}"),
        }
    }
}

/// Seconds with at most one decimal.
pub(crate) fn seconds(duration: Duration) -> String {
    let tenths = (duration.as_millis() + 50) / 100;
    match tenths % 10 {
        0 => format!("{} s", tenths / 10),
        rest => format!("{}.{rest} s", tenths / 10),
    }
}
