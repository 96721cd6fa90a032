//! Offsets of the SQL Server CDC source.

use std::fmt;
use std::str::FromStr;

use crate::finding::number::Fault;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::format::offset_format;
use crate::offset::value::{Value, not_empty, not_negative, wrong};

/// A log sequence number of SQL Server: hexadecimal text of the form `XXXXXXXX:XXXXXXXX:XXXX`, or the text `NULL`.
///
/// Letter case is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SqlServerLsn(String);

impl SqlServerLsn {
    /// The text `NULL`, which a `change_lsn` may be.
    pub fn null() -> Self {
        Self("NULL".to_owned())
    }

    /// The text that is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the text `NULL`.
    pub fn is_null(&self) -> bool {
        self.0 == "NULL"
    }
}

/// # Errors
/// [`ValidationError`] when the text has another form.
impl FromStr for SqlServerLsn {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':');
        let mut hex = |length| {
            let part = parts.next();
            part.is_some_and(|p| p.len() == length && p.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        let good = hex(8) && hex(8) && hex(4) && parts.next().is_none();
        if good || text == "NULL" {
            return Ok(Self(text.to_owned()));
        }
        let fault = wrong("of the form XXXXXXXX:XXXXXXXX:XXXX", text);
        Err(ValidationError::new(vec![fault.at("lsn".to_owned())]))
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
        string
            .parse()
            .map_err(|_| wrong("text of the form XXXXXXXX:XXXXXXXX:XXXX", text))
    }

    fn write(&self) -> String {
        self.0.write()
    }

    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^([0-9A-Fa-f]{8}:[0-9A-Fa-f]{8}:[0-9A-Fa-f]{4}|NULL)$" })
    }
}

offset_format! {
    /// The position of a SQL Server CDC source (Debezium) in the transaction log of one database.
    ///
    /// Log sequence numbers stay text of the form `XXXXXXXX:XXXXXXXX:XXXX` (format from the connector's source code).
    SqlServerCdc
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
        /// The database.
        partition "database" database: String as &str;
        /// The place of the last commit that was read.
        offset "commit_lsn" commit_lsn: SqlServerLsn as &SqlServerLsn;
    }
    optional {
        /// The place of the last change that was read within that commit; may be the text `NULL`.
        offset "change_lsn" change_lsn with_change_lsn(SqlServerLsn): SqlServerLsn as &SqlServerLsn;
    }
    checked {
        /// The number of the event within the change, 0 or more.
        offset "event_serial_no" event_serial_no with_event_serial_no(i64): i64 as i64;
    }
}

impl SqlServerCdc {
    /// A position.
    ///
    /// # Errors
    /// When a name is empty or `commit_lsn` is the text `NULL`.
    pub fn new(
        server: impl Into<String>,
        database: impl Into<String>,
        commit_lsn: SqlServerLsn,
    ) -> Result<Self, ValidationError> {
        Self::of(server.into(), database.into(), commit_lsn).checked()
    }

    /// The same database at another commit.
    ///
    /// Drops `change_lsn` and `event_serial_no`, which point into the old commit; that the connector then starts at the
    /// beginning of the new one is *assumed*.
    ///
    /// # Errors
    /// When `commit_lsn` is the text `NULL`.
    pub fn move_to(mut self, commit_lsn: SqlServerLsn) -> Result<Self, ValidationError> {
        self.raw.offset.set_text("commit_lsn", &commit_lsn.write());
        self.raw.offset.remove("change_lsn");
        self.raw.offset.remove("event_serial_no");
        self.commit_lsn = commit_lsn;
        self.change_lsn = None;
        self.event_serial_no = None;
        self.checked()
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
        not_empty("partition.database", &self.database, out);
        not_negative("offset.event_serial_no", self.event_serial_no, out);
        if self.commit_lsn.is_null() {
            out.push(Finding::error(
                "offset.commit_lsn".to_owned(),
                Code::WrongType,
                "must be of the form XXXXXXXX:XXXXXXXX:XXXX, but is the text NULL",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_sequence_numbers() {
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
        assert!(SqlServerCdc::new("s", "d", SqlServerLsn::null()).is_err());
    }
}
