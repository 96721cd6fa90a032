//! An intention worked out against the current offsets, to be looked at and then applied.

use std::fmt;
use std::time::Duration;

use super::{Alteration, SendOptions, send};
use crate::AlterationType;
use crate::call::Call;
use crate::connector::Connector;
use crate::connector_offsets::ConnectorOffsets;
use crate::error::{Error, ErrorKind, Result, Source};
use crate::plan::{Intent, Plan, PlannedRequest};
use crate::validate::{self, Report};
use crate::wire::{Alter, Post};

/// A [`Plan`] for one connector, made from the offsets that the service showed, and not sent yet.
///
/// `Display` shows it as the plan does: per partition, before and after.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `apply`"]
pub struct PlannedAlteration {
    connector: Connector,
    plan: Plan,
    seen: ConnectorOffsets,
    options: SendOptions,
}

impl PlannedAlteration {
    /// Reads the current offsets and works the intention out against them.
    pub(crate) async fn new(connector: &Connector, intent: Intent) -> Result<Self> {
        let seen = connector.offsets().await?;
        let plan = Plan::new(&seen.entries, intent)
            .map_err(|invalid| refused(connector, Source::Invalid(invalid)))?;
        Ok(Self {
            connector: connector.clone(),
            plan,
            seen,
            options: SendOptions::default(),
        })
    }

    /// What would be changed.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The sample of the offsets that the plan was made from.
    pub fn offsets(&self) -> &ConnectorOffsets {
        &self.seen
    }

    /// When another alteration of the connector is in progress, waits up to `limit` for it to end and then sends. Without
    /// this the call fails with [`is_busy`](Error::is_busy).
    pub fn wait_if_busy(mut self, limit: Duration) -> Self {
        self.options.wait_if_busy = Some(limit);
        self
    }

    /// Reads the offsets again and, unless they moved on in a way that matters, sends the request. **The connector stops
    /// while its offsets are altered** and resumes by itself.
    ///
    /// Which moves matter is said at [`Plan::check`]. Otherwise as for [`PatchOffsets::send`](super::PatchOffsets::send).
    ///
    /// # Errors
    /// [`ErrorKind::Moved`], with what moved as its source, when nothing was sent because of that; otherwise as for
    /// [`PatchOffsets::send`](super::PatchOffsets::send).
    pub async fn apply(self) -> Result<Alteration> {
        let now = self.connector.offsets().await?;
        self.plan
            .check(&now.entries)
            .map_err(|moved| refused(&self.connector, Source::Other(moved.into())))?;
        let current = Some(now.entries.as_slice());
        let (alter, report) = match self.plan.into_request() {
            PlannedRequest::Patch(entries) => {
                let report = validate::patch(&entries, current);
                (Alter::new(AlterationType::Patch, Some(entries)), report)
            }
            PlannedRequest::Delete(entries) => {
                let report = validate::delete(&entries, current);
                (Alter::new(AlterationType::Delete, Some(entries)), report)
            }
            PlannedRequest::DeleteAll => {
                (Alter::new(AlterationType::Delete, None), Report::default())
            }
        };
        send(&self.connector, alter, report, &self.options).await
    }
}

impl fmt::Display for PlannedAlteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plan.fmt(f)
    }
}

/// An error about an alteration that was not sent.
pub(super) fn refused(connector: &Connector, source: Source) -> Error {
    let kind = if matches!(source, Source::Invalid(_)) {
        ErrorKind::Invalid
    } else {
        ErrorKind::Moved
    };
    // Only names the operation and the connector; it is never sent.
    let nothing = Alter::new(AlterationType::Patch, None);
    let request = Post(&connector.path, &nothing);
    Call::new(&connector.client, &request).error(kind, Some(source))
}
