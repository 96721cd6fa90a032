//! What the library hands over, as people and programs read it: positions, states, plans, findings, records.
//!
//! Nothing here asks the service or decides anything.

pub(crate) mod findings;
pub(crate) mod plan;
pub(crate) mod positions;
pub(crate) mod record;
pub(crate) mod state;
