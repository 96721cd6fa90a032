//! Durations as people write and read them.

use std::time::{Duration, SystemTime};

use ccloud_connect::Timestamp;

/// Reads `90`, `90s`, `1.5s`, `500ms`, `10m` or `2h`; a bare number counts seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("expected a number with ms, s, m or h, such as 90s or 10m".to_owned()),
    };
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * scale).ok())
        .ok_or_else(|| "expected a number with ms, s, m or h, such as 90s or 10m".to_owned())
}

/// The time of this machine.
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)
}

/// The largest whole unit, such as `12s` or `3h`; for ages.
pub(crate) fn age(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m", seconds / 60),
        seconds @ 3600..172_800 => format!("{}h", seconds / 3600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

/// Minutes and seconds, such as `53s`, `1m05s` or `2h00m05s`; below 10 seconds with a decimal.
pub(crate) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 if duration.is_zero() => "0s".to_owned(),
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
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in [
            "",
            "s",
            "-1",
            "5 minutes",
            "1d",
            "1e3",
            "1.2.3",
            "9999999999999999999h",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn writes_what_people_read() {
        for (millis, expected_age, expected_span) in [
            (0, "0s", "0s"),
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
