//! The type of an alteration, such as PATCH. It accepts values that the published enum does not list.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest part of an unknown value that is shown, in characters.
const LONGEST_SHOWN: usize = 60;

/// What an alteration request does to the offsets it names.
///
/// Known names are parsed in any letter case and written in capitals. Any other text is kept unchanged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AlterationType {
    /// The request sets the listed partitions, and does not change the others.
    Patch,
    /// The request resets the listed partitions, or every partition when none is listed.
    Delete,
    /// A type that this version of the crate does not define, in the service's own text.
    Unknown(String),
}

impl AlterationType {
    /// The text that requests and responses contain, such as `PATCH`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for AlterationType {
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

impl FromStr for AlterationType {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

/// Escapes the control characters of an unknown type, so that its text cannot control a terminal, and cuts a long text.
impl fmt::Display for AlterationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(text) => {
                let start = text.chars().take(LONGEST_SHOWN);
                f.pad(&start.flat_map(char::escape_debug).collect::<String>())
            }
            known => f.pad(known.as_str()),
        }
    }
}

impl Serialize for AlterationType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for AlterationType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Cow::<str>::deserialize(deserializer)?.as_ref().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_in_any_case_unknown_kept() {
        for (text, expected) in [
            ("PATCH", AlterationType::Patch),
            ("delete", AlterationType::Delete),
            ("Replace", AlterationType::Unknown("Replace".into())),
        ] {
            let read: AlterationType = serde_json::from_value(text.into()).unwrap();
            assert_eq!(read, expected);
        }
        let odd = AlterationType::Unknown("Re\u{1b}[31mset".into());
        assert_eq!(serde_json::to_value(&odd).unwrap(), odd.as_str());
        assert_eq!(odd.to_string(), "Re\\u{1b}[31mset");
    }
}
