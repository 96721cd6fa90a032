//! Offsets of the MongoDB Atlas source.

use super::resume_token;
use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};
use crate::json::scan::{self, Kind};
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Case, OffsetFormat};
use crate::offset::fields::Fields;
use crate::offset::findings::{advise, nulls, warn};
use crate::offset::format::offset_format;
use crate::offset::moves::Move;
use crate::offset::position::Position;
use crate::offset::value::not_empty;

offset_format! {
    /// The position of a MongoDB Atlas source in a change stream.
    ///
    /// The resume token `_id` is JSON text **in a string**, `"{\"_data\": \"8266…\"}"`, and not an object, because
    /// Kafka Connect stores no objects. Confluent has published the format; the rest comes from the connector's source
    /// code.
    ///
    /// ```
    /// use ccloud_connect::offset::MongodbAtlas;
    ///
    /// let entry = MongodbAtlas::new("mongodb+srv://host/shop.orders", r#"{"_data": "8266"}"#)?.to_entry();
    /// assert_eq!(
    ///     entry.to_string(),
    ///     r#"{"partition":{"ns":"mongodb+srv://host/shop.orders"},"offset":{"_id":"{\"_data\": \"8266\"}"}}"#,
    /// );
    /// # Ok::<(), ccloud_connect::finding::ValidationError>(())
    /// ```
    MongodbAtlas: FORMAT
    required {
        /// The namespace: `mongodb+srv://host/database.collection`.
        partition "ns" namespace: String as &str;
        /// The resume token, as JSON text of an object.
        offset "_id" resume_token: String as &str;
    }
    optional {
        /// Present, with the text `true`, while the connector copies existing data.
        offset "copy" copy: String as &str;
        /// Present, with the text `true`, when the position is that of a heartbeat.
        offset "HEARTBEAT" heartbeat: String as &str;
    }
    moves {
        /// The same namespace at another resume token, the JSON text of an object.
        move_to(resume_token: impl Into<String>) = Coordinate::ResumeToken(resume_token.into());
    }
}

impl MongodbAtlas {
    /// An entry at a resume token. `resume_token` is the JSON text of the token: `{"_data": "8266…"}`.
    ///
    /// # Errors
    /// When `namespace` is empty or `resume_token` is not the JSON text of an object.
    pub fn new(
        namespace: impl Into<String>,
        resume_token: impl Into<String>,
    ) -> Result<Self, ValidationError> {
        Self::of(namespace.into(), resume_token.into())
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.ns", &self.namespace, out);
        let token = self.resume_token.parse::<crate::RawJson>();
        if !token.is_ok_and(|json| Kind::of(json.as_str()) == Kind::Object) {
            let is = match scan::string(&self.resume_token) {
                Some(_) => "a string within a string".to_owned(),
                None => format!("\"{}\"", excerpt(&self.resume_token)),
            };
            let effect = format!("must be the JSON text of an object, but is {is}");
            let finding = Finding::error("offset._id", Code::WrongType, effect);
            out.push(finding.suggest(r#"the form is "{\"_data\": \"8266…\"}""#));
        }
    }
}

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "mongodb-atlas",
    title: "MongoDB Atlas source",
    managed: &["MongoDbAtlasSource"],
    self_managed: &["com.mongodb.kafka.connect.MongoSourceConnector"],
    evidence: "published by Confluent, and the connector's source code",
    partitions: &[&["ns"]],
    signature: &["_id"],
    lenient: &["copy", "HEARTBEAT"],
    check,
    unplaced: Code::SkipsRecords,
    without_position: "has no `_id`; the connector starts at the present time, and the changes since its old position are lost",
    position,
    before_start: "goes back to {}; if the oplog no longer holds this position, the task fails, or starts at the present time if `errors.tolerance` is all",
    past_end: "goes ahead to {}; events in between are not read",
    queries: &[("how far back the oplog reaches", "db.getReplicationInfo()")],
    rules: &[
        "When `copy` is present, whatever its value, `_id` is not read. If `startup.mode` is copy_existing, everything is copied again; otherwise the connector starts at the present time.",
    ],
    going: &["Set `_id` to the JSON text of the resume token, as a string."],
    moves: &[Move::of("resume-token", "_id")],
    ..MongodbAtlas::FACTS
};

fn check(case: &Case<'_>, out: &mut Vec<Finding>) {
    nulls(case, &["_id"], out);
    let copies = |fields: &Fields<'_>| fields.offset("copy").is_some();
    match (case.own.is_some_and(copies), copies(case.asked)) {
        (false, true) => {
            let effect = "means that existing data are being copied, so `_id` is not read; if `startup.mode` is copy_existing, everything is copied again, otherwise the connector starts at the present time";
            advise(out, "copy", Code::SnapshotAgain, effect, "remove it");
        }
        (true, false) => {
            let effect = "is left out, so the copying of existing data ends; the rest of these data is never read";
            let advice = "keep it, or reset the partition";
            advise(out, "copy", Code::SnapshotEnds, effect, advice);
        }
        (true, true) if case.changed("_id") => {
            let beside = "is present, so `_id` is not read; the copying of existing data begins again if `startup.mode` is copy_existing, otherwise the connector starts at the present time";
            warn(out, "copy", Code::NoEffect, beside);
        }
        _ => {}
    }
    let token = case.asked.text("_id").filter(|_| case.changed("_id"));
    let Some(members) = token.as_deref().and_then(scan::members) else {
        return;
    };
    let data = members.iter().find(|member| member.key == "_data");
    // Old servers write `_data` as an object, so an object is accepted too.
    let good = data.is_some_and(|data| match scan::string(data.value) {
        Some(text) => resume_token::is_data(&text),
        None => data.kind() == Kind::Object,
    });
    if !good {
        advise(
            out,
            "_id",
            Code::TaskWouldFail,
            "is not a resume token; the task fails, or starts at the present time if `errors.tolerance` is all",
            r#"the form is "{\"_data\": \"8266…\"}""#,
        );
    }
}

fn position(fields: &Fields<'_>) -> Option<Position> {
    let token = fields.text("_id")?;
    let members = scan::members(&token)?;
    let data = members.iter().find(|member| member.key == "_data")?;
    let data = scan::string(data.value)?;
    let (keys, time) = resume_token::place(&data)?;
    Some(Position::new(keys, format!("{time} ({})", excerpt(&data))))
}
