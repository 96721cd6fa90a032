//! The handle of one Kafka cluster, and of the connectors attached to it.

use crate::client::Client;
use crate::connector::Connector;
use crate::error::Result;
use crate::model::{
    ConnectorName, ConnectorSummary, EnvironmentId, InvalidIdError, KafkaClusterId,
    KafkaClusterInfo,
};
use crate::transport::{GetKafkaCluster, ListConnectors};

/// One Kafka cluster of a [`Client`]. Cheap to clone; nothing here changes anything.
#[derive(Clone, Debug)]
pub struct Cluster {
    client: Client,
    environment: EnvironmentId,
    cluster: KafkaClusterId,
}

impl Cluster {
    pub(crate) fn new(client: Client, environment: EnvironmentId, cluster: KafkaClusterId) -> Self {
        Self {
            client,
            environment,
            cluster,
        }
    }

    /// The environment of the cluster.
    pub fn environment(&self) -> &EnvironmentId {
        &self.environment
    }

    /// The id of the cluster.
    pub fn id(&self) -> &KafkaClusterId {
        &self.cluster
    }

    /// The connectors, by name. One that the service shows in a form that is not known is listed with what can be read.
    ///
    /// Dropping the future has no effect.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn connectors(&self) -> Result<Vec<ConnectorSummary>> {
        let operation = ListConnectors(&self.environment, &self.cluster);
        self.client.transport().run(&operation).await
    }

    /// What the cluster is called, and where it is reached by Kafka clients and by HTTP.
    ///
    /// Dropping the future has no effect.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error). A key that may read connectors need not have the right
    /// to read the cluster.
    pub async fn info(&self) -> Result<KafkaClusterInfo> {
        let operation = GetKafkaCluster(&self.environment, &self.cluster);
        self.client.transport().run(&operation).await
    }

    /// A handle for one connector; no I/O, and no check that it exists.
    pub fn connector(&self, name: ConnectorName) -> Connector {
        let (environment, cluster) = (self.environment.clone(), self.cluster.clone());
        self.client.connector(environment, cluster, name)
    }

    /// A handle for a connector of the list; no I/O.
    ///
    /// # Errors
    /// When the connector has a name that no path can hold, such as `..`.
    pub fn connector_of(&self, summary: &ConnectorSummary) -> Result<Connector, InvalidIdError> {
        Ok(self.connector(summary.name.parse()?))
    }
}
