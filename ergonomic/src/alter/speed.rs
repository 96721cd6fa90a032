//! Whether a running sink reads past a planned position before it stops.

use std::collections::HashMap;
use std::time::Duration;

use super::pace::Pace;
use crate::error::Result;
use crate::finding::{Code, Finding};
use crate::model::{ConnectorOffsets, ConnectorState, ConnectorStatus};
use crate::offset::{Identity, KafkaSink};
use crate::plan::{Change, Move, MoveKind, Plan, PlanOutdated};
use crate::transport::{GetOffsets, Route};
use crate::{OffsetEntry, RawJson};

/// From a sample until the connector has stopped: *assumed* to be no longer than a whole recorded alteration took, 53 s.
const UNTIL_STOPPED: Duration = Duration::from_secs(60);
/// How long a second sample is waited for, and the pauses between looks.
const LIMIT: Duration = Duration::from_secs(60);
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5));

/// Whether the plan moves a partition of a sink ahead that may be reading.
pub(super) fn matters(plan: &Plan, state: Option<&ConnectorStatus>) -> bool {
    let reads = state.is_none_or(|status| {
        !matches!(
            status.state,
            ConnectorState::Paused | ConnectorState::Failed
        )
    });
    reads && plan.changes().iter().any(goes_ahead)
}

fn goes_ahead(change: &Change) -> bool {
    change.distance().is_some_and(|records| records > 0)
}

/// A sample that was taken later than `first`; `now`, when it is one or none comes in time.
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
        now = route.transport.run(&GetOffsets(&route.connector)).await?;
    }
    Ok(now)
}

/// Holds the plan against the speed between two samples. What is not known is a warning.
pub(super) fn outruns(
    plan: &Plan,
    first: &ConnectorOffsets,
    later: &ConnectorOffsets,
) -> Result<Option<Finding>, PlanOutdated> {
    let between = later.observed_at.zip(first.observed_at);
    let between = between.map(|(later, first)| later.since(first));
    let Some(between) = between.filter(|between| !between.is_zero()) else {
        return Ok(Some(Finding::warning(
            "offsets".to_owned(),
            Code::SpeedUnknown,
            "no second sample came in time to tell how fast the sink reads; it may read past the new position before it \
             stops, and would then go back instead of ahead",
        )));
    };
    let (before, after) = (by_identity(&first.entries), by_identity(&later.entries));
    let offset = |entry: &OffsetEntry| Some(KafkaSink::try_from(entry).ok()?.offset());
    let passes = |change: &&Change| {
        let at = |offset: &RawJson| OffsetEntry::new(change.partition(), offset);
        let target = KafkaSink::try_from(&at(change.after()?)).ok()?.offset();
        let partition = OffsetEntry::partition_only(change.partition());
        let identity = Identity::of(&partition)?;
        let before = offset(before.get(&identity)?)?;
        let after = offset(after.get(&identity)?)?;
        let read = u128::try_from(after.checked_sub(before)?).ok()?;
        // What it reads from the later sample until it stops, if it goes on like this.
        let more = read * UNTIL_STOPPED.as_millis() / between.as_millis().max(1);
        let expected = i128::from(after) + i128::try_from(more).unwrap_or(i128::MAX / 2);
        (expected > i128::from(target)).then_some(())
    };
    let moves = plan.changes().iter().filter(|change| goes_ahead(change));
    let moves = moves.filter(|change| passes(change).is_some());
    let now = |change: &Change| {
        let partition = OffsetEntry::partition_only(change.partition());
        let identity = Identity::of(&partition)?;
        after.get(&identity)?.offset()
    };
    let moves = moves.map(|change| Move {
        partition: change.partition().clone(),
        kind: MoveKind::PassesTarget,
        planned: change.before().cloned(),
        now: now(change),
    });
    PlanOutdated::unless_empty(moves.collect()).map(|()| None)
}

fn by_identity(entries: &[OffsetEntry]) -> HashMap<Identity<'_>, &OffsetEntry> {
    let identity = |entry| Some((Identity::of(entry)?, entry));
    entries.iter().filter_map(identity).collect()
}
