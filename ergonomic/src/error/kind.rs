//! The kinds of failure.

use std::fmt;

use serde::Serialize;

/// The kind of failure that an [`Error`](crate::Error) reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// Refused by validation before anything was sent.
    Invalid,
    /// The offsets have changed since the plan was made, or another alteration was requested; nothing was sent.
    PlanOutdated,
    /// The service's sample of the offsets does not show the last alteration, which is under way or ended after the
    /// sample. A relative move would start from the wrong position; nothing was sent.
    Stale,
    /// No sample of the offsets was as recent as requested.
    SampleTooOld,
    /// No credentials could be obtained; nothing was sent.
    Credentials,
    /// No connection could be made; the request was not sent.
    NotSent,
    /// The request was sent, and the connection failed before a usable answer came.
    NoReply,
    /// A time limit of this library ended.
    Timeout,
    /// The library's rate limiter held the request back, because an earlier answer said that the rate limit is used up;
    /// nothing was sent.
    HeldBack,
    /// The service answered 401: it does not accept the credentials.
    Unauthenticated,
    /// The service answered 403: no permission, a wrong environment or cluster id, or a connector without offset
    /// management.
    Forbidden,
    /// The service answered 404.
    NotFound,
    /// The service answered another 4xx: it does not accept the request as it is.
    BadRequest,
    /// The service answered 429: too many requests.
    Throttled,
    /// The service, or a proxy in front of it, answered 5xx or 408: it could not handle the request.
    Server,
    /// The service answered with a redirect or another status that no operation returns.
    Unexpected,
    /// Another alteration of the same connector is in progress, as the request status shows.
    Busy,
    /// The service answered 409, and the request status does not show another alteration in progress.
    Conflict,
    /// The answer was a success, but its body could not be read, or does not answer this request.
    Unreadable,
}

impl ErrorKind {
    /// The kind for an error status or a redirect.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthenticated,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            429 => Self::Throttled,
            408 | 500..=599 => Self::Server,
            400..=499 => Self::BadRequest,
            _ => Self::Unexpected,
        }
    }

    /// A stable name for logs and machine-readable output, in kebab case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::PlanOutdated => "plan-outdated",
            Self::Stale => "stale",
            Self::SampleTooOld => "sample-too-old",
            Self::Credentials => "credentials",
            Self::NotSent => "not-sent",
            Self::NoReply => "no-reply",
            Self::Timeout => "timeout",
            Self::HeldBack => "held-back",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::BadRequest => "bad-request",
            Self::Throttled => "throttled",
            Self::Server => "server",
            Self::Unexpected => "unexpected",
            Self::Busy => "busy",
            Self::Conflict => "conflict",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
