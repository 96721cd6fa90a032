//! The table of what is served below `/emulator/v1`. Requests are answered from it, and the page is made from it.

use std::sync::LazyLock;

use http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::command::{Command, ConnectorChange, ControlError};
use super::read::read;
use super::seconds::Seconds;
use crate::reply::Reply;
use crate::service::Core;
use crate::{Assumptions, Fault, Operation};

type View<V> = fn(&Core, &[&str]) -> Result<V, ControlError>;
type SchemaOf = fn(&mut SchemaGenerator) -> Schema;
type Perform = Box<dyn Fn(&Core, &[&str], &[u8]) -> Result<Reply, ControlError> + Send + Sync>;

/// One request that the control serves.
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// The schema of the body, where there is one.
    pub(super) body: Option<SchemaOf>,
    pub(super) answer: SchemaOf,
    pub(super) perform: Perform,
}

/// A duration to advance by.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "Advance")]
struct Advance {
    /// The number of seconds by which the clock advances.
    seconds: Seconds,
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let connector = "/environments/{environment}/clusters/{cluster}/connectors/{connector}";
    vec![
        look(
            "getFaults",
            "/faults",
            "The number of requests that will meet a queued fault",
            |core, _| Ok(core.faults_view()),
        ),
        change(
            "queueFault",
            Method::POST,
            "/faults/{operation}",
            "Queue a fault for the next requests of an operation",
            |path, fault: Fault| Ok(Command::QueueFault(operation(path)?, fault)),
            |core, _| Ok(core.faults_view()),
        ),
        act(
            "clearFaults",
            Method::DELETE,
            "/faults",
            "Drop all queued faults",
            Command::ClearFaults,
            |core, _| Ok(core.faults_view()),
        ),
        look(
            "getAssumptions",
            "/assumptions",
            "The assumptions about the service",
            |core, _| Ok(core.assumptions()),
        ),
        Row {
            body: Some(SchemaGenerator::subschema_for::<Assumptions>),
            ..change(
                "switchAssumptions",
                Method::PATCH,
                "/assumptions",
                "Switch the named assumptions",
                |_, values| Ok(Command::Assume(values)),
                |core, _| Ok(core.assumptions()),
            )
        },
        look(
            "getClock",
            "/clock",
            "The time in the emulator",
            |core, _| Ok(core.clock_view()),
        ),
        change(
            "advanceClock",
            Method::POST,
            "/clock/advance",
            "Advance the clock",
            |_, by: Advance| Ok(Command::Advance(by.seconds.0)),
            |core, _| Ok(core.clock_view()),
        ),
        look(
            "listConnectors",
            "/connectors",
            "All connectors, with the counts of accepted alterations",
            |core, _| core.connectors_view(),
        ),
        look(
            "getConnector",
            connector,
            "A connector with its true offsets",
            Core::connector_view,
        ),
        change(
            "changeConnector",
            Method::PATCH,
            connector,
            "Set offsets, state or tasks of a connector",
            |path, change: ConnectorChange| {
                let at = |index: usize| path.get(index).copied().unwrap_or_default().to_owned();
                let (environment, cluster, connector) = (at(0), at(1), at(2));
                Ok(Command::ChangeConnector {
                    environment,
                    cluster,
                    connector,
                    change,
                })
            },
            Core::connector_view,
        ),
        look(
            "getRequests",
            "/requests",
            "The requests that have arrived, oldest first",
            |core, _| Ok(core.requests_view()),
        ),
        act(
            "clearRequests",
            Method::DELETE,
            "/requests",
            "Empty the request log",
            Command::ClearRequests,
            |core, _| Ok(core.requests_view()),
        ),
        act(
            "revokeTokens",
            Method::DELETE,
            "/tokens",
            "Make all issued access tokens invalid",
            Command::RevokeTokens,
            |core, _| Ok(core.tokens_view()),
        ),
        act(
            "reset",
            Method::POST,
            "/reset",
            "Restore everything to its state at the start",
            Command::Reset,
            |core, _| core.connectors_view(),
        ),
    ]
});

fn look<V: Serialize + JsonSchema + 'static>(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    view: View<V>,
) -> Row {
    row(id, Method::GET, path, summary, |_, _| Ok(None), view)
}

fn act<V: Serialize + JsonSchema + 'static>(
    id: &'static str,
    method: Method,
    path: &'static str,
    summary: &'static str,
    command: Command,
    view: View<V>,
) -> Row {
    let parse = move |_: &[&str], body: &[u8]| {
        if body.is_empty() {
            Ok(Some(command.clone()))
        } else {
            Err(ControlError::new(400, "no body is expected"))
        }
    };
    row(id, method, path, summary, parse, view)
}

fn change<B: DeserializeOwned + JsonSchema + 'static, V: Serialize + JsonSchema + 'static>(
    id: &'static str,
    method: Method,
    path: &'static str,
    summary: &'static str,
    command: fn(&[&str], B) -> Result<Command, ControlError>,
    view: View<V>,
) -> Row {
    let parse = move |path: &[&str], body: &[u8]| command(path, read(body)?).map(Some);
    Row {
        body: Some(SchemaGenerator::subschema_for::<B>),
        ..row(id, method, path, summary, parse, view)
    }
}

/// Every answer shows the changed thing as it is after the change.
fn row<V: Serialize + JsonSchema + 'static>(
    id: &'static str,
    method: Method,
    path: &'static str,
    summary: &'static str,
    parse: impl Fn(&[&str], &[u8]) -> Result<Option<Command>, ControlError> + Send + Sync + 'static,
    view: View<V>,
) -> Row {
    Row {
        id,
        method,
        path,
        summary,
        body: None,
        answer: SchemaGenerator::subschema_for::<V>,
        perform: Box::new(move |core, path, body| {
            if let Some(command) = parse(path, body)? {
                core.apply(command)?;
            }
            Ok(Reply::status(200).json(&view(core, path)?))
        }),
    }
}

pub(super) fn rows() -> &'static [Row] {
    &TABLE
}

fn operation(path: &[&str]) -> Result<Operation, ControlError> {
    let name = path.first().copied().unwrap_or_default();
    serde_json::from_value(name.into())
        .map_err(|error| ControlError::new(404, format!("the operation in the path: {error}")))
}
