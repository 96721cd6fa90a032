//! One call: attempts, delays between them, and the error that tells what came of them.

use std::time::Duration;

use ccloud_connect_client::hooks::Exchange;
use tracing::Instrument;

use super::Transport;
use super::failure::Part;
use super::operations::Operation;
use super::retry::Delays;
use super::send::{self, Outcome};
use crate::auth::Authorization;
use crate::endpoint::Connections;
use crate::error::{Error, ErrorKind, Result, Safety, seconds};

/// The state of one call across its attempts.
pub(crate) struct Call<'a, O> {
    pub(super) transport: &'a Transport,
    pub(super) operation: &'a O,
    started: Duration,
    /// When the first attempt began that may have arrived.
    sent: Option<Duration>,
    /// Attempts begun, and those of them that got as far as HTTP.
    tries: u32,
    pub(super) attempts: u32,
    delays: Delays,
    /// What the last attempt was authorized by.
    pub(super) authorization: Option<Authorization>,
}

impl<'a, O: Operation> Call<'a, O> {
    pub(crate) fn new(transport: &'a Transport, operation: &'a O) -> Self {
        Self {
            transport,
            operation,
            started: transport.clock.monotonic(),
            sent: None,
            tries: 0,
            attempts: 0,
            delays: transport.retry.delays(),
            authorization: None,
        }
    }

    /// Sends, and repeats what may be sent again: after anything that may pass, but for an operation that must be accepted
    /// at most once only when it certainly never left.
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

    /// When the first attempt began that may have arrived, on the monotonic clock.
    pub(crate) fn sent(&self) -> Duration {
        self.sent.unwrap_or(self.started)
    }

    /// One attempt, in which a success whose body could not be read is an error; or a second one when the service refused the credentials and others can be had.
    pub(crate) async fn once(&mut self) -> Result<(O::Output, Exchange)> {
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
            let outcome = match self.exchange().await? {
                Outcome::Refused(exchange)
                    if exchange.status.as_u16() == 401 && self.can_refresh() =>
                {
                    tracing::debug!("credentials refused, trying once with fresh ones");
                    self.exchange().await?
                }
                outcome => outcome,
            };
            match outcome {
                Outcome::Answered(Ok(value), exchange) => Ok((value, exchange)),
                Outcome::Answered(Err(reason), exchange) => Err(self.unreadable(&exchange, reason)),
                Outcome::Refused(exchange) => Err(self.refused(&exchange)),
                Outcome::NotSent(fault, error) => {
                    Err(self.error(ErrorKind::NotSent, Part::Fault(fault, error)))
                }
                Outcome::NoReply(fault, error) => {
                    Err(self.error(ErrorKind::NoReply, Part::Fault(fault, error)))
                }
                Outcome::TimedOut => {
                    let limit = seconds(self.transport.retry.attempt_timeout);
                    let detail = format!("one attempt may take {limit}");
                    Err(self.error(ErrorKind::Timeout, Part::Detail(detail)))
                }
            }
        }
        .instrument(span)
        .await
    }

    fn can_refresh(&self) -> bool {
        let credentials = &self.transport.credentials;
        self.authorization
            .as_ref()
            .is_some_and(|rejected| credentials.refresh_after_401(rejected))
    }

    async fn exchange(&mut self) -> Result<Outcome<O::Output>> {
        let limit = self.remaining();
        if let Err(wait) = self
            .transport
            .limiter
            .turn(self.transport.clock.as_ref(), limit)
            .await
        {
            let detail = format!(
                "it is spent for another {}, longer than this call may take",
                seconds(wait)
            );
            return Err(self.error(ErrorKind::HeldBack, Part::Detail(detail)));
        }
        let limit = self.transport.retry.attempt_timeout;
        let authorization = self.transport.credentials.authorization();
        let authorization = match tokio::time::timeout(limit, authorization).await {
            Ok(Ok(authorization)) => authorization,
            Ok(Err(error)) => return Err(self.without_credentials(error)),
            Err(_) => {
                let detail = format!("getting them took longer than {}", seconds(limit));
                return Err(self.error(ErrorKind::Credentials, Part::Detail(detail)));
            }
        };
        let Some(header) = authorization.header_value() else {
            let detail =
                "they hold characters that no header may carry, such as a line break".to_owned();
            return Err(self.error(ErrorKind::Credentials, Part::Detail(detail)));
        };
        self.authorization = Some(authorization);
        let connections = match O::SAFETY {
            Safety::Reads => Connections::Shared,
            Safety::Idempotent | Safety::AtMostOnce => Connections::Own,
        };
        let client = match tokio::time::timeout(limit, self.transport.raw(connections)).await {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => return Err(self.without_client(error)),
            Err(_) => {
                let detail = "reading the certificate store took too long".to_owned();
                return Err(self.error(ErrorKind::NotSent, Part::Detail(detail)));
            }
        };
        self.attempts += 1;
        let began = self.transport.clock.monotonic();
        let outcome = send::send(self.operation, &client, header, limit).await;
        if !matches!(outcome, Outcome::NotSent(..)) {
            self.sent.get_or_insert(began);
        }
        if let Outcome::Answered(_, exchange) | Outcome::Refused(exchange) = &outcome {
            let status = exchange.status.as_u16();
            let span = tracing::Span::current();
            span.record("status", status);
            if let Some(id) = self.request_id(exchange) {
                span.record("request_id", id);
            }
            self.transport.limiter.observe(
                self.transport.clock.as_ref(),
                status == 429,
                &exchange.headers,
            );
        }
        Ok(outcome)
    }

    /// Sleeps before the next attempt; false when there is to be none.
    pub(crate) async fn pause(&mut self, error: &Error) -> bool {
        let is_last = self.tries >= self.transport.retry.max_attempts;
        if is_last || error.kind() == ErrorKind::HeldBack {
            return false;
        }
        let delay = self.delays.next().max(error.retry_after());
        let Some(delay) = delay.filter(|delay| *delay <= self.remaining()) else {
            return false;
        };
        tracing::info!(%error, ?delay, "trying again");
        self.transport.clock.sleep(delay).await;
        true
    }

    fn remaining(&self) -> Duration {
        self.transport
            .retry
            .total_timeout
            .saturating_sub(self.elapsed())
    }

    pub(super) fn elapsed(&self) -> Duration {
        let now = self.transport.clock.monotonic();
        now.saturating_sub(self.started)
    }
}
