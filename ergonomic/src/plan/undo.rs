//! Makes the request that takes another alteration request back.

use std::collections::{HashMap, HashSet};

use super::change::position;
use crate::finding::{Code, Finding, ValidationError};
use crate::model::AlterationStatus;
use crate::offset::{Identity, by_identity};
use crate::{AlterationType, OffsetEntry, RawJson};

/// The entries of a PATCH that takes back the request of `status`.
pub(super) fn entries(status: &AlterationStatus) -> Result<Vec<OffsetEntry>, ValidationError> {
    let request = &status.request;
    let refuse = |path: &str, code, message: String| {
        let finding = Finding::error(path.to_owned(), code, message);
        Err(ValidationError::of(finding))
    };
    if !status.phase.is_end() {
        let message = format!(
            "does not show that the request has ended: the {} of {} {}",
            request.kind,
            request.requested_at,
            status.phase.open()
        );
        return refuse("status.phase", Code::NotEnded, message);
    }
    // An empty list means that there were no offsets, or that the service does not report them. The two cases cannot be
    // told apart.
    let Some(previous) = status.previous.as_deref().filter(|list| !list.is_empty()) else {
        let message = format!(
            "are not given for the {} of {}, so the positions before it are not known; set the positions from a file, or reset \
             the partitions",
            request.kind, request.requested_at
        );
        return refuse("previous_offsets", Code::NothingToRestore, message);
    };
    // An unclear entry cannot be left out: its partition would seem to have had no position, and would be reset.
    let mut seen = HashMap::new();
    let unclear = previous.iter().position(|entry| {
        let is_clear =
            |identity| entry.offset().is_some() && *seen.entry(identity).or_insert(entry) == entry;
        !Identity::of(entry).is_some_and(is_clear)
    });
    if let Some(index) = unclear {
        let message = format!(
            "cannot be read, or names a partition again with another position, so the positions before the {} of {} are not known; \
             set the positions from a file",
            request.kind, request.requested_at
        );
        let path = format!("previous_offsets[{index}]");
        return refuse(&path, Code::NothingToRestore, message);
    }
    let entries = match (&request.kind, &request.entries) {
        (kind, asked) if names_none(kind, asked.as_deref()) => had_positions(previous),
        (_, Some(asked)) => taken_back(asked, previous),
        (_, None) => {
            let message = format!(
                "are not in the status of the {} of {}, so it is not known which partitions that request changed",
                request.kind, request.requested_at
            );
            return refuse("request.offsets", Code::NothingToRestore, message);
        }
    };
    if entries.is_empty() {
        let message = format!(
            "show no position that the {} of {} changed, so there is nothing to undo",
            request.kind, request.requested_at
        );
        return refuse("previous_offsets", Code::NothingToRestore, message);
    }
    Ok(entries)
}

/// Whether a request is a DELETE that names no partition: either a reset of every partition, or a request whose list
/// the service does not repeat.
pub(crate) fn names_none(kind: &AlterationType, entries: Option<&[OffsetEntry]>) -> bool {
    *kind == AlterationType::Delete && entries.is_none_or(<[_]>::is_empty)
}

fn had_positions(previous: &[OffsetEntry]) -> Vec<OffsetEntry> {
    let had = previous.iter().filter(|entry| position(entry).is_some());
    had.cloned().collect()
}

/// The partitions of the request, each at its old position. A partition that had no position, and that the request set,
/// is reset.
fn taken_back(asked: &[OffsetEntry], previous: &[OffsetEntry]) -> Vec<OffsetEntry> {
    let before = by_identity(previous);
    let mut done = HashSet::new();
    let back = |entry: &OffsetEntry| {
        let identity = Identity::of(entry)?;
        let had = before.get(&identity).copied();
        let had = had.filter(|entry| position(entry).is_some()).cloned();
        if !done.insert(identity.into_owned()) {
            return None;
        }
        match had {
            Some(had) => Some(had),
            // When a partition had no position and the request reset it, an undo has nothing to change in it.
            None => position(entry).and_then(|_| Some(reset(&entry.partition()?))),
        }
    };
    asked.iter().filter_map(back).collect()
}

fn reset(partition: &RawJson) -> OffsetEntry {
    let null = RawJson::from_serialize(&()).unwrap_or_else(|error| unreachable!("{error}"));
    OffsetEntry::new(partition, &null)
}
