//! A plan as text, which is shown before the question.

use ccloud_connect::finding::Code;
use ccloud_connect::finding::text::counted;
use ccloud_connect::offset::Direction;
use ccloud_connect::plan::{Change, Plan};
use ccloud_connect::{AlterationRequest, ConnectorName, ConnectorState, PlannedAlteration};

use crate::show::findings;
use crate::show::positions::{Row, compared};
use crate::text::partition::show_offset;
use crate::ui::{cell, paragraph};

/// The change of each partition, remarks about records that the plan cannot count, and the warnings.
pub(crate) fn shown(planned: &PlannedAlteration, width: Option<u16>) -> String {
    let plan = planned.plan();
    let mut out = paragraph(&headline(plan), width);
    let rows: Vec<Row> = plan.changes().iter().map(row).collect();
    if !rows.is_empty() {
        out += &compared(&rows, ["BEFORE", "AFTER"], width);
    }
    for remark in until_it_stops(planned) {
        out += &paragraph(remark, width);
    }
    out += &findings::text(plan.warnings(), width);
    out.pop();
    out
}

/// The direction in which a partition of a sink moves: -1 for back or a reset, 1 for ahead.
fn sense(change: &Change) -> Option<i64> {
    let is_sink = || show_offset(change.before()).parse::<u64>().is_ok();
    match change.after() {
        None => is_sink().then_some(-1),
        Some(_) => change.distance().map(i64::signum),
    }
}

/// The remarks about the records that a running sink reads between the sample and its stop. The plan cannot count them.
fn until_it_stops(planned: &PlannedAlteration) -> impl Iterator<Item = &'static str> {
    let goes = |way: i64| {
        let mut changes = planned.plan().changes().iter();
        is_at_work(planned) && changes.any(|change| sense(change) == Some(way))
    };
    let is_undo = planned.plan().intent() == "undo";
    let again = match planned.state() {
        Some(_) => {
            "The connector is running: the records that it reads until it stops are read again as well."
        }
        None => {
            "The connector's state is not known: if it is running, the records that it reads until it stops are read \
             again as well."
        }
    };
    // When a second sample was already read, a finding has the content of this remark, so the remark is left out.
    let warnings = planned.plan().warnings();
    let is_said = warnings
        .iter()
        .any(|finding| finding.code == Code::SpeedUnknown);
    let ahead = match is_undo {
        true => {
            "The connector reads on until it stops: if it reads past the restored positions, it delivers the records after them again."
        }
        false if is_said => "",
        false => {
            "The request is sent only if a second sample shows that the connector does not read past the new positions before \
             it stops."
        }
    };
    [(-1, again), (1, ahead)]
        .into_iter()
        .filter_map(move |(way, text)| (goes(way) && !text.is_empty()).then_some(text))
}

/// How many records a sink reads again according to the plan.
pub(crate) fn read_again(plan: &Plan) -> u64 {
    let back = |change: &Change| change.distance().filter(|by| *by < 0);
    plan.changes()
        .iter()
        .filter_map(back)
        .map(i64::unsigned_abs)
        .fold(0, u64::saturating_add)
}

/// What the alteration means for the work of the connector.
pub(crate) fn interruption(planned: &PlannedAlteration, connector: &ConnectorName) -> String {
    match planned.state().map_or("", |status| status.state.as_str()) {
        state @ ("PAUSED" | "STOPPED") => {
            format!("{connector} is {state}, and is expected to stay {state}.")
        }
        "FAILED" => {
            format!("{connector} is FAILED; its tasks start again after the alteration.")
        }
        _ => format!("{connector} processes nothing while its offsets are altered."),
    }
}

/// Whether the new position of a sink is nearer to offset 0 than to the old position. The record at the new position may then
/// no longer exist.
pub(crate) fn goes_far_back(change: &Change) -> bool {
    let back = change.distance().filter(|by| *by < 0);
    let to = show_offset(change.after()).parse::<u64>();
    back.is_some_and(|back| to.is_ok_and(|to| to < back.unsigned_abs()))
}

/// Whether the connector may read on before it stops.
pub(crate) fn is_at_work(planned: &PlannedAlteration) -> bool {
    let state = planned.state().map(|status| &status.state);
    !matches!(
        state,
        Some(ConnectorState::Paused | ConnectorState::Stopped | ConnectorState::Failed)
    )
}

fn headline(plan: &Plan) -> String {
    let count = counted(plan.changes().len() as u64, "partition");
    match plan.request() {
        AlterationRequest::Patch(_) => format!("PATCH sets {count}:"),
        AlterationRequest::DeleteAll if plan.changes().is_empty() => {
            "DELETE resets every partition; no partition is known".to_owned()
        }
        AlterationRequest::DeleteAll => format!("DELETE resets every partition; {count} known:"),
        _ => format!("DELETE resets {count}:"),
    }
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

/// The change of a partition in words. Each kind of change has its own words, because the output may have no colours.
fn effect(change: &Change) -> &'static str {
    match (change.before(), change.after(), change.distance()) {
        _ if change.is_unchanged() => "unchanged",
        // The earliest record may have a higher offset than 0, so the distance is an upper limit.
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

/// The plan in one line, for the question: `3 partitions read again (3,000 records), 1 partition reset`.
pub(crate) fn totals(planned: &PlannedAlteration) -> String {
    let plan = planned.plan();
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
        let mut part = format!("{} {word}", counted(count as u64, "partition"));
        if records > 0 {
            let most = if word == "earliest" { "at most " } else { "" };
            let plus = match word {
                "read again" if is_at_work(planned) => ", plus what it reads until it stops",
                _ => "",
            };
            part += &format!(" ({most}{}{plus})", counted(records, "record"));
        }
        parts.push(part);
    }
    if parts.is_empty() {
        return "every partition reset".to_owned();
    }
    parts.join(", ")
}
