//! Sending an alteration so that at most one is accepted, and settling unclear outcomes.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Alteration;
use super::planned::refused;
use crate::call::{Answered, Call};
use crate::connector::Connector;
use crate::error::{Effect, Error, ErrorKind, Result, Source, seconds};
use crate::headers;
use crate::status::RequestInfo;
use crate::validate::Report;
use crate::wire::{Alter, GetStatus, Post};
use crate::{AlterationType, OffsetEntry, Timestamp};

/// The pauses before the reads that settle an unclear outcome; the last one repeats.
const RECONCILE_PAUSES: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// The pause between looks at another alteration that is in the way.
const BUSY_PAUSE: Duration = Duration::from_secs(3);
/// `Date` is cut to whole seconds, and so may be `requested_at`.
const DATE_GRAIN: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, Default)]
pub(crate) struct SendOptions {
    pub(crate) wait_if_busy: Option<Duration>,
}

pub(crate) async fn send(
    connector: &Connector,
    alter: Alter,
    report: Report,
    options: &SendOptions,
) -> Result<Alteration> {
    let warnings = match report.into_result() {
        Ok(report) => report.warnings().cloned().collect(),
        Err(invalid) => {
            return Err(refused(
                connector,
                ErrorKind::Invalid,
                Some(Source::Invalid(invalid)),
            ));
        }
    };
    let clock = connector.client.0.clock.as_ref();
    let give_up = options
        .wait_if_busy
        .map(|limit| clock.monotonic().saturating_add(limit));
    loop {
        match post(connector, &alter).await {
            Ok(info) => {
                return Ok(Alteration::accepted(
                    connector,
                    &info,
                    alter.entries().to_vec(),
                    warnings,
                ));
            }
            Err(error) if error.is_busy() && give_up.is_some_and(|end| clock.monotonic() < end) => {
                tracing::info!(%error, "waiting for the other alteration to end");
                wait_until_free(connector, give_up.unwrap_or_default()).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Sends until the request is accepted, is refused, or may have been accepted; then the status decides.
async fn post(connector: &Connector, alter: &Alter) -> Result<RequestInfo> {
    let clock = connector.client.0.clock.as_ref();
    let request = Post(&connector.path, alter);
    let mut call = Call::new(&connector.client, &request);
    loop {
        let sent = clock.monotonic();
        let error = match call.attempt().await {
            Ok(Answered {
                value: Some(info), ..
            }) => return Ok(info),
            Ok(Answered { exchange, .. }) => call.unreadable(&exchange),
            Err(error) => error,
        };
        if error.may_have_been_applied() {
            return reconcile(connector, alter, sent, error).await;
        }
        call.pause_or(error, certainly_passing).await?;
    }
}

/// Whether a refused POST may be sent again: it never left, or the service said "later".
fn certainly_passing(error: &Error) -> bool {
    error.kind() == ErrorKind::NotSent || error.status() == Some(429)
}

/// Looks for the request in the status. What cannot be found stays unclear: it may still be on its way.
async fn reconcile(
    connector: &Connector,
    alter: &Alter,
    sent: Duration,
    error: Error,
) -> Result<RequestInfo> {
    let clock = connector.client.0.clock.as_ref();
    let reads = connector.client.0.retry.reconcile_reads;
    let started = clock.monotonic();
    let mut seen = "the request status was not read".to_owned();
    for read in 0..reads {
        let pause = RECONCILE_PAUSES
            .get(read as usize)
            .or(RECONCILE_PAUSES.last());
        clock.sleep(pause.copied().unwrap_or_default()).await;
        match look(connector, alter, sent).await {
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
async fn look(connector: &Connector, alter: &Alter, sent: Duration) -> Result<RequestInfo, String> {
    let clock = connector.client.0.clock.as_ref();
    let request = GetStatus(&connector.path);
    let mut call = Call::new(&connector.client, &request);
    let (status, exchange) = match call.attempt().await {
        Ok(Answered {
            value: Some(status),
            exchange,
        }) => (status, exchange),
        Ok(_) => return Err("the request status could not be understood".to_owned()),
        Err(error) if error.is_not_found() => return Err("there is no request status".to_owned()),
        Err(error) => {
            tracing::warn!(%error, "the request status could not be read");
            return Err("the request status could not be read either".to_owned());
        }
    };
    let Some(now) = headers::date(&exchange.headers) else {
        return Err("the answer with the request status has no Date to judge it by".to_owned());
    };
    // Both times are the server's own: its clock now, less the time that has passed here since sending.
    let since = clock.monotonic().saturating_sub(sent);
    let sent_at = now.saturating_sub(since).saturating_sub(DATE_GRAIN);
    if is_ours(&status.request, alter, sent_at) {
        Ok(status.request)
    } else {
        let RequestInfo {
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
fn is_ours(request: &RequestInfo, alter: &Alter, sent_at: Timestamp) -> bool {
    request.kind == *alter.kind()
        && request.requested_at >= sent_at
        && match (&request.entries, alter.kind()) {
            (Some(entries), _) => same_entries(entries, alter.entries()),
            (None, AlterationType::Delete) => alter.entries().is_empty(),
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

/// Polls until no alteration is in progress or the limit is over; the POST that follows finds out which.
pub(super) async fn wait_until_free(connector: &Connector, give_up: Duration) {
    let clock = connector.client.0.clock.as_ref();
    loop {
        let remaining = give_up.saturating_sub(clock.monotonic());
        if remaining.is_zero() {
            return;
        }
        clock.sleep(BUSY_PAUSE.min(remaining)).await;
        match connector.status().await {
            Ok(status) if !status.phase.is_end() => {}
            // Ended, or unreadable: trying is the better question.
            Ok(_) | Err(_) => return,
        }
    }
}
