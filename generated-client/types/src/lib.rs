#![doc = include_str!("../README.md")]
//!
//! JSON is [`RawJson`] and [`OffsetEntry`], times are [`Timestamp`], and the clock that a test puts in the place of the system's is in
//! [`clock`].

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
