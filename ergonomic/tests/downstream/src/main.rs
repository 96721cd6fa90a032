//! Sets one partition of a sink and waits for the alteration: `downstream CONFIG TOPIC:PARTITION=OFFSET`.
//!
//! `CONFIG` is a JSON file with `endpoint`, `ca_file`, `proxy`, `environment`, `cluster`, `connector`, `token`, `retry` and
//! `wait`; see [`Config`]. Proxies and certificates may also come from the environment (`HTTPS_PROXY`, `NO_PROXY`,
//! `SSL_CERT_FILE`).

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use ccloud_connect::{
    ApiKey, BearerToken, Client, ConnectorName, Credentials, EnvironmentId, KafkaClusterId,
    RetryPolicy, WaitOptions,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    endpoint: String,
    /// The file of a CA certificate that is trusted in addition to those of the operating system.
    ca_file: Option<String>,
    proxy: Option<String>,
    environment: EnvironmentId,
    cluster: KafkaClusterId,
    connector: ConnectorName,
    /// A bearer token. Without it, the program uses the API key in the environment.
    token: Option<String>,
    #[serde(default)]
    retry: RetryPolicy,
    #[serde(default)]
    wait: WaitOptions,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(change)) = (arguments.next(), arguments.next()) else {
        return Err("usage: downstream CONFIG TOPIC:PARTITION=OFFSET".into());
    };
    let config: Config = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let (topic, place) = change.split_once(':').ok_or("no partition")?;
    let (partition, offset) = place.split_once('=').ok_or("no offset")?;

    // The program chooses the type of the credentials at run time, and can share them.
    let credentials: Arc<dyn Credentials> = match config.token {
        Some(token) => Arc::new(BearerToken::new(token)),
        None => Arc::new(ApiKey::from_env()?),
    };
    let mut builder = Client::builder()
        .endpoint(config.endpoint)
        .credentials(Arc::clone(&credentials))
        .retry(config.retry);
    if let Some(path) = config.ca_file {
        builder = builder.ca_certificate(std::fs::read(path)?);
    }
    if let Some(url) = config.proxy {
        builder = builder.proxy(url);
    }
    let client = builder.build()?;
    let connector = client.connector(config.environment, config.cluster, config.connector);
    let patch = connector
        .patch_offsets()
        .sink(topic, partition.parse()?, offset.parse()?);
    let applied = patch.send().await?.wait_with(config.wait).await?;
    println!("applied {}", applied.requested_at);
    Ok(())
}
