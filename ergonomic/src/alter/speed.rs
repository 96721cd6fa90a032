//! Decides whether a running sink reads past a planned position before it stops.

use std::time::Duration;

use super::pace::Pace;
use crate::error::Result;
use crate::finding::text::counted;
use crate::finding::{Code, Finding};
use crate::model::{ConnectorOffsets, ConnectorState, ConnectorStatus};
use crate::offset::{Identity, KafkaSink, by_identity};
use crate::plan::{Change, Move, MoveKind, Plan, PlanOutdated, warning};
use crate::transport::{GetOffsets, Route};
use crate::{OffsetEntry, RawJson};

/// The longest time from a sample until the connector has stopped, as *assumed*. A recorded alteration took 53 s from
/// its request to its end.
const UNTIL_STOPPED: Duration = Duration::from_secs(60);
/// The time limit of the wait for a second sample. `PAUSES` has the first and the longest pause between two reads.
const LIMIT: Duration = Duration::from_secs(60);
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5));

/// Whether the plan moves a partition of a sink ahead, and the sink may have read on since the sample. A PAUSED sink
/// may have read on too, because it may have been paused after the sample.
pub(super) fn matters(plan: &Plan, state: Option<&ConnectorStatus>) -> bool {
    let is_failed = state.is_some_and(|status| status.state == ConnectorState::Failed);
    !is_failed && plan.changes().iter().any(goes_ahead)
}

pub(super) fn is_paused(state: Option<&ConnectorStatus>) -> bool {
    state.is_some_and(|status| {
        matches!(
            status.state,
            ConnectorState::Paused | ConnectorState::Stopped
        )
    })
}

fn goes_ahead(change: &Change) -> bool {
    change.distance().is_some_and(|records| records > 0)
}

/// Returns a sample that was taken later than `first`: `now`, or a sample that is read after a wait. When no later
/// sample comes in time, returns the last one that was read.
pub(super) async fn later_sample(
    route: &Route,
    first: &ConnectorOffsets,
    mut now: ConnectorOffsets,
) -> Result<ConnectorOffsets> {
    let mut pace = Pace::new(route.clock(), LIMIT, PAUSES.0, PAUSES.1).pausing_first();
    while now.observed_at <= first.observed_at
        && first.observed_at.is_some()
        && pace.next(None).await
    {
        let operation = GetOffsets(&route.connector);
        now = route.transport.run_until(pace.end(), &operation).await?;
    }
    Ok(now)
}

/// Checks whether the sink, at its speed between two samples, reads past the planned positions before it stops. Without
/// two different samples the speed is not known, and the result is a warning.
pub(super) fn outruns(
    plan: &Plan,
    first: &ConnectorOffsets,
    later: &ConnectorOffsets,
    state: Option<&ConnectorStatus>,
) -> Result<Option<Finding>, PlanOutdated> {
    if between(first, later).is_none() {
        return Ok(Some(warning(
            Code::SpeedUnknown,
            "no second sample came in time to tell how fast the sink reads; the sink may read past the new position before \
             it stops, and would then go back instead of ahead",
        )));
    }
    if is_paused(state) {
        return Ok(None);
    }
    let passing = passing(plan, first, later).into_iter();
    let moves = passing.map(|(moved, _)| moved).collect();
    PlanOutdated::unless_empty(moves).map(|()| None)
}

/// A warning about an undo that moves a sink ahead according to its plan: the number of records that the sink delivers
/// again, because it has read past the old position, or is expected to do so before it stops.
pub(super) fn delivered_again(
    plan: &Plan,
    first: &ConnectorOffsets,
    later: &ConnectorOffsets,
) -> Option<Finding> {
    let passing = passing(plan, first, later);
    let records: u128 = passing.iter().map(|p| u128::from(p.1.unsigned_abs())).sum();
    (!passing.is_empty()).then(|| {
        let partitions = match passing.len() {
            1 => "1 partition, which then goes".to_owned(),
            count => format!("{count} partitions, which then go"),
        };
        warning(Code::DeliveredAgain,
            format!(
                "before it stops, the sink is expected to read past the old position in {partitions} back: about \
                 {} are delivered again",
                counted(records, "record")
            ),
        )
    })
}

/// The time between two samples; `None` when they have the same time, or one has no time.
fn between(first: &ConnectorOffsets, later: &ConnectorOffsets) -> Option<Duration> {
    let between = later.observed_at?.since(first.observed_at?);
    (!between.is_zero()).then_some(between)
}

/// The partitions that are expected to move back instead of ahead, because the sink reads past the new position before
/// it stops. With only one sample, those in which the sink is past the new position already. Each partition comes with
/// the number of records from the new position to the expected one.
fn passing(plan: &Plan, first: &ConnectorOffsets, later: &ConnectorOffsets) -> Vec<(Move, i64)> {
    let (before, after) = (by_identity(&first.entries), by_identity(&later.entries));
    let offset = |entry: &OffsetEntry| Some(KafkaSink::try_from(entry).ok()?.offset());
    let between = between(first, later);
    let passes = |change: &Change| {
        let at = |offset: &RawJson| OffsetEntry::new(change.partition(), offset);
        let target = offset(&at(change.after()?))?;
        let partition = OffsetEntry::partition_only(change.partition());
        let identity = Identity::of(&partition)?;
        let now = after.get(&identity)?;
        let at_now = offset(now)?;
        let read = at_now.checked_sub(offset(before.get(&identity)?)?)?;
        // The records that the sink reads between the later sample and its stop, at an unchanged speed.
        let more = between.map_or(0, |between| {
            u128::try_from(read).unwrap_or(0) * UNTIL_STOPPED.as_millis()
                / between.as_millis().max(1)
        });
        let expected = at_now.saturating_add(i64::try_from(more).unwrap_or(i64::MAX));
        let moved = || Move {
            partition: change.partition().clone(),
            kind: MoveKind::PassesTarget,
            planned: change.before().cloned(),
            now: now.offset(),
            expected: Some(expected),
        };
        (expected > target).then(|| (moved(), expected - target))
    };
    let ahead = plan.changes().iter().filter(|change| goes_ahead(change));
    ahead.filter_map(passes).collect()
}
