//! What decides how the world behaves, besides what is in it.

use crate::{Assumptions, Timing};

/// The durations are those of this emulator, its speed included.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) assumptions: Assumptions,
    pub(crate) timing: Timing,
}
