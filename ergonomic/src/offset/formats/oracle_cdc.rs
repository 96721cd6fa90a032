//! Offsets of the Oracle CDC source.

use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::coordinate::Coordinate;
use crate::offset::debezium_members;
use crate::offset::facts::{Case, OffsetFormat};
use crate::offset::fields::Fields;
use crate::offset::findings::advise;
use crate::offset::format::offset_format;
use crate::offset::moves::Move;
use crate::offset::position::{Position, Unit};
use crate::offset::value::{TextOrNumber, Value, not_empty};

offset_format! {
    /// The position of an Oracle CDC source (Debezium) in the redo log.
    ///
    /// With LogMiner the position is `scn`. With XStream it is `lcr_position`, which is stored instead of `scn` and
    /// overrides it. System change numbers (SCN) are **strings** of digits, because they can exceed int64; the
    /// connector also reads JSON numbers. The format comes from the connector's source code, and from a recorded entry
    /// of XStream.
    OracleCdc: FORMAT
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
    }
    optional {
        /// The position in the XStream of logical change records, as hexadecimal digits. It overrides `scn`.
        offset "lcr_position" lcr_position: String as &str;
        /// The id of the transaction.
        offset "txId" tx_id: String as &str;
        /// For each redo thread, the system change number of the last commit. Newer connectors append the thread and the
        /// transactions to each number. Events up to these numbers are dropped.
        offset "commit_scn" commit_scn: TextOrNumber as &str;
        /// The number of the event within its transaction.
        offset "txSeq" tx_seq: i64 as i64;
        /// With newer connectors, the system change number of the snapshot: transactions that committed up to it are
        /// dropped.
        offset "snapshot_commit_scn" snapshot_commit_scn: TextOrNumber as &str;
        /// With OpenLogReplicator, the position among the changes that have the same system change number.
        offset "scn_idx" scn_idx: i64 as i64;
        /// Transactions that were open when the snapshot was taken.
        offset "snapshot_pending_tx" snapshot_pending_tx: String as &str;
        /// The position in the redo log: a system change number, as digits.
        offset "scn" scn: TextOrNumber as &str;
        /// The system change number of the snapshot, as digits.
        offset "snapshot_scn" snapshot_scn: TextOrNumber as &str;
    }
    moves {
        /// The same server at another system change number, as digits.
        ///
        /// Removes `commit_scn` and `snapshot_commit_scn`, because events up to them are dropped. Removes
        /// `lcr_position`, because it would override `scn`. Removes `txId`, `txSeq` and `scn_idx`, because they belong
        /// to the old position. That XStream starts from `scn` alone is documented; that LogMiner starts without the
        /// other members is *assumed* from its source code.
        move_to(scn: impl Into<String>) = Coordinate::Scn(scn.into());
    }
}

impl OracleCdc {
    /// An entry at the system change number `scn`, as digits.
    ///
    /// # Errors
    /// When `server` is empty or `scn` is not made of digits.
    pub fn new(server: impl Into<String>, scn: impl Into<String>) -> Result<Self, ValidationError> {
        Self::of(server.into())?.with("scn", &scn.into().write())
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
        let mut refuse = |key: &str, code: Code, message: String| {
            out.push(Finding::error(format!("offset.{key}"), code, message));
        };
        for (key, scn) in [("scn", &self.scn), ("snapshot_scn", &self.snapshot_scn)] {
            let bad = |scn: &&TextOrNumber| {
                !scn.0.bytes().all(|b| b.is_ascii_digit()) || scn.0.parse::<i128>().is_err()
            };
            if let Some(scn) = scn.as_ref().filter(bad) {
                let scn = excerpt(&scn.0);
                let message = format!("must be a system change number as digits, but is \"{scn}\"");
                refuse(key, Code::WrongType, message);
            }
        }
        let is_number = |piece: &str| piece.parse::<i128>().is_ok();
        // `commit_scn` has a part for each redo thread. A part has the form SCN, SCN:thread:transactions, or an older form
        // of four fields.
        let is_commit = |part: &str| match part.split(':').collect::<Vec<_>>()[..] {
            [scn] => is_number(scn),
            [scn, thread, _] | [scn, _, _, thread] => is_number(scn) && is_number(thread),
            _ => false,
        };
        let is_pending = |part: &str| {
            let pieces = part.trim().split_once(':');
            part.trim().is_empty() || pieces.is_some_and(|(_, scn)| is_number(scn))
        };
        let commit = self.commit_scn.as_ref().map_or("0", |scn| &scn.0);
        let pending = self.snapshot_pending_tx.as_deref().unwrap_or_default();
        let malformed = "has a part with a malformed system change number; the task fails";
        if !commit.split(',').all(is_commit) {
            refuse("commit_scn", Code::TaskWouldFail, malformed.to_owned());
        }
        if !pending.split(',').all(is_pending) {
            refuse(
                "snapshot_pending_tx",
                Code::TaskWouldFail,
                malformed.to_owned(),
            );
        }
        let lcr = self.lcr_position.as_deref().unwrap_or("00");
        let is_hex = lcr.len().is_multiple_of(2) && lcr.bytes().all(|b| b.is_ascii_hexdigit());
        if lcr.is_empty() || !is_hex {
            let odd = "must be an even number of hexadecimal digits; the task fails";
            refuse("lcr_position", Code::TaskWouldFail, odd.to_owned());
        }
    }
}

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "oracle-cdc",
    title: "Oracle CDC (XStream and Debezium's LogMiner)",
    managed: &["OracleXStreamSource"],
    self_managed: &[
        "io.debezium.connector.oracle.OracleConnector",
        "io.confluent.connect.oracle.xstream.cdc.OracleXStreamSourceConnector",
    ],
    assumed: &[
        "OracleCdcSource",
        "io.confluent.connect.oracle.cdc.OracleCdcSourceConnector",
    ],
    evidence: "the connector's source code (Debezium 3.6), and a recorded entry of XStream",
    debezium: debezium_members::MEMBERS,
    partitions: &[&["server"]],
    signature: &["scn", "lcr_position"],
    lenient: &["txId", "txSeq", "snapshot_pending_tx"],
    fixed: Some(("server", &["topic.prefix", "database.server.name"])),
    check,
    unplaced: Code::TaskWouldFail,
    without_position: "has neither `scn` nor `lcr_position`; the task fails",
    position,
    before_start: "goes back to {}; the task fails if the redo and archive logs no longer hold this position, and XStream does not go before the outbound server's processed low position",
    past_end: "goes ahead to {}; if the database has not reached this position yet, nothing is emitted until it has",
    queries: &[
        (
            "the current system change number",
            "SELECT current_scn FROM v$database;",
        ),
        (
            "how far back the archive logs reach",
            "SELECT MIN(first_change#) FROM v$archived_log WHERE deleted = 'NO';",
        ),
        (
            "the processed low position of the XStream outbound server",
            "SELECT server_name, processed_low_position FROM all_xstream_outbound_progress;",
        ),
        (
            "the SCN of a time",
            "SELECT timestamp_to_scn(TO_TIMESTAMP('2026-11-26 08:00:00', 'YYYY-MM-DD HH24:MI:SS')) FROM dual;",
        ),
    ],
    rules: &[
        "With XStream, `lcr_position` overrides `scn`, which is then not read.",
        "With LogMiner, events up to `commit_scn`, and up to `snapshot_commit_scn`, are dropped, whatever `scn` is. `txId` and `txSeq` are valid for one position only.",
    ],
    going: &[
        "Set `scn`, and remove `commit_scn`, `snapshot_commit_scn`, `lcr_position`, `txId`, `txSeq` and `scn_idx`.",
    ],
    moves: &[Move {
        removes: &[
            "commit_scn",
            "snapshot_commit_scn",
            "lcr_position",
            "txId",
            "txSeq",
            "scn_idx",
        ],
        ..Move::of("scn", "scn")
    }],
    ..OracleCdc::FACTS
};

/// The system change number in a member, which may be text or a number; the highest one when the member contains
/// several.
fn scn(fields: &Fields<'_>, key: &str) -> Option<i128> {
    let raw = fields.offset(key)?;
    let text = fields.text(key).unwrap_or(raw.into());
    let parts = text.split(',');
    let numbers = parts.filter_map(|part| part.split(':').next()?.parse().ok());
    numbers.max()
}

fn position(fields: &Fields<'_>) -> Option<Position> {
    if let Some(lcr) = fields.text("lcr_position") {
        // The first eight bytes of an `lcr_position` are a system change number. The other bytes order positions with
        // the same number.
        let half = |range: std::ops::Range<usize>| {
            let digits = lcr.get(range).unwrap_or_default();
            i128::from_str_radix(digits, 16).unwrap_or(0)
        };
        let keys = [
            (half(0..16), Some(Unit::Changes)),
            (half(16..40), None),
            (half(40..64), None),
        ];
        return Some(Position::new(keys, lcr.into_owned()));
    }
    let scn = scn(fields, "scn")?;
    let keys = [(scn, Some(Unit::Changes)), (0, None), (0, None)];
    Some(Position::new(keys, scn.to_string()))
}

/// Whether the connector reads with LogMiner; `None` when its class, its settings and its current entry do not show it.
fn reads_logminer(case: &Case<'_>) -> Option<bool> {
    let class = case.around.class.unwrap_or_default().to_lowercase();
    if class.contains("xstream") {
        return Some(false);
    }
    if let Some(adapter) = case.setting("database.connection.adapter") {
        return Some(!adapter.eq_ignore_ascii_case("xstream"));
    }
    let own = case.own?;
    match (own.has("lcr_position"), own.has("scn")) {
        (true, _) => Some(false),
        (false, has_scn) => has_scn.then_some(true),
    }
}

fn check(case: &Case<'_>, out: &mut Vec<Finding>) {
    let asked = case.asked;
    if reads_logminer(case) == Some(true) && asked.has("lcr_position") {
        let (code, effect) = match asked.has("scn") {
            true => (Code::NoEffect, "; it starts at `scn`"),
            false => (Code::TaskWouldFail, ", and without `scn` its task fails"),
        };
        let what =
            format!("is a position of XStream, but this connector reads with LogMiner{effect}");
        advise(out, "lcr_position", code, what, "remove it, and set `scn`");
        return;
    }
    let scn_changed = case.changed("scn") || case.own.is_none();
    if asked.has("lcr_position") && asked.has("scn") && scn_changed && !case.changed("lcr_position")
    {
        let effect = "overrides `scn`, which the connector then does not read";
        let advice = "remove `lcr_position`, or remove `scn`";
        advise(out, "lcr_position", Code::StaleMember, effect, advice);
    }
    // XStream reads none of the other members.
    if case.own.is_some_and(|own| own.has("lcr_position")) {
        return;
    }
    let commit = |fields: &Fields<'_>| scn(fields, "commit_scn");
    // A position further ahead may have been recorded with a later commit.
    if let Some(own) = case.own
        && scn(asked, "scn") <= scn(own, "scn")
        && commit(asked) > commit(own)
    {
        let later =
            "is later than the connector's own value, so the connector skips the events up to it";
        let advice = "keep the connector's own value, or remove the member";
        advise(out, "commit_scn", Code::SkipsRecords, later, advice);
    }
    if !case.changed("scn") || !asked.has("scn") {
        return;
    }
    let new = scn(asked, "scn");
    for key in ["commit_scn", "snapshot_commit_scn"] {
        if case.kept(key) && scn(asked, key) > new {
            let kept = excerpt(&asked.text(key).unwrap_or_default());
            let effect = format!(
                "is unchanged ({kept}); events up to it are dropped, whatever the new `scn` is"
            );
            advise(out, key, Code::StaleMember, effect, "remove it");
        }
    }
    for key in ["txId", "txSeq", "scn_idx"] {
        if case.kept(key) {
            let effect = "is unchanged and belongs to the old position";
            advise(out, key, Code::StaleMember, effect, "remove it");
        }
    }
}
