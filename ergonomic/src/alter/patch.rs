//! The request that sets positions.

use std::time::Duration;

use super::Alteration;
use super::send::send;
use crate::error::Result;
use crate::finding::{Report, ValidationError};
use crate::model::AlterationRequest;
use crate::offset::formats::kafka_sink;
use crate::transport::Route;
use crate::{OffsetEntry, RawJson, validate};

/// A PATCH under construction: sets the positions of the listed partitions and leaves the others alone.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct PatchOffsets {
    route: Route,
    entries: Vec<OffsetEntry>,
    wait_if_busy: Option<Duration>,
}

impl PatchOffsets {
    pub(crate) fn new(route: Route) -> Self {
        Self {
            route,
            entries: Vec::new(),
            wait_if_busy: None,
        }
    }

    /// Adds a sink partition: the position in `partition` of `topic` becomes `offset`, the next record to be read. A
    /// position that the topic no longer holds falls back to the earliest one that it does.
    ///
    /// Legal are partitions and offsets of 0 or more; others are refused by validation.
    pub fn sink(self, topic: &str, partition: i32, offset: i64) -> Self {
        self.entry(kafka_sink::unchecked(topic, partition, Some(offset)))
    }

    /// Adds one entry as it is.
    pub fn entry(mut self, entry: OffsetEntry) -> Self {
        self.entries.push(entry);
        self
    }

    /// Adds entries as they are, such as those of [`ConnectorOffsets`](crate::ConnectorOffsets) or an offsets file.
    pub fn entries(mut self, entries: impl IntoIterator<Item = OffsetEntry>) -> Self {
        self.entries.extend(entries);
        self
    }

    /// When another alteration of the connector is in progress, waits up to `limit` for it to end and then sends.
    /// Without this the call fails with [`is_busy`](crate::Error::is_busy).
    pub fn wait_if_busy(mut self, limit: Duration) -> Self {
        self.wait_if_busy = Some(limit);
        self
    }

    /// Everything that validation has to say, without sending: the dry run.
    pub fn check(&self) -> Report {
        validate::patch(&self.entries)
    }

    /// The JSON body that [`send`](Self::send) would send.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn body(&self) -> Result<RawJson, ValidationError> {
        self.check().into_result().map(drop)?;
        Ok(AlterationRequest::Patch(self.entries.clone()).to_json())
    }

    /// Validates and sends. **The connector stops while its offsets are altered** and resumes by itself.
    ///
    /// The answer means that the request was accepted; the work goes on at the service. At most one alteration is
    /// accepted per call: after an unclear failure the request status is read instead of sending again.
    ///
    /// Where the connector stands is not looked at: what it reads until it stops can turn a move ahead into one back. A
    /// [plan](crate::Connector::plan) looks.
    ///
    /// Dropping the future before it completes leaves it open whether the request was sent; the request status tells.
    ///
    /// # Errors
    /// [`is_invalid`](crate::Error::is_invalid) when nothing was sent because of what
    /// [`findings`](crate::Error::findings) lists; [`is_busy`](crate::Error::is_busy);
    /// [`may_have_been_applied`](crate::Error::may_have_been_applied) when the outcome could not be settled.
    pub async fn send(self) -> Result<Alteration> {
        let report = self.check();
        let request = AlterationRequest::Patch(self.entries);
        send(&self.route, request, report, self.wait_if_busy, None).await
    }
}
