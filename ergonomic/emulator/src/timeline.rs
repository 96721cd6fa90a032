//! The emulator's time, measured on its clock since its start.

use std::sync::Mutex;
use std::time::Duration;

use super::assumptions::DateForm;
use super::control::Seconds;
use super::lock::lock;
use ccloud_connect_types::Timestamp;
use ccloud_connect_types::clock::Clock;

/// The emulator's time. It follows a clock, and a command can advance it further.
#[derive(Debug)]
pub(super) struct Timeline {
    clock: Box<dyn Clock>,
    origin: Mutex<Origin>,
}

#[derive(Clone, Copy, Debug)]
struct Origin {
    /// The wall-clock time at the start.
    start: Timestamp,
    monotonic: Duration,
    /// The time by which commands have advanced the emulator's time since the start.
    advanced: Duration,
}

impl Origin {
    fn now(clock: &dyn Clock) -> Self {
        Self {
            start: clock.now(),
            monotonic: clock.monotonic(),
            advanced: Duration::ZERO,
        }
    }
}

impl Timeline {
    /// The limit for all advances of the time together.
    pub(super) const FURTHEST: Duration = Seconds::MOST.0;

    pub(super) fn starting_now(clock: Box<dyn Clock>) -> Self {
        Self {
            origin: Mutex::new(Origin::now(&*clock)),
            clock,
        }
    }

    /// The time that has passed since the start, advances included.
    pub(super) fn now(&self) -> Duration {
        let origin = *lock(&self.origin);
        let passed = self.clock.monotonic().saturating_sub(origin.monotonic);
        passed.saturating_add(origin.advanced)
    }

    /// The wall-clock time of a moment, which is given as time since the start.
    pub(super) fn timestamp(&self, at: Duration) -> Timestamp {
        lock(&self.origin).start.saturating_add(at)
    }

    /// Advances the time. Returns false and changes nothing when all advances together would exceed the limit.
    pub(super) fn advance(&self, by: Duration) -> bool {
        let mut origin = lock(&self.origin);
        let advanced = origin.advanced.saturating_add(by);
        let near = advanced <= Self::FURTHEST;
        if near {
            origin.advanced = advanced;
        }
        near
    }

    /// Sets the time since the start to zero, and takes back all advances.
    pub(super) fn restart(&self) {
        *lock(&self.origin) = Origin::now(&*self.clock);
    }
}

/// Writes a date-time in one of the forms that the service uses.
pub(super) fn write_date(timestamp: Timestamp, form: DateForm) -> String {
    let text = timestamp.to_string();
    if form == DateForm::Rfc3339 {
        return text;
    }
    let whole = text.trim_end_matches('Z');
    let whole = whole.split_once('.').map_or(whole, |(whole, _)| whole);
    match form {
        DateForm::Rfc3339 | DateForm::WholeSeconds => format!("{whole}Z"),
        DateForm::Space => format!("{}+00:00", whole.replacen('T', " ", 1)),
        DateForm::NoColon => format!("{whole}+0000"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ccloud_connect_types::clock::ManualClock;

    #[test]
    fn moments_follow_the_clock() {
        let clock = ManualClock::default();
        clock.advance(Duration::from_secs(5));
        let line = Timeline::starting_now(Box::new(clock.clone()));
        clock.advance(Duration::from_secs(60));
        assert_eq!(line.now(), Duration::from_secs(60));
        assert_eq!(line.timestamp(line.now()), clock.now());
        assert!(line.advance(Duration::from_secs(3600)) && !line.advance(Timeline::FURTHEST));
        assert_eq!(line.now(), Duration::from_secs(3660));
        line.restart();
        assert_eq!(line.now(), Duration::ZERO);
        assert_eq!(line.timestamp(Duration::ZERO), clock.now());
    }

    #[test]
    fn every_form_is_the_same_instant() {
        let instant: Timestamp = "2024-02-20T15:14:19.25Z".parse().unwrap();
        for (form, text) in [
            (DateForm::Rfc3339, "2024-02-20T15:14:19.25Z"),
            (DateForm::WholeSeconds, "2024-02-20T15:14:19Z"),
            (DateForm::Space, "2024-02-20 15:14:19+00:00"),
            (DateForm::NoColon, "2024-02-20T15:14:19+0000"),
        ] {
            let written = write_date(instant, form);
            assert_eq!(written, text);
            assert!(written.parse::<Timestamp>().unwrap().same_instant(instant));
        }
    }
}
