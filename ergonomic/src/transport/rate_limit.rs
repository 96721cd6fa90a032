//! A rate limiter that all clones of a client share; it follows the limits that the service reports.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::clock::Clock;
use crate::endpoint::headers;

/// Requests are spread out when less than 1/`SPREAD_BELOW` of the window's requests is left.
const SPREAD_BELOW: u64 = 5;
/// The longest time for which one answer holds requests back. After this time a request is sent again: a wrong header,
/// such as a date instead of seconds, must not stop a client for ever.
const LONGEST_BLOCK: Duration = Duration::from_secs(300);
/// The longest pause between requests that are spread out.
const LARGEST_SPACING: Duration = Duration::from_secs(10);

/// Holds requests back while the service allows none until the end of its time window, and spreads them out when few
/// are left in the window.
///
/// Confluent publishes no limits, so requests are not held back until an answer reports a limit.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// No request starts before this time on the monotonic clock, because the service refuses requests.
    blocked_until: Duration,
    /// No request starts before this time on the monotonic clock, so that requests are spread out.
    next: Duration,
    /// The pause between requests until the window ends.
    spacing: Duration,
    /// The end of the window that `spacing` belongs to.
    spacing_until: Duration,
}

impl State {
    fn block(&mut self, now: Duration, pause: Duration) {
        let end = now.saturating_add(pause.min(LONGEST_BLOCK));
        self.blocked_until = self.blocked_until.max(end);
    }
}

impl RateLimiter {
    /// Waits until the next request may start. When the future is dropped while it waits, other requests may wait
    /// longer than necessary.
    ///
    /// # Errors
    /// The necessary wait, when it would use up `limit`. The request then does not delay others.
    pub(crate) async fn turn(&self, clock: &dyn Clock, limit: Duration) -> Result<(), Duration> {
        let end = clock.monotonic().saturating_add(limit);
        loop {
            let wait = {
                let mut state = self.lock();
                let now = clock.monotonic();
                let at = state.next.max(state.blocked_until).max(now);
                if at > now && at >= end {
                    return Err(at - now);
                }
                if at < state.spacing_until {
                    state.next = at.saturating_add(state.spacing);
                }
                at - now
            };
            if wait.is_zero() {
                return Ok(());
            }
            tracing::debug!(?wait, "held back by the rate limit");
            clock.sleep(wait).await;
            // During the sleep, another answer may have blocked all requests: then this request waits again.
            if self.lock().blocked_until <= clock.monotonic() {
                return Ok(());
            }
        }
    }

    /// Updates the limits from an answer.
    pub(crate) fn observe(&self, clock: &dyn Clock, limited: bool, headers: &HeaderMap) {
        let remaining = headers::number(headers, "x-ratelimit-remaining");
        let reset = headers::number(headers, "x-ratelimit-reset").map(Duration::from_secs);
        let limit = headers::number(headers, "x-ratelimit-limit");
        let now = clock.monotonic();
        let mut state = self.lock();
        if limited {
            let pause = headers::retry_after(headers, clock.now()).or(reset);
            state.block(now, pause.unwrap_or_default());
            return;
        }
        let (Some(remaining), Some(reset)) = (remaining, reset) else {
            return;
        };
        if remaining == 0 {
            state.block(now, reset);
        } else if limit.is_some_and(|limit| remaining.saturating_mul(SPREAD_BELOW) < limit) {
            let spacing = reset / u32::try_from(remaining).unwrap_or(u32::MAX);
            state.spacing = spacing.min(LARGEST_SPACING);
            state.spacing_until = now.saturating_add(reset);
        } else {
            state.spacing_until = Duration::ZERO;
            state.next = Duration::ZERO;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
