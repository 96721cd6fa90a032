//! Values of Confluent Cloud's connector offset API, exact and without I/O.
//!
//! JSON is kept as the text it came in ([`RawJson`], [`OffsetEntry`]), times are read in every form that the service writes
//! ([`Timestamp`]), and time itself can be replaced ([`clock`]). Every other crate of this workspace that handles offsets
//! shares these types; nothing here knows about HTTP.

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
