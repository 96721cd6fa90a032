//! Translates a worker's answers, its errors, and the record of an alteration into the form in which the service shows them.

use std::collections::BTreeMap;

use ccloud_connect_types::OffsetEntry;
use serde::Deserialize;

use super::record::{Record, Stage};
use super::worker::Trouble;
use crate::backend::{AlterationView, ConnectorView, Denied, TaskView};
use crate::phase::Phase;

#[derive(Deserialize)]
pub(super) struct Root {
    pub(super) version: String,
    pub(super) kafka_cluster_id: String,
}

#[derive(Deserialize)]
pub(super) struct Expanded {
    pub(super) info: Info,
    pub(super) status: Status,
}

#[derive(Deserialize)]
pub(super) struct Info {
    pub(super) name: String,
    #[serde(default)]
    pub(super) config: BTreeMap<String, Option<String>>,
    pub(super) r#type: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) connector: OwnStatus,
    #[serde(default)]
    pub(super) tasks: Vec<TaskView>,
    pub(super) r#type: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct OwnStatus {
    pub(super) state: String,
    #[serde(default)]
    pub(super) worker_id: String,
    pub(super) trace: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Offsets {
    pub(super) offsets: Vec<OffsetEntry>,
}

/// Makes the service's view of a connector from a worker's answers. `altering` is true while an alteration has stopped the
/// connector.
pub(super) fn describe(info: Info, status: Status, altering: bool) -> ConnectorView {
    let failed = status
        .tasks
        .iter()
        .filter(|task| task.state == "FAILED")
        .count();
    let state = match status.connector.state.as_str() {
        // The service shows this state for a connector that it has stopped for an alteration.
        _ if altering => "PAUSED",
        // In Kafka Connect a connector stays RUNNING when its tasks have failed.
        "RUNNING" if failed > 0 && failed == status.tasks.len() => "FAILED",
        "RUNNING" if failed > 0 => "DEGRADED",
        other => other,
    };
    let trace = status.tasks.iter().find_map(|task| task.trace.clone());
    ConnectorView {
        state: state.to_owned(),
        trace: status.connector.trace.or(trace),
        worker: status.connector.worker_id,
        kind: info
            .r#type
            .or(status.r#type)
            .unwrap_or_else(|| "unknown".to_owned()),
        config: info.config.into_iter().filter_map(shown).collect(),
        id: info.name.clone(),
        name: info.name,
        tasks: status.tasks,
    }
}

/// A member of a connector's configuration. A value that may be secret is masked, as the service does.
fn shown((key, value): (String, Option<String>)) -> Option<(String, String)> {
    const KEYS: &str = "password passphrase secret token credential jaas private user.info key.pem api.key account.key master.key";
    let value = value?;
    let (lower, text) = (key.to_ascii_lowercase(), value.to_ascii_lowercase());
    // The user information of a URL may contain a password; so may its parameters.
    let user = text
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'));
    let masked = KEYS.split(' ').any(|word| lower.contains(word))
        || user.is_some_and(|(user, _)| user.contains(':'))
        || ["password=", "accountkey=", "sharedaccesskey="]
            .iter()
            .any(|word| text.contains(word));
    Some((
        key,
        if masked {
            "****************".to_owned()
        } else {
            value
        },
    ))
}

pub(super) fn deny(trouble: Trouble) -> Denied {
    match trouble {
        Trouble::Refused { status: 404, .. } => Denied::UnknownConnector,
        Trouble::Refused { status, message } if status >= 400 => {
            Denied::Refused { status, message }
        }
        other => Denied::Refused {
            status: 502,
            message: other.to_string(),
        },
    }
}

pub(super) fn view(record: &Record) -> AlterationView {
    let ended = record
        .outcome
        .as_ref()
        .filter(|_| record.stage == Stage::Done);
    AlterationView {
        id: record.connector.clone(),
        name: record.connector.clone(),
        kind: record.kind.clone(),
        offsets: record.offsets.clone(),
        requested_at: record.requested_at,
        phase: match ended {
            None => Phase::Pending,
            Some(outcome) if outcome.applied => Phase::Applied,
            Some(_) => Phase::Failed,
        },
        message: ended.map(|outcome| outcome.message.clone()),
        previous: record.previous.clone().filter(|_| ended.is_some()),
        applied_at: ended
            .filter(|outcome| outcome.applied)
            .map(|outcome| outcome.at),
    }
}
