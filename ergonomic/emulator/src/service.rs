//! Handles one request, from its arrival to its reply.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use hyper::body::Incoming;

use super::Operation;
use super::assumptions::{Assumptions, ContentType};
use super::auth::Auth;
use super::backend::Backing;
use super::control;
use super::fault::{Ending, Fault};
use super::faults::Faults;
use super::http::{BodyProblem, Limits, ReplyBody, read_body};
use super::lock::lock;
use super::log::{Log, RecordedRequest};
use super::operation::Route;
use super::rate_limit::Limiter;
use super::reply::Reply;
use super::timeline::Timeline;

/// All parts of an emulator except its listener.
pub(super) struct Core {
    pub(super) timeline: Arc<Timeline>,
    pub(super) assumptions: Mutex<Assumptions>,
    /// The assumptions with which the emulator started; a reset restores them.
    pub(super) assumed: Assumptions,
    pub(super) limits: Limits,
    pub(super) backing: Backing,
    pub(super) faults: Mutex<Faults>,
    pub(super) log: Mutex<Log>,
    pub(super) auth: Mutex<Auth>,
    pub(super) limiter: Option<Mutex<Limiter>>,
    pub(super) requests: AtomicU64,
    /// The path below which everything is served: empty, or with a slash at its beginning and no slash at its end.
    pub(super) base_path: String,
}

/// The result of an operation: the usual reply, and whether an alteration was accepted.
pub(super) struct Outcome {
    pub(super) reply: Reply,
    /// Whether an alteration was accepted.
    pub(super) accepted: bool,
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            accepted: false,
        }
    }
}

/// The reply to a request whose body could not be read; `None` when the client has closed the connection.
fn unread(problem: BodyProblem) -> Option<Reply> {
    match problem {
        BodyProblem::Broken => None,
        BodyProblem::TooLarge => Some(Reply::error(413, "the request body is too large")),
        BodyProblem::TooSlow => Some(Reply::error(408, "the request body came too slowly")),
    }
}

impl Core {
    pub(super) fn assumptions(&self) -> Assumptions {
        *lock(&self.assumptions)
    }

    /// Answers a request. `None` means that the connection ends without a reply. If `abort` is set, it ends with a reset.
    pub(super) async fn answer(
        &self,
        request: http::Request<Incoming>,
        peer: IpAddr,
        abort: &AtomicBool,
    ) -> Option<http::Response<ReplyBody>> {
        let (head, mut body) = request.into_parts();
        let below = head.uri.path().strip_prefix(&*self.base_path);
        let below = below.filter(|rest| rest.starts_with('/'));
        let reply = match below.and_then(control::below) {
            Some(path) => self.steered(&head, path, &mut body, peer).await?,
            None => self.served(&head, below, &mut body, abort).await?,
        };
        let id = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let date = self.timeline.timestamp(self.timeline.now());
        let reply = reply
            .default_header("x-request-id", &format!("emulator-{id:08x}"))
            // Without this header the HTTP server would send the real time instead of the emulator's time.
            .default_header("date", &httpdate::fmt_http_date(date.into()));
        let status = reply.code().as_u16();
        tracing::debug!(method = %head.method, path = head.uri.path(), status, "answered");
        Some(reply.into_response())
    }

    /// Answers a request for the control of the emulator. The body is read only when the caller may use the control.
    async fn steered(
        &self,
        head: &Parts,
        path: &str,
        body: &mut Incoming,
        peer: IpAddr,
    ) -> Option<Reply> {
        if let Err(refused) = self.admit_control(head, peer) {
            return Some(refused.reply());
        }
        match read_body(body, self.limits.body, self.limits.time).await {
            Err(problem) => unread(problem),
            Ok(body) => {
                let answered = self.control(head, path, &body);
                Some(answered.unwrap_or_else(|refused| refused.reply()))
            }
        }
    }

    /// Answers a request for the service, and applies the fault that is queued for its operation, if any.
    async fn served(
        &self,
        head: &Parts,
        path: Option<&str>,
        body: &mut Incoming,
        abort: &AtomicBool,
    ) -> Option<Reply> {
        let route = path.map(Route::of).unwrap_or_default();
        let operation = route.operation.filter(|o| o.method() == head.method);
        let fault = operation.and_then(|operation| lock(&self.faults).take(operation));
        let read = if fault.as_ref().is_none_or(Fault::reads_body) {
            read_body(body, self.limits.body, self.limits.time).await
        } else {
            Ok(Bytes::new())
        };
        let content = read.clone().unwrap_or_default();
        let number = self.record(head, &route, operation, content);
        let mut reply = match read {
            Err(problem) => unread(problem)?,
            Ok(_) if fault.as_ref().is_some_and(|fault| !fault.acts()) => Reply::usual(),
            Ok(body) => {
                let outcome = self.perform(head, &route, &body, fault.as_ref()).await;
                if let Some(request) = lock(&self.log).get_mut(number) {
                    request.accepted = outcome.accepted;
                }
                outcome.reply
            }
        };
        if let Some(fault) = fault {
            if !fault.delayed_by().is_zero() {
                tokio::time::sleep(fault.delayed_by()).await;
            }
            match fault.ending() {
                Ending::Reply => reply = fault.reply.over(reply),
                Ending::Hang => std::future::pending().await,
                Ending::Reset => {
                    abort.store(true, Ordering::Relaxed);
                    return None;
                }
            }
        }
        if let Some(request) = lock(&self.log).get_mut(number) {
            request.status = Some(reply.code());
        }
        Some(reply)
    }

    fn record(
        &self,
        head: &Parts,
        route: &Route,
        operation: Option<Operation>,
        body: Bytes,
    ) -> u64 {
        let path = head.uri.path_and_query().map_or("", |path| path.as_str());
        lock(&self.log).push(RecordedRequest {
            received_at: self.timeline.timestamp(self.timeline.now()),
            method: head.method.clone(),
            path: path.to_owned(),
            segments: route.segments.clone(),
            operation,
            headers: head.headers.clone(),
            body,
            status: None,
            accepted: false,
        })
    }

    /// Counts a request for the rate limit. If the limit allows it, checks the credentials and carries out the operation.
    async fn perform(
        &self,
        head: &Parts,
        route: &Route,
        body: &[u8],
        fault: Option<&Fault>,
    ) -> Outcome {
        let now = self.timeline.now();
        let share = self
            .limiter
            .as_ref()
            .map(|limiter| lock(limiter).count(now));
        let mut outcome = match share {
            Some(share) if !share.admitted => share.refusal().into(),
            _ => self.admitted(head, route, body, fault, now).await,
        };
        if let Some(share) = share {
            outcome.reply = share.report(outcome.reply);
        }
        outcome
    }

    async fn admitted(
        &self,
        head: &Parts,
        route: &Route,
        body: &[u8],
        fault: Option<&Fault>,
        now: Duration,
    ) -> Outcome {
        let Some(operation) = route.operation else {
            return Reply::error(404, "resource not found").into();
        };
        if operation.method() != head.method {
            return Reply::error(405, "method not allowed")
                .header("allow", operation.method().as_str())
                .into();
        }
        if operation == Operation::Token {
            // The emulator's token exchange accepts every token, so its access tokens must not open real connectors.
            if self.backing.simulated().is_none() {
                return Reply::error(404, "with a real Kafka Connect, no tokens are exchanged")
                    .into();
            }
            return lock(&self.auth).exchange(body, now).into();
        }
        if !lock(&self.auth).admits(&head.headers, now) {
            return Reply::error(401, "Unauthorized").into();
        }
        if operation == Operation::ReadCluster {
            let (id, ..) = route.target();
            return self.cluster(id, head.uri.query()).into();
        }
        let json_only = self.assumptions().content_type == ContentType::Json;
        if operation == Operation::Alter && json_only && !says_json(&head.headers) {
            return Reply::error(400, "the content type must be application/json").into();
        }
        self.operate(operation, route.target(), head.uri.query(), body, fault)
            .await
    }
}

/// Whether the request's content type is `application/json`, with or without parameters.
pub(super) fn says_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let media = value.map(|value| value.split(';').next().unwrap_or_default());
    media.is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}
