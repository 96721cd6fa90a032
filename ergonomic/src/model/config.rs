//! The configuration of a connector.

use std::collections::BTreeMap;
use std::fmt;

use super::state::ConnectorKind;

/// The configuration of a connector: its class and its settings.
///
/// The service masks the values of secrets. `Debug` hides every value of a setting whose name looks like that of a
/// secret, masked or not. In URLs it hides the user information and the parameters.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectorConfig {
    /// The connector's name.
    pub name: Option<String>,
    /// Whether the connector is a sink or a source.
    pub kind: ConnectorKind,
    /// The settings by name; a value that is not a string is kept as its JSON text.
    pub settings: BTreeMap<String, String>,
}

impl ConnectorConfig {
    /// The class of the plugin (`connector.class`), such as `MySqlCdcSourceV2`.
    pub fn class(&self) -> Option<&str> {
        self.get("connector.class")
    }

    /// The value of a setting; `None` when the connector does not have it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }
}

/// Words in the names of settings: a setting with one of them in its name counts as a secret, for every connector.
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

/// Whether the value of a setting must not be shown. `true` when in doubt.
fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

const REDACTED: &str = "[redacted]";

/// The value of a setting as `Debug` shows it. A URL is shown without its user information, and without everything
/// after its path. When in doubt, the value is hidden.
fn without_secrets(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        // A value such as `jdbc:oracle:thin:user/password@host` is not a URL, but contains a password.
        let is_jdbc = value.starts_with("jdbc:") && value.contains('@');
        let shown = if is_jdbc { "jdbc:[redacted]" } else { value };
        return shown.to_owned();
    };
    let (place, parameters) = match rest.find(['?', ';', '#', '&']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    match (
        scheme.contains('@'),
        place.rsplit_once('@'),
        parameters.get(..1),
    ) {
        // A password can contain the characters at which the value was split, so a part that may belong to a password
        // is hidden.
        (true, ..) => REDACTED.to_owned(),
        (_, None, _) if parameters.contains('@') => format!("{scheme}://{REDACTED}"),
        (_, place_of_user, mark) => {
            let host = place_of_user.map_or_else(
                || place.to_owned(),
                |(_, host)| format!("{REDACTED}@{host}"),
            );
            let parameters = mark.map_or(String::new(), |mark| format!("{mark}{REDACTED}"));
            format!("{scheme}://{host}{parameters}")
        }
    }
}

impl fmt::Debug for ConnectorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Settings<'a>(&'a BTreeMap<String, String>);
        impl fmt::Debug for Settings<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let shown = |(name, value): (&'_ String, &'_ String)| {
                    let value = if looks_secret(name) {
                        REDACTED.to_owned()
                    } else {
                        without_secrets(value)
                    };
                    (name.clone(), value)
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

    #[test]
    fn debug_shows_of_a_url_where_it_leads_and_nothing_else() {
        for (value, expected) in [
            ("https://host:8443/path", "https://host:8443/path"),
            (
                "https://u:hunter2@host/path",
                "https://[redacted]@host/path",
            ),
            (
                "mongodb+srv://u:hu@nter2@host/?w=1",
                "mongodb+srv://[redacted]@host/?[redacted]",
            ),
            (
                "jdbc:postgresql://host/db?password=hunter2",
                "jdbc:postgresql://host/db?[redacted]",
            ),
            (
                "jdbc:sqlserver://host;password=hunter2",
                "jdbc:sqlserver://host;[redacted]",
            ),
            ("https://u:hunt?er2@host/", "https://[redacted]"),
            (
                "https://host/?mail=a@b&password=hunter2",
                "https://[redacted]",
            ),
            (
                "http://u:hunter2@a,http://u:hunter2@b",
                "http://[redacted]@b",
            ),
            ("jdbc:oracle:thin:u/hunter2@host:1521:db", "jdbc:[redacted]"),
            ("a@b", "a@b"),
        ] {
            let config = ConnectorConfig {
                name: None,
                kind: ConnectorKind::Sink,
                settings: [("connection.url".to_owned(), value.to_owned())].into(),
            };
            let shown = format!("{config:?}");
            assert!(shown.contains(&format!("{expected:?}")), "{value}: {shown}");
        }
    }
}
