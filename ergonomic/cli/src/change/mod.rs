//! The commands that alter offsets, and those that follow an alteration: `patch`, `delete`, `edit`, `undo`, `wait`.
//!
//! Each command makes an intent; `alter` and `send` contain the common part.

mod alter;
mod coordinate;
mod file;
pub(crate) mod follow;
mod send;

pub(crate) mod edit;
pub(crate) mod patch;
pub(crate) mod undo;
pub(crate) mod wait;
