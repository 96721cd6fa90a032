//! The facts about an alteration that are known before any later sample is read.

use std::collections::HashMap;
use std::sync::Arc;

use super::Standing;
use super::judge::Subject;
use crate::model::ConnectorStatus;
use crate::offset::Identity;
use crate::plan::names_none;
use crate::{AlterationType, OffsetEntry, RawJson, Timestamp};

/// The offsets and the state right before an alteration.
#[derive(Clone, Debug)]
pub(crate) struct Baseline {
    /// The sample that the plan was made from.
    pub(crate) entries: Vec<OffsetEntry>,
    /// The time of the sample that the plan was made from.
    pub(crate) observed_at: Option<Timestamp>,
    /// The state of the connector; `None` when it could not be read.
    pub(crate) state: Option<ConnectorStatus>,
}

/// The facts about an alteration that are known before any later sample is read.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) kind: AlterationType,
    /// The id of the connector that was altered; `None` when it is not known.
    pub(crate) id: Option<String>,
    /// The entries of the request, empty for a reset of every partition; `None` when they are not known.
    pub(crate) asked: Option<Vec<OffsetEntry>>,
    /// The positions of the partitions when the connector stopped, as the service reports them.
    pub(crate) previous: Option<Vec<OffsetEntry>>,
    /// The offsets and the state right before the alteration; `None` without a plan.
    pub(crate) baseline: Option<Arc<Baseline>>,
    pub(crate) failed: bool,
}

/// Entries by the identity of their partition. The value is `None` for a partition with several different entries. The
/// key `None` is for all entries whose partition cannot be read.
pub(super) struct ByPartition<'a>(HashMap<Option<Identity<'a>>, Option<&'a OffsetEntry>>);

impl<'a> ByPartition<'a> {
    pub(super) fn of(entries: &'a [OffsetEntry]) -> Self {
        let mut read = HashMap::new();
        for entry in entries {
            let found = read.entry(Identity::of(entry)).or_insert(Some(entry));
            *found = found.filter(|found| *found == entry);
        }
        Self(read)
    }

    fn names(&self, partition: &RawJson) -> bool {
        let entry = OffsetEntry::partition_only(partition);
        let identity = Identity::of(&entry);
        identity.is_some() && self.0.contains_key(&identity)
    }

    /// The standing of `partition`. A partition without an entry has no position. When some entries cannot be read, one
    /// of these may belong to the partition, so its position is unknown.
    pub(super) fn standing(&self, partition: &RawJson) -> Standing {
        let entry = OffsetEntry::partition_only(partition);
        let found = Identity::of(&entry).and_then(|identity| self.0.get(&Some(identity)));
        match found {
            Some(found) => found
                .and_then(OffsetEntry::offset)
                .map_or(Standing::Unknown, |offset| Standing::of(Some(offset))),
            _ if self.0.contains_key(&None) => Standing::Unknown,
            _ => Standing::Nowhere,
        }
    }
}

impl Facts {
    /// The facts about an alteration of which only the type is known.
    pub(crate) fn of(kind: AlterationType) -> Self {
        Self {
            kind,
            id: None,
            asked: None,
            previous: None,
            baseline: None,
            failed: false,
        }
    }

    /// The sample that the plan was made from.
    fn planned(&self) -> Option<&[OffsetEntry]> {
        self.baseline.as_deref().map(|seen| seen.entries.as_slice())
    }

    /// The state of the connector before the alteration, if it was read.
    pub(super) fn state(&self) -> Option<&ConnectorStatus> {
        self.baseline.as_deref()?.state.as_ref()
    }

    /// The partitions that had a position and that the request does not touch; `subjects` are those that it touches.
    pub(super) fn untouched(&self, subjects: &[Subject]) -> Vec<RawJson> {
        let touched = subjects.iter();
        let touched = touched.map(|subject| OffsetEntry::partition_only(&subject.partition));
        let touched: Vec<_> = touched.collect();
        let touched = ByPartition::of(&touched);
        let before = self
            .previous
            .as_deref()
            .or(self.planned())
            .unwrap_or_default();
        before
            .iter()
            .filter(|entry| entry.offset().is_some_and(|offset| !offset.is_null()))
            .filter_map(OffsetEntry::partition)
            .filter(|partition| !touched.names(partition))
            .collect()
    }

    /// The partitions that the request touches, each with its facts.
    pub(super) fn subjects(&self) -> Vec<Subject> {
        let baseline = self.planned();
        let previous = self.previous.as_deref().filter(|list| !list.is_empty());
        let asked = if names_none(&self.kind, self.asked.as_deref()) {
            previous.or(baseline)
        } else {
            self.asked.as_deref()
        };
        let (had, planned) = (previous.map(ByPartition::of), baseline.map(ByPartition::of));
        // An empty `previous_offsets` means that no partition had a position, or that the service does not report
        // positions. The sample of the plan decides between the two.
        let had_none = self.previous.is_some() && baseline.is_some();
        let subject = |entry: &OffsetEntry| {
            let partition = entry.partition()?;
            let planned_from = match &planned {
                Some(identities) => identities.standing(&partition),
                None => Standing::Unknown,
            };
            Some(Subject {
                asked: if self.kind == AlterationType::Delete {
                    Standing::Nowhere
                } else {
                    Standing::of(entry.offset())
                },
                stood: match &had {
                    Some(identities) => identities.standing(&partition),
                    None if had_none && planned_from == Standing::Nowhere => Standing::Nowhere,
                    None => Standing::Unknown,
                },
                planned_from,
                partition,
                perhaps: self.asked.is_none(),
            })
        };
        asked
            .unwrap_or_default()
            .iter()
            .filter_map(subject)
            .collect()
    }
}
