//! The other operations on connectors that a tool needs: listing, reading, status, pausing and resuming.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::reply::Reply;
use super::seed::Kind;
use super::world::{Cluster, Connector, Rules, State};

/// Every connector of this emulator claims to run here.
const WORKER: &str = "emulator:8083";

#[derive(Serialize)]
struct Status<'a> {
    name: &'a str,
    r#type: &'static str,
    connector: ConnectorState,
    tasks: Vec<Task>,
}

#[derive(Serialize)]
struct ConnectorState {
    state: &'static str,
    worker_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
}

#[derive(Serialize)]
struct Task {
    id: u32,
    state: &'static str,
    worker_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    msg: Option<String>,
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
    id_type: &'static str,
}

#[derive(Serialize)]
struct Info<'a> {
    name: &'a str,
    r#type: &'static str,
    config: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct Read<'a> {
    #[serde(flatten)]
    info: Info<'a>,
    tasks: Vec<TaskId<'a>>,
}

#[derive(Serialize)]
struct TaskId<'a> {
    connector: &'a str,
    task: u32,
}

#[derive(Serialize)]
struct Expanded<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<Info<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
}

/// The state of a connector and of its one task.
pub(super) fn status(connector: &Connector) -> Reply {
    Reply::status(200).json(&status_of(connector))
}

/// What a connector is made of.
pub(super) fn read(connector: &Connector) -> Reply {
    let has_task = connector.state() != State::Provisioning;
    let task = has_task.then_some(TaskId {
        connector: &connector.seed.name,
        task: 0,
    });
    Reply::status(200).json(&Read {
        info: info_of(connector),
        tasks: task.into_iter().collect(),
    })
}

/// The names of a cluster's connectors, or the parts of them that `expand` asks for.
pub(super) fn list(
    cluster: &mut Cluster,
    query: Option<&str>,
    now: Duration,
    rules: &Rules,
) -> Reply {
    let expand = match expand(query.unwrap_or_default()) {
        Ok(expand) => expand,
        Err(problem) => return Reply::error(400, &problem),
    };
    if expand.is_empty() {
        return Reply::status(200).json(&cluster.connectors.keys().collect::<Vec<_>>());
    }
    let wants = |part: &str| expand.iter().any(|wanted| wanted == part);
    let (id, info, status) = (wants("id"), wants("info"), wants("status"));
    for connector in cluster.connectors.values_mut() {
        connector.settle(now, &cluster.topics, rules);
    }
    let connectors = cluster.connectors.values().map(|connector| {
        let expanded = Expanded {
            id: id.then_some(Id {
                id: &connector.seed.id,
                id_type: "ID",
            }),
            info: info.then(|| info_of(connector)),
            status: status.then(|| status_of(connector)),
        };
        (&connector.seed.name, expanded)
    });
    Reply::status(200).json(&connectors.collect::<BTreeMap<_, _>>())
}

fn expand(query: &str) -> Result<Vec<String>, String> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|error| format!("the query: {error}"))?;
    let values = pairs.iter().filter(|(key, _)| key == "expand");
    let parts: Vec<String> = values
        .flat_map(|(_, value)| value.split(','))
        .map(str::to_owned)
        .collect();
    match parts
        .iter()
        .find(|part| !["id", "info", "status"].contains(&part.as_str()))
    {
        Some(part) => Err(format!("expand: {part:?} is none of id, info, status")),
        None => Ok(parts),
    }
}

fn info_of(connector: &Connector) -> Info<'_> {
    let seed = &connector.seed;
    let origin = if seed.kind == Kind::Custom {
        "CUSTOM"
    } else {
        "MANAGED"
    };
    let own = [
        ("connector.class", seed.class.as_str()),
        ("name", &seed.name),
        ("confluent.connector.type", origin),
    ];
    let further = seed
        .config
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    Info {
        name: &seed.name,
        r#type: type_of(connector),
        config: own.into_iter().chain(further).collect(),
    }
}

fn status_of(connector: &Connector) -> Status<'_> {
    let state = connector.state();
    let reason = match &state {
        State::Failed(reason) => Some(reason.clone()),
        _ => None,
    };
    let has_task = state != State::Provisioning;
    Status {
        name: &connector.seed.name,
        r#type: type_of(connector),
        tasks: has_task
            .then(|| Task {
                id: 0,
                state: state.as_str(),
                worker_id: WORKER,
                msg: reason.clone(),
            })
            .into_iter()
            .collect(),
        connector: ConnectorState {
            state: state.as_str(),
            worker_id: WORKER,
            trace: reason,
        },
    }
}

fn type_of(connector: &Connector) -> &'static str {
    match connector.seed.kind {
        Kind::Sink => "sink",
        Kind::Source | Kind::Unsupported => "source",
        Kind::Custom => "unknown",
    }
}
