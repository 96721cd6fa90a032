//! What is wanted of a connector's offsets.

use super::target::{Target, TopicBounds};
use super::undo;
use crate::finding::{Code, ValidationError};
use crate::model::AlterationStatus;
use crate::{AlterationType, OffsetEntry, Timestamp};

/// The name of an undo, which is checked in another way.
pub(super) const UNDO: &str = "undo";

/// The names of all intentions.
pub(super) const NAMES: [&str; 9] = [
    "set",
    "shift-by",
    "to-earliest",
    "reset",
    "reset-all",
    "copy-from",
    UNDO,
    "to-latest",
    "to-time",
];

/// What should become of a connector's offsets, said without knowing where they are now.
///
/// Together with the current offsets it makes a [`Plan`](super::Plan).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    pub(super) goal: Goal,
    pub(super) only: Option<Vec<OffsetEntry>>,
    pub(super) bounds: TopicBounds,
    pub(super) accepted: Vec<Code>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    Set(Vec<OffsetEntry>),
    ShiftBy(i64),
    ToEarliest,
    Reset(Vec<OffsetEntry>),
    ResetAll,
    CopyFrom(Vec<OffsetEntry>),
    MoveTo(Target),
    Undo(Undo),
}

/// What undoes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Undo {
    pub(super) entries: Vec<OffsetEntry>,
    /// The request names no partition, so only what the present offsets show as reset is taken for touched.
    pub(super) names_none: bool,
    pub(super) kind: AlterationType,
    pub(super) requested_at: Timestamp,
}

impl Intent {
    /// Set these partitions to these positions, and leave the others alone. A `null` position resets its partition.
    pub fn set(entries: impl IntoIterator<Item = OffsetEntry>) -> Self {
        Goal::Set(entries.into_iter().collect()).into()
    }

    /// Move every partition of a sink by so many records: back when negative, ahead when positive.
    ///
    /// A move back stops at offset 0, with a warning. A move ahead may end past the end of a partition, and then falls
    /// back to the earliest record; the end is not known here, so that is a warning too.
    pub fn shift_by(records: i64) -> Self {
        Goal::ShiftBy(records).into()
    }

    /// Move every partition of a sink to the earliest record that it still holds.
    ///
    /// Sent as offset 0: an offset that the partition no longer holds falls back to the earliest (published by
    /// Confluent).
    pub fn to_earliest() -> Self {
        Goal::ToEarliest.into()
    }

    /// Reset these partitions, as if the connector had never read them; positions beside them are ignored.
    ///
    /// Sent as a DELETE with a list, which the published description says acts on the listed partitions. Kafka Connect
    /// itself has no such request; its own way is a PATCH with null positions, which [`set`](Intent::set) sends.
    pub fn reset(partitions: impl IntoIterator<Item = OffsetEntry>) -> Self {
        Goal::Reset(partitions.into_iter().collect()).into()
    }

    /// Reset every partition, as if the connector were new.
    pub fn reset_all() -> Self {
        Goal::ResetAll.into()
    }

    /// Take over the positions of another connector, given by its current offsets. Partitions that it does not have
    /// are left alone.
    pub fn copy_from(other: impl IntoIterator<Item = OffsetEntry>) -> Self {
        Goal::CopyFrom(other.into_iter().collect()).into()
    }

    /// Move the partitions of a sink that have `bounds` to a target, also those that the connector has no position for yet: see
    /// [`resolve`](super::resolve). The others are left alone.
    pub fn move_to(target: Target, bounds: TopicBounds) -> Self {
        Self::from(Goal::MoveTo(target)).within(bounds)
    }

    /// Compare the new positions of a sink with what its topics hold. A position outside is a warning; that one inside may be
    /// outside is none.
    #[must_use]
    pub fn within(mut self, bounds: TopicBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Take back the latest alteration request, given by its status: partitions that had a position before it get that
    /// position back, those that had none are reset, all in one request. What the request did not touch is left alone. A
    /// DELETE that names no partition may have reset all of them, or the service does not repeat its list: only partitions
    /// that the present offsets show without a position, or behind where they stood, get their position back.
    ///
    /// Sent as a PATCH with null for those that are reset, *assumed* to be accepted as Kafka Connect does. The status may
    /// be of a request that anybody made; [`Connector::plan`](crate::Connector::plan) refuses when another one was
    /// accepted since, because the service keeps the offsets before the latest request only, and refuses with
    /// [`ErrorKind::Stale`](crate::ErrorKind::Stale) before a sample shows the request. A running connector has read on from where
    /// the request put it, so a sink delivers that again when it goes back.
    ///
    /// # Errors
    /// When the request has not ended, when the status does not say what was before it or which partitions it touched,
    /// and when it changed nothing.
    pub fn undo(status: &AlterationStatus) -> Result<Self, ValidationError> {
        let undo = Undo {
            entries: undo::entries(status)?,
            names_none: undo::names_none(&status.request.kind, status.request.entries.as_deref()),
            kind: status.request.kind.clone(),
            requested_at: status.request.requested_at,
        };
        Ok(Goal::Undo(undo).into())
    }

    /// The request that this takes back.
    pub(crate) fn undoes(&self) -> Option<(&AlterationType, Timestamp)> {
        match &self.goal {
            Goal::Undo(undo) => Some((&undo.kind, undo.requested_at)),
            _ => None,
        }
    }

    /// Touch only these partitions; positions beside them are ignored.
    ///
    /// [`reset_all`](Intent::reset_all) so restricted is a [`reset`](Intent::reset) of these partitions.
    #[must_use]
    pub fn only(mut self, partitions: impl IntoIterator<Item = OffsetEntry>) -> Self {
        self.only = Some(partitions.into_iter().collect());
        self
    }

    /// Accept findings with these codes: they become notes and stop nothing. What makes a request malformed cannot be
    /// accepted ([`Report::accept`](crate::finding::Report::accept)).
    #[must_use]
    pub fn accepting(mut self, codes: impl IntoIterator<Item = Code>) -> Self {
        self.accepted.extend(codes);
        self
    }

    /// The codes of findings that are accepted.
    pub(crate) fn accepted(&self) -> &[Code] {
        &self.accepted
    }

    /// Whether it takes a sample from after the latest alteration.
    pub(crate) fn is_relative(&self) -> bool {
        matches!(
            self.goal,
            Goal::ShiftBy(_) | Goal::MoveTo(Target::ShiftBy(_)) | Goal::Undo(_)
        )
    }

    /// In kebab-case, for programs: `set`, `shift-by`, `to-earliest`, `reset`, `reset-all`, `copy-from`, `undo`, `to-latest`,
    /// `to-time`.
    pub fn name(&self) -> &'static str {
        let [
            set,
            shift_by,
            to_earliest,
            reset,
            reset_all,
            copy_from,
            undo,
            to_latest,
            to_time,
        ] = NAMES;
        match self.goal {
            Goal::Set(_) => set,
            Goal::ShiftBy(_) => shift_by,
            Goal::ToEarliest => to_earliest,
            Goal::Reset(_) => reset,
            Goal::ResetAll => reset_all,
            Goal::CopyFrom(_) => copy_from,
            Goal::Undo(_) => undo,
            Goal::MoveTo(Target::Earliest) => to_earliest,
            Goal::MoveTo(Target::ShiftBy(_)) => shift_by,
            Goal::MoveTo(Target::Latest) => to_latest,
            Goal::MoveTo(Target::Time(_)) => to_time,
        }
    }
}

impl From<Goal> for Intent {
    fn from(goal: Goal) -> Self {
        Self {
            goal,
            only: None,
            bounds: TopicBounds::new(),
            accepted: Vec::new(),
        }
    }
}
