//! Offsets of the MongoDB CDC source.

use super::resume_token;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Case, OffsetFormat};
use crate::offset::findings::{advise, falls_back, note};
use crate::offset::format::offset_format;
use crate::offset::moves::Move;
use crate::offset::position::Position;
use crate::offset::value::{BoolText, Digits, not_empty};
use crate::offset::{debezium, debezium_members};

offset_format! {
    /// The position of a MongoDB CDC source (Debezium) in a change stream.
    ///
    /// The resume token overrides the time (from the connector's source code). The format and the accepted values were
    /// measured with the connector's own loader, Debezium 3.6.
    MongodbCdc: FORMAT
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server_id" server_id: String as &str;
    }
    optional {
        /// The time of the event, in seconds since the Unix epoch, below 2^31.
        offset "sec" sec: Digits as i64;
        /// The number of the event within its second.
        offset "ord" ord: Digits as i64;
        /// The resume token of the change stream.
        offset "resume_token" resume_token: String as &str;
        /// The id of the logical session.
        offset "lsid" lsid: String as &str;
        /// The number of the transaction within its session.
        offset "txnNumber" txn_number: Digits as i64;
        /// Whether an initial snapshot is in progress.
        offset "initsync" initsync: BoolText as bool;
        /// The name of the replica set, in older connectors.
        partition "rs" replica_set: String as &str;
    }
    moves {
        /// The same server at another resume token.
        ///
        /// Removes `sec`, `ord`, `lsid` and `txnNumber`, the time and the transaction of the old position, because the
        /// token replaces them.
        move_to(resume_token: impl Into<String>) = Coordinate::ResumeToken(resume_token.into());
    }
}

impl MongodbCdc {
    /// An entry for a server, without a position yet.
    ///
    /// # Errors
    /// When `server_id` is empty.
    pub fn new(server_id: impl Into<String>) -> Result<Self, ValidationError> {
        Self::of(server_id.into())
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server_id", &self.server_id, out);
        for (path, number) in [("offset.sec", self.sec), ("offset.ord", self.ord)] {
            if let Some(Digits(number)) = number.filter(|n| n.0 > i32::MAX.into()) {
                let message = format!("is {number}; the connector reads it as a negative number");
                out.push(Finding::error(path, Code::OutOfRange, message));
            }
        }
    }
}

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "mongodb-cdc",
    title: "MongoDB CDC (Debezium)",
    self_managed: &["io.debezium.connector.mongodb.MongoDbConnector"],
    evidence: "accepted values: measured with the connector's own loader, Debezium 3.6.1; precedence of members: source code",
    debezium: debezium_members::INCREMENTAL,
    partitions: &[&["server_id"], &["server_id", "rs"]],
    signature: &["sec", "resume_token"],
    lenient: &["initsync"],
    fixed: Some(("server_id", &["topic.prefix", "mongodb.name"])),
    // Older versions write `rs` into the partition. A connector that has such partitions also reads a partition without
    // `rs`.
    also_reads: |case| {
        let mut present = case.around.present.iter().flatten();
        case.asked.is_partition_of(&["server_id"])
            && present.any(|own| own.partition("rs").is_some())
    },
    check_partition: |case, out| {
        falls_back(
            case,
            |fields| fields.partition("rs").is_some(),
            "with `rs`",
            out,
        );
        let mut present = case.around.present.iter().flatten();
        let is_older = case.asked.partition("rs").is_some() && !case.asked.is_reset();
        if is_older
            && present.any(|own| own.is_partition_of(&["server_id"]))
            && case.own.is_none_or(|own| !own.same_offset(case.asked))
        {
            let newer = "belongs to a partition of an older version, which is not read while the connector has a position without `rs`";
            out.push(Finding::error("partition.rs", Code::NeverRead, newer).suggest("remove `rs`"));
        }
    },
    check,
    unplaced: Code::MissingPosition,
    without_position: "has neither `resume_token` nor `sec`; the task fails, or takes a new snapshot if `snapshot.mode` is when_needed",
    position: |fields| {
        let token = fields.text("resume_token");
        if let Some(data) = token.and_then(|token| resume_token::data(&token)) {
            let (keys, shown) = resume_token::place(&data?)?;
            return Some(Position::new(keys, shown));
        }
        let ord = fields.whole("ord").unwrap_or_default();
        let (keys, time) = resume_token::place_of_time(fields.whole("sec")?, ord);
        Some(Position::new(keys, format!("{time}, {ord}")))
    },
    before_start: "goes back to {}; if the oplog no longer holds this position, the task fails, or takes a new snapshot if `snapshot.mode` is when_needed",
    past_end: "goes ahead to {}; events in between are not read",
    queries: &[("how far back the oplog reaches", "db.getReplicationInfo()")],
    rules: &[
        "`resume_token` overrides `sec` and `ord`.",
        "`initsync: true` leads to a new snapshot; the text `\"true\"` is ignored.",
    ],
    going: &["Set `resume_token`, and remove `sec`, `ord`, `lsid` and `txnNumber`."],
    moves: &[Move {
        removes: &["sec", "ord", "lsid", "txnNumber"],
        ..Move::of("resume-token", "resume_token")
    }],
    ..MongodbCdc::FACTS
};

fn check(case: &Case<'_>, out: &mut Vec<Finding>) {
    let moved = case.changed("sec") || case.changed("ord");
    if moved && case.kept("resume_token") && case.asked.has("sec") {
        let effect = "is unchanged and overrides the new time";
        let advice = "set it to the token after which the connector must start";
        advise(out, "resume_token", Code::StaleMember, effect, advice);
    }
    let token = case.asked.text("resume_token");
    let token = token.filter(|_| case.changed("resume_token"));
    if let Some(token) = token.filter(|token| resume_token::data(token).is_none()) {
        let effect = "does not have the form of a resume token; if it is not a token, the task fails, or takes a new snapshot if `snapshot.mode` is when_needed";
        let form = "write the token as the connector does, in base64, or the hexadecimal digits of its `_data`";
        // Only the server can decide whether a text is a token. A text that is empty or contains JSON is certainly not
        // a token.
        match token.trim().is_empty() || token.contains('{') {
            true => advise(out, "resume_token", Code::TaskWouldFail, effect, form),
            false => note(out, "resume_token", Code::TaskWouldFail, effect, form),
        }
    }
    debezium::check_progress(
        case,
        "initsync",
        |fields| fields.offset("initsync") == Some("true"),
        out,
    );
}
