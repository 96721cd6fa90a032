//! Offsets of JDBC source connectors: the entries.

use serde_json::json;

use crate::Timestamp;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::format::offset_format;
use crate::offset::value::{Value, not_empty};

offset_format! {
    /// The position of a JDBC source (MySQL, PostgreSQL, SQL Server, Oracle) in one table, or in its query.
    ///
    /// Which members count depends on the connector's mode: `incrementing` on the value of a column, `timestamp` on a
    /// time; with both, the time decides. The partition's `protocol` is the **string** `"1"`; published examples show the
    /// number 1, which names another partition that the connector never reads (measured with the open connector 10.10).
    ///
    /// ```
    /// use ccloud_connect::offset::JdbcSource;
    ///
    /// let entry = JdbcSource::table("shop.orders").with_incrementing(3).to_entry();
    /// assert_eq!(
    ///     entry.to_string(),
    ///     r#"{"partition":{"protocol":"1","table":"shop.orders"},"offset":{"incrementing":3}}"#,
    /// );
    /// ```
    JdbcSource
    required {}
    optional {
        /// The value of the incrementing column in the last row that was read.
        offset "incrementing" incrementing with_incrementing(i64): i64 as i64;
        /// The table of this partition, with its schema or database as the connector writes it.
        partition "table" table_name with_table(impl Into<String>): String as &str;
    }
    checked {
        /// The time of the last row that was read, in milliseconds since the Unix epoch. For a column without zone: its
        /// wall clock, read in the connector's `db.timezone`.
        offset "timestamp" timestamp_millis with_timestamp_beside_nanos(i64): i64 as i64;
        /// All nanoseconds within the second of the timestamp, 0 to 999999999. They override the milliseconds of
        /// `timestamp`, and so must repeat them in their first three digits.
        offset "timestamp_nanos" timestamp_nanos with_timestamp_nanos(i64): i64 as i64;
    }
}

impl JdbcSource {
    /// A position in a table; `name` with its schema or database, as the connector's current offsets show it.
    pub fn table(name: impl Into<String>) -> Self {
        let mut this = Self::of();
        this.raw.partition.set_text("protocol", "\"1\"");
        this.with_table(name)
    }

    /// A position in the result of the connector's query.
    pub fn query() -> Self {
        let mut this = Self::of();
        this.raw.partition.set_text("query", "\"query\"");
        this
    }

    /// Sets the time of the last row that was read, in milliseconds since the Unix epoch.
    ///
    /// Removes `timestamp_nanos`, which belongs to the old time and would override the milliseconds of the new one. In
    /// timestamp mode, rows at exactly this time are not read again: to include them, give their millisecond minus 1.
    #[must_use]
    pub fn with_timestamp_millis(mut self, millis: i64) -> Self {
        self.raw.offset.remove("timestamp_nanos");
        self.timestamp_nanos = None;
        self.raw.offset.set_text("timestamp", &millis.write());
        self.timestamp_millis = Some(millis);
        self
    }

    /// The same table or query at another value of the incrementing column: the value in the last row that counts as
    /// read.
    ///
    /// # Errors
    /// When the entry has a timestamp: the timestamp then decides, and the column only orders rows of the same time.
    pub fn move_to_incrementing(self, value: i64) -> Result<Self, ValidationError> {
        if self.timestamp_millis.is_some() {
            let finding = Finding::error(
                "offset.timestamp".to_owned(),
                Code::WrongCoordinate,
                "is there, and decides; the incrementing column counts only between rows of the same time",
            );
            return Err(ValidationError::new(vec![finding.suggest("move by time")]));
        }
        Ok(self.with_incrementing(value))
    }

    /// The same table or query, moved so that every row from `time` on is read.
    ///
    /// Sets `timestamp` to the last millisecond before `time`, because the connector reads only later rows, and removes
    /// `timestamp_nanos` and `incrementing`, which belong to the old time. For a column without time zone, `time` is
    /// its wall clock in the connector's `db.timezone`.
    ///
    /// # Errors
    /// When the entry has no timestamp: the connector then reads by the incrementing column alone.
    pub fn move_to_time(mut self, time: Timestamp) -> Result<Self, ValidationError> {
        if self.timestamp_millis.is_none() {
            let finding = Finding::error(
                "offset.timestamp".to_owned(),
                Code::WrongCoordinate,
                "is not there; the connector reads by the incrementing column",
            );
            return Err(ValidationError::new(vec![
                finding.suggest("move by incrementing"),
            ]));
        }
        self.raw.offset.remove("incrementing");
        self.incrementing = None;
        let nanos = time.unix_nanoseconds();
        // The last whole millisecond before the time.
        let millis = (nanos - 1).div_euclid(1_000_000);
        Ok(self.with_timestamp_millis(i64::try_from(millis).unwrap_or(i64::MAX)))
    }

    /// Writes the partition's `protocol` as the string that the connector uses, even when it was read as a number.
    #[must_use]
    pub fn with_protocol_text(mut self) -> Self {
        if self.raw.partition.text("protocol").is_some() {
            self.raw.partition.set_text("protocol", "\"1\"");
        }
        self
    }

    /// Whether the partition's `protocol` is a number, and so names a partition that the connector never reads.
    pub fn has_numeric_protocol(&self) -> bool {
        let text = self.raw.partition.text("protocol");
        text.is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
    }

    /// The JSON Schemas of an entry: for a table, and for a query.
    pub(crate) fn schemas() -> [serde_json::Value; 2] {
        let mut table = Self::schema();
        let partition = &mut table["properties"]["partition"];
        partition["properties"]["protocol"] = json!({
            "description": "Always the string \"1\"; the number names a partition that the connector never reads.",
            "const": "1",
        });
        partition["required"] = json!(["protocol", "table"]);
        let mut query = Self::schema();
        query["properties"]["partition"] = json!({
            "type": "object",
            "properties": { "query": {
                "description": "Always the text \"query\", not the query itself.",
                "const": "query",
            } },
            "required": ["query"],
        });
        [table, query]
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        match (&self.table_name, self.raw.partition.text("query")) {
            (Some(table), _) => not_empty("partition.table", table, out),
            (None, Some("\"query\"")) => {}
            (None, Some(_)) => out.push(Finding::error(
                "partition.query".to_owned(),
                Code::NeverRead,
                "must be the text \"query\", not the query itself",
            )),
            (None, None) => out.push(Finding::error(
                "partition.table".to_owned(),
                Code::MissingMember,
                "is missing",
            )),
        }
        let Some(nanos) = self.timestamp_nanos else {
            return;
        };
        let path = "offset.timestamp_nanos".to_owned();
        if !(0..1_000_000_000).contains(&nanos) {
            let range = format!("must be between 0 and 999999999, but is {nanos}");
            out.push(Finding::error(path, Code::OutOfRange, range));
        } else if let Some(millis) = self.timestamp_millis
            && millis.rem_euclid(1_000) != nanos / 1_000_000
        {
            let stands = millis.div_euclid(1_000);
            let message = format!(
                "is {nanos} and overrides the milliseconds of `timestamp` ({millis}); the connector stands at {stands}.{nanos:09}, so rows come again or are lost"
            );
            let finding = Finding::error(path, Code::StaleMember, message);
            out.push(finding.suggest("remove it"));
        }
    }
}
