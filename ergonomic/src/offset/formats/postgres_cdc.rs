//! Offsets of the PostgreSQL CDC source.

use std::borrow::Cow;

use crate::OffsetEntry;
use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::coordinate::Coordinate;
use crate::offset::debezium_members;
use crate::offset::facts::{Case, OffsetFormat, advise, faults, nulls};
use crate::offset::fields::{Fields, truncated};
use crate::offset::format::offset_format;
use crate::offset::lsn::PostgresLsn;
use crate::offset::position::{Position, Unit};
use crate::offset::value::{AnyNumber, BoolText, not_empty};

offset_format! {
    /// The position of a PostgreSQL CDC source (Debezium) in the write-ahead log.
    ///
    /// The connector starts at `lsn_proc`, or at `lsn` where that is absent. The replication slot on the server keeps a
    /// position of its own, which no alteration reaches: what lies before its `confirmed_flush_lsn` is not read again
    /// (measured with Debezium 2.7 and 3.6).
    PostgresCdc
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
    }
    optional {
        /// The place of the last change. The connector starts there, unless `lsn_proc` is given.
        offset "lsn" lsn with_lsn(PostgresLsn): PostgresLsn as PostgresLsn;
        /// The place up to which everything was processed. The connector starts there.
        offset "lsn_proc" lsn_proc with_lsn_proc(PostgresLsn): PostgresLsn as PostgresLsn;
        /// The place of the last commit. It does not matter for the start.
        offset "lsn_commit" lsn_commit with_lsn_commit(PostgresLsn): PostgresLsn as PostgresLsn;
        /// The id of the transaction.
        offset "txId" tx_id with_tx_id(i64): AnyNumber as i64;
        /// The time of the change, in microseconds since the Unix epoch. It may be absent, but not null.
        offset "ts_usec" ts_usec with_ts_usec(i64): i64 as i64;
        /// The oldest transaction still visible.
        offset "xmin" xmin with_xmin(i64): AnyNumber as i64;
        /// The kind of the last message. After `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE` or `MESSAGE` the change at the position
        /// counts as read; after `BEGIN` or `COMMIT`, or without this member, it is read.
        offset "messageType" message_type with_message_type(impl Into<String>): String as &str;
        /// Whether the last record was the last one of the snapshot.
        offset "last_snapshot_record" last_snapshot_record with_last_snapshot_record(bool): bool as bool;
        /// Whether the snapshot is complete.
        offset "snapshot_completed" snapshot_completed with_snapshot_completed(bool): BoolText as bool;
    }
    checked {}
}

impl PostgresCdc {
    /// A position.
    pub fn new(server: impl Into<String>, lsn: PostgresLsn) -> Self {
        Self::of(server.into()).with_lsn(lsn)
    }

    /// The same server at another position in the log: every transaction that commits after it is read in full.
    ///
    /// Sets `lsn` and removes `lsn_proc`, which would take precedence, `lsn_commit`, and `messageType`, with which the
    /// change at the new position would count as read. Measured: nothing is lost, and nothing before the position is
    /// read.
    #[must_use]
    pub fn move_to(mut self, lsn: PostgresLsn) -> Self {
        for key in ["lsn_proc", "lsn_commit", "messageType"] {
            self.raw.offset.remove(key);
        }
        (self.lsn_proc, self.lsn_commit, self.message_type) = (None, None, None);
        self.with_lsn(lsn)
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
        let kind = self.message_type.as_deref();
        if let Some(kind) = kind.filter(|kind| !KINDS.contains(kind)) {
            let finding = Finding::error(
                "offset.messageType".to_owned(),
                Code::TaskWouldFail,
                format!(
                    "is \"{}\", which the connector does not know; its task fails",
                    excerpt(kind)
                ),
            );
            let upper = kind.to_uppercase();
            out.push(match KINDS.contains(&upper.as_str()) {
                true => finding.suggest(format!("write \"{upper}\"")),
                false => finding.suggest("remove it"),
            });
        }
    }
}

/// The kinds of messages that the connector knows; letter case matters.
const KINDS: [&str; 8] = [
    "INSERT", "UPDATE", "DELETE", "TRUNCATE", "MESSAGE", "BEGIN", "COMMIT", "NOOP",
];

/// What is known about the format.
pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "postgres-cdc",
    title: "PostgreSQL CDC (Debezium)",
    managed: &["PostgresCdcSourceV2", "PostgresCdcSource"],
    self_managed: &[
        "io.debezium.connector.postgresql.PostgresConnector",
        "io.debezium.connector.v2.postgresql.PostgresConnectorV2",
    ],
    evidence: "measured with Debezium 3.6.1 and 2.7.4 on PostgreSQL 15",
    members: PostgresCdc::members,
    debezium: debezium_members::MEMBERS,
    partitions: &[&["server"]],
    signature: &["lsn", "lsn_proc"],
    faults: faults::<PostgresCdc>,
    lenient: &["snapshot_completed"],
    fixed: Some(("server", &["topic.prefix", "database.server.name"])),
    recorded_at: Some("ts_usec"),
    check,
    without_position: (
        Code::MissingPosition,
        "has neither `lsn` nor `lsn_proc`; the connector takes no snapshot and begins at the slot's `confirmed_flush_lsn`",
    ),
    position,
    before_start: Some(
        "goes back to {} only if the slot's `confirmed_flush_lsn` is not after it; otherwise the connector silently begins at `confirmed_flush_lsn`, or its task fails when the position is before `restart_lsn`",
    ),
    past_end: Some(
        "goes ahead to {}; if the log has not reached that yet, nothing is emitted and no error is shown",
    ),
    queries: &[
        ("the present end of the log", "SELECT pg_current_wal_lsn();"),
        (
            "how far back the slot reaches",
            "SELECT slot_name, confirmed_flush_lsn, restart_lsn FROM pg_replication_slots;",
        ),
    ],
    wins: &[
        "`lsn_proc` wins over `lsn`: a new `lsn` beside an old `lsn_proc` does nothing. `lsn_commit` does not matter for the start.",
        "Beside `lsn_proc`, `messageType` decides whether the change at the position counts as read: after `INSERT`, `UPDATE` or `DELETE` it does, and it is lost when it was not.",
        "The replication slot outlives the offset: nothing before its `confirmed_flush_lsn` is read again.",
        "`null` and DELETE lead to a new snapshot; an offset without any LSN does not.",
    ],
    going: &[
        "Keep the members, set `lsn`, and remove `lsn_proc`, `lsn_commit` and `messageType`: every transaction that commits after the LSN is read, whole.",
    ],
    coordinates: &["lsn"],
    mover,
    ..OffsetFormat::PLAIN
};

fn mover(current: &OffsetEntry, to: &Coordinate) -> Result<OffsetEntry, ValidationError> {
    match to {
        Coordinate::Lsn(text) => {
            let lsn: PostgresLsn = text
                .parse()
                .map_err(|e| to.refused(&format!("is wrong: {e}")))?;
            Ok(PostgresCdc::try_from(current)?.move_to(lsn).to_entry())
        }
        _ => Err(to.refused("does not fit")),
    }
}

/// The position at which the connector starts.
fn start(fields: &Fields<'_>) -> Option<i64> {
    let read = |key| fields.raw(key).and_then(truncated);
    read("lsn_proc").or_else(|| read("lsn"))
}

fn shown(lsn: i64) -> String {
    PostgresLsn::try_from(lsn).map_or_else(|_| lsn.to_string(), |lsn| lsn.to_string())
}

fn position(fields: &Fields<'_>) -> Option<Position> {
    let lsn = start(fields)?;
    Some(Position::new([(lsn.into(), Some(Unit::Bytes))], shown(lsn)))
}

/// The kind of the last message, when the change at the position counts as read after a message of this kind.
fn is_read<'a>(fields: &Fields<'a>) -> Option<Cow<'a, str>> {
    let kind = fields.text("messageType");
    kind.filter(|kind| !["BEGIN", "COMMIT"].contains(&kind.as_ref()))
}

fn check(case: &Case<'_>, out: &mut Vec<Finding>) {
    let asked = case.asked;
    nulls(case, &["ts_usec", "last_snapshot_record"], out);
    let Some(own) = case.own else { return };
    let (Some(before), Some(after)) = (start(own), start(asked)) else {
        return;
    };
    let moved = before != after;
    let (new, old) = (asked.whole("lsn"), own.whole("lsn"));
    if case.changed("lsn")
        && let (Some(new), Some(proc)) = (new, asked.whole("lsn_proc"))
        && case.kept("lsn_proc")
    {
        advise(
            out,
            "lsn_proc",
            Code::StaleMember,
            format!(
                "is unchanged and wins over `lsn`; the connector starts at {}, not at {}",
                shown(proc),
                shown(new)
            ),
            "remove `lsn_proc`, `lsn_commit` and `messageType`",
        );
    } else if !moved && (case.changed("lsn_commit") && asked.has("lsn_commit")) && new == old {
        advise(
            out,
            "lsn_commit",
            Code::NoEffect,
            format!(
                "changes, but the connector starts at {} as before",
                shown(after)
            ),
            "set `lsn`, and remove `lsn_proc`, `lsn_commit` and `messageType`",
        );
    }
    // The connector compares the message with `lsn_proc` only.
    if let Some(kind) = is_read(asked)
        && asked.has("lsn_proc")
        && !case.is_recorded()
        && (moved || is_read(own).is_none())
    {
        advise(
            out,
            "messageType",
            Code::SkipsRecords,
            format!(
                "is {kind}, so the change at {} counts as read; if it was not, or if that is the place of a commit, the first change after it is lost",
                shown(after)
            ),
            "remove it",
        );
    }
}
