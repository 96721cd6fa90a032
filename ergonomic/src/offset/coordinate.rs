//! Coordinates: positions to move to, in the notation of the database or other system that a connector reads.

use std::str::FromStr;

use super::value::Value;
use crate::Timestamp;
use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};

macro_rules! coordinates {
    ($($(#[doc = $doc:literal])+ $name:literal $kind:ident($type:ty),)+) => {
        /// A position to move to, in the notation of the system that a connector reads; see
        /// [`OffsetFormat::move_to`](super::OffsetFormat::move_to).
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Coordinate {
            /// `binlog`: a file of a binary log and a position in it, in bytes, at which a transaction begins.
            Binlog {
                /// The name of the file.
                file: String,
                /// The position in bytes, 0 or more.
                pos: i64,
            },
            $(#[doc = concat!("`", $name, "`:", $($doc),+)] $kind($type),)+
        }

        impl Coordinate {
            /// The name of this kind of coordinate, in kebab-case, such as `resume-token`; the documentation of each
            /// variant begins with its name.
            pub fn name(&self) -> &'static str {
                match self {
                    Self::Binlog { .. } => "binlog",
                    $(Self::$kind(_) => $name,)+
                }
            }

            /// The value as JSON: a number or a string. For a binary log, it is the name of the file.
            pub(crate) fn to_json(&self) -> String {
                match self {
                    Self::Binlog { file, .. } => file.write(),
                    $(Self::$kind(value) => value.write(),)+
                }
            }

            /// Parses a coordinate of the kind `name`; `None` when there is no such kind, or when the text is not a
            /// coordinate of this kind.
            fn read(name: &str, text: &str) -> Option<Self> {
                match name {
                    "binlog" => {
                        let (file, pos) = text.rsplit_once(':').filter(|(file, _)| !file.is_empty())?;
                        let (file, pos) = (file.to_owned(), pos.parse().ok()?);
                        Some(Self::Binlog { file, pos })
                    }
                    $($name => <$type>::from_str(text).ok().map(Self::$kind),)+
                    _ => None,
                }
            }

            const NAMES: &[&str] = &["binlog", $($name),+];
        }
    };
}

coordinates! {
    /// a log sequence number of PostgreSQL (`16/B374D848` or a number) or of SQL Server (`00000025:00000d98:00a2`).
    "lsn" Lsn(String),
    /// a system change number of Oracle, as digits.
    "scn" Scn(String),
    /// the set of the transactions that count as read, in the server's notation.
    "gtid" Gtids(String),
    /// the time from which on the connector reads everything.
    "time" Time(Timestamp),
    /// the value of the incrementing column in the last row that counts as read.
    "incrementing" Incrementing(i64),
    /// a resume token of a change stream of MongoDB.
    "resume-token" ResumeToken(String),
    /// the sequence number of the last change that counts as read.
    "sequence" Sequence(i64),
    /// an offset in a topic partition.
    "offset" Offset(i64),
    /// a position in a file, in bytes.
    "position" FilePosition(i64),
    /// a continuation token of a change feed of Azure Cosmos DB.
    "continuation-token" ContinuationToken(String),
}

impl Coordinate {
    /// Parses a coordinate of the kind `name` from text: numbers as digits, times as RFC 3339 (seconds may be left out,
    /// `2026-11-26T08:00Z`), `binlog` as `file:position`.
    ///
    /// # Errors
    /// [`Code::WrongCoordinate`] when there is no such kind, or when the text is not a coordinate of this kind.
    pub fn parse(name: &str, text: &str) -> Result<Self, ValidationError> {
        let expected = match name {
            "time" => "a time such as 2026-11-26T08:00:00Z",
            "binlog" => "a file and a position such as mysql-bin.000042:4",
            _ => "a whole number",
        };
        Self::read(name, text).ok_or_else(|| match Self::NAMES.contains(&name) {
            true => refused(
                name,
                &format!("must be {expected}, but is `{}`", excerpt(text)),
            ),
            false => refused(name, "is not a kind of coordinate"),
        })
    }

    /// The error when a connector cannot move to this coordinate. The coordinate's name and `message` together read as one
    /// sentence.
    pub(crate) fn refused(&self, message: &str) -> ValidationError {
        refused(self.name(), message)
    }
}

fn refused(name: &str, message: &str) -> ValidationError {
    let finding = Finding::error(name, Code::WrongCoordinate, message);
    ValidationError::of(finding)
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
