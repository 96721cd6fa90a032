//! The commands to an emulator, and the function that carries them out.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::read::{Finding, objects};
use crate::faults::Faults;
use crate::lock::lock;
use crate::seed;
use crate::service::Core;
use crate::timeline::Timeline;
use crate::{Assumptions, Fault, Operation};
use ccloud_connect_types::OffsetEntry;

/// A command to an emulator, in addition to the service's own operations. A refused command changes nothing.
///
/// ```
/// use ccloud_connect_emulator::{Command, Emulator};
/// # use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder().start().await?;
/// let before = emulator.now();
/// emulator.apply(Command::Advance(Duration::from_secs(86_400)))?;
/// assert!(emulator.now().since(before) >= Duration::from_secs(86_400));
/// emulator.apply(Command::Reset)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Command {
    /// Queues a fault for the next requests of an operation. The queued faults take at most about 16 MiB.
    QueueFault(Operation, Fault),
    /// Drops all queued faults.
    ClearFaults,
    /// Switches [`Assumptions`] by name, as [`Assumptions::set`] does, for all later requests.
    Assume(BTreeMap<String, String>),
    /// Advances the emulator's clock. All advances together are limited to 100 years. Refused with a real Kafka Connect.
    Advance(Duration),
    /// Changes a connector of the simulated world. Refused with a real Kafka Connect.
    ChangeConnector {
        /// The id of the connector's environment.
        environment: String,
        /// The id of the connector's Kafka cluster.
        cluster: String,
        /// The connector's name.
        connector: String,
        /// The new values. Members that are left out stay unchanged.
        change: ConnectorChange,
    },
    /// Empties the request log.
    ClearRequests,
    /// Makes every access token invalid that the token exchange has issued.
    RevokeTokens,
    /// Restores the emulator to its state at the start. The connectors have the offsets and states of the seed, no
    /// alterations, and counts of zero. The assumptions are those of the start, and the clock is not advanced. There are no
    /// queued faults, no issued tokens, no logged requests, and no requests counted for the rate limit. The key, the address
    /// and the counter for `X-Request-Id` stay unchanged. Refused with a real Kafka Connect.
    Reset,
}

/// A change of a connector, which takes effect at once. Members that are left out stay unchanged.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ConnectorChange {
    /// The new offsets, which replace all current offsets: objects with `partition` and `offset`, or texts that contain such
    /// an object as JSON. The next request for the offsets shows them, because the change also takes a new sample.
    #[serde(deserialize_with = "some_entries")]
    #[schemars(schema_with = "seed::entries_schema")]
    pub offsets: Option<Vec<OffsetEntry>>,
    /// The new state. `RUNNING` starts the connector, `PAUSED` pauses it, and with `PROVISIONING` it is being set up. Any other
    /// text is shown as the state, and the connector processes nothing until it is paused and resumed, or until an alteration
    /// starts it again. While an alteration stops the connector, the state is shown as `PAUSED`.
    #[schemars(regex(pattern = "^[A-Z_]{1,40}$"))]
    pub state: Option<String>,
    /// The reason for the connector's state. Allowed only with a state other than `RUNNING`, `PAUSED` and `PROVISIONING`.
    pub trace: Option<String>,
    /// The tasks of the connector, numbered from 0, until the connector starts again. Default: one task in the state of the
    /// connector. The connector processes nothing while one of its tasks is not running.
    #[serde(deserialize_with = "objects")]
    pub tasks: Option<Vec<TaskChange>>,
}

/// The new state of a task.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TaskChange {
    /// The state of the task, such as `RUNNING` or `FAILED`. Default `RUNNING`.
    #[schemars(regex(pattern = "^[A-Z_]{1,40}$"))]
    pub state: Option<String>,
    /// The reason for the task's state. Default: no reason.
    pub trace: Option<String>,
}

fn some_entries<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<OffsetEntry>>, D::Error> {
    seed::entries(deserializer).map(Some)
}

impl ConnectorChange {
    /// The errors in the change, checked for the kind of this connector.
    pub(crate) fn findings(&self, connector: &seed::Connector) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.offsets.is_some() && !connector.has_offsets() {
            findings.push(Finding::new(
                "/offsets",
                "this connector has no offset management",
            ));
        }
        let stated = ["RUNNING", "PAUSED", "PROVISIONING"];
        let says_more = self
            .state
            .as_ref()
            .is_some_and(|state| !stated.contains(&&**state));
        if self.trace.is_some() && !says_more {
            let message = format!(
                "a trace is allowed only with a state other than {}",
                stated.join(", ")
            );
            findings.push(Finding::new("/trace", message));
        }
        for (index, entry) in self.offsets.iter().flatten().enumerate() {
            if let Err(problem) = connector.partition_of(entry) {
                findings.push(Finding::new(format!("/offsets/{index}"), problem));
            }
        }
        let states = self.tasks.iter().flatten().enumerate();
        let states = states.map(|(index, task)| (format!("/tasks/{index}/state"), &task.state));
        for (place, state) in states.chain([("/state".to_owned(), &self.state)]) {
            let sound = |state: &String| {
                (1..=40).contains(&state.len())
                    && state.chars().all(|c| c.is_ascii_uppercase() || c == '_')
            };
            if !state.as_ref().is_none_or(sound) {
                findings.push(Finding::new(
                    place,
                    "a state has 1 to 40 characters: capital letters and _",
                ));
            }
        }
        findings
    }
}

/// Why a command was refused, with all errors in it. A refused command changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlError {
    pub(super) status: u16,
    pub(super) findings: Vec<Finding>,
}

impl ControlError {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        let findings = vec![Finding::new("", message)];
        Self { status, findings }
    }
}

/// Makes the refusal of a command from the errors in it.
impl From<Vec<Finding>> for ControlError {
    fn from(findings: Vec<Finding>) -> Self {
        let status = 400;
        Self { status, findings }
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was changed")?;
        for finding in &self.findings {
            write!(f, "; {finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ControlError {}

impl Core {
    /// Carries out a command from Rust or from an HTTP request.
    pub(crate) fn apply(&self, command: Command) -> Result<(), ControlError> {
        match command {
            Command::QueueFault(operation, fault) => {
                refuse(fault.findings(operation))?;
                if !lock(&self.faults).push(operation, fault) {
                    let most = Faults::MOST_BYTES / (1024 * 1024);
                    let message = format!("the queued faults would take more than {most} MiB");
                    return Err(ControlError::new(409, message));
                }
            }
            Command::ClearFaults => *lock(&self.faults) = Faults::default(),
            Command::Assume(values) => {
                let mut assumptions = lock(&self.assumptions);
                *assumptions = changed(*assumptions, values)?;
            }
            Command::Advance(by) => {
                self.world()?;
                if !self.timeline.advance(by) {
                    let most = Timeline::FURTHEST.as_secs();
                    let message =
                        format!("the clock can be advanced by at most {most} seconds in total");
                    return Err(vec![Finding::new("/seconds", message)].into());
                }
            }
            Command::ChangeConnector {
                environment,
                cluster,
                connector,
                change,
            } => {
                let target = (&*environment, &*cluster, &*connector);
                self.world()?.change(target, change).map_err(unknown)??;
            }
            Command::ClearRequests => lock(&self.log).clear(),
            Command::RevokeTokens => lock(&self.auth).revoke(),
            Command::Reset => {
                self.world()?.reset();
                *lock(&self.faults) = Faults::default();
                *lock(&self.assumptions) = self.assumed;
                lock(&self.log).clear();
                lock(&self.auth).revoke();
                if let Some(limiter) = &self.limiter {
                    lock(limiter).restart();
                }
            }
        }
        Ok(())
    }
}

fn changed(
    mut assumptions: Assumptions,
    values: BTreeMap<String, String>,
) -> Result<Assumptions, ControlError> {
    let mut findings = Vec::new();
    for (name, value) in values {
        if let Err(error) = assumptions.set(&name, &value) {
            findings.push(Finding::new(format!("/{name}"), error.to_string()));
        }
    }
    refuse(findings).map(|()| assumptions)
}

pub(super) fn refuse(findings: Vec<Finding>) -> Result<(), ControlError> {
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings.into())
    }
}

pub(super) fn unknown<T>(_: T) -> ControlError {
    ControlError::new(404, "there is no such connector in the simulated world")
}
