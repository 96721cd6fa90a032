//! What was seen after an alteration: a later sample, and the connector's state.

use std::time::Duration;

use super::Standing;
use super::judge::Verdict;
use crate::Timestamp;
use crate::model::ConnectorStatus;

/// What a later sample showed of one partition.
#[derive(Clone, Debug, Default)]
pub(super) struct Sighting {
    pub(super) verdict: Option<Verdict>,
    pub(super) seen: Standing,
}

/// What was seen after the alteration.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// One for each subject.
    pub(super) sightings: Vec<Sighting>,
    pub(super) observed_at: Option<Timestamp>,
    /// A sample was waited for.
    pub(super) sampled: bool,
    pub(super) state: Option<ConnectorStatus>,
    /// The state was looked at for so long, also in vain.
    pub(super) watched: Option<Duration>,
}
