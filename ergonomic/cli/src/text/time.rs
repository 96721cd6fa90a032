//! Times as people write them.

use std::str::FromStr;
use std::time::Duration;

use ccloud_connect::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::AmbiguousOffset::{Fold, Gap};
use jiff::tz::TimeZone;

use crate::text::duration;

const EXPECTED: &str = "expected a time such as 2026-11-26T08:00:00Z, 2026-11-26T08:00 or 08:00 (in the zone of this machine), or -2h \
                        (two hours ago)";

/// A moment as a person wrote it. Its meaning may depend on the current time and on the time zone of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The moment was written with a zone.
    At(Timestamp),
    /// The moment is this long before the current time.
    Ago(Duration),
    /// The moment was written without a zone, and is in the zone of this machine.
    Local(DateTime),
    /// Only a time of day was written: the moment is today, in the zone of this machine.
    Today(Time),
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(ago) = text.strip_prefix('-') {
            // A bare number is refused, because its unit is not clear.
            if ago.ends_with(|c: char| c.is_ascii_digit()) {
                return Err(EXPECTED.to_owned());
            }
            let ago = duration::parse(ago).ok().filter(|ago| !ago.is_zero());
            return ago.map(Self::Ago).ok_or_else(|| EXPECTED.to_owned());
        }
        // The parser of dates accepts too many forms, and ignores the name of a zone in brackets. This check refuses these forms.
        if !text.starts_with(|c: char| c.is_ascii_digit()) || text.contains('[') {
            return Err(EXPECTED.to_owned());
        }
        if let Some(time) = text.parse().ok().and_then(from_jiff) {
            return Ok(Self::At(time));
        }
        if text.contains('-') {
            let date_time = text.parse::<DateTime>().ok();
            let date_time = date_time
                .or_else(|| Some(text.parse::<Date>().ok()?.to_datetime(Time::midnight())));
            return date_time.map(Self::Local).ok_or(EXPECTED.to_owned());
        }
        let time = text.parse::<Time>().ok().filter(|_| text.contains(':'));
        time.map(Self::Today).ok_or_else(|| EXPECTED.to_owned())
    }
}

/// The exact time that a moment means, and a text that tells the person this time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Meant {
    pub(crate) time: Timestamp,
    /// The time in the zone of this machine and in UTC, for the person to check.
    pub(crate) told: String,
}

impl Moment {
    /// The exact time that the moment means, when the current time is `now`, in the zone of this machine.
    pub(crate) fn meant(&self, now: Timestamp) -> Result<Meant, String> {
        self.meant_in(now, &TimeZone::system())
    }

    fn meant_in(&self, now: Timestamp, zone: &TimeZone) -> Result<Meant, String> {
        let local = |date_time: DateTime| {
            let mapped = zone.to_ambiguous_zoned_datetime(date_time);
            let (Gap { before, after } | Fold { before, after }) = mapped.offset() else {
                let zoned = mapped.compatible().ok();
                let time = zoned.and_then(|zoned| from_jiff(zoned.timestamp()));
                return time.ok_or_else(|| EXPECTED.to_owned());
            };
            Err(format!(
                "{date_time} does not name exactly one moment in this machine's zone ({}), because the clocks change then; write \
                 {date_time}{before} or {date_time}{after}",
                name(zone)
            ))
        };
        let time = match self {
            Self::At(time) => *time,
            // A person who writes `-2h` does not expect a fraction of a second in the result.
            Self::Ago(ago) => whole_second(now).saturating_sub(*ago),
            Self::Local(date_time) => local(*date_time)?,
            Self::Today(time) => {
                let today = to_jiff(now).to_zoned_datetime(zone.clone()).date();
                let time_today = local(today.to_datetime(*time))?;
                if time_today > now {
                    let yesterday = today.yesterday().unwrap_or(today);
                    return Err(format!(
                        "{time} is still to come today ({}); for yesterday write {yesterday}T{time}",
                        name(zone)
                    ));
                }
                time_today
            }
        };
        let zoned = to_jiff(time).to_zoned_datetime(zone.clone());
        let here = zoned.strftime("%Y-%m-%dT%H:%M:%S%.f%:z");
        let told = if zoned.offset().seconds() == 0 {
            format!("{time}")
        } else {
            format!("{here} ({}), which is {time}", name(zone))
        };
        Ok(Meant { time, told })
    }
}

/// The time without its fraction of a second.
fn whole_second(time: Timestamp) -> Timestamp {
    let second = time.unix_nanoseconds().div_euclid(1_000_000_000);
    let second = i64::try_from(second).ok();
    second
        .and_then(|second| Timestamp::from_unix(second, 0))
        .unwrap_or(time)
}

fn name(zone: &TimeZone) -> String {
    zone.iana_name().map_or_else(
        || "the zone of this machine".to_owned(),
        |name| format!("zone {name}"),
    )
}

fn to_jiff(time: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_nanosecond(time.unix_nanoseconds()).unwrap_or(jiff::Timestamp::MAX)
}

fn from_jiff(time: jiff::Timestamp) -> Option<Timestamp> {
    Timestamp::from_unix(time.as_second(), time.subsec_nanosecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        // Central European time, in the notation of POSIX.
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    fn meant(text: &str) -> Result<String, String> {
        let now = "2026-11-26T09:30:00.75Z".parse().unwrap();
        let meant = text.parse::<Moment>()?.meant_in(now, &zone())?;
        Ok(meant.time.to_string())
    }

    #[test]
    fn reads_what_people_write() {
        for line in "\
            2026-11-26T08:00:00Z => 2026-11-26T08:00:00Z
            2026-11-26T08:00Z => 2026-11-26T08:00:00Z
            2026-11-26 08:00+02:00 => 2026-11-26T06:00:00Z
            2026-11-26T08:00:00.5-05:00 => 2026-11-26T13:00:00.5Z
            2026-10-25T02:30:00+01 => 2026-10-25T01:30:00Z
            2026-11-26T08:00 => 2026-11-26T07:00:00Z
            2026-07-01T08:00 => 2026-07-01T06:00:00Z
            2026-11-26 08:00:07.25 => 2026-11-26T07:00:07.25Z
            2026-11-26 => 2026-11-25T23:00:00Z
            08:00 => 2026-11-26T07:00:00Z
             08:00:30  => 2026-11-26T07:00:30Z
            -2h => 2026-11-26T07:30:00Z
            -1h30m => 2026-11-26T08:00:00Z
            -3d => 2026-11-23T09:30:00Z
            -90s => 2026-11-26T09:28:30Z"
            .lines()
        {
            let (text, expected) = line.trim_start().split_once(" => ").unwrap();
            assert_eq!(meant(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_could_mean_two_things() {
        let refused = ",now,8,2026,-2,-,-h,--2h,+2h,2h,-0h,25:00,yesterday,-2x,08:00Z,1764144000,1764144000000,\
                       20261126T080000,2026-13-01,2026-11-26T08:00[Asia/Tokyo],2026-11-26T08:00Z[Asia/Tokyo],-99999999999999999999d";
        for text in refused.split(',') {
            assert!(meant(text).is_err(), "{text}: {:?}", meant(text));
        }
        for (text, words) in [
            // The clocks change: 02:30 does not exist on the first of these days, and comes twice on the second.
            ("2026-03-29T02:30", "+01 or 2026-03-29T02:30:00+02"),
            ("2026-10-25T02:30", "+02 or 2026-10-25T02:30:00+01"),
            ("11:00", "write 2026-11-25T11:00:00"),
        ] {
            let error = meant(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn tells_both_zones() {
        let now = "2026-11-26T09:30:00Z".parse().unwrap();
        let moment: Moment = "08:00".parse().unwrap();
        assert_eq!(
            moment.meant_in(now, &zone()).unwrap().told,
            "2026-11-26T08:00:00+01:00 (the zone of this machine), which is 2026-11-26T07:00:00Z"
        );
        assert_eq!(
            moment.meant_in(now, &TimeZone::UTC).unwrap().told,
            "2026-11-26T08:00:00Z"
        );
    }
}
