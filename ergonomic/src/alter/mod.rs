//! Altering offsets: requests, sending them at most once, and following what was accepted.

mod alteration;
mod confirm;
mod delete;
mod patch;
mod planned;
mod send;
mod wait;

pub use alteration::{Alteration, AlterationState, AlterationToken, Applied, FailedAlteration};
pub use delete::DeleteOffsets;
pub use patch::PatchOffsets;
pub use planned::PlannedAlteration;
pub(crate) use send::{SendOptions, send};
pub use wait::{Confirmation, Progress, WaitError, WaitOptions};
