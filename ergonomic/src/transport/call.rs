//! One call: attempts, delays between them, and the error that tells what came of them.

use std::time::Duration;

use backon::ExponentialBackoff;
use ccloud_connect_client::hooks::{BodyEnd, Exchange};
use tracing::Instrument;

use super::Transport;
use super::headers;
use super::operations::Operation;
use super::send::{self, Outcome};
use crate::auth::Authorization;
use crate::error::body::ErrorBody;
use crate::error::{Answer, Effect, Error, ErrorKind, Inner as ErrorInner, Result, Safety, Source};

/// The state of one call across its attempts.
pub(crate) struct Call<'a, O> {
    transport: &'a Transport,
    operation: &'a O,
    started: Duration,
    /// When the last attempt began.
    attempted: Duration,
    /// Attempts begun, and those of them that got as far as HTTP.
    tries: u32,
    attempts: u32,
    delays: ExponentialBackoff,
}

/// A value that came with its exchange.
struct Answered<T> {
    /// `None` when the answer was a success with a body that could not be read.
    value: Option<T>,
    exchange: Exchange,
}

impl<'a, O: Operation> Call<'a, O> {
    pub(crate) fn new(transport: &'a Transport, operation: &'a O) -> Self {
        let started = transport.clock.monotonic();
        Self {
            transport,
            operation,
            started,
            attempted: started,
            tries: 0,
            attempts: 0,
            delays: transport.retry.delays(),
        }
    }

    /// Sends, and repeats what may be sent again: after anything that may pass, but for an operation that must be accepted
    /// at most once only when it certainly was not.
    pub(crate) async fn run(&mut self) -> Result<O::Output> {
        loop {
            self.attempted = self.transport.clock.monotonic();
            let error = match self.attempt().await {
                Ok(Answered {
                    value: Some(value), ..
                }) => return Ok(value),
                Ok(Answered { exchange, .. }) => self.unreadable(&exchange),
                Err(error) => error,
            };
            let again = match O::SAFETY {
                Safety::Reads | Safety::Idempotent => error.is_transient(),
                Safety::AtMostOnce => is_certainly_passing(&error),
            };
            self.pause_or(error, again).await?;
        }
    }

    /// One attempt; a success whose body could not be read is an error.
    pub(crate) async fn once(&mut self) -> Result<(O::Output, Exchange)> {
        let Answered { value, exchange } = self.attempt().await?;
        match value {
            Some(value) => Ok((value, exchange)),
            None => Err(self.unreadable(&exchange)),
        }
    }

    /// When the last attempt of [`run`](Self::run) began, on the monotonic clock.
    pub(crate) fn attempted(&self) -> Duration {
        self.attempted
    }

    /// One attempt, or a second one when the service refused the credentials and others can be had.
    async fn attempt(&mut self) -> Result<Answered<O::Output>> {
        self.tries += 1;
        let span = tracing::info_span!(
            "ccloud_connect",
            operation = %O::WORDS.doing,
            connector = %self.operation.target(),
            attempt = self.tries,
            status = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        async {
            let (outcome, authorization) = self.exchange().await?;
            let outcome = match outcome {
                Outcome::Refused(exchange)
                    if exchange.status.as_u16() == 401
                        && self.transport.credentials.refresh_after_401(&authorization) =>
                {
                    tracing::debug!("credentials refused, trying once with fresh ones");
                    self.exchange().await?.0
                }
                outcome => outcome,
            };
            match outcome {
                Outcome::Answered(value, exchange) => Ok(Answered { value, exchange }),
                Outcome::Refused(exchange) => Err(self.refused(&exchange)),
                Outcome::NotSent(error) => {
                    Err(self.error(ErrorKind::NotSent, Some(Source::Other(error))))
                }
                Outcome::NoReply(error) => {
                    Err(self.error(ErrorKind::NoReply, Some(Source::Other(error))))
                }
                Outcome::TimedOut => Err(self.error(ErrorKind::Timeout, None)),
            }
        }
        .instrument(span)
        .await
    }

    async fn exchange(&mut self) -> Result<(Outcome<O::Output>, Authorization)> {
        let limit = self.remaining();
        if let Err(wait) = self
            .transport
            .limiter
            .turn(self.transport.clock.as_ref(), limit)
            .await
        {
            let detail = format!(
                "it is spent for another {}, longer than this call may take",
                crate::error::seconds(wait)
            );
            return Err(self.detailed(ErrorKind::HeldBack, detail));
        }
        let limit = self.transport.retry.attempt_timeout;
        let authorization = self.transport.credentials.authorization();
        let authorization = match tokio::time::timeout(limit, authorization).await {
            Ok(Ok(authorization)) => authorization,
            Err(_) => {
                let limit = crate::error::seconds(limit);
                let detail = format!("getting them took longer than {limit}");
                return Err(self.detailed(ErrorKind::Credentials, detail));
            }
            Ok(Err(error)) => {
                let transient = error.is_transient();
                let error = self.error(ErrorKind::Credentials, Some(Source::Other(error.into())));
                return Err(error.with_transient_credentials(transient));
            }
        };
        let Some(header) = authorization.header_value() else {
            let detail =
                "they hold characters that no header may carry, such as a line break".to_owned();
            return Err(self.detailed(ErrorKind::Credentials, detail));
        };
        self.attempts += 1;
        let outcome = send::send(self.operation, &self.transport.raw, header, limit).await;
        if let Outcome::Answered(_, exchange) | Outcome::Refused(exchange) = &outcome {
            let status = exchange.status.as_u16();
            let span = tracing::Span::current();
            span.record("status", status);
            if let Some(id) = headers::request_id(&exchange.headers) {
                span.record("request_id", id);
            }
            self.transport.limiter.observe(
                self.transport.clock.as_ref(),
                status == 429,
                &exchange.headers,
            );
        }
        Ok((outcome, authorization))
    }

    /// Sleeps before the next attempt, or gives `error` back when there is to be none.
    async fn pause_or(&mut self, error: Error, again: bool) -> Result<()> {
        if !again
            || error.kind() == ErrorKind::HeldBack
            || self.tries >= self.transport.retry.max_attempts
        {
            return Err(error);
        }
        let Some(delay) = self.delays.next().max(error.retry_after()) else {
            return Err(error);
        };
        if delay > self.remaining() {
            return Err(error);
        }
        tracing::info!(%error, ?delay, "trying again");
        self.transport.clock.sleep(delay).await;
        Ok(())
    }

    fn remaining(&self) -> Duration {
        self.transport
            .retry
            .total_timeout
            .saturating_sub(self.elapsed())
    }

    fn elapsed(&self) -> Duration {
        self.transport
            .clock
            .monotonic()
            .saturating_sub(self.started)
    }

    fn refused(&self, exchange: &Exchange) -> Error {
        let body = ErrorBody::read(&exchange.body);
        let status = exchange.status.as_u16();
        let busy = O::SAFETY != Safety::Reads && is_busy(status, &body);
        let kind = if busy {
            ErrorKind::Busy
        } else {
            ErrorKind::of_status(status)
        };
        self.build(kind, Some(self.answer(exchange, body)), None, None)
    }

    /// A success whose body could not be read. One that broke off says nothing more about a read than no answer does.
    fn unreadable(&self, exchange: &Exchange) -> Error {
        if O::SAFETY == Safety::Reads && exchange.body_end == BodyEnd::Broken {
            let source = "the connection failed while the answer was being read";
            return self.error(ErrorKind::NoReply, Some(Source::Other(source.into())));
        }
        let answer = self.answer(
            exchange,
            ErrorBody {
                code: None,
                message: None,
            },
        );
        self.build(ErrorKind::Unreadable, Some(answer), None, None)
    }

    pub(crate) fn error(&self, kind: ErrorKind, source: Option<Source>) -> Error {
        self.build(kind, None, None, source)
    }

    fn detailed(&self, kind: ErrorKind, detail: String) -> Error {
        self.build(kind, None, Some(detail), None)
    }

    fn answer(&self, exchange: &Exchange, body: ErrorBody) -> Answer {
        Answer {
            status: exchange.status.as_u16(),
            code: body.code,
            message: body.message,
            request_id: headers::request_id(&exchange.headers),
            retry_after: headers::retry_after(&exchange.headers, self.transport.clock.now()),
            body: exchange.body.clone(),
        }
    }

    fn build(
        &self,
        kind: ErrorKind,
        answer: Option<Answer>,
        detail: Option<String>,
        source: Option<Source>,
    ) -> Error {
        Error::new(ErrorInner {
            kind,
            words: O::WORDS,
            target: self.operation.target(),
            effect: Effect::of(O::SAFETY, kind),
            answer,
            detail,
            source,
            transient_credentials: false,
            attempts: self.attempts,
            elapsed: self.elapsed(),
        })
    }
}

/// Whether a refused request may be sent again although it must be accepted at most once: it never left, or the service
/// said "later".
fn is_certainly_passing(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::NotSent | ErrorKind::Throttled => true,
        ErrorKind::Credentials => error.is_transient(),
        _ => false,
    }
}

/// The code for a second request while one is in progress is not published. *Assumed*: 409, or a 400 whose message
/// speaks of a pending or running request. One of the words alone may be part of a topic's name.
fn is_busy(status: u16, body: &ErrorBody) -> bool {
    let speaks_of_another = || {
        let message = body
            .message
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let has = |phrase: &&str| message.contains(phrase);
        let speaks_of_requests = ["request", "alter", "operation", "update"].iter().any(has);
        let speaks_of_running = [
            "in progress",
            "in-progress",
            "pending",
            "already running",
            "ongoing",
            "another request",
            "currently running",
        ]
        .iter()
        .any(has);
        speaks_of_requests && speaks_of_running
    };
    status == 409 || (status == 400 && speaks_of_another())
}
