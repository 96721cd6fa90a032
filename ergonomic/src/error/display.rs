//! Writes the one-line message of an error.

use std::fmt;
use std::time::Duration;

use super::{Answer, Effect, Error, ErrorKind, Fault, Inner, Source, Target};
use crate::plan::PlanOutdated;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Bare(self).fmt(f)?;
        match self.advice() {
            Some(advice) => write!(f, ". {advice}"),
            None => Ok(()),
        }
    }
}

/// Writes an error without its advice.
pub(super) struct Bare<'a>(pub(super) &'a Error);

impl fmt::Display for Bare<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.0.inner();
        write!(f, "{} of {}: ", inner.words.doing, inner.target)?;
        Cause(self.0).fmt(f)?;
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
            Effect::ReadOnly => Ok(()),
            Effect::NotAccepted | Effect::Unknown if f.alternate() => Ok(()),
            Effect::NotAccepted => f.write_str(". Nothing was changed"),
            Effect::Accepted => write!(f, ". The {} was accepted", inner.words.request),
            Effect::Unknown => write!(f, ". The {} may have been applied", inner.words.request),
        }
    }
}

/// Writes only the cause of an error, and the detail.
pub(super) struct Cause<'a>(pub(super) &'a Error);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.0.inner();
        inner.write_cause(f)?;
        match &inner.detail {
            // For an outdated plan, the detail is the cause.
            Some(detail) if inner.kind != ErrorKind::PlanOutdated => write!(f, "; {detail}"),
            _ => Ok(()),
        }
    }
}

impl Inner {
    fn write_cause(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, &self.answer) {
            (ErrorKind::Invalid, _) => {
                f.write_str("the request is not valid and was not sent")?;
                // The alternate form (`{:#}`) is for a caller that lists the findings itself.
                if f.alternate() {
                    return Ok(());
                }
                self.write_first_finding(f)
            }
            (ErrorKind::Stale, _) => f.write_str(
                "the offsets may not show what the latest request changed, so no request was sent",
            ),
            (ErrorKind::SampleTooOld, _) => {
                f.write_str("no recent enough sample of the offsets was available in time")
            }
            (ErrorKind::PlanOutdated, _) => {
                if let Some(detail) = &self.detail {
                    return write!(f, "{detail}, so the request was not sent");
                }
                f.write_str(
                    "the plan does not fit the offsets any more, so the request was not sent",
                )?;
                // The alternate form (`{:#}`) is for a caller that lists the partitions itself.
                if f.alternate() {
                    return Ok(());
                }
                self.write_first_move(f)
            }
            (ErrorKind::Credentials, _) => {
                let reason = self.reason();
                write!(
                    f,
                    "no credentials could be obtained, so the request was not sent{reason}"
                )
            }
            (ErrorKind::NotSent, _) => {
                let (to, reason) = (self.route("to"), self.reason());
                write!(f, "no connection could be made{to}{reason}")
            }
            (ErrorKind::NoReply, _) => {
                let (to, reason) = (self.route("to"), self.reason());
                write!(
                    f,
                    "the connection{to} failed before the answer was complete{reason}"
                )
            }
            (ErrorKind::Timeout, _) => {
                write!(f, "no complete answer came in time{}", self.route("from"))
            }
            (ErrorKind::HeldBack, _) => {
                f.write_str("the service's rate limit is used up, so the request was not sent")
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
                )?;
                // It may be that of an error.
                match answer.told.summary() {
                    Some(summary) => write!(f, ": {summary}"),
                    None => Ok(()),
                }
            }
            (ErrorKind::Unexpected, Some(answer)) if matches!(answer.status, 300..=303 | 305..=308) =>
            {
                write!(
                    f,
                    "the service answered with a redirect ({answer}), which is never followed"
                )
            }
            (_, Some(answer)) => write!(f, "the service answered {answer}"),
            (_, None) => f.write_str("it failed"),
        }
    }

    /// Writes the first finding, and the number of the others.
    fn write_first_finding(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Source::Invalid(invalid)) = &self.source else {
            return Ok(());
        };
        let mut findings = invalid.report().errors();
        if let Some(first) = findings.next() {
            write!(f, ": {first}")?;
        }
        match findings.count() {
            0 => Ok(()),
            1 => f.write_str(", and 1 more problem"),
            more => write!(f, ", and {more} more problems"),
        }
    }

    /// Writes the first partition whose offsets no longer fit the plan, and the number of the others.
    fn write_first_move(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(Source::Other(source)) => match source.downcast_ref::<PlanOutdated>() {
                Some(outdated) => write!(f, ": {}", outdated.summary()),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn reason(&self) -> String {
        let reason = |fault: &Fault| format!(": {}", fault.reason.trim_end_matches('.'));
        self.fault.as_ref().map_or_else(String::new, reason)
    }

    fn route(&self, preposition: &str) -> String {
        let route = self.route.as_ref();
        route.map_or_else(String::new, |route| format!(" {preposition} {route}"))
    }

    pub(super) fn advice(&self) -> Option<String> {
        let again = match self.effect {
            Effect::Accepted | Effect::Unknown => {
                return Some(format!(
                    "Read the {} before sending again",
                    self.words.look_at
                ));
            }
            Effect::ReadOnly | Effect::NotAccepted => "Try again later",
        };
        let of_fault = self.fault.as_ref().and_then(|fault| fault.advice);
        if let Some(advice) = self.advice.or(of_fault) {
            return Some(advice.to_owned());
        }
        let is_lasting = self.fault.as_ref().is_none_or(|fault| fault.is_lasting);
        let advice = match self.kind {
            ErrorKind::Invalid => "Correct the request and send it again",
            ErrorKind::Stale => "Wait for a fresher sample of the offsets, and plan again",
            ErrorKind::PlanOutdated => "Make a new plan from the current offsets",
            ErrorKind::Credentials if is_lasting => "Check the source of the credentials",
            ErrorKind::NotSent => "Check the endpoint, the network and any proxy, then try again",
            ErrorKind::Busy => "Wait until the other request has ended",
            ErrorKind::Unreadable => "Check the endpoint and any proxy in front of it",
            ErrorKind::Unexpected => "Check the endpoint URL",
            ErrorKind::Unauthenticated if self.is_token => {
                "The token is not accepted here or has expired: provide a new one"
            }
            ErrorKind::Unauthenticated => {
                "Use a Cloud API key; keys scoped to a Kafka cluster do not work here"
            }
            ErrorKind::Forbidden => match self.target {
                Target::Connector(_) => {
                    "Check the environment and cluster ids, then the role bindings of the caller; custom connectors and some \
                     classes have no offset management"
                }
                Target::Cluster(..) => {
                    "Check the environment and cluster ids, then the role bindings of the caller"
                }
            },
            ErrorKind::NotFound => match (&self.target, self.words.not_found) {
                (Target::Connector(path), _) if path.connector.as_str().starts_with("lcc-") => {
                    "Give the connector's name, not its lcc-… id, and check the environment and the cluster"
                }
                (_, Some(advice)) => advice,
                (Target::Connector(_), None) => {
                    "Check the connector's name, the environment and the cluster"
                }
                (Target::Cluster(..), None) => "Check the environment and the cluster",
            },
            ErrorKind::Throttled | ErrorKind::Credentials => match self.retry_after() {
                Some(wait) => return Some(format!("Try again in {}", seconds(wait))),
                None => again,
            },
            ErrorKind::Timeout
            | ErrorKind::NoReply
            | ErrorKind::HeldBack
            | ErrorKind::Server
            | ErrorKind::Conflict
            | ErrorKind::SampleTooOld => again,
            ErrorKind::BadRequest
                if self
                    .answer
                    .as_ref()
                    .is_some_and(|answer| answer.status == 407) =>
            {
                "Give the proxy its user name and password in its URL: http://user:password@host:port"
            }
            ErrorKind::BadRequest => return None,
        };
        Some(advice.to_owned())
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|s| s.canonical_reason());
        let status = match reason {
            Some(reason) => format!("{} {reason}", self.status),
            None => self.status.to_string(),
        };
        f.write_str(&status)?;
        let summary = self.told.summary();
        // A message that only repeats the status adds nothing.
        match summary.filter(|text| *text != status && Some(text.as_str()) != reason) {
            Some(summary) => write!(f, ": {summary}"),
            None => Ok(()),
        }
    }
}

/// The duration in seconds with at most one decimal, such as `1.5 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    let tenths = (duration.as_millis() + 50) / 100;
    match tenths % 10 {
        0 => format!("{} s", tenths / 10),
        rest => format!("{}.{rest} s", tenths / 10),
    }
}
