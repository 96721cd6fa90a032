//! Plain HTTP requests for one connector, without retries and checks.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;

use super::{Conformance, ConformanceError};
use ccloud_connect_types::{OffsetEntry, Timestamp};

pub(super) struct Probe<'a> {
    http: reqwest::Client,
    suite: &'a Conformance,
}

/// A reply.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) text: String,
    /// Null when the body is not JSON.
    pub(super) json: Value,
}

impl fmt::Display for Seen {
    /// Status and the beginning of the body, for the report.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.text.chars().take(120).collect();
        write!(f, "{} {text}", self.status)
    }
}

impl Seen {
    /// A text member, by its JSON pointer; empty when it is missing or not text.
    pub(super) fn text_at(&self, pointer: &str) -> &str {
        let member = self.json.pointer(pointer);
        member.and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn time_at(&self, pointer: &str) -> Option<Timestamp> {
        self.text_at(pointer).parse().ok()
    }

    /// The entries of `offsets`, byte for byte.
    pub(super) fn entries(&self) -> Option<Vec<OffsetEntry>> {
        #[derive(Deserialize)]
        struct Body {
            offsets: Vec<OffsetEntry>,
        }
        let body: Body = serde_json::from_str(&self.text).ok()?;
        Some(body.offsets)
    }
}

impl<'a> Probe<'a> {
    pub(super) fn new(suite: &'a Conformance) -> Result<Self, ConformanceError> {
        // An error means that the program has installed a provider already, which is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(ConformanceError::new)?;
        Ok(Self { http, suite })
    }

    fn url(&self, environment: &str, name: &str, tail: &str) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        format!(
            "{}/connect/v1/environments/{}/clusters/{}/connectors/{}{tail}",
            self.suite.endpoint,
            encode(environment),
            encode(&self.suite.cluster),
            encode(name),
        )
    }

    /// A URL below the connector's.
    fn own_url(&self, tail: &str) -> String {
        self.url(&self.suite.environment, &self.suite.connector, tail)
    }

    /// Sends a GET for a path below the connector's.
    pub(super) async fn get(&self, tail: &str) -> Result<Seen, ConformanceError> {
        self.send(self.authorized(self.http.get(self.own_url(tail))))
            .await
    }

    /// Reads the offsets of a connector that does not exist.
    pub(super) async fn get_unknown_connector(&self) -> Result<Seen, ConformanceError> {
        let name = "ccloud-conformance-no-such-connector";
        let url = self.url(&self.suite.environment, name, "/offsets");
        self.send(self.authorized(self.http.get(url))).await
    }

    /// Reads the connector's offsets in an environment that does not exist.
    pub(super) async fn get_unknown_environment(&self) -> Result<Seen, ConformanceError> {
        let url = self.url("env-nosuchone", &self.suite.connector, "/offsets");
        self.send(self.authorized(self.http.get(url))).await
    }

    /// Reads the offsets with credentials that no service knows.
    pub(super) async fn get_with_wrong_credentials(&self) -> Result<Seen, ConformanceError> {
        let request = self.http.get(self.own_url("/offsets"));
        self.send(request.basic_auth("NOSUCHKEY", Some("no such secret")))
            .await
    }

    /// Asks for an alteration.
    pub(super) async fn alter(&self, body: &str) -> Result<Seen, ConformanceError> {
        self.post(body, "application/json").await
    }

    pub(super) async fn post(
        &self,
        body: &str,
        content_type: &str,
    ) -> Result<Seen, ConformanceError> {
        let url = self.own_url("/offsets/request");
        let request = self.http.post(url);
        let request = request
            .header("content-type", content_type)
            .body(body.to_owned());
        self.send(self.authorized(request)).await
    }

    fn authorized(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let (key, secret) = &self.suite.key;
        request.basic_auth(key, Some(secret))
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Seen, ConformanceError> {
        let response = request.send().await.map_err(ConformanceError::new)?;
        let request_id = response.headers().get("x-request-id");
        let request_id = request_id.and_then(|id| Some(id.to_str().ok()?.to_owned()));
        let status = response.status().as_u16();
        let text = response.text().await.map_err(ConformanceError::new)?;
        Ok(Seen {
            status,
            request_id,
            json: serde_json::from_str(&text).unwrap_or_default(),
            text,
        })
    }

    /// Calls `look` repeatedly, with pauses, until it returns a value.
    pub(super) async fn until<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut() -> Result<Option<T>, ConformanceError>,
    ) -> Result<T, ConformanceError> {
        let start = self.suite.clock.monotonic();
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            if self.suite.clock.monotonic().saturating_sub(start) >= self.suite.timeout {
                let message = format!("{what} took longer than {} s", self.suite.timeout.as_secs());
                return Err(ConformanceError::new(message));
            }
            self.suite.clock.sleep(self.suite.poll).await;
        }
    }
}
