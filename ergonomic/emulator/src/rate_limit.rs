//! The rate limit: a number of requests in a window of time, and the headers that report it.

use std::time::Duration;

use super::reply::Reply;

/// The most requests that are answered in a window of time. The service publishes no numbers; that it counts in fixed
/// windows is *assumed*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many requests of all callers together are answered in one window; the rest get 429 without a body.
    pub requests: u32,
    /// The length of a window, on the emulator's clock and not divided by its speed. The first window begins with the first
    /// request, each later window with the first request after the end of the one before.
    pub window: Duration,
}

impl RateLimit {
    /// A limit of `requests` in each `window`.
    pub const fn new(requests: u32, window: Duration) -> Self {
        Self { requests, window }
    }
}

/// The window in progress.
#[derive(Debug)]
pub(super) struct Limiter {
    limit: RateLimit,
    ends: Duration,
    used: u32,
}

/// The share of one request in its window.
#[derive(Clone, Copy)]
pub(super) struct Share {
    limit: u32,
    remaining: u32,
    /// Whole seconds until the window ends, rounded up.
    reset: u64,
    /// Whether the request may be answered.
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

    /// Forgets the window in progress.
    pub(super) fn restart(&mut self) {
        *self = Self::new(self.limit);
    }

    /// Counts a request.
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
