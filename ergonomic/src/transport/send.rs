//! Sends one request once, and classifies the result.

use std::time::Duration;

use ccloud_connect_client::Error as RawError;
use ccloud_connect_client::hooks::{Capture, Exchange, Hooks};
use reqwest::header::HeaderValue;

use super::body;
use super::operation::Operation;
use crate::auth::Authorization;
use crate::endpoint;
use crate::error::{Fault, Safety};

/// The result of one attempt.
pub(crate) enum Outcome<T> {
    /// The service answered with success. The result is an error with the reason when the body could not be read.
    Answered(Result<T, String>, Exchange),
    /// The answer has an error status or a redirect.
    Refused(Exchange),
    /// The request was not sent.
    NotSent(Fault, BoxError),
    /// The request was sent, but no status came back.
    NoReply(Fault, BoxError),
    /// The time limit ended before a status came back or, for an operation that only reads, before the answer was
    /// complete.
    TimedOut,
}

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Sends the request once. The generated client drops the status and the headers when it cannot parse a body, so they
/// are taken from the captured exchange.
pub(crate) async fn send<O: Operation>(
    operation: &O,
    client: &super::RawClient,
    authorization: &Authorization,
    header: HeaderValue,
    limit: Duration,
) -> Outcome<O::Output> {
    let capture = Capture::default();
    let client =
        client.with_hooks(|hooks: Hooks| hooks.with_authorization(header).with_capture(&capture));
    let result = tokio::time::timeout(limit, operation.call(&client)).await;
    if let Some(exchange) = capture.take() {
        if !exchange.status.is_success() {
            return Outcome::Refused(exchange);
        }
        let secrets = authorization.secrets();
        let value = match result {
            Ok(Ok(value)) if !secrets.long().are_in(&exchange.body) => {
                O::checked(value.into_inner()).map_err(str::to_owned)
            }
            Err(_) if O::SAFETY == Safety::Reads => return Outcome::TimedOut,
            Err(_) => Err("the time limit ended before the body was complete".to_owned()),
            _ => body::read::<O>(&exchange, &secrets),
        };
        return Outcome::Answered(value, exchange);
    }
    match result {
        Err(_) => Outcome::TimedOut,
        Ok(Err(RawError::CommunicationError(error))) => {
            // Our own error message already contains the URL.
            let error = error.without_url();
            let fault = endpoint::explain(&error);
            if error.is_connect() || error.is_builder() {
                Outcome::NotSent(fault, error.into())
            } else {
                Outcome::NoReply(fault, error.into())
            }
        }
        Ok(Err(error)) => {
            let fault = endpoint::explain(&error);
            Outcome::NotSent(fault, error.to_string().into())
        }
        Ok(Ok(_)) => {
            let error = BoxError::from("the exchange was not captured");
            Outcome::NoReply(endpoint::explain(error.as_ref()), error)
        }
    }
}
