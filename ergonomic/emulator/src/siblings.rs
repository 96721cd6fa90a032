//! The other operations that a tool needs: list and read connectors, their status, and the address of a Kafka cluster.

use std::collections::BTreeMap;

use serde::Serialize;

use super::backend::{ConnectorView, TaskView};
use super::reply::Reply;

#[derive(Serialize)]
struct Status<'a> {
    name: &'a str,
    r#type: &'a str,
    connector: ConnectorState<'a>,
    tasks: Vec<Task<'a>>,
}

#[derive(Serialize)]
struct ConnectorState<'a> {
    state: &'a str,
    worker_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a str>,
}

#[derive(Serialize)]
struct Task<'a> {
    id: u32,
    state: &'a str,
    worker_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    msg: Option<&'a str>,
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
    id_type: &'static str,
}

#[derive(Serialize)]
struct Info<'a> {
    name: &'a str,
    r#type: &'a str,
    config: &'a BTreeMap<String, String>,
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

/// The state of a connector and of its tasks.
pub(super) fn status(connector: &ConnectorView) -> Reply {
    Reply::status(200).json(&status_of(connector))
}

#[derive(Serialize)]
pub(super) struct Cluster<'a> {
    id: &'a str,
    spec: ClusterSpec<'a>,
}

#[derive(Serialize)]
struct ClusterSpec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kafka_bootstrap_endpoint: Option<&'a str>,
}

/// A Kafka cluster with its bootstrap address.
pub(super) fn cluster<'a>(id: &'a str, bootstrap: Option<&'a str>) -> Cluster<'a> {
    let spec = ClusterSpec {
        kafka_bootstrap_endpoint: bootstrap,
    };
    Cluster { id, spec }
}

/// A connector with its configuration.
pub(super) fn read(connector: &ConnectorView) -> Reply {
    let task = |task: &TaskView| TaskId {
        connector: &connector.name,
        task: task.id,
    };
    Reply::status(200).json(&Read {
        info: info_of(connector),
        tasks: connector.tasks.iter().map(task).collect(),
    })
}

/// Which parts of the connectors a list is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expand {
    id: bool,
    info: bool,
    status: bool,
}

impl Expand {
    /// Reads the query of a list.
    pub(super) fn of(query: Option<&str>) -> Result<Self, String> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query.unwrap_or_default())
            .map_err(|error| format!("the query: {error}"))?;
        let values = pairs.iter().filter(|(key, _)| key == "expand");
        let parts: Vec<&str> = values.flat_map(|(_, value)| value.split(',')).collect();
        if let Some(part) = parts
            .iter()
            .find(|part| !["id", "info", "status"].contains(part))
        {
            return Err(format!("expand: {part:?} is none of id, info, status"));
        }
        Ok(Self {
            id: parts.contains(&"id"),
            info: parts.contains(&"info"),
            status: parts.contains(&"status"),
        })
    }

    /// The names of the connectors, or the requested parts of each.
    pub(super) fn list(self, connectors: &[ConnectorView]) -> Reply {
        if !(self.id || self.info || self.status) {
            let names: Vec<&str> = connectors.iter().map(|c| c.name.as_str()).collect();
            return Reply::status(200).json(&names);
        }
        let expanded = connectors.iter().map(|connector| {
            let expanded = Expanded {
                id: self.id.then_some(Id {
                    id: &connector.id,
                    id_type: "ID",
                }),
                info: self.info.then(|| info_of(connector)),
                status: self.status.then(|| status_of(connector)),
            };
            (&connector.name, expanded)
        });
        Reply::status(200).json(&expanded.collect::<BTreeMap<_, _>>())
    }
}

fn info_of(connector: &ConnectorView) -> Info<'_> {
    Info {
        name: &connector.name,
        r#type: &connector.kind,
        config: &connector.config,
    }
}

fn status_of(connector: &ConnectorView) -> Status<'_> {
    let tasks = connector.tasks.iter().map(|task| Task {
        id: task.id,
        state: &task.state,
        worker_id: &task.worker,
        msg: task.trace.as_deref(),
    });
    Status {
        name: &connector.name,
        r#type: &connector.kind,
        connector: ConnectorState {
            state: &connector.state,
            worker_id: &connector.worker,
            trace: connector.trace.as_deref(),
        },
        tasks: tasks.collect(),
    }
}
