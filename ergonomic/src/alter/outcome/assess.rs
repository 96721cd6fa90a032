//! Combines everything that was seen of an alteration into its outcome.

use super::facts::Facts;
use super::findings::{partition_findings, state, unknown_before};
use super::judge::{Subject, Verdict};
use super::sighting::{Seen, Sighting};
use super::{Moved, Movement, Outcome, PartitionOutcome, Standing};
use crate::finding::{Code, Finding, Severity};
use crate::offset::Direction;

/// Makes the outcome from the facts known before any later sample, and from what was seen after the alteration.
pub(super) fn assess(facts: &Facts, subjects: &[Subject], seen: &Seen) -> Outcome {
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
            now_at: sighting.seen.clone(),
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
        let message = seen.gone.as_deref().unwrap_or(
            "no sample of the offsets that is certainly later than the alteration came in time",
        );
        let path = "partitions".to_owned();
        findings.push(Finding::warning(path, Code::Unconfirmed, message));
    }
    let state = state(facts.state(), seen, &mut findings);
    let is = |severity| findings.iter().any(|finding| finding.severity == severity);
    let all_seen = state.is_some()
        && facts.baseline.is_some()
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

/// How the partition moved from its old position. When a later sample contradicts the request, the new position is that
/// of the sample, otherwise that of the request. When the alteration failed and no later sample decides whether the
/// partition moved, the movement is [`Movement::Unseen`].
fn moved(failed: bool, subject: &Subject, sighting: &Sighting) -> Moved {
    let to = match sighting.verdict {
        Some(Verdict::NotMoved) => return Moved::uncounted(Movement::Same),
        Some(Verdict::Elsewhere) => &sighting.seen,
        Some(Verdict::Shown) => &subject.asked,
        Some(Verdict::Undecided) | None if failed || subject.perhaps => {
            return Moved::uncounted(Movement::Unseen);
        }
        Some(Verdict::Undecided) | None => &subject.asked,
    };
    let (stood, to) = match (&subject.stood, to) {
        (Standing::At(stood), Standing::At(to)) => (stood, to),
        (Standing::Nowhere, Standing::Nowhere) => return Moved::uncounted(Movement::Same),
        (_, Standing::Nowhere) => return Moved::uncounted(Movement::Reset),
        (Standing::Nowhere, _) => return Moved::uncounted(Movement::Given),
        _ => return Moved::uncounted(Movement::Unknown),
    };
    let direction = match subject.direction(stood, to) {
        Direction::Same => return Moved::uncounted(Movement::Same),
        Direction::Back => Movement::Back,
        Direction::Ahead => Movement::Ahead,
        Direction::Incomparable => Movement::Unknown,
    };
    let records = subject.records(stood, to);
    Moved {
        direction,
        way: subject.way(stood, to),
        // After a move to offset 0 the sink begins at the earliest record. The offset of this record may be higher, so
        // the number of records is not known.
        records: records
            .filter(|_| subject.number(to) != Some(0))
            .map(i64::abs),
    }
}
