//! Durations in configuration files.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserializer, Serializer, de};

/// Writes the duration as text, such as `500ms` or `2m 30s`.
pub(crate) fn serialize<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let duration = SignedDuration::try_from(*duration).unwrap_or(SignedDuration::MAX);
    serializer.collect_str(&format_args!("{duration:#}"))
}

/// Reads a duration from text, such as `500ms` or `2m 30s`, or from a number of seconds.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    deserializer.deserialize_any(Reader)
}

struct Reader;

impl de::Visitor<'_> for Reader {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as \"500ms\", \"30s\" or \"2m 30s\", or a number of seconds")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
        text.trim()
            .parse::<SignedDuration>()
            .ok()
            .and_then(|duration| Duration::try_from(duration).ok())
            .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Duration, E> {
        Ok(Duration::from_secs(seconds))
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Duration, E> {
        let whole = u64::try_from(seconds).map(Duration::from_secs);
        whole.map_err(|_| E::invalid_value(de::Unexpected::Signed(seconds), &self))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Duration, E> {
        Duration::try_from_secs_f64(seconds)
            .map_err(|_| E::invalid_value(de::Unexpected::Float(seconds), &self))
    }
}
