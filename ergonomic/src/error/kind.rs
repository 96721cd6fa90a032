//! The kinds of failure.

/// What kind of failure an [`Error`](crate::Error) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Refused by validation before anything was sent.
    Invalid,
    /// The offsets moved on since the plan was made, or somebody else asked to alter them; nothing was sent.
    Moved,
    /// The service's sample of the offsets does not show the last alteration, which is under way or ended after it, so a
    /// relative move would start from the wrong place; nothing was sent.
    Stale,
    /// No credentials could be obtained; nothing was sent.
    Credentials,
    /// No connection could be made; the request never left.
    NotSent,
    /// The request left, and the connection failed before a usable answer came.
    NoReply,
    /// A time limit of this library ran out.
    Timeout,
    /// Held back because an earlier answer said that the rate limit is spent; nothing was sent.
    RateLimited,
    /// The service, or a proxy before it, answered with an error status or a redirect.
    Rejected,
    /// Another alteration of the same connector is in progress.
    Busy,
    /// The answer was a success, and its body could not be read. For an alteration: accepted, details unknown.
    Unreadable,
}

impl ErrorKind {
    /// A stable name for logs and machine-readable output, in kebab case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Moved => "moved",
            Self::Stale => "stale",
            Self::Credentials => "credentials",
            Self::NotSent => "not-sent",
            Self::NoReply => "no-reply",
            Self::Timeout => "timeout",
            Self::RateLimited => "rate-limited",
            Self::Rejected => "rejected",
            Self::Busy => "busy",
            Self::Unreadable => "unreadable",
        }
    }
}
