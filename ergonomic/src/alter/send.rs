//! Sending an alteration so that at most one is accepted.

use std::time::Duration;

use super::busy::BusyWait;
use super::{Alteration, reconcile};
use crate::error::{Error, ErrorKind, Result, Source, Target};
use crate::finding::Report;
use crate::model::AlterationRequest;
use crate::transport::{AlterOffsets, Call, Operation as _, Route};

/// Sends what the report does not refuse. While another alteration is in progress it waits up to `wait_if_busy`.
pub(super) async fn send(
    route: &Route,
    request: AlterationRequest,
    report: Report,
    wait_if_busy: Option<Duration>,
) -> Result<Alteration> {
    let warnings = match report.into_result() {
        Ok(report) => report.warnings().cloned().collect(),
        Err(invalid) => {
            let source = Some(Source::Invalid(invalid));
            return Err(refused(route, ErrorKind::Invalid, source));
        }
    };
    let operation = AlterOffsets::new(&route.connector, &request);
    let busy = BusyWait::new(route, wait_if_busy);
    loop {
        let mut call = Call::new(&route.transport, &operation);
        let outcome = match call.run().await {
            Err(error) if error.may_have_been_applied() => {
                reconcile::reconcile(route, &request, call.attempted(), error).await
            }
            outcome => outcome,
        };
        match outcome {
            Ok(info) => return Ok(Alteration::accepted(route, &info, request, warnings)),
            Err(error) => busy.wait_out(error).await?,
        }
    }
}

/// An error about an alteration that was not sent.
pub(super) fn refused(route: &Route, kind: ErrorKind, source: Option<Source>) -> Error {
    let target = Target::Connector(route.connector.as_ref().clone());
    Error::not_sent(AlterOffsets::WORDS, target, kind, source)
}
