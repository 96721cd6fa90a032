//! The key of the Kafka cluster, and the address of its brokers.

use ccloud_connect_kafka::{Bootstrap, Brokers, ErrorKind, KafkaError};
use zeroize::Zeroizing;

use crate::args::KafkaArgs;
use crate::failure::{Exit, Failure};
use crate::session::Session;
use crate::session::secrets;

const KEY: &str = "KAFKA_API_KEY";
const SECRET: &str = "KAFKA_API_SECRET";

/// A key of the Kafka cluster and its secret.
pub(super) type Key = (String, Zeroizing<String>);

impl KafkaArgs {
    /// The key of the Kafka cluster, from the file or from the environment; `None` when neither contains one.
    pub(super) fn key(&self) -> Result<Option<Key>, Failure> {
        if let Some(path) = &self.kafka_api_key_file {
            return secrets::read_pair(path, KEY, SECRET).map(Some);
        }
        let read = |name| {
            let value = std::env::var(name).map(Zeroizing::new).ok()?;
            Some(Zeroizing::new(value.trim().to_owned())).filter(|value| !value.is_empty())
        };
        match (read(KEY), read(SECRET)) {
            (Some(key), Some(secret)) => Ok(Some((key.to_string(), secret))),
            (None, None) => Ok(None),
            (key, _) => {
                let missing = if key.is_none() { KEY } else { SECRET };
                Err(denied(&format!(
                    "the key of the Kafka cluster is not complete: {missing} is not set"
                )))
            }
        }
    }

    /// A client for the brokers. Their address comes from `--bootstrap`, or else from the service.
    pub(super) async fn brokers(
        &self,
        session: &Session,
        (key, secret): Key,
    ) -> Result<Brokers, Failure> {
        let bootstrap = match &self.bootstrap {
            Some(bootstrap) => bootstrap.clone(),
            None => look_up(session).await?,
        };
        let bootstrap: Bootstrap = bootstrap.parse().map_err(|error| failure(&error))?;
        let authorities = session.authorities.as_deref().map(str::as_bytes);
        let brokers = Brokers::new(bootstrap, key, secret.to_string(), authorities);
        brokers.map_err(|error| failure(&error))
    }
}

/// Asks the service for the address of the brokers.
async fn look_up(session: &Session) -> Result<String, Failure> {
    let cluster = session
        .client
        .cluster(session.environment.clone(), session.cluster.clone());
    let hint = "Give --bootstrap HOST:PORT to name the brokers yourself";
    let info = cluster
        .info()
        .await
        .map_err(|error| Failure::from(error).adding(hint))?;
    if let Some(bootstrap) = info.bootstrap() {
        return Ok(bootstrap.to_owned());
    }
    let points: Vec<_> = info
        .access_points
        .values()
        .filter_map(|point| point.bootstrap_endpoint.as_deref())
        .collect();
    let message = if points.is_empty() {
        format!("the service does not give the address of the brokers. {hint}")
    } else {
        format!(
            "the cluster has several access points, and the service does not say which of them this machine can reach. Give --bootstrap with one of \
             {}",
            points.join(", ")
        )
    };
    Err(Failure::invalid(message))
}

fn denied(message: &str) -> Failure {
    Failure::new(Exit::Denied, "credentials", message)
}

/// The failure when an option needs Kafka and there is no key.
pub(super) fn key_needed(session: &Session, what: &str) -> Failure {
    let failure = denied(&format!(
        "{what} needs a key of the Kafka cluster: set {KEY} and {SECRET}, or give --kafka-api-key-file"
    ));
    match session.make_key() {
        None => failure,
        Some(command) => failure
            .tip(Some("a Cloud API key does not work for Kafka".to_owned()))
            .next(command),
    }
}

/// One line that tells the person what a key of the Kafka cluster would add.
pub(super) fn key_adds(what: &str) -> String {
    format!("With a key of the Kafka cluster ({KEY} and {SECRET}, or --kafka-api-key-file), {what}")
}

/// Turns an error of Kafka into a failure that says that nothing was changed, because requests to Kafka only read.
pub(super) fn failure(error: &KafkaError) -> Failure {
    let (exit, kind) = match error.kind() {
        ErrorKind::Invalid => (Exit::Invalid, "invalid"),
        ErrorKind::Unauthenticated => (Exit::Denied, "kafka-unauthenticated"),
        ErrorKind::NotPermitted => (Exit::Denied, "kafka-forbidden"),
        ErrorKind::NotFound => (Exit::NotFound, "kafka-not-found"),
        ErrorKind::Unavailable => (Exit::Unavailable, "kafka-unavailable"),
        ErrorKind::Tls => (Exit::Unavailable, "kafka-tls"),
        _ => (Exit::Unexpected, "kafka"),
    };
    Failure::new(exit, kind, error.to_string())
}

/// Combines several errors of Kafka into one failure, whose message names all of them. The first error decides the exit code.
pub(super) fn failures(errors: &[&KafkaError]) -> Option<Failure> {
    let first = errors.first()?;
    let mut whole = failure(first);
    if errors.len() > 1 {
        let lines: Vec<_> = errors.iter().map(|error| format!("\n  {error}")).collect();
        whole.details.message =
            format!("Kafka did not answer for all partitions:{}", lines.concat());
    }
    Some(whole)
}
