//! How a connector and its tasks are doing.

use serde::{Deserialize, Serialize};

use super::kind::ConnectorKind;
use super::open_enum::open_enum;

/// How a connector and its tasks are doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectorStatus {
    /// The connector's name.
    pub name: Option<String>,
    /// Sink or source.
    #[serde(rename = "type")]
    pub kind: ConnectorKind,
    /// The state of the connector as a whole. It may be [`ConnectorState::Running`] although tasks have failed.
    pub state: ConnectorState,
    /// What went wrong with the connector, in the service's words.
    pub trace: Option<String>,
    /// Its tasks, in the service's order.
    pub tasks: Vec<TaskStatus>,
}

impl ConnectorStatus {
    /// The tasks that have failed.
    pub fn failed_tasks(&self) -> impl Iterator<Item = &TaskStatus> {
        let failed = |task: &&TaskStatus| task.state == ConnectorState::Failed;
        self.tasks.iter().filter(failed)
    }
}

/// How one task of a connector is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskStatus {
    /// The number of the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its state.
    pub state: ConnectorState,
    /// What went wrong with it, in the service's words; often a Java stack trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

open_enum! {
    /// The state of a connector. Open; read in any letter case.
    ConnectorState {
        /// Not known yet.
        None = "NONE",
        /// Being set up.
        Provisioning = "PROVISIONING",
        /// At work.
        Running = "RUNNING",
        /// Some tasks have failed.
        Degraded = "DEGRADED",
        /// Not at work because of an error.
        Failed = "FAILED",
        /// Not at work because it was paused, or because its offsets are being altered.
        Paused = "PAUSED",
        /// Starting again.
        Restarting = "RESTARTING",
        /// Gone.
        Deleted = "DELETED",
    }
}
