//! What can be seen of an emulator: the documents that the control answers with.

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

/// What the queued faults are waiting for.
#[derive(Serialize, JsonSchema)]
pub(super) struct Faults {
    /// How many requests will meet a fault; 0 when all have happened.
    waiting: u64,
    /// The same for each operation that has some.
    operations: BTreeMap<Operation, u64>,
}

/// The time in the emulator.
#[derive(Serialize, JsonSchema)]
pub(super) struct Clock {
    /// As RFC 3339 writes it.
    #[schemars(extend("format" = "date-time"))]
    now: String,
}

/// A connector of the simulated world.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Connector {
    /// Its environment.
    pub(crate) environment: String,
    /// Its Kafka cluster.
    pub(crate) cluster: String,
    #[serde(flatten)]
    pub(crate) connector: ConnectorView,
    /// How many alterations it has accepted, whatever was replied.
    pub(crate) accepted_alterations: u64,
    /// Its true offsets now, not a sample of them. Left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "seed::entries_schema")]
    pub(crate) offsets: Option<Vec<OffsetEntry>>,
}

/// Tokens that the token exchange has issued.
#[derive(Serialize, JsonSchema)]
pub(super) struct Tokens {
    /// How many have not been revoked, be they expired or not.
    issued: usize,
}

/// Why a command was refused. Nothing was changed.
#[derive(Serialize, JsonSchema)]
pub(super) struct Refused {
    error: ErrorMembers,
    /// Everything that is wrong.
    findings: Vec<Finding>,
}

/// The error as the service's own operations write it.
#[derive(Serialize, JsonSchema)]
struct ErrorMembers {
    /// The status of the reply.
    code: u16,
    /// What is wrong, in a sentence.
    message: String,
}

impl ControlError {
    /// The reply to the caller.
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
    /// The simulated world, where there is one.
    pub(crate) fn world(&self) -> Result<&Simulated, ControlError> {
        self.backing.simulated().ok_or_else(|| {
            let message = "this emulator serves a real Kafka Connect, which it does not steer";
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

/// A request as it is shown: without what lets a caller in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecordedRequest")]
struct Shown<'a> {
    /// When its head had been read.
    #[schemars(extend("format" = "date-time"))]
    received_at: String,
    /// Its method.
    method: &'a str,
    /// Its path and query as they were sent.
    path: &'a str,
    /// What it asked for; left out when nothing that exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Operation")]
    operation: Option<Operation>,
    /// Its headers by name. Credentials are not shown.
    headers: BTreeMap<&'a str, String>,
    /// Its body, as far as it was read; null where it is no text, or holds the token that is exchanged.
    body: Option<&'a str>,
    /// A body that is no text, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
    /// The status of the reply; null while there is none, and when the connection was reset or left hanging.
    status: Option<u16>,
    /// Whether it was an alteration that took effect, whatever the reply said.
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
