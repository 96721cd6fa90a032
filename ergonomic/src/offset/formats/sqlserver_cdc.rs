//! Offsets of the SQL Server CDC source.

use crate::finding::{Code, Finding, ValidationError};
use crate::offset::coordinate::Coordinate;
use crate::offset::debezium_members;
use crate::offset::facts::{Case, OffsetFormat};
use crate::offset::fields::Fields;
use crate::offset::findings::{advise, falls_back};
use crate::offset::format::offset_format;
use crate::offset::lsn::SqlServerLsn;
use crate::offset::moves::Move;
use crate::offset::position::Position;
use crate::offset::value::{Value, not_empty};

offset_format! {
    /// The position of a SQL Server CDC source (Debezium) in the transaction log of one database.
    ///
    /// Log sequence numbers are text of the form `XXXXXXXX:XXXXXXXX:XXXX`. Version 1 of the connector writes no
    /// `database` into the partition. The format and the accepted values were measured with the connector's own loader,
    /// Debezium 3.6.
    SqlServerCdc: FORMAT
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
        /// The log sequence number of the last commit that was read.
        offset "commit_lsn" commit_lsn: SqlServerLsn as &SqlServerLsn;
    }
    optional {
        /// The name of the database; absent in version 1 of the connector.
        partition "database" database: String as &str;
        /// The log sequence number of the last change that was read within the commit at `commit_lsn`; it may be the
        /// text `NULL`.
        offset "change_lsn" change_lsn: SqlServerLsn as &SqlServerLsn;
        /// The number of the event within the change.
        offset "event_serial_no" event_serial_no: i64 as i64;
    }
    moves {
        /// The same database at another commit.
        ///
        /// Removes `change_lsn` and `event_serial_no`, because they belong to the old commit, and the members of a
        /// completed snapshot, because the new commit would then count as read. The connector then starts at the
        /// beginning of the new commit (from its source code).
        move_to(commit_lsn: SqlServerLsn) = Coordinate::Lsn(commit_lsn.to_string());
    }
}

impl SqlServerCdc {
    /// An entry for one database, at the commit `commit_lsn`.
    ///
    /// # Errors
    /// When `server` or `database` is empty, or `commit_lsn` is the text `NULL`.
    pub fn new(
        server: impl Into<String>,
        database: impl Into<String>,
        commit_lsn: SqlServerLsn,
    ) -> Result<Self, ValidationError> {
        let mut raw = Self::of(server.into(), commit_lsn)?.raw;
        raw.partition.set_text("database", &database.into().write());
        Self::read(raw)
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
        if let Some(database) = &self.database {
            not_empty("partition.database", database, out);
        }
        if self.commit_lsn.is_null() {
            out.push(Finding::error(
                "offset.commit_lsn",
                Code::StartsOver,
                "is the text NULL, which is no position; the connector takes no snapshot, and reads everything that the change tables still hold",
            ));
        }
    }
}

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "sqlserver-cdc",
    title: "SQL Server CDC (Debezium)",
    managed: &["SqlServerCdcSourceV2", "SqlServerCdcSource"],
    self_managed: &[
        "io.debezium.connector.sqlserver.SqlServerConnector",
        "io.debezium.connector.v2.sqlserver.SqlServerConnectorV2",
    ],
    evidence: "accepted values: measured with the connector's own loader, Debezium 3.6.1; where the connector starts: source code",
    debezium: debezium_members::MEMBERS,
    partitions: &[&["server", "database"], &["server"]],
    signature: &["commit_lsn"],
    // Other Debezium connectors write a `commit_lsn` of another form. So without `database`, the `commit_lsn` must be an
    // LSN of SQL Server.
    proof: |fields| fields.partition("database").is_some() || position(fields).is_some(),
    fixed: Some(("server", &["topic.prefix", "database.server.name"])),
    also_reads,
    check_partition,
    check,
    unplaced: Code::StartsOver,
    without_position: "has no `commit_lsn`; the connector takes no snapshot, and reads everything that the change tables still hold",
    position,
    before_start: "goes back to {}; changes that the clean-up of change data capture has removed from the change tables are not emitted again, and the task fails if no change table reaches back to it (source code)",
    past_end: "goes ahead to {}; if the log has not reached this position yet, nothing is emitted until it has",
    queries: &[
        (
            "the current end of the change tables",
            "SELECT sys.fn_cdc_get_max_lsn();",
        ),
        (
            "how far back a change table reaches",
            "SELECT sys.fn_cdc_get_min_lsn('<schema>_<table>');",
        ),
        (
            "the LSN of a time",
            "SELECT sys.fn_cdc_map_time_to_lsn('smallest greater than or equal', '2026-11-26T08:00:00');",
        ),
    ],
    rules: &[
        "`change_lsn` and `event_serial_no` are a position within the commit: old values make the connector skip the earlier changes of the new commit. The LSN of a change is before that of its commit.",
        "With `snapshot_completed: true` the commit at `commit_lsn` counts as read.",
        "The server shows LSNs as `0x…`; the connector reads this form as another number, without an error.",
    ],
    going: &[
        "Set `commit_lsn`, and remove `change_lsn` and `event_serial_no`, and `snapshot` and `snapshot_completed` of a completed snapshot: the commit is read from its beginning.",
    ],
    moves: &[Move {
        removes: &["change_lsn", "event_serial_no"],
        adjust: |offset, _| {
            // A completed snapshot would make the commit count as read.
            if Fields::of_texts("{}", offset.as_str()).is_true(COMPLETED) {
                offset.remove("snapshot");
                offset.remove(COMPLETED);
            }
            Ok(())
        },
        ..Move::of("lsn", "commit_lsn")
    }],
    ..SqlServerCdc::FACTS
};

const COMPLETED: &str = "snapshot_completed";

fn lsn(fields: &Fields<'_>, key: &str) -> Option<SqlServerLsn> {
    SqlServerLsn::read(fields.offset(key)?).ok()
}

fn position(fields: &Fields<'_>) -> Option<Position> {
    let commit = lsn(fields, "commit_lsn").filter(|lsn| !lsn.is_null())?;
    let change = lsn(fields, "change_lsn").filter(|lsn| !lsn.is_null());
    let shown = match &change {
        Some(change) => format!("{commit}, change {change}"),
        None => commit.to_string(),
    };
    let serial = fields.whole("event_serial_no").unwrap_or_default();
    let keys = [
        (commit.number(), None),
        (change.map_or(0, |change| change.number()), None),
        (serial.into(), None),
    ];
    Some(Position::new(keys, shown))
}

/// The names of the databases in the connector's settings; empty when the settings are not known.
fn names<'a>(case: &'a Case<'_>) -> Vec<&'a str> {
    let names = case.setting("database.names").unwrap_or_default();
    let names = names.split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).collect()
}

/// Whether the connector reads a partition for which it has no current entry: the setting `database.names` contains the
/// partition's database.
fn also_reads(case: &Case<'_>) -> bool {
    let database = case.asked.partition_text("database");
    database.is_some_and(|database| names(case).contains(&database.as_ref()))
}

/// Checks that the connector reads the partition. Version 1 of the connector writes no `database`. Later versions read
/// a partition without `database` only when they have a single database, and have stored no partition with `database`.
fn check_partition(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (names, given) = (names(case), case.asked.partition_text("database"));
    if names.len() < 2 {
        let is_older = |fields: &Fields<'_>| fields.is_partition_of(&["server"]);
        falls_back(case, is_older, "without a database", out);
    }
    let present = case.around.present.as_deref().unwrap_or_default();
    let mut own = present
        .iter()
        .filter_map(|fields| fields.partition_text("database"));
    let (message, advice) = match given {
        _ if case
            .own
            .is_some_and(|own| case.asked.is_reset() || own.same_offset(case.asked)) =>
        {
            return;
        }
        Some(_) if case.own.is_some() => return,
        Some(given)
            if names.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(&given)) =>
        {
            return;
        }
        Some(_) => (
            "names a database that the setting database.names does not contain, so the connector never reads this partition",
            format!("write {}", names.join(" or ")),
        ),
        None => {
            let own = own.next().filter(|_| names.len() < 2);
            let database = own.map(|own| format!("\"{own}\""));
            if database.is_none() && names.len() < 2 {
                return;
            }
            let database = database.unwrap_or_else(|| names.join(" or "));
            (
                "has no member `database`; a connector whose partitions have that member does not read this partition",
                format!("add \"database\": {database}"),
            )
        }
    };
    out.push(Finding::error("partition", Code::NeverRead, message).suggest(advice));
}

fn check(case: &Case<'_>, out: &mut Vec<Finding>) {
    let Some(own) = case.own else { return };
    let number = |fields: &Fields<'_>, key| lsn(fields, key).map(|lsn| lsn.number());
    let same = |key| number(own, key) == number(case.asked, key);
    let (moved, change) = (!same("commit_lsn"), number(case.asked, "change_lsn"));
    if moved && same("change_lsn") && change > Some(0) {
        let effect = "is unchanged and is a position within the old commit; earlier changes of the new commit are skipped";
        let advice = "remove it, and `event_serial_no`";
        advise(out, "change_lsn", Code::StaleMember, effect, advice);
    } else if (moved || !same("change_lsn"))
        && number(case.asked, "commit_lsn")
            .is_some_and(|commit| (1..=change.unwrap_or(0)).contains(&commit))
    {
        let effect = "is not before `commit_lsn`; the changes of a commit are before that LSN, so all of them count as read";
        let advice = "remove it, and `event_serial_no`";
        advise(out, "change_lsn", Code::SkipsRecords, effect, advice);
    }
    let completed = |fields: &Fields<'_>| fields.is_true(COMPLETED);
    if completed(case.asked) && (moved || !(completed(own) || own.has("snapshot"))) {
        advise(
            out,
            COMPLETED,
            Code::SkipsRecords,
            "is true, so the commit at `commit_lsn` counts as read",
            "remove `snapshot` and `snapshot_completed`",
        );
    }
}
