//! The handle of one connector.

use std::fmt;
use std::sync::Arc;

use crate::alter::{DeleteOffsets, PatchOffsets, PlannedAlteration};
use crate::call::Call;
use crate::client::Client;
use crate::connector_offsets::ConnectorOffsets;
use crate::error::Result;
use crate::id::ConnectorPath;
use crate::plan::Intent;
use crate::status::RequestStatus;
use crate::wire::{GetOffsets, GetStatus};

/// One connector of a [`Client`]. Cheap to clone.
///
/// Its methods only read, unless they say otherwise. Dropping the future of a reading method has no effect.
#[derive(Clone)]
pub struct Connector {
    pub(crate) client: Client,
    pub(crate) path: Arc<ConnectorPath>,
}

impl Connector {
    pub(crate) fn new(client: Client, path: ConnectorPath) -> Self {
        Self {
            client,
            path: Arc::new(path),
        }
    }

    /// Which connector this is.
    pub fn path(&self) -> &ConnectorPath {
        &self.path
    }

    /// The offsets as the service last sampled them.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error).
    pub async fn offsets(&self) -> Result<ConnectorOffsets> {
        Call::new(&self.client, &GetOffsets(&self.path))
            .read()
            .await
    }

    /// The status of the latest alteration request, whoever made it.
    ///
    /// # Errors
    /// After the retries of the client's policy; see [`Error`](crate::Error). A connector whose offsets were never
    /// altered may answer 404 (*assumed*).
    pub async fn status(&self) -> Result<RequestStatus> {
        Call::new(&self.client, &GetStatus(&self.path)).read().await
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
        PlannedAlteration::new(self, intent).await
    }

    /// Starts a request that sets the positions of some partitions and leaves the others alone. Nothing is sent yet.
    pub fn patch_offsets(&self) -> PatchOffsets {
        PatchOffsets::new(self.clone())
    }

    /// Starts a request that resets partitions, as if the connector were new to them. Nothing is sent yet.
    pub fn delete_offsets(&self) -> DeleteOffsets {
        DeleteOffsets::new(self.clone())
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("path", &self.path)
            .field("endpoint", &self.client.endpoint())
            .finish_non_exhaustive()
    }
}
