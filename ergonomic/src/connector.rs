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
/// Methods only read, unless their documentation says otherwise. Dropping the future of a reading method has no effect.
#[derive(Clone)]
pub struct Connector(Route);

impl Connector {
    pub(crate) fn new(route: Route) -> Self {
        Self(route)
    }

    /// Which connector this is.
    pub fn path(&self) -> &ConnectorRef {
        &self.0.connector
    }

    /// The offsets as the service last sampled them.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn offsets(&self) -> Result<ConnectorOffsets> {
        let operation = GetOffsets(self.path());
        self.0.transport.run(&operation).await
    }

    /// The offsets in a sample that is at most `max_age` old, or, with zero, in one that was taken after the call.
    /// Reads again every 5 s, for at most `timeout`. With a timeout of zero it reads once, as
    /// [`offsets`](Self::offsets) does.
    ///
    /// When the clock of this machine disagrees with the `Date` of the answers, ages are measured by `Date`.
    ///
    /// # Errors
    /// [`ErrorKind::SampleTooOld`](crate::ErrorKind::SampleTooOld) when no such sample was found in time; otherwise as
    /// for [`offsets`](Self::offsets).
    pub async fn offsets_no_older_than(
        &self,
        max_age: Duration,
        timeout: Duration,
    ) -> Result<ConnectorOffsets> {
        alter::offsets_no_older_than(&self.0, max_age, timeout).await
    }

    /// The offsets in a sample that was taken after `moment`, such as the end of an alteration. Reads again every 5 s,
    /// for at most `timeout`. With a timeout of zero it reads once, as [`offsets`](Self::offsets) does.
    ///
    /// # Errors
    /// [`ErrorKind::SampleTooOld`](crate::ErrorKind::SampleTooOld) when no such sample was found in time; otherwise as
    /// for [`offsets`](Self::offsets).
    pub async fn offsets_after(
        &self,
        moment: Timestamp,
        timeout: Duration,
    ) -> Result<ConnectorOffsets> {
        alter::offsets_after(&self.0, moment, timeout).await
    }

    /// The offsets in a sample that was certainly taken after the end of the latest alteration. Reads again after 1 to
    /// 5 s, for at most `timeout`. With a timeout of zero it reads once. A plan that depends on the current position,
    /// such as that of an [`undo`](Intent::undo), needs such a sample.
    ///
    /// The service gives no end time for an alteration that failed: it had ended by the first answer that showed this
    /// client the failure, and within 90 s of the request (*assumed*). A sample without a time is returned as it is.
    ///
    /// # Errors
    /// [`ErrorKind::SampleTooOld`](crate::ErrorKind::SampleTooOld) when no such sample was found in time; otherwise as
    /// for [`offsets`](Self::offsets).
    pub async fn offsets_after_latest_request(
        &self,
        timeout: Duration,
    ) -> Result<ConnectorOffsets> {
        alter::offsets_after_latest(&self.0, timeout).await
    }

    /// The configuration of the connector: its class and its settings. The service masks the values of secrets.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn config(&self) -> Result<ConnectorConfig> {
        let operation = GetConnector(self.path());
        self.0.transport.run(&operation).await
    }

    /// The state of the connector and its tasks.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn state(&self) -> Result<ConnectorStatus> {
        let operation = GetConnectorStatus(self.path());
        self.0.transport.run(&operation).await
    }

    /// The status of the latest alteration request, including requests of other clients.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error). For a connector whose offsets were never
    /// altered, the service may answer 404 (*assumed*).
    pub async fn latest_request(&self) -> Result<AlterationStatus> {
        let latest = alter::Latest::read(&self.0, Duration::MAX).await?;
        Ok(latest.status)
    }

    /// Reads the current offsets and makes a plan for what `intent` changes in them. Nothing is sent before
    /// [`PlannedAlteration::apply`].
    ///
    /// The request status is read too: while an alteration is under way, and in a sample from before its end, the
    /// offsets are those from before the alteration. A plan from such a sample carries a warning, and a relative move
    /// is refused with [`ErrorKind::Stale`](crate::ErrorKind::Stale).
    ///
    /// # Errors
    /// When the offsets could not be read; [`is_invalid`](crate::Error::is_invalid) when the intent does not fit the
    /// current offsets.
    pub async fn plan(&self, intent: Intent) -> Result<PlannedAlteration> {
        PlannedAlteration::new(&self.0, intent).await
    }

    /// Starts a request that sets the positions of some partitions and leaves the others alone. Nothing is sent yet.
    pub fn patch_offsets(&self) -> PatchOffsets {
        PatchOffsets::new(self.0.clone())
    }

    /// Starts a request that resets partitions, as if the connector were new to them. Nothing is sent yet.
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
