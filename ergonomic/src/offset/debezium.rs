//! Checks of the members that Debezium connectors share: those of initial and incremental snapshots, and of
//! transactions.

use std::collections::BTreeMap;

use super::debezium_members;
use super::facts::{Case, OffsetFormat};
use super::fields::Fields;
use super::findings::{advise, fails, warn};
use crate::finding::{Code, Finding};
use crate::json::scan::{self, Kind};

const INCREMENTAL: &str = "incremental_snapshot_";
const COLLECTIONS: &str = "incremental_snapshot_collections";
const LAST_KEY: &str = "incremental_snapshot_primary_key";
const COUNTERS: &str = "transaction_data_collection_order_";

/// What is known of Debezium's connectors without a format of their own, such as those of Db2 and Informix.
pub(crate) static OTHERS: OffsetFormat = OffsetFormat {
    name: "debezium",
    title: "Debezium's other connectors",
    debezium: debezium_members::MEMBERS,
    ..OffsetFormat::PLAIN
};

/// Whether an initial snapshot is in progress. The connector begins such a snapshot again when it starts the next time.
fn in_snapshot(format: &OffsetFormat, fields: &Fields<'_>) -> bool {
    if !fields.has("snapshot") {
        return false;
    }
    let is_initial = match fields.text("snapshot") {
        Some(text) => ["INITIAL", "true"].contains(&text.as_ref()),
        None => fields.offset("snapshot") == Some("true"),
    };
    // Some connectors read the member `last_snapshot_record`. Its value `true` means that the snapshot has ended.
    let last = "last_snapshot_record";
    let reads_last = format.position_keys().any(|key| key == last);
    is_initial && !fields.is_true("snapshot_completed") && !(reads_last && fields.is_true(last))
}

/// Checks those members that Debezium connectors share and that this connector reads.
pub(crate) fn check(case: &Case<'_>, out: &mut Vec<Finding>) {
    check_types(case, out);
    check_incremental(case, out);
    if debezium_members::knows(case.format.debezium, "snapshot") {
        if !case.kept("snapshot") {
            check_kind(case, out);
        }
        check_progress(
            case,
            "snapshot",
            |fields| in_snapshot(case.format, fields),
            out,
        );
    }
}

/// Checks members that do not affect the position, but that make the task fail when they have a wrong type.
fn check_types(case: &Case<'_>, out: &mut Vec<Finding>) {
    for key in case.asked.keys() {
        let known = debezium_members::knows(case.format.debezium, key);
        let raw = case.asked.offset(key).unwrap_or_default();
        if !known || case.own.is_some_and(|own| own.offset(key) == Some(raw)) {
            continue;
        }
        let text = scan::string(raw);
        let is_json = |text: &str| {
            let tables: Vec<BTreeMap<String, serde_json::Value>> = match serde_json::from_str(text)
            {
                Ok(tables) => tables,
                Err(_) => return false,
            };
            let mut values = tables.iter().flat_map(BTreeMap::values);
            !values.any(|value| value.is_object() || value.is_array())
        };
        let is_serialized = |text: &str| {
            let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
            hex && text
                .get(..4)
                .is_some_and(|start| start.eq_ignore_ascii_case("aced"))
        };
        let (good, wanted) = match key.strip_prefix(INCREMENTAL) {
            Some("primary_key" | "maximum_key") => (
                text.is_some_and(|text| is_serialized(&text)),
                "the hexadecimal text of a Java object",
            ),
            Some("collections") => (
                text.is_some_and(|text| is_json(&text)),
                "the text of a JSON array of objects",
            ),
            Some("correlation_id") => (text.is_some(), "text"),
            None if key == "transaction_id" => (text.is_some(), "text"),
            None if key.starts_with(COUNTERS) => (raw.parse::<i64>().is_ok(), "a whole number"),
            _ => continue,
        };
        // A counter that is null makes the task fail; the other members may be null.
        if !good && (raw != "null" || key.starts_with(COUNTERS)) {
            fails(out, key, format!("must be {wanted}; the task fails"));
        }
    }
}

/// Warns of an entry that begins or ends a snapshot, or that sets a new position during one. `is_running` decides for
/// an entry whether a snapshot is in progress.
pub(crate) fn check_progress(
    case: &Case<'_>,
    key: &str,
    is_running: impl Fn(&Fields<'_>) -> bool,
    out: &mut Vec<Finding>,
) {
    let position = case.format.position;
    match (case.own.is_some_and(&is_running), is_running(case.asked)) {
        // No warning is given when the current offsets are not known: the connector may have written this value itself,
        // during a snapshot that is still in progress.
        (false, true) if case.around.present.is_none() => {}
        (false, true) => {
            let effect = "means that a snapshot is in progress; the connector takes a whole new snapshot, and ignores the position";
            advise(out, key, Code::SnapshotAgain, effect, "remove it");
        }
        (true, false) => {
            let effect = "no longer means that a snapshot is in progress; the snapshot ends, and the rest of its rows is never read";
            let advice = "keep the members of the snapshot, or reset the partition";
            advise(out, key, Code::SnapshotEnds, effect, advice);
        }
        (true, true) if case.own.and_then(position) != position(case.asked) => {
            let effect = "means that a snapshot is in progress; the connector takes the snapshot again from its beginning, and ignores the new position";
            warn(out, key, Code::NoEffect, effect);
        }
        _ => {}
    }
}

fn check_kind(case: &Case<'_>, out: &mut Vec<Finding>) {
    /// The values that Debezium 3 reads; letter case matters.
    const KINDS: [&str; 3] = ["INITIAL", "BLOCKING", "INCREMENTAL"];
    let Some(value) = case
        .asked
        .offset("snapshot")
        .filter(|value| *value != "null")
    else {
        return;
    };
    let text = case.asked.text("snapshot");
    let good = match &text {
        Some(text) => KINDS.contains(&text.as_ref()) || text == "true",
        None => value == "true",
    };
    if !good {
        let wanted = text.map(|text| text.to_uppercase());
        let wanted = wanted.filter(|wanted| KINDS.contains(&wanted.as_str()));
        let unknown =
            format!("is {value}, which is not a kind of snapshot; the connector's task fails");
        let advice = wanted.map_or("remove it".to_owned(), |kind| {
            format!("write \"{kind}\", or remove it")
        });
        let path = "offset.snapshot".to_owned();
        out.push(Finding::error(path, Code::TaskWouldFail, unknown).suggest(advice));
        return;
    }
    // Debezium 2 writes `snapshot` as a boolean, and its task fails on text.
    let own = case
        .own
        .and_then(|own| own.offset("snapshot"))
        .map(Kind::of);
    if own == Some(Kind::Bool) && text.is_some() {
        let text = "is text, but this connector writes true or false here; its task fails";
        let path = "offset.snapshot".to_owned();
        out.push(Finding::error(path, Code::TaskWouldFail, text).suggest("write true"));
    }
}

/// The tables of the incremental snapshot in progress; empty when no such snapshot is in progress.
fn incremental(fields: &Fields<'_>) -> Vec<String> {
    let text = fields.text(COLLECTIONS).unwrap_or_default();
    let tables: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap_or_default();
    let ids = tables
        .iter()
        .map(|table| &table["incremental_snapshot_collections_id"]);
    ids.map(ToString::to_string).collect()
}

fn check_incremental(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (own, asked) = (case.own.map(incremental), incremental(case.asked));
    let Some(own) = own else { return };
    let lost = own.iter().any(|table| !asked.contains(table));
    let begins_anew = || case.own.is_some_and(|own| own.has(LAST_KEY)) && !case.asked.has(LAST_KEY);
    if lost && asked.is_empty() {
        let ends = "is left out; the incremental snapshot in progress ends, and the rest of its rows is never read";
        let advice = "keep the members incremental_snapshot_*";
        advise(out, COLLECTIONS, Code::SnapshotEnds, ends, advice);
    } else if lost {
        let ends = "leaves out a table of the incremental snapshot in progress; the rest of the rows of that table is never read";
        let advice = "keep all tables";
        advise(out, COLLECTIONS, Code::SnapshotEnds, ends, advice);
    } else if !own.is_empty() && begins_anew() {
        let anew = "is left out; the incremental snapshot reads its current table again from the beginning";
        advise(out, LAST_KEY, Code::DeliveredAgain, anew, "keep it");
    } else if own.is_empty() && !asked.is_empty() {
        let resumes = "brings back the progress of an incremental snapshot; the connector continues that snapshot";
        warn(out, COLLECTIONS, Code::SnapshotResumes, resumes);
    }
    if own.first() != asked.first() && !asked.is_empty() && case.kept(LAST_KEY) {
        let other = "is unchanged and belongs to another table than the first one of the list; the rows of that one up to this key are never read";
        advise(
            out,
            LAST_KEY,
            Code::SkipsRecords,
            other,
            "keep the order of the tables",
        );
    }
}
