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

/// A PATCH under construction: sets the positions of the listed partitions and leaves the other partitions unchanged.
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
    /// The partition and the offset must be 0 or more; validation refuses negative numbers.
    pub fn sink(self, topic: &str, partition: i32, offset: i64) -> Self {
        self.entry(kafka_sink::unchecked(topic, partition, Some(offset)))
    }

    /// Adds one entry without changing it.
    pub fn entry(mut self, entry: OffsetEntry) -> Self {
        self.entries.push(entry);
        self
    }

    /// Adds entries without changing them, such as those of [`ConnectorOffsets`](crate::ConnectorOffsets) or of an
    /// offsets file.
    pub fn entries(mut self, entries: impl IntoIterator<Item = OffsetEntry>) -> Self {
        self.entries.extend(entries);
        self
    }

    /// Sets how long [`send`](Self::send) waits, when another alteration of the connector is in progress, for that
    /// alteration to end. Without this setting, `send` does not wait, and fails with
    /// [`is_busy`](crate::Error::is_busy).
    pub fn wait_if_busy(mut self, limit: Duration) -> Self {
        self.wait_if_busy = Some(limit);
        self
    }

    /// The dry run: all findings of validation. Nothing is sent.
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

    /// Validates the request and sends it. **The connector stops while its offsets are altered** and resumes by itself.
    ///
    /// The result means that the service has accepted the request; the service carries it out afterwards. At most one
    /// alteration is accepted per call: after an unclear failure, the library reads the request status instead of
    /// sending again.
    ///
    /// This method does not read the current offsets. The connector reads on until it stops, which can turn a move
    /// ahead into a move back. A [plan](crate::Connector::plan) reads the current offsets, and checks for this.
    ///
    /// If the future is dropped before it completes, it is unknown whether the request was sent. The request status
    /// shows whether it was accepted.
    ///
    /// # Errors
    /// [`is_invalid`](crate::Error::is_invalid) when validation found errors: nothing was sent, and
    /// [`findings`](crate::Error::findings) lists the errors. [`is_busy`](crate::Error::is_busy) when another
    /// alteration is in progress. [`may_have_been_applied`](crate::Error::may_have_been_applied) when it stays unknown
    /// whether the request was accepted. Other failures as documented for [`Error`](crate::Error).
    pub async fn send(self) -> Result<Alteration> {
        let report = self.check();
        let request = AlterationRequest::Patch(self.entries);
        send(&self.route, request, report, self.wait_if_busy, None).await
    }
}
