//! One alteration as a state machine over time. The connector is being stopped, then it is stopped, then the alteration ends,
//! and then the connector runs again.

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
    /// The time at which the alteration ends or has ended, since the emulator's start.
    pub(crate) ends: Duration,
    /// The positions just before the alteration; `None` until it has ended.
    pub(crate) previous: Option<Vec<OffsetEntry>>,
    pub(super) plan: Plan,
    pub(super) stage: Stage,
    stops: Duration,
    validates: Option<Duration>,
    resumes: Duration,
}

/// The stage of an alteration.
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

    /// The next stage of the alteration, and the time at which it is reached; `None` after the last stage.
    pub(super) fn next(&self) -> Option<(Duration, Stage)> {
        match self.stage {
            Stage::Stopping => Some((self.stops, Stage::Stopped)),
            Stage::Stopped => Some((self.ends, Stage::Ended)),
            Stage::Ended => Some((self.resumes, Stage::Resumed)),
            Stage::Resumed => None,
        }
    }

    /// Whether the alteration has not ended. While it is in progress, the connector refuses another alteration.
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

    /// The message in the status of the alteration; `None` until the alteration has ended.
    pub(crate) fn message(&self) -> Option<String> {
        (!self.in_progress()).then(|| self.plan.message.clone())
    }
}
