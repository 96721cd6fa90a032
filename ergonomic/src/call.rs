//! One call: attempts, delays between them, and the error that tells what came of them.

use std::time::Duration;

use backon::ExponentialBackoff;
use ccloud_connect_client::hooks::{BodyEnd, Exchange};
use tracing::Instrument;

use crate::auth::Authorization;
use crate::client::{Client, Inner as ClientInner};
use crate::error::decode::ErrorBody;
use crate::error::{Answer, Effect, Error, ErrorKind, Inner as ErrorInner, Operation, Source};
use crate::headers;
use crate::wire::{self, Outcome, Request};

/// The state of one call across its attempts.
pub(crate) struct Call<'a, R> {
    client: &'a ClientInner,
    operation: Operation,
    request: &'a R,
    started: Duration,
    /// Attempts begun, and those of them that got as far as HTTP.
    tries: u32,
    attempts: u32,
    delays: ExponentialBackoff,
}

/// A value that came with its exchange.
pub(crate) struct Answered<T> {
    /// `None` when the answer was a success with a body that could not be read.
    pub(crate) value: Option<T>,
    pub(crate) exchange: Exchange,
}

impl<'a, R: Request> Call<'a, R> {
    pub(crate) fn new(client: &'a Client, request: &'a R) -> Self {
        let client = client.0.as_ref();
        Self {
            client,
            operation: R::OPERATION,
            request,
            started: client.clock.monotonic(),
            tries: 0,
            attempts: 0,
            delays: client.retry.delays(),
        }
    }

    /// Reads, repeating whatever may pass.
    pub(crate) async fn read(mut self) -> Result<R::Output, Error> {
        loop {
            let error = match self.attempt().await {
                Ok(Answered {
                    value: Some(value), ..
                }) => return Ok(value),
                Ok(Answered { exchange, .. }) if exchange.body_end == BodyEnd::Broken => {
                    let source = "the connection failed while the answer was being read";
                    self.error(ErrorKind::NoReply, Some(Source::Other(source.into())))
                }
                Ok(Answered { exchange, .. }) => return Err(self.unreadable(&exchange)),
                Err(error) => error,
            };
            self.pause_or(error, Error::is_transient).await?;
        }
    }

    /// One attempt, or a second one when the service refused the credentials and others can be had.
    pub(crate) async fn attempt(&mut self) -> Result<Answered<R::Output>, Error> {
        self.tries += 1;
        let span = tracing::info_span!(
            "ccloud_connect",
            operation = %self.operation,
            connector = %self.request.target(),
            attempt = self.tries,
            status = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        async {
            let (outcome, authorization) = self.exchange().await?;
            let outcome = match outcome {
                Outcome::Refused(exchange)
                    if exchange.status.as_u16() == 401
                        && self.client.credentials.rejected(&authorization) =>
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

    async fn exchange(&mut self) -> Result<(Outcome<R::Output>, Authorization), Error> {
        let patience = self.remaining();
        if let Err(wait) = self
            .client
            .limiter
            .turn(self.client.clock.as_ref(), patience)
            .await
        {
            let detail = format!(
                "it is spent for another {}, longer than this call may take",
                crate::error::seconds(wait)
            );
            return Err(self.detailed(ErrorKind::RateLimited, detail));
        }
        let limit = self.client.retry.attempt_timeout;
        let authorization = self.client.credentials.authorization();
        let authorization = match tokio::time::timeout(limit, authorization).await {
            Ok(Ok(authorization)) => authorization,
            Err(_) => {
                let limit = crate::error::seconds(limit);
                let detail = format!("getting them took longer than {limit}");
                return Err(self.detailed(ErrorKind::Credentials, detail));
            }
            Ok(Err(error)) => {
                return Err(self.error(ErrorKind::Credentials, Some(Source::Other(error.into()))));
            }
        };
        let Some(header) = authorization.header_value() else {
            let detail =
                "they hold characters that no header may carry, such as a line break".to_owned();
            return Err(self.detailed(ErrorKind::Credentials, detail));
        };
        self.attempts += 1;
        let outcome = wire::send(self.request, &self.client.raw, header, limit).await;
        if let Outcome::Answered(_, exchange) | Outcome::Refused(exchange) = &outcome {
            let status = exchange.status.as_u16();
            let span = tracing::Span::current();
            span.record("status", status);
            if let Some(id) = headers::request_id(&exchange.headers) {
                span.record("request_id", id);
            }
            self.client.limiter.observe(
                self.client.clock.as_ref(),
                status == 429,
                &exchange.headers,
            );
        }
        Ok((outcome, authorization))
    }

    /// Sleeps before the next attempt, or gives `error` back when there is to be none.
    pub(crate) async fn pause_or(
        &mut self,
        error: Error,
        again: fn(&Error) -> bool,
    ) -> Result<(), Error> {
        let passing = again(&error) || error.has_transient_credentials();
        if !passing
            || error.kind() == ErrorKind::RateLimited
            || self.tries >= self.client.retry.max_attempts
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
        self.client.clock.sleep(delay).await;
        Ok(())
    }

    fn remaining(&self) -> Duration {
        self.client
            .retry
            .total_timeout
            .saturating_sub(self.elapsed())
    }

    fn elapsed(&self) -> Duration {
        self.client.clock.monotonic().saturating_sub(self.started)
    }

    fn refused(&self, exchange: &Exchange) -> Error {
        let body = ErrorBody::read(&exchange.body);
        let status = exchange.status.as_u16();
        let busy = self.operation == Operation::Alter && is_busy(status, &body);
        let kind = if busy {
            ErrorKind::Busy
        } else {
            ErrorKind::Rejected
        };
        self.build(kind, Some(self.answer(exchange, body)), None, None)
    }

    /// A success whose body could not be read.
    pub(crate) fn unreadable(&self, exchange: &Exchange) -> Error {
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
            retry_after: headers::retry_after(&exchange.headers, self.client.clock.now()),
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
        let effect = match self.operation {
            Operation::Alter => effect(kind, answer.as_ref().map(|answer| answer.status)),
            _ => Effect::ReadOnly,
        };
        Error::new(ErrorInner {
            kind,
            operation: self.operation,
            target: self.request.target(),
            effect,
            answer,
            detail,
            source,
            attempts: self.attempts,
            elapsed: self.elapsed(),
        })
    }
}

/// What a failed POST leaves behind. Only an answer that plainly refuses it is certain.
fn effect(kind: ErrorKind, status: Option<u16>) -> Effect {
    match (kind, status) {
        (ErrorKind::Unreadable, _) => Effect::Accepted,
        (ErrorKind::NoReply | ErrorKind::Timeout, _) | (_, Some(408 | 500..)) => Effect::Unknown,
        _ => Effect::NotAccepted,
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
