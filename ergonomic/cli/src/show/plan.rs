//! A plan as a person reads it before saying yes.

use ccloud_connect::AlterationRequest;
use ccloud_connect::offset::Direction;
use ccloud_connect::plan::{Change, Plan};

use crate::show::findings;
use crate::show::positions::{Row, compared};
use crate::text::partition::show_offset;
use crate::ui::cell;

/// What is done, partition by partition, the totals, and the warnings.
pub(crate) fn shown(plan: &Plan, width: Option<u16>) -> String {
    let mut out = headline(plan);
    let rows: Vec<Row> = plan.changes().iter().map(row).collect();
    if !rows.is_empty() {
        out.push('\n');
        out += compared(&rows, ["BEFORE", "AFTER"], width).trim_end();
    }
    let found = findings::text(plan.warnings(), width);
    if !found.is_empty() {
        out.push('\n');
        out += found.trim_end();
    }
    out
}

fn headline(plan: &Plan) -> String {
    let count = partitions(plan.changes().len());
    match plan.request() {
        AlterationRequest::Patch(_) => format!("PATCH sets {count}:"),
        AlterationRequest::DeleteAll if plan.changes().is_empty() => {
            "DELETE resets every partition; none is known".to_owned()
        }
        AlterationRequest::DeleteAll => format!("DELETE resets every partition; {count} known:"),
        _ => format!("DELETE resets {count}:"),
    }
}

/// `1 partition` or `3 partitions`.
pub(crate) fn partitions(count: usize) -> String {
    format!("{count} partition{}", if count == 1 { "" } else { "s" })
}

fn row(change: &Change) -> Row {
    let way = change.way().map(|way| cell(&way.to_string()));
    Row {
        partition: change.partition().clone(),
        before: change.before().cloned(),
        after: change.after().cloned(),
        distance: change.distance(),
        effect: match effect(change) {
            "earliest" => "at most, to the earliest record".to_owned(),
            effect => effect.to_owned(),
        },
        way,
    }
}

/// What becomes of a partition, in words that differ also where there are no colours.
fn effect(change: &Change) -> &'static str {
    match (change.before(), change.after(), change.distance()) {
        _ if change.is_unchanged() => "unchanged",
        // The earliest record may have a higher offset, so the distance is the most that it can be.
        (_, Some(after), Some(..0)) if show_offset(Some(after)) == "0" => "earliest",
        (_, None, _) => "reset",
        (None, Some(_), _) => "new",
        (_, _, Some(..0)) => "read again",
        (_, _, Some(_)) => "skipped",
        (Some(_), Some(_), None) => match change.way().map(|way| way.direction) {
            Some(Direction::Back) => "read again",
            Some(Direction::Ahead) => "skipped",
            Some(Direction::Same) => "same place",
            _ => "moved",
        },
    }
}

/// The plan in one line, for the question: `3 read again (3000 records), 1 reset`.
pub(crate) fn totals(plan: &Plan) -> String {
    let mut parts = Vec::new();
    for word in [
        "earliest",
        "read again",
        "skipped",
        "moved",
        "same place",
        "new",
        "reset",
        "unchanged",
    ] {
        let of_it = |change: &&Change| effect(change) == word;
        let count = plan.changes().iter().filter(of_it).count();
        if count == 0 {
            continue;
        }
        let distances = plan
            .changes()
            .iter()
            .filter(of_it)
            .filter_map(Change::distance);
        let records: u128 = distances
            .map(|records| u128::from(records.unsigned_abs()))
            .sum();
        parts.push(match records {
            0 => format!("{} {word}", partitions(count)),
            1 => format!("{} {word} (1 record)", partitions(count)),
            _ if word == "earliest" => {
                format!("{} {word} (at most {records} records)", partitions(count))
            }
            _ => format!("{} {word} ({records} records)", partitions(count)),
        });
    }
    if parts.is_empty() {
        return "every partition reset".to_owned();
    }
    parts.join(", ")
}
