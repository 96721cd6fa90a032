//! Where a Kafka cluster is reached.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The access point that the service reserves for the public network.
const PUBLIC: &str = "PUBLIC";

/// A Kafka cluster: what it is called, and where it is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KafkaClusterInfo {
    /// Its `lkc-…` id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Where Kafka clients connect first, such as `SASL_SSL://pkc-….confluent.cloud:9092`, as the service says it for the whole
    /// cluster. Published as deprecated in favour of the access points; [`KafkaClusterInfo::bootstrap`] reads both.
    pub bootstrap_endpoint: Option<String>,
    /// Where the REST interface of the cluster is.
    pub http_endpoint: Option<String>,
    /// Where the cluster is reached, by the id of the access point.
    pub access_points: BTreeMap<String, AccessPoint>,
}

/// Where a cluster is reached through one network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccessPoint {
    /// Where Kafka clients connect first.
    pub bootstrap_endpoint: Option<String>,
    /// Where the REST interface of the cluster is.
    pub http_endpoint: Option<String>,
    /// The kind of the network, such as `PRIVATELINK`.
    pub connection_type: Option<String>,
}

impl KafkaClusterInfo {
    /// Where Kafka clients connect first: what holds for the whole cluster, else the public access point, else the only one. `None`
    /// when there are several private ones, since only the caller knows which network it is in.
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
