//! Computes the result of an alteration request, as Kafka Connect and Kafka would carry the request out.

use std::time::Duration;

use ccloud_connect_types::{AlterationType, OffsetEntry};

use super::request::{AlterRequest, NOTHING_TO_PATCH, malformed};
use super::topics::Topics;
use crate::assumptions::Refusal as Malformed;
use crate::assumptions::{PartialDelete, Unworkable};
use crate::backend::Denied;
use crate::kafka_connect::{
    Entry, Refusal, SinkPositions, check_sink, check_source, is_silent, sink_positions,
    source_positions, success,
};
use crate::seed;

/// The maximum length of a text in a request of Kafka's protocol, in bytes.
const LONGEST_TEXT: usize = 32_767;

/// What an alteration does to the positions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// The alteration changes no position.
    None,
    /// The alteration resets every position.
    Reset,
    /// The alteration sets positions of a sink; `None` resets a position.
    Sink(SinkPositions),
    /// The alteration sets positions of a source, by the identity of their partition; `None` resets a position.
    Source(Vec<(String, Option<Held>)>),
}

/// An entry of a source, with the hash code of its partition, which decides the order of entries in a reply.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    pub(super) hash: i32,
    pub(super) entry: OffsetEntry,
}

/// The result that an accepted request will have.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The change of the positions. An alteration of a sink may change some positions even if it fails.
    pub(super) change: Change,
    /// The message that the status shows when the alteration has ended.
    pub(super) message: String,
    /// Whether the alteration ends as FAILED.
    pub(super) fails: bool,
}

impl AlterRequest {
    /// Applies Kafka Connect's checks for the connector's kind, and returns the result of the request, or the refusal. `group`
    /// tells whether the sink's consumer group exists.
    pub(super) fn plan(
        &self,
        connector: &seed::Connector,
        group: bool,
        topics: &Topics,
    ) -> Result<Plan, Denied> {
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
        match refusal {
            None => Ok(Plan {
                message: success(self.resets_all(), is_silent(connector)),
                change,
                fails: false,
            }),
            Some(Refusal::Malformed(message)) => match assumptions.malformed {
                Malformed::AtOnce => Err(malformed(message)),
                Malformed::AsFailed => Ok(failed(message)),
            },
            Some(Refusal::Unworkable(message)) => match assumptions.unworkable {
                Unworkable::AtOnce => Err(Denied::Refused {
                    status: 500,
                    message,
                }),
                Unworkable::AsFailed => Ok(failed(message)),
            },
            Some(Refusal::Plugin(message)) => Ok(failed(message)),
        }
    }

    fn resets_all(&self) -> bool {
        self.kind == AlterationType::Delete && self.entries.is_empty()
    }

    /// The change that the request makes, and the error of the part that fails, if a part fails.
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
        // A DELETE with a list resets the listed partitions. Kafka Connect's own DELETE takes no list.
        let mut entries = self.entries.clone();
        for entry in entries.iter_mut().filter(|_| deletes) {
            entry.offset = None;
        }
        let done = if connector.kind == seed::Kind::Sink {
            sink(&entries, connector, group, topics)?
        } else {
            (source(&entries, connector)?, None)
        };
        if deletes && self.assumptions.partial_delete == PartialDelete::Everything {
            return Ok((Change::Reset, None));
        }
        Ok(done)
    }
}

/// The change of a sink's positions, and the error if Kafka refuses a part of it. Kafka Connect sends Kafka one request with
/// the positions to set, and one with those to reset. Kafka decides for each partition alone, so it may change some
/// partitions and refuse others.
fn sink(
    entries: &[Entry],
    connector: &seed::Connector,
    group: bool,
    topics: &Topics,
) -> Result<(Change, Option<Refusal>), Refusal> {
    let mut wanted = sink_positions(entries)?;
    check_sink(connector)?;
    let name = &connector.name;
    if wanted.values().flatten().any(|position| *position < 0) {
        let message = format!("Failed to modify offsets for sink connector {name}");
        return Err(Refusal::Unworkable(message));
    }
    let asked = wanted.len();
    // Kafka's client first sends the positions to set, and then those to reset. A topic name that is too long for a request
    // stops the client, so that it sends neither this request nor a later one. An empty topic name makes only the request
    // that sets positions fail.
    let names = |reset| {
        let wanted = wanted.iter();
        wanted
            .filter(move |(_, position)| position.is_none() == reset)
            .map(|((topic, _), _)| topic)
    };
    let fit = |reset| names(reset).all(|topic| topic.len() <= LONGEST_TEXT);
    let resets = fit(false) && fit(true);
    let sets = fit(false) && !names(false).any(String::is_empty);
    wanted.retain(|(topic, number), position| {
        let known = topics.bounds(topic, *number, Duration::ZERO).is_some();
        known && if position.is_some() { sets } else { resets }
    });
    // A consumer group that does not exist has no position to reset, but the request that sets positions creates the group.
    // It is *assumed* that Kafka handles the request that sets positions first.
    if !group && wanted.values().all(Option::is_none) {
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
        let held = stored.shown().map(|entry| Held { hash, entry });
        Some((partition.identity(), held))
    });
    Ok(Change::Source(shown.collect()))
}
