//! What a connector is made of.

use std::collections::BTreeMap;
use std::fmt;

use super::kind::ConnectorKind;

/// What a connector is made of: its class and its settings.
///
/// The service masks the values of secrets. `Debug` shows no value of a setting whose name looks like a secret, whether
/// it is masked or not.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectorConfig {
    /// The connector's name.
    pub name: Option<String>,
    /// Sink or source.
    pub kind: ConnectorKind,
    /// The settings by name; a value that is not a text is kept as its JSON text.
    pub settings: BTreeMap<String, String>,
}

impl ConnectorConfig {
    /// The class of the plugin (`connector.class`), such as `MySqlCdcSourceV2`.
    pub fn class(&self) -> Option<&str> {
        self.get("connector.class")
    }

    /// The value of a setting.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }
}

/// Parts of names whose values are secrets, whatever connector they belong to.
const SECRET: [&str; 10] = [
    "password",
    "passphrase",
    "secret",
    "token",
    "key",
    "credential",
    "jaas",
    "auth",
    "private",
    "sasl",
];

/// Whether the value of a setting must not be shown. Says yes too often rather than too rarely.
fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

impl fmt::Debug for ConnectorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Settings<'a>(&'a BTreeMap<String, String>);
        impl fmt::Debug for Settings<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let shown = |(name, value): (&'_ String, &'_ String)| {
                    let value = if looks_secret(name) {
                        "[redacted]"
                    } else {
                        value
                    };
                    (name.clone(), value.to_owned())
                };
                f.debug_map().entries(self.0.iter().map(shown)).finish()
            }
        }
        f.debug_struct("ConnectorConfig")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("settings", &Settings(&self.settings))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value_that_looks_like_a_secret() {
        let settings = [
            ("connector.class", "MySqlSource"),
            ("connection.password", "hunter2"),
            ("kafka.api.secret", "hunter2"),
            ("kafka.api.key", "hunter2"),
            ("ssl.key.passphrase", "hunter2"),
            ("aws.Access-Token", "hunter2"),
            ("sasl.jaas.config", "hunter2"),
        ];
        let config = ConnectorConfig {
            name: Some("orders".to_owned()),
            kind: ConnectorKind::Source,
            settings: settings
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        };
        let shown = format!("{config:?}");
        assert!(
            shown.contains("MySqlSource") && !shown.contains("hunter2"),
            "{shown}"
        );
        assert_eq!(config.class(), Some("MySqlSource"));
    }
}
