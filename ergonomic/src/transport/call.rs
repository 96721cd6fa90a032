//! One call: its attempts, the delays between them, and the error that reports what happened.

use std::time::Duration;

use ccloud_connect_client::hooks::Exchange;
use tracing::Instrument;

use super::Transport;
use super::failure::SoFar;
use super::operation::Operation;
use super::retry::Delays;
use super::send::{self, Outcome};
use crate::auth::CredentialsError;
use crate::endpoint::Connections;
use crate::error::{Error, ErrorKind, Result, Safety, Target, seconds};
use crate::finding::text::excerpt;
use crate::model::ConnectorRef;

/// Why an answer with this name and this id is not about the connector at `path`; `None` when it is.
pub(crate) fn about_another(path: &ConnectorRef, [name, id]: [Option<&str>; 2]) -> Option<String> {
    let asked = Some(path.connector.as_str());
    let other = name.filter(|name| !name.is_empty())?;
    let is_other = name != asked && id != asked;
    is_other.then(|| format!("it is about the connector \"{}\"", excerpt(other)))
}

/// The state of one call across its attempts.
pub(crate) struct Call<'a, O> {
    so_far: SoFar<'a, O>,
    /// The start of the first attempt that may have reached the service; `None` before that attempt.
    sent: Option<Duration>,
    /// The number of attempts that have begun.
    tries: u32,
    /// The time at which the last attempt began.
    began: Duration,
    delays: Delays,
    /// Whether the credentials were renewed for an operation that must be accepted at most once.
    renewed: bool,
    /// The time by which the whole call has to be over, on the monotonic clock. The call includes waits for the rate
    /// limit, the delays, and every attempt.
    end: Duration,
}

impl<'a, O: Operation> Call<'a, O> {
    pub(crate) fn new(transport: &'a Transport, operation: &'a O) -> Self {
        let started = transport.clock.monotonic();
        Self {
            so_far: SoFar {
                transport,
                operation,
                started,
                attempts: 0,
                authorization: None,
            },
            sent: None,
            tries: 0,
            began: started,
            delays: transport.retry.delays(),
            renewed: false,
            end: started.saturating_add(transport.retry.total_timeout),
        }
    }

    /// The same call, which also has to be over by `end` on the monotonic clock.
    pub(crate) fn ending(mut self, end: Duration) -> Self {
        self.end = self.end.min(end);
        self
    }

    /// The same call, with the time limit `end` instead of the time limit of the client's policy.
    pub(crate) fn until(mut self, end: Duration) -> Self {
        self.end = end;
        self
    }

    /// The error about a successful answer whose body is not an answer to the request.
    pub(crate) fn unreadable(&self, exchange: &Exchange, reason: String) -> Error {
        self.so_far.unreadable(exchange, reason)
    }

    /// Sends the request, and sends it again when that is allowed. An operation that changes nothing is repeated after
    /// any temporary failure. An operation that must be accepted at most once is repeated only when the request was
    /// certainly not sent.
    pub(crate) async fn run(&mut self) -> Result<(O::Output, Exchange)> {
        loop {
            let error = match self.once().await {
                Ok(answered) => return Ok(answered),
                Err(error) => error,
            };
            let again = match O::SAFETY {
                Safety::Reads | Safety::Idempotent => error.is_transient(),
                Safety::AtMostOnce => {
                    let left = !matches!(error.kind(), ErrorKind::NotSent | ErrorKind::Credentials);
                    error.is_transient() && !left
                }
            };
            if !again || !self.pause(&error).await {
                return Err(error);
            }
        }
    }

    /// The start of the first attempt that may have reached the service, on the monotonic clock.
    pub(crate) fn sent(&self) -> Duration {
        self.sent.unwrap_or(self.so_far.started)
    }

    /// The time by which the whole call has to be over, on the monotonic clock.
    pub(crate) fn end(&self) -> Duration {
        self.end
    }

    /// Whether the request may be sent once more after a 401, with renewed credentials.
    pub(crate) fn renews(&mut self) -> bool {
        let renews = !self.renewed && self.can_refresh();
        self.renewed |= renews;
        renews
    }

    /// Why the answer is not about the connector of the request: it names another connector, as an answer from a
    /// confused cache may do. `None` when the answer names no other connector.
    fn stray(&self, answer: &O::Output) -> Option<String> {
        let Target::Connector(path) = self.so_far.operation.target() else {
            return None;
        };
        about_another(&path, O::connector(answer))
    }

    /// Makes one attempt. A successful answer whose body could not be read is an error. When the service refuses the
    /// credentials (401) and they can be renewed, the request is sent a second time, except when the operation must be
    /// accepted at most once.
    pub(crate) async fn once(&mut self) -> Result<(O::Output, Exchange)> {
        self.tries += 1;
        let span = tracing::info_span!(
            "ccloud_connect",
            operation = %O::WORDS.doing,
            connector = %self.so_far.operation.target(),
            attempt = self.tries,
            status = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        async {
            let outcome = match self.exchange().await? {
                Outcome::Refused(exchange)
                    if exchange.status.as_u16() == 401
                        && O::SAFETY != Safety::AtMostOnce
                        && self.has_time()
                        && self.can_refresh() =>
                {
                    tracing::debug!("credentials refused, trying once with fresh ones");
                    self.exchange().await?
                }
                outcome => outcome,
            };
            match outcome {
                Outcome::Answered(Ok(value), exchange) => match self.stray(&value) {
                    Some(reason) => Err(self.so_far.unreadable(&exchange, reason)),
                    None => Ok((value, exchange)),
                },
                Outcome::Answered(Err(reason), exchange) => {
                    Err(self.so_far.unreadable(&exchange, reason))
                }
                Outcome::Refused(exchange) => Err(self.so_far.refused(&exchange)),
                Outcome::NotSent(fault, error) => {
                    Err(self.so_far.fault(ErrorKind::NotSent, fault, error))
                }
                Outcome::NoReply(fault, error) => {
                    Err(self.so_far.fault(ErrorKind::NoReply, fault, error))
                }
                Outcome::TimedOut => {
                    let limit = self.so_far.transport.retry.attempt_timeout;
                    let detail = if limit <= self.end.saturating_sub(self.began) {
                        format!("one attempt may take {}", seconds(limit))
                    } else {
                        "the time limit of the call has ended".to_owned()
                    };
                    Err(self.so_far.error(ErrorKind::Timeout, detail))
                }
            }
        }
        .instrument(span)
        .await
    }

    fn can_refresh(&self) -> bool {
        let credentials = &self.so_far.transport.credentials;
        self.so_far
            .authorization
            .as_ref()
            .is_some_and(|rejected| credentials.refresh_after_401(rejected))
    }

    async fn exchange(&mut self) -> Result<Outcome<O::Output>> {
        let Transport { clock, limiter, .. } = self.so_far.transport;
        if let Err(wait) = limiter.turn(clock.as_ref(), self.remaining()).await {
            let detail = format!(
                "the rate limit allows no request for another {}, which is longer than this call may take",
                seconds(wait)
            );
            return Err(self.so_far.error(ErrorKind::HeldBack, detail));
        }
        self.began = clock.monotonic();
        let limit = self.remaining();
        let limit = limit.min(self.so_far.transport.retry.attempt_timeout);
        let began = tokio::time::Instant::now();
        let left = || limit.saturating_sub(began.elapsed());
        let authorization = self.so_far.transport.credentials.authorization();
        let authorization = match tokio::time::timeout(left(), authorization).await {
            Ok(Ok(authorization)) => authorization,
            Ok(Err(error)) => return Err(self.so_far.without_credentials(error)),
            Err(_) => {
                let late = format!(
                    "getting the credentials took longer than {}",
                    seconds(limit)
                );
                let late = CredentialsError::new(late).transient();
                return Err(self.so_far.without_credentials(late));
            }
        };
        let Some(header) = authorization.header_value() else {
            let detail = "the credentials contain characters that are not allowed in a header, such as a line break";
            return Err(self.so_far.error(ErrorKind::Credentials, detail));
        };
        self.so_far.authorization = Some(authorization.clone());
        let connections = match O::SAFETY {
            Safety::Reads => Connections::Shared,
            Safety::Idempotent | Safety::AtMostOnce => Connections::Own,
        };
        let client = self.so_far.transport.raw(connections);
        let client = match tokio::time::timeout(left(), client).await {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => return Err(self.so_far.without_client(error)),
            Err(_) => {
                let detail = "reading the certificate store took too long";
                return Err(self.so_far.error(ErrorKind::NotSent, detail));
            }
        };
        if left().is_zero() {
            let detail = "no time was left to send the request";
            return Err(self.so_far.error(ErrorKind::NotSent, detail));
        }
        self.so_far.attempts += 1;
        let began = clock.monotonic();
        let outcome = send::send(
            self.so_far.operation,
            &client,
            &authorization,
            header,
            left(),
        )
        .await;
        if !matches!(outcome, Outcome::NotSent(..)) {
            self.sent.get_or_insert(began);
        }
        if let Outcome::Answered(_, exchange) | Outcome::Refused(exchange) = &outcome {
            let status = exchange.status.as_u16();
            let span = tracing::Span::current();
            span.record("status", status);
            if let Some(id) = self.so_far.request_id(exchange) {
                span.record("request_id", id);
            }
            self.so_far.transport.limiter.observe(
                self.so_far.transport.clock.as_ref(),
                status == 429,
                &exchange.headers,
            );
        }
        Ok(outcome)
    }

    /// Sleeps before the next attempt; false when there is no next attempt.
    pub(crate) async fn pause(&mut self, error: &Error) -> bool {
        let is_last = self.tries >= self.so_far.transport.retry.max_attempts;
        if is_last || error.kind() == ErrorKind::HeldBack {
            return false;
        }
        let delay = self.delays.next().max(error.retry_after());
        let Some(delay) = delay.filter(|delay| *delay < self.remaining()) else {
            return false;
        };
        tracing::info!(error = %error.without_advice(), ?delay, "trying again");
        self.so_far.transport.clock.sleep(delay).await;
        true
    }

    /// Whether the time limit of the call has not ended yet.
    pub(crate) fn has_time(&self) -> bool {
        !self.remaining().is_zero()
    }

    fn remaining(&self) -> Duration {
        self.end
            .saturating_sub(self.so_far.transport.clock.monotonic())
    }
}
