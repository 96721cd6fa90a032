//! Time as the library sees it, replaceable so that programs and tests decide how it passes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use crate::Timestamp;

/// The future of one [`Clock::sleep`] call.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A source of time and of delays.
///
/// Every delay of this library goes through one: back-off between attempts, `Retry-After`, the rate limit, the pause
/// between two polls, and every deadline. Only the time limit of a single HTTP attempt is kept by the runtime itself.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The wall-clock time.
    fn now(&self) -> Timestamp;

    /// Time since an arbitrary, fixed moment. It never goes back, and is what deadlines are measured with.
    fn monotonic(&self) -> Duration;

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> Sleep<'_>;
}

/// The operating system's clock and the timers of tokio; the default.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(feature = "tokio")]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(Timestamp::MAX)
    }

    fn monotonic(&self) -> Duration {
        static START: std::sync::OnceLock<tokio::time::Instant> = std::sync::OnceLock::new();
        START.get_or_init(tokio::time::Instant::now).elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that stands still until somebody sleeps or [advances](ManualClock::advance) it; sleeping moves it on by the
/// whole duration at once. Clones share the same time.
///
/// With one of these shared by a client and an emulator, minutes of waiting pass in no time and always in the same way.
#[derive(Clone, Debug)]
pub struct ManualClock {
    start: Timestamp,
    elapsed: std::sync::Arc<std::sync::Mutex<Duration>>,
}

impl ManualClock {
    /// A clock that shows `start`.
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            start,
            elapsed: std::sync::Arc::default(),
        }
    }

    /// Moves the clock on.
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
    /// Shows 2024-02-20T15:14:19Z, the time in the published examples.
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
}
