//! The outcome of an alteration: the old and the new position of each partition, and the connector's state afterwards.
//!
//! `facts` holds what is known before any later sample is read. `judge` decides what a later sample shows of one
//! partition. `watch` reads samples and states. `assess` and `findings` combine everything. What was not seen is
//! reported as unknown: the service's APPLIED alone confirms no position.

mod assess;
mod display;
mod facts;
mod findings;
mod judge;
mod sighting;
mod watch;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(super) use facts::{Baseline, Facts};
pub(super) use watch::{Watch, unseen, watch};

use crate::finding::{Code, Finding, Severity};
use crate::model::{ConnectorState, TaskStatus};
use crate::plan::Way;
use crate::{RawJson, Timestamp};

/// The outcome of an alteration, as later samples and the connector's state show it.
///
/// Serialised as an object with these fields. Later versions may add members, and keep the existing ones. `Display`
/// writes part of a line for people: `3 partitions went back 2,936 records; RUNNING`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// `Some(false)` when the alteration failed, or when a finding is an error. `Some(true)` when everything was seen
    /// and is as planned. `None` otherwise: something was not seen, or there was no plan.
    pub as_planned: Option<bool>,
    /// The partitions that were altered, in the order of the request. When the request resets every partition, or the
    /// service does not list its partitions, these are the partitions that are known to have had a position.
    pub partitions: Vec<PartitionOutcome>,
    /// The connector's state after the alteration; `None` when it was not read or could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<StateOutcome>,
    /// The time of the last sample that is later than the alteration; `None` when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<Timestamp>,
    /// What is not as planned (errors), and what could not be seen (warnings).
    pub findings: Vec<Finding>,
}

impl Outcome {
    /// The findings about what is not as planned.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Error)
    }

    /// The findings about what could not be seen.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Warning)
    }

    /// Whether all errors are about directions: the connector stopped at other positions than the plan showed, so
    /// partitions went back instead of ahead, or ahead instead of back.
    pub fn is_overtaken(&self) -> bool {
        let mut errors = self.errors().peekable();
        errors.peek().is_some() && errors.all(|error| error.code == Code::OtherDirection)
    }

    /// Whether later samples confirm every partition: each was exactly at its new position, or at a position that only
    /// the alteration can have led to.
    pub fn is_confirmed(&self) -> bool {
        let confirmed = |partition: &PartitionOutcome| partition.confirmed == Some(true);
        self.observed_at.is_some() && self.partitions.iter().all(confirmed)
    }

    /// Like [`is_confirmed`](Self::is_confirmed), with one exception. For a partition that had no position, any later
    /// position is enough, except one that contradicts the request: once the connector has read on, no sample shows
    /// where it began.
    pub(crate) fn is_borne_out(&self) -> bool {
        let began =
            |p: &PartitionOutcome| p.stood == Standing::Nowhere && p.now_at.position().is_some();
        let is_so = |p: &PartitionOutcome| p.confirmed.unwrap_or_else(|| began(p));
        self.observed_at.is_some() && self.partitions.iter().all(is_so)
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    }
}

/// The outcome of an alteration in one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PartitionOutcome {
    /// The partition, as in the connector's entries.
    pub partition: RawJson,
    /// The position when the connector stopped, from the service's `previous_offsets`.
    #[serde(default, skip_serializing_if = "Standing::is_unknown")]
    pub stood: Standing,
    /// The position that the request asked for; [`Standing::Nowhere`] for a reset.
    #[serde(default, skip_serializing_if = "Standing::is_unknown")]
    pub asked: Standing,
    /// The position in the last sample after the alteration. A running connector may have read on since the alteration.
    #[serde(default, skip_serializing_if = "Standing::is_unknown")]
    pub now_at: Standing,
    /// How the partition moved from its old position.
    pub moved: Moved,
    /// Whether later samples confirm the new position: they show exactly this position, or one that only the alteration
    /// can have led to. `Some(false)` when a sample contradicts the request. `None` when no sample decides, for example
    /// when the connector was moved ahead and has read on. The reset of a source is confirmed by two samples without a
    /// position.
    pub confirmed: Option<bool>,
}

/// The position of a partition.
///
/// Serialised as the position, as null when there is none, and left out when it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// The position is not known.
    #[default]
    Unknown,
    /// The partition has no position.
    Nowhere,
    /// The partition is at this position.
    At(RawJson),
}

impl Standing {
    /// Whether the position is not known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }

    /// The position; `None` when it is not known or there is none.
    pub fn position(&self) -> Option<&RawJson> {
        match self {
            Self::At(position) => Some(position),
            Self::Unknown | Self::Nowhere => None,
        }
    }

    /// The standing of a partition at `position`; `None` means that the partition is known to have no position.
    fn of(position: Option<RawJson>) -> Self {
        position
            .filter(|position| !position.is_null())
            .map_or(Self::Nowhere, Self::At)
    }
}

impl Serialize for Standing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.position().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Standing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RawJson::deserialize(deserializer).map(|position| Self::of(Some(position)))
    }
}

/// How a partition moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Moved {
    /// The direction of the move.
    pub direction: Movement,
    /// The number of records, for a partition of a sink that went ahead or back. Left out for a move to offset 0,
    /// because the earliest record may have a higher offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<i64>,
    /// The old and the new position in a form for people (log sequence numbers, dates, files with positions), for a
    /// source whose positions can be read. [`PartitionOutcome`] has the exact positions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
}

impl Moved {
    /// A move without a count of records.
    fn uncounted(direction: Movement) -> Self {
        Self {
            direction,
            records: None,
            way: None,
        }
    }
}

/// The direction in which a partition moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Movement {
    /// Back: the connector reads everything between the two positions again.
    Back,
    /// Ahead: the connector skips everything between the two positions.
    Ahead,
    /// The partition had no position and was given one.
    Given,
    /// The partition had a position and was reset, or a reset was asked for and the old position is not known.
    Reset,
    /// The partition is at its old position. A connector that went back may have read up to this position again.
    Same,
    /// The partition was set, and the direction is not known.
    Unknown,
    /// It cannot be known whether the alteration was carried out in this partition: the alteration failed, or the
    /// service does not list the partitions of the request.
    Unseen,
}

/// The connector's state after an alteration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StateOutcome {
    /// The connector's state before the alteration; `None` when it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ConnectorState>,
    /// The connector's state at the last read.
    pub now: ConnectorState,
    /// The connector's failed tasks at the last read.
    pub failed_tasks: Vec<TaskStatus>,
    /// The time for which the connector's state was watched, in seconds from the first to the last read that showed the
    /// state. Failed reads before and after these do not count.
    pub watched_seconds: u64,
}
