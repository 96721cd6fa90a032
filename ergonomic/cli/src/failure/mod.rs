//! The failure of a command: its text for a person, its object for a program, and its exit code.
//!
//! This module prints nothing.

pub(crate) mod interrupt;

use std::error::Error as _;
use std::sync::atomic::{AtomicU8, Ordering};

use ccloud_connect::finding::{Finding, Report};
use ccloud_connect::{
    AlterationToken, ConnectorRef, ConnectorState, Error, ErrorKind, Movement, Outcome,
    PartitionOutcome, Standing, WaitError,
};
use serde::Serialize;

/// The number of the signal that interrupted the command. Until a signal comes, it is 2, the number of Ctrl-C's signal.
static SIGNAL: AtomicU8 = AtomicU8::new(2);

/// Records the signal that interrupted the command. The exit code becomes 128 plus the signal's number, as in a shell.
pub(crate) fn interrupted_by(signal: u8) {
    SIGNAL.store(signal, Ordering::Relaxed);
}

/// The exit codes, which `help topics` documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Unexpected = 1,
    Invalid = 2,
    Denied = 3,
    NotFound = 4,
    Busy = 5,
    Unavailable = 6,
    Failed = 7,
    Pending = 8,
    Unknown = 9,
    NotAsPlanned = 10,
    WouldChange = 11,
    Interrupted = 130,
}

impl Exit {
    /// The code that the process ends with.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Interrupted => 128 + SIGNAL.load(Ordering::Relaxed),
            exit => exit as u8,
        }
    }
}

/// Whether the connector's offsets were changed when the command failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Changed {
    No,
    Unknown,
    Yes,
}

#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) details: Box<Details>,
}

/// The details of a failure. They serialise as the error object of `-o json`.
#[derive(Debug, Serialize)]
pub(crate) struct Details {
    exit_code: u8,
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) changed: Changed,
    #[serde(skip_serializing_if = "Option::is_none")]
    connector: Option<ConnectorRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<Http>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) causes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

impl Details {
    /// The connector's name, environment and cluster as text; `None` when the message already contains the name.
    pub(crate) fn connector_unless_named(&self) -> Option<String> {
        let path = self.connector.as_ref()?;
        let name = path.connector.as_str();
        let is_named = self.message.contains(name) || self.message.contains(&format!("{name:?}"));
        (!is_named).then(|| {
            format!(
                "{name:?} in environment {}, cluster {}",
                path.environment, path.cluster
            )
        })
    }

    /// The text that says whether offsets were changed; `None` when the command cannot change anything.
    pub(crate) fn effect(&self, alters: bool) -> Option<&'static str> {
        match self.changed {
            Changed::No => alters.then_some("nothing"),
            Changed::Unknown if self.kind == "pending" => {
                Some("perhaps; the alteration may still be in progress")
            }
            Changed::Unknown => Some("perhaps; read the offsets before sending again"),
            Changed::Yes if self.kind == "failed" => Some("yes, as the partitions above show"),
            Changed::Yes => Some("yes, the alteration was applied"),
        }
    }
}

/// The service's answer to the request that failed.
#[derive(Debug, Serialize)]
struct Http {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    attempts: u32,
}

impl Failure {
    pub(crate) fn new(exit: Exit, kind: &'static str, message: impl Into<String>) -> Self {
        let details = Details {
            exit_code: exit.code(),
            kind,
            message: message.into(),
            changed: Changed::No,
            connector: None,
            http: None,
            findings: Vec::new(),
            causes: Vec::new(),
            tip: None,
            next: None,
        };
        Self {
            exit,
            details: Box::new(details),
        }
    }

    /// A failure that only a mistake in this tool can cause.
    pub(crate) fn unexpected(error: impl std::error::Error + 'static) -> Self {
        Self::new(Exit::Unexpected, "unexpected", error.to_string()).caused_by(&error)
    }

    /// A failure because of invalid input. The command was refused before anything was sent.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Exit::Invalid, "invalid", message)
    }

    pub(crate) fn about(mut self, connector: &ConnectorRef) -> Self {
        self.details.connector = Some(connector.clone());
        self
    }

    pub(crate) fn adding(mut self, sentence: &str) -> Self {
        self.details.message += &format!(". {sentence}");
        self
    }

    pub(crate) fn changed(mut self, changed: Changed) -> Self {
        self.details.changed = changed;
        self
    }

    pub(crate) fn findings(mut self, report: &Report) -> Self {
        self.details.findings = report.findings().to_vec();
        self
    }

    pub(crate) fn tip(mut self, tip: Option<String>) -> Self {
        self.details.tip = tip;
        self
    }

    pub(crate) fn next(mut self, command: impl Into<String>) -> Self {
        self.details.next = Some(command.into());
        self
    }

    pub(crate) fn caused_by(mut self, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut chain: Vec<String> = Vec::new();
        let mut cause = Some(error);
        while let Some(error) = cause {
            let text = match error.downcast_ref::<Error>() {
                // The failure has advice of its own, so the advice of the cause is left out.
                Some(error) => error.without_advice().to_string(),
                None => error.to_string(),
            };
            // Some errors repeat the text of their source, which need not appear twice.
            if !chain.iter().any(|cause| cause.contains(&text)) {
                chain.push(text);
            }
            cause = error.source();
        }
        // When the message already contains the last cause, the causes before it add nothing.
        let message = &self.details.message;
        if !chain
            .last()
            .is_some_and(|innermost| message.contains(innermost))
        {
            chain.retain(|cause| !message.contains(cause));
            self.details.causes.append(&mut chain);
        }
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = exit_of(&error);
        let changed = if error.may_have_been_applied() {
            Changed::Unknown
        } else {
            Changed::No
        };
        // For `Unknown`, the line `changed:` gives the advice to read the offsets, so the message has no advice.
        let message = match changed {
            Changed::Unknown => format!("{:#}", error.without_advice()),
            _ => format!("{error:#}"),
        };
        let mut failure = Self::new(exit, error.kind().as_str(), message).changed(changed);
        failure.details.connector = error.connector().cloned();
        failure.details.http = error.status().map(|status| Http {
            status,
            code: error.code().map(str::to_owned),
            message: error.message().map(str::to_owned),
            request_id: error.request_id().map(str::to_owned),
            retry_after_seconds: error.retry_after().map(|wait| wait.as_secs()),
            attempts: error.attempts(),
        });
        match (error.findings(), error.source()) {
            (Some(invalid), _) => failure.details.findings = invalid.report().findings().to_vec(),
            (None, Some(source)) => failure = failure.caused_by(source),
            (None, None) => {}
        }
        failure
    }
}

fn exit_of(error: &Error) -> Exit {
    if error.may_have_been_applied() {
        return Exit::Unknown;
    }
    match error.kind() {
        ErrorKind::Invalid => Exit::Invalid,
        ErrorKind::BadRequest if matches!(error.status(), Some(400 | 413 | 422)) => Exit::Invalid,
        ErrorKind::Busy | ErrorKind::Conflict | ErrorKind::PlanOutdated | ErrorKind::Stale => {
            Exit::Busy
        }
        ErrorKind::SampleTooOld => Exit::Pending,
        ErrorKind::Credentials | ErrorKind::Unauthenticated | ErrorKind::Forbidden => Exit::Denied,
        ErrorKind::NotFound => Exit::NotFound,
        _ if error.is_transient() => Exit::Unavailable,
        _ => Exit::Unexpected,
    }
}

/// The token with which a later command can wait for the alteration again; `None` when another wait cannot help.
pub(crate) fn pick_up(error: &WaitError) -> Option<&AlterationToken> {
    match error {
        WaitError::TimedOut { token, .. } | WaitError::Refused { token, .. } => Some(token),
        _ => None,
    }
}

/// Whether later samples show every partition at the position before the alteration.
fn stands(outcome: &Outcome) -> bool {
    let same = |partition: &PartitionOutcome| partition.moved.direction == Movement::Same;
    outcome.observed_at.is_some()
        && !outcome.partitions.is_empty()
        && outcome.partitions.iter().all(same)
}

/// Whether a failed alteration changed positions nevertheless, as far as later samples show. A running sink at its earlier
/// position proves nothing: it may have gone back and read up to that position again.
fn changed_by_failed(outcome: &Outcome) -> Changed {
    let is_paused = outcome.state.as_ref().is_some_and(|state| {
        let rests = matches!(state.now, ConnectorState::Paused | ConnectorState::Stopped);
        rests && state.before.as_ref() == Some(&state.now)
    });
    let never_read = |partition: &PartitionOutcome| partition.now_at == Standing::Nowhere;
    let went = |partition: &PartitionOutcome| {
        !matches!(partition.moved.direction, Movement::Same | Movement::Unseen)
    };
    if outcome.partitions.iter().any(went) {
        Changed::Yes
    } else if stands(outcome) && (is_paused || outcome.partitions.iter().all(never_read)) {
        Changed::No
    } else {
        Changed::Unknown
    }
}

impl From<WaitError> for Failure {
    fn from(error: WaitError) -> Self {
        let (exit, kind, changed) = match &error {
            WaitError::Failed(failed) => {
                (Exit::Failed, "failed", changed_by_failed(&failed.outcome))
            }
            WaitError::NotAsPlanned { .. } => (Exit::NotAsPlanned, "not-as-planned", Changed::Yes),
            WaitError::TimedOut { .. } => (Exit::Pending, "pending", Changed::Unknown),
            WaitError::Unconfirmed { .. } => (Exit::Pending, "unconfirmed", Changed::Yes),
            WaitError::Superseded { .. } => (Exit::Unknown, "superseded", Changed::Unknown),
            WaitError::Refused { .. } => (Exit::Unknown, "refused", Changed::Unknown),
            _ => (Exit::Unexpected, "unexpected", Changed::Unknown),
        };
        let message = match &error {
            // The findings, which are printed below the message, say what is not as planned.
            WaitError::NotAsPlanned { token, .. } => format!(
                "the alteration of {} was applied, but not as planned",
                token.connector
            ),
            error => error.without_advice().to_string(),
        };
        let mut failure = Self::new(exit, kind, message)
            .changed(changed)
            .about(error.connector());
        if matches!(&error, WaitError::Failed(failed) if stands(&failed.outcome)) {
            failure = failure
                .adding("A later sample shows every partition at its position before the request");
        }
        failure = failure.adding(error.advice());
        if let Some(outcome) = error.outcome() {
            failure.details.findings = outcome.findings.clone();
        }
        match error.source() {
            Some(source) => failure.caused_by(source),
            None => failure,
        }
    }
}
