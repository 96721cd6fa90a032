#![doc = include_str!("../README.md")]
//!
//! JSON values are [`RawJson`] and [`OffsetEntry`], times are [`Timestamp`], and [`clock`] has the system's clock and
//! one for tests.

mod alteration_type;
mod canonical;
pub mod clock;
mod json;
mod offset_entry;
mod partition_bounds;
mod timestamp;

pub use alteration_type::AlterationType;
pub use json::RawJson;
pub use offset_entry::OffsetEntry;
pub use partition_bounds::{PartitionBounds, RecordAt};
pub use timestamp::{ParseTimestampError, Timestamp};
