//! Decides whether a plan still fits the current offsets.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::change::{Change, position, records};
use super::display::{partition_label, position_label};
use super::remarks::warning;
use crate::finding::{Code, Finding};
use crate::offset::{Identity, by_identity};
use crate::{OffsetEntry, RawJson};

/// How a partition has changed since the plan was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MoveKind {
    /// A sink has read past the planned offset, so a planned move ahead would now go back.
    PassedTarget,
    /// A sink is expected to read past the planned offset before it stops, so a planned move ahead would go back.
    PassesTarget,
    /// A sink is before its old position. Reading does not lead back, so its offsets were altered.
    WentBack,
    /// The position of a source has changed.
    Changed,
    /// A partition has a position that it did not have before, or is new while the plan is for all partitions.
    Appeared,
    /// A partition has lost its position.
    Vanished,
}

impl MoveKind {
    fn explanation(self) -> &'static str {
        match self {
            Self::PassedTarget => "has read past the planned offset",
            Self::PassesTarget => "is expected to pass the planned offset",
            Self::WentBack => "went back, so something altered its offsets",
            Self::Changed => "has another position",
            Self::Appeared => "now has a position",
            Self::Vanished => "has lost its position",
        }
    }
}

/// One partition that has changed in a way that makes the plan out of date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Move {
    /// The partition, as in the connector's entries.
    pub partition: RawJson,
    /// The kind of change.
    pub kind: MoveKind,
    /// The position that the plan assumes; `None` when the partition had none.
    pub planned: Option<RawJson>,
    /// The current position; `None` when the partition has none.
    pub now: Option<RawJson>,
    /// For [`PassesTarget`](MoveKind::PassesTarget), the offset that the sink is expected to have reached when it
    /// stops.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<i64>,
}

/// The offsets have changed, or are expected to change, in a way that makes a plan out of date. Nothing was sent.
///
/// `Display` lists every partition that no longer fits the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanOutdated {
    moves: Vec<Move>,
}

impl Move {
    /// Whether the only problem is that the sink reads, or has read, past the planned offset.
    pub fn is_outrun(&self) -> bool {
        matches!(self.kind, MoveKind::PassedTarget | MoveKind::PassesTarget)
    }
}

impl PlanOutdated {
    /// An error about `moves`; `Ok` when there are none.
    pub(crate) fn unless_empty(moves: Vec<Move>) -> Result<(), Self> {
        if moves.is_empty() {
            Ok(())
        } else {
            Err(Self { moves })
        }
    }

    /// What to do next. A sink that reads past the planned offset would do the same with every new plan, so the advice
    /// is to pause it.
    pub fn advice(&self) -> &'static str {
        if self.moves.iter().all(Move::is_outrun) {
            "Pause the connector, make a new plan, and resume it afterwards; or plan a longer move ahead"
        } else {
            "Make a new plan from the current offsets"
        }
    }

    /// This error as a warning for a plan that is not applied yet.
    pub(crate) fn foreseen(&self) -> Finding {
        let message = format!("would be refused: {}", self.summary());
        warning(Code::OtherDirection, message).suggest(self.advice())
    }

    /// One line with the first partition and the number of the others.
    pub(crate) fn summary(&self) -> String {
        let why = self.why();
        let first = self
            .moves
            .first()
            .map_or(String::new(), ToString::to_string);
        match self.moves.len() {
            0 | 1 => format!("{why}: {first}"),
            2 => format!("{why}: {first}, and 1 more partition"),
            more => format!("{why}: {first}, and {} more partitions", more - 1),
        }
    }

    fn why(&self) -> &'static str {
        if self.is_expected() {
            "the sink is expected to read past the new positions before it stops, and would go back instead of ahead"
        } else {
            "the offsets have changed since the plan was made, and the plan no longer fits"
        }
    }

    /// Whether every change is only expected, and none has happened.
    fn is_expected(&self) -> bool {
        let passes = |moved: &Move| moved.kind == MoveKind::PassesTarget;
        self.moves.iter().all(passes)
    }

    /// The partitions that have changed; at least one.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |position: &Option<RawJson>, verb: &str| match position {
            Some(position) => format!("{verb} {}", position_label(Some(position))),
            None => "without a position".to_owned(),
        };
        write!(
            f,
            "{} {}: planned {}, now {}",
            partition_label(&self.partition),
            self.kind.explanation(),
            at(&self.planned, "from"),
            at(&self.now, "at")
        )?;
        match self.expected {
            Some(expected) => write!(f, ", expected at {expected} when it stops"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for PlanOutdated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.why())?;
        self.moves
            .iter()
            .try_for_each(|moved| write!(f, "\n  {moved}"))
    }
}

impl std::error::Error for PlanOutdated {}

pub(super) fn check(
    changes: &[Change],
    covers_all: bool,
    now: &[OffsetEntry],
) -> Result<(), PlanOutdated> {
    let identities = by_identity(now);
    let mut moves = Vec::new();
    for change in changes {
        let now = identities.get(&change.identity).copied();
        if let Some(kind) = moved(change, now) {
            moves.push(Move {
                partition: change.partition().clone(),
                kind,
                planned: change.before().cloned(),
                now: now.and_then(position),
                expected: None,
            });
        }
    }
    if covers_all {
        let shown: HashSet<_> = changes.iter().map(|change| &change.identity).collect();
        let new = now.iter().filter(|entry| {
            let identity = Identity::of(entry);
            identity.is_some_and(|identity| !shown.contains(&identity)) && position(entry).is_some()
        });
        moves.extend(new.filter_map(|entry| {
            Some(Move {
                partition: entry.partition()?,
                kind: MoveKind::Appeared,
                planned: None,
                now: position(entry),
                expected: None,
            })
        }));
    }
    PlanOutdated::unless_empty(moves)
}

fn moved(change: &Change, now: Option<&OffsetEntry>) -> Option<MoveKind> {
    let position = now.and_then(position);
    match (change.before(), &position) {
        (None, None) => return None,
        (None, Some(_)) => return Some(MoveKind::Appeared),
        (Some(_), None) => return Some(MoveKind::Vanished),
        (Some(before), Some(now)) if before == now => return None,
        (Some(_), Some(_)) => {}
    }
    let (before, target) = change.records;
    let (Some(before), Some(now)) = (before, now.and_then(records)) else {
        return Some(MoveKind::Changed);
    };
    if now < before {
        Some(MoveKind::WentBack)
    } else if now > before && target.is_some_and(|target| before <= target && target < now) {
        Some(MoveKind::PassedTarget)
    } else {
        None
    }
}
