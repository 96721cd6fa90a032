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

/// One connector of a [`Client`](crate::Client). Cheap to clone.
///
/// Its methods only read, unless they say otherwise. Dropping the future of a reading method has no effect.
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

    /// The offsets in a sample that is at most `max_age` old, or with zero one that was taken after the question; reads again
    /// every 5 s, for at most `timeout`. With a timeout of zero it reads once, as [`offsets`](Self::offsets) does.
    ///
    /// Ages are by the `Date` of the answers where the clock of this machine does not agree with it.
    ///
    /// # Errors
    /// [`ErrorKind::SampleTooOld`](crate::ErrorKind::SampleTooOld) when no such sample came in time; otherwise as for
    /// [`offsets`](Self::offsets).
    pub async fn offsets_no_older_than(
        &self,
        max_age: Duration,
        timeout: Duration,
    ) -> Result<ConnectorOffsets> {
        alter::offsets_no_older_than(&self.0, max_age, timeout).await
    }

    /// The offsets in a sample that was taken after `moment`, such as the end of an alteration; reads again every 5 s, for
    /// at most `timeout`. With a timeout of zero it reads once, as [`offsets`](Self::offsets) does.
    ///
    /// # Errors
    /// [`ErrorKind::SampleTooOld`](crate::ErrorKind::SampleTooOld) when no such sample came in time; otherwise as for
    /// [`offsets`](Self::offsets).
    pub async fn offsets_after(
        &self,
        moment: Timestamp,
        timeout: Duration,
    ) -> Result<ConnectorOffsets> {
        alter::offsets_after(&self.0, moment, timeout).await
    }

    /// The offsets in a sample that certainly shows the latest alteration, which has ended then; reads again after 1 to 5 s,
    /// for at most `timeout`. With a timeout of zero it reads once. A plan that starts from where the connector stands, such as that of
    /// an [`undo`](Intent::undo), takes such a sample.
    ///
    /// An alteration that failed has no time of its end: it ended by the first answer that showed it to this client, and
    /// within 90 s of the request (*assumed*). A sample that does not say when it was taken is given as it is.
    ///
    /// # Errors
    /// [`ErrorKind::SampleTooOld`](crate::ErrorKind::SampleTooOld) when no such sample came in time; otherwise as for
    /// [`offsets`](Self::offsets).
    pub async fn offsets_after_latest_request(
        &self,
        timeout: Duration,
    ) -> Result<ConnectorOffsets> {
        alter::offsets_after_latest(&self.0, timeout).await
    }

    /// What the connector is made of: its class and its settings. The service masks the values of secrets.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn config(&self) -> Result<ConnectorConfig> {
        let operation = GetConnector(self.path());
        self.0.transport.run(&operation).await
    }

    /// How the connector and its tasks are doing.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn state(&self) -> Result<ConnectorStatus> {
        let operation = GetConnectorStatus(self.path());
        self.0.transport.run(&operation).await
    }

    /// The status of the latest alteration request, whoever made it.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error). A connector whose offsets were never
    /// altered may answer 404 (*assumed*).
    pub async fn latest_request(&self) -> Result<AlterationStatus> {
        let latest = alter::Latest::read(&self.0, Duration::MAX).await?;
        Ok(latest.status)
    }

    /// Reads the current offsets and works out what `intent` means for them. Nothing is sent before
    /// [`PlannedAlteration::apply`].
    ///
    /// Reads the request status too: while an alteration is under way, and in a sample from before its end, the offsets
    /// are those from before it. A plan from such a sample carries a warning, and a relative move is refused with
    /// [`ErrorKind::Stale`](crate::ErrorKind::Stale).
    ///
    /// # Errors
    /// When the offsets could not be read; [`is_invalid`](crate::Error::is_invalid) when the intention does not fit
    /// them.
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
