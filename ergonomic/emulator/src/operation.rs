//! Finds the operation of a request from its method and path.

use http::Method;
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An operation that the emulator serves. Each operation has its own queue of faults.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// `GET …/connectors/{name}/offsets` returns the sampled offsets of a connector.
    ReadOffsets,
    /// `POST …/connectors/{name}/offsets/request` requests an alteration.
    Alter,
    /// `GET …/connectors/{name}/offsets/request/status` returns the status of a connector's latest alteration.
    RequestStatus,
    /// `GET …/connectors` returns the names of a cluster's connectors; with `?expand=`, also details.
    ListConnectors,
    /// `GET …/connectors/{name}` returns the type, the configuration and the tasks of a connector.
    ReadConnector,
    /// `GET …/connectors/{name}/status` returns the state of a connector and of its tasks.
    ConnectorStatus,
    /// `PUT …/connectors/{name}/pause` pauses a connector.
    Pause,
    /// `PUT …/connectors/{name}/resume` ends a pause.
    Resume,
    /// `GET /cmk/v2/clusters/{id}` returns the bootstrap address of a Kafka cluster.
    ReadCluster,
    /// `POST /sts/v1/oauth2/token` exchanges an identity provider's token for an access token.
    Token,
}

macro_rules! connectors {
    ($tail:literal) => {
        concat!("/connect/v1/environments/{}/clusters/{}/connectors", $tail)
    };
}

impl Operation {
    const ALL: [Self; 10] = [
        Self::ReadOffsets,
        Self::Alter,
        Self::RequestStatus,
        Self::ListConnectors,
        Self::ReadConnector,
        Self::ConnectorStatus,
        Self::Pause,
        Self::Resume,
        Self::ReadCluster,
        Self::Token,
    ];

    /// The method of the operation, and the template of its path.
    fn row(self) -> (Method, &'static str) {
        let (get, put, post) = (Method::GET, Method::PUT, Method::POST);
        match self {
            Self::ReadOffsets => (get, connectors!("/{}/offsets")),
            Self::Alter => (post, connectors!("/{}/offsets/request")),
            Self::RequestStatus => (get, connectors!("/{}/offsets/request/status")),
            Self::ListConnectors => (get, connectors!("")),
            Self::ReadConnector => (get, connectors!("/{}")),
            Self::ConnectorStatus => (get, connectors!("/{}/status")),
            Self::Pause => (put, connectors!("/{}/pause")),
            Self::Resume => (put, connectors!("/{}/resume")),
            Self::ReadCluster => (get, "/cmk/v2/clusters/{}"),
            Self::Token => (post, "/sts/v1/oauth2/token"),
        }
    }

    pub(super) fn method(self) -> Method {
        self.row().0
    }
}

/// A path with this number of segments or more is refused. Every served path has fewer segments.
const TOO_MANY: usize = 12;

/// The segments of a path. Each segment is decoded alone, so that an encoded slash stays inside its segment. `None` when a
/// decoded segment is not UTF-8, or when there are too many segments.
pub(super) fn segments(path: &str) -> Option<Vec<String>> {
    let raw = path.strip_prefix('/')?.split('/').take(TOO_MANY);
    let decoded = raw.map(|raw| Some(percent_decode_str(raw).decode_utf8().ok()?.into_owned()));
    decoded
        .collect::<Option<Vec<String>>>()
        .filter(|segments| segments.len() < TOO_MANY)
}

/// The segments that take the places of `{…}` in a path template, in the template's order; `None` when the segments do not
/// match the template. A place is never filled by an empty segment.
pub(super) fn values<'a>(template: &str, segments: &'a [String]) -> Option<Vec<&'a str>> {
    let parts: Vec<&str> = template.split('/').skip(1).collect();
    if parts.len() != segments.len() {
        return None;
    }
    let mut values = Vec::new();
    for (part, segment) in parts.into_iter().zip(segments) {
        if part.starts_with('{') && !segment.is_empty() {
            values.push(segment.as_str());
        } else if part != segment {
            return None;
        }
    }
    Some(values)
}

/// The operation and the segments of a request's path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Route {
    /// The decoded segments of the path; empty when no operation has this path.
    pub(super) segments: Vec<String>,
    /// The operation that has this path, even if the request's method differs from the operation's.
    pub(super) operation: Option<Operation>,
}

impl Route {
    pub(super) fn of(path: &str) -> Self {
        let segments = segments(path).unwrap_or_default();
        let mut all = Operation::ALL.into_iter();
        match all.find(|operation| values(operation.row().1, &segments).is_some()) {
            None => Self::default(),
            operation => Self {
                operation,
                segments,
            },
        }
    }

    /// The values in the path. For an operation on connectors these are the environment, the cluster, and the connector's
    /// name. The name is empty when the operation has no name in its path.
    pub(super) fn target(&self) -> (&str, &str, &str) {
        let template = self.operation.map_or("", |operation| operation.row().1);
        let values = values(template, &self.segments).unwrap_or_default();
        let at = |index: usize| values.get(index).copied().unwrap_or_default();
        (at(0), at(1), at(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "/connect/v1/environments/env-1/clusters/lkc-1/connectors";

    #[test]
    fn only_a_whole_path_names_an_operation() {
        for (tail, expected) in [
            ("", Some(Operation::ListConnectors)),
            ("/a/offsets", Some(Operation::ReadOffsets)),
            ("/a/offsets/request/status", Some(Operation::RequestStatus)),
            ("/", None),
            ("//offsets", None),
            ("/a/offsets/", None),
            ("/a/b/offsets", None),
            ("/%FF/offsets", None),
            ("/a/offsets/request/status/", None),
        ] {
            let route = Route::of(&format!("{PREFIX}{tail}"));
            assert_eq!(route.operation, expected, "{tail}");
        }
        for nothing in ["*", "", "/cmk/v2/clusters/"] {
            assert_eq!(Route::of(nothing), Route::default());
        }
        let cluster = Route::of("/cmk/v2/clusters/lkc-1");
        assert_eq!(cluster.operation, Some(Operation::ReadCluster));
        assert_eq!(cluster.target().0, "lkc-1");
    }
}
