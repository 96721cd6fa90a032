//! Alterations: builds requests, sends them so that at most one is accepted, and follows an accepted request to its
//! end.
//!
//! The modules of this folder use a route (a transport and a connector), and never a client or the handle of a
//! connector.

mod alteration;
mod alteration_error;
mod busy;
mod delete;
mod latest;
mod outcome;
mod pace;
mod patch;
mod planned;
mod reconcile;
mod same;
mod sample;
mod send;
mod speed;
mod state;
mod wait;
mod wait_error;

pub use alteration::Alteration;
pub use alteration_error::AlterationError;
pub use delete::DeleteOffsets;
pub(crate) use latest::{Latest, offsets_after_latest};
pub use outcome::{Moved, Movement, Outcome, PartitionOutcome, Standing, StateOutcome};
pub use patch::PatchOffsets;
pub use planned::PlannedAlteration;
pub(crate) use sample::{offsets_after, offsets_no_older_than};
pub use state::{AlterationState, AlterationToken, Applied, FailedAlteration};
pub use wait::{Confirm, Progress, WaitOptions};
pub use wait_error::WaitError;
