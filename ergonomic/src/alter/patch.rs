//! The request that sets positions.

use std::time::Duration;

use super::{Alteration, SendOptions, send};
use crate::connector::Connector;
use crate::error::Result;
use crate::validate::{self, Invalid, Report};
use crate::wire::Alter;
use crate::{AlterationType, OffsetEntry, RawJson};

/// A PATCH under construction: sets the positions of the listed partitions and leaves the others alone.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct PatchOffsets {
    connector: Connector,
    entries: Vec<OffsetEntry>,
    options: SendOptions,
}

impl PatchOffsets {
    pub(crate) fn new(connector: Connector) -> Self {
        Self {
            connector,
            entries: Vec::new(),
            options: SendOptions::default(),
        }
    }

    /// Adds a sink partition: the position in `partition` of `topic` becomes `offset`, the next record to be read. A
    /// position that the topic no longer holds falls back to the earliest one that it does.
    ///
    /// Legal are partitions from 0 to 2,147,483,647 and offsets from 0 to `i64::MAX`; others are refused by validation.
    pub fn kafka(self, topic: &str, partition: i64, offset: i64) -> Self {
        let quoted = serde_json::Value::from(topic);
        let entry = format!(
            r#"{{"partition":{{"kafka_topic":{quoted},"kafka_partition":{partition}}},"offset":{{"kafka_offset":{offset}}}}}"#
        );
        // Made of a quoted string and integers, so it is always valid JSON.
        let entry = entry
            .parse::<RawJson>()
            .unwrap_or_else(|error| unreachable!("{error}"));
        self.entry(entry.into())
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
        self.options.wait_if_busy = Some(limit);
        self
    }

    /// Everything that validation has to say, without sending: the dry run.
    pub fn check(&self) -> Report {
        validate::patch(&self.entries, None)
    }

    /// The JSON body that [`send`](Self::send) would send.
    ///
    /// # Errors
    /// All violations at once.
    pub fn body(&self) -> Result<RawJson, Invalid> {
        self.check().into_result().map(drop)?;
        Ok(Alter::new(AlterationType::Patch, Some(self.entries.clone())).json())
    }

    /// Validates and sends. **The connector stops while its offsets are altered** and resumes by itself.
    ///
    /// The answer means that the request was accepted; the work goes on at the service. At most one alteration is
    /// accepted per call: after an unclear failure the request status is read instead of sending again.
    ///
    /// Dropping the future before it completes leaves it open whether the request was sent; the request status tells.
    ///
    /// # Errors
    /// [`is_invalid`](crate::Error::is_invalid) when nothing was sent because of what
    /// [`violations`](crate::Error::violations) lists; [`is_busy`](crate::Error::is_busy);
    /// [`may_have_been_applied`](crate::Error::may_have_been_applied) when the outcome could not be settled.
    pub async fn send(self) -> Result<Alteration> {
        let report = self.check();
        let alter = Alter::new(AlterationType::Patch, Some(self.entries));
        send(&self.connector, alter, report, &self.options).await
    }
}
