//! The backends that carry out the service's operations: the simulated world, or a real Kafka Connect. The rest of the
//! emulator is the same for both; no backend knows HTTP requests, replies or documents of the service.

mod kafka_connect;
mod simulated;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use ccloud_connect_types::{AlterationType, OffsetEntry, Timestamp};

pub use kafka_connect::KafkaConnect;
pub(super) use kafka_connect::{CLUSTER_OF_WORKERS, Worker, Workers};
pub(super) use simulated::Simulated;

use super::phase::Phase;
use super::world::{AlterRequest, Refused};

/// The result of one call to a backend.
pub(super) type Call<'a, T> = Pin<Box<dyn Future<Output = Result<T, Denied>> + Send + 'a>>;

/// Environment, cluster and name of a connector.
pub(super) type Target<'a> = (&'a str, &'a str, &'a str);

/// Something that has connectors with offsets.
pub(super) trait Backend: fmt::Debug + Send + Sync + 'static {
    /// Whether the backend has this cluster in this environment. All other calls name a cluster that it has.
    fn has_cluster(&self, environment: &str, cluster: &str) -> bool;

    /// The bootstrap address of a cluster, when it is known.
    fn bootstrap(&self, _environment: &str, _cluster: &str) -> Option<String> {
        None
    }

    /// The connectors of a cluster, by name.
    fn connectors<'a>(&'a self, target: Target<'a>) -> Call<'a, Vec<ConnectorView>>;

    fn connector<'a>(&'a self, target: Target<'a>) -> Call<'a, ConnectorView>;

    fn pause<'a>(&'a self, target: Target<'a>) -> Call<'a, ()>;

    fn resume<'a>(&'a self, target: Target<'a>) -> Call<'a, ()>;

    /// The latest sample of the offsets.
    fn offsets<'a>(&'a self, target: Target<'a>) -> Call<'a, Sample>;

    /// Accepts an alteration, or says why not.
    fn alter<'a>(&'a self, target: Target<'a>, request: AlterRequest) -> Call<'a, AlterationView>;

    /// The latest alteration, or `None` when there was none.
    fn latest<'a>(&'a self, target: Target<'a>) -> Call<'a, Option<AlterationView>>;

    /// Waits until no alteration is at a step at which the process must not end.
    fn finish(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The backend of an emulator.
pub(super) enum Backing {
    Simulated(Simulated),
    Real(Arc<Workers>),
}

impl Backing {
    pub(super) fn backend(&self) -> &dyn Backend {
        match self {
            Self::Simulated(simulated) => simulated,
            Self::Real(workers) => &**workers,
        }
    }

    pub(super) fn simulated(&self) -> Option<&Simulated> {
        match self {
            Self::Simulated(simulated) => Some(simulated),
            Self::Real(_) => None,
        }
    }
}

/// Why a call is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    UnknownConnector,
    /// The connector has no offset management.
    NoOffsets,
    /// An alteration is in progress.
    Busy,
    Refused(Refused),
}

impl From<Refused> for Denied {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// A connector and its state.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct ConnectorView {
    /// Its id, such as `lcc-as341`.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// `sink`, `source` or `unknown`.
    pub(super) kind: String,
    /// Its configuration.
    pub(super) config: BTreeMap<String, String>,
    /// Its state, such as `RUNNING`.
    pub(super) state: String,
    /// The worker on which it runs.
    pub(super) worker: String,
    /// The reason for that state, when it is known.
    pub(super) trace: Option<String>,
    /// Its tasks.
    pub(super) tasks: Vec<TaskView>,
}

/// The state of a task.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct TaskView {
    /// Its number, from 0.
    pub(super) id: u32,
    /// Its state, such as `RUNNING`.
    pub(super) state: String,
    /// The worker on which it runs.
    pub(super) worker: String,
    /// Why it is in that state, where that is known.
    pub(super) trace: Option<String>,
}

/// Offsets, and when they were so.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) offsets: Vec<OffsetEntry>,
    pub(super) observed_at: Timestamp,
}

/// An alteration as its status shows it.
#[derive(Clone, Debug)]
pub(super) struct AlterationView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: AlterationType,
    /// As they were sent.
    pub(super) offsets: Vec<OffsetEntry>,
    pub(super) requested_at: Timestamp,
    pub(super) phase: Phase,
    pub(super) message: Option<String>,
    /// The offsets before it, once it has ended.
    pub(super) previous: Option<Vec<OffsetEntry>>,
    pub(super) applied_at: Option<Timestamp>,
}
