//! Values of the service in domain words: connectors, their offsets, their state, and the requests that alter offsets.
//!
//! Nothing here sends anything or decides anything; the values serialize in the service's own form.

mod cluster;
mod config;
mod id;
mod kind;
mod offsets;
mod open_enum;
mod request;
mod state;
mod summary;

pub use cluster::{AccessPoint, KafkaClusterInfo};
pub use config::ConnectorConfig;
pub use id::{ConnectorName, ConnectorRef, EnvironmentId, InvalidIdError, KafkaClusterId};
pub use kind::ConnectorKind;
pub use offsets::ConnectorOffsets;
pub use request::{AlterationRequest, AlterationRequestInfo, AlterationStatus, Phase};
pub use state::{ConnectorState, ConnectorStatus, TaskStatus};
pub use summary::ConnectorSummary;
