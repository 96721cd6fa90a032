//! Read, alter, and await the offsets of fully-managed Kafka connectors in Confluent Cloud.

#![deny(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod alter;
pub mod auth;
mod call;
mod client;
pub mod clock;
mod connector;
mod connector_offsets;
mod connector_summary;
#[cfg(feature = "emulator")]
pub mod emulator;
mod endpoint;
pub mod env;
mod error;
mod headers;
mod id;
mod offset;

mod rate_limit;
mod retry;
mod status;
pub mod validate;
mod wire;

pub use alter::{
    Alteration, AlterationState, AlterationToken, Applied, Confirmation, DeleteOffsets,
    FailedAlteration, PatchOffsets, Progress, WaitError, WaitOptions,
};
pub use auth::{ApiKey, BearerToken, Credentials};
#[cfg(feature = "raw")]
pub use ccloud_connect_client as raw;
pub use ccloud_connect_client::{
    AlterOffsetRequestType as AlterationType, OffsetEntry, ParseTimestampError, RawJson, Timestamp,
};
pub use client::{Client, ClientBuilder};
pub use connector::Connector;
pub use connector_offsets::ConnectorOffsets;
pub use connector_summary::{ConnectorKind, ConnectorState, ConnectorSummary};
pub use endpoint::{BuildError, DEFAULT_ENDPOINT};
pub use error::{Error, ErrorKind, Result};
pub use id::{ConnectorName, ConnectorPath, EnvironmentId, InvalidId, KafkaClusterId};
pub use retry::RetryPolicy;
pub use status::{Phase, RequestInfo, RequestStatus};
