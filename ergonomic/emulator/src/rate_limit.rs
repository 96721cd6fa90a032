//! The rate limit: a number of requests in a window of time, and the headers that report it.

use std::time::Duration;

use super::reply::Reply;

/// The maximum number of requests that are answered in a window of time. The service publishes no numbers. It is *assumed*
/// that the service counts in fixed windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// The number of requests, of all callers together, that are answered in one window. Further requests in the window get
    /// 429 without a body.
    pub requests: u32,
    /// The length of a window on the emulator's clock; the emulator's speed does not shorten it. The first window begins with
    /// the first request. Each later window begins with the first request after the end of the previous window.
    pub window: Duration,
}

impl RateLimit {
    /// A limit of `requests` in each `window`.
    pub const fn new(requests: u32, window: Duration) -> Self {
        Self { requests, window }
    }
}

/// Counts the requests in the current window.
#[derive(Debug)]
pub(super) struct Limiter {
    limit: RateLimit,
    ends: Duration,
    used: u32,
}

/// The state of the window after one request was counted, and whether that request may be answered.
#[derive(Clone, Copy)]
pub(super) struct Share {
    limit: u32,
    remaining: u32,
    /// Whole seconds until the window ends, rounded up.
    reset: u64,
    /// Whether the limit allows an answer to the request.
    pub(super) admitted: bool,
}

impl Limiter {
    pub(super) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            ends: Duration::ZERO,
            used: 0,
        }
    }

    /// Ends the current window, so that the next request begins a new one.
    pub(super) fn restart(&mut self) {
        *self = Self::new(self.limit);
    }

    /// Counts a request that arrives at `now`, the time since the emulator's start.
    pub(super) fn count(&mut self, now: Duration) -> Share {
        if now >= self.ends {
            self.ends = now.saturating_add(self.limit.window);
            self.used = 0;
        }
        let admitted = self.used < self.limit.requests;
        if admitted {
            self.used += 1;
        }
        let left = self.ends - now;
        Share {
            limit: self.limit.requests,
            remaining: self.limit.requests - self.used,
            reset: left.as_secs() + u64::from(left.subsec_nanos() > 0),
            admitted,
        }
    }
}

impl Share {
    pub(super) fn refusal(self) -> Reply {
        Reply::status(429).header("retry-after", &self.reset.to_string())
    }

    /// Adds the headers that report the rate limit.
    pub(super) fn report(self, reply: Reply) -> Reply {
        reply
            .default_header("x-ratelimit-limit", &self.limit.to_string())
            .default_header("x-ratelimit-remaining", &self.remaining.to_string())
            .default_header("x-ratelimit-reset", &self.reset.to_string())
    }
}
