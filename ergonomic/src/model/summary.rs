//! A connector as the list of a cluster shows it.

use serde::{Deserialize, Serialize};

use super::kind::ConnectorKind;
use super::state::{ConnectorState, TaskStatus};

/// A connector in the list of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectorSummary {
    /// Its name, which every operation takes.
    pub name: String,
    /// Its `lcc-…` id.
    pub id: Option<String>,
    /// Sink or source.
    #[serde(rename = "type")]
    pub kind: ConnectorKind,
    /// The class of the plugin, such as `MySqlSource`.
    pub class: Option<String>,
    /// Whether its plugin was uploaded by the user. Such connectors have no offset management.
    pub custom: bool,
    /// How it is doing.
    pub state: ConnectorState,
    /// What went wrong with the connector, in the service's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// Its tasks, in the service's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskStatus>,
}
