//! Plans: what an intention means for the offsets as they are now, to be looked at before anything is sent.
//!
//! An [`Intent`] says what is wanted. [`Plan::new`] works out what that means for the connector's current offsets,
//! partition by partition, checks it as [`validate`](crate::validate) does, and knows the request to send. Because time
//! passes between looking and sending, [`Plan::check`] compares again right before.
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

use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use change::Change;
pub(crate) use display::{partition_label, position_label};
pub use distance::Way;
pub use intent::Intent;
pub use outdated::{Move, MoveKind, PlanOutdated};
pub use target::{Resolved, Target, TopicBounds, resolve};
pub(crate) use undo::names_none;

use crate::OffsetEntry;
use crate::finding::{Finding, Report, ValidationError};
use crate::model::AlterationRequest;
use crate::validate::Known;
use outdated::Terms;

/// What an intention means for the offsets as they were when the plan was made.
///
/// `Display` is a table or a list of differences for people. Serialised as an object with `intent` (its name),
/// `request` (the body to send), `changes`, `warnings`, and `covers_all` (whether it stands for partitions that did not exist
/// yet, too); members may be added, existing ones stay.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Plan {
    intent: &'static str,
    request: AlterationRequest,
    changes: Vec<Change>,
    warnings: Vec<Finding>,
    terms: Terms,
}

impl Plan {
    /// Works out what `intent` means for the `current` offsets of the connector.
    ///
    /// # Errors
    /// Everything that is wrong, at once: what [`validate`](crate::validate) finds in the request; a relative move, or one to the
    /// earliest record, of something that is not a sink or has no position; a partition that is to be touched but is
    /// not covered by the intention.
    pub fn new(current: &[OffsetEntry], intent: Intent) -> Result<Self, ValidationError> {
        Self::knowing(&Known::default().with_current(current), intent)
    }

    /// Works out what `intent` means for a connector of which more is known than its current offsets: its class, its kind
    /// and its settings make the checks sharper, and findings can be accepted.
    ///
    /// # Errors
    /// As for [`new`](Self::new). Without current offsets in `known`, as for a connector that has none.
    pub fn knowing(known: &Known<'_>, intent: Intent) -> Result<Self, ValidationError> {
        build::plan(known, intent)
    }

    /// The changes, in the order of the request, or of the current offsets where everything is reset.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The request to send.
    pub fn request(&self) -> &AlterationRequest {
        &self.request
    }

    /// What resembles a known mistake, but does not stop the plan.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    pub(crate) fn warn(&mut self, warning: Finding) {
        self.warnings.push(warning);
    }

    /// Checks the request once more, such as against later offsets.
    pub(crate) fn validate(&self, known: &Known<'_>) -> Report {
        build::validate(&self.request, self.is_undo(), known)
    }

    /// The name of the intention: see [`Intent::name`].
    pub fn intent(&self) -> &'static str {
        self.intent
    }

    /// Whether every position stays what it is. Sending the request would still stop the connector for a while.
    pub fn is_unchanged(&self) -> bool {
        self.changes.iter().all(Change::is_unchanged)
    }

    /// Compares the offsets that the plan was made for with those of now. Only partitions that the plan touches count.
    ///
    /// | what happened meanwhile | sink | source |
    /// |---|---|---|
    /// | nothing | fine | fine |
    /// | read on, target behind the old position, or a reset | fine: just more records are read again | refused |
    /// | read on, but not past a target ahead | fine: just fewer records are skipped | refused |
    /// | read on past a target at or ahead of the old position | refused: a skip would become a rewind | refused |
    /// | went back | refused: something altered the offsets | refused |
    /// | position gone, or there where none was | refused | refused |
    /// | new partition, plan for all partitions | refused: it was not shown | refused |
    ///
    /// What was shown is what is sent: the targets of a relative move are those computed for the plan. A plan is for
    /// all partitions when it shifts, moves to the earliest, or resets all, without [`only`](Intent::only). Positions
    /// of sources have no order that could be known, so any difference counts. The plan of an [`undo`](Intent::undo) always
    /// fits: a connector that reads on has been altered by no one, and where it goes back to is where it stood. What makes an
    /// undo out of date is a later request, which applying the plan looks for.
    ///
    /// # Errors
    /// [`PlanOutdated`], with every partition that moved in a way that matters.
    pub fn check(&self, current_now: &[OffsetEntry]) -> Result<(), PlanOutdated> {
        if self.is_undo() {
            return Ok(());
        }
        outdated::check(&self.changes, self.terms, current_now)
    }

    pub(crate) fn is_undo(&self) -> bool {
        self.intent == intent::UNDO
    }
}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Plan", 5)?;
        object.serialize_field("intent", self.intent)?;
        object.serialize_field("request", &self.request)?;
        object.serialize_field("changes", &self.changes)?;
        object.serialize_field("warnings", &self.warnings)?;
        object.serialize_field("covers_all", &self.terms.all)?;
        object.end()
    }
}

impl<'de> Deserialize<'de> for Plan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Form {
            intent: String,
            request: AlterationRequest,
            changes: Vec<Change>,
            warnings: Vec<Finding>,
            covers_all: bool,
        }
        let form = Form::deserialize(deserializer)?;
        let known = intent::NAMES.iter().find(|name| **name == form.intent);
        let intent = known.ok_or_else(|| D::Error::custom("the intent is not known"))?;
        Ok(Self {
            intent,
            request: form.request,
            changes: form.changes,
            warnings: form.warnings,
            terms: Terms {
                all: form.covers_all,
            },
        })
    }
}
