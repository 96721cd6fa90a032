//! Waits until the connector has no alteration in progress.

use std::time::Duration;

use super::pace::Pace;
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::transport::{GetLatestRequest, Route};

/// The pause between two reads of the request status, while another alteration is in progress.
const PAUSE: Duration = Duration::from_secs(3);

/// The wait for a busy connector, with its time limit.
pub(super) struct BusyWait<'a> {
    route: &'a Route,
    /// The end of the wait on the monotonic clock; `None` when the caller does not wait.
    end: Option<Duration>,
}

impl<'a> BusyWait<'a> {
    pub(super) fn new(route: &'a Route, limit: Option<Duration>) -> Self {
        let end = limit.map(|limit| route.clock().monotonic().saturating_add(limit));
        Self { route, end }
    }

    /// Waits until the alteration that caused `error` has ended, or until the time limit. The caller then sends again:
    /// the answer shows whether the connector is free.
    ///
    /// # Errors
    /// Returns `error` when it is not about a busy connector, or when no time is left.
    pub(super) async fn wait_out(&self, error: Error) -> Result<()> {
        let clock = self.route.clock();
        let left = self.end.map(|end| end.saturating_sub(clock.monotonic()));
        // After a 409 the other alteration may be in progress even when the request status does not show it yet.
        let waits = error.effect() == Effect::NotAccepted
            && matches!(error.kind(), ErrorKind::Busy | ErrorKind::Conflict);
        let Some(left) = left.filter(|left| waits && !left.is_zero()) else {
            return Err(error);
        };
        tracing::info!(error = %error.without_advice(), "waiting for the other alteration to end");
        let mut pace = Pace::new(clock, left, PAUSE, PAUSE).pausing_first();
        while pace.next(None).await {
            let latest = GetLatestRequest(&self.route.connector);
            match self.route.transport.run_until(pace.end(), &latest).await {
                Ok(status) if !status.phase.is_end() => {}
                // When the alteration has ended or its status cannot be read, only sending again shows whether the
                // connector is free.
                Ok(_) | Err(_) => break,
            }
        }
        Ok(())
    }
}
