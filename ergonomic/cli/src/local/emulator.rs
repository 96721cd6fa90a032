//! `emulator`: runs the emulator as a local server.

use std::net::SocketAddr;
use std::path::Path;

use ccloud_connect::env;
use ccloud_connect_emulator::{
    self as emulator, Assumptions, Emulator as Server, EmulatorBuilder, Seed,
};

use crate::args::{Emulator, Shared};
use crate::failure::interrupt;
use crate::failure::{Exit, Failure};
use crate::session::connect;
use crate::text::decoded;
use crate::text::words::{quoted, shown};
use crate::ui::{NEXT, STRONG, Ui};

pub(crate) async fn emulator(ui: &Ui, args: Emulator, shared: &Shared) -> Result<Exit, Failure> {
    if args.print_seed {
        ui.print(Seed::built_in_yaml())?;
        return Ok(Exit::Done);
    }
    let is_real = !args.backend.is_empty();
    // In front of a real Kafka Connect, the key allows altering real connectors, so its secret must not be the public one.
    let secret = match is_real {
        true => connect::secret(),
        false => emulator::API_SECRET.to_owned(),
    };
    let mut builder = configure(&args, &secret)?;
    let mut first = None;
    if is_real {
        builder = builder.kafka_connect(connect::kafka_connect(&args.backend, shared)?);
    } else {
        let seed = match &args.seed {
            Some(path) => read(path, "the seed", |text| Seed::from_yaml(&text))?,
            None => Seed::built_in(),
        };
        let missing = || Failure::invalid("the seed has no connector");
        first = Some(first_of(&seed).ok_or_else(missing)?);
        builder = builder.seed(seed).speed(args.speed);
    }
    let server = builder.start().await;
    let server = server.map_err(|error| Failure::invalid(error.to_string()).caused_by(&error))?;
    let (place, command) = match first {
        Some((place, connector)) => (place, format!("get {}", quoted(&connector))),
        None => {
            let (environment, cluster) = server.self_managed().unwrap_or_default();
            (
                (environment.to_owned(), cluster.to_owned()),
                "list".to_owned(),
            )
        }
    };
    let interrupted = interrupt::asked();
    announce(ui, &server, args.listen);
    ui.note("In another terminal:");
    ui.print(&exports(&server, secret, place))?;
    ui.note(&format!("{NEXT}ccloud-offsets {command}{NEXT:#}"));
    interrupted.await;
    if is_real {
        ui.note("Stopping as soon as each connector that was stopped for an alteration is back in its earlier state");
    }
    server
        .shutdown()
        .await
        .iter()
        .for_each(|left| ui.warn(left));
    Ok(Exit::Done)
}

/// The settings that do not depend on the backend.
fn configure(args: &Emulator, secret: &str) -> Result<EmulatorBuilder, Failure> {
    let mut assumptions = Assumptions::default();
    for assumption in &args.assume {
        let (name, value) = assumption.split_once('=').ok_or_else(|| {
            Failure::invalid(format!(
                "--assume {assumption}: expected NAME=VALUE, such as busy=bad_request"
            ))
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
        let token = read(path, "the token", Ok::<_, std::io::Error>)?;
        let token = token.trim().to_owned();
        if token.is_empty() {
            return Err(Failure::invalid(format!(
                "{} contains no token",
                shown(path)
            )));
        }
        builder = builder.bearer_token(token);
    }
    Ok(builder)
}

fn announce(ui: &Ui, server: &Server, asked: SocketAddr) {
    ui.note(&format!(
        "{STRONG}Listening on {}{STRONG:#}. Stop with Ctrl-C",
        server.url()
    ));
    let wish = match server.self_managed() {
        Some(_) => {
            ui.note(
                "The emulator alters the offsets of real connectors: it stops a connector for each alteration, and then restores the connector's state",
            );
            "To queue faults"
        }
        None => "To queue faults or to advance the emulator's clock",
    };
    ui.note(&format!(
        "{wish}, see {}/emulator/v1/openapi.yaml",
        server.url()
    ));
    if asked.ip().is_unspecified() {
        ui.note(&format!(
            "Other machines reach the emulator at port {}. ccloud-offsets sends credentials over http only to its own machine: \
             to use it on another machine, put TLS in front of the emulator; in containers, share a network namespace.",
            server.address().port()
        ));
    }
}

/// Reads a file, and makes a value from its text.
fn read<T, E: std::error::Error + 'static>(
    path: &Path,
    what: &str,
    make: impl FnOnce(String) -> Result<T, E>,
) -> Result<T, Failure> {
    let unusable = || Failure::invalid(format!("{what} {} cannot be used", shown(path)));
    let text = decoded::read(path).map_err(|error| unusable().caused_by(&error))?;
    make(text).map_err(|error| unusable().caused_by(&error))
}

/// The environment and the cluster of the first connector of a seed, and its name.
fn first_of(seed: &Seed) -> Option<((String, String), String)> {
    seed.environments.iter().find_map(|environment| {
        environment.clusters.iter().find_map(|cluster| {
            let connector = cluster.connectors.first()?.name.clone();
            Some(((environment.id.clone(), cluster.id.clone()), connector))
        })
    })
}

/// The shell commands that set the variables with which this tool and others reach the emulator.
fn exports(server: &Server, secret: String, (environment, cluster): (String, String)) -> String {
    [
        (env::ENDPOINT, server.url()),
        (env::API_KEY, emulator::API_KEY.to_owned()),
        (env::API_SECRET, secret),
        (env::ENVIRONMENT, environment),
        (env::CLUSTER, cluster),
    ]
    .into_iter()
    .map(|(name, value)| format!("export {name}={}\n", quoted(&value)))
    .collect()
}
