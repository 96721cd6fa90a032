//! Carries out each operation, after authentication.

use std::time::Duration;

use ccloud_connect_types::AlterationType;
use serde::Deserialize;
use serde_json::Value;

use super::Operation;
use super::assumptions::{BusyReply, NoRequest, Refusal, UnknownScope};
use super::backend::{AlterationView, Denied, Target, backend};
use super::fault::{Fault, Kind};
use super::reply::Reply;
use super::service::{Core, Outcome};
use super::siblings;
use super::world::{AlterRequest, NOTHING_TO_PATCH, malformed};

/// How much older than the latest request the request in a stale status is.
const STALE_BY: Duration = Duration::from_secs(3600);
/// The duration of the alteration that a stale status shows, which is that of the one alteration recorded from the service.
const STALE_TOOK: Duration = Duration::from_secs(53);

impl Core {
    pub(super) async fn operate(
        &self,
        operation: Operation,
        target: Target<'_>,
        query: Option<&str>,
        body: &[u8],
        fault: Option<&Fault>,
    ) -> Outcome {
        if !self.backing.has_cluster(target.0, target.1) {
            return self.unknown_scope().into();
        }
        let done = if operation == Operation::Alter {
            self.alter(target, body).await
        } else {
            let reply = self.reply(operation, target, query, fault).await;
            reply.map(Outcome::from)
        };
        done.unwrap_or_else(|denied| {
            match denied {
                Denied::UnknownConnector => not_found(),
                Denied::NoOffsets => Reply::error(403, "this connector has no offset management"),
                Denied::Busy => Reply::error(self.assumptions().busy.status(), BusyReply::MESSAGE),
                Denied::Refused { status, message } => Reply::error(status, &message),
            }
            .into()
        })
    }

    fn unknown_scope(&self) -> Reply {
        match self.assumptions().unknown_scope {
            UnknownScope::Forbidden => Reply::error(403, "Forbidden"),
            UnknownScope::NotFound => not_found(),
        }
    }

    /// Answers with a Kafka cluster and its bootstrap address. With a real Kafka Connect the address is left out, because
    /// Kafka Connect does not report it.
    pub(super) fn cluster(&self, id: &str, query: Option<&str>) -> Reply {
        #[derive(Deserialize)]
        struct Query {
            environment: String,
        }
        let query = serde_urlencoded::from_str(query.unwrap_or_default());
        let Ok(Query { environment }) = query else {
            return Reply::error(400, "the query must name one environment");
        };
        if !self.backing.has_cluster(&environment, id) {
            return self.unknown_scope();
        }
        let world = self.backing.simulated();
        let bootstrap = world.and_then(|world| world.bootstrap(&environment, id));
        Reply::status(200).json(&siblings::cluster(id, bootstrap.as_deref()))
    }

    /// Replies to every operation on connectors except an alteration.
    async fn reply(
        &self,
        operation: Operation,
        target: Target<'_>,
        query: Option<&str>,
        fault: Option<&Fault>,
    ) -> Result<Reply, Denied> {
        let ok = |document: &Value| Reply::status(200).json(document);
        Ok(match operation {
            Operation::ListConnectors => {
                let wanted = siblings::wanted(query).map_err(|message| Denied::Refused {
                    status: 400,
                    message,
                })?;
                let connectors = backend!(self.backing, connectors, target)?;
                ok(&siblings::list(&wanted, &connectors))
            }
            Operation::ReadConnector => {
                ok(&siblings::read(&backend!(self.backing, connector, target)?))
            }
            Operation::ConnectorStatus => ok(&siblings::status(&backend!(
                self.backing,
                connector,
                target
            )?)),
            Operation::Pause => {
                backend!(self.backing, pause, target)?;
                Reply::status(202)
            }
            Operation::Resume => {
                backend!(self.backing, resume, target)?;
                Reply::status(202)
            }
            Operation::RequestStatus => {
                self.request_status(backend!(self.backing, latest, target)?, fault)
            }
            // Only ReadOffsets reaches this branch. Other functions handle alterations, clusters and tokens.
            Operation::ReadOffsets
            | Operation::Alter
            | Operation::ReadCluster
            | Operation::Token => {
                let sample = backend!(self.backing, offsets, target)?;
                Reply::status(200).json(&self.assumptions().offsets(&sample))
            }
        })
    }

    /// Answers an alteration. The body is parsed, and a body without offsets is refused, before the connector is looked up,
    /// as in Kafka Connect.
    async fn alter(&self, target: Target<'_>, body: &[u8]) -> Result<Outcome, Denied> {
        let assumptions = self.assumptions();
        let request = AlterRequest::parse(body, assumptions)?;
        if request.is_empty_patch() && assumptions.malformed == Refusal::AtOnce {
            return Err(malformed(NOTHING_TO_PATCH));
        }
        let accepted = backend!(self.backing, alter, target, request)?;
        Ok(Outcome {
            reply: Reply::status(202).json(&assumptions.request(&accepted)),
            accepted: true,
        })
    }

    fn request_status(&self, latest: Option<AlterationView>, fault: Option<&Fault>) -> Reply {
        let assumptions = self.assumptions();
        let Some(alteration) = latest else {
            let message = "no offsets request has been made for this connector";
            return match assumptions.no_request {
                NoRequest::NotFound => Reply::error(404, message),
                NoRequest::BadRequest => Reply::error(400, message),
            };
        };
        let mut document = assumptions.status(&alteration);
        match fault.map(|fault| (fault.kind, fault.phase.as_deref())) {
            Some((Kind::Phase, Some(phase))) => {
                document.status.phase = phase;
                document.status.message = None;
                document.applied_at = None;
            }
            Some((Kind::StaleApplied, _)) => {
                let requested = alteration.requested_at;
                let at = |later| assumptions.date(requested.saturating_sub(STALE_BY - later));
                document.request.requested_at = at(Duration::ZERO);
                document.applied_at = Some(at(STALE_TOOK));
                document.status.phase = "APPLIED";
                document.previous_offsets = Some(&[]);
            }
            Some((Kind::Superseded, _)) => {
                let requested = alteration
                    .requested_at
                    .saturating_add(Duration::from_secs(1));
                document.request.requested_at = assumptions.date(requested);
                document.request.offsets = Vec::new();
                document.request.r#type = AlterationType::Delete.as_str();
                document.status.phase = "PENDING";
                document.status.message = None;
                document.previous_offsets = None;
                document.applied_at = None;
            }
            _ => {}
        }
        Reply::status(200).json(&document)
    }
}

fn not_found() -> Reply {
    Reply::error(404, "resource not found")
}
