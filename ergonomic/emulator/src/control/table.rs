//! The table of the requests that are served below `/emulator/v1`. The emulator answers requests by this table, and the
//! OpenAPI description is made from it.

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
type Parse = dyn Fn(&[&str], &[u8]) -> Result<Command, ControlError> + Send + Sync;
type Show = dyn Fn(&Core, &[&str]) -> Result<Reply, ControlError> + Send + Sync;

/// One request that the control serves.
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// The schema of the request's body; `None` when the request has no body.
    pub(super) body: Option<SchemaOf>,
    pub(super) answer: SchemaOf,
    /// Makes a command from the path and the body; `None` when the request only reads.
    parse: Option<Box<Parse>>,
    show: Box<Show>,
}

/// By how much the emulator's clock advances.
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
        row(
            "getFaults",
            "/faults",
            "Get the number of future requests that will meet a queued fault",
            |core, _| Ok(core.faults_view()),
        ),
        row(
            "queueFault",
            "/faults/{operation}",
            "Queue a fault for the next requests of an operation",
            |core, _| Ok(core.faults_view()),
        )
        .takes(Method::POST, |path, fault: Fault| {
            Ok(Command::QueueFault(operation(path)?, fault))
        }),
        row(
            "clearFaults",
            "/faults",
            "Drop all queued faults",
            |core, _| Ok(core.faults_view()),
        )
        .acts(Method::DELETE, Command::ClearFaults),
        row(
            "getAssumptions",
            "/assumptions",
            "Get the assumptions about the service",
            |core, _| Ok(core.assumptions()),
        ),
        Row {
            body: Some(SchemaGenerator::subschema_for::<Assumptions>),
            ..row(
                "switchAssumptions",
                "/assumptions",
                "Switch the named assumptions",
                |core, _| Ok(core.assumptions()),
            )
            .takes(Method::PATCH, |_, values| Ok(Command::Assume(values)))
        },
        row(
            "getClock",
            "/clock",
            "Get the time on the emulator's clock",
            |core, _| Ok(core.clock_view()),
        ),
        row(
            "advanceClock",
            "/clock/advance",
            "Advance the emulator's clock",
            |core, _| Ok(core.clock_view()),
        )
        .takes(Method::POST, |_, by: Advance| {
            Ok(Command::Advance(by.seconds.0))
        }),
        row(
            "listConnectors",
            "/connectors",
            "List all connectors, with the number of alterations that each has accepted",
            |core, _| core.connectors_view(),
        ),
        row(
            "getConnector",
            connector,
            "Get a connector with its true current offsets",
            Core::connector_view,
        ),
        row(
            "changeConnector",
            connector,
            "Set the offsets, the state or the tasks of a connector",
            Core::connector_view,
        )
        .takes(Method::PATCH, |path, change: ConnectorChange| {
            let at = |index: usize| path.get(index).copied().unwrap_or_default().to_owned();
            let (environment, cluster, connector) = (at(0), at(1), at(2));
            Ok(Command::ChangeConnector {
                environment,
                cluster,
                connector,
                change,
            })
        }),
        row(
            "getRequests",
            "/requests",
            "Get the requests that have arrived, oldest first",
            |core, _| Ok(core.requests_view()),
        ),
        row(
            "clearRequests",
            "/requests",
            "Empty the request log",
            |core, _| Ok(core.requests_view()),
        )
        .acts(Method::DELETE, Command::ClearRequests),
        row(
            "revokeTokens",
            "/tokens",
            "Make all issued access tokens invalid",
            |core, _| Ok(core.tokens_view()),
        )
        .acts(Method::DELETE, Command::RevokeTokens),
        row(
            "reset",
            "/reset",
            "Restore everything to its state at the start",
            |core, _| core.connectors_view(),
        )
        .acts(Method::POST, Command::Reset),
    ]
});

/// Makes the row of a request that only reads. [`Row::acts`] or [`Row::takes`] turn it into a request that gives a command.
fn row<V: Serialize + JsonSchema + 'static>(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    view: View<V>,
) -> Row {
    Row {
        id,
        method: Method::GET,
        path,
        summary,
        body: None,
        answer: SchemaGenerator::subschema_for::<V>,
        parse: None,
        show: Box::new(move |core, path| Ok(Reply::status(200).json(&view(core, path)?))),
    }
}

impl Row {
    /// Makes the request give this command. The request has no body.
    fn acts(mut self, method: Method, command: Command) -> Self {
        self.method = method;
        self.parse = Some(Box::new(move |_, body| match body {
            [] => Ok(command.clone()),
            _ => Err(ControlError::new(400, "no body is expected")),
        }));
        self
    }

    /// Makes the request give a command that is made from its path and body.
    fn takes<B: DeserializeOwned + JsonSchema + 'static>(
        mut self,
        method: Method,
        command: fn(&[&str], B) -> Result<Command, ControlError>,
    ) -> Self {
        self.method = method;
        self.body = Some(SchemaGenerator::subschema_for::<B>);
        self.parse = Some(Box::new(move |path, body| command(path, read(body)?)));
        self
    }

    /// Carries out the request's command, if it gives one, and replies with the state after the change.
    pub(super) fn perform(
        &self,
        core: &Core,
        path: &[&str],
        body: &[u8],
    ) -> Result<Reply, ControlError> {
        if let Some(parse) = &self.parse {
            core.apply(parse(path, body)?)?;
        }
        (self.show)(core, path)
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
