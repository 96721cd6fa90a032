//! The one way to wait: pauses between looks, and a time limit.

use std::time::Duration;

use crate::clock::Clock;

/// Keeps an interval of zero from looking without a pause.
const MIN_INTERVAL: Duration = Duration::from_millis(10);
/// The time that is left to the last look, at most; never more than a quarter of the limit.
const LAST_LOOK: Duration = Duration::from_secs(1);

/// So many refusals in a row make asking again pointless; fewer may be those of a replica, or of a token that is renewed.
const REFUSALS: u32 = 3;

/// Counts refusals in a row.
#[derive(Debug, Default)]
pub(super) struct Refusals(u32);

impl Refusals {
    /// Takes in whether a look was refused; true when asking again is pointless.
    pub(super) fn add(&mut self, is_refusal: bool) -> bool {
        self.0 = if is_refusal { self.0 + 1 } else { 0 };
        self.0 >= REFUSALS
    }
}

/// The pauses between looks, and the time limit of all of them.
pub(super) struct Pace<'a> {
    clock: &'a dyn Clock,
    started: Duration,
    limit: Duration,
    interval: Duration,
    max_interval: Duration,
    next: Next,
}

/// What comes before the next look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Nothing,
    Pause,
    /// There is none: the last look was made.
    End,
}

impl<'a> Pace<'a> {
    /// Looks at once, then after pauses of `interval`, each 1.5 times as long as the one before up to `max_interval`; the
    /// last look is made a moment before `limit`, so that it is over by then. With a limit of zero one look is made.
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

    /// The same with a pause before the first look.
    pub(super) fn pausing_first(mut self) -> Self {
        self.next = Next::Pause;
        self
    }

    /// The same limit for looks at something else: the first of them at once, then after pauses as for
    /// [`new`](Self::new).
    pub(super) fn anew(self, interval: Duration, max_interval: Duration) -> Self {
        let fresh = Self::new(self.clock, self.limit, interval, max_interval);
        Self {
            started: self.started,
            ..fresh
        }
    }

    /// The time since waiting began.
    pub(super) fn elapsed(&self) -> Duration {
        self.clock.monotonic().saturating_sub(self.started)
    }

    /// When every call in a look has to be over, on the monotonic clock. The one look of a limit of zero has what a call may
    /// take.
    pub(super) fn end(&self) -> Duration {
        if self.limit.is_zero() {
            return Duration::MAX;
        }
        self.started.saturating_add(self.limit)
    }

    fn last_look(&self) -> Duration {
        self.limit - LAST_LOOK.min(self.limit / 4)
    }

    /// The time that waiting may take in all.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// Sleeps until the next look is due, for at least `floor` when the service asked for that; false when the last look
    /// has been made.
    pub(super) async fn next(&mut self, floor: Option<Duration>) -> bool {
        match self.next {
            Next::End => return false,
            Next::Nothing => {}
            Next::Pause => self.pause(floor).await,
        }
        // Decided before the look starts, so that one is always made at the end.
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
