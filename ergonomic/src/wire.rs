//! The only file that names generated types: sends one request and sorts what came of it.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use ccloud_connect_client::hooks::{BodyEnd, Capture, Exchange};
use ccloud_connect_client::{
    ByteStream, Client as RawClient, Error as RawError, ResponseValue, types,
};
use reqwest::header::HeaderValue;
use serde::de::DeserializeOwned;

use crate::connector_offsets::ConnectorOffsets;
use crate::connector_summary::ConnectorSummary;
use crate::error::{Operation, Target, decode};
use crate::id::{ConnectorPath, EnvironmentId, KafkaClusterId};
use crate::status::{RequestInfo, RequestStatus};
use crate::{AlterationType, OffsetEntry, RawJson};

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

/// One request of one operation.
pub(crate) trait Request: Sync {
    /// What the generated client gives.
    type Raw: DeserializeOwned + Send;
    type Output: Send;

    const OPERATION: Operation;

    /// What the request is about, for errors and logs.
    fn target(&self) -> Target;

    fn call(
        &self,
        client: &RawClient,
    ) -> impl Future<Output = Result<ResponseValue<Self::Raw>, RawError<ByteStream>>> + Send;

    fn read(raw: Self::Raw) -> Self::Output;
}

pub(crate) struct GetOffsets<'a>(pub(crate) &'a ConnectorPath);

impl Request for GetOffsets<'_> {
    type Raw = types::ConnectorOffsets;
    type Output = ConnectorOffsets;

    const OPERATION: Operation = Operation::Offsets;

    fn target(&self) -> Target {
        Target::Connector(self.0.clone())
    }

    async fn call(
        &self,
        client: &RawClient,
    ) -> Result<ResponseValue<Self::Raw>, RawError<ByteStream>> {
        let (environment, cluster, connector) = segments(self.0);
        client
            .get_connector_offsets(environment, cluster, connector)
            .await
    }

    fn read(raw: Self::Raw) -> ConnectorOffsets {
        ConnectorOffsets {
            id: raw.id,
            name: raw.name,
            entries: raw.offsets.map(|offsets| offsets.0).unwrap_or_default(),
            observed_at: raw.metadata.and_then(|metadata| metadata.observed_at),
        }
    }
}

pub(crate) struct GetStatus<'a>(pub(crate) &'a ConnectorPath);

impl Request for GetStatus<'_> {
    type Raw = types::AlterOffsetStatus;
    type Output = RequestStatus;

    const OPERATION: Operation = Operation::Status;

    fn target(&self) -> Target {
        Target::Connector(self.0.clone())
    }

    async fn call(
        &self,
        client: &RawClient,
    ) -> Result<ResponseValue<Self::Raw>, RawError<ByteStream>> {
        let (environment, cluster, connector) = segments(self.0);
        client
            .get_connector_offsets_request_status(environment, cluster, connector)
            .await
    }

    fn read(raw: Self::Raw) -> RequestStatus {
        RequestStatus {
            request: Post::read(raw.request),
            phase: raw.status.phase.as_str().into(),
            message: raw.status.message,
            previous: raw.previous_offsets.map(|offsets| offsets.0),
            applied_at: raw.applied_at,
        }
    }
}

/// An alteration as it goes over the wire. Without `entries` the member is absent, which means every partition.
#[derive(Clone, Debug)]
pub(crate) struct Alter {
    body: types::AlterOffsetRequest,
}

impl Alter {
    pub(crate) fn new(kind: AlterationType, entries: Option<Vec<OffsetEntry>>) -> Self {
        Self {
            body: types::AlterOffsetRequest {
                type_: kind,
                offsets: entries.map(types::Offsets),
            },
        }
    }

    /// The body as it is sent.
    pub(crate) fn json(&self) -> RawJson {
        // Strings and values that are JSON already always have a JSON form.
        RawJson::from_serialize(&self.body).unwrap_or_else(|error| unreachable!("{error}"))
    }

    pub(crate) fn kind(&self) -> &AlterationType {
        &self.body.type_
    }

    /// Empty when every partition is meant.
    pub(crate) fn entries(&self) -> &[OffsetEntry] {
        self.body.offsets.as_ref().map_or(&[], |offsets| &offsets.0)
    }
}

pub(crate) struct Post<'a>(pub(crate) &'a ConnectorPath, pub(crate) &'a Alter);

impl Request for Post<'_> {
    type Raw = types::AlterOffsetRequestInfo;
    type Output = RequestInfo;

    const OPERATION: Operation = Operation::Alter;

    fn target(&self) -> Target {
        Target::Connector(self.0.clone())
    }

    async fn call(
        &self,
        client: &RawClient,
    ) -> Result<ResponseValue<Self::Raw>, RawError<ByteStream>> {
        let (environment, cluster, connector) = segments(self.0);
        client
            .alter_connector_offsets(environment, cluster, connector, &self.1.body)
            .await
    }

    fn read(raw: Self::Raw) -> RequestInfo {
        RequestInfo {
            id: raw.id,
            name: raw.name,
            kind: raw.type_,
            requested_at: raw.requested_at,
            entries: raw.offsets.map(|offsets| offsets.0),
        }
    }
}

pub(crate) struct ListConnectors<'a>(pub(crate) &'a EnvironmentId, pub(crate) &'a KafkaClusterId);

impl Request for ListConnectors<'_> {
    type Raw = HashMap<String, types::ExpandedConnector>;
    type Output = Vec<ConnectorSummary>;

    const OPERATION: Operation = Operation::List;

    fn target(&self) -> Target {
        Target::Cluster(self.0.clone(), self.1.clone())
    }

    async fn call(
        &self,
        client: &RawClient,
    ) -> Result<ResponseValue<Self::Raw>, RawError<ByteStream>> {
        let expand = types::ListConnectorsExpand::InfoStatusId;
        client
            .list_connectors(self.0.as_str(), self.1.as_str(), expand)
            .await
    }

    /// Sorted by name, because the map has no order of its own.
    fn read(raw: Self::Raw) -> Vec<ConnectorSummary> {
        let mut summaries: Vec<_> = raw
            .into_iter()
            .map(|(name, connector)| summary(name, connector))
            .collect();
        summaries.sort_by(|left, right| left.name.cmp(&right.name));
        summaries
    }
}

/// Sends the request once. The generated call forgets status and headers whenever a body does not parse; the captured
/// exchange has them.
pub(crate) async fn send<R: Request>(
    request: &R,
    client: &RawClient,
    authorization: HeaderValue,
    limit: Duration,
) -> Outcome<R::Output> {
    let capture = Capture::default();
    let client = client.with_hooks(|hooks| {
        hooks
            .with_authorization(authorization)
            .with_capture(&capture)
    });
    let result = tokio::time::timeout(limit, request.call(&client)).await;
    if let Some(exchange) = capture.take() {
        if !exchange.status.is_success() {
            return Outcome::Refused(exchange);
        }
        let raw = match result {
            Ok(Ok(value)) => Some(value.into_inner()),
            // Any 2xx may carry the documented body, and a proxy may have compressed it unasked.
            _ if exchange.body_end == BodyEnd::Complete => {
                serde_json::from_slice(&decode::uncompressed(&exchange.body)).ok()
            }
            _ => None,
        };
        return Outcome::Answered(raw.map(R::read), exchange);
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

fn segments(path: &ConnectorPath) -> (&str, &str, &str) {
    (
        path.environment.as_str(),
        path.cluster.as_str(),
        path.connector.as_str(),
    )
}

fn summary(name: String, raw: types::ExpandedConnector) -> ConnectorSummary {
    let (info, status) = (raw.info, raw.status);
    let setting = |key: &str| Some(info.as_ref()?.config.get(key)?.as_str()?.to_owned());
    let kind = info
        .as_ref()
        .and_then(|info| info.type_.clone())
        .or_else(|| status.as_ref()?.type_.clone());
    ConnectorSummary {
        name,
        id: raw.id.and_then(|id| id.id),
        kind: kind.unwrap_or_default().as_str().into(),
        class: setting("connector.class"),
        custom: setting("confluent.connector.type")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("CUSTOM")),
        state: status
            .and_then(|status| status.connector?.state)
            .unwrap_or_default()
            .as_str()
            .into(),
    }
}
