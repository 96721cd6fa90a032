//! The emulator as a local server.

use ccloud_connect_emulator::{self as emulator, Emulator as Server, Seed};

use crate::args::Emulator;
use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::ui::{NEXT, STRONG, Ui};
use crate::words::{quoted, shown};

pub(crate) async fn emulator(ui: &Ui, args: Emulator) -> Result<Exit, Failure> {
    let seed = match &args.seed {
        None => Seed::built_in(),
        Some(path) => {
            let refuse = |error: &dyn std::error::Error| {
                Failure::invalid(format!("the seed {} cannot be used", shown(path)))
                    .caused_by(error)
            };
            let text = std::fs::read_to_string(path).map_err(|error| refuse(&error))?;
            Seed::from_yaml(&text).map_err(|error| refuse(&error))?
        }
    };
    let first = first(&seed).ok_or_else(|| Failure::invalid("the seed has no connector"))?;
    let builder = Server::builder()
        .listen(args.listen)
        .speed(args.speed)
        .seed(seed);
    let server = builder
        .start()
        .await
        .map_err(|error| Failure::invalid(error.to_string()).caused_by(&error))?;
    ui.note(&format!(
        "{STRONG}Listening on {}{STRONG:#}. Stop with Ctrl-C. In another terminal:",
        server.url()
    ));
    let (environment, cluster, connector) = first;
    ui.print(&exports(&server, &environment, &cluster))?;
    ui.note(&format!(
        "{NEXT}ccloud-offsets get {}{NEXT:#}",
        quoted(&connector)
    ));
    interrupt::asked().await;
    server.shutdown().await;
    Ok(Exit::Done)
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
fn exports(server: &Server, environment: &str, cluster: &str) -> String {
    use ccloud_connect::env;
    [
        (env::ENDPOINT, server.url()),
        (env::API_KEY, emulator::API_KEY.to_owned()),
        (env::API_SECRET, emulator::API_SECRET.to_owned()),
        (env::ENVIRONMENT, environment.to_owned()),
        (env::CLUSTER, cluster.to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| format!("export {name}={}\n", quoted(&value)))
    .collect()
}
