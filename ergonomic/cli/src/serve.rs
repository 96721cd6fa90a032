//! The emulator as a local server.

use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ccloud_connect_emulator::{
    self as emulator, Assumptions, Emulator as Server, EmulatorBuilder, RateLimit, Seed,
};
use clap::Args;

use crate::args::Shared;
use crate::connect;
use crate::duration;
use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::ui::{NEXT, STRONG, Ui};
use crate::words::{quoted, shown};

#[derive(Debug, Args)]
pub(crate) struct Emulator {
    /// Address to listen on, such as localhost:8099 or :8099; port 0 is any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8099", value_parser = listen)]
    listen: SocketAddr,
    /// YAML file with the environments, clusters and connectors, or - for standard input [default: a built-in one]
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Print the built-in seed, a start for one's own, and end
    #[arg(long, conflicts_with = "seed")]
    print_seed: bool,
    /// How many times faster than in real life an alteration is
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    speed: f64,
    /// Switch an assumption about the service, such as busy=bad_request; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    assume: Vec<String>,
    /// Answer only so many requests in a time, such as 10/1s
    #[arg(long, value_name = "REQUESTS/TIME", value_parser = rate_limit)]
    rate_limit: Option<RateLimit>,
    /// Admit the bearer token in this file, too
    #[arg(long, value_name = "FILE")]
    bearer_token_file: Option<PathBuf>,
    /// Serve everything below this path, such as /api
    #[arg(
        long,
        value_name = "PATH",
        default_value = "",
        hide_default_value = true
    )]
    base_path: String,
    /// Serve a self-managed Kafka Connect instead, by the base URL of a worker; may be repeated for further workers
    #[arg(long, value_name = "URL", conflicts_with_all = ["seed", "print_seed"])]
    backend: Vec<String>,
}

/// What is served: its environment and cluster, a connector to try, and the secret of the API key.
struct Served {
    environment: String,
    cluster: String,
    connector: Option<String>,
    secret: String,
}

pub(crate) async fn emulator(ui: &Ui, args: Emulator, shared: &Shared) -> Result<Exit, Failure> {
    if args.print_seed {
        ui.print(Seed::built_in_yaml())?;
        return Ok(Exit::Done);
    }
    let (server, served) = if args.backend.is_empty() {
        simulated(&args).await?
    } else {
        real(&args, shared).await?
    };
    announce(ui, &server, args.listen);
    ui.print(&exports(&server, &served))?;
    if let Some(connector) = &served.connector {
        let connector = quoted(connector);
        ui.note(&format!("{NEXT}ccloud-offsets get {connector}{NEXT:#}"));
    } else {
        ui.note(&format!("{NEXT}ccloud-offsets list{NEXT:#}"));
    }
    interrupt::asked().await;
    if !args.backend.is_empty() {
        ui.note(
            "Stopping. Connectors that were stopped for an alteration get back their state first",
        );
    }
    server.shutdown().await;
    Ok(Exit::Done)
}

async fn simulated(args: &Emulator) -> Result<(Server, Served), Failure> {
    let seed = match &args.seed {
        None => Seed::built_in(),
        Some(path) => read_seed(path)?,
    };
    let first = first(&seed).ok_or_else(|| Failure::invalid("the seed has no connector"))?;
    let secret = emulator::API_SECRET.to_owned();
    let builder = configure(args, &secret)?.seed(seed).speed(args.speed);
    let (environment, cluster, connector) = first;
    let served = Served {
        environment,
        cluster,
        connector: Some(connector),
        secret,
    };
    Ok((start(builder).await?, served))
}

/// Whoever has the key can alter real connectors, so nobody can guess it.
async fn real(args: &Emulator, shared: &Shared) -> Result<(Server, Served), Failure> {
    let secret = connect::secret();
    let kafka_connect = connect::kafka_connect(&args.backend, shared)?;
    let builder = configure(args, &secret)?.kafka_connect(kafka_connect);
    let server = start(builder).await?;
    let (environment, cluster) = server.self_managed().unwrap_or_default();
    let served = Served {
        environment: environment.to_owned(),
        cluster: cluster.to_owned(),
        connector: None,
        secret,
    };
    Ok((server, served))
}

/// What the options say beside the world that is served.
fn configure(args: &Emulator, secret: &str) -> Result<EmulatorBuilder, Failure> {
    let mut assumptions = Assumptions::default();
    for assumption in &args.assume {
        let (name, value) = assumption.split_once('=').ok_or_else(|| {
            Failure::invalid(format!("--assume {assumption}: it has the form NAME=VALUE"))
        })?;
        let set = assumptions.set(name, value);
        set.map_err(|error| Failure::invalid(error.to_string()))?;
    }
    let mut builder = Server::builder()
        .listen(args.listen)
        .assumptions(assumptions)
        .base_path(&args.base_path)
        .credentials(emulator::API_KEY, secret);
    if let Some(limit) = args.rate_limit {
        builder = builder.rate_limit(limit);
    }
    if let Some(path) = &args.bearer_token_file {
        let token = read(path, "the token")?.trim().to_owned();
        if token.is_empty() {
            return Err(Failure::invalid(format!("{} holds no token", shown(path))));
        }
        builder = builder.bearer_token(token);
    }
    Ok(builder)
}

async fn start(builder: EmulatorBuilder) -> Result<Server, Failure> {
    let started = builder.start().await;
    started.map_err(|error| Failure::invalid(error.to_string()).caused_by(&error))
}

fn announce(ui: &Ui, server: &Server, asked: SocketAddr) {
    ui.note(&format!(
        "{STRONG}Listening on {}{STRONG:#}. Stop with Ctrl-C. In another terminal:",
        server.url()
    ));
    ui.note(&format!(
        "Steer it, with faults, a clock and more, as {}/emulator/v1/openapi.yaml says",
        server.url()
    ));
    if asked.ip().is_unspecified() {
        ui.note(&format!(
            "Other machines reach it at port {}. This tool sends credentials over http to its own machine only, so on \
             another one it needs TLS in front, or a shared network namespace for containers.",
            server.address().port()
        ));
    }
}

fn read_seed(path: &Path) -> Result<Seed, Failure> {
    let text = read(path, "the seed")?;
    Seed::from_yaml(&text).map_err(|error| unusable(path, "the seed", &error))
}

/// A file's text, or with `-` that of standard input.
fn read(path: &Path, what: &str) -> Result<String, Failure> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| unusable(path, what, &error))
}

fn unusable(path: &Path, what: &str, error: &dyn std::error::Error) -> Failure {
    Failure::invalid(format!("{what} {} cannot be used", shown(path))).caused_by(error)
}

/// An address as people write it: without a host it is this machine's loopback.
fn listen(text: &str) -> Result<SocketAddr, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    if (host.is_empty() || host.eq_ignore_ascii_case("localhost"))
        && let Ok(port) = port.parse()
    {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    text.parse()
        .map_err(|_| "it is no address with a port, such as 127.0.0.1:8099 or :8099".to_owned())
}

fn rate_limit(text: &str) -> Result<RateLimit, String> {
    let form = || "it has the form REQUESTS/TIME, such as 10/1s".to_owned();
    let (requests, window) = text.split_once('/').ok_or_else(form)?;
    let window: Duration = duration::parse(window)?;
    Ok(RateLimit::new(
        requests.parse().map_err(|_| form())?,
        window,
    ))
}

/// The first connector of a seed, with its environment and cluster.
fn first(seed: &Seed) -> Option<(String, String, String)> {
    seed.environments.iter().find_map(|environment| {
        environment.clusters.iter().find_map(|cluster| {
            let connector = cluster.connectors.first()?;
            Some((
                environment.id.clone(),
                cluster.id.clone(),
                connector.name.clone(),
            ))
        })
    })
}

/// What a shell needs to point this and other tools at the emulator.
fn exports(server: &Server, served: &Served) -> String {
    use ccloud_connect::env;
    [
        (env::ENDPOINT, server.url()),
        (env::API_KEY, emulator::API_KEY.to_owned()),
        (env::API_SECRET, served.secret.clone()),
        (env::ENVIRONMENT, served.environment.clone()),
        (env::CLUSTER, served.cluster.clone()),
    ]
    .into_iter()
    .map(|(name, value)| format!("export {name}={}\n", quoted(&value)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        for (text, address) in [
            ("127.0.0.1:8099", "127.0.0.1:8099"),
            ("localhost:8099", "127.0.0.1:8099"),
            (":8099", "127.0.0.1:8099"),
            ("8099", "127.0.0.1:8099"),
            ("0.0.0.0:0", "0.0.0.0:0"),
            ("[::1]:7", "[::1]:7"),
        ] {
            assert_eq!(listen(text), Ok(address.parse().unwrap()), "{text}");
        }
        for text in ["", ":", "example.com:1", "127.0.0.1", "localhost:70000"] {
            assert!(listen(text).is_err(), "{text}");
        }
    }
}
