//! What comes of an alteration request, given what Kafka Connect and Kafka do with it.

use std::time::Duration;

use ccloud_connect_types::{AlterationType, OffsetEntry};

use super::request::{AlterRequest, NOTHING_TO_PATCH, Refused, malformed};
use super::topics::Topics;
use crate::assumptions::Refusal as Malformed;
use crate::assumptions::{PartialDelete, Unworkable};
use crate::kafka_connect::{
    Entry, Refusal, check_sink, check_source, is_silent, sink_positions, source_positions, success,
};
use crate::seed;

/// What an alteration does to the positions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// Forgets every position.
    Reset,
    /// Sets, or where there is no position forgets, partitions of topics.
    Sink(Vec<((String, i32), Option<i64>)>),
    /// The same, by the identity of the partition.
    Source(Vec<(String, Option<Held>)>),
}

/// An entry of a source, with the hash code by which it is listed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    pub(super) hash: i32,
    pub(super) entry: OffsetEntry,
}

/// What comes of an accepted request.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// What it does to the positions. A sink's alteration that fails may do something all the same.
    pub(super) change: Change,
    /// What the status says at the end, and whether that is a failure.
    pub(super) message: String,
    pub(super) fails: bool,
}

impl AlterRequest {
    /// Applies Kafka Connect's checks for one kind of connector. `group` says whether a sink's consumer group exists.
    pub(super) fn plan(
        &self,
        connector: &seed::Connector,
        group: bool,
        topics: &Topics,
    ) -> Result<Plan, Refused> {
        let assumptions = &self.assumptions;
        let (change, refusal) = match self.change(connector, group, topics) {
            Ok(done) => done,
            Err(refusal) => (Change::None, Some(refusal)),
        };
        let failed = |message| Plan {
            change: change.clone(),
            message,
            fails: true,
        };
        let refused = |status, message| Err(Refused { status, message });
        match refusal {
            None => Ok(Plan {
                message: success(self.resets_all(), is_silent(connector)),
                change,
                fails: false,
            }),
            Some(Refusal::Unreadable(message)) => Err(malformed(message)),
            Some(Refusal::Malformed(message)) => match assumptions.malformed {
                Malformed::AtOnce => Err(malformed(message)),
                Malformed::AsFailed => Ok(failed(message)),
            },
            Some(Refusal::Unworkable(message)) => match assumptions.unworkable {
                Unworkable::AtOnce => refused(500, message),
                Unworkable::AsFailed => Ok(failed(message)),
            },
            Some(Refusal::Plugin(message)) => Ok(failed(message)),
        }
    }

    fn resets_all(&self) -> bool {
        self.kind == AlterationType::Delete && self.entries.is_empty()
    }

    /// What is done, and what goes wrong beside it.
    fn change(
        &self,
        connector: &seed::Connector,
        group: bool,
        topics: &Topics,
    ) -> Result<(Change, Option<Refusal>), Refusal> {
        if self.resets_all() {
            return check_sink(connector).map(|()| (Change::Reset, None));
        }
        if self.is_empty_patch() {
            return Err(Refusal::Malformed(NOTHING_TO_PATCH.to_owned()));
        }
        let deletes = self.kind == AlterationType::Delete;
        // A list to delete is a list to reset: Kafka Connect's own DELETE takes none.
        let resets: Vec<Entry>;
        let entries = if deletes {
            let entries = self.entries.iter().cloned();
            resets = entries
                .map(|entry| Entry {
                    offset: None,
                    ..entry
                })
                .collect();
            &resets
        } else {
            &self.entries
        };
        let done = if connector.kind == seed::Kind::Sink {
            sink(entries, connector, group, topics)?
        } else {
            (source(entries, connector)?, None)
        };
        if deletes && self.assumptions.partial_delete == PartialDelete::Everything {
            return Ok((Change::Reset, None));
        }
        Ok(done)
    }
}

/// Kafka is asked twice, for the positions to set and for those to forget, and answers for each partition alone: what it
/// can do it has done when it refuses the rest.
fn sink(
    entries: &[Entry],
    connector: &seed::Connector,
    group: bool,
    topics: &Topics,
) -> Result<(Change, Option<Refusal>), Refusal> {
    let mut wanted = sink_positions(entries)?;
    check_sink(connector)?;
    let name = &connector.name;
    if wanted
        .iter()
        .any(|(_, position)| position.is_some_and(|position| position < 0))
    {
        let message = format!("Failed to modify offsets for sink connector {name}");
        return Err(Refusal::Unworkable(message));
    }
    let asked = wanted.len();
    let known = |topic: &str, number| topics.bounds(topic, number, Duration::ZERO).is_some();
    // A topic without a name spoils all that is to be set.
    let spoilt = |(partition, position): &((String, i32), Option<i64>)| {
        partition.0.is_empty() && position.is_some()
    };
    let spoilt = wanted.iter().any(spoilt);
    wanted.retain(|((topic, number), position)| {
        known(topic, *number) && !(spoilt && position.is_some())
    });
    // A group that does not exist has nothing to forget, unless what is set makes it exist. That setting comes first is
    // assumed.
    if !group && wanted.iter().all(|(_, position)| position.is_none()) {
        wanted.clear();
    }
    let refusal = (wanted.len() < asked).then(|| {
        let message = format!("Failed to alter consumer group offsets for connector {name}");
        Refusal::Unworkable(message)
    });
    Ok((Change::Sink(wanted), refusal))
}

fn source(entries: &[Entry], connector: &seed::Connector) -> Result<Change, Refusal> {
    let stored = source_positions(entries)?;
    check_source(connector, &stored)?;
    let name = &connector.name;
    if !stored.iter().all(|entry| entry.fits_a_record(name)) {
        let message = format!("Failed to modify offsets for source connector {name}");
        return Err(Refusal::Unworkable(message));
    }
    let shown = stored.into_iter().filter_map(|stored| {
        let partition = stored.partition.as_ref()?;
        let hash = partition.stored_hash();
        let held = stored.entry().map(|entry| Held { hash, entry });
        Some((partition.identity(), held))
    });
    Ok(Change::Source(shown.collect()))
}
