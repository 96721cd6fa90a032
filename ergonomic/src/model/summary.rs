//! A connector in the list of a cluster.

use serde::{Deserialize, Serialize};

use super::kind::ConnectorKind;
use super::state::{ConnectorState, TaskStatus};

/// A connector in the list of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectorSummary {
    /// Its name, by which every operation identifies it.
    pub name: String,
    /// Its `lcc-…` id.
    pub id: Option<String>,
    /// Sink or source.
    #[serde(rename = "type")]
    pub kind: ConnectorKind,
    /// The class of the plugin, such as `MySqlSource`.
    pub class: Option<String>,
    /// Whether the user uploaded its plugin. Such connectors have no offset management.
    pub custom: bool,
    /// Its state.
    pub state: ConnectorState,
    /// The error of the connector, in the service's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// Its tasks, in the service's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskStatus>,
}
