//! The backends that carry out the service's operations: the simulated world, or a real Kafka Connect. The rest of the
//! emulator is the same for each backend. No backend depends on the service's HTTP requests, replies or documents.

mod kafka_connect;
mod simulated;

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use ccloud_connect_types::{AlterationType, OffsetEntry, Timestamp};

pub use kafka_connect::KafkaConnect;
pub(super) use kafka_connect::{CLUSTER_OF_WORKERS, Worker, Workers};
pub(super) use simulated::Simulated;

use super::phase::Phase;

/// The environment, the cluster and the name of a connector.
pub(super) type Target<'a> = (&'a str, &'a str, &'a str);

/// The backend of an emulator.
pub(super) enum Backing {
    Simulated(Simulated),
    Real(Arc<Workers>),
}

/// Calls a method that every backend has. The methods are `connectors`, `connector`, `pause`, `resume`, `offsets` (the latest
/// sample), `alter` (accepts an alteration, or returns why it is refused) and `latest` (the latest alteration, or `None`). The
/// target's cluster must exist in the backend.
macro_rules! backend {
    ($backing:expr, $method:ident $(, $argument:expr)*) => {
        match &$backing {
            $crate::backend::Backing::Simulated(backend) => backend.$method($($argument),*),
            $crate::backend::Backing::Real(backend) => backend.$method($($argument),*).await,
        }
    };
}
pub(super) use backend;

impl Backing {
    pub(super) fn simulated(&self) -> Option<&Simulated> {
        match self {
            Self::Simulated(simulated) => Some(simulated),
            Self::Real(_) => None,
        }
    }

    pub(super) fn has_cluster(&self, environment: &str, cluster: &str) -> bool {
        match self {
            Self::Simulated(simulated) => simulated.has_cluster(environment, cluster),
            Self::Real(workers) => {
                environment == CLUSTER_OF_WORKERS && cluster == workers.cluster()
            }
        }
    }
}

/// Why a backend refuses a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    UnknownConnector,
    /// The connector has no offset management.
    NoOffsets,
    /// Another alteration of the connector is in progress.
    Busy,
    /// The call is refused for another reason, which the error reply contains.
    Refused {
        status: u16,
        message: String,
    },
}

/// A connector and its state.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct ConnectorView {
    /// The id of the connector, such as `lcc-as341`.
    pub(super) id: String,
    /// The name of the connector.
    pub(super) name: String,
    /// The kind of the connector: `sink`, `source` or `unknown`.
    pub(super) kind: String,
    /// The configuration of the connector.
    pub(super) config: BTreeMap<String, String>,
    /// The state of the connector, such as `RUNNING`.
    pub(super) state: String,
    /// The worker on which the connector runs.
    pub(super) worker: String,
    /// The reason for the connector's state, when it is known.
    pub(super) trace: Option<String>,
    /// The tasks of the connector.
    pub(super) tasks: Vec<TaskView>,
}

/// The state of a task.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(super) struct TaskView {
    /// The number of the task, from 0.
    pub(super) id: u32,
    /// The state of the task, such as `RUNNING`.
    pub(super) state: String,
    /// The worker on which the task runs.
    #[serde(rename(deserialize = "worker_id"))]
    pub(super) worker: String,
    /// The reason for the task's state, when it is known.
    pub(super) trace: Option<String>,
}

/// The offsets of a connector, and the time at which they were true.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) offsets: Vec<OffsetEntry>,
    pub(super) observed_at: Timestamp,
}

/// An alteration of a connector, as its status shows it.
#[derive(Clone, Debug)]
pub(super) struct AlterationView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: AlterationType,
    /// The entries of the request, byte for byte as the client sent them.
    pub(super) offsets: Vec<OffsetEntry>,
    pub(super) requested_at: Timestamp,
    pub(super) phase: Phase,
    pub(super) message: Option<String>,
    /// The offsets just before the alteration; `None` until it has ended.
    pub(super) previous: Option<Vec<OffsetEntry>>,
    pub(super) applied_at: Option<Timestamp>,
}
