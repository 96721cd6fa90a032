//! Replies, made by the emulator or prescribed by a test.

use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZeroUsize;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use super::control::{Seconds, object};
use super::http::ReplyBody;

/// A reply that replaces the operation's usual reply, or changes parts of it. It is part of a [`Fault`](super::Fault).
///
/// Parts that are not set are taken from the usual reply. [`Reply::usual`] with a header added is therefore the operation's
/// usual reply with one more header.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(
    description = "A reply that replaces the usual reply, or changes parts of it. Members that are left out are taken from the usual reply."
)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status of the reply. A reply with a status does not have the usual headers.
    #[serde(deserialize_with = "status")]
    #[schemars(with = "Option<u16>", range(min = 200, max = 999))]
    status: Option<StatusCode>,
    /// The headers of the reply, except `content-length`; each replaces the usual header of the same name.
    #[serde(deserialize_with = "headers")]
    #[schemars(with = "BTreeMap<String, String>")]
    headers: HeaderMap,
    /// The body of the reply. A text is sent unchanged; any other value is sent as JSON, with the content type of JSON.
    /// Default: the usual body when the operation takes effect, otherwise an empty body.
    #[serde(deserialize_with = "body")]
    #[schemars(with = "serde_json::Value")]
    body: Option<Body>,
    /// Whether the body is compressed with gzip, without a `Content-Encoding` header. Default false.
    gzip: bool,
    /// The number of bytes of the body that are sent before the connection is closed. The header `Content-Length` has the
    /// length of the whole body. Default: the whole body is sent.
    truncated: Option<usize>,
    /// The pieces and pauses with which the body is sent slowly. Default: the body is sent at once.
    #[serde(deserialize_with = "object")]
    #[schemars(with = "Slow")]
    slow: Option<Slow>,
}

/// How a body is sent slowly, in pieces.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Slow {
    /// The size of a piece, in bytes. Default 1.
    bytes: NonZeroUsize,
    /// The pause before each piece, in seconds of the real clock. Default 0.
    pause_seconds: Seconds,
}

impl Default for Slow {
    fn default() -> Self {
        Self {
            bytes: NonZeroUsize::MIN,
            pause_seconds: Seconds::default(),
        }
    }
}

#[derive(Clone, Debug)]
enum Body {
    Bytes(Bytes),
    Json(Bytes),
}

impl Body {
    fn bytes(self) -> Bytes {
        match self {
            Self::Bytes(bytes) | Self::Json(bytes) => bytes,
        }
    }
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<StatusCode>, D::Error> {
    let Some(number) = Option::<u16>::deserialize(deserializer)? else {
        return Ok(None);
    };
    // A status below 200 announces a later reply, so it cannot be the status of a reply.
    let status = StatusCode::from_u16(number).ok().filter(|_| number >= 200);
    let problem = || D::Error::custom(format_args!("{number} is not a status from 200 to 999"));
    status.map(Some).ok_or_else(problem)
}

fn headers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HeaderMap, D::Error> {
    let header = |(name, value): (String, String)| {
        let name =
            HeaderName::try_from(&name).map_err(|_| format!("{name:?} is not a header's name"))?;
        let value = HeaderValue::try_from(&value)
            .map_err(|_| format!("{value:?} cannot be the value of a header"))?;
        Ok((name, value))
    };
    let headers = BTreeMap::deserialize(deserializer)?.into_iter().map(header);
    headers
        .collect::<Result<_, String>>()
        .map_err(D::Error::custom)
}

fn body<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Body>, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    Ok(Some(match serde_json::from_str::<String>(json.get()) {
        Ok(text) => Body::Bytes(text.into()),
        Err(_) => Body::Json(Bytes::copy_from_slice(json.get().as_bytes())),
    }))
}

impl Reply {
    /// The reply that the operation gives without a fault.
    pub fn usual() -> Self {
        Self::default()
    }

    /// A reply with a status, an empty body and no headers.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status);
        Self {
            status: Some(status.unwrap_or_else(|_| panic!("a status is a number from 100 to 999"))),
            body: Some(Body::Bytes(Bytes::new())),
            ..Self::default()
        }
    }

    /// A reply with a status and the service's error body, whose `code` is the status.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    pub fn error(status: u16, message: &str) -> Self {
        let error = json!({ "code": status, "message": message });
        Self::status(status).json(&json!({ "error": error }))
    }

    /// Sets a header of the reply. It replaces the usual header of the same name.
    ///
    /// # Panics
    /// When the name cannot be a header's name, or the value cannot be a header's value.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).unwrap_or_else(|e| panic!("header {name:?}: {e}"));
        let value = HeaderValue::try_from(value).unwrap_or_else(|e| panic!("{name}: {e}"));
        self.headers.insert(name, value);
        self
    }

    /// Sets a header if the reply has no header of this name.
    pub(super) fn default_header(self, name: &str, value: &str) -> Self {
        if self.headers.contains_key(name) {
            self
        } else {
            self.header(name, value)
        }
    }

    /// Sets the bytes of the reply's body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(Body::Bytes(body.into()));
        self
    }

    /// Sets an HTML body with the content type of HTML, as in the error replies of many proxies.
    #[must_use]
    pub fn html(self, body: impl Into<Bytes>) -> Self {
        self.header("content-type", "text/html; charset=utf-8")
            .body(body)
    }

    /// Sets a JSON body with the content type of JSON.
    ///
    /// # Panics
    /// When the value has no JSON form.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_else(|e| panic!("no JSON form: {e}"));
        self.body = Some(Body::Json(body.into()));
        self
    }

    /// Compresses the body with gzip, without a `Content-Encoding` header.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.gzip = true;
        self
    }

    /// Sends a `Content-Length` for the whole body, then only the first `bytes` bytes of the body, and closes the connection.
    #[must_use]
    pub fn truncated(mut self, bytes: usize) -> Self {
        self.truncated = Some(bytes);
        self
    }

    /// Sends the body in pieces of `bytes` bytes, with a pause before each piece. The pause follows the runtime's clock.
    #[must_use]
    pub fn slow(mut self, bytes: usize, pause: Duration) -> Self {
        self.slow = Some(Slow {
            bytes: NonZeroUsize::new(bytes).unwrap_or(NonZeroUsize::MIN),
            pause_seconds: Seconds(pause),
        });
        self
    }

    /// This reply, with the parts that it does not set taken from `usual`. When this reply has a status, no header is taken.
    pub(super) fn over(self, usual: Reply) -> Reply {
        let usual = usual.with_content_type();
        let mut headers = if self.status.is_some() {
            HeaderMap::new()
        } else {
            usual.headers
        };
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        Reply {
            status: self.status.or(usual.status),
            headers,
            body: self.body.or(usual.body),
            gzip: self.gzip,
            truncated: self.truncated,
            slow: self.slow,
        }
    }

    pub(super) fn code(&self) -> StatusCode {
        self.status.unwrap_or(StatusCode::OK)
    }

    fn with_content_type(self) -> Self {
        match self.body {
            Some(Body::Json(_)) => self.default_header("content-type", "application/json"),
            _ => self,
        }
    }

    pub(super) fn has_header(&self, name: &HeaderName) -> bool {
        self.headers.contains_key(name)
    }

    pub(super) fn has_status(&self) -> bool {
        self.status.is_some()
    }

    /// Whether this reply changes no part of the usual reply.
    pub(super) fn is_usual(&self) -> bool {
        let says = self.status.is_some() || self.body.is_some() || !self.headers.is_empty();
        !(says || self.gzip || self.truncated.is_some() || self.slow.is_some())
    }

    /// The approximate memory of the reply's parts, in bytes.
    pub(super) fn size(&self) -> usize {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + 128);
        self.body.clone().map_or(0, |body| body.bytes().len()) + headers.sum::<usize>()
    }

    pub(super) fn into_response(mut self) -> http::Response<ReplyBody> {
        self = self.with_content_type();
        let status = self.code();
        let body = self.body.map(Body::bytes).unwrap_or_default();
        let body = if self.gzip { compress(&body) } else { body };
        let pace = self
            .slow
            .map(|slow| (slow.bytes.get(), slow.pause_seconds.0));
        let mut response = http::Response::new(ReplyBody::new(body, self.truncated, pace));
        *response.status_mut() = status;
        *response.headers_mut() = self.headers;
        response
    }
}

fn compress(body: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    match encoder.write_all(body).and_then(|()| encoder.finish()) {
        Ok(compressed) => compressed.into(),
        Err(error) => unreachable!("writing to memory failed: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_overrides_only_what_it_says() {
        let usual = Reply::status(202).json(&1).header("x-a", "1");
        let changed = Reply::usual().header("x-b", "2").over(usual.clone());
        assert_eq!(changed.code(), 202);
        assert_eq!(changed.headers["x-a"], "1");
        assert_eq!(changed.headers["x-b"], "2");
        assert_eq!(changed.body.unwrap().bytes(), "1");

        let replaced = Reply::status(502).html("<p>").over(usual);
        assert_eq!(replaced.code(), 502);
        assert!(!replaced.headers.contains_key("x-a"));
        assert_eq!(replaced.headers["content-type"], "text/html; charset=utf-8");
    }
}
