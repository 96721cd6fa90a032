//! One run of the conformance suite: sends plain HTTP requests for one connector, without retries or checks before sending,
//! and collects the findings.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;

use super::{Conformance, ConformanceError, Finding, Report, Result, TIMEOUT, Verdict};
use ccloud_connect_types::{OffsetEntry, Timestamp};

pub(super) struct Run<'a> {
    http: reqwest::Client,
    pub(super) suite: &'a Conformance,
    pub(super) report: Report,
}

/// A reply of the service or the emulator.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) text: String,
    /// The body of the reply as JSON; null when the body is not JSON.
    pub(super) json: Value,
}

impl fmt::Display for Seen {
    /// Writes the status and the first 120 characters of the body, for the report.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.text.chars().take(120).collect();
        write!(f, "{} {text}", self.status)
    }
}

impl Seen {
    /// The text at a JSON pointer in the body; empty when there is no text.
    pub(super) fn text_at(&self, pointer: &str) -> &str {
        let member = self.json.pointer(pointer);
        member.and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn time_at(&self, pointer: &str) -> Option<Timestamp> {
        self.text_at(pointer).parse().ok()
    }

    /// The entries in the body's member `offsets`, byte for byte; `None` when the body has another form.
    pub(super) fn entries(&self) -> Option<Vec<OffsetEntry>> {
        #[derive(Deserialize)]
        struct Body {
            offsets: Vec<OffsetEntry>,
        }
        let body: Body = serde_json::from_str(&self.text).ok()?;
        Some(body.offsets)
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(suite: &'a Conformance) -> Result<Self> {
        // The TLS client needs an installed provider. An error means that the program has already installed a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(ConformanceError::new)?;
        let report = Report::default();
        Ok(Self {
            http,
            suite,
            report,
        })
    }

    pub(super) fn fact(&mut self, name: &'static str, holds: bool, seen: impl fmt::Display) {
        self.report.facts.push(Finding::new(name, holds, seen));
    }

    pub(super) fn assume(
        &mut self,
        name: &'static str,
        verdict: impl Into<Verdict>,
        seen: impl fmt::Display,
    ) {
        let finding = Finding::new(name, verdict, seen);
        self.report.assumptions.push(finding);
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

    /// Sends a GET for a path below the path of the suite's connector.
    pub(super) async fn get(&self, tail: &str) -> Result<Seen> {
        let url = self.url(&self.suite.environment, &self.suite.connector, tail);
        let (key, secret) = &self.suite.key;
        self.send(self.http.get(url).basic_auth(key, Some(secret)))
            .await
    }

    /// Reads the offsets of any connector with any key, to check the answers to wrong names and keys.
    pub(super) async fn offsets_of(
        &self,
        environment: &str,
        name: &str,
        (key, secret): (&str, &str),
    ) -> Result<Seen> {
        let request = self.http.get(self.url(environment, name, "/offsets"));
        self.send(request.basic_auth(key, Some(secret))).await
    }

    /// Requests an alteration of the suite's connector.
    pub(super) async fn alter(&self, body: &str) -> Result<Seen> {
        self.post(body, "application/json").await
    }

    pub(super) async fn post(&self, body: &str, content_type: &str) -> Result<Seen> {
        let (environment, name) = (&self.suite.environment, &self.suite.connector);
        let url = self.url(environment, name, "/offsets/request");
        let (key, secret) = &self.suite.key;
        let request = self.http.post(url).basic_auth(key, Some(secret));
        let request = request.header("content-type", content_type);
        self.send(request.body(body.to_owned())).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Seen> {
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

    /// Calls `look` repeatedly, with pauses, until it returns a value. An error is returned after 10 minutes.
    pub(super) async fn until<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        let start = self.suite.clock.monotonic();
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            if self.suite.clock.monotonic().saturating_sub(start) >= TIMEOUT {
                let message = format!("{what} took longer than {} s", TIMEOUT.as_secs());
                return Err(ConformanceError::new(message));
            }
            self.suite.clock.sleep(self.suite.poll).await;
        }
    }
}
