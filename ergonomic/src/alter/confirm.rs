//! Comparing a later sample of the offsets with what was asked for.

use std::collections::HashMap;

use super::alteration::{Alteration, Applied};
use super::wait::{Confirmation, Pace, WaitError, WaitOptions};
use crate::call::{Answered, Call};
use crate::offset::KafkaSink;
use crate::status::Phase;
use crate::validate::Identity;
use crate::wire::GetOffsets;
use crate::{AlterationType, OffsetEntry, RawJson};

/// Reads the offsets until a sample taken after `applied_at` shows the positions, or the deadline is over.
pub(super) async fn confirm(
    alteration: &Alteration,
    mut applied: Applied,
    options: &WaitOptions,
    mut pace: Pace<'_>,
) -> Result<Applied, WaitError> {
    let connector = &alteration.connector;
    let request = GetOffsets(&connector.path);
    loop {
        let last = pace.is_over();
        let mut call = Call::new(&connector.client, &request);
        let mut failure = None;
        match call.attempt().await {
            Ok(Answered {
                value: Some(offsets),
                ..
            }) => {
                let later = match (offsets.observed_at, applied.applied_at) {
                    (Some(observed_at), Some(applied_at)) => observed_at > applied_at,
                    // Without both times nothing says that the sample is newer.
                    _ => false,
                };
                if later {
                    let unconfirmed = unconfirmed(alteration, &applied, &offsets.entries);
                    let done = unconfirmed.is_empty();
                    applied.confirmation = Some(Confirmation {
                        offsets,
                        unconfirmed,
                    });
                    if done {
                        return Ok(applied);
                    }
                }
            }
            Ok(Answered { exchange, .. }) => failure = Some(call.unreadable(&exchange)),
            Err(error) => failure = Some(error),
        }
        options.report(&pace.progress(Some(Phase::Applied), failure.as_ref(), true));
        if last {
            let waited = pace.elapsed();
            return Err(WaitError::Unconfirmed {
                applied,
                connector: connector.path.clone(),
                waited,
            });
        }
        let floor = failure.and_then(|error| error.retry_after());
        pace.pause(floor).await;
    }
}

/// A running connector moves on, so what is looked for is the position asked for or one that follows from it: at or
/// after it for a sink; for a source, whose positions have no order that we know, any but the one before the
/// alteration.
fn unconfirmed(alteration: &Alteration, applied: &Applied, sample: &[OffsetEntry]) -> Vec<RawJson> {
    let Some(asked) = alteration.entries.as_ref().or(applied.asked.as_ref()) else {
        return Vec::new();
    };
    if *alteration.kind() == AlterationType::Delete {
        // Where a reset partition starts again is the connector's own business; being newer is all there is to see.
        return Vec::new();
    }
    let (sample, previous) = (
        by_place(sample),
        by_place(applied.previous.as_deref().unwrap_or_default()),
    );
    asked
        .iter()
        .filter_map(|entry| {
            let (place, wanted) = (Identity::of(entry)?, entry.offset()?);
            if wanted.is_null() {
                return None;
            }
            let shows = sample.get(&place).is_some_and(|seen| {
                match (KafkaSink::try_from(entry), KafkaSink::try_from(*seen)) {
                    (Ok(asked), Ok(seen)) => seen.offset() >= asked.offset(),
                    _ => {
                        let seen = seen.offset();
                        let before = previous.get(&place).and_then(|entry| entry.offset());
                        seen.as_ref() == Some(&wanted)
                            || before.is_some_and(|before| seen != Some(before))
                    }
                }
            });
            if shows { None } else { entry.partition() }
        })
        .collect()
}

fn by_place(entries: &[OffsetEntry]) -> HashMap<Identity<'_>, &OffsetEntry> {
    entries
        .iter()
        .filter_map(|entry| Some((Identity::of(entry)?, entry)))
        .collect()
}
