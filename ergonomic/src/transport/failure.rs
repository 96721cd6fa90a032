//! Makes the error of a call: what the service answered, what the call may have changed, and the words of the message.

use std::time::Duration;

use ccloud_connect_client::hooks::{BodyEnd, ERROR_BODY_LIMIT, Exchange};

use super::Transport;
use super::operation::Operation;
use super::send::BoxError;
use crate::auth::{Authorization, CredentialsError, Secrets};
use crate::endpoint::{BuildError, headers};
use crate::error::{
    Answer, Effect, Error, ErrorBody, ErrorKind, Fault, Inner, Safety, Source, quotable,
    uncompressed,
};

/// The progress of a call: everything that its error reports besides the failure itself.
pub(super) struct SoFar<'a, O> {
    pub(super) transport: &'a Transport,
    pub(super) operation: &'a O,
    pub(super) started: Duration,
    /// The number of attempts in which an HTTP request was started.
    pub(super) attempts: u32,
    /// The authorization of the last attempt.
    pub(super) authorization: Option<Authorization>,
}

impl<O: Operation> SoFar<'_, O> {
    pub(super) fn elapsed(&self) -> Duration {
        let now = self.transport.clock.monotonic();
        now.saturating_sub(self.started)
    }

    /// The error for an answer whose status is not a success.
    pub(super) fn refused(&self, exchange: &Exchange) -> Error {
        let answer = self.answer(exchange, |body, secrets| {
            ErrorBody::read(body, |text| secrets.blank(text))
        });
        let kind = match answer.status {
            _ if O::SAFETY != Safety::Reads && is_busy(&answer) => ErrorKind::Busy,
            // A page of a proxy does not show that the connector is unknown.
            404 if answer.is_page() => ErrorKind::Unexpected,
            status => ErrorKind::of_status(status),
        };
        Error::new(self.inner(kind, Some(answer)))
    }

    /// The error for a successful answer whose body could not be read. For an operation that only reads, an interrupted
    /// body counts as a missing answer.
    pub(super) fn unreadable(&self, exchange: &Exchange, reason: String) -> Error {
        if O::SAFETY == Safety::Reads && exchange.body_end == BodyEnd::Broken {
            let source = "the connection failed while the answer was being read";
            let fault = Fault {
                reason: source.to_owned(),
                ..Fault::default()
            };
            return self.fault(ErrorKind::NoReply, fault, source.into());
        }
        let answer = self.answer(exchange, |body, secrets| {
            ErrorBody::read_success(body, |text| secrets.blank(text))
        });
        let reason = match self.secrets() {
            Some(secrets) => secrets.blank(reason),
            None => reason,
        };
        Error::new(Inner {
            detail: quotable(&reason),
            ..self.inner(ErrorKind::Unreadable, Some(answer))
        })
    }

    pub(super) fn without_credentials(&self, error: CredentialsError) -> Error {
        let fault = Fault {
            reason: error.to_string(),
            is_lasting: !error.is_transient(),
            retry_after: error.retry_after(),
            advice: None,
        };
        self.fault(ErrorKind::Credentials, fault, error.into())
    }

    pub(super) fn without_client(&self, error: BuildError) -> Error {
        let fault = Fault {
            reason: error.to_string(),
            is_lasting: true,
            advice: Some("Check the certificates of this machine, and the settings of the client"),
            ..Fault::default()
        };
        self.fault(ErrorKind::NotSent, fault, error.into())
    }

    pub(super) fn request_id(&self, exchange: &Exchange) -> Option<String> {
        let id = headers::request_id(&exchange.headers)?;
        let id = match self.secrets() {
            Some(secrets) => secrets.blank(id),
            None => id,
        };
        Some(id.chars().take(128).collect())
    }

    fn secrets(&self) -> Option<Secrets> {
        self.authorization.as_ref().map(Authorization::secrets)
    }

    /// The answer, without the credentials that it may repeat.
    fn answer(
        &self,
        exchange: &Exchange,
        read: impl FnOnce(&[u8], &Secrets) -> ErrorBody,
    ) -> Answer {
        let mut body = exchange
            .body
            .slice(..exchange.body.len().min(ERROR_BODY_LIMIT));
        let secrets = self.secrets();
        let mut told = ErrorBody::default();
        if let Some(secrets) = &secrets {
            let plain = match uncompressed(&body, ERROR_BODY_LIMIT) {
                Ok(plain) => plain.into_owned().into(),
                Err(_) => body.clone(),
            };
            let clean = secrets.blank_bytes(bytes::Bytes::clone(&plain));
            if clean != plain {
                body = clean;
            }
            told = read(&body, secrets);
        }
        Answer {
            status: exchange.status.as_u16(),
            told,
            request_id: self.request_id(exchange),
            retry_after: headers::retry_after(&exchange.headers, self.transport.clock.now()),
            age: headers::age(&exchange.headers),
            is_whole: exchange.body_end == BodyEnd::Complete,
            body,
        }
    }

    /// The error about a failure without an answer; `detail` describes it in words.
    pub(super) fn error(&self, kind: ErrorKind, detail: impl Into<String>) -> Error {
        Error::new(Inner {
            detail: Some(detail.into()),
            ..self.inner(kind, None)
        })
    }

    /// The error about a failed connection, or about a failure before a connection was made.
    pub(super) fn fault(&self, kind: ErrorKind, fault: Fault, error: BoxError) -> Error {
        Error::new(Inner {
            fault: Some(fault),
            source: Some(Source::Other(error)),
            ..self.inner(kind, None)
        })
    }

    fn inner(&self, kind: ErrorKind, answer: Option<Answer>) -> Inner {
        let is_token = |sent: &Authorization| !sent.is_basic();
        Inner {
            effect: Effect::of(O::SAFETY, kind, answer.as_ref()),
            answer,
            route: Some(self.transport.route()),
            is_token: self.authorization.as_ref().is_some_and(is_token),
            attempts: self.attempts,
            elapsed: self.elapsed(),
            ..Inner::new(O::WORDS, self.operation.target(), kind)
        }
    }
}

/// Whether an answer refuses the request because another request is in progress. The HTTP status for this is not
/// published. *Assumed*: 409, or a 400 whose message contains both a word such as `request` or `alter`, and a phrase
/// such as `pending` or `in progress`. One of them alone is not enough, because it may be part of a topic's name.
fn is_busy(answer: &Answer) -> bool {
    let speaks_of_another = || {
        let message = answer.told.message.as_deref().unwrap_or_default();
        let message = message.to_ascii_lowercase();
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
    answer.status == 409 || (answer.status == 400 && speaks_of_another())
}
