//! Offsets of the MySQL and MariaDB CDC sources.

use crate::finding::{Finding, ValidationError};
use crate::offset::format::offset_format;
use crate::offset::value::{not_empty, not_negative};

offset_format! {
    /// The position of a MySQL CDC or MariaDB CDC source (Debezium) in the binary log.
    ///
    /// `row` and `event` count what was read *after* the position, so they belong to one position only; and where GTIDs
    /// are present, they win over file and position. [`MysqlCdc::move_to`] and [`MysqlCdc::move_to_gtids`] take care
    /// of both (format from the connector's source code and recorded offsets).
    MysqlCdc
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
        /// The name of the binary log file.
        offset "file" file: String as &str;
    }
    optional {
        /// GTIDs that were read, as the server writes them. They win over file and position.
        offset "gtids" gtids with_gtids(impl Into<String>): String as &str;
        /// The id of the server that wrote the event.
        offset "server_id" server_id with_server_id(i64): i64 as i64;
        /// The time of the event, in seconds since the Unix epoch.
        offset "ts_sec" ts_sec with_ts_sec(i64): i64 as i64;
    }
    checked {
        /// The position in the file, in bytes, 0 or more.
        offset "pos" pos with_pos(i64): i64 as i64;
        /// The number of rows read of the event after the position, 0 or more.
        offset "row" row with_row(i64): i64 as i64;
        /// The number of events read after the position, 0 or more.
        offset "event" event with_event(i64): i64 as i64;
    }
}

impl MysqlCdc {
    /// A position: `pos` in bytes, 0 or more.
    ///
    /// # Errors
    /// When a name is empty or `pos` is negative.
    pub fn new(
        server: impl Into<String>,
        file: impl Into<String>,
        pos: i64,
    ) -> Result<Self, ValidationError> {
        Self::of(server.into(), file.into()).with_pos(pos)
    }

    /// The same server at another file and position (in bytes, 0 or more).
    ///
    /// Drops `row` and `event`, which count from the old position, and `gtids`, which would win over the new one.
    ///
    /// # Errors
    /// When the name is empty or `pos` is negative.
    pub fn move_to(mut self, file: impl Into<String>, pos: i64) -> Result<Self, ValidationError> {
        self.file = file.into();
        let text = serde_json::Value::from(self.file.as_str()).to_string();
        self.raw.offset.set_text("file", &text);
        self.raw.offset.remove("gtids");
        self.gtids = None;
        self.forget_progress();
        self.with_pos(pos)
    }

    /// The same server at other GTIDs: the transactions that have been read.
    ///
    /// Drops `row` and `event`, which count from the old position. File and position stay; the GTIDs win over them.
    #[must_use]
    pub fn move_to_gtids(mut self, gtids: impl Into<String>) -> Self {
        self.forget_progress();
        self.with_gtids(gtids)
    }

    fn forget_progress(&mut self) {
        self.raw.offset.remove("row");
        self.raw.offset.remove("event");
        self.row = None;
        self.event = None;
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
        not_empty("offset.file", &self.file, out);
        not_negative("offset.pos", self.pos, out);
        not_negative("offset.row", self.row, out);
        not_negative("offset.event", self.event, out);
    }
}
