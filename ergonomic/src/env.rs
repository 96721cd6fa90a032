//! The environment variables that Confluent's own tools read, and this crate with them.

/// The Cloud API key.
pub const API_KEY: &str = "CONFLUENT_CLOUD_API_KEY";
/// The secret of the Cloud API key.
pub const API_SECRET: &str = "CONFLUENT_CLOUD_API_SECRET";
/// The base URL of the service; [`DEFAULT_ENDPOINT`](crate::DEFAULT_ENDPOINT) when unset.
pub const ENDPOINT: &str = "CONFLUENT_CLOUD_ENDPOINT";
/// The environment id.
pub const ENVIRONMENT: &str = "CONFLUENT_ENVIRONMENT_ID";
/// The Kafka cluster id.
pub const CLUSTER: &str = "KAFKA_ID";

/// The variable's value; `None` when it is unset, empty, or not Unicode.
pub(crate) fn read(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
