//! Comparing a later sample of the offsets with what was asked for.

use std::collections::HashMap;

use super::state::{AlterationToken, Applied};
use crate::offset::{Identity, KafkaSink};
use crate::{AlterationType, OffsetEntry, RawJson};

/// A running connector moves on, so what is looked for is the position asked for or one that follows from it: at or
/// after it for a sink; for a source, whose positions have no order that we know, any but the one before the
/// alteration.
pub(super) fn unconfirmed(
    token: &AlterationToken,
    asked: Option<&[OffsetEntry]>,
    applied: &Applied,
    sample: &[OffsetEntry],
) -> Vec<RawJson> {
    let Some(asked) = asked.or(applied.asked.as_deref()) else {
        return Vec::new();
    };
    if token.kind == AlterationType::Delete {
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
