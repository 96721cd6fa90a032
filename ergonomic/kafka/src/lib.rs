//! Where a topic of a Kafka cluster begins, ends, and stands at a time, and what a consumer group has committed.
//!
//! ```no_run
//! use ccloud_connect_kafka::Brokers;
//!
//! # async fn ends() -> Result<(), Box<dyn std::error::Error>> {
//! let bootstrap = "SASL_SSL://pkc-4nym6.us-east-1.aws.confluent.cloud:9092".parse()?;
//! let brokers = Brokers::builder(bootstrap, "KAFKA-KEY", std::env::var("KAFKA_API_SECRET")?).build()?;
//! let eight = "2026-11-26T08:00:00Z".parse()?;
//! let found = brokers.offsets(["orders"], Some(eight)).await?;
//! for ((topic, partition), bounds) in &found.partitions {
//!     let since = bounds.at.map_or(bounds.latest, |record| record.offset);
//!     println!("{topic}:{partition} holds {} to {}; since eight: {since}", bounds.earliest, bounds.latest);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! It speaks seven requests of Kafka's protocol, over TLS with an API key (SASL PLAIN), and only reads: ApiVersions, SaslHandshake,
//! SaslAuthenticate, Metadata, ListOffsets, FindCoordinator, OffsetFetch. It is no consumer and no producer. The API key needs the
//! right DESCRIBE on the topics and on the group.
//!
//! Every question ends within its time limit. A refused key is never sent again. The secret is in no log, error or `Debug`.

#![deny(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod address;
mod brokers;
mod connection;
mod error;
#[cfg(test)]
mod fuzz;
mod group;
mod lag;
mod leader;
mod protocol;
mod question;
mod settings;
mod tls;
mod wire;

pub use address::Bootstrap;
pub use brokers::{Brokers, BrokersBuilder, TopicOffsets};
pub use ccloud_connect_types::{PartitionBounds, RecordAt, Timestamp};
pub use error::{ErrorKind, KafkaError};
pub use lag::{Lag, Lags};
