//! Read, alter, and await the offsets of fully-managed Kafka connectors in Confluent Cloud.

pub mod clock;
pub mod offset;
pub mod offsets_file;
pub mod plan;
pub mod validate;

pub use ccloud_connect_client::{OffsetEntry, ParseTimestampError, RawJson, Timestamp};
