//! The edits in a file of offsets, and the progress of the connector that sending the file would undo.

use std::collections::HashSet;

use super::{Known, LIST};
use crate::finding::{Code, Finding};
use crate::offset::{Direction, Identity, OffsetFormat, by_identity};
use crate::{OffsetEntry, Timestamp};

/// The entries of `edited` that differ from those of `base` for the same partition, in the order of `edited`: the edits
/// in a file that started as `base`.
///
/// A partition that is only in `edited` counts as edited; a partition that is only in `base` is left out. When a partition is
/// in `edited` twice and one of the entries is an edit, both are returned, and a check finds the contradiction. Entries are
/// compared by meaning: spaces and the order of members do not matter, digits do. Send only these entries, so that
/// partitions without edits continue from their current positions.
pub fn edited(base: &[OffsetEntry], edited: &[OffsetEntry]) -> Vec<OffsetEntry> {
    let base = by_identity(base);
    let is_edited = |entry: &&OffsetEntry| {
        let before = Identity::of(entry).and_then(|place| base.get(&place));
        before.is_none_or(|before| before.offset() != entry.offset())
    };
    let edits: Vec<&OffsetEntry> = edited.iter().filter(is_edited).collect();
    let places: HashSet<Identity> = edits
        .iter()
        .filter_map(|entry| Identity::of(entry))
        .collect();
    let contradicts =
        |entry: &OffsetEntry| Identity::of(entry).is_some_and(|place| places.contains(&place));
    let kept = edited
        .iter()
        .filter(|entry| is_edited(entry) || contradicts(entry));
    kept.cloned().collect()
}

/// Warns, with the distance, about each entry of a file whose position is before the partition's current position in
/// `known`. An entry that was not edited is such an entry when the connector has read on since the file was made. Sent
/// with the others, the entry makes the connector read that part again.
///
/// `observed_at` is the time of the sample from which the file was made. An entry that was edited on purpose gets a
/// warning too. To leave out the entries without edits, call [`edited`] first.
pub fn goes_back(
    entries: &[OffsetEntry],
    observed_at: Option<Timestamp>,
    known: &Known<'_>,
) -> Vec<Finding> {
    let current = by_identity(known.current());
    let format = known.format();
    let warning = |(index, entry): (usize, &OffsetEntry)| {
        let now = current.get(&Identity::of(entry)?)?;
        let format = format.or_else(|| OffsetFormat::guess(now))?;
        let movement = format.compare(now, entry)?;
        if movement.direction != Direction::Back {
            return None;
        }
        let since = observed_at.map_or_else(String::new, |at| format!(" ({at})"));
        let message = format!(
            "goes {movement} from the current position; if this entry was not edited, the connector has read on since the \
             sample in the file{since}, and would read that part again"
        );
        let path = format!("{LIST}[{index}].offset");
        let finding = Finding::warning(path, Code::GoesBack, message);
        Some(finding.suggest("leave this entry out, unless you edited it on purpose"))
    };
    entries.iter().enumerate().filter_map(warning).collect()
}
