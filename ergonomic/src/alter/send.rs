//! Sending an alteration so that at most one is accepted.

use std::time::Duration;

use super::Alteration;
use super::busy::BusyWait;
use super::reconcile::{Search, is_of_service};
use crate::error::{Effect, Error, ErrorKind, Result, Source, Target};
use crate::finding::Report;
use crate::model::{AlterationRequest, AlterationRequestInfo};
use crate::transport::{AlterOffsets, Call, Operation as _, Route};

/// Sends the request unless `report` has errors. While another alteration is in progress, it waits up to
/// `wait_if_busy`. `known` is the latest request that a plan saw, and therefore not ours.
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
                route.transport.memory.accept(&route.connector, &info);
                let accepted = Alteration::accepted(route, &info, request, warnings);
                return Ok(accepted.answered(is_answered));
            }
            Err(error) => busy.wait_out(error).await?,
        }
    }
}

/// What is unknown after a failed attempt.
enum Doubt {
    /// Nothing.
    None,
    /// Whether the request was accepted.
    Open,
    /// Whether an earlier copy of the request was accepted: a proxy may have repeated the request, and then this answer
    /// is about the last copy.
    Refused,
    /// The same, when the answer says what is wrong with the request.
    Unlikely,
    /// The same, when the service refused access.
    Denied,
    /// The same, when the answer may come from a proxy.
    Foreign,
    /// The same, when the request may be sent again.
    Throttled,
}

impl Doubt {
    fn of(error: &Error) -> Self {
        match error.kind() {
            _ if error.may_have_been_applied() => Self::Open,
            ErrorKind::Busy | ErrorKind::Unexpected => Self::Refused,
            ErrorKind::BadRequest | ErrorKind::Forbidden | ErrorKind::NotFound
                if !is_of_service(error) =>
            {
                Self::Foreign
            }
            ErrorKind::BadRequest => Self::Unlikely,
            ErrorKind::Forbidden | ErrorKind::NotFound => Self::Denied,
            ErrorKind::Throttled => Self::Throttled,
            _ => Self::None,
        }
    }
}

/// Sends until the request is accepted or refused. When the answer leaves a doubt, the request status decides; the
/// second value is then false.
async fn accept(
    route: &Route,
    request: &AlterationRequest,
    known: Option<&AlterationRequestInfo>,
) -> Result<(AlterationRequestInfo, bool)> {
    let operation = AlterOffsets::new(&route.connector, request);
    let mut call = Call::new(&route.transport, &operation);
    loop {
        let answered = call.run().await;
        let search = Search::new(route, request, call.sent(), known);
        let error = match answered {
            Ok((info, exchange)) => match search.not_about(&info, &exchange) {
                None => return Ok((info, true)),
                Some(reason) => call
                    .unreadable(&exchange, reason)
                    .with_effect(Effect::Unknown),
            },
            Err(error) => error,
        };
        let settled = match Doubt::of(&error) {
            Doubt::None => return Err(error),
            Doubt::Open => search.settle(error).await,
            Doubt::Refused => search.explain(error).await,
            Doubt::Unlikely => search.glance(error).await,
            Doubt::Denied => search.glance_once(error).await,
            Doubt::Foreign => search.glance_until_read(error).await,
            Doubt::Throttled => {
                // The pause comes first, so that the status shows what was accepted.
                let again = call.pause(&error).await;
                match search.glance_until_read(error).await {
                    Err(error)
                        if again && call.has_time() && error.effect() == Effect::NotAccepted =>
                    {
                        continue;
                    }
                    settled => settled,
                }
            }
        };
        return settled.map(|info| (info, false));
    }
}

/// An error about an alteration that was not sent.
pub(super) fn refused(route: &Route, kind: ErrorKind, source: Option<Source>) -> Error {
    let target = Target::Connector(route.connector.as_ref().clone());
    Error::not_sent(AlterOffsets::WORDS, target, kind, source)
}
