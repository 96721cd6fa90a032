//! Hooks that every call of the raw client passes through: authorization, the user agent, a tracing span, and a capture
//! of the whole exchange.
//!
//! The hooks retry no request and follow no redirect: only the caller knows whether an operation may be sent again.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{ResponseBuilderExt, StatusCode};
use tracing::Instrument;

use crate::Client;

/// How much of a response's body is read when the status is a success: 64 MiB. The rest of a longer body is not read,
/// and [`Exchange::body_end`] is [`BodyEnd::TooLong`].
pub const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// How much of a response's body is read when the status is not a success: 1 MiB. Error messages need no more, and
/// parsing a body as JSON takes many times the body's size in memory.
pub const ERROR_BODY_LIMIT: usize = 1024 * 1024;

/// The header that the generator adds to every request. It is removed, because it is not part of the service's API.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// The settings that every call of a [`Client`] follows. Clones are cheap.
#[derive(Clone)]
pub struct Hooks {
    authorization: Option<HeaderValue>,
    user_agent: HeaderValue,
    capture: Option<Capture>,
}

impl Hooks {
    /// Settings with the user agent `ccloud-connect/VERSION`, without authorization and without a capture.
    pub fn new() -> Self {
        Self {
            authorization: None,
            user_agent: HeaderValue::from_static(concat!(
                "ccloud-connect/",
                env!("CARGO_PKG_VERSION")
            )),
            capture: None,
        }
    }

    /// Sends this `Authorization` header with every request. The header is marked as sensitive, so `Debug` hides it.
    #[must_use]
    pub fn with_authorization(mut self, mut authorization: HeaderValue) -> Self {
        authorization.set_sensitive(true);
        self.authorization = Some(authorization);
        self
    }

    /// Sends this `User-Agent` header with every request, instead of `ccloud-connect/VERSION`.
    #[must_use]
    pub fn with_user_agent(mut self, user_agent: HeaderValue) -> Self {
        self.user_agent = user_agent;
        self
    }

    /// Stores the exchange of each call in `capture`, where it replaces the previous exchange. An exchange is stored when
    /// the headers of the response have arrived, and again when reading the body has ended.
    #[must_use]
    pub fn with_capture(mut self, capture: &Capture) -> Self {
        self.capture = Some(capture.clone());
        self
    }
}

impl Default for Hooks {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field(
                "authorization",
                &self.authorization.as_ref().map(|_| "[redacted]"),
            )
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

/// Keeps the exchange of the last call that got a response, until it is taken. Clones share the same exchange.
#[derive(Clone, Debug, Default)]
pub struct Capture(Arc<Mutex<Option<Exchange>>>);

impl Capture {
    /// Takes the last exchange out; `None` when no response was received since the last call of this method.
    pub fn take(&self) -> Option<Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn store(&self, exchange: Exchange) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchange);
    }
}

/// Everything that was received in answer to one request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The status of the response.
    pub status: StatusCode,
    /// All headers of the response.
    pub headers: HeaderMap,
    /// The part of the response's body that was read.
    pub body: Bytes,
    /// Why reading the response's body ended.
    pub body_end: BodyEnd,
}

/// The time limit for making a connection, including name resolution and TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Why reading a response body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyEnd {
    /// The end of the body was reached.
    Complete,
    /// The body is longer than the limit, [`BODY_LIMIT`] or [`ERROR_BODY_LIMIT`]. The rest was not read.
    TooLong,
    /// The connection failed, or the caller stopped waiting, while the body was being read.
    Broken,
}

impl Client {
    /// A copy of this client whose hooks are changed by `change`. Both clients share one connection pool.
    #[must_use]
    pub fn with_hooks(&self, change: impl FnOnce(Hooks) -> Hooks) -> Self {
        let mut client = self.clone();
        client.inner = change(client.inner);
        client
    }
}

/// A builder for the HTTP client to pass to [`Client::new_with_client`]. The client follows no redirects, because a
/// redirected POST would become a GET at another URL, and sends no request a second time. A request fails when no
/// connection is made within 10 s. When making the connection fails, nothing was sent.
pub fn http_client_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
}

impl ClientHooks<Hooks> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _: &OperationInfo,
    ) -> Result<(), Error<E>> {
        let hooks = self.inner();
        if let Some(value) = hooks.authorization.clone() {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        request.headers_mut().remove(API_VERSION);
        request
            .headers_mut()
            .insert(USER_AGENT, hooks.user_agent.clone());
        Ok(())
    }

    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let span = tracing::debug_span!(
            "http_request",
            operation = info.operation_id,
            method = %request.method(),
            path = request.url().path(),
            status = tracing::field::Empty,
        );
        self.exchange(request, span.clone()).instrument(span).await
    }
}

impl Client {
    fn capture(&self, exchange: Exchange) {
        if let Some(capture) = &self.inner().capture {
            capture.store(exchange);
        }
    }

    async fn exchange(
        &self,
        request: reqwest::Request,
        span: tracing::Span,
    ) -> reqwest::Result<reqwest::Response> {
        let mut response = self.client().execute(request).await?;
        span.record("status", response.status().as_u16());
        let limit = if response.status().is_success() {
            BODY_LIMIT
        } else {
            ERROR_BODY_LIMIT
        };

        // The exchange is stored before the body is read, so that the status is not lost when the caller stops waiting
        // for a slow body.
        self.capture(Exchange {
            status: response.status(),
            headers: response.headers().clone(),
            body: Bytes::new(),
            body_end: BodyEnd::Broken,
        });
        let (body, body_end, failure) = read_body(&mut response, limit).await;
        let exchange = Exchange {
            status: response.status(),
            headers: response.headers().clone(),
            body,
            body_end,
        };
        self.capture(exchange.clone());
        if let Some(error) = failure {
            return Err(error);
        }
        let mut rebuilt = http::Response::builder()
            .url(response.url().clone())
            .body(exchange.body)
            .expect("a URL that was just requested is valid");
        *rebuilt.status_mut() = exchange.status;
        *rebuilt.headers_mut() = exchange.headers;
        Ok(rebuilt.into())
    }
}

/// Reads the body of a response up to `limit` bytes. Returns the bytes, why reading ended, and the failure when the
/// connection broke.
pub async fn read_body(
    response: &mut reqwest::Response,
    limit: usize,
) -> (Bytes, BodyEnd, Option<reqwest::Error>) {
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(None) => return (body.freeze(), BodyEnd::Complete, None),
            Ok(Some(chunk)) => {
                let room = limit.saturating_sub(body.len());
                if chunk.len() > room {
                    body.extend_from_slice(&chunk[..room]);
                    return (body.freeze(), BodyEnd::TooLong, None);
                }
                body.extend_from_slice(&chunk);
            }
            Err(error) => return (body.freeze(), BodyEnd::Broken, Some(error)),
        }
    }
}
