//! The addresses of a Kafka cluster.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The access point name that the service reserves for the public network.
const PUBLIC: &str = "PUBLIC";

/// A Kafka cluster: its name and its addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KafkaClusterInfo {
    /// The `lkc-…` id of the cluster.
    pub id: Option<String>,
    /// The name of the cluster.
    pub name: Option<String>,
    /// The bootstrap address for Kafka clients, such as `SASL_SSL://pkc-….confluent.cloud:9092`, for the whole cluster.
    /// The service's documentation marks it as deprecated in favour of the access points;
    /// [`KafkaClusterInfo::bootstrap`] reads this field and the access points.
    pub bootstrap_endpoint: Option<String>,
    /// The address of the cluster's REST interface.
    pub http_endpoint: Option<String>,
    /// The addresses of the cluster, by the id of the access point.
    pub access_points: BTreeMap<String, AccessPoint>,
}

/// The addresses of a cluster in one network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccessPoint {
    /// The bootstrap address for Kafka clients in this network.
    pub bootstrap_endpoint: Option<String>,
    /// The address of the cluster's REST interface.
    pub http_endpoint: Option<String>,
    /// The kind of the network, such as `PRIVATELINK`.
    pub connection_type: Option<String>,
}

impl KafkaClusterInfo {
    /// The bootstrap address for Kafka clients: that of the whole cluster, or else of the public access point, or else
    /// of the only access point. `None` when there are several private access points, because the choice depends on the
    /// caller's network.
    pub fn bootstrap(&self) -> Option<&str> {
        let whole = self.bootstrap_endpoint.as_deref();
        if let Some(endpoint) = whole.filter(|text| !text.is_empty()) {
            return Some(endpoint);
        }
        let mut points = self.access_points.values();
        let only = points.next().filter(|_| points.next().is_none());
        let point = self.access_points.get(PUBLIC).or(only)?;
        point
            .bootstrap_endpoint
            .as_deref()
            .filter(|text| !text.is_empty())
    }
}
