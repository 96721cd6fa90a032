//! Offsets of JDBC source connectors.

use serde_json::json;

use crate::finding::{Code, Finding};
use crate::offset::format::offset_format;
use crate::offset::value::not_empty;

offset_format! {
    /// The position of a JDBC source (MySQL, PostgreSQL, SQL Server, Oracle) in one table, or in its query.
    ///
    /// Which members count depends on the connector's mode: `incrementing` on the value of a column, `timestamp` on a
    /// time. The partition's `protocol` is the **string** `"1"`; published examples show the number 1, which names
    /// another partition that the connector never reads (format from the connector's source code).
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
        /// The time of the last row that was read, in milliseconds since the Unix epoch.
        offset "timestamp" timestamp_millis with_timestamp_millis(i64): i64 as i64;
        /// The table of this partition, with its schema or database as the connector writes it.
        partition "table" table_name with_table(impl Into<String>): String as &str;
    }
    checked {
        /// The nanoseconds within the second of the timestamp, 0 to 999999999.
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

    /// Writes the partition's `protocol` as the string that the connector uses, also when it was read as a number.
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
                Code::FormatTrap,
                "must be the text \"query\", not the query itself",
            )),
            (None, None) => out.push(Finding::error(
                "partition.table".to_owned(),
                Code::MissingMember,
                "is missing",
            )),
        }
        if let Some(nanos) = self
            .timestamp_nanos
            .filter(|n| !(0..1_000_000_000).contains(n))
        {
            out.push(Finding::error(
                "offset.timestamp_nanos".to_owned(),
                Code::OutOfRange,
                format!("must be between 0 and 999999999, but is {nanos}"),
            ));
        }
    }
}
