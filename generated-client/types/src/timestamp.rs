//! Date-times, in every form in which the service writes them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One second, in nanoseconds.
const NANOSECONDS: i128 = 1_000_000_000;

/// An instant in UTC.
///
/// Parsing accepts every form that the service has been seen to write: RFC 3339 (`2024-02-20T15:14:19Z`, with up to nine
/// fractional digits), a space instead of the `T`, and a time zone without its colon (`+0000`). `Display` writes RFC 3339
/// in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The current time of this machine; [`Timestamp::MAX`] when the machine's clock is set beyond the year 9999.
    pub fn now() -> Self {
        Self::try_from(SystemTime::now()).unwrap_or(Self::MAX)
    }

    /// Parses the date of an HTTP header (`Tue, 20 Feb 2024 15:14:49 GMT`), which is exact to the second. The two older
    /// forms in RFC 9110 are accepted too.
    ///
    /// # Errors
    /// When the text has none of the three forms.
    pub fn from_http_date(text: &str) -> Result<Self, ParseTimestampError> {
        let text = text.trim();
        let older = || {
            let forms = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
            let read = |form| jiff::civil::DateTime::strptime(form, text).ok();
            let utc = forms.into_iter().find_map(read)?;
            jiff::tz::TimeZone::UTC.to_timestamp(utc).ok()
        };
        jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(text)
            .ok()
            .or_else(older)
            .map(Self)
            .ok_or_else(|| ParseTimestampError::new(text))
    }

    /// The instant that is `seconds` and `nanoseconds` (0 to 999,999,999) after the Unix epoch; `None` when it is outside
    /// the years -9999 to 9999.
    pub fn from_unix(seconds: i64, nanoseconds: i32) -> Option<Self> {
        jiff::Timestamp::new(seconds, nanoseconds).ok().map(Self)
    }

    /// The nanoseconds since the Unix epoch; negative when this instant is before the epoch.
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

    /// How much later this instant is than `earlier`; zero when it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0
            .duration_since(earlier.0)
            .try_into()
            .unwrap_or(Duration::ZERO)
    }

    /// Whether two times that the service reported belong to the same request: they are less than a second apart.
    ///
    /// The service may report the time of one request with a fraction in one answer, and cut or rounded to seconds in
    /// another. One of these times may also be a little later than the other (*assumed*). Two alterations of one connector cannot be
    /// accepted within a second, because each alteration takes longer than a second.
    pub fn same_instant(self, other: Self) -> bool {
        (self.0.as_nanosecond() - other.0.as_nanosecond()).abs() < NANOSECONDS
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim()
            .parse()
            .map(Self)
            .map_err(|_| ParseTimestampError::new(text))
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

/// An instant that the platform cannot express becomes the Unix epoch.
impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0.try_into().unwrap_or(Self::UNIX_EPOCH)
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = ParseTimestampError;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        jiff::Timestamp::try_from(time)
            .map(Self)
            .map_err(|_| ParseTimestampError::new("a system time"))
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

impl ParseTimestampError {
    fn new(text: &str) -> Self {
        Self {
            text: text.chars().take(64).collect(),
        }
    }
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
    fn less_than_a_second_apart_is_the_same_request() {
        let at = |t: &str| {
            format!("2024-02-20T15:14:{t}Z")
                .parse::<Timestamp>()
                .unwrap()
        };
        for (left, right, same) in [
            ("20", "20.468546777", true),
            ("20.468546777", "20.468546", true),
            ("20.468546777", "20.469", true),
            ("20.468", "20.466", true),
            ("20.5", "21", true),
            ("20.999", "21", true),
            ("20", "21", false),
            ("20.4", "21.4", false),
            ("20.4", "25.4", false),
        ] {
            let (left, right) = (at(left), at(right));
            assert_eq!(left.same_instant(right), same, "{left} {right}");
            assert_eq!(right.same_instant(left), same, "{left} {right}");
        }
    }

    #[test]
    fn reads_the_dates_of_http() {
        let at = |text| Timestamp::from_http_date(text).ok();
        for text in [
            "Tue, 20 Feb 2024 15:14:49 GMT",
            "Tuesday, 20-Feb-24 15:14:49 GMT",
            "Tue Feb 20 15:14:49 2024",
        ] {
            assert_eq!(at(text), "2024-02-20T15:14:49Z".parse().ok(), "{text}");
        }
        assert_eq!(at("soon"), None);
    }
}
