//! Plans: the effect of an intent on the current offsets, to be inspected before anything is sent.
//!
//! An [`Intent`] is the intended change. [`Plan::new`] computes the change of each partition from the connector's
//! current offsets, checks it as [`validate`](crate::validate) does, and makes the request to send. Offsets change
//! between the inspection of a plan and the request, so [`Plan::check`] compares them again right before the request is
//! sent.
//!
//! ```
//! use ccloud_connect::offset::KafkaSink;
//! use ccloud_connect::plan::{Intent, Plan};
//!
//! let current = [KafkaSink::new("orders", 0, 5_000)?.to_entry()];
//! let plan = Plan::new(&current, Intent::shift_by(-1_000))?;
//! assert_eq!(plan.to_string(), "\
//! PATCH sets 1 partition:
//!   PARTITION  BEFORE  AFTER  RECORDS
//!   orders:0     5000   4000    -1000");
//! plan.check(&current).expect("nothing moved");
//! # Ok::<(), ccloud_connect::finding::ValidationError>(())
//! ```

mod build;
mod change;
mod display;
mod distance;
mod intent;
mod name;
mod outdated;
#[cfg(test)]
mod properties;
mod remarks;
mod target;
#[cfg(test)]
mod target_tests;
#[cfg(test)]
mod tests;
mod undo;

use serde::{Deserialize, Serialize};

pub use change::Change;
pub(crate) use display::{partition_label, position_label};
pub use distance::Way;
pub use intent::Intent;
pub use outdated::{Move, MoveKind, PlanOutdated};
pub(crate) use remarks::warning;
pub use target::{Resolved, Target, TopicBounds, resolve};
pub(crate) use undo::names_none;

use crate::OffsetEntry;
use crate::finding::{Finding, Report, ValidationError};
use crate::model::AlterationRequest;
use crate::validate::Known;
use name::Name;

/// The effect of an intent on the offsets at the time when the plan was made.
///
/// `Display` writes a table or a list of differences for people. Serialised as an object with `intent` (its name),
/// `request` (the body to send), `changes`, `warnings`, and `covers_all` (whether the plan is also meant for partitions
/// that did not exist yet). Later versions may add members, and keep the existing ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Plan {
    intent: Name,
    request: AlterationRequest,
    changes: Vec<Change>,
    warnings: Vec<Finding>,
    /// Whether the plan is meant for all partitions of the connector. If so, a partition that appears later makes the
    /// plan out of date.
    covers_all: bool,
}

impl Plan {
    /// Makes a plan of `intent` for the `current` offsets of the connector.
    ///
    /// # Errors
    /// When the plan has errors; the returned error lists all of them at once. These are errors: what
    /// [`validate`](crate::validate) refuses; a relative move, or a move to the earliest record, of an entry that is
    /// not of a sink or has no position; a selected partition that the intent does not cover.
    pub fn new(current: &[OffsetEntry], intent: Intent) -> Result<Self, ValidationError> {
        Self::knowing(&Known::default().with_current(current), intent)
    }

    /// Makes a plan of `intent` for a connector of which more is known than its current offsets. The connector's class,
    /// type and settings make the checks more precise, and findings can be accepted. If `known` has no current offsets,
    /// the plan is made as for a connector that has stored no offsets.
    ///
    /// # Errors
    /// The errors of [`new`](Self::new).
    pub fn knowing(known: &Known<'_>, intent: Intent) -> Result<Self, ValidationError> {
        build::plan(known, intent)
    }

    /// The changes of the partitions, in the order of the request. For a reset of every partition, they are in the
    /// order of the current offsets.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The request to send.
    pub fn request(&self) -> &AlterationRequest {
        &self.request
    }

    /// The findings that do not stop the plan: warnings and notes.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    pub(crate) fn warn(&mut self, warning: Finding) {
        self.warnings.push(warning);
    }

    /// Checks the request again, for example against later offsets.
    pub(crate) fn validate(&self, known: &Known<'_>) -> Report {
        build::validate(&self.request, self.is_undo(), known)
    }

    /// The name of the intent: see [`Intent::name`].
    pub fn intent(&self) -> &'static str {
        self.intent.as_str()
    }

    /// Whether every position stays the same. Sending the request would still stop a running connector for a while.
    pub fn is_unchanged(&self) -> bool {
        self.changes.iter().all(Change::is_unchanged)
    }

    /// Compares the offsets for which the plan was made with the current ones. Only partitions that the plan touches
    /// are compared. The table shows for which changes of a partition the plan is refused:
    ///
    /// | what happened after the plan was made | sink | source |
    /// |---|---|---|
    /// | nothing | accepted | accepted |
    /// | read on, when the plan moves it back or resets it | accepted: a few more records are read again | refused |
    /// | read on, but not past the new position | accepted: fewer records are skipped | refused |
    /// | read on past the new position, when the plan moves it ahead or leaves it | refused: it would go back instead of ahead | refused |
    /// | went back | refused: something altered the offsets | refused |
    /// | lost its position, or got a first one | refused | refused |
    /// | is new, and the plan is for all partitions | refused: the plan did not show it | refused |
    ///
    /// The request of the plan is sent unchanged: a relative move keeps the new positions that the plan shows. A plan
    /// is for all partitions when it shifts, moves to the earliest record, or resets all, without
    /// [`only`](Intent::only). This check does not order the positions of sources, so any changed position of a source
    /// makes the plan out of date.
    ///
    /// The plan of an [`undo`](Intent::undo) always fits: a connector that reads on has not been altered, and the undo
    /// returns it to its old position. Only a later request makes an undo out of date, and
    /// [`PlannedAlteration::apply`](crate::PlannedAlteration::apply) looks for one.
    ///
    /// # Errors
    /// [`PlanOutdated`], with every partition whose position has changed in a relevant way.
    pub fn check(&self, current_now: &[OffsetEntry]) -> Result<(), PlanOutdated> {
        if self.is_undo() {
            return Ok(());
        }
        outdated::check(&self.changes, self.covers_all, current_now)
    }

    pub(crate) fn is_undo(&self) -> bool {
        self.intent == Name::Undo
    }
}
