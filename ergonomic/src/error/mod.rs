//! Why an operation gave no result, what it may have changed, and what to do next.
//!
//! This folder also reads error bodies. It does not send requests.

pub(crate) mod body;
mod display;
mod gzip;
mod kind;
mod operation;

use std::fmt;
use std::time::Duration;

use crate::finding::ValidationError;
use crate::model::ConnectorRef;

pub(crate) use body::{ErrorBody, quotable};
pub(crate) use display::seconds;
pub(crate) use gzip::{Unfoldable, uncompressed};
pub use kind::ErrorKind;
pub(crate) use operation::{Effect, Safety, Target, Words};

/// The result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation gave no result: what happened, to which connector, and what may have been changed.
///
/// `Display` is one line that contains all of this and what to do next. For a request that is not valid, the line has
/// the first finding and the number of the others; for a failed connection, it has the cause, the endpoint and the
/// proxy. [`findings`](Error::findings) returns every finding, and `source` gives the chain of causes. The alternate
/// form (`{:#}`) leaves out the findings and what was changed, for a program that shows them itself.
///
/// [`advice`](Error::advice) is what to do next, and [`without_advice`](Error::without_advice) is the line without it.
/// The predicates (`is_…`) are for programs.
///
/// Credentials that an answer repeats are removed from the message, the code, the request id and the body.
///
/// # Troubleshooting
/// | predicate | what a person should do |
/// |---|---|
/// | [`is_invalid`](Error::is_invalid) | correct the request; [`findings`](Error::findings) lists every fault with its path |
/// | [`is_unauthenticated`](Error::is_unauthenticated) | check that the API key is a *Cloud* API key, not one scoped to a Kafka cluster, and that it was not revoked; get a new bearer token |
/// | [`is_forbidden`](Error::is_forbidden) | check the role bindings, the environment and cluster ids, and whether the connector's class has offset management at all (custom connectors do not) |
/// | [`is_not_found`](Error::is_not_found) | check the connector's *name* (not its `lcc-…` id) and the cluster |
/// | [`is_busy`](Error::is_busy) | wait until the other request has ended, or let `wait_if_busy` wait for it |
/// | [`is_rate_limited`](Error::is_rate_limited) | wait for [`retry_after`](Error::retry_after), run fewer processes with the same key |
/// | [`is_transient`](Error::is_transient) | try again later |
/// | [`may_have_been_applied`](Error::may_have_been_applied) | read the request status before sending again |
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    pub(crate) words: Words,
    pub(crate) target: Target,
    pub(crate) effect: Effect,
    pub(crate) answer: Option<Answer>,
    pub(crate) detail: Option<String>,
    pub(crate) source: Option<Source>,
    /// The cause of a failure to connect, or to get credentials.
    pub(crate) fault: Option<Fault>,
    /// The route of the request: the endpoint, and the proxy.
    pub(crate) route: Option<String>,
    /// What to do next, when the kind of the error alone does not determine it.
    pub(crate) advice: Option<&'static str>,
    /// Whether the credentials that were sent are a token, not an API key.
    pub(crate) is_token: bool,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
}

impl Inner {
    /// The error about a failure before anything was sent.
    pub(crate) fn new(words: Words, target: Target, kind: ErrorKind) -> Self {
        Self {
            kind,
            words,
            target,
            effect: Effect::NotAccepted,
            answer: None,
            detail: None,
            source: None,
            fault: None,
            route: None,
            advice: None,
            is_token: false,
            attempts: 0,
            elapsed: Duration::ZERO,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match &self.answer {
            Some(answer) => answer.retry_after,
            None => self.fault.as_ref()?.retry_after,
        }
    }
}

/// Why no connection was made, why it failed, or why no credentials were available.
#[derive(Debug, Default)]
pub(crate) struct Fault {
    pub(crate) reason: String,
    /// Whether the failure lasts until a person corrects something.
    pub(crate) is_lasting: bool,
    /// How long the token exchange asked to wait before the next attempt.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) advice: Option<&'static str>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The code and the message in the body.
    pub(crate) told: ErrorBody,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// How long caches have stored the answer.
    pub(crate) age: Duration,
    /// Whether the body was read to its end.
    pub(crate) is_whole: bool,
    pub(crate) body: bytes::Bytes,
}

impl Answer {
    /// Whether the body is a page of HTML or XML, such as a proxy or a login portal sends.
    pub(crate) fn is_page(&self) -> bool {
        let body = uncompressed(&self.body, self.body.len().max(64 * 1024));
        body.is_ok_and(|body| body.trim_ascii_start().starts_with(b"<"))
    }
}

impl fmt::Debug for Answer {
    /// The body is shortened: it can be long, and errors are written to logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = &self.body[..self.body.len().min(1024)];
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("told", &self.told)
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .field("body_length", &self.body.len())
            .field("body_start", &quotable(&String::from_utf8_lossy(start)))
            .finish()
    }
}

#[derive(Debug)]
pub(crate) enum Source {
    Invalid(ValidationError),
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Box::new(inner))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// The same failure, with the effect and a detail that were found out after it.
    pub(crate) fn amended(mut self, effect: Effect, detail: String) -> Self {
        self.0.effect = effect;
        self.0.detail = Some(match self.0.detail.take() {
            Some(before) => format!("{before}; {detail}"),
            None => detail,
        });
        self
    }

    /// The same failure, with another effect.
    pub(crate) fn with_effect(mut self, effect: Effect) -> Self {
        self.0.effect = effect;
        self
    }

    /// The same failure, with `advice` instead of the advice for its kind.
    pub(crate) fn advising(mut self, advice: &'static str) -> Self {
        self.0.advice = Some(advice);
        self
    }

    /// The same failure, with another kind than the one derived from the answer.
    pub(crate) fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// An error about a request that was not sent.
    pub(crate) fn not_sent(
        words: Words,
        target: Target,
        kind: ErrorKind,
        source: Option<Source>,
    ) -> Self {
        Self::new(Inner {
            source,
            ..Inner::new(words, target, kind)
        })
    }

    /// What to do next: the end of the line that `Display` writes. `None` when the message already contains it, as for
    /// a plain refusal by the service.
    pub fn advice(&self) -> Option<String> {
        self.0.advice()
    }

    /// The line of `Display` without the [`advice`](Self::advice), for example for a log that has a separate field for
    /// it.
    pub fn without_advice(&self) -> impl fmt::Display + '_ {
        display::Bare(self)
    }

    /// The cause of the failure, without the connector, the effect and the advice.
    pub(crate) fn cause(&self) -> impl fmt::Display + '_ {
        display::Cause(self)
    }

    /// What the call shows of its request: not accepted, accepted, or unknown.
    pub(crate) fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The connector that the operation was about; `None` when it was about a whole cluster.
    pub fn connector(&self) -> Option<&ConnectorRef> {
        match &self.0.target {
            Target::Connector(path) => Some(path),
            Target::Cluster(..) => None,
        }
    }

    /// The HTTP status; `None` when no server answered.
    pub fn status(&self) -> Option<u16> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The error code in the body, as text. It is not the HTTP status, although often the same number.
    pub fn code(&self) -> Option<&str> {
        self.0.answer.as_ref()?.told.code.as_deref()
    }

    /// The message in the body, on one line and cut to a readable length.
    pub fn message(&self) -> Option<&str> {
        self.0.answer.as_ref()?.told.message.as_deref()
    }

    /// The `X-Request-Id` of the answer; give it to Confluent's support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.answer.as_ref()?.request_id.as_deref()
    }

    /// How long the service, or the token exchange, asked to wait before the next request (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after()
    }

    /// The raw body of the answer, as far as it was read; at most 1 MiB.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.answer.as_ref().map(|answer| answer.body.as_ref())
    }

    /// The number of HTTP attempts of the operation itself. Reads of the request status after an unclear failure are
    /// not counted.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The time from the start of the call to the failure, waiting included.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Every finding of validation; `None` when the call failed for another reason.
    pub fn findings(&self) -> Option<&ValidationError> {
        match &self.0.source {
            Some(Source::Invalid(invalid)) => Some(invalid),
            _ => None,
        }
    }

    /// Validation refused the request before anything was sent. Nothing was changed; correct the request.
    pub fn is_invalid(&self) -> bool {
        self.0.kind == ErrorKind::Invalid
    }

    /// No credentials are available, or the service did not accept them (401). Use a Cloud API key that is not revoked.
    pub fn is_unauthenticated(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Credentials | ErrorKind::Unauthenticated
        )
    }

    /// The service answered 403: no permission, a wrong environment or cluster id, or a connector without offset
    /// management.
    pub fn is_forbidden(&self) -> bool {
        self.0.kind == ErrorKind::Forbidden
    }

    /// The service answered 404: the connector does not exist. For the request status, 404 can also mean that no
    /// alteration was ever requested.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Another alteration of this connector is in progress, so this request was not accepted. Wait for the other
    /// alteration to end.
    pub fn is_busy(&self) -> bool {
        self.0.kind == ErrorKind::Busy
    }

    /// The service answered 429, or the library held the request back because an earlier answer reported that the rate
    /// limit is used up. Wait for [`retry_after`](Self::retry_after), if there is one.
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Throttled | ErrorKind::HeldBack)
    }

    /// The call reached a time limit of this library. The request itself may still be under way.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// The same call may succeed later without any change. For an alteration, first check
    /// [`may_have_been_applied`](Self::may_have_been_applied). TLS faults that need a correction, such as a certificate
    /// that is not trusted or has expired, are not transient.
    pub fn is_transient(&self) -> bool {
        let passes = |otherwise| {
            let fault = self.0.fault.as_ref();
            fault.map_or(otherwise, |fault| !fault.is_lasting)
        };
        match self.0.kind {
            ErrorKind::NotSent => passes(true),
            ErrorKind::NoReply
            | ErrorKind::Timeout
            | ErrorKind::HeldBack
            | ErrorKind::Throttled
            | ErrorKind::Server
            | ErrorKind::Stale
            | ErrorKind::SampleTooOld
            | ErrorKind::Busy
            | ErrorKind::Conflict => true,
            ErrorKind::Credentials => passes(false),
            ErrorKind::Invalid
            | ErrorKind::PlanOutdated
            | ErrorKind::Unauthenticated
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::BadRequest
            | ErrorKind::Unexpected
            | ErrorKind::Unreadable => false,
        }
    }

    /// The offsets may have been altered although the call failed. Read the request status before sending again: a
    /// second accepted request stops the connector once more.
    pub fn may_have_been_applied(&self) -> bool {
        matches!(self.0.effect, Effect::Accepted | Effect::Unknown)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.source {
            Some(Source::Other(source)) => Some(source.as_ref()),
            Some(Source::Invalid(invalid)) => Some(invalid),
            None => None,
        }
    }
}
