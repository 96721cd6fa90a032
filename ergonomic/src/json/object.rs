//! JSON objects edited as text: everything that is not edited stays the same, byte for byte.

use std::fmt;

use serde::{Serialize, Serializer};

use super::scan::{self, Kind, Member};
use crate::RawJson;

/// A JSON object that keeps its text: members that are not edited keep their digits, their order, and their spacing.
///
/// When a key appears twice, the last member counts, as it does for the service.
///
/// ```
/// use ccloud_connect::json::RawObject;
///
/// let mut object: RawObject = r#"{"pos": 4, "unknown":1.50}"#.parse()?;
/// object.set("pos", &154)?;
/// object.set("file", "binlog.000003")?;
/// assert_eq!(object.as_str(), r#"{"pos": 154, "unknown":1.50,"file":"binlog.000003"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct RawObject(String);

impl RawObject {
    /// The object `{}`.
    pub fn new() -> Self {
        Self("{}".to_owned())
    }

    /// The JSON text of the object.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the object has no member.
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    /// The keys in their order, with escapes resolved.
    pub fn keys(&self) -> Vec<String> {
        let members = self.members().into_iter();
        members.map(|m| m.key.into_owned()).collect()
    }

    /// All members in their order, each with its key (escapes resolved) and its value. A repeated key appears each
    /// time.
    pub fn entries(&self) -> Vec<(String, RawJson)> {
        let members = self.members().into_iter();
        let entry = |m: Member<'_>| Some((m.key.into_owned(), m.value.parse().ok()?));
        members.filter_map(entry).collect()
    }

    /// The value of a member, null included; `None` when the member is absent.
    pub fn get(&self, key: &str) -> Option<RawJson> {
        self.text(key)?.parse().ok()
    }

    /// Sets a member: it replaces the value of an existing member, or adds a member at the end.
    ///
    /// # Errors
    /// When `value` has no JSON form, such as a map with keys that are not strings; the object is then unchanged.
    pub fn set<T: Serialize + ?Sized>(
        &mut self,
        key: &str,
        value: &T,
    ) -> Result<(), serde_json::Error> {
        self.set_text(key, &serde_json::to_string(value)?);
        Ok(())
    }

    /// Removes every member with this key. Returns whether there was one.
    pub fn remove(&mut self, key: &str) -> bool {
        let mut found = false;
        while let Some(range) = self.removal(key) {
            self.0.replace_range(range, "");
            found = true;
        }
        found
    }

    /// The JSON text of a member's value; `None` when the member is absent.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        let mut members = self.members();
        let index = members.iter().rposition(|m| m.key == key)?;
        Some(members.swap_remove(index).value)
    }

    /// Sets a member to `value`, which must be valid JSON text.
    pub(crate) fn set_text(&mut self, key: &str, value: &str) {
        let members = self.members();
        if let Some(member) = members.iter().rfind(|m| m.key == key) {
            let range = member.value_start..member.end();
            self.0.replace_range(range, value);
            return;
        }
        // The first member comes after the opening brace, which is one byte long.
        let (at, comma) = members.last().map_or((1, ""), |last| (last.end(), ","));
        let key = serde_json::Value::from(key);
        self.0.insert_str(at, &format!("{comma}{key}:{value}"));
    }

    fn members(&self) -> Vec<Member<'_>> {
        scan::members(&self.0).unwrap_or_default()
    }

    /// The range of bytes that contains the first member with this key, and its comma.
    fn removal(&self, key: &str) -> Option<std::ops::Range<usize>> {
        let members = self.members();
        let index = members.iter().position(|m| m.key == key)?;
        Some(match (members.get(index + 1), index.checked_sub(1)) {
            (Some(next), _) => members[index].start..next.start,
            (None, Some(before)) => members[before].end()..members[index].end(),
            (None, None) => members[index].start..members[index].end(),
        })
    }

    /// Wraps text that is known to be an object.
    pub(crate) fn from_text(text: &str) -> Self {
        Self(text.trim().to_owned())
    }
}

impl Default for RawObject {
    fn default() -> Self {
        Self::new()
    }
}

impl std::str::FromStr for RawObject {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let json: RawJson = text.parse()?;
        if Kind::of(json.as_str()) == Kind::Object {
            Ok(Self::from_text(json.as_str()))
        } else {
            let kind = Kind::of(json.as_str()).noun();
            Err(serde::de::Error::custom(format_args!(
                "expected a JSON object, found {kind}"
            )))
        }
    }
}

/// Compares two objects by the meaning of their JSON, as [`RawJson`] does.
impl PartialEq for RawObject {
    fn eq(&self, other: &Self) -> bool {
        let json = |object: &Self| object.0.parse::<RawJson>().ok();
        self.0 == other.0 || json(self) == json(other)
    }
}

impl Eq for RawObject {}

impl fmt::Display for RawObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RawObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for RawObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json: RawJson = self.0.parse().map_err(serde::ser::Error::custom)?;
        json.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn edits_leave_the_rest_alone() {
        let text = r#"{ "a" : 1.50 ,"b":[1, 2], "b":9007199254740993 }"#;
        for (edit, expected) in [
            ("a", r#"{ "a" : 0 ,"b":[1, 2], "b":9007199254740993 }"#),
            ("b", r#"{ "a" : 1.50 ,"b":[1, 2], "b":0 }"#),
            (
                "c\"",
                r#"{ "a" : 1.50 ,"b":[1, 2], "b":9007199254740993,"c\"":0 }"#,
            ),
        ] {
            let mut object: RawObject = text.parse().unwrap();
            object.set(edit, &0).unwrap();
            assert_eq!(object.as_str(), expected);
            assert_eq!(object.get(edit).unwrap().as_str(), "0");
        }
        for (key, expected) in [
            ("a", r#"{ "b":[1, 2], "b":9007199254740993 }"#),
            ("b", r#"{ "a" : 1.50 }"#),
            ("c", text),
        ] {
            let mut object: RawObject = text.parse().unwrap();
            assert_eq!(object.remove(key), expected != text);
            assert_eq!(object.as_str(), expected);
        }
    }

    #[test]
    fn only_objects_are_read() {
        let error = "[1]".parse::<RawObject>().unwrap_err();
        assert_eq!(error.to_string(), "expected a JSON object, found an array");
        assert!("{".parse::<RawObject>().is_err());
    }

    proptest! {
        #[test]
        fn behaves_like_a_map(
            start in prop::collection::btree_map("[a-c\"\\\\]{0,2}", any::<i32>(), 0..5),
            edits in prop::collection::vec(("[a-c\"\\\\]{0,2}", prop::option::of(any::<i32>())), 0..9),
        ) {
            let mut model = start.clone();
            let mut object: RawObject = serde_json::to_string_pretty(&start).unwrap().parse().unwrap();
            for (key, value) in edits {
                match value {
                    Some(value) => {
                        object.set(&key, &value).unwrap();
                        model.insert(key, value);
                    }
                    None => prop_assert_eq!(object.remove(&key), model.remove(&key).is_some()),
                }
            }
            prop_assert_eq!(object.is_empty(), model.is_empty());
            prop_assert_eq!(object.keys().len(), model.len());
            prop_assert_eq!(&object.as_str().parse::<RawObject>().unwrap(), &object);
            let read: std::collections::BTreeMap<String, i32> = serde_json::from_str(object.as_str()).unwrap();
            prop_assert_eq!(read, model);
        }
    }
}
