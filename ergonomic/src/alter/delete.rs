//! The request that resets positions.

use std::time::Duration;

use super::Alteration;
use super::send::send;
use crate::error::Result;
use crate::finding::{Report, ValidationError};
use crate::model::AlterationRequest;
use crate::offset::formats::kafka_sink;
use crate::transport::Route;
use crate::{OffsetEntry, RawJson, validate};

/// A DELETE under construction: resets partitions, as if the connector had never read them.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct DeleteOffsets {
    route: Route,
    /// The request so far. It starts as a reset of no partition, so that a reset of every partition cannot happen by
    /// accident.
    request: AlterationRequest,
    wait_if_busy: Option<Duration>,
}

impl DeleteOffsets {
    pub(crate) fn new(route: Route) -> Self {
        Self {
            route,
            request: AlterationRequest::Delete(Vec::new()),
            wait_if_busy: None,
        }
    }

    /// Resets every partition of the connector, and drops the partitions that were named before this call. A partition
    /// that is named after this call replaces the reset of every partition.
    pub fn all(mut self) -> Self {
        self.request = AlterationRequest::DeleteAll;
        self
    }

    /// Resets one partition of a sink.
    pub fn sink(self, topic: &str, partition: i32) -> Self {
        self.entry(kafka_sink::unchecked(topic, partition, None))
    }

    /// Resets one partition, named by the `partition` member of one of the connector's entries.
    pub fn partition(self, partition: &RawJson) -> Self {
        self.entry(OffsetEntry::partition_only(partition))
    }

    fn entry(mut self, entry: OffsetEntry) -> Self {
        match &mut self.request {
            AlterationRequest::Delete(entries) => entries.push(entry),
            _ => self.request = AlterationRequest::Delete(vec![entry]),
        }
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
        match &self.request {
            AlterationRequest::DeleteAll => Report::default(),
            request => validate::delete(request.entries()),
        }
    }

    /// The JSON body that [`send`](Self::send) would send.
    ///
    /// # Errors
    /// When validation finds errors; the error lists all of them.
    pub fn body(&self) -> Result<RawJson, ValidationError> {
        self.check().into_result().map(drop)?;
        Ok(self.request.to_json())
    }

    /// Validates the request and sends it. **The connector stops while its offsets are altered** and resumes by itself.
    ///
    /// A request for no partition is an error: call [`all`](Self::all), or name a partition. Everything else is as
    /// documented for [`PatchOffsets::send`](super::PatchOffsets::send).
    ///
    /// # Errors
    /// The errors of [`PatchOffsets::send`](super::PatchOffsets::send).
    pub async fn send(self) -> Result<Alteration> {
        let report = self.check();
        send(&self.route, self.request, report, self.wait_if_busy, None).await
    }
}
