//! The kind of an alteration, open to values that the published enum does not list.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an alteration request does to the offsets it names.
///
/// Known names are read in any letter case and written in capitals; any other text is kept as it came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AlterOffsetRequestType {
    /// Sets the listed partitions and leaves the others alone.
    Patch,
    /// Resets the listed partitions, or every partition when none is listed.
    Delete,
    /// A value that this version does not know.
    Unknown(String),
}

impl AlterOffsetRequestType {
    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for AlterOffsetRequestType {
    fn from(text: &str) -> Self {
        if text.eq_ignore_ascii_case("PATCH") {
            Self::Patch
        } else if text.eq_ignore_ascii_case("DELETE") {
            Self::Delete
        } else {
            Self::Unknown(text.to_owned())
        }
    }
}

impl FromStr for AlterOffsetRequestType {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl fmt::Display for AlterOffsetRequestType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for AlterOffsetRequestType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for AlterOffsetRequestType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Cow::<str>::deserialize(deserializer)?.as_ref().into())
    }
}

impl JsonSchema for AlterOffsetRequestType {
    fn schema_name() -> Cow<'static, str> {
        "AlterOffsetRequestType".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What the request does to the offsets it names. Further values may appear.",
            "type": "string",
            "examples": ["PATCH", "DELETE"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_in_any_case_unknown_kept() {
        for (text, expected) in [
            ("PATCH", AlterOffsetRequestType::Patch),
            ("delete", AlterOffsetRequestType::Delete),
            ("Replace", AlterOffsetRequestType::Unknown("Replace".into())),
        ] {
            let read: AlterOffsetRequestType = serde_json::from_value(text.into()).unwrap();
            assert_eq!(read, expected);
        }
        let kept =
            serde_json::to_string(&AlterOffsetRequestType::Unknown("Replace".into())).unwrap();
        assert_eq!(kept, "\"Replace\"");
    }
}
