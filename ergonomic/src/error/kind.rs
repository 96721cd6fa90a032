//! The kinds of failure.

use crate::named::named;

named! {
    /// The kind of failure that an [`Error`](crate::Error) reports.
    #[non_exhaustive]
    pub enum ErrorKind {
        /// Validation refused the request before anything was sent.
        Invalid = "invalid",
        /// The offsets have changed since the plan was made, or another alteration was requested since. Nothing was
        /// sent.
        PlanOutdated = "plan-outdated",
        /// The service's sample of the offsets does not show the last alteration, which is under way or ended after the
        /// sample. A relative move would start from the wrong position, so nothing was sent.
        Stale = "stale",
        /// No sample of the offsets was as recent as requested.
        SampleTooOld = "sample-too-old",
        /// No credentials could be obtained; nothing was sent.
        Credentials = "credentials",
        /// No connection could be made; the request was not sent.
        NotSent = "not-sent",
        /// The request was sent, and the connection failed before a usable answer came.
        NoReply = "no-reply",
        /// The call reached a time limit of this library before a complete answer came.
        Timeout = "timeout",
        /// The library's rate limiter held the request back, because an earlier answer reported that the rate limit is
        /// used up. Nothing was sent.
        HeldBack = "held-back",
        /// The service answered 401: it does not accept the credentials.
        Unauthenticated = "unauthenticated",
        /// The service answered 403: no permission, a wrong environment or cluster id, or a connector without offset
        /// management.
        Forbidden = "forbidden",
        /// The service answered 404: the connector, the cluster or the request status does not exist.
        NotFound = "not-found",
        /// The service answered another 4xx: it does not accept the request as it is.
        BadRequest = "bad-request",
        /// The service answered 429: too many requests.
        Throttled = "throttled",
        /// The service, or a proxy in front of it, answered 5xx or 408: it could not handle the request.
        Server = "server",
        /// The service answered with a redirect or another status that no operation returns.
        Unexpected = "unexpected",
        /// Another alteration of the same connector is in progress, as the request status shows.
        Busy = "busy",
        /// The service answered 409, and the request status does not show another alteration in progress.
        Conflict = "conflict",
        /// The answer was a success, but its body could not be read, or is not about this request.
        Unreadable = "unreadable",
    }
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
}
