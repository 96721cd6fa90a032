//! The documents in the replies of the control.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::command::{ControlError, unknown};
use super::read::Finding;
use crate::backend::{ConnectorView, Simulated};
use crate::lock::lock;
use crate::reply::Reply;
use crate::seed;
use crate::service::Core;
use crate::{Operation, RecordedRequest};
use ccloud_connect_types::OffsetEntry;

/// The number of future requests that will meet a queued fault.
#[derive(Serialize, JsonSchema)]
pub(super) struct Faults {
    /// The number of requests of all operations together; 0 when no fault is queued.
    waiting: u64,
    /// The number of requests for each operation that has queued faults.
    operations: BTreeMap<Operation, u64>,
}

/// The time on the emulator's clock.
#[derive(Serialize, JsonSchema)]
pub(super) struct Clock {
    /// The current time on the emulator's clock, in the form of RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    now: String,
}

/// A connector of the simulated world.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Connector {
    /// The id of the connector's environment.
    pub(crate) environment: String,
    /// The id of the connector's Kafka cluster.
    pub(crate) cluster: String,
    #[serde(flatten)]
    pub(crate) connector: ConnectorView,
    /// The number of alterations that the connector has accepted, including those whose reply a fault replaced.
    pub(crate) accepted_alterations: u64,
    /// The connector's true current offsets, not those of a sample. Lists of connectors leave this member out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "seed::entries_schema")]
    pub(crate) offsets: Option<Vec<OffsetEntry>>,
}

/// The access tokens that the token exchange has issued.
#[derive(Serialize, JsonSchema)]
pub(super) struct Tokens {
    /// The number of issued tokens that were not revoked, including expired tokens.
    issued: usize,
}

/// Why a command was refused. A refused command changes nothing.
#[derive(Serialize, JsonSchema)]
pub(super) struct Refused {
    error: ErrorMembers,
    /// All errors in the command.
    findings: Vec<Finding>,
}

/// The member `error` of a refusal. It has the form that the service's own operations use.
#[derive(Serialize, JsonSchema)]
struct ErrorMembers {
    /// The HTTP status of the reply.
    code: u16,
    /// All errors in the command, as one text.
    message: String,
}

impl ControlError {
    /// The reply that reports the refusal.
    pub(crate) fn reply(&self) -> Reply {
        let error = ErrorMembers {
            code: self.status,
            message: self.to_string(),
        };
        let findings = self.findings.clone();
        Reply::status(self.status).json(&Refused { error, findings })
    }
}

impl Core {
    /// The simulated world. An error with a real Kafka Connect, whose connectors the control cannot change.
    pub(crate) fn world(&self) -> Result<&Simulated, ControlError> {
        self.backing.simulated().ok_or_else(|| {
            let message =
                "this emulator serves a real Kafka Connect, which the control cannot change";
            ControlError::new(409, message)
        })
    }

    pub(super) fn faults_view(&self) -> Faults {
        let operations = lock(&self.faults).waiting();
        let waiting = operations.values().sum();
        Faults {
            waiting,
            operations,
        }
    }

    pub(super) fn clock_view(&self) -> Clock {
        let now = self.timeline.timestamp(self.timeline.now()).to_string();
        Clock { now }
    }

    pub(super) fn connectors_view(&self) -> Result<Vec<Connector>, ControlError> {
        Ok(self.world()?.all())
    }

    pub(super) fn connector_view(&self, path: &[&str]) -> Result<Connector, ControlError> {
        let [environment, cluster, connector] = *path else {
            return Err(unknown(path));
        };
        let target = (environment, cluster, connector);
        self.world()?.view_of(target).map_err(unknown)
    }

    pub(super) fn requests_view(&self) -> Vec<RecordedRequest> {
        lock(&self.log).all()
    }

    pub(super) fn tokens_view(&self) -> Tokens {
        let issued = lock(&self.auth).issued();
        Tokens { issued }
    }
}

/// A request that reached the emulator, without credentials.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecordedRequest")]
struct Shown<'a> {
    /// The time at which the emulator recorded the request, after it had read the head and, where it reads one, the body.
    #[schemars(extend("format" = "date-time"))]
    received_at: String,
    /// The method of the request.
    method: &'a str,
    /// The path and query of the request, exactly as the client sent them.
    path: &'a str,
    /// The operation of the request; left out when no operation has this path and method.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Operation")]
    operation: Option<Operation>,
    /// The headers of the request by name. Credentials in them are not shown.
    headers: BTreeMap<&'a str, String>,
    /// The body of the request. Empty when the body was incomplete, too large, or not read because of a fault. Null when the
    /// body is not text, and for a request of the token exchange.
    body: Option<&'a str>,
    /// The body of the request in base64, when the body is not text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
    /// The HTTP status of the reply; null before the reply, and when the connection ended or stays open without a reply.
    status: Option<u16>,
    /// Whether the request was an alteration that was accepted, even if a fault replaced the reply.
    accepted: bool,
}

impl<'a> From<&'a RecordedRequest> for Shown<'a> {
    fn from(request: &'a RecordedRequest) -> Self {
        let mut headers: BTreeMap<&str, String> = BTreeMap::new();
        for (name, value) in &request.headers {
            let text = String::from_utf8_lossy(value.as_bytes());
            let text = match text.split_once(' ') {
                Some((scheme, _)) if value.is_sensitive() => format!("{scheme} (not shown)"),
                None if value.is_sensitive() => "(not shown)".to_owned(),
                _ => text.into_owned(),
            };
            let values = headers.entry(name.as_str()).or_default();
            if !values.is_empty() {
                values.push_str(", ");
            }
            values.push_str(&text);
        }
        let text = std::str::from_utf8(&request.body);
        let secret = request.operation == Some(Operation::Token);
        Self {
            received_at: request.received_at.to_string(),
            method: request.method.as_str(),
            path: &request.path,
            operation: request.operation,
            headers,
            body: text.ok().filter(|_| !secret),
            body_base64: (text.is_err() && !secret).then(|| BASE64_STANDARD.encode(&request.body)),
            status: request.status.map(|status| status.as_u16()),
            accepted: request.accepted,
        }
    }
}

impl Serialize for RecordedRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Shown::from(self).serialize(serializer)
    }
}

impl JsonSchema for RecordedRequest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Shown::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Shown::json_schema(generator)
    }
}
