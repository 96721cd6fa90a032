//! What an edited file changes, and what it would undo by the way.

use std::collections::HashMap;

use super::{Known, LIST};
use crate::finding::{Code, Finding};
use crate::offset::{Direction, Identity, OffsetFormat};
use crate::{OffsetEntry, Timestamp};

/// The entries of `edited` that differ from those of `base` for the same partition, in their order: what was edited in a
/// file that began as `base`.
///
/// A partition that is only in `edited` counts as edited; one that is only in `base` is left alone. Compared by meaning:
/// spaces and the order of members do not matter, digits do. Send only these, and the partitions that were not edited go on
/// from where the connector has got to meanwhile.
pub fn edited(base: &[OffsetEntry], edited: &[OffsetEntry]) -> Vec<OffsetEntry> {
    let base: HashMap<_, _> = base
        .iter()
        .filter_map(|entry| Some((Identity::of(entry)?, entry)))
        .collect();
    let is_edited = |entry: &&OffsetEntry| {
        let before = Identity::of(entry).and_then(|place| base.get(&place));
        before.is_none_or(|before| before.offset() != entry.offset())
    };
    edited.iter().filter(is_edited).cloned().collect()
}

/// Warnings about the entries of a file that would take partitions back behind where they are now (the current offsets in
/// `known`), with the number of records or bytes: what the connector has read since the file was made would be read again.
///
/// `observed_at` is the time of the sample that the file was made of. Partitions that were edited on purpose are named as
/// well, unless they are left out by [`edited`] first.
pub fn goes_back(
    entries: &[OffsetEntry],
    observed_at: Option<Timestamp>,
    known: &Known<'_>,
) -> Vec<Finding> {
    let current: HashMap<_, _> = known
        .current
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| Some((Identity::of(entry)?, entry)))
        .collect();
    let format = known.format();
    let warning = |(index, entry): (usize, &OffsetEntry)| {
        let now = current.get(&Identity::of(entry)?)?;
        let format = format.or_else(|| OffsetFormat::guess(now))?;
        let movement = format.compare(now, entry)?;
        if movement.direction != Direction::Back {
            return None;
        }
        let since = observed_at.map_or_else(String::new, |at| {
            format!(" since the file's sample of {at}")
        });
        let message =
            format!("goes {movement}, which the connector has read{since}, unless it was edited");
        let path = format!("{LIST}[{index}].offset");
        let finding = Finding::warning(path, Code::GoesBack, message);
        Some(finding.suggest("send only the entries that were edited"))
    };
    entries.iter().enumerate().filter_map(warning).collect()
}
