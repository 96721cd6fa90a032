//! Intents: the changes that a person wants, from which plans are made.

use super::name::Name;
use super::target::{Target, TopicBounds};
use super::undo;
use crate::OffsetEntry;
use crate::finding::{Code, ValidationError};
use crate::model::{AlterationRequestInfo, AlterationStatus};

/// The intended change of a connector's offsets, independent of the current offsets.
///
/// A [`Plan`](super::Plan) is made of an intent and the current offsets.
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Undo {
    pub(super) entries: Vec<OffsetEntry>,
    /// Whether the request names no partition. The undo then changes only the partitions that the current offsets show
    /// as reset.
    pub(super) names_none: bool,
    request: AlterationRequestInfo,
}

impl Intent {
    /// Set these partitions to these positions, and leave other partitions unchanged. A `null` position resets its
    /// partition.
    pub fn set(entries: impl IntoIterator<Item = OffsetEntry>) -> Self {
        Goal::Set(entries.into_iter().collect()).into()
    }

    /// Move every partition of a sink by a number of records: back when negative, ahead when positive.
    ///
    /// A move back stops at offset 0, with a warning. A move ahead may end past the end of a partition; the sink then
    /// begins where `auto.offset.reset` says, by default at the earliest record. The end of a partition is not known
    /// without [`within`](Intent::within), so every move ahead has a warning.
    pub fn shift_by(records: i64) -> Self {
        Goal::ShiftBy(records).into()
    }

    /// Move every partition of a sink to the earliest record that the partition still holds.
    ///
    /// The request sets offset 0. When the partition no longer holds this offset, the sink begins at the earliest
    /// record (published by Confluent), or where its `auto.offset.reset` says.
    pub fn to_earliest() -> Self {
        Goal::ToEarliest.into()
    }

    /// Reset these partitions, as if the connector had never read them. Positions in the entries are ignored.
    ///
    /// The request is a DELETE with a list, which, according to the published description, resets the listed
    /// partitions. Kafka Connect itself has no such request; it resets with a PATCH with null positions, which
    /// [`set`](Intent::set) sends.
    pub fn reset(partitions: impl IntoIterator<Item = OffsetEntry>) -> Self {
        Goal::Reset(partitions.into_iter().collect()).into()
    }

    /// Reset every partition, as if the connector were new.
    pub fn reset_all() -> Self {
        Goal::ResetAll.into()
    }

    /// Set the partitions of this connector to the positions of another connector, whose current offsets are `other`.
    /// Partitions that the other connector does not have stay unchanged.
    pub fn copy_from(other: impl IntoIterator<Item = OffsetEntry>) -> Self {
        Goal::CopyFrom(other.into_iter().collect()).into()
    }

    /// Move the partitions of a sink that have `bounds` to a target, including partitions for which the connector has
    /// no position yet: see [`resolve`](super::resolve). Other partitions stay unchanged.
    pub fn move_to(target: Target, bounds: TopicBounds) -> Self {
        Self::from(Goal::MoveTo(target)).within(bounds)
    }

    /// Compare the new positions of a sink with the bounds of its topics. A position outside of the bounds has a
    /// warning of its own. The general warning, that a position may be past the end of a partition, is left out.
    #[must_use]
    pub fn within(mut self, bounds: TopicBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Take back the latest alteration request, given by its status. Partitions that had a position before the request
    /// are set to that position, and those that had none are reset, all in one request. Partitions that the latest
    /// request did not touch stay unchanged.
    ///
    /// When a DELETE names no partition, either it reset all partitions, or the service does not repeat its list. The
    /// undo then changes only two groups of partitions: those without a current position, and those whose current
    /// position is before the old one.
    ///
    /// The request is a PATCH with null for the partitions that are reset; it is *assumed* that the service accepts
    /// null, as Kafka Connect does. The status may be that of another client's request.
    ///
    /// [`Connector::plan`](crate::Connector::plan) refuses the undo when another request was accepted since, because
    /// the service keeps only the offsets from before the latest request. It also refuses with
    /// [`ErrorKind::Stale`](crate::ErrorKind::Stale) until a sample shows the effect of the request. A running
    /// connector has read on from the position that the request set: when the undo moves a sink back, the sink delivers
    /// these records again.
    ///
    /// # Errors
    /// When the request has not ended; when the status does not report the offsets from before the request, or the
    /// partitions that it touched; and when the request changed nothing.
    pub fn undo(status: &AlterationStatus) -> Result<Self, ValidationError> {
        let undo = Undo {
            entries: undo::entries(status)?,
            names_none: undo::names_none(&status.request.kind, status.request.entries.as_deref()),
            request: status.request.clone(),
        };
        Ok(Goal::Undo(undo).into())
    }

    /// The request that this intent takes back; `None` when it is not an undo.
    pub(crate) fn undoes(&self) -> Option<&AlterationRequestInfo> {
        match &self.goal {
            Goal::Undo(undo) => Some(&undo.request),
            _ => None,
        }
    }

    /// Change only these partitions. Positions in the entries are ignored.
    ///
    /// With this restriction, [`reset_all`](Intent::reset_all) becomes a [`reset`](Intent::reset) of these partitions.
    #[must_use]
    pub fn only(mut self, partitions: impl IntoIterator<Item = OffsetEntry>) -> Self {
        self.only = Some(partitions.into_iter().collect());
        self
    }

    /// Accept findings with these codes: the findings become notes and do not stop the request. Errors that mean a
    /// malformed request cannot be accepted ([`Report::accept`](crate::finding::Report::accept)).
    #[must_use]
    pub fn accepting(mut self, codes: impl IntoIterator<Item = Code>) -> Self {
        self.accepted.extend(codes);
        self
    }

    /// The codes of findings that the caller accepts.
    pub(crate) fn accepted(&self) -> &[Code] {
        &self.accepted
    }

    /// Whether the intent needs a sample from after the latest alteration.
    pub(crate) fn is_relative(&self) -> bool {
        matches!(
            self.goal,
            Goal::ShiftBy(_) | Goal::MoveTo(Target::ShiftBy(_)) | Goal::Undo(_)
        )
    }

    /// The name of the intent in kebab-case, for programs: `set`, `shift-by`, `to-earliest`, `reset`, `reset-all`,
    /// `copy-from`, `undo`, `to-latest`, `to-time`.
    pub fn name(&self) -> &'static str {
        self.named().as_str()
    }

    pub(super) fn named(&self) -> Name {
        match self.goal {
            Goal::Set(_) => Name::Set,
            Goal::ShiftBy(_) => Name::ShiftBy,
            Goal::ToEarliest => Name::ToEarliest,
            Goal::Reset(_) => Name::Reset,
            Goal::ResetAll => Name::ResetAll,
            Goal::CopyFrom(_) => Name::CopyFrom,
            Goal::Undo(_) => Name::Undo,
            Goal::MoveTo(target) => target.named(),
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
