//! The backends that carry out the service's operations: the simulated world, or a real Kafka Connect. The rest of the
//! emulator is the same for both; no backend knows HTTP requests, replies or documents of the service.

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

/// Environment, cluster and name of a connector.
pub(super) type Target<'a> = (&'a str, &'a str, &'a str);

/// The backend of an emulator.
pub(super) enum Backing {
    Simulated(Simulated),
    Real(Arc<Workers>),
}

/// Calls a method that both backends have: `connectors`, `connector`, `pause`, `resume`, `offsets` (the latest sample),
/// `alter`, which accepts an alteration or says why not, or `latest`, which is `None` when there was no alteration. All name a
/// cluster that the backend has.
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

/// Why a call is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    UnknownConnector,
    /// The connector has no offset management.
    NoOffsets,
    /// An alteration is in progress.
    Busy,
    /// Refused with an error reply.
    Refused {
        status: u16,
        message: String,
    },
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
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(super) struct TaskView {
    /// Its number, from 0.
    pub(super) id: u32,
    /// Its state, such as `RUNNING`.
    pub(super) state: String,
    /// The worker on which it runs.
    #[serde(rename(deserialize = "worker_id"))]
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
