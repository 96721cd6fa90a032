//! The clocks that measure the library's times and delays. A program or a test can replace the clock, and so control how
//! time passes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::Timestamp;

/// The future of one [`Clock::sleep`] call.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A source of time and of delays.
///
/// All delays of `ccloud-connect` are measured by one clock: the back-off between attempts, `Retry-After`, the rate
/// limit, the pause between two polls, and every deadline. The only exception is the time limit of a single HTTP
/// attempt, which the tokio runtime measures.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The current wall-clock time.
    fn now(&self) -> Timestamp;

    /// The time since an arbitrary, fixed moment. It never decreases. Deadlines are measured with it.
    fn monotonic(&self) -> Duration;

    /// Returns a future that completes after `duration`.
    fn sleep(&self, duration: Duration) -> Sleep<'_>;
}

/// Implements [`Clock`] for a pointer to a clock, including a trait object.
macro_rules! forwarded {
    ($($pointer:ty),*) => {
        $(impl<C: Clock + ?Sized> Clock for $pointer {
            fn now(&self) -> Timestamp {
                (**self).now()
            }

            fn monotonic(&self) -> Duration {
                (**self).monotonic()
            }

            fn sleep(&self, duration: Duration) -> Sleep<'_> {
                (**self).sleep(duration)
            }
        })*
    };
}

forwarded!(Box<C>, Arc<C>);

/// The operating system's clock and the timers of tokio; the default.
///
/// In a tokio runtime whose time is paused, [`monotonic`](Clock::monotonic) and [`sleep`](Clock::sleep) follow the paused
/// time, and [`now`](Clock::now) does not. A process can pause each of its runtimes separately. Within a runtime,
/// `monotonic` advances exactly as the sleeps of that runtime do.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(feature = "tokio")]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        // The start lies far in the past, so that the time of no runtime is earlier than the start. The time of a paused
        // runtime falls behind the real time.
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        let start = START.get_or_init(|| long_before(std::time::Instant::now()));
        let now = tokio::time::Instant::now().into_std();
        now.saturating_duration_since(*start)
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The instant a year before `now`. When the platform cannot express it, half of a year before `now`, and so on.
#[cfg(feature = "tokio")]
fn long_before(now: std::time::Instant) -> std::time::Instant {
    let mut back = Duration::from_secs(365 * 24 * 3600);
    while !back.is_zero() {
        if let Some(start) = now.checked_sub(back) {
            return start;
        }
        back /= 2;
    }
    now
}

/// A clock that advances only when a task sleeps or calls [`advance`](ManualClock::advance). A sleep advances the clock by
/// its whole duration at once. Clones share the same time.
///
/// When a client and an emulator share such a clock, minutes of waiting take no real time, and the order of events is
/// always the same.
#[derive(Clone, Debug)]
pub struct ManualClock {
    start: Timestamp,
    elapsed: Arc<std::sync::Mutex<Duration>>,
}

impl ManualClock {
    /// Makes a clock whose wall-clock time is `start`.
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            start,
            elapsed: Arc::default(),
        }
    }

    /// Advances the clock and its clones by `duration`.
    pub fn advance(&self, duration: Duration) {
        let mut elapsed = self.lock();
        *elapsed = elapsed.saturating_add(duration);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Duration> {
        self.elapsed
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Default for ManualClock {
    /// Makes a clock whose wall-clock time is 2024-02-20T15:14:19Z, the time in the published examples.
    fn default() -> Self {
        Self::starting_at(Timestamp::from_unix(1_708_442_059, 0).unwrap_or(Timestamp::MAX))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.start.saturating_add(*self.lock())
    }

    fn monotonic(&self) -> Duration {
        *self.lock()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        self.advance(duration);
        // Lets other tasks run once, as a real sleep does.
        let mut yielded = false;
        Box::pin(std::future::poll_fn(move |context| {
            if yielded {
                return Poll::Ready(());
            }
            yielded = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }))
    }
}

#[cfg(all(test, feature = "tokio"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleeping_moves_every_clone_on() {
        let clock = ManualClock::default();
        let other = clock.clone();
        clock.sleep(Duration::from_secs(90)).await;
        assert_eq!(other.now().to_string(), "2024-02-20T15:15:49Z");
        assert_eq!(other.monotonic(), Duration::from_secs(90));
    }

    #[tokio::test(start_paused = true)]
    async fn the_system_clock_follows_the_runtime() {
        let before = SystemClock.monotonic();
        SystemClock.sleep(Duration::from_secs(3600)).await;
        assert!(SystemClock.monotonic() - before >= Duration::from_secs(3600));
    }

    #[test]
    fn a_paused_runtime_does_not_stop_the_time_of_another_one() {
        let runtime = |paused| {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            builder.enable_time().start_paused(paused).build().unwrap()
        };
        let (paused, late) = (runtime(true), runtime(true));
        let moves = |duration| async move {
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let before = clock.monotonic();
            clock.sleep(duration).await;
            clock.monotonic().saturating_sub(before) >= duration
        };
        assert!(paused.block_on(moves(Duration::from_secs(3600))));
        assert!(runtime(false).block_on(moves(Duration::from_millis(20))));
        // The runtime `late` was paused before the first use of the clock. Its clock must advance all the same.
        assert!(late.block_on(moves(Duration::from_secs(2))));
    }
}
