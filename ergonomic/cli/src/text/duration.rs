//! Durations as people write and read them.

use std::time::{Duration, SystemTime};

use ccloud_connect::Timestamp;
use jiff::{Span, SpanRelativeTo};

const EXPECTED: &str =
    "expected a time such as 500ms, 90s, 10m, 1h30m or 2d; a bare number counts seconds";

/// Parses a duration in the notation of [`Span`], such as `1.5s`, `500ms`, `1h30m` or `2d`. A day has 24 hours; a bare number
/// counts seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let is_bare = text.bytes().all(|byte| byte.is_ascii_digit());
    let text = if is_bare {
        format!("{text}s")
    } else {
        text.to_owned()
    };
    let span = text.parse::<Span>().ok();
    let duration = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    duration
        .and_then(|duration| duration.try_into().ok())
        .ok_or_else(|| EXPECTED.to_owned())
}

/// Parses the interval of the command `watch`, which must be at least 1 s.
pub(crate) fn interval(text: &str) -> Result<Duration, String> {
    match parse(text)? {
        interval if interval < Duration::from_secs(1) => {
            Err("must be at least 1s, because the service limits the number of requests".to_owned())
        }
        interval => Ok(interval),
    }
}

/// A moment as tables show it: UTC, to the second.
pub(crate) fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}

/// The current time by the clock of this machine.
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)
}

/// An age in its largest whole unit, such as `12s` or `3h`.
pub(crate) fn age(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m", seconds / 60),
        seconds @ 3600..172_800 => format!("{}h", seconds / 3600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

/// How long ago `at` was; `None` when `at` is in the future, which means that one of the clocks is wrong.
pub(crate) fn age_of(at: Timestamp, now: Timestamp) -> Option<Duration> {
    // Clocks differ a little, so a time that is at most 2 s in the future counts as now.
    (at.since(now) <= Duration::from_secs(2)).then(|| now.since(at))
}

/// The time of a sample in words, such as `12s ago`.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    age_of(at, now).map_or_else(
        || "in the future by this machine's clock".to_owned(),
        |old| format!("{} ago", age(old)),
    )
}

/// A duration such as `53s`, `1m05s` or `2h00m05s`. Below 10 s it has one decimal; below 50 ms it is in milliseconds.
pub(crate) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 if duration.is_zero() => "0s".to_owned(),
        0 if duration.subsec_millis() < 50 => format!("{}ms", duration.subsec_millis().max(1)),
        0..10 if duration.subsec_millis() >= 50 => format!("{:.1}s", duration.as_secs_f64()),
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!(
            "{}h{:02}m{:02}s",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, millis) in [
            ("0", 0),
            ("90", 90_000),
            ("90s", 90_000),
            ("1.5s", 1_500),
            ("500ms", 500),
            ("10m", 600_000),
            ("2h", 7_200_000),
            ("1h30m", 5_400_000),
            ("1d", 86_400_000),
            ("1m0.5s", 60_500),
            ("5 minutes", 300_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in
            ",s,-1,soon,1e3,1k,30m1h,1m1m,1h30,-1k,-1h,1.2.3,9999999999999999999h".split(',')
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_in_the_future_has_no_age() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2024-02-20T15:14:19Z");
        for (then, expected) in [
            ("2024-02-20T15:13:19Z", "1m ago"),
            ("2024-02-20T15:14:21Z", "0s ago"),
            (
                "2024-02-20T15:14:22Z",
                "in the future by this machine's clock",
            ),
        ] {
            assert_eq!(ago(at(then), now), expected);
        }
    }

    #[test]
    fn writes_what_people_read() {
        for (millis, expected_age, expected_span) in [
            (0, "0s", "0s"),
            (10, "0s", "10ms"),
            (400, "0s", "0.4s"),
            (1_700, "1s", "1.7s"),
            (59_000, "59s", "59s"),
            (65_000, "1m", "1m05s"),
            (7_205_000, "2h", "2h00m05s"),
            (400_000_000, "4d", "111h06m40s"),
        ] {
            let duration = Duration::from_millis(millis);
            assert_eq!(age(duration), expected_age);
            assert_eq!(span(duration), expected_span);
        }
    }
}
