//! What an error has to know of the operation that failed, as data.

use std::fmt;

use super::{Answer, ErrorKind};
use crate::model::{ConnectorRef, EnvironmentId, KafkaClusterId};

/// Whether a request may be sent twice. Retry, the detection of a busy connector, and what an error says about the effect
/// follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safety {
    /// Changes nothing.
    Reads,
    /// Changes something, and sending it twice is the same as sending it once. Without a user so far.
    #[allow(dead_code, reason = "an operation of this kind needs no other edit")]
    Idempotent,
    /// Changes something each time that it is accepted.
    AtMostOnce,
}

/// An operation in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// What is being done: `reading the offsets`.
    pub(crate) doing: &'static str,
    /// What it asks for: `alteration`, as in "The alteration may have been applied".
    pub(crate) request: &'static str,
    /// What to check after 404, when it is not the name.
    pub(crate) not_found: Option<&'static str>,
    /// What shows whether the request was carried out, after a failure that leaves it open.
    pub(crate) look_at: &'static str,
}

/// What an operation is about.
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

/// What is known to have been changed after a failure.
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
    /// What a failed request leaves behind, as far as its own answer tells. Only an answer that plainly refuses it is
    /// certain, and only one that plainly accepts it: 202, or a success that ends with nothing in it, and neither kept by a
    /// cache. A page with 200 may be that of a portal.
    pub(crate) fn of(safety: Safety, kind: ErrorKind, answer: Option<&Answer>) -> Self {
        let status = answer.map_or(0, |answer| answer.status);
        let accepts = answer.is_some_and(|answer| {
            let is_empty = answer.is_whole && answer.body.is_empty();
            answer.age.is_zero() && (answer.status == 202 || is_empty)
        });
        match (safety, kind) {
            (Safety::Reads, _) => Self::ReadOnly,
            (_, ErrorKind::Unreadable) if accepts => Self::Accepted,
            (_, ErrorKind::Unexpected) if status >= 300 => Self::NotAccepted,
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
