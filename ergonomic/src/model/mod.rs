//! Values of the service in domain words: connectors, their offsets, their state, and the requests that alter offsets.
//!
//! The module contains values only: it sends nothing and decides nothing. Offsets, requests and the status of a request
//! serialize in the service's own form. Other values serialize as their fields.

mod cluster;
mod config;
mod id;
mod offsets;
mod open_enum;
mod request;
mod state;

pub use cluster::{AccessPoint, KafkaClusterInfo};
pub use config::ConnectorConfig;
pub use id::{ConnectorName, ConnectorRef, EnvironmentId, InvalidIdError, KafkaClusterId};
pub use offsets::ConnectorOffsets;
pub use request::{AlterationRequest, AlterationRequestInfo, AlterationStatus, Phase};
pub use state::{ConnectorKind, ConnectorState, ConnectorStatus, ConnectorSummary, TaskStatus};
