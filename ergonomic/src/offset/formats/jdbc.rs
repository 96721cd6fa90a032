//! Offsets of JDBC source connectors: the type of their entries.

use serde_json::json;

use super::jdbc_facts::FORMAT;
use crate::Timestamp;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::RawEntry;
use crate::offset::coordinate::Coordinate;
use crate::offset::format::offset_format;
use crate::offset::value::{Value, not_empty};

offset_format! {
    /// The position of a JDBC source (MySQL, PostgreSQL, SQL Server, Oracle) in one table, or in its query.
    ///
    /// The connector's mode decides which members the connector uses: `incrementing`, the value of a column, or
    /// `timestamp`, a time. When the connector uses both, the time decides where it starts. The partition's `protocol`
    /// is the **string** `"1"`. Published examples show the number 1, which names another partition that the connector
    /// never reads (measured with the open-source connector 10.10).
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
    JdbcSource: FORMAT
    required {}
    optional {
        /// The value of the incrementing column in the last row that was read.
        offset "incrementing" incrementing: i64 as i64;
        /// The table of this partition, with its schema or database as the connector writes it.
        partition "table" table_name: String as &str;
        /// The time of the last row that was read, in milliseconds since the Unix epoch. For a column without a time
        /// zone, the column's wall-clock time is read in the connector's `db.timezone`.
        offset "timestamp" timestamp_millis: i64 as i64;
        /// The part of the time below the second, in nanoseconds, 0 to 999999999. It overrides the milliseconds of
        /// `timestamp`, and must agree with them: 123 ms are 123000000 to 123999999 ns.
        offset "timestamp_nanos" timestamp_nanos: i64 as i64;
    }
    moves {
        /// The same table or query at another value of the incrementing column: the value in the last row that counts as
        /// read. Refuses an entry with a timestamp, because the timestamp decides where the connector starts, and the column
        /// only orders rows of the same time.
        move_to_incrementing(value: i64) = Coordinate::Incrementing(value);
        /// The same table or query, moved so that every row from `time` on is read.
        ///
        /// Sets `timestamp` to the last millisecond before `time`, because the connector reads only later rows, and
        /// removes `timestamp_nanos` and `incrementing`, which belong to the old time. For a column without a time
        /// zone, `time` is the column's wall-clock time in the connector's `db.timezone`. Refuses an entry without a
        /// timestamp, because the connector of such an entry reads by the incrementing column alone.
        move_to_time(time: Timestamp) = Coordinate::Time(time);
    }
}

impl JdbcSource {
    /// An entry for a table, without a position yet. `name` includes the schema or the database, as in the connector's
    /// current offsets.
    pub fn table(name: impl Into<String>) -> Self {
        let name = name.into();
        let mut table = Self::at("protocol", "\"1\"");
        table.raw.partition.set_text("table", &name.write());
        table.table_name = Some(name);
        table
    }

    /// An entry for the result of the connector's query, without a position yet.
    pub fn query() -> Self {
        Self::at("query", "\"query\"")
    }

    fn at(key: &str, json: &str) -> Self {
        let mut raw = RawEntry::default();
        raw.partition.set_text(key, json);
        Self {
            raw,
            incrementing: None,
            table_name: None,
            timestamp_millis: None,
            timestamp_nanos: None,
        }
    }

    /// Sets the value of the incrementing column in the last row that was read.
    #[must_use]
    pub fn with_incrementing(mut self, value: i64) -> Self {
        self.raw.offset.set_text("incrementing", &value.write());
        self.incrementing = Some(value);
        self
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

    /// Sets `timestamp_nanos`, the part of the time below the second, in nanoseconds.
    ///
    /// # Errors
    /// When `nanos` is not between 0 and 999999999, or contradicts the milliseconds of the timestamp.
    pub fn with_timestamp_nanos(self, nanos: i64) -> Result<Self, ValidationError> {
        self.with("timestamp_nanos", &nanos.write())
    }

    /// Replaces the partition's `protocol`, which may be a number, by the string `"1"`, which the connector uses. A
    /// partition without `protocol` stays as it is.
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
            "description": "Always the string \"1\"; the number 1 names a partition that the connector never reads.",
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
            (None, Some(_)) => {
                let other = "must be the text \"query\", not the query itself";
                out.push(Finding::error("partition.query", Code::NeverRead, other));
            }
            (None, None) => {
                out.push(Finding::error(
                    "partition.table",
                    Code::MissingMember,
                    "is missing",
                ));
            }
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
                "is {nanos} and overrides the milliseconds of `timestamp` ({millis}); the connector starts at {stands}.{nanos:09} seconds since the Unix epoch, so rows are emitted again or lost"
            );
            let finding = Finding::error(path, Code::StaleMember, message);
            out.push(finding.suggest("remove it"));
        }
    }
}
