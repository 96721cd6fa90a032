//! The facts about an operation that the errors of its requests need.

use std::fmt;

use super::{Answer, ErrorKind};
use crate::model::{ConnectorRef, EnvironmentId, KafkaClusterId};

/// Whether a request may be sent twice. Retries, the detection of a busy connector, and the effect that an error
/// reports depend on this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safety {
    /// The operation changes nothing.
    Reads,
    /// The operation changes something, and sending it twice has the same effect as sending it once. No operation uses
    /// this value yet.
    #[allow(dead_code, reason = "an operation that is added later may use it")]
    Idempotent,
    /// The operation changes something each time it is accepted.
    AtMostOnce,
}

/// The words that describe an operation in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// What the operation does: `reading the offsets`.
    pub(crate) doing: &'static str,
    /// What the operation requests: `alteration`, as in "The alteration may have been applied".
    pub(crate) request: &'static str,
    /// The advice after 404; `None` for the usual advice, which is to check the names and ids in the path.
    pub(crate) not_found: Option<&'static str>,
    /// What shows whether the request was carried out, after a failure that leaves this unknown.
    pub(crate) look_at: &'static str,
}

/// The connector or cluster that an operation is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Connector(ConnectorRef),
    Cluster(EnvironmentId, KafkaClusterId),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connector(path) => path.fmt(f),
            Self::Cluster(environment, cluster) => write!(f, "cluster {environment}/{cluster}"),
        }
    }
}

/// What a failed call shows of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The operation only reads.
    ReadOnly,
    /// The request was certainly not accepted.
    NotAccepted,
    /// The request was certainly accepted.
    Accepted,
    /// The request may or may not have been accepted.
    Unknown,
}

impl Effect {
    /// The effect of a failed request, as far as its own answer shows it. A plain refusal is certain. An acceptance is
    /// certain when the answer is a 202, or a success with an empty body, and does not come from a cache. A page with
    /// 200 is not certain, because it may come from a login portal.
    pub(crate) fn of(safety: Safety, kind: ErrorKind, answer: Option<&Answer>) -> Self {
        // A status that no standard defines does not show whether the request was accepted.
        let is_refusal = answer.is_some_and(|answer| (300..500).contains(&answer.status));
        let accepts = answer.is_some_and(|answer| {
            let is_empty = answer.is_whole && answer.body.is_empty();
            answer.age.is_zero() && (answer.status == 202 || is_empty)
        });
        match (safety, kind) {
            (Safety::Reads, _) => Self::ReadOnly,
            (_, ErrorKind::Unreadable) if accepts => Self::Accepted,
            (_, ErrorKind::Unexpected) if is_refusal => Self::NotAccepted,
            (
                _,
                ErrorKind::Unreadable
                | ErrorKind::Unexpected
                | ErrorKind::NoReply
                | ErrorKind::Timeout
                | ErrorKind::Server,
            ) => Self::Unknown,
            _ => Self::NotAccepted,
        }
    }
}
