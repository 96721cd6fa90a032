//! Makes the client of this run from options, environment, profile and key files; and writes the commands that messages
//! suggest, with the same options.
//!
//! This module reads no offsets.

pub(crate) mod connect;
pub(crate) mod profile;
pub(crate) mod secrets;

use std::path::PathBuf;
use std::time::Duration;

use ccloud_connect::{
    ApiKey, Client, Connector, ConnectorName, ConnectorRef, ConnectorSummary, EnvironmentId,
    KafkaClusterId, RetryPolicy, env,
};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use crate::args::Shared;
use crate::failure::{Exit, Failure};
use crate::text::words::{quoted, shown};

/// A client with the environment and the cluster of this run.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) environment: EnvironmentId,
    pub(crate) cluster: KafkaClusterId,
    /// The name of the profile in use.
    pub(crate) profile: Option<String>,
    /// The shared options that were typed. A suggested command repeats them.
    options: String,
    /// Whether the connectors are those of a self-managed Kafka Connect.
    is_self_managed: bool,
    /// The CA certificates to trust in addition, in PEM form.
    pub(crate) authorities: Option<String>,
    /// The warnings to show before the command begins.
    pub(crate) warnings: Vec<String>,
    /// The path in the URL of the endpoint, if there is one.
    base_path: Option<String>,
    /// A sentence about the API key and its origin, for the message that the service refused the key.
    key: Option<String>,
    /// The connectors of the cluster, after they were listed for the first time.
    listed: OnceCell<Vec<ConnectorSummary>>,
}

impl Session {
    /// Opens a session. With a limit, each call takes at most nine tenths of that time, including repeated requests.
    pub(crate) fn open(typed: &Shared, limit: Option<Duration>) -> Result<Self, Failure> {
        let (shared, profile, overridden) = &profile::filled(typed)?;
        let environment = required(&shared.environment, "environment", "-e", env::ENVIRONMENT)?;
        let cluster = required(&shared.cluster, "Kafka cluster", "-k", env::CLUSTER)?;
        let environment: EnvironmentId = environment.parse().map_err(invalid)?;
        let cluster: KafkaClusterId = cluster.parse().map_err(invalid)?;
        let mut warnings: Vec<String> = overridden.iter().cloned().collect();
        let mut origin = None;
        let key = match (&typed.connect_key, &shared.api_key_file) {
            (Some(key), _) => key.api_key(),
            (None, Some(path)) => {
                warnings.extend(secrets::exposure(path));
                let option = match (&typed.api_key_file, profile) {
                    (None, Some(profile)) => format!("of profile {profile}"),
                    _ => "of --api-key-file".to_owned(),
                };
                let (key, secret) = secrets::read_pair(path, env::API_KEY, env::API_SECRET)?;
                let file = format!("the file {} {option}", shown(path));
                origin = Some(secrets::origin(&key, &secret, &file));
                ApiKey::new(key, secret.as_str())
            }
            (None, None) => {
                let [key, secret] = [env::API_KEY, env::API_SECRET]
                    .map(|name| Zeroizing::new(std::env::var(name).unwrap_or_default()));
                let variables = format!("the variables {} and {}", env::API_KEY, env::API_SECRET);
                origin = Some(secrets::origin(&key, &secret, &variables));
                ApiKey::from_env().map_err(|error| {
                    let message = format!("{error}, or give --api-key-file");
                    Failure::new(Exit::Denied, "credentials", message)
                })?
            }
        };
        let mut builder = Client::builder()
            .credentials(key)
            .user_agent(concat!("ccloud-offsets/", env!("CARGO_PKG_VERSION")));
        let mut base_path = None;
        if let Some(endpoint) = given(&shared.endpoint, env::ENDPOINT) {
            let path = endpoint
                .split("://")
                .nth(1)
                .and_then(|rest| rest.split_once('/'));
            base_path = path
                .map(|(_, path)| path.to_owned())
                .filter(|path| !path.is_empty());
            builder = builder.endpoint(endpoint);
        }
        let authorities = shared.ca_file.as_deref().map(secrets::read_certificate);
        let authorities = authorities.transpose()?;
        if let Some(pem) = &authorities {
            builder = builder.ca_certificate(pem.as_str());
        }
        let mut policy = RetryPolicy::default();
        if let Some(limit) = shared.request_timeout {
            policy = policy.attempt_timeout(limit);
        }
        if let Some(limit) = limit.map(|limit| limit - limit / 10) {
            let total = policy.total_timeout.min(limit);
            policy = policy.total_timeout(total);
        }
        builder = builder.retry(policy);
        let client = builder.build().map_err(invalid)?;
        Ok(Self {
            profile: profile.clone(),
            options: options(typed),
            is_self_managed: !typed.connect.is_empty(),
            authorities,
            warnings,
            base_path,
            key: origin,
            ..Self::new(client, environment, cluster)
        })
    }

    /// A session that does not come from a command line.
    pub(crate) fn new(client: Client, environment: EnvironmentId, cluster: KafkaClusterId) -> Self {
        Self {
            client,
            environment,
            cluster,
            profile: None,
            options: String::new(),
            is_self_managed: false,
            authorities: None,
            warnings: Vec::new(),
            base_path: None,
            key: None,
            listed: OnceCell::new(),
        }
    }

    /// The connectors of the cluster. The tool lists them only once in a run.
    pub(crate) async fn connectors(&self) -> Result<&[ConnectorSummary], Failure> {
        let list = || self.client.connectors(&self.environment, &self.cluster);
        let listed = self.listed.get_or_try_init(list).await;
        Ok(listed.map_err(|error| self.denied(error.into()))?)
    }

    /// The connector that a command line names. An argument that looks like an id is looked up in the list, which also finds
    /// a connector whose *name* looks like an id.
    pub(crate) async fn connector(&self, name: &str) -> Result<Connector, Failure> {
        let name = if name.starts_with("lcc-") {
            let found = self.connectors().await?;
            let named = |c: &&ConnectorSummary| c.id.as_deref() == Some(name) || c.name == name;
            let connector = found.iter().find(named).ok_or_else(|| {
                let place = format!("{}/{}", self.environment, self.cluster);
                Failure::new(
                    Exit::NotFound,
                    "not-found",
                    format!("no connector in cluster {place} has the id {name:?}"),
                )
                .next(self.list())
            })?;
            connector.name.as_str()
        } else {
            name
        };
        let name: ConnectorName = name.parse().map_err(invalid)?;
        Ok(self
            .client
            .connector(self.environment.clone(), self.cluster.clone(), name))
    }

    /// Adds a sentence about the API key that the service refused, or about the endpoint's path, which may be wrong.
    fn denied(&self, failure: Failure) -> Failure {
        match (failure.details.kind, &self.key, &self.base_path) {
            ("unauthenticated", Some(key), _) => failure.adding(key),
            ("not-found", _, Some(path)) => failure.adding(&format!(
                "The endpoint has the path /{path}, to which the tool adds /connect/v1; check this path too"
            )),
            _ => failure,
        }
    }

    /// Adds the command to type next, and a sentence about an API key that the service refused.
    pub(crate) fn explain(&self, failure: Failure, path: &ConnectorRef) -> Failure {
        let failure = self.denied(failure);
        let name = path.connector.as_str();
        match failure.exit {
            Exit::NotFound => failure.next(self.list()),
            Exit::Busy => {
                let command = match failure.details.kind {
                    "busy" | "stale" => self.command("wait", name, ""),
                    _ => self.command("get", name, ""),
                };
                failure.next(command)
            }
            Exit::Unknown => failure.next(self.command("status", name, "")),
            _ => failure,
        }
    }

    /// The advice for a sink that reads too fast to skip records: pause it first.
    pub(crate) async fn pause_first(&self, name: &ConnectorName) -> String {
        let pause = if self.is_self_managed {
            format!("send PUT /connectors/{name}/pause to the worker")
        } else {
            let listed = self.connectors().await.unwrap_or_default();
            let found = listed
                .iter()
                .find(|connector| connector.name == name.as_str());
            match found.and_then(|connector| connector.id.as_deref()) {
                Some(id) => format!("run `confluent connect cluster pause {id}`"),
                None => "run `confluent connect cluster pause ID`".to_owned(),
            }
        };
        format!(
            "to pause the connector, {pause}. If get then shows a position before the new one, repeat the command that was refused, and then resume the connector"
        )
    }

    /// The command that makes a key of the Kafka cluster; `None` for a self-managed Kafka Connect.
    pub(crate) fn make_key(&self) -> Option<String> {
        let command = || format!("confluent api-key create --resource {}", self.cluster);
        (!self.is_self_managed).then(command)
    }

    /// The command that lists the connectors.
    pub(crate) fn list(&self) -> String {
        format!("ccloud-offsets list{}", self.options)
    }

    /// A command of this tool about a connector, ready to be pasted into a shell.
    pub(crate) fn command(&self, verb: &str, name: &str, rest: &str) -> String {
        let gap = if rest.is_empty() { "" } else { " " };
        format!(
            "ccloud-offsets {verb} {}{gap}{rest}{}",
            quoted(name),
            self.options
        )
    }
}

fn invalid(error: impl std::error::Error) -> Failure {
    Failure::invalid(error.to_string())
}

/// The value of an option, or else of its environment variable. An empty value counts as not given.
fn given(option: &Option<String>, variable: &str) -> Option<String> {
    let said = |value: &String| !value.is_empty();
    let option = option.clone().filter(said);
    option.or_else(|| std::env::var(variable).ok().filter(said))
}

fn required(
    value: &Option<String>,
    what: &str,
    option: &str,
    variable: &str,
) -> Result<String, Failure> {
    given(value, variable).ok_or_else(|| {
        Failure::invalid(format!(
            "no {what} given: use {option} or --profile, or set {variable}"
        ))
        .next("ccloud-offsets help topics")
    })
}

/// The shared options that a suggested command must repeat.
fn options(shared: &Shared) -> String {
    let text = |path: &Option<PathBuf>| Some(path.as_ref()?.to_string_lossy().into_owned());
    let ca_file = ("--ca-file", text(&shared.ca_file));
    let workers = &shared.workers;
    let mut given: Vec<_> = shared
        .connect
        .iter()
        .map(|url| ("--connect", Some(url.clone())))
        .collect();
    // With --connect, environment, cluster, endpoint and key belong to the server in this process. A suggested command
    // starts a server of its own, so it repeats none of these options.
    given.extend(match given.is_empty() {
        true => vec![
            ("--profile", shared.profile.clone()),
            ("-e", shared.environment.clone()),
            ("-k", shared.cluster.clone()),
            ("--endpoint", shared.endpoint.clone()),
            ("--api-key-file", text(&shared.api_key_file)),
            ca_file,
        ],
        false => vec![
            ("--connect-user-file", text(&workers.connect_user_file)),
            ("--connect-state-dir", text(&workers.connect_state_dir)),
            ca_file,
        ],
    });
    let given = given.into_iter();
    given
        .filter_map(|(option, value)| Some(format!(" {option} {}", quoted(&value?))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The advice must name the worker's operation, because the `confluent` tool cannot pause a self-managed connector.
    #[tokio::test]
    async fn a_self_managed_connector_is_paused_at_the_worker() {
        let client = Client::builder()
            .credentials(ApiKey::new("key", "secret"))
            .build();
        let mut session = Session::new(
            client.unwrap(),
            "env-1".parse().unwrap(),
            "lkc-1".parse().unwrap(),
        );
        assert!(session.make_key().unwrap().ends_with("--resource lkc-1"));
        session.is_self_managed = true;
        let tip = session.pause_first(&"orders".parse().unwrap()).await;
        assert!(tip.contains("PUT /connectors/orders/pause to the worker"));
        assert!(!tip.contains("confluent"), "{tip}");
        assert_eq!(session.make_key(), None);
    }
}
