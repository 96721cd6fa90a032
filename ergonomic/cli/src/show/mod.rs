//! Positions, states, plans, findings and records of the library, in the forms that people and programs read.
//!
//! Nothing here asks the service or decides anything.

pub(crate) mod findings;
pub(crate) mod plan;
pub(crate) mod positions;
pub(crate) mod record;
pub(crate) mod state;
