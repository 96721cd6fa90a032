//! The operations, each as one `impl`. No other file of the library names generated types.

use std::collections::HashMap;

use ccloud_connect_client::{Client as RawClient, types};
use serde::de::DeserializeOwned;

use crate::Timestamp;
use crate::error::{Safety, Target, Words};
use crate::model::{
    AccessPoint, AlterationRequest, AlterationRequestInfo, AlterationStatus, ConnectorConfig,
    ConnectorOffsets, ConnectorRef, ConnectorStatus, ConnectorSummary, EnvironmentId,
    KafkaClusterId, KafkaClusterInfo, TaskStatus,
};
use crate::transport::operation::{Operation, RawResult, reading};

pub(crate) struct GetOffsets<'a>(pub(crate) &'a ConnectorRef);

impl Operation for GetOffsets<'_> {
    type Raw = types::ConnectorOffsets;
    type Output = ConnectorOffsets;

    const SAFETY: Safety = Safety::Reads;
    const WORDS: Words = reading("reading the offsets");

    fn target(&self) -> Target {
        Target::Connector(self.0.clone())
    }

    async fn call(&self, client: &RawClient) -> RawResult<Self::Raw> {
        let (environment, cluster, connector) = segments(self.0);
        client
            .get_connector_offsets(environment, cluster, connector)
            .await
    }

    fn connector(answer: &ConnectorOffsets) -> [Option<&str>; 2] {
        [answer.name.as_deref(), answer.id.as_deref()]
    }

    /// A body with only a `name` does not count as offsets, because other answers about a connector have a `name` too.
    fn stranger(raw: &Self::Raw) -> Option<&'static str> {
        let is_ours = raw.offsets.is_some() || raw.metadata.is_some() || raw.id.is_some();
        (!is_ours).then_some("it has neither `offsets` nor `metadata` nor `id`")
    }

    fn read(raw: Self::Raw) -> ConnectorOffsets {
        ConnectorOffsets {
            id: raw.id,
            name: raw.name,
            entries: raw.offsets.map(|offsets| offsets.0).unwrap_or_default(),
            observed_at: given(raw.metadata.and_then(|metadata| metadata.observed_at)),
        }
    }
}

pub(crate) struct GetLatestRequest<'a>(pub(crate) &'a ConnectorRef);

impl Operation for GetLatestRequest<'_> {
    type Raw = types::AlterOffsetStatus;
    type Output = AlterationStatus;

    const SAFETY: Safety = Safety::Reads;
    const WORDS: Words = Words {
        not_found: Some(
            "Check the connector's name, the environment and the cluster; a connector whose offsets were never altered may have no status",
        ),
        ..reading("reading the request status")
    };

    fn target(&self) -> Target {
        Target::Connector(self.0.clone())
    }

    async fn call(&self, client: &RawClient) -> RawResult<Self::Raw> {
        let (environment, cluster, connector) = segments(self.0);
        client
            .get_connector_offsets_request_status(environment, cluster, connector)
            .await
    }

    fn connector(answer: &AlterationStatus) -> [Option<&str>; 2] {
        [&answer.request.name, &answer.request.id].map(|text| Some(text.as_str()))
    }

    fn read(raw: Self::Raw) -> AlterationStatus {
        let requested_at = raw.request.requested_at;
        // No request has ended before it was made: the time stands for none, or the clocks disagree.
        let can_be = |at: &Timestamp| *at >= requested_at || at.same_instant(requested_at);
        AlterationStatus {
            request: AlterOffsets::read(raw.request),
            phase: raw.status.phase.as_str().into(),
            message: raw.status.message,
            previous: raw.previous_offsets.map(|offsets| offsets.0),
            applied_at: raw.applied_at.filter(can_be),
        }
    }
}

pub(crate) struct AlterOffsets<'a> {
    connector: &'a ConnectorRef,
    body: types::AlterOffsetRequest,
}

impl<'a> AlterOffsets<'a> {
    pub(crate) fn new(connector: &'a ConnectorRef, request: &AlterationRequest) -> Self {
        let offsets = match request {
            AlterationRequest::DeleteAll => None,
            request => Some(types::Offsets(request.entries().to_vec())),
        };
        let body = types::AlterOffsetRequest {
            type_: request.kind(),
            offsets,
        };
        Self { connector, body }
    }
}

impl Operation for AlterOffsets<'_> {
    type Raw = types::AlterOffsetRequestInfo;
    type Output = AlterationRequestInfo;

    const SAFETY: Safety = Safety::AtMostOnce;
    const WORDS: Words = Words {
        doing: "altering the offsets",
        request: "alteration",
        not_found: None,
        look_at: "request status",
    };

    fn target(&self) -> Target {
        Target::Connector(self.connector.clone())
    }

    async fn call(&self, client: &RawClient) -> RawResult<Self::Raw> {
        let (environment, cluster, connector) = segments(self.connector);
        client
            .alter_connector_offsets(environment, cluster, connector, &self.body)
            .await
    }

    fn read(raw: Self::Raw) -> AlterationRequestInfo {
        AlterationRequestInfo {
            id: raw.id,
            name: raw.name,
            kind: raw.type_,
            requested_at: raw.requested_at,
            entries: raw.offsets.map(|offsets| offsets.0),
        }
    }
}

pub(crate) struct GetConnector<'a>(pub(crate) &'a ConnectorRef);

impl Operation for GetConnector<'_> {
    type Raw = types::Connector;
    type Output = ConnectorConfig;

    const SAFETY: Safety = Safety::Reads;
    const WORDS: Words = reading("reading the configuration");

    fn target(&self) -> Target {
        Target::Connector(self.0.clone())
    }

    async fn call(&self, client: &RawClient) -> RawResult<Self::Raw> {
        let (environment, cluster, connector) = segments(self.0);
        client.get_connector(environment, cluster, connector).await
    }

    fn connector(answer: &ConnectorConfig) -> [Option<&str>; 2] {
        [answer.name.as_deref(), None]
    }

    fn read(raw: Self::Raw) -> ConnectorConfig {
        let text = |(key, value): (String, serde_json::Value)| match value {
            serde_json::Value::String(text) => (key, text),
            other => (key, other.to_string()),
        };
        ConnectorConfig {
            name: raw.name,
            kind: raw.type_.unwrap_or_default().as_str().into(),
            settings: raw
                .config
                .unwrap_or_default()
                .into_iter()
                .map(text)
                .collect(),
        }
    }
}

pub(crate) struct GetConnectorStatus<'a>(pub(crate) &'a ConnectorRef);

impl Operation for GetConnectorStatus<'_> {
    type Raw = types::ConnectorStatus;
    type Output = ConnectorStatus;

    const SAFETY: Safety = Safety::Reads;
    const WORDS: Words = reading("reading the state");

    fn target(&self) -> Target {
        Target::Connector(self.0.clone())
    }

    async fn call(&self, client: &RawClient) -> RawResult<Self::Raw> {
        let (environment, cluster, connector) = segments(self.0);
        client
            .get_connector_status(environment, cluster, connector)
            .await
    }

    fn connector(answer: &ConnectorStatus) -> [Option<&str>; 2] {
        [answer.name.as_deref(), None]
    }

    fn read(raw: Self::Raw) -> ConnectorStatus {
        let task = |task: types::TaskState| TaskStatus {
            id: task.id,
            state: task.state.unwrap_or_default().as_str().into(),
            trace: task.msg,
        };
        let connector = raw.connector.unwrap_or_default();
        ConnectorStatus {
            name: raw.name,
            kind: raw.type_.unwrap_or_default().as_str().into(),
            state: connector.state.unwrap_or_default().as_str().into(),
            trace: connector.trace,
            tasks: raw
                .tasks
                .unwrap_or_default()
                .into_iter()
                .map(task)
                .collect(),
        }
    }
}

pub(crate) struct ListConnectors<'a>(pub(crate) &'a EnvironmentId, pub(crate) &'a KafkaClusterId);

impl Operation for ListConnectors<'_> {
    type Raw = HashMap<String, types::ExpandedConnector>;
    type Output = Vec<ConnectorSummary>;

    const SAFETY: Safety = Safety::Reads;
    const WORDS: Words = reading("listing the connectors");

    fn target(&self) -> Target {
        Target::Cluster(self.0.clone(), self.1.clone())
    }

    async fn call(&self, client: &RawClient) -> RawResult<Self::Raw> {
        let expand = types::ListConnectorsExpand::InfoStatusId;
        client
            .list_connectors(self.0.as_str(), self.1.as_str(), expand)
            .await
    }

    /// The body of an error is a JSON object, like a list of connectors. So an object with members is taken for a list
    /// only when at least one member describes a connector.
    fn stranger(raw: &Self::Raw) -> Option<&'static str> {
        let is_connector = |one: &types::ExpandedConnector| {
            one.id.is_some() || one.info.is_some() || one.status.is_some()
        };
        let is_list = raw.is_empty() || raw.values().any(is_connector);
        (!is_list).then_some("it is not a list of connectors")
    }

    /// The connectors, sorted by name, because the order of the map is arbitrary.
    fn read(raw: Self::Raw) -> Vec<ConnectorSummary> {
        let connectors = raw.into_iter();
        let mut summaries: Vec<_> = connectors.map(|(name, one)| summary(name, one)).collect();
        summaries.sort_by(|left, right| left.name.cmp(&right.name));
        summaries
    }

    /// Parses a list in which the description of a connector has malformed members. Such a connector is listed without
    /// these members.
    fn from_json(text: &str) -> Result<Self::Output, serde_json::Error> {
        let values: HashMap<String, serde_json::Value> = serde_json::from_str(text)?;
        let readable = |(name, value): (String, serde_json::Value)| {
            let whole = serde_json::from_value(value.clone());
            let connector = whole.unwrap_or_else(|_| {
                tracing::warn!(
                    connector = name,
                    "the list describes this connector in an unknown form"
                );
                types::ExpandedConnector {
                    id: member(&value, "id"),
                    info: member(&value, "info"),
                    status: member(&value, "status"),
                }
            });
            (name, connector)
        };
        let raw = values.into_iter().map(readable).collect();
        Self::checked(raw).map_err(serde::de::Error::custom)
    }
}

/// A time, unless it is the one that stands for none: programs in Go write the year 1, programs in Java 1970.
fn given(at: Option<Timestamp>) -> Option<Timestamp> {
    at.filter(|at| at.unix_nanoseconds() > 0)
}

/// The member `name` of `value`; `None` when it is absent or malformed.
fn member<T: DeserializeOwned>(value: &serde_json::Value, name: &str) -> Option<T> {
    serde_json::from_value(value.get(name)?.clone()).ok()
}

pub(crate) struct GetKafkaCluster<'a>(pub(crate) &'a EnvironmentId, pub(crate) &'a KafkaClusterId);

impl Operation for GetKafkaCluster<'_> {
    type Raw = types::Cluster;
    type Output = KafkaClusterInfo;

    const SAFETY: Safety = Safety::Reads;
    const WORDS: Words = reading("reading the addresses");

    fn target(&self) -> Target {
        Target::Cluster(self.0.clone(), self.1.clone())
    }

    async fn call(&self, client: &RawClient) -> RawResult<Self::Raw> {
        client
            .get_kafka_cluster(self.1.as_str(), self.0.as_str())
            .await
    }

    fn read(raw: Self::Raw) -> KafkaClusterInfo {
        let spec = raw.spec.unwrap_or_default();
        let point = |(id, point): (String, types::Endpoints)| {
            let point = AccessPoint {
                bootstrap_endpoint: point.kafka_bootstrap_endpoint,
                http_endpoint: point.http_endpoint,
                connection_type: point.connection_type,
            };
            (id, point)
        };
        KafkaClusterInfo {
            id: raw.id,
            name: spec.display_name,
            bootstrap_endpoint: spec.kafka_bootstrap_endpoint,
            http_endpoint: spec.http_endpoint,
            access_points: spec
                .endpoints
                .unwrap_or_default()
                .into_iter()
                .map(point)
                .collect(),
        }
    }
}

fn segments(connector: &ConnectorRef) -> (&str, &str, &str) {
    (
        connector.environment.as_str(),
        connector.cluster.as_str(),
        connector.connector.as_str(),
    )
}

fn summary(name: String, raw: types::ExpandedConnector) -> ConnectorSummary {
    let (info, status) = (raw.info, raw.status.map(GetConnectorStatus::read));
    let setting = |key: &str| {
        Some(
            info.as_ref()?
                .config
                .as_ref()?
                .get(key)?
                .as_str()?
                .to_owned(),
        )
    };
    let kind = info
        .as_ref()
        .and_then(|info| info.type_.as_deref().map(Into::into))
        .or_else(|| Some(status.as_ref()?.kind.clone()));
    let (state, trace, tasks) = match status {
        Some(status) => (status.state, status.trace, status.tasks),
        None => ("".into(), None, Vec::new()),
    };
    ConnectorSummary {
        name,
        id: raw.id.and_then(|id| id.id),
        kind: kind.unwrap_or_else(|| "".into()),
        class: setting("connector.class"),
        custom: setting("confluent.connector.type")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("CUSTOM")),
        state,
        trace,
        tasks,
    }
}
