//! Sends one request once, and sorts what came of it.

use std::time::Duration;

use ccloud_connect_client::hooks::{BodyEnd, Capture, Exchange};
use ccloud_connect_client::{Client as RawClient, Error as RawError};
use reqwest::header::HeaderValue;

use super::operations::Operation;
use crate::error::body;

/// What came of one attempt.
pub(crate) enum Outcome<T> {
    /// A success; the value is `None` when the body could not be read.
    Answered(Option<T>, Exchange),
    /// An error status or a redirect.
    Refused(Exchange),
    /// The request never left.
    NotSent(BoxError),
    /// The request left, and no status came back.
    NoReply(BoxError),
    /// The time limit ran out before a status came back.
    TimedOut,
}

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Sends the request once. The generated call forgets status and headers whenever a body does not parse; the captured
/// exchange has them.
pub(crate) async fn send<O: Operation>(
    operation: &O,
    client: &RawClient,
    authorization: HeaderValue,
    limit: Duration,
) -> Outcome<O::Output> {
    let capture = Capture::default();
    let client = client.with_hooks(|hooks| {
        hooks
            .with_authorization(authorization)
            .with_capture(&capture)
    });
    let result = tokio::time::timeout(limit, operation.call(&client)).await;
    if let Some(exchange) = capture.take() {
        if !exchange.status.is_success() {
            return Outcome::Refused(exchange);
        }
        let raw = match result {
            Ok(Ok(value)) => Some(value.into_inner()),
            // Any 2xx may carry the documented body, and a proxy may have compressed it unasked.
            _ if exchange.body_end == BodyEnd::Complete => {
                serde_json::from_slice(&body::uncompressed(&exchange.body)).ok()
            }
            _ => None,
        };
        return Outcome::Answered(raw.map(O::read), exchange);
    }
    match result {
        Err(_) => Outcome::TimedOut,
        Ok(Err(RawError::CommunicationError(error))) => {
            // The URL holds nothing secret, but repeats what the message says already.
            let error = error.without_url();
            if error.is_connect() || error.is_builder() {
                Outcome::NotSent(error.into())
            } else {
                Outcome::NoReply(error.into())
            }
        }
        Ok(Err(error)) => Outcome::NotSent(error.to_string().into()),
        Ok(Ok(_)) => Outcome::NoReply("the exchange was not captured".into()),
    }
}
