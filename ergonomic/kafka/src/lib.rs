#![doc = include_str!("../README.md")]
//!
//! A question is one call of a method of [`Brokers`]. Questions use the requests ApiVersions, SaslHandshake, SaslAuthenticate,
//! Metadata, ListOffsets, FindCoordinator and OffsetFetch of Kafka's protocol. The API key needs the permission DESCRIBE on the
//! topics and on the group. Every question ends within its time limit, and does not send a refused key again. No log, error or
//! `Debug` shows the secret.

#![deny(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod address;
mod brokers;
mod connection;
mod error;
#[cfg(test)]
mod fuzz;
mod lag;
mod protocol;
mod question;
mod settings;
mod tls;
mod wire;

pub use address::Bootstrap;
pub use brokers::{Brokers, TopicOffsets};
pub use ccloud_connect_types::{PartitionBounds, RecordAt, Timestamp};
pub use error::{ErrorKind, KafkaError};
pub use lag::{Lag, Lags};
