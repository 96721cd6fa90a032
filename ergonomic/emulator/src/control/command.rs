//! What can be asked of an emulator, and how it is carried out.

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

/// What can be asked of an emulator, beside the service's own operations. A command that is refused changes nothing.
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
    /// Queues a fault for the next request, or requests, of an operation. The queued faults take up to about 16 MiB.
    QueueFault(Operation, Fault),
    /// Drops all queued faults.
    ClearFaults,
    /// Switches [`Assumptions`] by name, as [`Assumptions::set`] does, for all requests that arrive from now on.
    Assume(BTreeMap<String, String>),
    /// Moves the emulator's clock on, by up to 100 years in all; not with a real Kafka Connect.
    Advance(Duration),
    /// Changes a connector of the simulated world.
    ChangeConnector {
        /// The environment.
        environment: String,
        /// The Kafka cluster.
        cluster: String,
        /// The connector's name.
        connector: String,
        /// What is changed.
        change: ConnectorChange,
    },
    /// Empties the request log.
    ClearRequests,
    /// Makes every token that the token exchange has issued invalid, as a revocation would.
    RevokeTokens,
    /// Makes the emulator as it was when it started: connectors with their offsets, states, alterations and the counts of
    /// those from the seed; the assumptions it was started with; no faults, no issued tokens, no requests in the log, a new
    /// window of the rate limit; and a clock that has not been moved on. Key, address and the count behind
    /// `X-Request-Id` stay. Not with a real Kafka Connect.
    Reset,
}

/// What is changed of a connector at once; what is not said stays.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ConnectorChange {
    /// Its offsets, in place of all that it has: objects with `partition` and `offset`, or texts that hold the JSON of one.
    /// The next answer shows them, as if a sample had just been taken.
    #[serde(deserialize_with = "some_entries")]
    #[schemars(schema_with = "seed::entries_schema")]
    pub offsets: Option<Vec<OffsetEntry>>,
    /// Its state: `RUNNING`, `PAUSED` and `PROVISIONING` do what they say. Any other text is shown, and the connector stands
    /// still, until it is resumed or an alteration starts it again. While an alteration stops it, it shows `PAUSED`.
    #[schemars(regex(pattern = "^[A-Z_]{1,40}$"))]
    pub state: Option<String>,
    /// Why it is in that state; shown with one that is none of the three.
    pub trace: Option<String>,
    /// Its tasks, numbered from 0, until it starts again. Default: one, in the state of the connector. The connector stands
    /// still while one of them does not run.
    #[serde(deserialize_with = "objects")]
    pub tasks: Option<Vec<TaskChange>>,
}

/// How a task does.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TaskChange {
    /// Its state, such as `RUNNING` or `FAILED`. Default `RUNNING`.
    #[schemars(regex(pattern = "^[A-Z_]{1,40}$"))]
    pub state: Option<String>,
    /// Why it is in that state.
    pub trace: Option<String>,
}

fn some_entries<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<OffsetEntry>>, D::Error> {
    seed::entries(deserializer).map(Some)
}

impl ConnectorChange {
    /// What is wrong with it, for a connector of this kind.
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
            let message = format!("it goes with a state that is none of {}", stated.join(", "));
            findings.push(Finding::new("/trace", message));
        }
        for (index, entry) in self.offsets.iter().flatten().enumerate() {
            if let Some(problem) = connector.problem_of(entry) {
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
                    "a state is 1 to 40 capital letters and _",
                ));
            }
        }
        findings
    }
}

/// A command that was refused, with everything that is wrong with it. Nothing was changed.
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

/// Refuses a command with which something is wrong.
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
    /// Carries out a command that comes from Rust or over HTTP.
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
                    let message = format!("the clock can be moved on by {most} seconds in all");
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
