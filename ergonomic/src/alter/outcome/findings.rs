//! The findings of an outcome: what is not as planned, and what could not be seen.

use super::judge::{Subject, Verdict};
use super::sighting::{Seen, Sighting};
use super::{Moved, Movement, Standing, StateOutcome};
use crate::RawJson;
use crate::error::quotable;
use crate::finding::text::counted;
use crate::finding::{Code, Finding, Severity};
use crate::model::{ConnectorState, ConnectorStatus};
use crate::offset::Direction;
use crate::plan::{partition_label, position_label};

pub(super) fn partition_findings(
    failed: bool,
    path: String,
    subject: &Subject,
    sighting: &Sighting,
    moved: &Moved,
    findings: &mut Vec<Finding>,
) {
    let label = partition_label(&subject.partition);
    let at = |standing: &Standing| position_label(standing.position());
    let (stood, asked, seen) = (at(&subject.stood), at(&subject.asked), at(&sighting.seen));
    let said = if failed {
        match (moved.direction, &sighting.seen) {
            (Movement::Unseen, _) => Some((
                Code::Unconfirmed,
                format!("whether {label} was altered cannot be known"),
            )),
            (Movement::Same, Standing::At(_)) => Some((
                Code::Unconfirmed,
                format!(
                    "a later sample shows {label} at {seen}, its old position: it was not altered, or the connector \
                     has read up to this position again"
                ),
            )),
            (Movement::Same, _) => None,
            (_, now) => {
                let now = match now {
                    Standing::At(_) => format!("at {seen}"),
                    _ => "without a position".to_owned(),
                };
                let message = format!(
                    "{label} was altered although the alteration failed: a later sample shows it {now}"
                );
                Some((Code::MovedThoughFailed, message))
            }
        }
    } else {
        if let Some(message) = other_direction(subject, &label) {
            findings.push(Finding::error(path.clone(), Code::OtherDirection, message));
        }
        let is_none = sighting.seen == Standing::Nowhere;
        match sighting.verdict {
            Some(Verdict::NotMoved | Verdict::Elsewhere) if seen == asked => Some((
                Code::NotMoved,
                format!(
                    "a later sample showed {label} before {asked}, and the connector has read up to {asked} since, so the alteration did not set this position"
                ),
            )),
            Some(Verdict::NotMoved) if is_none => Some((
                Code::NotMoved,
                format!("a later sample shows no position of {label}: it was not set to {asked}"),
            )),
            Some(Verdict::NotMoved) if seen == stood => {
                let failed = match subject.asked {
                    Standing::Nowhere => "was not reset".to_owned(),
                    _ => format!("was not set to {asked}"),
                };
                let message = format!(
                    "a later sample shows {label} at {seen}, its old position: it {failed}, or the connector has read up to this position again"
                );
                Some((Code::NotMoved, message))
            }
            Some(Verdict::NotMoved) => Some((
                Code::NotMoved,
                format!(
                    "a later sample shows {label} at {seen}, between its old position, {stood}, and the requested position, {asked}"
                ),
            )),
            Some(Verdict::Elsewhere) => Some((
                Code::MovedElsewhere,
                format!(
                    "{label} was set to {asked}, but a later sample shows it at {seen}; if the partition does not hold the requested \
                     offset, the connector starts where `auto.offset.reset` says, by default at the earliest record"
                ),
            )),
            Some(Verdict::Undecided) => {
                let message = match is_none {
                    true => format!(
                        "a later sample shows no position of {label}, so it is not known where the connector reads from"
                    ),
                    false => format!(
                        "a later sample shows {label} at {seen}, which it may also have reached without the alteration"
                    ),
                };
                Some((Code::Unconfirmed, message))
            }
            Some(Verdict::Shown) | None => None,
        }
    };
    findings.extend(said.map(|(code, message)| match code {
        Code::Unconfirmed => Finding::warning(path, code, message),
        _ => Finding::error(path, code, message),
    }));
}

/// The message when the partition moved in another direction than the plan showed.
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
            _ => "to the same position".to_owned(),
        }
    };
    Some(format!(
        "{label} was at {} when the connector stopped, so it went {}, not {}",
        position_label(Some(stood)),
        way(went, stood),
        way(planned, from)
    ))
}

pub(super) fn unknown_before(subjects: &[Subject]) -> Option<Finding> {
    let unknown = subjects.iter().filter(|s| s.stood.is_unknown()).count();
    let message = match (subjects.len(), unknown) {
        (0, _) => {
            "the service does not report which partitions the alteration was about".to_owned()
        }
        (_, 0) => return None,
        (_, count) => format!(
            "the service does not report where {} stood when the connector stopped",
            counted(count as u64, "partition")
        ),
    };
    Some(Finding::warning(
        "previous_offsets",
        Code::PreviousUnknown,
        message,
    ))
}

pub(super) fn state(
    before: Option<&ConnectorStatus>,
    seen: &Seen,
    findings: &mut Vec<Finding>,
) -> Option<StateOutcome> {
    let watched = seen.watched?;
    let Some(status) = &seen.state else {
        let gone = seen.gone.as_deref();
        let message = gone.unwrap_or("the connector's state could not be read");
        findings.push(Finding::warning("state", Code::StateUnknown, message));
        return None;
    };
    let is_given = |state: &&ConnectorState| !state.as_str().is_empty();
    let before = before.map(|before| &before.state).filter(is_given);
    let now = &status.state;
    let since = match before {
        Some(before) if before == now => format!(", and was {before} before the alteration"),
        Some(before) => format!("; it was {before} before the alteration"),
        None => String::new(),
    };
    let because = |trace: &Option<String>| {
        let line = trace.as_deref().and_then(|trace| trace.lines().next());
        line.and_then(quotable)
            .map_or(String::new(), |line| format!(": {line}"))
    };
    let changed = |what: String| Some((Severity::Error, Code::StateChanged, what));
    let found = match (before, now) {
        (_, ConnectorState::Failed) => {
            let message = format!("the connector is FAILED{since}{}", because(&status.trace));
            Some((Severity::Error, Code::ConnectorFailed, message))
        }
        (
            Some(was @ (ConnectorState::Paused | ConnectorState::Stopped)),
            ConnectorState::Running,
        ) => changed(format!(
            "the connector is RUNNING, although it was {was} before the alteration"
        )),
        // A stopped connector of Kafka Connect runs again only after a request to resume it.
        (Some(ConnectorState::Running | ConnectorState::Degraded), ConnectorState::Stopped) => {
            changed(format!(
                "the connector is STOPPED{since}, and processes nothing until it is resumed"
            ))
        }
        (_, ConnectorState::Degraded) if status.failed_tasks().next().is_none() => {
            changed(format!("the connector is DEGRADED{since}"))
        }
        (_, ConnectorState::Deleted) => changed(format!("the connector is DELETED{since}")),
        (_, ConnectorState::None | ConnectorState::Unknown(_)) => {
            let message = match now.as_str() {
                "" => "the service does not give the connector's state".to_owned(),
                _ => format!("the connector's state is \"{now}\"{since}"),
            };
            Some((Severity::Warning, Code::StateUnknown, message))
        }
        (Some(before), now) if before == now => None,
        (_, ConnectorState::Running | ConnectorState::Degraded) => None,
        (_, now) => {
            let message = format!("the connector is still {now}{since}");
            Some((Severity::Warning, Code::StateChanged, message))
        }
    };
    findings.extend(found.map(|(severity, code, message)| Finding {
        severity,
        ..Finding::error("state", code, message)
    }));
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
