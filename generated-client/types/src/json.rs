//! JSON text that is kept exactly as it was received, and compared by its meaning.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::canonical;

/// One JSON value, kept as the text in which it was received.
///
/// Number precision, key order, white space and unknown keys stay unchanged: the text that is sent is the text that was
/// received. Two values are equal when they have the same meaning. Key order and white space do not matter, and integers
/// of any length are compared exactly. An integer differs from a decimal of the same size (`1` is not `1.0`), because
/// Kafka Connect distinguishes them.
///
/// A value can be serialized to any format of serde, and deserialized from JSON only. A struct of your own can have a
/// plain member of this type, or of a type that contains it. Inside `#[serde(flatten)]`, or inside an enum that is
/// `untagged` or has an internal tag, deserializing fails, because serde then does not keep the text.
#[derive(Clone)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// The JSON text as it was received.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Whether this is the value `null`.
    pub fn is_null(&self) -> bool {
        self.as_str() == "null"
    }

    /// Renders a value as JSON text.
    ///
    /// # Errors
    /// When the value has no JSON form, such as a map with keys that are not strings.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self)
    }

    /// Deserializes the text as `T`, which may borrow from the text.
    ///
    /// # Errors
    /// When the value does not have the form of `T`.
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }

    /// JSON text that is the same for equal values: keys sorted, white space and escapes normalised, decimals as digits and
    /// an exponent (`10.50` as `105.0e-1`).
    pub fn canonical(&self) -> String {
        canonical::canonical(self.as_str())
    }

    pub(crate) fn from_raw(raw: &RawValue) -> Self {
        Self(raw.to_owned())
    }
}

impl FromStr for RawJson {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text).map(Self)
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str() || self.canonical() == other.canonical()
    }
}

impl Eq for RawJson {}

impl Hash for RawJson {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical().hash(state);
    }
}

impl fmt::Display for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}
