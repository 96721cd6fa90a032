//! Everything that was seen of an alteration, put together.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::judge::{Subject, Verdict};
use super::{Moved, Movement, Outcome, PartitionOutcome, Standing, StateOutcome};
use crate::finding::{Code, Finding, Severity};
use crate::model::{ConnectorState, ConnectorStatus};
use crate::offset::{Direction, Identity};
use crate::plan::{place_label, position_label};
use crate::{AlterationType, OffsetEntry, RawJson, Timestamp};

/// What was seen right before an alteration.
#[derive(Clone, Debug)]
pub(crate) struct Baseline {
    /// The sample that the plan was made from.
    pub(crate) entries: Vec<OffsetEntry>,
    /// How the connector was doing; `None` when that could not be read.
    pub(crate) state: Option<ConnectorStatus>,
}

/// What is known of an alteration that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) kind: AlterationType,
    /// The entries of the request, none for a reset of everything; `None` when they are not known.
    pub(crate) asked: Option<Vec<OffsetEntry>>,
    /// Where the partitions stood when the connector stopped, as the service tells.
    pub(crate) previous: Option<Vec<OffsetEntry>>,
    pub(crate) baseline: Option<Arc<Baseline>>,
    /// Whether the service gave the alteration up.
    pub(crate) failed: bool,
}

/// Positions by partition.
pub(super) struct Places<'a>(HashMap<Identity<'a>, &'a OffsetEntry>);

impl<'a> Places<'a> {
    pub(super) fn of(entries: &'a [OffsetEntry]) -> Self {
        let place = |entry| Some((Identity::of(entry)?, entry));
        Self(entries.iter().filter_map(place).collect())
    }

    pub(super) fn standing(&self, partition: &RawJson) -> Standing {
        let entry = OffsetEntry::partition_only(partition);
        let found = Identity::of(&entry).and_then(|place| self.0.get(&place));
        Standing::of(found.and_then(|entry| entry.offset()))
    }
}

impl Facts {
    /// The partitions that the request is about, each with what is known of it.
    pub(super) fn subjects(&self) -> Vec<Subject> {
        let baseline = self.baseline.as_deref().map(|seen| seen.entries.as_slice());
        let previous = self.previous.as_deref().filter(|list| !list.is_empty());
        let everything =
            self.kind == AlterationType::Delete && self.asked.as_ref().is_none_or(Vec::is_empty);
        let asked = if everything {
            previous.or(baseline)
        } else {
            self.asked.as_deref()
        };
        let (had, planned) = (previous.map(Places::of), baseline.map(Places::of));
        // An empty list says that there were none, or nothing at all; the sample that the plan saw tells which.
        let had_none = self.previous.is_some() && baseline.is_some();
        let subject = |entry: &OffsetEntry| {
            let partition = entry.partition()?;
            let planned_from = match &planned {
                Some(places) => places.standing(&partition),
                None => Standing::Unknown,
            };
            Some(Subject {
                asked: if self.kind == AlterationType::Delete {
                    Standing::Nowhere
                } else {
                    Standing::of(entry.offset())
                },
                stood: match &had {
                    Some(places) => places.standing(&partition),
                    None if had_none && planned_from == Standing::Nowhere => Standing::Nowhere,
                    None => Standing::Unknown,
                },
                planned_from,
                partition,
            })
        };
        asked
            .unwrap_or_default()
            .iter()
            .filter_map(subject)
            .collect()
    }
}

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

/// Puts together what is known and what was seen.
pub(super) fn assess(facts: &Facts, subjects: &[Subject], seen: Seen) -> Outcome {
    let mut findings = Vec::new();
    let mut partitions = Vec::with_capacity(subjects.len());
    for (index, subject) in subjects.iter().enumerate() {
        let sighting = seen.sightings.get(index).cloned().unwrap_or_default();
        let path = format!("partitions[{index}]");
        let moved = moved(facts.failed, subject, &sighting);
        partition_findings(
            facts.failed,
            path,
            subject,
            &sighting,
            &moved,
            &mut findings,
        );
        partitions.push(PartitionOutcome {
            partition: subject.partition.clone(),
            stood: subject.stood.clone(),
            asked: subject.asked.clone(),
            now_at: sighting.seen,
            moved,
            confirmed: match sighting.verdict {
                Some(Verdict::Shown) => Some(true),
                Some(Verdict::NotMoved | Verdict::Elsewhere) => Some(false),
                Some(Verdict::Undecided) | None => None,
            },
        });
    }
    if let Some(finding) = unknown_before(subjects) {
        findings.push(finding);
    }
    if seen.sampled && seen.observed_at.is_none() {
        findings.push(Finding::warning(
            "partitions".to_owned(),
            Code::Unconfirmed,
            "no sample of the offsets taken after the alteration came in time",
        ));
    }
    let before = facts
        .baseline
        .as_deref()
        .and_then(|seen| seen.state.as_ref());
    let state = state(before, &seen, &mut findings);
    let is = |severity| findings.iter().any(|finding| finding.severity == severity);
    let all_seen = state.is_some()
        && !subjects.is_empty()
        && partitions
            .iter()
            .all(|partition| partition.confirmed == Some(true));
    let as_planned = match () {
        () if facts.failed || is(Severity::Error) => Some(false),
        () if is(Severity::Warning) || !all_seen => None,
        () => Some(true),
    };
    Outcome {
        as_planned,
        partitions,
        state,
        observed_at: seen.observed_at,
        findings,
    }
}

/// Where it went: what a later sample contradicts is taken from the sample, everything else from where it was put. What
/// failed went nowhere unless a sample shows it.
fn moved(failed: bool, subject: &Subject, sighting: &Sighting) -> Moved {
    let to = match sighting.verdict {
        Some(Verdict::NotMoved) => return way(Movement::Unmoved),
        Some(Verdict::Elsewhere) => &sighting.seen,
        Some(Verdict::Shown) => &subject.asked,
        Some(Verdict::Undecided) | None if failed => return way(Movement::Unseen),
        Some(Verdict::Undecided) | None => &subject.asked,
    };
    let (stood, to) = match (&subject.stood, to) {
        (Standing::At(stood), Standing::At(to)) => (stood, to),
        (Standing::Nowhere, Standing::Nowhere) => return way(Movement::Unmoved),
        (_, Standing::Nowhere) => return way(Movement::Reset),
        (Standing::Nowhere, _) => return way(Movement::Given),
        _ => return way(Movement::Unknown),
    };
    let direction = match subject.direction(stood, to) {
        Direction::Same => return way(Movement::Unmoved),
        Direction::Back => Movement::Back,
        Direction::Ahead => Movement::Ahead,
        Direction::Unknown => Movement::Unknown,
    };
    let records = subject.records(stood, to);
    Moved {
        direction,
        // Sent as 0, found at the earliest record, wherever that is.
        records: records
            .filter(|_| subject.number(to) != Some(0))
            .map(i64::abs),
    }
}

fn way(direction: Movement) -> Moved {
    Moved {
        direction,
        records: None,
    }
}

fn partition_findings(
    failed: bool,
    path: String,
    subject: &Subject,
    sighting: &Sighting,
    moved: &Moved,
    findings: &mut Vec<Finding>,
) {
    let label = place_label(&subject.partition);
    let at = |standing: &Standing| position_label(standing.position());
    let (stood, asked, seen) = (at(&subject.stood), at(&subject.asked), at(&sighting.seen));
    let is_reset = subject.asked == Standing::Nowhere;
    if failed {
        let unchanged = matches!(moved.direction, Movement::Unmoved | Movement::Unseen);
        if !unchanged {
            let message = format!(
                "{label} was altered although the alteration failed: a later sample shows it at {seen}"
            );
            findings.push(Finding::error(path, Code::MovedThoughFailed, message));
        } else if moved.direction == Movement::Unseen {
            let message = format!("whether {label} was altered cannot be known");
            findings.push(Finding::warning(path, Code::Unconfirmed, message));
        }
        return;
    }
    if let Some(message) = other_direction(subject, &label) {
        findings.push(Finding::error(path.clone(), Code::OtherDirection, message));
    }
    let (code, message) = match sighting.verdict {
        Some(Verdict::NotMoved) if seen == stood => (
            Code::NotMoved,
            format!(
                "{label} stands at {seen} in a later sample, where it stood before: it {}, or has come back by itself",
                if is_reset {
                    "was not reset".to_owned()
                } else {
                    format!("did not go to {asked}")
                }
            ),
        ),
        Some(Verdict::NotMoved) => (
            Code::NotMoved,
            format!(
                "{label} is at {seen} in a later sample, between {stood}, where it stood, and {asked}, where it was put"
            ),
        ),
        Some(Verdict::Elsewhere) => (
            Code::MovedElsewhere,
            format!(
                "{label} was put at {asked}, but a later sample shows it at {seen}; an offset that the partition does not hold \
                 falls back to the earliest record"
            ),
        ),
        Some(Verdict::Undecided) => {
            let message = if sighting.seen == Standing::Nowhere {
                format!(
                    "a later sample shows no position of {label}, so it does not tell where the connector reads from"
                )
            } else {
                format!(
                    "a later sample shows {label} at {seen}, which it may also have reached without the alteration"
                )
            };
            findings.push(Finding::warning(path, Code::Unconfirmed, message));
            return;
        }
        Some(Verdict::Shown) | None => return,
    };
    findings.push(Finding::error(path, code, message));
}

/// What is to be said when it went another way than the plan showed.
fn other_direction(subject: &Subject, label: &str) -> Option<String> {
    let (from, stood, asked) = (
        subject.planned_from.position()?,
        subject.stood.position()?,
        subject.asked.position()?,
    );
    let planned = subject.direction(from, asked);
    let went = subject.direction(stood, asked);
    let other = matches!(
        (planned, went),
        (Direction::Ahead | Direction::Same, Direction::Back) | (Direction::Back, Direction::Ahead)
    );
    if !other {
        return None;
    }
    let way = |direction: Direction, from: &RawJson| {
        let by = subject
            .records(from, asked)
            .map_or(String::new(), |records| {
                format!(" {}", counted(records.unsigned_abs(), "record"))
            });
        match direction {
            Direction::Back => format!("back{by}"),
            Direction::Ahead => format!("ahead{by}"),
            _ => "nowhere".to_owned(),
        }
    };
    Some(format!(
        "{label} was at {} when the connector stopped, so it went {}, not {}",
        position_label(Some(stood)),
        way(went, stood),
        way(planned, from)
    ))
}

fn unknown_before(subjects: &[Subject]) -> Option<Finding> {
    let unknown = subjects.iter().filter(|s| s.stood.is_unknown()).count();
    let message = match (subjects.len(), unknown) {
        (0, _) => "the service does not say which partitions the alteration was about".to_owned(),
        (_, 0) => return None,
        (_, count) => format!(
            "the service does not say where {} stood when the connector stopped",
            counted(count as u64, "partition")
        ),
    };
    let path = "previous_offsets".to_owned();
    Some(Finding::warning(path, Code::PreviousUnknown, message))
}

fn state(
    before: Option<&ConnectorStatus>,
    seen: &Seen,
    findings: &mut Vec<Finding>,
) -> Option<StateOutcome> {
    let watched = seen.watched?;
    let path = || "state".to_owned();
    let Some(status) = &seen.state else {
        let message = "the connector's state could not be read";
        findings.push(Finding::warning(path(), Code::StateUnknown, message));
        return None;
    };
    let before = before.map(|before| &before.state);
    let now = &status.state;
    let since = match before {
        Some(before) if before == now => format!(", and was {before} before the alteration"),
        Some(before) => format!("; it was {before} before the alteration"),
        None => String::new(),
    };
    let because = |trace: &Option<String>| {
        let line = trace.as_deref().and_then(|trace| trace.lines().next());
        line.map_or(String::new(), |line| format!(": {line}"))
    };
    let error = |code, message: String| Finding::error(path(), code, message);
    match (before, now) {
        (_, ConnectorState::Failed) => findings.push(error(
            Code::ConnectorFailed,
            format!("the connector is FAILED{since}{}", because(&status.trace)),
        )),
        (Some(ConnectorState::Paused), ConnectorState::Running) => findings.push(error(
            Code::StateChanged,
            format!("the connector is RUNNING{since}: it is at work although it had been paused"),
        )),
        (_, ConnectorState::Degraded) if status.failed_tasks().next().is_none() => {
            findings.push(error(
                Code::StateChanged,
                format!("the connector is DEGRADED{since}"),
            ));
        }
        (_, ConnectorState::Deleted) => {
            findings.push(error(
                Code::StateChanged,
                format!("the connector is DELETED{since}"),
            ));
        }
        (_, ConnectorState::None | ConnectorState::Unknown(_)) => findings.push(Finding::warning(
            path(),
            Code::StateUnknown,
            format!("the connector's state is {:?}{since}", now.as_str()),
        )),
        (Some(before), now) if before == now => {}
        (_, ConnectorState::Running | ConnectorState::Degraded) => {}
        (_, now) => findings.push(Finding::warning(
            path(),
            Code::StateChanged,
            format!("the connector is still {now}{since}"),
        )),
    }
    for (index, task) in status.failed_tasks().enumerate() {
        let name = task
            .id
            .map_or("a task".to_owned(), |id| format!("task {id}"));
        findings.push(Finding::error(
            format!("state.failed_tasks[{index}]"),
            Code::TaskFailed,
            format!("{name} is FAILED{}", because(&task.trace)),
        ));
    }
    Some(StateOutcome {
        before: before.cloned(),
        now: now.clone(),
        failed_tasks: status.failed_tasks().cloned().collect(),
        watched_seconds: watched.as_secs(),
    })
}

/// A number with its noun, and with its thousands set apart.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let plural = if count == 1 { "" } else { "s" };
    format!("{text} {noun}{plural}")
}
