//! Parses request bodies, and finds all errors in a body, not only the first.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// One error in a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Finding {
    /// The place of the error, as a JSON pointer into the request body; empty when the error is about the whole body.
    place: String,
    /// The error as a sentence for people.
    message: String,
}

impl Finding {
    pub(crate) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        let (place, message) = (place.into(), message.into());
        Self { place, message }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, message } = self;
        match place.as_str() {
            "" => f.write_str(message),
            _ => write!(f, "{place}: {message}"),
        }
    }
}

/// The maximum number of findings that are reported for one body.
const MOST: usize = 50;
/// The deepest level of nested objects whose members are parsed one by one.
const DEEPEST: usize = 3;

/// Parses a JSON object whose members all have defaults. If the object has errors, each member is parsed alone, so that all
/// errors are found.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Vec<Finding>> {
    let whole = |message: String| vec![Finding::new("", message)];
    let json: &RawValue = serde_json::from_slice(body)
        .map_err(|error| whole(format!("the body is not JSON: {error}")))?;
    if !json.get().starts_with('{') {
        return Err(whole("the body must be a JSON object".to_owned()));
    }
    serde_json::from_str(json.get()).map_err(|_| {
        let mut findings = Vec::new();
        each::<T>(&mut Vec::new(), json, &mut findings);
        findings
    })
}

/// Adds the errors in one value of the body to `found`. The names in `place` lead to the value.
fn each<T: DeserializeOwned>(place: &mut Vec<String>, value: &RawValue, found: &mut Vec<Finding>) {
    let mut alone = value.get().to_owned();
    for name in place.iter().rev() {
        alone = format!("{{{}:{alone}}}", serde_json::Value::from(name.as_str()));
    }
    let Err(error) = serde_json::from_str::<T>(&alone) else {
        return;
    };
    let before = found.len();
    if place.len() < DEEPEST
        && let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(value.get())
    {
        for (name, member) in members {
            if found.len() >= MOST {
                return;
            }
            place.push(name);
            each::<T>(place, member, found);
            place.pop();
        }
    }
    if found.len() == before {
        let place = place
            .iter()
            .map(|name| name.replace('~', "~0").replace('/', "~1"));
        let place: String = place.map(|name| format!("/{name}")).collect();
        let message = error.to_string();
        let message = message
            .rsplit_once(" at line ")
            .map_or(&*message, |(text, _)| text);
        found.push(Finding::new(place, message));
    }
}

/// Parses an object that is a member of another object. Without this function, serde would also accept a list.
pub(crate) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<T, D::Error> {
    object_of(&Box::<RawValue>::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Parses a list of objects. Without this function, serde would also accept a list in place of each object.
pub(super) fn objects<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let Some(all) = Option::<Vec<Box<RawValue>>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let read = all.iter().map(|json| object_of(json));
    read.collect::<Result<_, _>>()
        .map(Some)
        .map_err(D::Error::custom)
}

fn object_of<T: DeserializeOwned>(json: &RawValue) -> serde_json::Result<T> {
    if json.get().starts_with('{') {
        serde_json::from_str(json.get())
    } else {
        Err(serde_json::Error::custom(
            "invalid type, expected an object",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    fn findings(body: &str) -> Vec<String> {
        let findings = read::<Fault>(body.as_bytes()).unwrap_err().into_iter();
        findings.map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_found() {
        let body = r#"{"times":0,"kind":"hangs","delay_seconds":-1,"reply":{"status":99,"headers":{"a b":"x","c":"\n","d":1},"slow":[]},"a/b":1}"#;
        let found = findings(body);
        for place in [
            "/a~1b: unknown field",
            "/times: ",
            "/kind: unknown variant",
            "/delay_seconds: -1",
            "/reply/status: 99",
            "/reply/headers/a b: ",
            "/reply/headers/c: ",
            "/reply/headers/d: ",
            "/reply/slow: invalid type",
        ] {
            assert!(
                found.iter().any(|f| f.starts_with(place)),
                "{place} {found:#?}"
            );
        }
        assert_eq!(found.len(), 9, "{found:#?}");
    }

    #[test]
    fn what_has_another_form_is_refused() {
        for body in [
            "",
            "{",
            "[]",
            "null",
            "7",
            r#"{"reply":[]}"#,
            r#"{"reply":{"slow":null}}"#,
            r#"{"reply":{"slow":{"bytes":0}}}"#,
            r#"{"delay_seconds":3153600001}"#,
            r#"{"times":1,"times":2}"#,
        ] {
            assert_eq!(findings(body).len(), 1, "{body}");
        }
        let many = (0..10_000).map(|number| format!("\"m{number}\":1"));
        let many = format!("{{{}}}", many.collect::<Vec<_>>().join(","));
        assert_eq!(findings(&many).len(), MOST);
    }
}
