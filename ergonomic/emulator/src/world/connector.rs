//! A connector of the simulated world: its positions, its state, and its latest alteration.

use std::time::Duration;

use super::alteration::{Alteration, Stage};
use super::plan::Held;
use super::positions::{Positions, own};
use super::request::AlterRequest;
use super::topics::Topics;
use crate::assumptions::CheckOrder;
use crate::backend::Denied;
use crate::control::{ConnectorChange, TaskChange};
use crate::seed::{self, InitialState};
use crate::timing::Timing;
use ccloud_connect_types::OffsetEntry;

/// A connector of the simulated world, at the time to which it was last [settled](Connector::settle).
#[derive(Debug)]
pub(crate) struct Connector {
    pub(crate) seed: seed::Connector,
    positions: Positions,
    /// The time at which `positions` was true. A running connector has moved on since then.
    since: Duration,
    /// The partitions that a source reads, each with the offset from which the source begins without a stored offset.
    own: Vec<(String, Held)>,
    /// Whether an alteration has stopped the connector.
    stopped: bool,
    /// Whether a pause request has paused the connector.
    paused: bool,
    /// Another state in which the connector does not run, such as FAILED, and the trace of that state.
    failure: Option<(String, Option<String>)>,
    /// The tasks of the connector, when their states may differ from the connector's state.
    tasks: Option<Vec<TaskChange>>,
    latest: Option<Alteration>,
    sample: Option<(Duration, Vec<OffsetEntry>)>,
    accepted: u64,
}

impl Connector {
    pub(super) fn new(mut seed: seed::Connector) -> Self {
        let failed = seed.state == InitialState::Failed;
        let positions = Positions::new(&seed, &seed.offsets);
        let own = own(&seed);
        seed.offsets = Vec::new();
        Self {
            positions,
            since: Duration::ZERO,
            own,
            stopped: false,
            paused: seed.state == InitialState::Paused,
            failure: failed.then(|| failed_by("The task had failed when the emulator started.")),
            tasks: None,
            latest: None,
            sample: None,
            accepted: 0,
            seed,
        }
    }

    /// The state of the connector, and the reason for the state.
    pub(crate) fn state(&self) -> (&str, Option<&str>) {
        match &self.failure {
            _ if self.stopped => ("PAUSED", None),
            _ if self.seed.state == InitialState::Provisioning => ("PROVISIONING", None),
            _ if self.paused => ("PAUSED", None),
            Some((state, trace)) => (state, trace.as_deref()),
            None => ("RUNNING", None),
        }
    }

    /// The state of each task, and the reason for the state.
    pub(crate) fn tasks(&self) -> Vec<(String, Option<String>)> {
        let (state, trace) = self.state();
        match &self.tasks {
            _ if state == "PROVISIONING" => Vec::new(),
            Some(tasks) if state != "PAUSED" => {
                let shown = |task: &TaskChange| {
                    let state = task.state.as_deref().unwrap_or("RUNNING");
                    (state.to_owned(), task.trace.clone())
                };
                tasks.iter().map(shown).collect()
            }
            tasks => {
                let one = (state.to_owned(), trace.map(str::to_owned));
                vec![one; tasks.as_ref().map_or(1, Vec::len)]
            }
        }
    }

    /// Changes the connector as a command from a test requires.
    pub(crate) fn change(&mut self, change: ConnectorChange, now: Duration, topics: &Topics) {
        self.rebase(now, topics);
        if let Some(state) = change.state {
            self.paused = state == "PAUSED";
            self.failure = None;
            self.seed.state = InitialState::Running;
            match state.as_str() {
                "RUNNING" => self.start(now, topics),
                "PROVISIONING" => self.seed.state = InitialState::Provisioning,
                "PAUSED" => {}
                _ => self.failure = Some((state, change.trace)),
            }
        }
        if change.tasks.is_some() {
            self.tasks = change.tasks;
        }
        if let Some(offsets) = change.offsets {
            self.positions = Positions::new(&self.seed, &offsets);
            self.sample = Some((now, self.positions.entries()));
        }
    }

    /// The number of alterations that the connector has accepted.
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Carries out every step of the latest alteration that is due by `now`, each at its own time, and takes the samples that
    /// are due.
    pub(crate) fn settle(&mut self, now: Duration, topics: &Topics, timing: &Timing) {
        while let Some((at, stage)) = self.latest.as_ref().and_then(Alteration::next)
            && at <= now
        {
            self.take_sample(at, topics, timing);
            self.rebase(at, topics);
            self.reach(stage, at, topics);
        }
        self.take_sample(now, topics, timing);
    }

    /// The true offsets at the time `now`. The connector must be settled to that time.
    pub(crate) fn offsets(&self, now: Duration, topics: &Topics) -> Vec<OffsetEntry> {
        self.positions_at(now, topics).entries()
    }

    /// The latest sample, and the time at which it was taken.
    pub(crate) fn sample(&self) -> (Duration, &[OffsetEntry]) {
        self.sample
            .as_ref()
            .map_or((Duration::ZERO, &[]), |(at, entries)| (*at, entries))
    }

    pub(crate) fn latest(&self) -> Option<&Alteration> {
        self.latest.as_ref()
    }

    /// Accepts an alteration, or returns the reason why it is refused.
    pub(crate) fn alter(
        &mut self,
        request: AlterRequest,
        now: Duration,
        topics: &Topics,
        timing: &Timing,
    ) -> Result<(), Denied> {
        let busy = self.latest.as_ref().is_some_and(Alteration::in_progress);
        if busy && request.assumptions.check_order == CheckOrder::BusyFirst {
            return Err(Denied::Busy);
        }
        let group = self.positions.group();
        let plan = request.plan(&self.seed, group, topics)?;
        if busy {
            return Err(Denied::Busy);
        }
        self.accepted += 1;
        let alteration = Alteration::new(request, plan, &self.seed, timing, now);
        self.latest = Some(alteration);
        Ok(())
    }

    /// Pauses the connector, as the pause operation requires.
    pub(crate) fn pause(&mut self, now: Duration, topics: &Topics) {
        self.rebase(now, topics);
        self.paused = true;
    }

    /// Ends a pause of the connector. Does nothing when the connector is not paused.
    pub(crate) fn resume(&mut self, now: Duration, topics: &Topics) {
        if self.paused {
            self.rebase(now, topics);
            self.paused = false;
            self.start(now, topics);
        }
    }

    fn reach(&mut self, stage: Stage, at: Duration, topics: &Topics) {
        let Some(alteration) = &mut self.latest else {
            return;
        };
        alteration.stage = stage;
        match stage {
            Stage::Stopped => self.stopped = true,
            Stage::Ended => {
                alteration.previous = Some(self.positions.entries());
                self.positions.change(&alteration.plan.change);
            }
            Stage::Resumed => {
                self.stopped = false;
                self.start(at, topics);
            }
            Stage::Stopping => {}
        }
    }

    /// Starts the connector's tasks. The tasks fail when a position cannot be used.
    fn start(&mut self, at: Duration, topics: &Topics) {
        self.failure = None;
        self.tasks = None;
        if self.state().0 != "RUNNING" {
            return;
        }
        self.positions.join();
        let failure = self.positions.failure(&self.seed, &self.own, topics, at);
        self.failure = failure.map(failed_by);
    }

    fn positions_at(&self, at: Duration, topics: &Topics) -> Positions {
        let ran = if self.tasks().iter().all(|(state, _)| state == "RUNNING") {
            at.saturating_sub(self.since)
        } else {
            Duration::ZERO
        };
        self.positions.after(ran, at, &self.seed, &self.own, topics)
    }

    fn rebase(&mut self, at: Duration, topics: &Topics) {
        self.positions = self.positions_at(at, topics);
        self.since = at;
    }

    /// Takes the latest sample that is due by the time `at`, if it has not been taken yet.
    fn take_sample(&mut self, at: Duration, topics: &Topics, timing: &Timing) {
        let period = timing.sampling_period;
        let due = last_multiple(period, at);
        let always = period.is_zero();
        if always || self.sample.as_ref().is_none_or(|(taken, _)| *taken < due) {
            self.sample = Some((due, self.offsets(due, topics)));
        }
    }
}

fn failed_by(reason: impl Into<String>) -> (String, Option<String>) {
    ("FAILED".to_owned(), Some(reason.into()))
}

/// The last multiple of a period that is not after the time `at`; `at` itself when the period is zero.
fn last_multiple(period: Duration, at: Duration) -> Duration {
    let Some(into) = at.as_nanos().checked_rem(period.as_nanos()) else {
        return at;
    };
    at - Duration::from_nanos(u64::try_from(into).unwrap_or(u64::MAX))
}
