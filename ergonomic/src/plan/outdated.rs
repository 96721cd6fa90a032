//! Whether a plan still fits the offsets it was made for.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::change::{Change, position, records};
use super::display::{partition_label, position_label};
use crate::offset::Identity;
use crate::{OffsetEntry, RawJson};

/// How a partition moved after the plan was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MoveKind {
    /// A sink read on past the planned offset: what was a skip would now be a rewind.
    PassedTarget,
    /// A sink reads so fast that it is expected to pass the planned offset before it stops, which would make a skip a
    /// rewind.
    PassesTarget,
    /// A sink stands behind where it was: another request altered the offsets.
    WentBack,
    /// The position of a source is another one.
    Changed,
    /// A partition has a position that it did not have, or is new while the plan stands for all partitions.
    Appeared,
    /// A partition has lost its position.
    Vanished,
}

impl MoveKind {
    fn explanation(self) -> &'static str {
        match self {
            Self::PassedTarget => "has read past the planned offset",
            Self::PassesTarget => {
                "reads too fast: it is expected to pass the planned offset before it stops"
            }
            Self::WentBack => "went back, so another request has altered it",
            Self::Changed => "has another position",
            Self::Appeared => "has got a position",
            Self::Vanished => "has lost its position",
        }
    }
}

/// One partition that moved in a way that matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Move {
    /// The partition.
    pub partition: RawJson,
    /// How it moved.
    pub kind: MoveKind,
    /// Where the plan assumes it; `None` for nowhere.
    pub planned: Option<RawJson>,
    /// Where it is now; `None` for nowhere.
    pub now: Option<RawJson>,
}

/// The offsets moved on in a way that matters: make a new plan and look at it.
///
/// Nothing was sent. `Display` lists every partition concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanOutdated {
    moves: Vec<Move>,
}

impl PlanOutdated {
    /// This error about `moves`, unless there are none.
    pub(crate) fn unless_empty(moves: Vec<Move>) -> Result<(), Self> {
        if moves.is_empty() {
            Ok(())
        } else {
            Err(Self { moves })
        }
    }

    /// The partitions concerned; at least one.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }
}

impl fmt::Display for PlanOutdated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passes = |moved: &Move| moved.kind == MoveKind::PassesTarget;
        f.write_str(if self.moves.iter().all(passes) {
            "the sink would not stop in time; plan a longer move, or pause the connector first:"
        } else {
            "the offsets have moved since the plan was made; make a new one:"
        })?;
        for Move {
            partition,
            kind,
            planned,
            now,
        } in &self.moves
        {
            write!(
                f,
                "\n  {} {}: planned from {}, now at {}",
                partition_label(partition),
                kind.explanation(),
                position_label(planned.as_ref()),
                position_label(now.as_ref())
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for PlanOutdated {}

/// What the changes of a plan hang on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    /// The plan stands for all partitions, also those that did not exist yet.
    pub(super) all: bool,
}

pub(super) fn check(
    changes: &[Change],
    terms: Terms,
    now: &[OffsetEntry],
) -> Result<(), PlanOutdated> {
    let identities: HashMap<_, _> = now
        .iter()
        .filter_map(|entry| Some((Identity::of(entry)?, entry)))
        .collect();
    let mut moves = Vec::new();
    for change in changes {
        let now = identities.get(&change.identity).copied();
        if let Some(kind) = moved(change, now) {
            moves.push(Move {
                partition: change.partition().clone(),
                kind,
                planned: change.before().cloned(),
                now: now.and_then(position),
            });
        }
    }
    if terms.all {
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
