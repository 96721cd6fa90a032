//! Date-times as the service really writes them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A second.
const NANOSECONDS: i128 = 1_000_000_000;

/// An instant in UTC.
///
/// Reads every form the service has been seen to write: RFC 3339 (`2024-02-20T15:14:19Z`, with up to nine
/// fractional digits), a space instead of the `T`, and an offset without its colon (`+0000`). Writes RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// Whole seconds and nanoseconds (0 to 999,999,999) since the Unix epoch; `None` when out of range
    /// (years -9999 to 9999).
    pub fn from_unix(seconds: i64, nanoseconds: i32) -> Option<Self> {
        jiff::Timestamp::new(seconds, nanoseconds).ok().map(Self)
    }

    /// Nanoseconds since the Unix epoch; negative before it.
    pub fn unix_nanoseconds(self) -> i128 {
        self.0.as_nanosecond()
    }

    /// The latest instant that can be expressed, at the end of the year 9999.
    pub const MAX: Self = Self(jiff::Timestamp::MAX);

    /// The instant `duration` later, or [`Timestamp::MAX`].
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.checked_add(duration).unwrap_or(jiff::Timestamp::MAX))
    }

    /// The instant `duration` earlier, or the earliest that can be expressed.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.checked_sub(duration).unwrap_or(jiff::Timestamp::MIN))
    }

    /// How much later this is than `earlier`; zero when it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0
            .duration_since(earlier.0)
            .try_into()
            .unwrap_or(Duration::ZERO)
    }

    /// Whether both name the same request time, allowing for one of them having been cut to fewer digits, or rounded to
    /// fewer digits of the fraction.
    ///
    /// The service writes the same instant with and without a fraction in different places; what keeps a time in
    /// milliseconds or microseconds cuts or rounds it (*assumed*).
    pub fn same_instant(self, other: Self) -> bool {
        let (coarse, fine) = if self.last_digit() >= other.last_digit() {
            (self, other)
        } else {
            (other, self)
        };
        let unit = coarse.last_digit();
        let later = fine.0.as_nanosecond() - coarse.0.as_nanosecond();
        let is_cut = (0..unit).contains(&later);
        let is_rounded = unit < NANOSECONDS && -2 * later <= unit && later <= 0;
        is_cut || is_rounded
    }

    /// The nanoseconds that one step of the last digit of the fraction stands for; a second when there is none.
    fn last_digit(self) -> i128 {
        let mut unit = 1;
        while unit < NANOSECONDS && self.0.as_nanosecond() % (unit * 10) == 0 {
            unit *= 10;
        }
        unit
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim()
            .parse()
            .map(Self)
            .map_err(|_| ParseTimestampError {
                text: text.chars().take(64).collect(),
            })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0.into()
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = ParseTimestampError;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        jiff::Timestamp::try_from(time)
            .map(Self)
            .map_err(|_| ParseTimestampError {
                text: "a system time".to_owned(),
            })
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The text is not a date-time in any form that [`Timestamp`] reads, or lies outside years -9999 to 9999.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseTimestampError {
    text: String,
}

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a date-time; expected a form like 2024-02-20T15:14:19Z",
            self.text
        )
    }
}

impl std::error::Error for ParseTimestampError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_the_service_writes() {
        for text in [
            "2024-02-20T15:14:19Z",
            "2024-02-20 15:14:19+00:00",
            "2024-02-20T15:14:19+0000",
            "2024-02-20T17:14:19+02:00",
            "2024-02-20T15:14:19.000000000Z",
        ] {
            let read: Timestamp = text.parse().unwrap();
            assert_eq!(read.to_string(), "2024-02-20T15:14:19Z", "{text}");
        }
        let nanos: Timestamp = "2024-02-20T15:14:20.468546777Z".parse().unwrap();
        assert_eq!(nanos.to_string(), "2024-02-20T15:14:20.468546777Z");
    }

    #[test]
    fn refuses_what_is_not_a_date_time() {
        for text in [
            "",
            "yesterday",
            "2024-02-20",
            "1708442059",
            "2024-02-30T00:00:00Z",
        ] {
            let error = text.parse::<Timestamp>().unwrap_err();
            assert!(error.to_string().contains("not a date-time"), "{text}");
        }
    }

    #[test]
    fn a_cut_fraction_is_the_same_instant() {
        let at = |t: &str| t.parse::<Timestamp>().unwrap();
        assert!(at("2024-02-20T15:14:20Z").same_instant(at("2024-02-20T15:14:20.4Z")));
        assert!(!at("2024-02-20T15:14:20.5Z").same_instant(at("2024-02-20T15:14:20.4Z")));
        assert!(!at("2024-02-20T15:14:21Z").same_instant(at("2024-02-20T15:14:20.4Z")));
        let exact = at("2024-02-20T15:14:20.468546777Z");
        for (kept, same) in [
            ("20.468546Z", true),
            ("20.468547Z", true),
            ("20.468Z", true),
            ("20.469Z", true),
            ("20Z", true),
            ("20.468548Z", false),
            ("20.467Z", false),
            ("20.471Z", false),
            ("20.468546778Z", false),
            ("21Z", false),
        ] {
            let kept = at(&format!("2024-02-20T15:14:{kept}"));
            assert_eq!(exact.same_instant(kept), same, "{kept}");
            assert_eq!(kept.same_instant(exact), same, "{kept}");
        }
    }
}
