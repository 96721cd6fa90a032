//! Responses, made by the emulator or prescribed by a test.

use std::io::Write;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::http::ReplyBody;

/// A response to send in place of, or made from, the usual one; part of a [`Fault`](super::Fault).
///
/// What is not said stays as usual: [`Reply::usual`] with a header added is the operation's own response with one
/// header more.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Reply {
    status: Option<StatusCode>,
    headers: HeaderMap,
    body: Option<Bytes>,
    gzip: bool,
    truncate: Option<usize>,
    pace: Option<(usize, Duration)>,
}

impl Reply {
    /// The response as the operation would give it.
    pub fn usual() -> Self {
        Self::default()
    }

    /// A status, an empty body, no headers.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status);
        Self {
            status: Some(status.unwrap_or_else(|_| panic!("a status has three digits"))),
            body: Some(Bytes::new()),
            ..Self::default()
        }
    }

    /// The service's error body, with the status as its code.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    pub fn error(status: u16, message: &str) -> Self {
        Self::status(status).json(&ErrorBody::new(status, message))
    }

    /// Sets a header, in place of the usual one of that name.
    ///
    /// # Panics
    /// When the name or value cannot be a header's.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).unwrap_or_else(|e| panic!("header {name:?}: {e}"));
        let value = HeaderValue::try_from(value).unwrap_or_else(|e| panic!("{name}: {e}"));
        self.headers.insert(name, value);
        self
    }

    /// Sets a header unless there is one of that name.
    pub(super) fn default_header(self, name: &str, value: &str) -> Self {
        if self.headers.contains_key(name) {
            self
        } else {
            self.header(name, value)
        }
    }

    /// Sets the body's bytes.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sets an HTML body, as proxies send it.
    #[must_use]
    pub fn html(self, body: impl Into<Bytes>) -> Self {
        self.header("content-type", "text/html; charset=utf-8")
            .body(body)
    }

    /// Sets a JSON body.
    ///
    /// # Panics
    /// When the value has no JSON form.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_else(|e| panic!("no JSON form: {e}"));
        self.header("content-type", "application/json").body(body)
    }

    /// Compresses the body with gzip and does not say so: there is no `Content-Encoding`.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.gzip = true;
        self
    }

    /// Announces the whole body, sends its first `bytes` bytes, and closes the connection.
    #[must_use]
    pub fn truncated(mut self, bytes: usize) -> Self {
        self.truncate = Some(bytes);
        self
    }

    /// Sends the body in pieces of `bytes` bytes with a pause before each, which passes on the runtime's clock.
    #[must_use]
    pub fn slow(mut self, bytes: usize, pause: Duration) -> Self {
        self.pace = Some((bytes.max(1), pause));
        self
    }

    /// This reply where it says something, and `usual` where it does not.
    pub(super) fn over(self, usual: Reply) -> Reply {
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
            truncate: self.truncate,
            pace: self.pace,
        }
    }

    pub(super) fn code(&self) -> StatusCode {
        self.status.unwrap_or(StatusCode::OK)
    }

    pub(super) fn into_response(self) -> http::Response<ReplyBody> {
        let status = self.code();
        let body = self.body.unwrap_or_default();
        let body = if self.gzip { compress(&body) } else { body };
        let mut response = http::Response::new(ReplyBody::new(body, self.truncate, self.pace));
        *response.status_mut() = status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// The body of every error that the emulator reports.
#[derive(Serialize)]
struct ErrorBody<'a> {
    error: ErrorMembers<'a>,
}

#[derive(Serialize)]
struct ErrorMembers<'a> {
    code: u16,
    message: &'a str,
}

impl<'a> ErrorBody<'a> {
    fn new(code: u16, message: &'a str) -> Self {
        Self {
            error: ErrorMembers { code, message },
        }
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
        assert_eq!(changed.body.as_deref(), Some(&b"1"[..]));

        let replaced = Reply::status(502).html("<p>").over(usual);
        assert_eq!(replaced.code(), 502);
        assert!(!replaced.headers.contains_key("x-a"));
        assert_eq!(replaced.headers["content-type"], "text/html; charset=utf-8");
    }
}
