//! The handle of one Kafka cluster, and of the connectors attached to it.

use std::fmt;
use std::sync::Arc;

use crate::connector::Connector;
use crate::error::Result;
use crate::model::{
    ConnectorName, ConnectorRef, ConnectorSummary, EnvironmentId, InvalidIdError, KafkaClusterId,
    KafkaClusterInfo,
};
use crate::transport::{GetKafkaCluster, ListConnectors, Route, Transport};

/// One Kafka cluster of a [`Client`](crate::Client). Clones are cheap. No method changes anything at the service.
#[derive(Clone)]
pub struct Cluster {
    transport: Arc<Transport>,
    environment: EnvironmentId,
    cluster: KafkaClusterId,
}

impl Cluster {
    pub(crate) fn new(
        transport: Arc<Transport>,
        environment: EnvironmentId,
        cluster: KafkaClusterId,
    ) -> Self {
        Self {
            transport,
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

    /// Lists the connectors of the cluster, in the order of their names. When the service describes a connector in an
    /// unknown form, the list has what can be read of it.
    ///
    /// Dropping the future has no effect.
    ///
    /// # Errors
    /// When the call still fails after the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn connectors(&self) -> Result<Vec<ConnectorSummary>> {
        let operation = ListConnectors(&self.environment, &self.cluster);
        self.transport.run(&operation).await
    }

    /// Reads the name of the cluster, and its addresses for Kafka clients and for HTTP.
    ///
    /// Dropping the future has no effect.
    ///
    /// # Errors
    /// When the call still fails after the retries of the client's policy; see [`Error`](crate::Error). An API key that
    /// may read connectors does not necessarily have permission to read the cluster.
    pub async fn info(&self) -> Result<KafkaClusterInfo> {
        let operation = GetKafkaCluster(&self.environment, &self.cluster);
        self.transport.run(&operation).await
    }

    /// A handle for one connector. Does no I/O, and does not check that the connector exists.
    pub fn connector(&self, name: ConnectorName) -> Connector {
        let (environment, cluster) = (self.environment.clone(), self.cluster.clone());
        Connector::new(Route {
            transport: Arc::clone(&self.transport),
            connector: Arc::new(ConnectorRef::new(environment, cluster, name)),
        })
    }

    /// A handle for the connector that `summary` describes. Does no I/O.
    ///
    /// # Errors
    /// When the connector's name is not valid in a URL path, such as `..`.
    pub fn connector_of(&self, summary: &ConnectorSummary) -> Result<Connector, InvalidIdError> {
        Ok(self.connector(summary.name.parse()?))
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("environment", &self.environment)
            .field("cluster", &self.cluster)
            .field("endpoint", &self.transport.endpoint.to_string())
            .finish()
    }
}
