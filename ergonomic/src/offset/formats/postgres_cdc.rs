//! Offsets of the PostgreSQL CDC source.

use std::fmt;
use std::str::FromStr;

use crate::finding::Finding;
use crate::finding::number::Fault;
use crate::json::scan;
use crate::offset::format::offset_format;
use crate::offset::value::{Value, not_empty, wrong};

/// A log sequence number of PostgreSQL, 0 to 2^63 - 1: a place in the write-ahead log, in bytes.
///
/// Reads the server's notation `16/B374D848`, or a plain number; is sent as a number, because the connector fails on
/// text. Shown in the server's notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostgresLsn(i64);

impl PostgresLsn {
    /// The number that is sent.
    pub fn as_i64(self) -> i64 {
        self.0
    }
}

/// The text is not a PostgreSQL log sequence number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseLsnError {
    text: String,
}

impl fmt::Display for ParseLsnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a log sequence number; expected a form like 16/B374D848, or a number up to {}",
            self.text,
            i64::MAX
        )
    }
}

impl std::error::Error for ParseLsnError {}

impl TryFrom<i64> for PostgresLsn {
    type Error = ParseLsnError;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        if number < 0 {
            let text = number.to_string();
            return Err(ParseLsnError { text });
        }
        Ok(Self(number))
    }
}

impl FromStr for PostgresLsn {
    type Err = ParseLsnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let half = |digits: &str| {
            let hex = digits.len() <= 8 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            hex.then(|| i64::from_str_radix(digits, 16).ok()).flatten()
        };
        let number = match text.split_once('/') {
            Some((high, low)) => half(high)
                .filter(|high| *high <= i64::from(i32::MAX))
                .zip(half(low))
                .map(|(high, low)| (high << 32) + low),
            None => text.parse().ok().filter(|number| *number >= 0),
        };
        number.map(Self).ok_or_else(|| ParseLsnError {
            text: text.chars().take(64).collect(),
        })
    }
}

impl fmt::Display for PostgresLsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}/{:X}", self.0 >> 32, self.0 & 0xFFFF_FFFF)
    }
}

impl Value for PostgresLsn {
    type View<'a> = Self;

    fn view(&self) -> Self {
        *self
    }

    fn read(text: &str) -> Result<Self, Fault> {
        let number = text.parse().ok().and_then(|n: i64| Self::try_from(n).ok());
        number.ok_or_else(|| {
            let mut fault = wrong("a log sequence number as a number, 0 or more", text);
            let meant = scan::string(text).and_then(|s| s.parse::<Self>().ok());
            fault.suggestion = meant.map(|lsn| format!("write {}", lsn.0));
            fault
        })
    }

    fn write(&self) -> String {
        self.0.to_string()
    }

    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX })
    }
}

offset_format! {
    /// The position of a PostgreSQL CDC source (Debezium) in the write-ahead log.
    ///
    /// The replication slot on the server keeps a position of its own, which no alteration reaches: changes that the
    /// slot has already released cannot be read again (format from the connector's source code).
    PostgresCdc
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
        /// The place in the log.
        offset "lsn" lsn: PostgresLsn as PostgresLsn;
    }
    optional {
        /// The place up to which everything was processed.
        offset "lsn_proc" lsn_proc with_lsn_proc(PostgresLsn): PostgresLsn as PostgresLsn;
        /// The place of the last commit that was read.
        offset "lsn_commit" lsn_commit with_lsn_commit(PostgresLsn): PostgresLsn as PostgresLsn;
        /// The number of events processed at `lsn`.
        offset "lsn_events_processed" lsn_events_processed with_lsn_events_processed(i64): i64 as i64;
        /// The id of the transaction.
        offset "txId" tx_id with_tx_id(i64): i64 as i64;
        /// The time of the change, in microseconds since the Unix epoch.
        offset "ts_usec" ts_usec with_ts_usec(i64): i64 as i64;
        /// The oldest transaction still visible.
        offset "xmin" xmin with_xmin(i64): i64 as i64;
        /// The kind of the last message.
        offset "messageType" message_type with_message_type(impl Into<String>): String as &str;
        /// Whether the last record was the last one of the snapshot.
        offset "last_snapshot_record" last_snapshot_record with_last_snapshot_record(bool): bool as bool;
        /// Whether the snapshot is complete.
        offset "snapshot_completed" snapshot_completed with_snapshot_completed(bool): bool as bool;
    }
    checked {}
}

impl PostgresCdc {
    /// A position.
    pub fn new(server: impl Into<String>, lsn: PostgresLsn) -> Self {
        Self::of(server.into(), lsn)
    }

    /// The same server at another place in the log.
    ///
    /// Sets `lsn`, and `lsn_proc` and `lsn_commit` where they are present, because the connector skips what lies before
    /// them; drops `lsn_events_processed`, which counts at the old place. That this is enough is *assumed* from the
    /// meaning of the members.
    #[must_use]
    pub fn move_to(mut self, lsn: PostgresLsn) -> Self {
        self.lsn = lsn;
        self.raw.offset.set_text("lsn", &lsn.write());
        self.raw.offset.remove("lsn_events_processed");
        self.lsn_events_processed = None;
        if self.lsn_proc.is_some() {
            self = self.with_lsn_proc(lsn);
        }
        if self.lsn_commit.is_some() {
            self = self.with_lsn_commit(lsn);
        }
        self
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_sequence_numbers() {
        for (text, number, shown) in [
            ("16/B374D848", 97_500_059_720, "16/B374D848"),
            ("0/0", 0, "0/0"),
            ("0/1a", 26, "0/1A"),
            ("97500059720", 97_500_059_720, "16/B374D848"),
            ("7FFFFFFF/FFFFFFFF", i64::MAX, "7FFFFFFF/FFFFFFFF"),
        ] {
            let lsn: PostgresLsn = text.parse().unwrap();
            assert_eq!((lsn.as_i64(), lsn.to_string().as_str()), (number, shown));
        }
        for text in [
            "",
            "/",
            "1/",
            "16-B3",
            "80000000/0",
            "1/100000000",
            "+1/2",
            "-1",
            "x/y",
        ] {
            assert!(text.parse::<PostgresLsn>().is_err(), "{text}");
        }
        assert!(PostgresLsn::try_from(-1).is_err());
    }

    #[test]
    fn text_instead_of_the_number_is_explained() {
        let fault = PostgresLsn::read("\"16/B374D848\"").unwrap_err();
        assert_eq!(fault.suggestion.unwrap(), "write 97500059720");
    }
}
