//! The request that resets positions.

use std::time::Duration;

use super::{Alteration, SendOptions, send};
use crate::connector::Connector;
use crate::error::Result;
use crate::validate::{self, Invalid, Report};
use crate::wire::Alter;
use crate::{AlterationType, OffsetEntry, RawJson};

/// A DELETE under construction: resets partitions, as if the connector were new to them.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct DeleteOffsets {
    connector: Connector,
    scope: Scope,
    options: SendOptions,
}

/// Deleting without entries resets everything, so an empty list must never come about by accident.
#[derive(Clone, Debug)]
enum Scope {
    All,
    Partitions(Vec<OffsetEntry>),
}

impl DeleteOffsets {
    pub(crate) fn new(connector: Connector) -> Self {
        Self {
            connector,
            scope: Scope::Partitions(Vec::new()),
            options: SendOptions::default(),
        }
    }

    /// Resets every partition of the connector. Replaces partitions named before, and is replaced by those named after.
    pub fn all(mut self) -> Self {
        self.scope = Scope::All;
        self
    }

    /// Resets one partition of a sink.
    pub fn kafka(self, topic: &str, partition: i64) -> Self {
        let partition = serde_json::json!({ "kafka_topic": topic, "kafka_partition": partition });
        // A string and an integer always have a JSON form.
        let partition =
            RawJson::from_serialize(&partition).unwrap_or_else(|error| unreachable!("{error}"));
        self.partition(&partition)
    }

    /// Resets one partition, named by the `partition` member of one of the connector's entries.
    pub fn partition(mut self, partition: &RawJson) -> Self {
        let entry = OffsetEntry::partition_only(partition);
        match &mut self.scope {
            Scope::Partitions(entries) => entries.push(entry),
            Scope::All => self.scope = Scope::Partitions(vec![entry]),
        }
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
        match &self.scope {
            Scope::All => Report::default(),
            Scope::Partitions(entries) => validate::delete(entries, None),
        }
    }

    /// The JSON body that [`send`](Self::send) would send.
    ///
    /// # Errors
    /// All violations at once.
    pub fn body(&self) -> Result<RawJson, Invalid> {
        self.check().into_result().map(drop)?;
        Ok(self.clone().alter().json())
    }

    fn alter(self) -> Alter {
        let entries = match self.scope {
            Scope::All => None,
            Scope::Partitions(entries) => Some(entries),
        };
        Alter::new(AlterationType::Delete, entries)
    }

    /// Validates and sends. **The connector stops while its offsets are altered** and resumes by itself.
    ///
    /// Neither [`all`](Self::all) nor a partition said is a violation. Otherwise as for
    /// [`PatchOffsets::send`](super::PatchOffsets::send).
    ///
    /// # Errors
    /// As for [`PatchOffsets::send`](super::PatchOffsets::send).
    pub async fn send(self) -> Result<Alteration> {
        let (connector, options, report) =
            (self.connector.clone(), self.options.clone(), self.check());
        send(&connector, self.alter(), report, &options).await
    }
}
