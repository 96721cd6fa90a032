//! What each operation does, once the caller has been let in.

use std::time::Duration;

use ccloud_connect_types::AlterationType;

use super::Operation;
use super::assumptions::{NoRequest, Refusal, UnknownScope};
use super::documents::Writer;
use super::fault::View;
use super::reply::Reply;
use super::service::{Core, Outcome, lock};
use super::siblings;
use super::world::{AlterRequest, Connector, Missing, NOTHING_TO_PATCH, Refused};

/// A stale status shows a request made this long before the latest one.
const STALE_BY: Duration = Duration::from_secs(3600);
/// It took as long as the one that was recorded.
const STALE_TOOK: Duration = Duration::from_secs(53);

impl Core {
    pub(super) fn operate(
        &self,
        operation: Operation,
        target: (&str, &str, &str),
        query: Option<&str>,
        body: &[u8],
        now: Duration,
        view: Option<&View>,
    ) -> Outcome {
        let mut world = lock(&self.world);
        if operation == Operation::ListConnectors {
            return match world.cluster(target.0, target.1) {
                Ok(cluster) => siblings::list(cluster, query, now, &self.rules).into(),
                Err(missing) => self.missing(missing).into(),
            };
        }
        // As Kafka Connect does it: the body is read, and one without offsets refused, before the connector is looked up.
        let alteration = match (operation, world.cluster(target.0, target.1)) {
            (_, Err(missing)) => return self.missing(missing).into(),
            (Operation::Alter, Ok(_)) => match self.parse(body) {
                Ok(request) => Some(request),
                Err(Refused { status, message }) => return Reply::error(status, &message).into(),
            },
            _ => None,
        };
        let (connector, topics) = match world.connector(target) {
            Ok(found) => found,
            Err(missing) => return self.missing(missing).into(),
        };
        connector.settle(now, topics, &self.rules);
        match operation {
            Operation::ReadConnector => return siblings::read(connector).into(),
            Operation::ConnectorStatus => return siblings::status(connector).into(),
            Operation::Pause => {
                connector.pause(now, topics);
                return Reply::status(202).into();
            }
            Operation::Resume => {
                connector.resume(now, topics);
                return Reply::status(202).into();
            }
            _ if connector.has_offsets() => {}
            _ => return Reply::error(403, "this connector has no offset management").into(),
        }
        if let Some(request) = alteration {
            return match connector.alter(request, now, topics, &self.rules) {
                Ok(()) => self.accepted(connector),
                Err(Refused { status, message }) => Reply::error(status, &message).into(),
            };
        }
        match operation {
            Operation::RequestStatus => self.request_status(connector, now, view).into(),
            _ => Reply::status(200)
                .json(&self.writer().offsets(connector))
                .into(),
        }
    }

    fn writer(&self) -> Writer<'_> {
        Writer {
            timeline: &self.timeline,
            assumptions: &self.rules.assumptions,
        }
    }

    fn parse(&self, body: &[u8]) -> Result<AlterRequest, Refused> {
        let request = AlterRequest::parse(body, self.rules.assumptions.unreadable)?;
        if request.is_empty_patch() && self.rules.assumptions.malformed == Refusal::AtOnce {
            return Err(Refused {
                status: 400,
                message: NOTHING_TO_PATCH.to_owned(),
            });
        }
        Ok(request)
    }

    fn missing(&self, missing: Missing) -> Reply {
        match (missing, self.rules.assumptions.unknown_scope) {
            (Missing::Scope, UnknownScope::Forbidden) => Reply::error(403, "Forbidden"),
            _ => Reply::error(404, "resource not found"),
        }
    }

    fn accepted(&self, connector: &Connector) -> Outcome {
        let info = connector
            .latest()
            .map(|alteration| self.writer().request(connector, alteration));
        Outcome {
            reply: Reply::status(202).json(&info),
            accepted: true,
        }
    }

    fn request_status(&self, connector: &Connector, now: Duration, view: Option<&View>) -> Reply {
        let writer = self.writer();
        let Some(alteration) = connector.shown(now, &self.rules) else {
            let message = "no offsets request has been made for this connector";
            return match self.rules.assumptions.no_request {
                NoRequest::NotFound => Reply::error(404, message),
                NoRequest::BadRequest => Reply::error(400, message),
            };
        };
        let mut document = writer.status(connector, alteration, now);
        match view {
            None => {}
            Some(View::Phase(phase)) => {
                document.status.phase = phase;
                document.status.message = None;
                document.applied_at = None;
            }
            Some(View::StaleApplied) => {
                let requested = alteration.accepted;
                let at = |later| writer.date_before(requested, STALE_BY - later);
                document.request.requested_at = at(Duration::ZERO);
                document.applied_at = Some(at(STALE_TOOK));
                document.status.phase = "APPLIED";
                document.previous_offsets = Some(&[]);
            }
            Some(View::Superseded) => {
                let requested = alteration.accepted.saturating_add(Duration::from_secs(1));
                document.request.requested_at = writer.date(requested);
                document.request.offsets = Vec::new();
                document.request.r#type = AlterationType::Delete.as_str();
                document.status.phase = "PENDING";
                document.status.message = None;
                document.previous_offsets = None;
                document.applied_at = None;
            }
        }
        Reply::status(200).json(&document)
    }
}
