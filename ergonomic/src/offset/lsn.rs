//! Log sequence numbers of PostgreSQL and SQL Server, as the servers write them and as the connectors read them.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::fields;
use super::value::{Value, wrong};
use crate::finding::number::Fault;
use crate::finding::{Code, ValidationError};
use crate::json::scan::{self, Kind};

/// A log sequence number of PostgreSQL, 0 to 2^63 - 1: a position in the write-ahead log, in bytes.
///
/// It is parsed from the server's notation, `16/B374D848`, or from a plain number. An entry contains it as a number,
/// because the connector fails on text. `Display` writes the server's notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PostgresLsn(i64);

impl PostgresLsn {
    /// The log sequence number as the number that an entry contains.
    pub fn as_i64(self) -> i64 {
        self.0
    }
}

/// The error for a text that is not a log sequence number of PostgreSQL.
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
        let number = (Kind::of(text) == Kind::Number).then(|| fields::truncated(text));
        match number.flatten() {
            Some(number) => Self::try_from(number).map_err(|_| Fault {
                code: Code::OutOfRange,
                message: format!(
                    "must be 0 or more, but is {number}; the connector reads nothing from a negative position"
                ),
                suggestion: None,
            }),
            None => {
                let mut fault = wrong("a log sequence number as a number, 0 or more", text);
                let meant = scan::string(text).and_then(|s| s.parse::<Self>().ok());
                fault.suggestion = meant.map(|lsn| format!("write {}", lsn.0));
                Err(fault)
            }
        }
    }

    const TYPE: &'static str = "whole number, 0 or more";

    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX })
    }
}

/// A log sequence number of SQL Server: hexadecimal text of the form `XXXXXXXX:XXXXXXXX:XXXX`, with or without the
/// colons, or the text `NULL`.
///
/// The text is kept as it is. The server's own notation `0x…` is refused, because the connector would read it as
/// another LSN without an error.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct SqlServerLsn(String);

impl SqlServerLsn {
    /// The text `NULL`, which a `change_lsn` can have.
    pub fn null() -> Self {
        Self("NULL".to_owned())
    }

    /// The log sequence number as the text that an entry contains.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of the hexadecimal text; 0 for `NULL`.
    pub(crate) fn number(&self) -> i128 {
        let digits = self.0.replace(':', "");
        i128::from_str_radix(&digits, 16).unwrap_or(0)
    }

    /// Whether this is the text `NULL`.
    pub fn is_null(&self) -> bool {
        self.0 == "NULL"
    }
}

/// # Errors
/// [`ValidationError`] when the text is neither a log sequence number of SQL Server nor `NULL`.
impl FromStr for SqlServerLsn {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lengths: Vec<usize> = text.split(':').map(str::len).collect();
        let is_form = lengths == [8, 8, 4] || lengths == [20];
        let is_hex = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
        if is_form && is_hex || text == "NULL" {
            return Ok(Self(text.to_owned()));
        }
        let fault = wrong("of the form XXXXXXXX:XXXXXXXX:XXXX", text);
        Err(ValidationError::of(fault.at("lsn".to_owned())))
    }
}

impl fmt::Display for SqlServerLsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Value for SqlServerLsn {
    type View<'a> = &'a Self;

    fn view(&self) -> &Self {
        self
    }

    fn read(text: &str) -> Result<Self, Fault> {
        let string = String::read(text)?;
        string.parse().map_err(|_| {
            let mut fault = wrong("text of the form XXXXXXXX:XXXXXXXX:XXXX", text);
            fault.message += "; the connector reads this text as another LSN, or its task fails";
            let hex = string.strip_prefix("0x").or(string.strip_prefix("0X"));
            let hex = hex.filter(|hex| hex.len() == 20 && hex.is_ascii());
            fault.suggestion =
                hex.map(|h| format!("write \"{}:{}:{}\"", &h[..8], &h[8..16], &h[16..]));
            fault
        })
    }

    const TYPE: &'static str = "text `XXXXXXXX:XXXXXXXX:XXXX`";

    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^([0-9A-Fa-f]{8}:?[0-9A-Fa-f]{8}:?[0-9A-Fa-f]{4}|NULL)$" })
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

    #[test]
    fn log_sequence_numbers_of_sql_server() {
        for text in ["00000025:00000d98:00A2", "NULL"] {
            assert_eq!(text.parse::<SqlServerLsn>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "null",
            "25:d98:a2",
            "00000025:00000d98",
            "00000025:00000d98:00a2:",
            "0000002g:00000d98:00a2",
        ] {
            assert!(text.parse::<SqlServerLsn>().is_err(), "{text}");
        }
        let lsn = |text: &str| text.parse::<SqlServerLsn>().unwrap().number();
        assert_eq!(lsn("0000002500000d9800a2"), lsn("00000025:00000D98:00A2"));
        let fault = SqlServerLsn::read("\"0x00000025000004480003\"").unwrap_err();
        assert_eq!(
            fault.suggestion.unwrap(),
            "write \"00000025:00000448:0003\""
        );
    }
}
