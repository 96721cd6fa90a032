//! Settling an unclear outcome: looking for our request in the status.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::error::{Effect, Error, ErrorKind, Result, seconds};
use crate::model::{AlterationRequest, AlterationRequestInfo};
use crate::transport::{Call, GetLatestRequest, Route, date};
use crate::{OffsetEntry, Timestamp};

/// The pauses before the reads that settle an unclear outcome; the last one repeats.
const RECONCILE_PAUSES: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// `Date` is cut to whole seconds, and so may be `requested_at`.
const DATE_GRAIN: Duration = Duration::from_secs(2);

/// Looks for the request in the status. What cannot be found stays unclear: it may still be on its way.
pub(super) async fn reconcile(
    route: &Route,
    request: &AlterationRequest,
    sent: Duration,
    error: Error,
) -> Result<AlterationRequestInfo> {
    let clock = route.clock();
    let reads = route.transport.retry.reconcile_reads;
    let started = clock.monotonic();
    let mut seen = "the request status was not read".to_owned();
    for read in 0..reads {
        let pause = RECONCILE_PAUSES
            .get(read as usize)
            .or(RECONCILE_PAUSES.last());
        clock.sleep(pause.copied().unwrap_or_default()).await;
        match look(route, request, sent).await {
            Ok(info) => {
                tracing::info!(%error, requested_at = %info.requested_at, "found the alteration in the status");
                return Ok(info);
            }
            Err(other) => {
                let took = seconds(clock.monotonic().saturating_sub(started));
                seen = format!("{other} (read {} times in {took})", read + 1);
            }
        }
    }
    // An accepted request stays accepted; everything else stays open.
    let effect = if error.kind() == ErrorKind::Unreadable {
        Effect::Accepted
    } else {
        Effect::Unknown
    };
    Err(error.amended(effect, seen))
}

/// Reads the status once: our request, or what was there instead of it.
async fn look(
    route: &Route,
    request: &AlterationRequest,
    sent: Duration,
) -> Result<AlterationRequestInfo, String> {
    let clock = route.clock();
    let operation = GetLatestRequest(&route.connector);
    let mut call = Call::new(&route.transport, &operation);
    let (status, exchange) = match call.once().await {
        Ok(read) => read,
        Err(error) if error.is_not_found() => return Err("there is no request status".to_owned()),
        Err(error) if error.kind() == ErrorKind::Unreadable => {
            return Err("the request status could not be understood".to_owned());
        }
        Err(error) => {
            tracing::warn!(%error, "the request status could not be read");
            return Err("the request status could not be read either".to_owned());
        }
    };
    let Some(now) = date(&exchange.headers) else {
        return Err("the answer with the request status has no Date to judge it by".to_owned());
    };
    // Both times are the server's own: its clock now, less the time that has passed here since sending.
    let since = clock.monotonic().saturating_sub(sent);
    let sent_at = now.saturating_sub(since).saturating_sub(DATE_GRAIN);
    if is_ours(&status.request, request, sent_at) {
        Ok(status.request)
    } else {
        let AlterationRequestInfo {
            kind, requested_at, ..
        } = status.request;
        Err(format!(
            "the request status shows another request, a {kind} of {requested_at}"
        ))
    }
}

/// The service gives out no id, so a request is ours when it is of our type, carries our entries, and was not
/// accepted before we sent ours. Somebody else's identical request at the same moment cannot be told apart, and has
/// the same effect.
fn is_ours(seen: &AlterationRequestInfo, request: &AlterationRequest, sent_at: Timestamp) -> bool {
    seen.kind == request.kind()
        && seen.requested_at >= sent_at
        && match (&seen.entries, request) {
            (Some(entries), _) => same_entries(entries, request.entries()),
            (None, AlterationRequest::DeleteAll) => true,
            (None, _) => false,
        }
}

fn same_entries(left: &[OffsetEntry], right: &[OffsetEntry]) -> bool {
    let set = |entries: &[OffsetEntry]| -> BTreeSet<_> {
        entries
            .iter()
            .map(|entry| entry.as_json().canonical())
            .collect()
    };
    left.len() == right.len() && set(left) == set(right)
}
