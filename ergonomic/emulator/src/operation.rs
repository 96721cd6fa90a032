//! Which operation a request asks for.

use std::fmt;

use http::Method;
use percent_encoding::percent_decode_str;

/// The operations that the emulator serves. Faults are queued, and requests are logged, by operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `GET …/connectors/{name}/offsets`: the sampled offsets.
    ReadOffsets,
    /// `POST …/connectors/{name}/offsets/request`: asks for an alteration.
    Alter,
    /// `GET …/connectors/{name}/offsets/request/status`: the latest alteration.
    RequestStatus,
    /// `GET …/connectors`: names, or with `?expand=` details, of a cluster's connectors.
    ListConnectors,
    /// `GET …/connectors/{name}`: what a connector is made of.
    ReadConnector,
    /// `GET …/connectors/{name}/status`: the state of a connector and of its tasks.
    ConnectorStatus,
    /// `PUT …/connectors/{name}/pause`.
    Pause,
    /// `PUT …/connectors/{name}/resume`.
    Resume,
    /// `GET /cmk/v2/clusters/{id}`: where a Kafka cluster is reached.
    ReadCluster,
    /// `POST /sts/v1/oauth2/token`: exchanges an identity provider's token for an access token.
    Token,
}

impl Operation {
    pub(super) fn method(self) -> Method {
        match self {
            Self::Alter | Self::Token => Method::POST,
            Self::Pause | Self::Resume => Method::PUT,
            Self::ReadOffsets
            | Self::RequestStatus
            | Self::ListConnectors
            | Self::ReadConnector
            | Self::ReadCluster
            | Self::ConnectorStatus => Method::GET,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ReadOffsets => "read offsets",
            Self::Alter => "alter offsets",
            Self::RequestStatus => "request status",
            Self::ListConnectors => "list connectors",
            Self::ReadConnector => "read connector",
            Self::ConnectorStatus => "connector status",
            Self::Pause => "pause connector",
            Self::Resume => "resume connector",
            Self::ReadCluster => "read cluster",
            Self::Token => "exchange token",
        })
    }
}

/// How many segments the longest path of an operation has.
const MOST_SEGMENTS: usize = 11;

/// A path taken apart: each segment decoded on its own, so that an encoded slash stays inside its segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Route {
    /// None where there is no operation.
    pub(super) segments: Vec<String>,
    /// The resource, whatever the method.
    pub(super) operation: Option<Operation>,
}

impl Route {
    /// A path with a segment that is not UTF-8 once decoded names nothing.
    pub(super) fn of(path: &str) -> Self {
        let segments: Option<Vec<String>> = path
            .strip_prefix('/')
            .unwrap_or(path)
            .split('/')
            // No operation has more segments.
            .take(MOST_SEGMENTS + 1)
            .map(|raw| Some(percent_decode_str(raw).decode_utf8().ok()?.into_owned()))
            .collect();
        let segments = segments.unwrap_or_default();
        match operation(&segments) {
            None => Self::default(),
            operation => Self {
                operation,
                segments,
            },
        }
    }

    /// The environment, the cluster, and the connector's name or an empty text where the operation has none.
    pub(super) fn target(&self) -> (&str, &str, &str) {
        let at = |index: usize| self.segments.get(index).map_or("", String::as_str);
        (at(3), at(5), at(7))
    }
}

fn operation(segments: &[String]) -> Option<Operation> {
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let rest = match segments[..] {
        ["sts", "v1", "oauth2", "token"] => return Some(Operation::Token),
        ["cmk", "v2", "clusters", id] if !id.is_empty() => return Some(Operation::ReadCluster),
        [
            "connect",
            "v1",
            "environments",
            environment,
            "clusters",
            cluster,
            "connectors",
            ref rest @ ..,
        ] if !environment.is_empty() && !cluster.is_empty() => rest,
        _ => return None,
    };
    match rest {
        [] => Some(Operation::ListConnectors),
        [""] | ["", ..] => None,
        [_] => Some(Operation::ReadConnector),
        [_, "offsets"] => Some(Operation::ReadOffsets),
        [_, "offsets", "request"] => Some(Operation::Alter),
        [_, "offsets", "request", "status"] => Some(Operation::RequestStatus),
        [_, "status"] => Some(Operation::ConnectorStatus),
        [_, "pause"] => Some(Operation::Pause),
        [_, "resume"] => Some(Operation::Resume),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "/connect/v1/environments/env-1/clusters/lkc-1/connectors";

    #[test]
    fn every_operation_has_its_path() {
        for (tail, expected) in [
            ("", Some(Operation::ListConnectors)),
            ("/a", Some(Operation::ReadConnector)),
            ("/a/offsets", Some(Operation::ReadOffsets)),
            ("/a/offsets/request", Some(Operation::Alter)),
            ("/a/offsets/request/status", Some(Operation::RequestStatus)),
            ("/a/status", Some(Operation::ConnectorStatus)),
            ("/a/pause", Some(Operation::Pause)),
            ("/a/resume", Some(Operation::Resume)),
            ("/", None),
            ("//offsets", None),
            ("/a/offsets/", None),
            ("/a/b/offsets", None),
            ("/a/offsets/request/status/", None),
        ] {
            assert_eq!(
                Route::of(&format!("{PREFIX}{tail}")).operation,
                expected,
                "{tail}"
            );
        }
        assert_eq!(
            Route::of("/sts/v1/oauth2/token").operation,
            Some(Operation::Token)
        );
        let cluster = |path| Route::of(path).operation;
        assert_eq!(
            cluster("/cmk/v2/clusters/lkc-1"),
            Some(Operation::ReadCluster)
        );
        assert_eq!(cluster("/cmk/v2/clusters/"), None);
        assert_eq!(Route::of("*").operation, None);
        assert_eq!(Route::of("").operation, None);
    }

    #[test]
    fn an_encoded_name_is_one_segment() {
        for (raw, name) in [
            ("My%20Sink", "My Sink"),
            ("a%2Fb", "a/b"),
            ("x%3Fy%23z", "x?y#z"),
            ("100%25", "100%"),
            ("%C3%BC", "ü"),
            ("line%0Abreak", "line\nbreak"),
        ] {
            let route = Route::of(&format!("{PREFIX}/{raw}/offsets"));
            assert_eq!(route.operation, Some(Operation::ReadOffsets), "{raw}");
            assert_eq!(route.target(), ("env-1", "lkc-1", name));
        }
    }

    #[test]
    fn a_segment_that_is_not_text_names_nothing() {
        assert_eq!(
            Route::of(&format!("{PREFIX}/%FF/offsets")),
            Route::default()
        );
    }
}
