//! Watches a connector after its alteration has ended.

use std::time::Duration;

use super::assess::assess;
use super::facts::{ByPartition, Facts};
use super::judge::{Subject, Verdict};
use super::sighting::{Seen, Sighting};
use super::{Outcome, Standing};
use crate::alter::latest::RESUME;
use crate::alter::pace::{Pace, Refusals};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ConnectorOffsets, ConnectorState, ConnectorStatus, TaskStatus};
use crate::transport::{GetConnectorStatus, GetOffsets, Route};
use crate::{RawJson, Timestamp};

/// The pauses between reads: the first one, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5));
/// The number of later samples to read. The first one may still show an older position (measured on Kafka Connect for
/// sources).
const SAMPLES: u32 = 2;

/// What to read after an alteration has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    /// How long the state is watched, from the time at which the connector runs again; `None` when it is not watched.
    pub(crate) state_for: Option<Duration>,
    /// How long ago the alteration ended; zero when that is not known.
    pub(crate) ended_for: Duration,
    /// Whether to wait for later samples.
    pub(crate) sample: bool,
    /// The time after which a sample counts as later; `None` when the end of the alteration is not known, so that no
    /// sample counts.
    pub(crate) after: Option<Timestamp>,
}

/// Reads until everything is seen or the pace ends, and combines what was seen into the outcome. `report` is called
/// after every round of reads, with the failure if a read failed.
pub(crate) async fn watch(
    route: &Route,
    facts: &Facts,
    watch: Watch,
    pace: Pace<'_>,
    report: impl Fn(&Pace<'_>, Option<&Error>),
) -> Outcome {
    let subjects = facts.subjects();
    // The sample that the plan was made from shows nothing of the alteration, even when its time is later than the end
    // of the alteration.
    let planned = facts.baseline.as_deref().and_then(|seen| seen.observed_at);
    let mut state = StateWatch {
        before: facts.state(),
        // A connector whose alteration ended more than `RESUME` ago has had the time to run again and to fail, so one
        // read is enough.
        wanted: watch
            .state_for
            .filter(|_| watch.ended_for < RESUME)
            .unwrap_or_default(),
        started: route.clock().monotonic(),
        at_work: None,
        looks: None,
        last: None,
        refusals: Refusals::default(),
        gone: None,
        done: watch.state_for.is_none(),
    };
    let mut samples = SampleWatch {
        subjects: &subjects,
        others: facts.untouched(&subjects),
        sightings: vec![Sighting::default(); subjects.len()],
        failed: facts.failed,
        after: watch
            .after
            .map(|after| planned.map_or(after, |planned| after.max(planned))),
        last: None,
        left: SAMPLES,
        refusals: Refusals::default(),
        done: !watch.sample || watch.after.is_none() || subjects.is_empty(),
    };
    let mut pace = pace.anew(PAUSES.0, PAUSES.1);
    let mut floor = None;
    while !(state.done && samples.done) && pace.next(floor.take()).await {
        let mut failure = None;
        if !state.done {
            let operation = GetConnectorStatus(&route.connector);
            let read = route.once(pace.end(), &operation).await;
            failure = state.look(route.clock().monotonic(), read);
        }
        if !samples.done {
            let operation = GetOffsets(&route.connector);
            let read = route.once(pace.end(), &operation).await;
            let other = read.as_ref().ok();
            let other = other.and_then(|sample| sample.of_another(facts.id.as_deref()));
            if other.is_some() {
                // The name now belongs to another connector, so the state that was read is not that of the altered
                // connector.
                (state.gone, state.last) = (other, None);
                (state.done, samples.done) = (true, true);
            } else {
                failure = samples.look(read).or(failure);
            }
        }
        floor = failure.as_ref().and_then(Error::retry_after);
        report(&pace, failure.as_ref());
    }
    let seen = Seen {
        sightings: samples.sightings,
        observed_at: samples.last,
        sampled: watch.sample && !subjects.is_empty(),
        watched: watch.state_for.map(|_| state.seen_for()),
        state: state.last,
        gone: state.gone,
    };
    assess(facts, &subjects, &seen)
}

/// Whether the service refuses access to the state.
fn is_refusal(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Unauthenticated | ErrorKind::Forbidden | ErrorKind::NotFound
    )
}

struct StateWatch<'a> {
    before: Option<&'a ConnectorStatus>,
    wanted: Duration,
    started: Duration,
    /// The time since which the connector has been running, on the monotonic clock.
    at_work: Option<Duration>,
    /// The times of the first and the last read that showed the state.
    looks: Option<(Duration, Duration)>,
    last: Option<ConnectorStatus>,
    refusals: Refusals,
    /// Why the connector cannot be read any more.
    gone: Option<String>,
    done: bool,
}

impl StateWatch<'_> {
    fn look(&mut self, now: Duration, read: Result<ConnectorStatus>) -> Option<Error> {
        let status = match read {
            Ok(status) => status,
            Err(error) => {
                // A failed read shows nothing of the connector: what was seen before the read still counts.
                let is_refused = self.refusals.add(is_refusal(&error));
                if is_refused && error.is_not_found() {
                    let why = "the service does not know the connector (404): it may have been deleted or renamed";
                    self.gone = Some(why.to_owned());
                    self.last = None;
                }
                self.done = (is_refused && self.last.is_none()) || self.is_over(now);
                return Some(error);
            }
        };
        self.refusals.add(false);
        let before = self.before;
        // A failure from before the alteration may be shown for a moment longer, so only a new failure ends the watch.
        let newly_bad = is_bad(&status) && !before.is_some_and(is_bad);
        let as_before = before.is_some_and(|before| before.state == status.state);
        let at_rest = matches!(
            status.state,
            ConnectorState::None
                | ConnectorState::Provisioning
                | ConnectorState::Paused
                | ConnectorState::Stopped
                | ConnectorState::Restarting
                | ConnectorState::Unknown(_)
        );
        if at_rest && !as_before {
            self.at_work = None;
        } else {
            self.at_work.get_or_insert(now);
        }
        // A connector shows PAUSED during an alteration too, so only two reads show that it stays paused.
        let rested = self.last.as_ref().is_some_and(stands_still);
        let stays_still = as_before && rested && stands_still(&status);
        self.done = newly_bad || stays_still || self.is_over(now);
        self.looks = Some((self.looks.map_or(now, |(first, _)| first), now));
        self.last = Some(status);
        None
    }

    /// Whether the connector has been running for the requested time, or has had enough time to run again and has not.
    fn is_over(&self, now: Duration) -> bool {
        match self.at_work {
            Some(since) => now.saturating_sub(since) >= self.wanted,
            None => now.saturating_sub(self.started) >= RESUME.max(self.wanted),
        }
    }

    /// The time from the first read that showed the state to the last.
    fn seen_for(&self) -> Duration {
        self.looks
            .map_or(Duration::ZERO, |(first, last)| last.saturating_sub(first))
    }
}

fn is_bad(status: &ConnectorStatus) -> bool {
    status.state == ConnectorState::Failed || status.failed_tasks().next().is_some()
}

/// Whether nothing can fail, because the connector is paused or stopped and no task runs.
fn stands_still(status: &ConnectorStatus) -> bool {
    let is_running = |task: &TaskStatus| task.state == ConnectorState::Running;
    let rests = matches!(
        status.state,
        ConnectorState::Paused | ConnectorState::Stopped
    );
    rests && !status.tasks.iter().any(is_running)
}

struct SampleWatch<'a> {
    subjects: &'a [Subject],
    /// The partitions that the request does not touch. A sample without one of them is incomplete: a partition that is
    /// missing may still have a position.
    others: Vec<RawJson>,
    sightings: Vec<Sighting>,
    failed: bool,
    after: Option<Timestamp>,
    /// The time of the last sample that counts as later than the alteration; `None` when there was none.
    last: Option<Timestamp>,
    /// The number of later samples that are still to be read, at most.
    left: u32,
    refusals: Refusals,
    done: bool,
}

impl SampleWatch<'_> {
    fn look(&mut self, read: Result<ConnectorOffsets>) -> Option<Error> {
        let sample = match read {
            Ok(sample) => sample,
            Err(error) => {
                self.done = self.refusals.add(is_refusal(&error));
                return Some(error);
            }
        };
        self.refusals.add(false);
        let Some(observed_at) = sample.observed_at else {
            // A sample without a time is not known to be newer. It counts as one of the samples to read, because the
            // next samples will have no time either, and the watch must end.
            self.left -= 1;
            self.done = self.left == 0;
            return None;
        };
        let floor = self.last.max(self.after);
        if floor.is_none_or(|floor| observed_at <= floor) {
            return None;
        }
        self.last = Some(observed_at);
        self.left -= 1;
        let identities = ByPartition::of(&sample.entries);
        let stands = |partition| identities.standing(partition).position().is_some();
        let is_whole = self.others.iter().all(stands);
        for (subject, sighting) in self.subjects.iter().zip(&mut self.sightings) {
            let seen = match identities.standing(&subject.partition) {
                Standing::Nowhere if !is_whole => Standing::Unknown,
                seen => seen,
            };
            sighting.add(subject, self.failed, seen);
        }
        let is_shown = |sighting: &Sighting| sighting.verdict == Some(Verdict::Shown);
        self.done = self.left == 0 || self.sightings.iter().all(is_shown);
        None
    }
}

/// The outcome without any later sample or state.
pub(crate) fn unseen(facts: &Facts) -> Outcome {
    assess(facts, &facts.subjects(), &Seen::default())
}
