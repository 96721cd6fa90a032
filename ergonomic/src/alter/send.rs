//! Sends an alteration request so that at most one copy is accepted.

use std::time::Duration;

use super::Alteration;
use super::busy::BusyWait;
use super::reconcile::{Search, is_of_service};
use super::same::digest;
use crate::error::{Effect, Error, ErrorKind, Result, Source, Target};
use crate::finding::Report;
use crate::model::{AlterationRequest, AlterationRequestInfo};
use crate::transport::{AlterOffsets, Operation as _, Route};

/// Sends the request unless `report` has errors. When another alteration is in progress, waits up to `wait_if_busy` for
/// its end. `known` is the latest request at the time of the plan, so it is an earlier request than this one.
pub(super) async fn send(
    route: &Route,
    request: AlterationRequest,
    report: Report,
    wait_if_busy: Option<Duration>,
    known: Option<&AlterationRequestInfo>,
) -> Result<Alteration> {
    let warnings = match report.into_result() {
        Ok(report) => report.warnings().cloned().collect(),
        Err(invalid) => {
            let source = Some(Source::Invalid(invalid));
            return Err(refused(route, ErrorKind::Invalid, source));
        }
    };
    let busy = BusyWait::new(route, wait_if_busy);
    loop {
        match accept(route, &request, known).await {
            Ok((info, is_answered)) => {
                let asked = digest(&info.kind, request.entries());
                let memory = &route.transport.memory;
                memory.accept(&route.connector, &info, asked);
                return Ok(Alteration::accepted(
                    route,
                    &info,
                    request,
                    warnings,
                    is_answered,
                ));
            }
            Err(error) => busy.wait_out(error).await?,
        }
    }
}

/// What a failed attempt leaves open.
enum Doubt {
    /// Nothing is open: the request was not accepted.
    None,
    /// It is open whether the request was accepted.
    Open,
    /// It is open whether an earlier copy of the request was accepted. A proxy may have repeated the request, and this
    /// answer is then about the last copy, or comes from the proxy itself.
    Refused,
    /// As [`Refused`](Self::Refused), for an answer that names what is wrong with the request, and for a refusal of
    /// access. When the service refuses credentials that can be renewed, the request may be sent again.
    Unlikely,
    /// As [`Refused`](Self::Refused), for an answer with 429, after which the request may be sent again.
    Throttled,
}

impl Doubt {
    fn of(error: &Error) -> Self {
        match error.kind() {
            _ if error.may_have_been_applied() => Self::Open,
            ErrorKind::Busy | ErrorKind::Unexpected => Self::Refused,
            ErrorKind::Throttled => Self::Throttled,
            ErrorKind::BadRequest
            | ErrorKind::Unauthenticated
            | ErrorKind::Forbidden
            | ErrorKind::NotFound => match is_of_service(error) {
                true => Self::Unlikely,
                false => Self::Refused,
            },
            _ => Self::None,
        }
    }
}

/// Sends the request until it is accepted or refused. When an answer does not show which, the request status decides.
/// The second value is true when the answer itself showed that the request was accepted.
async fn accept(
    route: &Route,
    request: &AlterationRequest,
    known: Option<&AlterationRequestInfo>,
) -> Result<(AlterationRequestInfo, bool)> {
    let operation = AlterOffsets::new(&route.connector, request);
    let mut call = route.call(&operation);
    loop {
        let answered = call.run().await;
        let search = Search {
            route,
            request,
            sent: call.sent(),
            end: call
                .end()
                .saturating_add(route.transport.retry.total_timeout),
            known,
        };
        let error = match answered {
            Ok((info, exchange)) => match search.not_about(&info, &exchange) {
                None => return Ok((info, true)),
                Some(reason) => call
                    .unreadable(&exchange, reason)
                    .with_effect(Effect::Unknown),
            },
            Err(error) => error,
        };
        let (again, settled) = match Doubt::of(&error) {
            Doubt::None => return Err(error),
            Doubt::Open => (false, search.settle(error).await),
            Doubt::Refused => (false, search.explain(error).await),
            Doubt::Unlikely => {
                let again = error.kind() == ErrorKind::Unauthenticated && call.renews();
                (again, search.glance(error).await)
            }
            Doubt::Throttled => {
                // The request status is read only after the pause. If the request was accepted, the status shows it by
                // then.
                match call.pause(&error).await {
                    true => (true, search.look_again(error).await),
                    false => (false, search.explain(error).await),
                }
            }
        };
        match settled {
            Err(error) if again && call.has_time() && error.effect() == Effect::NotAccepted => {}
            settled => return settled.map(|info| (info, false)),
        }
    }
}

/// An error about an alteration that was not sent.
pub(super) fn refused(route: &Route, kind: ErrorKind, source: Option<Source>) -> Error {
    let target = Target::Connector(route.connector.as_ref().clone());
    Error::not_sent(AlterOffsets::WORDS, target, kind, source)
}
