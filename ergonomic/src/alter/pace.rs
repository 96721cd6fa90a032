//! The pauses between the reads of a wait, and one time limit for all these reads together. All waits of this library
//! use this module.

use std::time::Duration;

use crate::clock::Clock;

/// The shortest pause between two reads, also when the caller sets an interval of zero.
const MIN_INTERVAL: Duration = Duration::from_millis(10);
/// How long before the time limit the last read starts. With a limit below 2 s, it starts at half of the limit.
const LAST_LOOK: Duration = Duration::from_secs(1);

/// The number of refusals in a row after which another read is pointless. Fewer refusals may come from a replica that
/// lags behind, or from a token that is being renewed.
const REFUSALS: u32 = 3;

/// Counts refusals in a row.
#[derive(Debug, Default)]
pub(super) struct Refusals(u32);

impl Refusals {
    /// Records whether a read was refused. Returns true when another read is pointless.
    pub(super) fn add(&mut self, is_refusal: bool) -> bool {
        self.0 = if is_refusal { self.0 + 1 } else { 0 };
        self.0 >= REFUSALS
    }
}

/// The pauses between the reads of a wait, and one time limit for all these reads together.
pub(super) struct Pace<'a> {
    clock: &'a dyn Clock,
    started: Duration,
    limit: Duration,
    interval: Duration,
    max_interval: Duration,
    next: Next,
}

/// Whether there is a next read, and a pause before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Nothing,
    Pause,
    /// There is no next read: the last read was made.
    End,
}

impl<'a> Pace<'a> {
    /// The first read is due at once. The pause after it is `interval`, and each further pause is 1.5 times as long, up
    /// to `max_interval`. The last read starts shortly before `limit`, so that it is over by then. With a limit of
    /// zero, one read is made.
    pub(super) fn new(
        clock: &'a dyn Clock,
        limit: Duration,
        interval: Duration,
        max_interval: Duration,
    ) -> Self {
        Self {
            clock,
            started: clock.monotonic(),
            limit,
            interval: interval.min(max_interval).max(MIN_INTERVAL),
            max_interval: max_interval.max(MIN_INTERVAL),
            next: Next::Nothing,
        }
    }

    /// This pace with a pause before the first read.
    pub(super) fn pausing_first(mut self) -> Self {
        self.next = Next::Pause;
        self
    }

    /// A pace for other reads within the same time limit: the first read is due at once, and the pauses are as for
    /// [`new`](Self::new).
    pub(super) fn anew(self, interval: Duration, max_interval: Duration) -> Self {
        let fresh = Self::new(self.clock, self.limit, interval, max_interval);
        Self {
            started: self.started,
            ..fresh
        }
    }

    /// The time since the waiting began.
    pub(super) fn elapsed(&self) -> Duration {
        self.clock.monotonic().saturating_sub(self.started)
    }

    /// The time on the monotonic clock by which every call of a read has to be over. With a limit of zero, the single
    /// read has only the time limit of a call.
    pub(super) fn end(&self) -> Duration {
        if self.limit.is_zero() {
            return Duration::MAX;
        }
        self.started.saturating_add(self.limit)
    }

    fn last_look(&self) -> Duration {
        self.limit - LAST_LOOK.min(self.limit / 2)
    }

    /// The time limit of the whole wait.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// Sleeps until the next read is due, and for at least `floor`, the wait that the service asked for. Returns false
    /// when the last read has been made.
    pub(super) async fn next(&mut self, floor: Option<Duration>) -> bool {
        match self.next {
            Next::End => return false,
            Next::Nothing => {}
            Next::Pause => self.pause(floor).await,
        }
        // The time at which a read starts decides whether it is the last one. So a slow read that started early is
        // followed by another read, which starts near the time limit.
        let is_last = self.elapsed() >= self.last_look();
        self.next = if is_last { Next::End } else { Next::Pause };
        true
    }

    async fn pause(&mut self, floor: Option<Duration>) {
        let pause = self.interval.max(floor.unwrap_or_default());
        self.interval = self
            .interval
            .saturating_add(self.interval / 2)
            .min(self.max_interval);
        let pause = pause.min(self.last_look().saturating_sub(self.elapsed()));
        if !pause.is_zero() {
            self.clock.sleep(pause).await;
        }
    }
}
