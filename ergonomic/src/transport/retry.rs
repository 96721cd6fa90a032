//! When and how often a request is repeated: policy as data.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// How the library repeats requests.
///
/// Reads are repeated after a failed connection, a missing answer, 408, 429 and 5xx. An alteration is repeated only
/// when it certainly was not accepted: no connection could be made, or the answer was 429. After anything unclear the
/// request status is read instead, so that one call makes at most one accepted alteration.
///
/// ```
/// use std::time::Duration;
/// let policy = ccloud_connect::RetryPolicy::default().max_attempts(2).total_timeout(Duration::from_secs(20));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) first_delay: Duration,
    pub(crate) max_delay: Duration,
    pub(crate) jitter: bool,
    pub(crate) jitter_seed: Option<u64>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) reconcile_reads: u32,
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
    /// One attempt, no repetition. An unclear alteration is still settled by reading the status.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// The most HTTP attempts of one call; at least 1, default 4.
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

    /// The longest delay that doubling leads to, default 10 s. `Retry-After` may ask for more.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Whether each delay is lengthened by a random part of itself, so that many clients do not repeat in step;
    /// default yes.
    #[must_use]
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// Fixes the random part, for tests that must repeat exactly; default unset.
    #[must_use]
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// The time limit of one HTTP attempt, from connecting to the last byte of the body; default 30 s.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// The time limit of a whole call with all its attempts and delays, default 2 minutes. No delay is begun that
    /// would end after it. Waiting for an accepted alteration, or for another one to end, has limits of its own.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = limit;
        self
    }

    /// How often the status is read to settle an alteration whose outcome is unclear, default 3. With 0 it stays
    /// unclear.
    #[must_use]
    pub fn reconcile_reads(mut self, reads: u32) -> Self {
        self.reconcile_reads = reads;
        self
    }

    pub(crate) fn delays(&self) -> ExponentialBackoff {
        let mut builder = ExponentialBuilder::new()
            .with_min_delay(self.first_delay)
            .with_max_delay(self.max_delay)
            .with_factor(2.0)
            .without_max_times();
        if self.jitter {
            builder = builder.with_jitter();
        }
        if let Some(seed) = self.jitter_seed {
            builder = builder.with_jitter_seed(seed);
        }
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_limit() {
        let seconds: Vec<_> = RetryPolicy::default()
            .jitter(false)
            .first_delay(Duration::from_secs(1))
            .max_delay(Duration::from_secs(5))
            .delays()
            .take(5)
            .map(|delay| delay.as_secs())
            .collect();
        assert_eq!(seconds, [1, 2, 4, 5, 5]);
    }

    #[test]
    fn a_seed_fixes_the_jitter_and_jitter_only_lengthens() {
        let policy = RetryPolicy::default().jitter_seed(7);
        let delays: Vec<_> = policy.delays().take(6).collect();
        assert_eq!(delays, policy.delays().take(6).collect::<Vec<_>>());
        for (jittered, plain) in delays
            .iter()
            .zip(RetryPolicy::default().jitter(false).delays())
        {
            assert!(*jittered >= plain && *jittered <= plain * 2);
        }
    }
}
