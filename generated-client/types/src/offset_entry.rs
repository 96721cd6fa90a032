//! An offset entry: one partition and the position in it, kept as JSON text.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::RawJson;

/// One element of an `offsets` array: an object with the members `partition` and `offset`.
///
/// The whole entry is kept as the JSON text in which it was received. So reading offsets and sending them back keeps
/// every digit, the order of keys, and members that this version does not define. Reading accepts any JSON value as an
/// entry; validation decides whether the entry can be sent.
///
/// Two entries are equal when they have the same meaning, as defined by [`RawJson`], whatever their text.
#[derive(Clone, PartialEq, Eq)]
pub struct OffsetEntry(RawJson);

impl OffsetEntry {
    /// Joins a partition and a position. A `null` position asks the service to reset the partition.
    pub fn new(partition: &RawJson, offset: &RawJson) -> Self {
        Self::from_members(Some(partition), Some(offset))
    }

    /// An entry with a partition and without an `offset` member. A DELETE uses this form to list the partitions to reset.
    pub fn partition_only(partition: &RawJson) -> Self {
        Self::from_members(Some(partition), None)
    }

    fn from_members(partition: Option<&RawJson>, offset: Option<&RawJson>) -> Self {
        let member =
            |name: &str, value: Option<&RawJson>| value.map(|value| format!("\"{name}\":{value}"));
        let members: Vec<_> = member("partition", partition)
            .into_iter()
            .chain(member("offset", offset))
            .collect();
        let text = format!("{{{}}}", members.join(","));
        // The members are valid JSON already, so the object around them is valid JSON too.
        Self(RawValue::from_string(text).map_or_else(
            |error| unreachable!("joined valid JSON into invalid JSON: {error}"),
            |raw| RawJson::from_raw(&raw),
        ))
    }

    /// The JSON text of the whole entry.
    pub fn as_json(&self) -> &RawJson {
        &self.0
    }

    /// The `partition` member. `None` when the entry has no such member or is not an object. A member that is `null` is
    /// returned as the value `null`.
    pub fn partition(&self) -> Option<RawJson> {
        self.members().partition.map(RawJson::from_raw)
    }

    /// The `offset` member. `None` when the entry has no such member or is not an object. A member that is `null` is
    /// returned as the value `null`.
    pub fn offset(&self) -> Option<RawJson> {
        self.members().offset.map(RawJson::from_raw)
    }

    /// The texts of the members `partition` and `offset`, borrowed from the entry. For many entries, this is cheaper than
    /// [`partition`](Self::partition) and [`offset`](Self::offset).
    pub fn texts(&self) -> (Option<&str>, Option<&str>) {
        let members = self.members();
        (
            members.partition.map(RawValue::get),
            members.offset.map(RawValue::get),
        )
    }

    fn members(&self) -> Members<'_> {
        // Without this check, serde would also accept an array and take its elements for the members.
        if !self.0.as_str().starts_with('{') {
            return Members::default();
        }
        self.0.parse().unwrap_or_default()
    }
}

impl FromStr for OffsetEntry {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl From<RawJson> for OffsetEntry {
    fn from(json: RawJson) -> Self {
        Self(json)
    }
}

impl Hash for OffsetEntry {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Display for OffsetEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for OffsetEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for OffsetEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for OffsetEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RawJson::deserialize(deserializer).map(Self)
    }
}

/// The members of an entry. A member that is `null` is `Some`, an absent member is `None`.
#[derive(Default, Deserialize)]
struct Members<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    partition: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    offset: Option<&'a RawValue>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hard_values_come_through_byte_for_byte() {
        for value in [
            "9007199254740993",
            "9223372036854775807",
            "18446744073709551615",
            "18446744073709551616",
            "123456789012345678901234567890",
            "0.1234567890123456789",
            "1e400",
            "10.10",
            "-0",
            "null",
            "{}",
            r#"{"z":1,"a":{"unknown":[null]}}"#,
        ] {
            let text =
                format!(r#"{{"partition":{{"k":"v"}},"offset":{{"x":{value}}},"extra":true}}"#);
            let entry: OffsetEntry = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&entry).unwrap(), text);
        }
    }

    #[test]
    fn absent_null_and_empty_stay_apart() {
        let entry = |t: &str| t.parse::<OffsetEntry>().unwrap();
        assert!(entry(r#"{"partition":{}}"#).offset().is_none());
        assert!(
            entry(r#"{"partition":{},"offset":null}"#)
                .offset()
                .unwrap()
                .is_null()
        );
        assert_eq!(
            entry(r#"{"partition":{},"offset":{}}"#)
                .offset()
                .unwrap()
                .as_str(),
            "{}"
        );
        assert!(entry("7").partition().is_none());
        assert!(entry("[{},{}]").partition().is_none());
    }

    #[test]
    fn equality_ignores_order_and_space_but_not_digits() {
        let entry = |t: &str| serde_json::from_str::<OffsetEntry>(t).unwrap();
        assert_eq!(
            entry(r#"{"partition":{"a":1,"b":2},"offset":null}"#),
            entry(r#"{ "offset" : null, "partition" : {"b":2,"a":1} }"#)
        );
        assert_ne!(
            entry(r#"{"partition":{"a":1}}"#),
            entry(r#"{"partition":{"a":1.0}}"#)
        );
    }

    proptest! {
        #[test]
        fn joined_members_are_read_back(key in ".*", number in any::<i64>()) {
            let partition = RawJson::from_serialize(&serde_json::json!({ &key: number })).unwrap();
            let offset = RawJson::from_serialize(&number).unwrap();
            let entry = OffsetEntry::new(&partition, &offset);
            prop_assert_eq!(entry.texts(), (Some(partition.as_str()), Some(offset.as_str())));
            prop_assert!(OffsetEntry::partition_only(&partition).offset().is_none());
        }
    }
}
