//! When and how often a request is repeated, as data.

use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How the library repeats requests.
///
/// Reads are repeated after a failed connection, a missing answer, 408, 429 and 5xx. An alteration is sent again only
/// in these cases:
/// - it was not sent: no connection could be made, or credentials were temporarily unavailable;
/// - the answer was 429, the request status, read after it, does not show the alteration, and time is left;
/// - the answer was 401, the credentials can be renewed, and the request status, read with the new ones, does not show
///   the alteration: once.
///
/// After any unclear failure, the request status is read instead, so that one call makes at most one accepted
/// alteration.
///
/// ```
/// use std::time::Duration;
/// let policy = ccloud_connect::RetryPolicy::default().max_attempts(2).total_timeout(Duration::from_secs(20));
/// assert_eq!(policy.max_attempts, 2);
/// ```
///
/// A configuration file can contain it. Members that are left out have their defaults, unknown ones are refused, and a
/// duration is a text such as `"500ms"`, `"30s"` or `"2m 30s"`, or a number of seconds:
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
    /// The longest delay that results from doubling, default 10 s.
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
    /// How often the status is read to settle an unclear alteration, default 3.
    pub reconcile_reads: u32,
}

impl Default for RetryPolicy {
    /// 4 attempts, 500 ms doubling to 10 s with jitter, 30 s for an attempt, 2 minutes in all, 3 reads to settle an
    /// unclear alteration.
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
    /// One attempt, no retry. An unclear alteration is still settled by reading the request status.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// The maximum number of HTTP attempts of one call; at least 1, default 4.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The delay before the second attempt, default 500 ms. Each further delay doubles. A `Retry-After` in the answer
    /// is a lower bound for the delay.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// The longest delay that results from doubling, default 10 s. `Retry-After` may ask for more.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Whether a random part is added to each delay, so that many clients do not retry at the same time; default yes.
    #[must_use]
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// A fixed seed for the random parts, for tests with reproducible delays; default unset.
    #[must_use]
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// The time limit of one HTTP attempt, from getting credentials to the last byte of the body; default 30 s. An
    /// attempt also ends at the time limit of the whole call.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// The time limit of a whole call with all its attempts and delays, default 2 minutes. A delay that would end after
    /// the limit is not begun. Settling an unclear alteration may take the same time again. Waiting for an accepted
    /// alteration, or for another one to end, has its own limits, which also limit the calls during the wait.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = limit;
        self
    }

    /// How often the status is read to settle an alteration whose outcome is unclear, default 3. With 0 it stays
    /// unclear, also after 409 and 429.
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

/// The delays between the attempts of one call; the iterator is endless.
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
