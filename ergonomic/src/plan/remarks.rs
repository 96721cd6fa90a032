//! Warnings about a plan as a whole.

use super::Change;
use super::target::TopicBounds;
use crate::finding::text::counted;
use crate::finding::{Code, Finding};
use crate::offset::{Direction, OffsetFormat};

/// A warning about the partitions that an undo leaves unchanged, because nothing shows that the request touched them.
pub(super) fn left_alone(count: usize) -> Option<Finding> {
    let (partitions, them) = match count {
        0 => return None,
        1 => ("1 partition stays as it is".to_owned(), "it"),
        count => (format!("{count} partitions stay as they are"), "them"),
    };
    let message = format!(
        "{partitions}: the status of the request names no partition, and the current offsets do not show that the request reset {them}"
    );
    Some(warning(Code::NothingToRestore, message))
}

/// A warning about entries of the current offsets that cannot be read, or that share their partition with another
/// entry.
pub(super) fn not_read(count: usize) -> Option<Finding> {
    let which = match count {
        0 => return None,
        1 => "1 of the current entries cannot be read, or shares its partition with another entry"
            .to_owned(),
        count => format!(
            "{count} of the current entries cannot be read, or share their partition with another entry"
        ),
    };
    let message = format!(
        "{which}, so a partition may have another position than the plan shows, or have one where the plan shows none"
    );
    Some(warning(Code::PreviousUnknown, message))
}

/// A warning about the records that a sink delivers again after an undo.
pub(super) fn delivered_again(changes: &[Change]) -> Option<Finding> {
    let back = || {
        changes
            .iter()
            .filter_map(Change::distance)
            .filter(|by| *by < 0)
    };
    let records: u128 = back().map(|by| u128::from(by.unsigned_abs())).sum();
    let reset = changes
        .iter()
        .any(|change| change.sink().is_some() && change.after().is_none());
    let what = match (back().count(), reset) {
        (0, false) => return None,
        (0, true) => {
            "the connector delivers the records of the reset partitions again, from where its `auto.offset.reset` says".to_owned()
        }
        (_, reset) => format!(
            "the connector delivers {} again, as counted from the current sample, and also the records that it reads until it stops{}",
            counted(records, "record"),
            if reset {
                "; and the records of the reset partitions, from where its `auto.offset.reset` says"
            } else {
                ""
            }
        ),
    };
    Some(warning(Code::DeliveredAgain, what))
}

/// The effect of a reset of partitions that have a position: a warning for a sink, and a note for a source, as far as
/// its format is known.
pub(super) fn starts_anew(
    changes: &[Change],
    format: Option<&'static OffsetFormat>,
) -> Option<Finding> {
    let reset = || {
        let lost = |change: &&Change| change.before().is_some() && change.after().is_none();
        changes.iter().filter(lost)
    };
    let offsets = reset().filter_map(|change| change.records.0);
    let records: u128 = offsets
        .map(|offset| u128::from(offset.unsigned_abs()))
        .sum();
    if records > 0 {
        let message = format!(
            "after a reset the connector starts where its `auto.offset.reset` says, by default at the earliest record: up to {} are read again",
            counted(records, "record")
        );
        return Some(warning(Code::DeliveredAgain, message));
    }
    let effect = format.map_or("", |format| format.after_reset);
    // No note when the request also sets partitions: the connector may then start a reset partition at the position of
    // a partition that is set.
    let is_all = reset().next().is_some() && changes.iter().all(|change| change.after().is_none());
    (is_all && !effect.is_empty()).then(|| {
        let message = format!("after a reset the connector {effect}");
        Finding::note("offsets", Code::StartsOver, message)
    })
}

/// A warning about the offsets as a whole, with the path `offsets`.
pub(crate) fn warning(code: Code, message: impl Into<String>) -> Finding {
    Finding::warning("offsets", code, message)
}

/// Warnings about the plan as a whole.
pub(super) fn remarks(changes: &[Change], bounds: &TopicBounds) -> Vec<Finding> {
    let mut remarks = Vec::new();
    let is_known = |change: &&Change| {
        let sink = change.sink();
        sink.is_some_and(|(topic, number)| bounds.contains_key(&(topic.to_owned(), number)))
    };
    let ahead = changes.iter().filter(|c| c.distance() > Some(0));
    let (known, unknown): (Vec<_>, Vec<_>) = ahead.partition(is_known);
    let skip = |count: usize| match count {
        1 => "1 partition skips".to_owned(),
        count => format!("{count} partitions skip"),
    };
    if !known.is_empty() {
        let distances = known.iter().filter_map(|c| c.distance());
        let records: u128 = distances.map(|by| u128::from(by.unsigned_abs())).sum();
        remarks.push(warning(
            Code::SkipsRecords,
            format!(
                "{} up to {}, which the connector never reads",
                skip(known.len()),
                counted(records, "record")
            ),
        ));
    }
    if !unknown.is_empty() {
        remarks.push(warning(Code::PastEnd,
            format!(
                "{} records; if the new offset is past the end of a partition, the connector starts where `auto.offset.reset` says, by default at the earliest record",
                skip(unknown.len())
            ),
        ));
    }
    let ways = changes.iter().filter_map(Change::way);
    let ahead: Vec<_> = ways
        .filter(|way| way.direction == Direction::Ahead)
        .collect();
    let between = match ahead[..] {
        [] => None,
        [way] => Some(format!("the old and the new position: {way}")),
        [..] => Some(format!(
            "the old and the new positions of {} partitions",
            ahead.len()
        )),
    };
    if let Some(between) = between {
        let message = format!("the connector does not read anything between {between}");
        remarks.push(warning(Code::SkipsRecords, message));
    }
    if !changes.is_empty() && changes.iter().all(Change::is_unchanged) {
        let has_none = |change: &Change| change.before().is_none() && change.after().is_none();
        remarks.push(if changes.iter().all(has_none) {
            // A partition without a position is usually a misspelt one. The success of the request would suggest that
            // the intended partition was reset.
            Finding::error(
                "offsets",
                Code::NothingChanges,
                "the connector has no position in any of these partitions, so there is nothing to reset",
            )
        } else {
            warning(Code::NothingChanges,
                "the request would change no position, but a running connector would still stop for a while",
            )
        });
    }
    remarks
}
