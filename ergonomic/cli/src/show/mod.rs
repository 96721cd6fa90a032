//! Positions, states, plans, findings and records of the library, in the forms that people and programs read.
//!
//! This module decides nothing. From the service it reads only a connector's state.

pub(crate) mod findings;
pub(crate) mod plan;
pub(crate) mod positions;
pub(crate) mod record;
pub(crate) mod state;
