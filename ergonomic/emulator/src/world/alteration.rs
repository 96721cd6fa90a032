//! One alteration as a state machine over time: stopping, stopped, ended, and the connector running again.

use std::time::Duration;

use super::plan::Plan;
use super::request::AlterRequest;
use crate::assumptions::ValidationPhase;
use crate::phase::Phase;
use crate::seed;
use crate::timing::Timing;
use ccloud_connect_types::OffsetEntry;

/// The latest alteration of a connector.
#[derive(Clone, Debug)]
pub(crate) struct Alteration {
    pub(crate) request: AlterRequest,
    pub(crate) accepted: Duration,
    /// When it ends, or ended.
    pub(crate) ends: Duration,
    /// The positions before it, once it has ended.
    pub(crate) previous: Option<Vec<OffsetEntry>>,
    pub(super) plan: Plan,
    pub(super) stage: Stage,
    stops: Duration,
    validates: Option<Duration>,
    resumes: Duration,
}

/// How far an alteration has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Stopping,
    Stopped,
    Ended,
    Resumed,
}

impl Alteration {
    pub(super) fn new(
        request: AlterRequest,
        plan: Plan,
        connector: &seed::Connector,
        timing: &Timing,
        now: Duration,
    ) -> Self {
        let stops = now.saturating_add(timing.stop);
        let pending_until = stops.saturating_add(timing.pending);
        let source = connector.kind == seed::Kind::Source;
        let validates = match request.assumptions.validation {
            ValidationPhase::Sources => source,
            ValidationPhase::All => true,
            ValidationPhase::Never => false,
        };
        let ends = if validates {
            pending_until.saturating_add(timing.validation)
        } else {
            pending_until
        };
        Self {
            request,
            accepted: now,
            ends,
            previous: None,
            plan,
            stage: Stage::Stopping,
            stops,
            validates: validates.then_some(pending_until),
            resumes: ends.saturating_add(timing.resume),
        }
    }

    /// When the next stage is reached, and which it is.
    pub(super) fn next(&self) -> Option<(Duration, Stage)> {
        match self.stage {
            Stage::Stopping => Some((self.stops, Stage::Stopped)),
            Stage::Stopped => Some((self.ends, Stage::Ended)),
            Stage::Ended => Some((self.resumes, Stage::Resumed)),
            Stage::Resumed => None,
        }
    }

    /// Whether the alteration is still in progress, so that the connector is busy.
    pub(crate) fn in_progress(&self) -> bool {
        matches!(self.stage, Stage::Stopping | Stage::Stopped)
    }

    pub(crate) fn phase(&self, now: Duration) -> Phase {
        if self.in_progress() {
            return match self.validates {
                Some(from) if now >= from => Phase::PendingValidation,
                _ => Phase::Pending,
            };
        }
        if self.plan.fails {
            Phase::Failed
        } else {
            Phase::Applied
        }
    }

    /// The members of the status besides the phase, once the alteration has ended.
    pub(crate) fn message(&self) -> Option<String> {
        (!self.in_progress()).then(|| self.plan.message.clone())
    }
}
