//! Identifiers that become path segments, and the check that keeps each of them to exactly one segment.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The error for a text that cannot name an environment, a cluster or a connector.
///
/// Such a text would change which resource a request reaches, so it is refused before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidIdError {
    what: &'static str,
    text: String,
    reason: &'static str,
}

impl fmt::Display for InvalidIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} cannot be used as {}: {}",
            self.text, self.what, self.reason
        )
    }
}

impl std::error::Error for InvalidIdError {}

/// Refuses a text that cannot be exactly one path segment.
///
/// Percent-encoding keeps `/`, `?`, `#`, `%`, spaces, control characters and Unicode inside one segment. It does not
/// help with the texts that this function refuses: URL parsers resolve `.` and `..`, drop empty segments, and take a
/// backslash for a slash.
fn guard(what: &'static str, text: &str) -> Result<(), InvalidIdError> {
    let reason = match text {
        "" => "it is empty",
        "." | ".." => "a URL parser would resolve it as a relative path and reach another resource",
        _ if text.contains('\\') => "a URL parser would read the backslash as a path separator",
        _ => return Ok(()),
    };
    Err(InvalidIdError {
        what,
        text: text.to_owned(),
        reason,
    })
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// Any text is accepted except the empty text, `.`, `..`, and a text with a backslash. Prefixes and lengths are
        /// not checked, because Confluent reserves the right to change them.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text that was given, unchanged.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidIdError;

            fn try_from(text: String) -> Result<Self, InvalidIdError> {
                guard($what, &text)?;
                Ok(Self(text))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidIdError;

            fn try_from(text: &str) -> Result<Self, InvalidIdError> {
                text.to_owned().try_into()
            }
        }

        impl FromStr for $name {
            type Err = InvalidIdError;

            fn from_str(text: &str) -> Result<Self, InvalidIdError> {
                text.try_into()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

id!(
    /// The id of an environment, such as `env-abc12`.
    EnvironmentId,
    "an environment id"
);
id!(
    /// The id of the Kafka cluster that the connector is attached to, such as `lkc-9x8y7`.
    KafkaClusterId,
    "a Kafka cluster id"
);
id!(
    /// The name of a connector, given when it was created; not its `lcc-…` id.
    ConnectorName,
    "a connector name"
);

/// The path of a connector: the three path segments of every operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectorRef {
    /// The id of the environment.
    pub environment: EnvironmentId,
    /// The id of the Kafka cluster in the environment.
    pub cluster: KafkaClusterId,
    /// The connector's name.
    pub connector: ConnectorName,
}

impl ConnectorRef {
    /// The path that consists of these three parts.
    pub fn new(
        environment: EnvironmentId,
        cluster: KafkaClusterId,
        connector: ConnectorName,
    ) -> Self {
        Self {
            environment,
            cluster,
            connector,
        }
    }
}

impl fmt::Display for ConnectorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "connector {:?} ({}/{})",
            self.connector.as_str(),
            self.environment,
            self.cluster
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_their_segment_are_refused_with_the_reason() {
        for (name, reason) in [
            ("", "\"\" cannot be used as a connector name: it is empty"),
            (
                "..",
                "\"..\" cannot be used as a connector name: a URL parser would resolve it as a relative path and \
                 reach another resource",
            ),
            (
                "a\\b",
                "\"a\\\\b\" cannot be used as a connector name: a URL parser would read the backslash as a path \
                 separator",
            ),
        ] {
            assert_eq!(
                name.parse::<ConnectorName>().unwrap_err().to_string(),
                reason
            );
        }
        assert!(".".parse::<EnvironmentId>().is_err());
        assert!(serde_json::from_str::<KafkaClusterId>("\"..\"").is_err());
    }
}
