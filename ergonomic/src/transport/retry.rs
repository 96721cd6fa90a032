//! When and how often a request is sent again, as settings that a configuration file can contain.

use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// When and how often the library sends a request again.
///
/// Requests that change nothing are repeated after a failed connection, a missing answer, 408, 429 and 5xx. An
/// alteration is sent again only in these cases:
/// - The request was not sent: no connection could be made, or credentials were temporarily unavailable.
/// - The answer was 429, time is left, and a later read of the request status does not show the alteration.
/// - The answer was 401, the credentials can be renewed, and a read of the request status with the new credentials does
///   not show the alteration. This happens at most once.
///
/// After any unclear failure of an alteration, the library reads the request status instead of sending again, so that
/// one call makes at most one accepted alteration.
///
/// ```
/// use std::time::Duration;
/// let policy = ccloud_connect::RetryPolicy::default().max_attempts(2).total_timeout(Duration::from_secs(20));
/// assert_eq!(policy.max_attempts, 2);
/// ```
///
/// A configuration file can contain a policy. Members that are left out have their defaults, and unknown members are
/// refused. A duration is a text such as `"500ms"`, `"30s"` or `"2m 30s"`, or a number of seconds:
///
/// ```
/// # use std::time::Duration;
/// let policy: ccloud_connect::RetryPolicy =
///     serde_json::from_str(r#"{"max_attempts": 6, "attempt_timeout": "10s"}"#).unwrap();
/// assert_eq!(policy.attempt_timeout, Duration::from_secs(10));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The maximum number of HTTP attempts of one call; 0 counts as 1, default 4.
    pub max_attempts: u32,
    /// The delay before the second attempt, default 500 ms.
    #[serde(with = "crate::duration")]
    pub first_delay: Duration,
    /// The limit of the doubled delays, default 10 s.
    #[serde(with = "crate::duration")]
    pub max_delay: Duration,
    /// Whether a random part is added to each delay; default yes.
    pub jitter: bool,
    /// A fixed seed for the random parts; default unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_seed: Option<u64>,
    /// The time limit of one HTTP attempt, default 30 s.
    #[serde(with = "crate::duration")]
    pub attempt_timeout: Duration,
    /// The time limit of a whole call, default 2 minutes.
    #[serde(with = "crate::duration")]
    pub total_timeout: Duration,
    /// How often the request status is read after an unclear failure of an alteration, default 3.
    pub reconcile_reads: u32,
}

impl Default for RetryPolicy {
    /// At most 4 attempts, delays that double from 500 ms to 10 s with a random part, 30 s for an attempt, 2 minutes
    /// for a call, and 3 reads of the request status after an unclear failure.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            first_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(10),
            jitter: true,
            jitter_seed: None,
            attempt_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(120),
            reconcile_reads: 3,
        }
    }
}

impl RetryPolicy {
    /// One attempt and no retry. After an unclear failure of an alteration, the request status is still read.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the maximum number of HTTP attempts of one call; at least 1, default 4.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the delay before the second attempt, default 500 ms. Each further delay is twice as long. A `Retry-After`
    /// in the answer is a lower bound for the delay.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// Sets the limit of the doubled delays, default 10 s. A `Retry-After` of the service can make a delay longer.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets whether a random part is added to each delay, so that many clients do not retry at the same time; default
    /// yes.
    #[must_use]
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// Sets a fixed seed for the random parts, so that delays in tests are reproducible; default unset.
    #[must_use]
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// Sets the time limit of one HTTP attempt, from getting credentials to the last byte of the body; default 30 s. An
    /// attempt also ends at the time limit of the whole call.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// Sets the time limit of a whole call with all its attempts and delays, default 2 minutes. A delay that would end
    /// after the limit is not begun. The reads of the request status after an unclear failure may take up to the same
    /// time in addition. The wait for an accepted alteration, or for another alteration to end, has its own limit, which
    /// also limits the calls during the wait.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = limit;
        self
    }

    /// Sets how often the request status is read after an unclear failure of an alteration, default 3. With 0 it stays
    /// unknown whether the alteration was accepted, also after 409 and 429.
    #[must_use]
    pub fn reconcile_reads(mut self, reads: u32) -> Self {
        self.reconcile_reads = reads;
        self
    }

    pub(crate) fn delays(&self) -> Delays {
        let seed = || {
            let random = self.jitter_seed;
            random.unwrap_or_else(|| std::hash::RandomState::new().build_hasher().finish())
        };
        Delays {
            next: self.first_delay.min(self.max_delay),
            longest: self.max_delay,
            random: self.jitter.then(seed),
        }
    }
}

/// The delays between the attempts of one call, as an endless iterator.
#[derive(Debug)]
pub(crate) struct Delays {
    next: Duration,
    longest: Duration,
    /// The state of the random generator; `None` without random parts.
    random: Option<u64>,
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let delay = self.next;
        self.next = delay.saturating_mul(2).min(self.longest);
        let Some(state) = &mut self.random else {
            return Some(delay);
        };
        // SplitMix64; 32 of its bits determine the random part.
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = *state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let part = f64::from((bits ^ (bits >> 31)) as u32) / f64::from(u32::MAX);
        let more = Duration::try_from_secs_f64(delay.as_secs_f64() * part).unwrap_or_default();
        Some(delay.saturating_add(more))
    }
}
