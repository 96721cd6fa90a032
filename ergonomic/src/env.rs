//! The names of environment variables that Confluent's own tools read. [`Client::from_env`](crate::Client::from_env)
//! reads the first three; the other two are for programs that use this crate.

/// The variable that contains the Cloud API key.
pub const API_KEY: &str = "CONFLUENT_CLOUD_API_KEY";
/// The variable that contains the secret of the Cloud API key.
pub const API_SECRET: &str = "CONFLUENT_CLOUD_API_SECRET";
/// The variable that contains the base URL of the service; the default is
/// [`DEFAULT_ENDPOINT`](crate::DEFAULT_ENDPOINT).
pub const ENDPOINT: &str = "CONFLUENT_CLOUD_ENDPOINT";
/// The variable that contains the environment id, such as `env-abc12`.
pub const ENVIRONMENT: &str = "CONFLUENT_ENVIRONMENT_ID";
/// The variable that contains the Kafka cluster id, such as `lkc-9x8y7`.
pub const CLUSTER: &str = "KAFKA_ID";

/// The variable's value without white space around it, such as the final newline that files and secret stores add; `None`
/// when it is unset, empty, or not Unicode.
pub(crate) fn read(name: &str) -> Option<String> {
    let value = std::env::var(name).ok()?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The message for a variable in which [`read`] found no value.
pub(crate) fn missing(name: &str) -> String {
    match std::env::var(name) {
        Err(std::env::VarError::NotUnicode(_)) => format!("{name} is set, but not to Unicode text"),
        Ok(_) => format!("{name} is set, but empty"),
        Err(std::env::VarError::NotPresent) => format!("{name} is not set"),
    }
}
