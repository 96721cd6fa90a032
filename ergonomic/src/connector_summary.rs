//! A connector as the list of a cluster shows it.

use std::fmt;

use serde::{Serialize, Serializer};

/// A connector in the list of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ConnectorSummary {
    /// Its name, which every operation takes.
    pub name: String,
    /// Its `lcc-…` id.
    pub id: Option<String>,
    /// Sink or source.
    #[serde(rename = "type")]
    pub kind: ConnectorKind,
    /// The class of the plugin, such as `MySqlSource`.
    pub class: Option<String>,
    /// Whether its plugin was uploaded by the user. Such connectors have no offset management.
    pub custom: bool,
    /// How it is doing.
    pub state: ConnectorState,
}

macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A value that this version does not know, or empty when the service said nothing.
            Unknown(String),
        }

        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case($text) {
                    return Self::$variant;
                })*
                Self::Unknown(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

open_enum! {
    /// The direction of a connector. Open; read in any letter case.
    ConnectorKind {
        /// From topics to another system; its offsets are those of a consumer group.
        Sink = "sink",
        /// From another system to topics; its offsets have the form of its plugin.
        Source = "source",
    }
}

open_enum! {
    /// The state of a connector. Open; read in any letter case.
    ConnectorState {
        /// Not known yet.
        None = "NONE",
        /// Being set up.
        Provisioning = "PROVISIONING",
        /// At work.
        Running = "RUNNING",
        /// Some tasks have failed.
        Degraded = "DEGRADED",
        /// Not at work because of an error.
        Failed = "FAILED",
        /// Not at work because somebody paused it, or because its offsets are being altered.
        Paused = "PAUSED",
        /// Starting again.
        Restarting = "RESTARTING",
        /// Gone.
        Deleted = "DELETED",
    }
}
