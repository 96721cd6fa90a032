//! Read, alter, and await the offsets of fully-managed Kafka connectors in Confluent Cloud.

pub mod clock;
#[cfg(feature = "emulator")]
pub mod emulator;

pub use ccloud_connect_client::{OffsetEntry, ParseTimestampError, RawJson, Timestamp};
