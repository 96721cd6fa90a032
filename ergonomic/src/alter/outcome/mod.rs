//! What really came of an alteration: where each partition stood, where it went, and how the connector does since.
//!
//! `facts` holds what is known beforehand, `judge` decides what a later sample says about one partition, `assess` and
//! `findings` put everything that was seen together, `watch` looks. What was not seen is said to be unknown; nothing here takes the service's APPLIED for more than it is.

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

use crate::finding::{Finding, Severity};
use crate::model::{ConnectorState, TaskStatus};
use crate::plan::Way;
use crate::{RawJson, Timestamp};

/// What really came of an alteration.
///
/// Serialised as an object with these fields; members may be added, existing ones stay. `Display` is the part of a line
/// that a person reads: `3 partitions went back 2,936 records; RUNNING`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// `Some(false)` when something contradicts the plan, `Some(true)` when everything was seen to be as planned,
    /// `None` when nothing contradicts it and something was not seen, or when there was no plan to compare with. The
    /// findings say what.
    pub as_planned: Option<bool>,
    /// The partitions that were altered, in the order of the request; for a reset of everything, or of partitions that the
    /// service does not name, those that are known to have had a position.
    pub partitions: Vec<PartitionOutcome>,
    /// The connector's state since; `None` when it was not looked at or could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<StateOutcome>,
    /// When the last sample was taken that is later than the alteration; `None` when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<Timestamp>,
    /// What is not as planned (errors), and what could not be seen (warnings).
    pub findings: Vec<Finding>,
}

impl Outcome {
    /// What is not as planned.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Error)
    }

    /// What could not be seen.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Warning)
    }

    /// Whether a later sample showed every partition exactly where it was put, or where only the alteration can have led it.
    pub fn is_confirmed(&self) -> bool {
        let confirmed = |partition: &PartitionOutcome| partition.confirmed == Some(true);
        self.observed_at.is_some() && self.partitions.iter().all(confirmed)
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    }
}

/// What came of an alteration in one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PartitionOutcome {
    /// The partition.
    pub partition: RawJson,
    /// Where it stood when the connector stopped, by the service's `previous_offsets`.
    #[serde(default, skip_serializing_if = "Standing::is_unknown")]
    pub stood: Standing,
    /// Where it was asked to go; [`Standing::Nowhere`] for a reset.
    #[serde(default, skip_serializing_if = "Standing::is_unknown")]
    pub asked: Standing,
    /// Where the last later sample shows it. A running connector has moved on by then.
    #[serde(default, skip_serializing_if = "Standing::is_unknown")]
    pub now_at: Standing,
    /// Where it went from where it stood.
    pub moved: Moved,
    /// Whether a later sample showed it exactly where it was put, or where only the alteration can have led it; `None`
    /// when no sample decides, such as after a skip that the connector has read on from. That a source has no position
    /// takes two later samples.
    pub confirmed: Option<bool>,
}

/// Where a partition stands.
///
/// Serialised as the position, as null for none, and left out when it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing says where.
    #[default]
    Unknown,
    /// It has no position.
    Nowhere,
    /// At this position.
    At(RawJson),
}

impl Standing {
    /// Whether nothing says where.
    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }

    /// The position, when it is known and there is one.
    pub fn position(&self) -> Option<&RawJson> {
        match self {
            Self::At(position) => Some(position),
            Self::Unknown | Self::Nowhere => None,
        }
    }

    /// Of what is known to be there.
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

/// Where a partition went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Moved {
    /// Which way.
    pub direction: Movement,
    /// How many records, for a partition of a sink that went ahead or back. Left out for a move to offset 0, because the
    /// earliest record may have a higher offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<i64>,
    /// From where to where, as people read positions, for a source whose positions can be read: log sequence numbers, dates,
    /// files with their positions. The partition has the positions themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
}

impl Moved {
    /// A way whose length is not known, or that has none.
    fn uncounted(direction: Movement) -> Self {
        Self {
            direction,
            records: None,
            way: None,
        }
    }
}

/// Which way a partition went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Movement {
    /// Back: what lies between is read again.
    Back,
    /// Ahead: what lies between is skipped.
    Ahead,
    /// It had no position and was given one.
    Given,
    /// It had a position and was reset, or was asked to be reset and where it stood is not known.
    Reset,
    /// It stands where it stood. A running connector may have read up to there again.
    Same,
    /// It was set, and nothing says which way that was.
    Unknown,
    /// Whether the alteration was carried out here cannot be known: it failed, or the service does not say what it was about.
    Unseen,
}

/// How the connector does after an alteration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StateOutcome {
    /// Its state before the alteration, if it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ConnectorState>,
    /// Its state at the last look.
    pub now: ConnectorState,
    /// Its failed tasks at the last look.
    pub failed_tasks: Vec<TaskStatus>,
    /// How long it was watched, in seconds from the first look that showed its state to the last; looks that failed do not
    /// count.
    pub watched_seconds: u64,
}
