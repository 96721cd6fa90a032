#![doc = include_str!("../README.md")]
//!
//! # What it takes care of
//! - **Exact offsets.** [`OffsetEntry`] keeps what the service sent byte for byte; [`offset`] has types for the known
//!   formats, and edits that leave unknown members unchanged.
//! - **Checks before sending.** [`validate`] reports all findings at once, each with its path and what to do.
//! - **Plans.** [`Connector::plan`] applies an intent (a shift by a number of records, a move to the earliest record, a
//!   reset, a copy) to the current offsets, and shows the positions before and after. [`PlannedAlteration::apply`]
//!   sends nothing when the offsets have since changed in a relevant way.
//! - **Times and ends.** With the bounds of topics from Kafka (the crate `ccloud-connect-kafka` reads them), a plan
//!   moves a sink to a time, or to its earliest or latest record. For each partition where the target does not exist, a
//!   finding gives the offset that takes its place: [`plan::resolve`].
//! - **At most one accepted alteration per call.** After a timeout, a lost connection or a gateway error, the library
//!   reads the request status instead of sending again. When the status does not show whether the request was accepted,
//!   the error reports that ([`Error::may_have_been_applied`]).
//! - **A reliable wait.** [`Alteration::wait`] has a deadline, never mistakes an older request for its own, and
//!   continues after failed polls. With an [`AlterationToken`], another process can wait for the same alteration.
//! - **Retry, rate limits, credentials.** A configuration file can contain the [`RetryPolicy`]; the rate limiter
//!   follows the service's headers; [`auth`] has API keys, bearer tokens and the STS token exchange.
//!
//! # Features
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS, with the certificates of the operating system |
//! | `raw` | no | `raw`: the generated client in the public API, outside semver |
//!
//! # TLS, certificates and proxies
//! The library trusts two sets of certificates: those given to [`ClientBuilder::ca_certificate`], and those of the
//! operating system, or of the file and the folder that the environment variables `SSL_CERT_FILE` and `SSL_CERT_DIR`
//! name. Requests use the proxy given to [`ClientBuilder::proxy`], or else the proxy in `HTTPS_PROXY` or `ALL_PROXY`,
//! unless `NO_PROXY` exempts the host. Nothing is installed for the whole process, and no file is read before the first
//! request; [`ClientBuilder`] has the details.
//!
//! # Threads and cancellation
//! Every type is `Send + Sync`, and clients and connectors are cheap to clone. Dropping a future is always safe. Each
//! method that changes anything documents what may have happened at the service when its future is dropped.

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
