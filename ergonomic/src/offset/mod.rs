//! Typed offsets.

pub(crate) mod plain;
pub(crate) mod scan;
