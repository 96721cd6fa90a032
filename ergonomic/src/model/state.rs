//! A connector: its direction, its state, the states of its tasks, and its entry in the list of a cluster's connectors.

use serde::{Deserialize, Serialize};

use super::open_enum::open_enum;

/// The state of a connector and its tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectorStatus {
    /// The connector's name.
    pub name: Option<String>,
    /// Whether the connector is a sink or a source.
    #[serde(rename = "type")]
    pub kind: ConnectorKind,
    /// The state of the connector as a whole. It may be [`ConnectorState::Running`] although tasks have failed.
    pub state: ConnectorState,
    /// The error of the connector, in the service's words.
    pub trace: Option<String>,
    /// The tasks of the connector, in the service's order.
    pub tasks: Vec<TaskStatus>,
}

impl ConnectorStatus {
    /// The tasks that have failed.
    pub fn failed_tasks(&self) -> impl Iterator<Item = &TaskStatus> {
        let failed = |task: &&TaskStatus| task.state == ConnectorState::Failed;
        self.tasks.iter().filter(failed)
    }
}

/// The state of one task of a connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskStatus {
    /// The number of the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// The state of the task.
    pub state: ConnectorState,
    /// The error of the task, in the service's words; often a Java stack trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

open_enum! {
    /// The state of a connector or of a task. The service may add states. The names of states are recognised in any
    /// letter case.
    ConnectorState {
        /// The state is not known yet.
        None = "NONE",
        /// The connector is being set up.
        Provisioning = "PROVISIONING",
        /// The connector is running.
        Running = "RUNNING",
        /// Some tasks have failed.
        Degraded = "DEGRADED",
        /// The connector is stopped because of an error.
        Failed = "FAILED",
        /// The connector is stopped because it was paused, or because its offsets are being altered.
        Paused = "PAUSED",
        /// The connector was stopped, and has no tasks. Only a connector of a self-managed Kafka Connect can have this
        /// state.
        Stopped = "STOPPED",
        /// The connector is starting again.
        Restarting = "RESTARTING",
        /// The connector has been deleted.
        Deleted = "DELETED",
    }
}

open_enum! {
    /// The direction of a connector. The service may add directions. The names are recognised in any letter case.
    ConnectorKind {
        /// The connector moves records from topics to another system; its offsets are those of a consumer group.
        Sink = "sink",
        /// The connector moves records from another system to topics; its offsets have the form of its plugin.
        Source = "source",
    }
}

/// A connector in the list of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectorSummary {
    /// The name of the connector, by which every operation identifies it.
    pub name: String,
    /// The `lcc-…` id of the connector.
    pub id: Option<String>,
    /// Whether the connector is a sink or a source.
    #[serde(rename = "type")]
    pub kind: ConnectorKind,
    /// The class of the plugin, such as `MySqlSource`.
    pub class: Option<String>,
    /// Whether a user uploaded the connector's plugin. The service does not manage the offsets of such a connector.
    pub custom: bool,
    /// The state of the connector as a whole.
    pub state: ConnectorState,
    /// The error of the connector, in the service's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// The tasks of the connector, in the service's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskStatus>,
}
