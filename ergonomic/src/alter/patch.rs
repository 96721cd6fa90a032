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

    /// Adds a sink partition: the position in `partition` of `topic` becomes `offset`, which is the offset of the next
    /// record to be read. If the topic no longer holds this offset, the sink begins at the earliest record, or where its
    /// `auto.offset.reset` says.
    ///
    /// Partitions and offsets must be 0 or more; validation refuses others.
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

    /// All findings of validation, without sending anything: the dry run.
    pub fn check(&self) -> Report {
        validate::patch(&self.entries)
    }

    /// The JSON body that [`send`](Self::send) would send.
    ///
    /// # Errors
    /// When validation finds errors; the error lists all of them.
    pub fn body(&self) -> Result<RawJson, ValidationError> {
        self.check().into_result().map(drop)?;
        Ok(AlterationRequest::Patch(self.entries.clone()).to_json())
    }

    /// Validates and sends. **The connector stops while its offsets are altered** and resumes by itself.
    ///
    /// The answer means that the request was accepted; the service carries it out afterwards. At most one alteration is
    /// accepted per call: after an unclear failure, the library reads the request status instead of sending again.
    ///
    /// The current offsets are not read: records that the connector reads until it stops can turn a move ahead into a
    /// move back. A [plan](crate::Connector::plan) reads them.
    ///
    /// If the future is dropped before it completes, it is unknown whether the request was sent; the request status
    /// shows it.
    ///
    /// # Errors
    /// [`is_invalid`](crate::Error::is_invalid) when validation found errors, which
    /// [`findings`](crate::Error::findings) lists, and nothing was sent; [`is_busy`](crate::Error::is_busy) when
    /// another alteration is in progress; [`may_have_been_applied`](crate::Error::may_have_been_applied) when it stays
    /// unknown whether the request was accepted.
    pub async fn send(self) -> Result<Alteration> {
        let report = self.check();
        let request = AlterationRequest::Patch(self.entries);
        send(&self.route, request, report, self.wait_if_busy, None).await
    }
}
