//! Offsets of JDBC source connectors: the facts about their format.

use super::jdbc_checks::{self, position};
use crate::finding::{Code, Finding, ValidationError};
use crate::json::RawObject;
use crate::offset::JdbcSource;
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Declared, OffsetFormat, faults};
use crate::offset::fields::Fields;
use crate::offset::moves::Move;

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "jdbc",
    title: "JDBC source",
    managed: &[
        "MySqlSource",
        "PostgresSource",
        "MicrosoftSqlServerSource",
        "OracleDatabaseSource",
        "IbmDb2Source",
    ],
    self_managed: &[
        "io.confluent.connect.jdbc.JdbcSourceConnector",
        "io.aiven.connect.jdbc.JdbcSourceConnector",
    ],
    evidence: "measured with the open-source connector 10.10 on PostgreSQL 15; the form of the entries also on MariaDB and SQLite",
    members: &[
        JdbcSource::MEMBERS[0],
        JdbcSource::MEMBERS[1],
        JdbcSource::MEMBERS[2],
        JdbcSource::MEMBERS[3],
        Declared {
            kind: "the text `1`",
            ..Declared::new::<String>(
                "partition",
                "protocol",
                "Present together with `table`. The number 1, instead of the text `1`, names a partition that the connector never reads.",
                false,
            )
        },
        Declared {
            kind: "the text `query`",
            ..Declared::new::<String>(
                "partition",
                "query",
                "The only member of the partition when the connector reads a query. The value is the word `query`, not the query itself.",
                false,
            )
        },
    ],
    partitions: &[&["protocol", "table"], &["table"], &["query"]],
    signature: &["incrementing", "timestamp"],
    proof: |fields| {
        let is_own = fields.keys().all(|key| MEMBERS.contains(&key));
        let is_sure = fields.partition("protocol").is_some();
        is_own && (is_sure || fields.has_any(&["incrementing", "timestamp_nanos"]))
    },
    schemas: || JdbcSource::schemas().into(),
    faults: |entry| {
        let mut found = faults::<JdbcSource>(entry);
        // Without `timestamp`, the connector does not read `timestamp_nanos`, so findings about it are dropped.
        if !Fields::of(entry).is_some_and(|fields| fields.has("timestamp")) {
            found.retain(|finding| finding.path != "offset.timestamp_nanos");
        }
        found
    },
    also_reads: jdbc_checks::also_reads,
    check_partition: jdbc_checks::check_partition,
    check: jdbc_checks::check,
    unplaced: Code::StartsOver,
    without_position: "has neither `incrementing` nor `timestamp`; the connector reads everything again, without regard to `timestamp.initial`",
    after_reset: "reads everything again, or everything from `timestamp.initial` on if that setting is given",
    position,
    before_start: "goes back to {}; later rows are emitted again as they are now, and deleted rows are not",
    past_end: "goes ahead to {}; until the table has rows beyond this position, nothing is emitted and no error is shown",
    queries: &[(
        "the current end of the table",
        "SELECT MAX(<incrementing column>), MAX(<timestamp column>) FROM <table>;",
    )],
    rules: &[
        "`timestamp_nanos` is the part of the time below the second, and overrides the milliseconds of `timestamp`. With an old value the connector starts at another time within the second, and rows are emitted again or lost.",
        "In mode timestamp+incrementing, `timestamp` decides where the connector starts; `incrementing` matters only among the rows with exactly this timestamp.",
        "When a member is missing or null, its old value is not kept: `incrementing` counts as -1 and `timestamp` as the year 1970, so the connector reads everything again.",
        "Boundaries are strict: in mode timestamp, rows at exactly the stored timestamp are not emitted again.",
        "The partition of protocol 0 (`{\"table\": …}`, without the schema) is read only while the table has no entry of protocol 1. After a reset of the partition of protocol 1 alone, the connector continues from the position of protocol 0.",
        "After a reset (`null` or DELETE) the connector uses `timestamp.initial` again; after any other alteration it does not. In mode bulk the connector stores and reads no position.",
        "For a column without a time zone, `timestamp` is the column's wall-clock time, read in `db.timezone` (default UTC) and converted to UTC milliseconds. For a column with a time zone, it is the true time in UTC.",
    ],
    going: &[
        "Mode incrementing: `{\"incrementing\": N}` with N the last value that counts as read.",
        "Modes with a timestamp: `{\"timestamp\": T}` alone, with T the millisecond before the first row that is wanted.",
    ],
    moves: &[
        Move {
            adjust: |offset, _| match has_timestamp(offset) {
                true => Err(refused(
                    "is present and decides where the connector starts; the incrementing column only orders rows of the same time",
                    "move by time",
                )),
                false => Ok(()),
            },
            ..Move::of("incrementing", "incrementing")
        },
        Move {
            removes: &["timestamp_nanos", "incrementing"],
            value: |to| match to {
                // The last whole millisecond before the time, because the connector reads only rows after `timestamp`.
                Coordinate::Time(time) => Ok((time.unix_nanoseconds() - 1)
                    .div_euclid(1_000_000)
                    .to_string()),
                _ => Ok(to.to_json()),
            },
            adjust: |offset, _| match has_timestamp(offset) {
                true => Ok(()),
                false => Err(refused(
                    "is missing; the connector reads by the incrementing column",
                    "move by incrementing",
                )),
            },
            ..Move::of("time", "timestamp")
        },
    ],
    ..OffsetFormat::PLAIN
};

const MEMBERS: [&str; 3] = ["incrementing", "timestamp", "timestamp_nanos"];

fn has_timestamp(offset: &RawObject) -> bool {
    offset.text("timestamp").is_some_and(|text| text != "null")
}

fn refused(message: &str, advice: &str) -> ValidationError {
    let path = "offset.timestamp".to_owned();
    let finding = Finding::error(path, Code::WrongCoordinate, message);
    ValidationError::of(finding.suggest(advice))
}
