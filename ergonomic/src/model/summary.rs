//! A connector as the list of a cluster shows it.

use serde::{Deserialize, Serialize};

use super::kind::ConnectorKind;
use super::state::ConnectorState;

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
}
