//! The identity of an alteration, and its state according to the request status.

use serde::{Deserialize, Serialize};

use super::outcome::{Facts, Outcome, unseen};
use super::same::is_request;
use crate::model::{AlterationStatus, ConnectorRef, Phase};
use crate::{AlterationType, OffsetEntry, Timestamp};

/// Identifies an accepted alteration, so that another process can wait for it. Holds no secret. Serialises as a small
/// JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlterationToken {
    /// The connector that is being altered.
    #[serde(flatten)]
    pub connector: ConnectorRef,
    /// The type of the request: PATCH or DELETE.
    #[serde(rename = "type")]
    pub kind: AlterationType,
    /// The time at which the service accepted the request. This time and the type identify the alteration, because the
    /// service gives out no id.
    pub requested_at: Timestamp,
    /// A digest of the entries, which decides when the status has another time within the same second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<u32>,
}

impl AlterationToken {
    /// The token of a request that is known from another source, such as
    /// [`Connector::latest_request`](crate::Connector::latest_request). Unlike
    /// [`Alteration::token`](super::Alteration::token), it does not tell two requests of one type within a second apart.
    pub fn new(connector: ConnectorRef, kind: AlterationType, requested_at: Timestamp) -> Self {
        Self {
            connector,
            kind,
            requested_at,
            digest: None,
        }
    }

    /// Decides whether a status is about this alteration; `known` holds the facts about the alteration so far. A status
    /// with an older request, even an APPLIED one, does not show this alteration yet. A newer request has superseded
    /// this alteration, because the service keeps only the latest request.
    pub(super) fn judge(&self, status: AlterationStatus, known: &Facts) -> Judged {
        let request = &status.request;
        let at = request.requested_at;
        let ours = is_request(request, &self.kind, self.requested_at, self.digest);
        let failed = match status.phase {
            _ if !ours && at < self.requested_at => return Judged::NotVisible,
            _ if !ours => return Judged::Superseded(status),
            Phase::Applied => false,
            Phase::Failed => true,
            phase => return Judged::InProgress(phase),
        };
        let known = known.clone();
        Judged::Ended(Ended {
            applied_at: status.applied_at,
            message: status.message,
            facts: Facts {
                id: Some(status.request.id),
                asked: known.asked.or(status.request.entries),
                previous: status.previous,
                failed,
                ..known
            },
        })
    }
}

/// What one read of the request status shows of an alteration.
pub(super) enum Judged {
    NotVisible,
    InProgress(Phase),
    Ended(Ended),
    Superseded(AlterationStatus),
}

impl Judged {
    /// The state as the status alone shows it, without any later sample.
    pub(super) fn into_state(self, token: &AlterationToken) -> AlterationState {
        match self {
            Self::NotVisible => AlterationState::NotVisible,
            Self::InProgress(phase) => AlterationState::InProgress(phase),
            Self::Superseded(status) => AlterationState::Superseded(status),
            Self::Ended(ended) => {
                let outcome = unseen(&ended.facts);
                if ended.facts.failed {
                    AlterationState::Failed(ended.failed(token, outcome))
                } else {
                    AlterationState::Applied(ended.applied(token, outcome))
                }
            }
        }
    }
}

/// An alteration that has ended as APPLIED or FAILED.
pub(super) struct Ended {
    pub(super) applied_at: Option<Timestamp>,
    message: Option<String>,
    pub(super) facts: Facts,
}

impl Ended {
    pub(super) fn applied(self, token: &AlterationToken, outcome: Outcome) -> Applied {
        Applied {
            requested_at: token.requested_at,
            applied_at: self.applied_at,
            message: self.message,
            previous: self.facts.previous,
            outcome,
        }
    }

    pub(super) fn failed(self, token: &AlterationToken, outcome: Outcome) -> FailedAlteration {
        FailedAlteration {
            token: token.clone(),
            message: self.message,
            previous: self.facts.previous,
            outcome,
        }
    }
}

/// How far an alteration has come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AlterationState {
    /// The status still shows an older request, and not this alteration.
    NotVisible,
    /// The alteration is under way; only [`Phase::Applied`] and [`Phase::Failed`] end it.
    InProgress(Phase),
    /// The alteration was applied.
    Applied(Applied),
    /// The alteration failed.
    Failed(FailedAlteration),
    /// A newer request has replaced this one in the status, so the end of the alteration can no longer be read.
    Superseded(AlterationStatus),
}

/// An alteration that was applied, and its outcome. The connector resumes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Applied {
    /// The time at which the service accepted the request.
    pub requested_at: Timestamp,
    /// The time at which the alteration was applied; `None` when the service does not give it.
    pub applied_at: Option<Timestamp>,
    /// The service's message about the alteration. A message that mentions externally managed offsets means that the
    /// connector's plugin did not check the offsets.
    pub message: Option<String>,
    /// The offsets before the alteration, which an undo restores; `None` when the service does not give them.
    pub previous: Option<Vec<OffsetEntry>>,
    /// What was seen after the alteration, as far as the options ask for it: see
    /// [`WaitOptions::confirm`](super::WaitOptions::confirm) and
    /// [`WaitOptions::watch_state`](super::WaitOptions::watch_state).
    pub outcome: Outcome,
}

/// An alteration that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FailedAlteration {
    /// The token of the alteration that failed.
    pub token: AlterationToken,
    /// The reason of the failure, in the service's words.
    pub message: Option<String>,
    /// The offsets before the alteration; `None` when the service does not give them.
    pub previous: Option<Vec<OffsetEntry>>,
    /// What the alteration changed although it failed, as far as later samples were read: a failed alteration of a sink
    /// may have moved some of its partitions (measured on Kafka Connect).
    pub outcome: Outcome,
}
