//! Positions to move to, in the notation of the system that is read.

use std::str::FromStr;

use super::value::Value;
use crate::Timestamp;
use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};

/// A position to move to, in the notation of the system that a connector reads; see
/// [`OffsetFormat::move_to`](super::OffsetFormat::move_to).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Coordinate {
    /// `lsn`: a log sequence number of PostgreSQL (`16/B374D848` or a number) or of SQL Server
    /// (`00000025:00000d98:00a2`).
    Lsn(String),
    /// `scn`: a system change number of Oracle, as digits.
    Scn(String),
    /// `binlog`: a file of a binary log and a position in it, in bytes, at which a transaction begins.
    Binlog {
        /// The name of the file.
        file: String,
        /// The position in bytes, 0 or more.
        pos: i64,
    },
    /// `gtid`: the transactions that have already been read, in the server's notation.
    Gtids(String),
    /// `time`: the connector reads everything from this time on.
    Time(Timestamp),
    /// `incrementing`: the value of the column in the last row that has been read.
    Incrementing(i64),
    /// `resume-token`: a token of a change stream.
    ResumeToken(String),
    /// `sequence`: the number of the last change that has been read.
    Sequence(i64),
    /// `offset`: an offset in a partition of a topic.
    Offset(i64),
    /// `position`: a position in a file, in bytes.
    FilePosition(i64),
    /// `continuation-token`: a token of a change feed.
    ContinuationToken(String),
}

impl Coordinate {
    /// The name of this kind of coordinate, in kebab-case, as the documentation of its variant gives it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Lsn(_) => "lsn",
            Self::Scn(_) => "scn",
            Self::Binlog { .. } => "binlog",
            Self::Gtids(_) => "gtid",
            Self::Time(_) => "time",
            Self::Incrementing(_) => "incrementing",
            Self::ResumeToken(_) => "resume-token",
            Self::Sequence(_) => "sequence",
            Self::Offset(_) => "offset",
            Self::FilePosition(_) => "position",
            Self::ContinuationToken(_) => "continuation-token",
        }
    }

    /// The value as JSON: a number, or text; of a binary log the file.
    pub(crate) fn to_json(&self) -> String {
        match self {
            Self::Lsn(text)
            | Self::Scn(text)
            | Self::Gtids(text)
            | Self::ResumeToken(text)
            | Self::ContinuationToken(text)
            | Self::Binlog { file: text, .. } => text.write(),
            Self::Time(time) => time.write(),
            Self::Incrementing(number)
            | Self::Sequence(number)
            | Self::Offset(number)
            | Self::FilePosition(number) => number.write(),
        }
    }

    /// Reads a coordinate of the kind `name` from text: numbers as digits, times as RFC 3339 (seconds may be left out,
    /// `2026-11-26T08:00Z`), `binlog` as `file:position`.
    ///
    /// # Errors
    /// [`Code::WrongCoordinate`] when there is no such kind, or when the text is not a coordinate of this kind.
    pub fn parse(name: &str, text: &str) -> Result<Self, ValidationError> {
        let wrong = |expected: &str| {
            refused(
                name,
                &format!("must be {expected}, but is `{}`", excerpt(text)),
            )
        };
        let whole = || text.parse::<i64>().map_err(|_| wrong("a whole number"));
        match name {
            "lsn" => Ok(Self::Lsn(text.to_owned())),
            "scn" => Ok(Self::Scn(text.to_owned())),
            "gtid" => Ok(Self::Gtids(text.to_owned())),
            "resume-token" => Ok(Self::ResumeToken(text.to_owned())),
            "continuation-token" => Ok(Self::ContinuationToken(text.to_owned())),
            "incrementing" => Ok(Self::Incrementing(whole()?)),
            "sequence" => Ok(Self::Sequence(whole()?)),
            "offset" => Ok(Self::Offset(whole()?)),
            "position" => Ok(Self::FilePosition(whole()?)),
            "time" => Timestamp::from_str(text)
                .map(Self::Time)
                .map_err(|_| wrong("a time such as 2026-11-26T08:00:00Z")),
            "binlog" => text
                .rsplit_once(':')
                .filter(|(file, _)| !file.is_empty())
                .and_then(|(file, pos)| Some((file.to_owned(), pos.parse().ok()?)))
                .map(|(file, pos)| Self::Binlog { file, pos })
                .ok_or_else(|| wrong("a file and a position such as mysql-bin.000042:4")),
            _ => Err(refused(name, "is not a kind of coordinate")),
        }
    }

    /// The error when a connector cannot move to this coordinate; `message` continues its name into a sentence.
    pub(crate) fn refused(&self, message: &str) -> ValidationError {
        refused(self.name(), message)
    }
}

fn refused(name: &str, message: &str) -> ValidationError {
    let finding = Finding::error(name, Code::WrongCoordinate, message);
    ValidationError::new(vec![finding])
}

#[cfg(test)]
mod tests {
    use super::super::tests::rows;
    use super::*;

    #[test]
    fn coordinates_are_read_from_text() {
        for [name, text, expected] in rows(
            r#"
            binlog | mysql-bin.000042:4 | Ok(Binlog { file: "mysql-bin.000042", pos: 4 })
            time | 2026-11-26T08:00Z | Ok(Time(2026-11-26T08:00:00Z))
            incrementing | 12500 | Ok(Incrementing(12500))
            binlog | mysql-bin.000042 | wrong
            binlog | :4 | wrong
            time | yesterday | wrong
            offset | 1.0 | wrong
            row | 1 | wrong
            "#,
        ) {
            let read = Coordinate::parse(name, text);
            match &read {
                Ok(coordinate) => assert_eq!(coordinate.name(), name),
                Err(invalid) => {
                    let finding = &invalid.report().findings()[0];
                    assert_eq!(finding.code, Code::WrongCoordinate);
                    assert_eq!(finding.path, name);
                }
            }
            let read = read.map_or_else(
                |_| "wrong".to_owned(),
                |to| format!("{:?}", Ok::<_, ()>(to)),
            );
            assert_eq!(read, expected);
        }
    }
}
