//! What decides how the world behaves, besides what is in it.

use crate::emulator::{Assumptions, Timing};

/// The durations are those of this emulator, its speed included.
#[derive(Clone, Debug, Default)]
pub(in crate::emulator) struct Rules {
    pub(in crate::emulator) assumptions: Assumptions,
    pub(in crate::emulator) timing: Timing,
}
