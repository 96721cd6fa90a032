//! An intention worked out against the current offsets, to be looked at and then applied.

use std::fmt;
use std::time::Duration;

use super::{Alteration, SendOptions, send};
use crate::AlterationType;
use crate::call::Call;
use crate::connector::Connector;
use crate::connector_offsets::ConnectorOffsets;
use crate::error::{Effect, Error, ErrorKind, Result, Source};
use crate::plan::{Intent, Plan, PlannedRequest};
use crate::status::{Phase, RequestInfo};
use crate::validate::{self, Code, Finding, Report};
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
        let stale = newer_alteration(connector, &seen).await?;
        if let Some(stale) = stale.as_ref().filter(|_| intent.is_relative()) {
            return Err(refused(connector, ErrorKind::Stale, None)
                .amended(Effect::NotAccepted, stale.clone()));
        }
        let mut plan = Plan::new(&seen.entries, intent).map_err(|invalid| {
            refused(
                connector,
                ErrorKind::Invalid,
                Some(Source::Invalid(invalid)),
            )
        })?;
        if let Some(stale) = stale {
            plan.warn(Finding::warning(
                "offsets".to_owned(),
                Code::StaleSample,
                stale,
            ));
        }
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

    /// When another alteration of the connector is in progress, waits up to `limit` for it to end and then sends.
    /// Without this the call fails with [`is_busy`](Error::is_busy).
    pub fn wait_if_busy(mut self, limit: Duration) -> Self {
        self.options.wait_if_busy = Some(limit);
        self
    }

    /// Reads the offsets again and, unless they moved on in a way that matters, sends the request. **The connector
    /// stops while its offsets are altered** and resumes by itself.
    ///
    /// Which moves matter is said at [`Plan::check`]. Otherwise as for
    /// [`PatchOffsets::send`](super::PatchOffsets::send).
    ///
    /// # Errors
    /// [`ErrorKind::Moved`], with what moved as its source, when nothing was sent because of that; otherwise as for
    /// [`PatchOffsets::send`](super::PatchOffsets::send).
    pub async fn apply(self) -> Result<Alteration> {
        let now = self.connector.offsets().await?;
        if let Err(moved) = self.plan.check(&now.entries) {
            return Err(refused(
                &self.connector,
                ErrorKind::Moved,
                Some(Source::Other(moved.into())),
            ));
        }
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

/// After APPLIED, samples may go on showing the old positions for a while. Says so when `seen` is from before the end
/// of the latest alteration; one that failed changed nothing (*assumed*).
async fn newer_alteration(
    connector: &Connector,
    seen: &ConnectorOffsets,
) -> Result<Option<String>> {
    let Some(observed_at) = seen.observed_at else {
        return Ok(None);
    };
    let last = match connector.status().await {
        Ok(status) => status,
        // No alteration was ever requested (*assumed*).
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error),
    };
    let changed_at = last.applied_at.unwrap_or(last.request.requested_at);
    let stale = last.phase != Phase::Failed && changed_at >= observed_at;
    Ok(stale.then(|| {
        let RequestInfo {
            kind, requested_at, ..
        } = &last.request;
        format!(
            "the sample is of {observed_at}, and the {kind} of {requested_at} is newer ({})",
            last.phase
        )
    }))
}

/// An error about an alteration that was not sent.
pub(super) fn refused(connector: &Connector, kind: ErrorKind, source: Option<Source>) -> Error {
    // Only names the operation and the connector; it is never sent.
    let nothing = Alter::new(AlterationType::Patch, None);
    let request = Post(&connector.path, &nothing);
    Call::new(&connector.client, &request).error(kind, source)
}
