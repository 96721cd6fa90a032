//! The handle of one connector.

use std::fmt;
use std::time::Duration;

use crate::Timestamp;
use crate::alter::{self, DeleteOffsets, PatchOffsets, PlannedAlteration};
use crate::error::Result;
use crate::model::{
    AlterationStatus, ConnectorConfig, ConnectorOffsets, ConnectorRef, ConnectorStatus,
};
use crate::plan::Intent;
use crate::transport::{GetConnector, GetConnectorStatus, GetOffsets, Route};

/// One connector of a [`Client`](crate::Client). Clones are cheap.
///
/// Methods change nothing at the service, except where their documentation describes a change. Dropping the future of a
/// method that changes nothing has no effect.
#[derive(Clone)]
pub struct Connector(Route);

impl Connector {
    pub(crate) fn new(route: Route) -> Self {
        Self(route)
    }

    /// The environment, the cluster and the name of the connector.
    pub fn path(&self) -> &ConnectorRef {
        &self.0.connector
    }

    /// Reads the offsets as the service last sampled them.
    ///
    /// # Errors
    /// When the call still fails after the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn offsets(&self) -> Result<ConnectorOffsets> {
        let operation = GetOffsets(self.path());
        self.0.transport.run(&operation).await
    }

    /// Reads the offsets until their sample is at most `max_age` old. With a `max_age` of zero, the sample must have
    /// been taken after the call. The pause between two reads is 5 s, and the time limit of all reads is `timeout`.
    /// With a timeout of zero, the method reads once, as [`offsets`](Self::offsets) does.
    ///
    /// When the clock of this machine differs from the `Date` of the answers by more than 2 s, ages are measured by
    /// `Date`.
    ///
    /// # Errors
    /// [`ErrorKind::SampleTooOld`](crate::ErrorKind::SampleTooOld) when no sample was recent enough within `timeout`.
    /// The other errors are those of [`offsets`](Self::offsets).
    pub async fn offsets_no_older_than(
        &self,
        max_age: Duration,
        timeout: Duration,
    ) -> Result<ConnectorOffsets> {
        alter::offsets_no_older_than(&self.0, max_age, timeout).await
    }

    /// Reads the offsets until their sample was taken after `moment`, such as the end of an alteration. The pause
    /// between two reads is 5 s, and the time limit of all reads is `timeout`. With a timeout of zero, the method reads
    /// once, as [`offsets`](Self::offsets) does.
    ///
    /// # Errors
    /// [`ErrorKind::SampleTooOld`](crate::ErrorKind::SampleTooOld) when no sample was recent enough within `timeout`.
    /// The other errors are those of [`offsets`](Self::offsets).
    pub async fn offsets_after(
        &self,
        moment: Timestamp,
        timeout: Duration,
    ) -> Result<ConnectorOffsets> {
        alter::offsets_after(&self.0, moment, timeout).await
    }

    /// Reads the offsets until their sample was certainly taken after the end of the latest alteration. The pause
    /// between two reads grows from 1 s to 5 s, and the time limit of all reads is `timeout`. With a timeout of zero,
    /// the method reads once. A plan that depends on the current position, such as that of an [`undo`](Intent::undo),
    /// needs such a sample.
    ///
    /// The service gives no end time for a failed alteration. The library takes the earlier of two times: the `Date` of
    /// the first answer that showed the failure to this client, and 90 s after the request (*assumed*). A sample
    /// without a time is returned at once, because its age cannot be judged.
    ///
    /// # Errors
    /// [`ErrorKind::SampleTooOld`](crate::ErrorKind::SampleTooOld) when no sample was recent enough within `timeout`.
    /// The other errors are those of [`offsets`](Self::offsets).
    pub async fn offsets_after_latest_request(
        &self,
        timeout: Duration,
    ) -> Result<ConnectorOffsets> {
        alter::offsets_after_latest(&self.0, timeout).await
    }

    /// Reads the configuration of the connector: its class and its settings. The service masks the values of secrets.
    ///
    /// # Errors
    /// When the call still fails after the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn config(&self) -> Result<ConnectorConfig> {
        let operation = GetConnector(self.path());
        self.0.transport.run(&operation).await
    }

    /// Reads the state of the connector and its tasks.
    ///
    /// # Errors
    /// When the call still fails after the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn state(&self) -> Result<ConnectorStatus> {
        let operation = GetConnectorStatus(self.path());
        self.0.transport.run(&operation).await
    }

    /// Reads the status of the latest alteration request, which may be a request of another client.
    ///
    /// # Errors
    /// When the call still fails after the retries of the client's policy; see [`Error`](crate::Error). For a connector
    /// whose offsets were never altered, the service may answer 404 (*assumed*).
    pub async fn latest_request(&self) -> Result<AlterationStatus> {
        let latest = alter::Latest::read(&self.0, Duration::MAX).await?;
        Ok(latest.status)
    }

    /// Reads the current offsets and makes a plan for what `intent` changes in them. Nothing is sent before
    /// [`PlannedAlteration::apply`].
    ///
    /// The method reads the request status too. A sample that was taken before the end of the latest alteration does
    /// not show what that alteration changed. A plan from such a sample has a warning, and a relative move is refused
    /// with [`ErrorKind::Stale`](crate::ErrorKind::Stale).
    ///
    /// # Errors
    /// When the offsets or the request status could not be read. [`is_invalid`](crate::Error::is_invalid) when the
    /// intent does not fit the current offsets.
    pub async fn plan(&self, intent: Intent) -> Result<PlannedAlteration> {
        PlannedAlteration::new(&self.0, intent).await
    }

    /// Starts a request that sets the positions of some partitions and leaves the other partitions unchanged. Nothing
    /// is sent yet.
    pub fn patch_offsets(&self) -> PatchOffsets {
        PatchOffsets::new(self.0.clone())
    }

    /// Starts a request that resets partitions, as if the connector had never read them. Nothing is sent yet.
    pub fn delete_offsets(&self) -> DeleteOffsets {
        DeleteOffsets::new(self.0.clone())
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("path", self.path())
            .field("endpoint", &self.0.transport.endpoint.to_string())
            .finish_non_exhaustive()
    }
}
