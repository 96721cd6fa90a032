//! Offsets of the PostgreSQL CDC source.

use std::borrow::Cow;

use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};
use crate::json::Kind;
use crate::offset::coordinate::Coordinate;
use crate::offset::debezium_members;
use crate::offset::facts::{Case, OffsetFormat};
use crate::offset::fields::{Fields, truncated};
use crate::offset::findings::{advise, fails, note, nulls};
use crate::offset::format::offset_format;
use crate::offset::lsn::PostgresLsn;
use crate::offset::moves::Move;
use crate::offset::position::{Position, Unit};
use crate::offset::value::{AnyNumber, BoolText, Value, not_empty};

offset_format! {
    /// The position of a PostgreSQL CDC source (Debezium) in the write-ahead log.
    ///
    /// The connector starts at `lsn_proc`, or at `lsn` when `lsn_proc` is absent. The replication slot on the server
    /// keeps a position of its own, which no alteration changes: nothing before the slot's `confirmed_flush_lsn` is
    /// read again. Measured with Debezium 2.7 and 3.6.
    PostgresCdc: FORMAT
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
    }
    optional {
        /// The position of the last change. The connector starts at `lsn` when `lsn_proc` is absent.
        offset "lsn" lsn: PostgresLsn as PostgresLsn;
        /// The position up to which all changes were processed. The connector starts at `lsn_proc` when it is present.
        offset "lsn_proc" lsn_proc: PostgresLsn as PostgresLsn;
        /// The position of the last commit. It does not affect where the connector starts.
        offset "lsn_commit" lsn_commit: PostgresLsn as PostgresLsn;
        /// The id of the transaction.
        offset "txId" tx_id: AnyNumber as i64;
        /// The time of the change, in microseconds since the Unix epoch. It may be absent, but not null.
        offset "ts_usec" ts_usec: i64 as i64;
        /// The id of the oldest transaction that is still visible. The connector writes this member, and does not read
        /// it.
        offset "xmin" xmin: AnyNumber as i64;
        /// The kind of the last message. After `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE` or `MESSAGE` the change at the
        /// position counts as read; after `BEGIN` or `COMMIT`, or without this member, the change is read.
        offset "messageType" message_type: String as &str;
        /// Whether the last record was the last one of the snapshot.
        offset "last_snapshot_record" last_snapshot_record: bool as bool;
        /// Whether the snapshot is complete.
        offset "snapshot_completed" snapshot_completed: BoolText as bool;
    }
    moves {
        /// The same server at another position in the log: every transaction that commits after this position is read
        /// in full.
        ///
        /// Sets `lsn`, and removes `lsn_proc`, `lsn_commit` and `messageType`: `lsn_proc` would override `lsn`, and with
        /// `messageType` the change at the new position would count as read. Measured: nothing is lost, and nothing
        /// before the position is read.
        move_to(lsn: PostgresLsn) = Coordinate::Lsn(lsn.to_string());
    }
}

impl PostgresCdc {
    /// An entry at the position `lsn`.
    ///
    /// # Errors
    /// When `server` is empty.
    pub fn new(server: impl Into<String>, lsn: PostgresLsn) -> Result<Self, ValidationError> {
        Self::of(server.into())?.with("lsn", &lsn.write())
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
        let kind = self.message_type.as_deref();
        if let Some(kind) = kind.filter(|kind| !KINDS.contains(kind)) {
            let upper = kind.to_uppercase();
            let advice = match KINDS.contains(&upper.as_str()) {
                true => format!("write \"{upper}\""),
                false => "remove it".to_owned(),
            };
            let kind = excerpt(kind);
            let unknown = format!(
                "is \"{kind}\", which is not a kind of message; the connector's task fails"
            );
            let finding = Finding::error("offset.messageType", Code::TaskWouldFail, unknown);
            out.push(finding.suggest(advice));
        }
    }
}

/// The kinds of messages that the connector accepts; letter case matters.
const KINDS: [&str; 8] = [
    "INSERT", "UPDATE", "DELETE", "TRUNCATE", "MESSAGE", "BEGIN", "COMMIT", "NOOP",
];

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "postgres-cdc",
    title: "PostgreSQL CDC (Debezium)",
    managed: &["PostgresCdcSourceV2", "PostgresCdcSource"],
    self_managed: &[
        "io.debezium.connector.postgresql.PostgresConnector",
        "io.debezium.connector.v2.postgresql.PostgresConnectorV2",
    ],
    evidence: "measured with Debezium 3.6.1 and 2.7.4 on PostgreSQL 15",
    debezium: debezium_members::MEMBERS,
    partitions: &[&["server"]],
    signature: &["lsn", "lsn_proc"],
    lenient: &["snapshot_completed", "xmin"],
    fixed: Some(("server", &["topic.prefix", "database.server.name"])),
    recorded_at: Some("ts_usec"),
    check,
    unplaced: Code::MissingPosition,
    without_position: "has neither `lsn` nor `lsn_proc`; the connector takes no snapshot and begins at the slot's `confirmed_flush_lsn`",
    after_reset: "takes a new snapshot, as `snapshot.mode` says; the replication slot stays",
    position,
    before_start: "goes back to {} only if the slot's `confirmed_flush_lsn` is not after it; otherwise the connector silently begins at `confirmed_flush_lsn`, or its task fails when the position is before `restart_lsn`",
    past_end: "goes ahead to {}; if the log has not reached this position yet, nothing is emitted and no error is shown",
    queries: &[
        ("the current end of the log", "SELECT pg_current_wal_lsn();"),
        (
            "how far back the slot reaches",
            "SELECT slot_name, confirmed_flush_lsn, restart_lsn FROM pg_replication_slots;",
        ),
    ],
    rules: &[
        "`lsn_proc` overrides `lsn`: while an old `lsn_proc` is present, a new `lsn` has no effect. `lsn_commit` does not affect where the connector starts.",
        "When `lsn_proc` is present, `messageType` decides whether the change at the position counts as read: after `INSERT`, `UPDATE` or `DELETE` it counts as read, and is lost if it was not read.",
        "When `lsn_proc` is present, a later `lsn_commit` makes the connector skip every transaction that committed up to it, unless a change lies at exactly `lsn_proc` (source code).",
        "Connectors after Debezium 3.6.1 write `lsn_events_processed`, and skip that many changes at `lsn_proc` (source code).",
        "The replication slot outlives the offset: nothing before its `confirmed_flush_lsn` is read again.",
        "A reset (`null` or DELETE) leads to a new snapshot; an offset without any LSN does not.",
    ],
    going: &[
        "Keep the members, set `lsn`, and remove `lsn_proc`, `lsn_commit` and `messageType`: every transaction that commits after the LSN is read in full.",
    ],
    moves: &[Move {
        removes: &[
            "lsn_proc",
            "lsn_commit",
            "messageType",
            "lsn_events_processed",
        ],
        value: |to| match to {
            Coordinate::Lsn(text) => {
                let lsn = text.parse::<PostgresLsn>();
                lsn.map(|lsn| lsn.write())
                    .map_err(|wrong| to.refused(&format!("is malformed: {wrong}")))
            }
            _ => Ok(to.to_json()),
        },
        ..Move::of("lsn", "lsn")
    }],
    ..PostgresCdc::FACTS
};

/// The position at which the connector starts.
fn start(fields: &Fields<'_>) -> Option<i64> {
    let read = |key| fields.offset(key).and_then(truncated);
    read("lsn_proc").or_else(|| read("lsn"))
}

fn shown(lsn: i64) -> String {
    PostgresLsn::try_from(lsn).map_or_else(|_| lsn.to_string(), |lsn| lsn.to_string())
}

fn position(fields: &Fields<'_>) -> Option<Position> {
    let lsn = start(fields)?;
    Some(Position::new([(lsn.into(), Some(Unit::Bytes))], shown(lsn)))
}

/// The kind of the last message, if the change at the position counts as read after such a message; otherwise `None`.
fn is_read<'a>(fields: &Fields<'a>) -> Option<Cow<'a, str>> {
    let kind = fields.text("messageType");
    kind.filter(|kind| !["BEGIN", "COMMIT"].contains(&kind.as_ref()))
}

fn check(case: &Case<'_>, out: &mut Vec<Finding>) {
    const OTHERS: &str = "remove `lsn_proc`, `lsn_commit` and `messageType`";
    const EVENTS: &str = "lsn_events_processed";
    let asked = case.asked;
    nulls(case, &["ts_usec", "last_snapshot_record"], out);
    let Some(own) = case.own else { return };
    let events = asked.offset(EVENTS).map(Kind::of);
    if own.has(EVENTS) && events.is_some_and(|kind| kind != Kind::Number) {
        fails(out, EVENTS, "must be a number; the task fails");
    }
    let (Some(before), Some(after)) = (start(own), start(asked)) else {
        return;
    };
    let (moved, at, reads_proc) = (before != after, shown(after), asked.has("lsn_proc"));
    let new = asked.whole("lsn");
    if let Some(new) =
        new.filter(|new| case.changed("lsn") && reads_proc && !moved && *new != after)
    {
        let new = shown(new);
        let effect =
            format!("overrides `lsn`; the connector starts at {at} as before, not at {new}");
        advise(out, "lsn_proc", Code::StaleMember, effect, OTHERS);
    } else if !moved
        && case.changed("lsn_commit")
        && asked.has("lsn_commit")
        && new == own.whole("lsn")
    {
        let effect = format!("changes, but the connector starts at {at} as before");
        let advice = format!("set `lsn`, and {OTHERS}");
        advise(out, "lsn_commit", Code::NoEffect, effect, advice);
    }
    if let Some(commit) = asked.whole("lsn_commit")
        && reads_proc
        && moved
        && commit > after
    {
        let commit = shown(commit);
        let what = format!(
            "is {commit}, which is after the new start; every transaction that committed up to `lsn_commit` is lost, except when a change lies at exactly {at}"
        );
        note(out, "lsn_commit", Code::SkipsRecords, what, "remove it");
    }
    if moved && case.kept(EVENTS) && reads_proc {
        let effect = "is unchanged and counts the changes that were read at the old position; as many changes are skipped at the new position";
        advise(out, EVENTS, Code::StaleMember, effect, "remove it");
    }
    // `messageType` matters only in an entry with `lsn_proc`.
    if let Some(kind) = is_read(asked)
        && reads_proc
        && !case.is_recorded()
        && (moved || is_read(own).is_none())
    {
        let effect = format!(
            "is {kind}, so the change at {at} counts as read, and is lost if it was not read; if {at} is the position of a commit, the first change after this commit is lost"
        );
        advise(out, "messageType", Code::SkipsRecords, effect, "remove it");
    }
}
