#![doc = include_str!("../README.md")]
//!
//! # What it takes care of
//! - **Exact offsets.** [`OffsetEntry`] keeps what the service sent byte for byte; [`offset`] has types for the known
//!   formats, and edits that leave unknown members unchanged.
//! - **Checks before sending.** [`validate`] reports all findings at once, each with its path and what to do.
//! - **Plans.** [`Connector::plan`] compares an intent (shift by a number of records, to the earliest, reset, copy)
//!   with the current offsets, shows before and after, and refuses to apply when the offsets have changed in a relevant
//!   way.
//! - **Times and ends.** With the bounds of topics from Kafka (the crate `ccloud-connect-kafka` reads them), a plan
//!   moves a sink to a time, or to its earliest or latest record, and reports for each partition what falls back:
//!   [`plan::resolve`].
//! - **At most one accepted alteration per call.** After a timeout, a reset or a gateway error, the library reads the
//!   request status instead of sending again; when it stays unknown, the error says so
//!   ([`Error::may_have_been_applied`]).
//! - **A reliable wait.** [`Alteration::wait`] has a deadline, never mistakes an older request for its own, and continues
//!   after failed polls; [`AlterationToken`] takes it up in another process.
//! - **Retry, rate limits, credentials.** [`RetryPolicy`] is data; the rate limiter follows the service's headers;
//!   [`auth`] has API keys, bearer tokens and the STS token exchange.
//!
//! # Features
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS, with the certificates of the operating system |
//! | `raw` | no | `raw`: the generated client in the public API, outside semver |
//!
//! # TLS, certificates and proxies
//! The library trusts the certificates of the operating system, or those in the file or the folder that the environment
//! variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name, and those given to [`ClientBuilder::ca_certificate`]. Requests
//! use the proxy in `HTTPS_PROXY` or `ALL_PROXY`, unless `NO_PROXY` exempts the host, or the proxy given to
//! [`ClientBuilder::proxy`]. Nothing is installed for the whole process, and no file is read before the first request;
//! [`ClientBuilder`] has the details.
//!
//! # Threads and cancellation
//! Every type is `Send + Sync`, and clients and connectors are cheap to clone. Dropping a future is always safe; each
//! method that changes anything documents the state in which this leaves the service.

#![deny(clippy::exhaustive_enums, clippy::exhaustive_structs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod alter;
pub mod auth;
mod client;
mod cluster;
mod connector;
mod duration;
mod endpoint;
pub mod env;
mod error;
pub mod finding;
pub mod json;
mod model;
mod named;
pub mod offset;
pub mod plan;
mod transport;
pub mod validate;

pub use alter::{
    Alteration, AlterationError, AlterationState, AlterationToken, Applied, Confirm, DeleteOffsets,
    FailedAlteration, Moved, Movement, Outcome, PartitionOutcome, PatchOffsets, PlannedAlteration,
    Progress, Standing, StateOutcome, WaitError, WaitOptions,
};
pub use auth::{ApiKey, BearerToken, Credentials};
#[cfg(feature = "raw")]
pub use ccloud_connect_client as raw;
pub use ccloud_connect_types::{
    AlterationType, OffsetEntry, ParseTimestampError, PartitionBounds, RawJson, RecordAt,
    Timestamp, clock,
};
pub use client::{Client, ClientBuilder};
pub use cluster::Cluster;
pub use connector::Connector;
pub use endpoint::{BuildError, DEFAULT_ENDPOINT};
pub use error::{Error, ErrorKind, Result};
pub use model::{
    AccessPoint, AlterationRequest, AlterationRequestInfo, AlterationStatus, ConnectorConfig,
    ConnectorKind, ConnectorName, ConnectorOffsets, ConnectorRef, ConnectorState, ConnectorStatus,
    ConnectorSummary, EnvironmentId, InvalidIdError, KafkaClusterId, KafkaClusterInfo, Phase,
    TaskStatus,
};
pub use transport::RetryPolicy;
