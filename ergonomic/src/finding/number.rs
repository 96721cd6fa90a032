//! Whole numbers as Kafka Connect reads them: a JSON integer, or a string of digits.

use super::text::excerpt;
use super::{Code, Finding};
use crate::json::scan::{self, Kind};

/// Up to this value, a double represents every whole number exactly.
pub(crate) const EXACT: f64 = 9_007_199_254_740_992.0;

/// The reason for which a value is not accepted, such as that it is not a whole number in the range of its field.
pub(crate) struct Fault {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) suggestion: Option<String>,
}

impl Fault {
    /// An error finding: the value at `path` has this fault.
    pub(crate) fn at(self, path: String) -> Finding {
        Finding {
            suggestion: self.suggestion,
            ..Finding::error(path, self.code, self.message)
        }
    }
}

/// Reads a whole number between 0 and `max` as Kafka Connect does for sink connectors: `Integer.parseInt` or
/// `Long.parseLong` on the text of the value, whether it is a number or a string.
pub(crate) fn whole(value: &str, max: i64) -> Result<i64, Fault> {
    let text = match Kind::of(value) {
        Kind::Number => value.into(),
        Kind::String => scan::string(value).unwrap_or_default(),
        kind => {
            return Err(Fault {
                code: Code::WrongType,
                message: format!("must be a whole number, but is {}", kind.noun()),
                suggestion: None,
            });
        }
    };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault {
            code: Code::NotAnInteger,
            message: format!("must be a whole number, but is {}", excerpt(value)),
            suggestion: as_whole(&text, max).map(|number| format!("write {number}")),
        });
    }
    // A number that does not fit an i64 does not parse, and is outside of every range.
    text.parse()
        .ok()
        .filter(|number| (0..=max).contains(number))
        .ok_or_else(|| Fault {
            code: Code::OutOfRange,
            message: format!("must be between 0 and {max}, but is {}", excerpt(value)),
            suggestion: None,
        })
}

/// The whole number that a decimal such as `1.0` or `1e3` stands for; `None` when it has a fraction, or when a double
/// does not represent it exactly.
pub(crate) fn as_whole(text: &str, max: i64) -> Option<i64> {
    let number: f64 = text.trim().parse().ok()?;
    if number.fract() != 0.0 || !(0.0..EXACT).contains(&number) {
        return None;
    }
    format!("{number:.0}")
        .parse()
        .ok()
        .filter(|whole| *whole <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_kafka_reads() {
        for (value, expected) in [
            ("0", 0),
            ("-0", 0),
            ("9223372036854775807", i64::MAX),
            ("\"10\"", 10),
            ("\"007\"", 7),
            ("\"+5\"", 5),
            (r#""\u0031""#, 1),
        ] {
            assert_eq!(whole(value, i64::MAX).ok(), Some(expected), "{value}");
        }
    }

    #[test]
    fn names_the_fault_of_everything_else() {
        for (value, code, suggestion) in [
            ("-1", Code::OutOfRange, None),
            ("2147483648", Code::OutOfRange, None),
            ("9223372036854775808", Code::OutOfRange, None),
            ("123456789012345678901234567890", Code::OutOfRange, None),
            ("1.0", Code::NotAnInteger, Some("write 1")),
            ("1e3", Code::NotAnInteger, Some("write 1000")),
            ("1.5", Code::NotAnInteger, None),
            ("1e400", Code::NotAnInteger, None),
            ("2147483648.0", Code::NotAnInteger, None),
            ("\"\"", Code::NotAnInteger, None),
            ("\" 7\"", Code::NotAnInteger, Some("write 7")),
            ("\"-\"", Code::NotAnInteger, None),
            ("\"seven\"", Code::NotAnInteger, None),
            ("true", Code::WrongType, None),
            ("null", Code::WrongType, None),
            ("[1]", Code::WrongType, None),
        ] {
            let fault = whole(value, i32::MAX.into()).err().unwrap();
            assert_eq!(fault.code, code, "{value}");
            assert_eq!(fault.suggestion.as_deref(), suggestion, "{value}");
        }
    }
}
