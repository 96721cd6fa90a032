//! Plain HTTP requests for one connector: nothing is retried, checked or smoothed over.

use std::sync::Arc;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::{Conformance, ConformanceError};
use crate::auth::Credentials;
use crate::clock::Clock;
use crate::endpoint::Endpoint;
use crate::{ConnectorPath, OffsetEntry, Timestamp};

pub(super) struct Probe {
    http: reqwest::Client,
    endpoint: Endpoint,
    credentials: Arc<dyn Credentials>,
    connector: ConnectorPath,
    clock: Arc<dyn Clock>,
    poll: Duration,
    deadline: Duration,
}

/// Everything that came back.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) text: String,
    /// Null when the body is not JSON.
    pub(super) json: Value,
}

impl Seen {
    /// Status and the beginning of the body, for the report.
    pub(super) fn brief(&self) -> String {
        let text: String = self.text.chars().take(120).collect();
        format!("{} {text}", self.status)
    }

    /// A member as text, by its JSON pointer; empty when it is none.
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

impl Probe {
    pub(super) fn new(suite: &Conformance) -> Result<Self, ConformanceError> {
        let endpoint = Endpoint::parse(&suite.endpoint).map_err(ConformanceError::new)?;
        Ok(Self {
            http: endpoint.http_client().map_err(ConformanceError::new)?,
            endpoint,
            credentials: Arc::clone(&suite.credentials),
            connector: suite.connector.clone(),
            clock: Arc::clone(&suite.clock),
            poll: suite.poll,
            deadline: suite.deadline,
        })
    }

    fn url(&self, environment: &str, name: &str, tail: &str) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        format!(
            "{}/connect/v1/environments/{}/clusters/{}/connectors/{}{tail}",
            self.endpoint,
            encode(environment),
            encode(self.connector.cluster.as_str()),
            encode(name),
        )
    }

    /// Reads something of the connector.
    pub(super) async fn get(&self, tail: &str) -> Result<Seen, ConformanceError> {
        let connector = &self.connector;
        let (environment, name) = (connector.environment.as_str(), connector.connector.as_str());
        self.get_at(environment, name, tail).await
    }

    /// Reads the offsets of a connector that there is not.
    pub(super) async fn get_unknown_connector(&self) -> Result<Seen, ConformanceError> {
        let environment = self.connector.environment.as_str();
        self.get_at(
            environment,
            "ccloud-conformance-no-such-connector",
            "/offsets",
        )
        .await
    }

    /// Reads the connector's offsets in an environment that there is not.
    pub(super) async fn get_unknown_environment(&self) -> Result<Seen, ConformanceError> {
        let name = self.connector.connector.as_str();
        self.get_at("env-nosuchone", name, "/offsets").await
    }

    async fn get_at(
        &self,
        environment: &str,
        name: &str,
        tail: &str,
    ) -> Result<Seen, ConformanceError> {
        let request = self.http.get(self.url(environment, name, tail));
        self.send(self.authorized(request).await?).await
    }

    /// Reads the offsets with credentials that no service knows.
    pub(super) async fn get_with_wrong_credentials(&self) -> Result<Seen, ConformanceError> {
        let connector = &self.connector;
        let url = self.url(
            connector.environment.as_str(),
            connector.connector.as_str(),
            "/offsets",
        );
        let request = self
            .http
            .get(url)
            .basic_auth("NOSUCHKEY", Some("no such secret"));
        self.send(request).await
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
        let connector = &self.connector;
        let (environment, name) = (connector.environment.as_str(), connector.connector.as_str());
        let url = self.url(environment, name, "/offsets/request");
        let request = self.http.request(Method::POST, url);
        let request = request
            .header("content-type", content_type)
            .body(body.to_owned());
        self.send(self.authorized(request).await?).await
    }

    async fn authorized(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::RequestBuilder, ConformanceError> {
        let authorization = self.credentials.authorization().await;
        let authorization = authorization.map_err(ConformanceError::new)?;
        let value = authorization
            .header_value()
            .ok_or_else(|| ConformanceError::new("the credentials do not fit into a header"))?;
        Ok(request.header("authorization", value))
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

    /// Calls `look` again and again, with pauses, until it has something to say.
    pub(super) async fn until<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut() -> Result<Option<T>, ConformanceError>,
    ) -> Result<T, ConformanceError> {
        let start = self.clock.monotonic();
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            if self.clock.monotonic().saturating_sub(start) >= self.deadline {
                let message = format!("{what} took longer than {} s", self.deadline.as_secs());
                return Err(ConformanceError::new(message));
            }
            self.clock.sleep(self.poll).await;
        }
    }
}
