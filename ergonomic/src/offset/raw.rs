//! Entries of any format, split into partition and position for editing.

use std::fmt;

use crate::finding::{Code, Finding, ValidationError};
use crate::json::Kind;
use crate::json::RawObject;
use crate::{OffsetEntry, RawJson};

/// An entry of any connector, split into its partition and its position for editing. Use it for a format that has no
/// type of its own.
///
/// Use the connector's current entry as the template, edit what should change, and keep the rest.
///
/// ```
/// use ccloud_connect::{OffsetEntry, offset::RawEntry};
///
/// let current: OffsetEntry = serde_json::from_str(
///     r#"{"partition":{"shard":"0001"},"offset":{"sequence":"4950","millis":17.0}}"#,
/// )?;
/// let mut entry = RawEntry::try_from(&current)?;
/// entry.offset_mut().set("sequence", "4951")?;
/// assert_eq!(
///     entry.to_entry().to_string(),
///     r#"{"partition":{"shard":"0001"},"offset":{"sequence":"4951","millis":17.0}}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RawEntry {
    entry: RawObject,
    pub(crate) partition: RawObject,
    pub(crate) offset: RawObject,
}

impl RawEntry {
    /// An entry from a partition and a position.
    pub fn new(partition: RawObject, offset: RawObject) -> Self {
        Self {
            entry: RawObject::new(),
            partition,
            offset,
        }
    }

    /// The partition, as a JSON object.
    pub fn partition(&self) -> &RawObject {
        &self.partition
    }

    /// The position, as a JSON object.
    pub fn offset(&self) -> &RawObject {
        &self.offset
    }

    /// The position, as a JSON object that can be edited in place.
    pub fn offset_mut(&mut self) -> &mut RawObject {
        &mut self.offset
    }

    /// The entry to send, with the edits.
    pub fn to_entry(&self) -> OffsetEntry {
        let mut entry = self.entry.clone();
        entry.set_text("partition", self.partition.as_str());
        entry.set_text("offset", self.offset.as_str());
        into_entry(&entry)
    }

    /// The entry that names this partition without a position, as a DELETE lists it.
    pub fn to_partition(&self) -> OffsetEntry {
        let mut entry = RawObject::new();
        entry.set_text("partition", self.partition.as_str());
        into_entry(&entry)
    }
}

/// Compares two entries by the meaning of their JSON, as [`OffsetEntry`] does.
impl PartialEq for RawEntry {
    fn eq(&self, other: &Self) -> bool {
        self.to_entry() == other.to_entry()
    }
}

impl Eq for RawEntry {}

impl fmt::Debug for RawEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_entry().fmt(f)
    }
}

impl Default for RawEntry {
    fn default() -> Self {
        Self::new(RawObject::new(), RawObject::new())
    }
}

/// # Errors
/// When the entry, its partition or its position is not an object; also when the position is null or absent.
impl TryFrom<&OffsetEntry> for RawEntry {
    type Error = ValidationError;

    fn try_from(entry: &OffsetEntry) -> Result<Self, Self::Error> {
        let text = entry.as_json().as_str();
        if Kind::of(text) != Kind::Object {
            let kind = Kind::of(text).noun();
            return Err(ValidationError::of(Finding::error(
                "entry",
                Code::EntryNotObject,
                format!("must be an object with partition and offset, but is {kind}"),
            )));
        }
        let entry = RawObject::from_text(text);
        let mut findings = Vec::new();
        let mut object = |name: &str| {
            let text = entry.text(name);
            let finding = match text.map(Kind::of) {
                Some(Kind::Object) => return text.map(RawObject::from_text),
                Some(Kind::Null) => (Code::NullMember, "is null".to_owned()),
                Some(kind) => (
                    Code::WrongType,
                    format!("must be an object, but is {}", kind.noun()),
                ),
                None => (Code::MissingMember, "is missing".to_owned()),
            };
            findings.push(Finding::error(name, finding.0, finding.1));
            None
        };
        match (object("partition"), object("offset")) {
            (Some(partition), Some(offset)) => Ok(Self {
                entry,
                partition,
                offset,
            }),
            _ => Err(ValidationError::new(findings)),
        }
    }
}

/// Makes an entry from an object. The text of an object is always valid JSON, so parsing it cannot fail.
pub(crate) fn into_entry(object: &RawObject) -> OffsetEntry {
    let json = object.as_str().parse::<RawJson>();
    json.map_or_else(
        |error| unreachable!("edited valid JSON into invalid JSON: {error}"),
        OffsetEntry::from,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_entries_with_both_members_are_taken_apart() {
        for (text, expected) in [
            (
                "7",
                "entry: must be an object with partition and offset, but is a number",
            ),
            (r#"{"partition":{},"offset":null}"#, "offset: is null"),
            (
                r#"{"partition":[],"offset":{}}"#,
                "partition: must be an object, but is an array",
            ),
            (r#"{"offset":{}}"#, "partition: is missing"),
        ] {
            let entry: OffsetEntry = serde_json::from_str(text).unwrap();
            let invalid = RawEntry::try_from(&entry).unwrap_err();
            assert_eq!(invalid.report().findings()[0].to_string(), expected);
        }
    }

    #[test]
    fn an_entry_keeps_what_stands_beside() {
        let text = r#"{ "note": 1.0, "offset" :{"x": 1},"partition":{ } }"#;
        let entry: OffsetEntry = serde_json::from_str(text).unwrap();
        let mut raw = RawEntry::try_from(&entry).unwrap();
        assert_eq!(raw.to_entry().to_string(), text);
        raw.offset_mut().set("x", &2).unwrap();
        assert_eq!(raw.to_entry().to_string(), text.replace("1}", "2}"));
        assert_eq!(raw.to_partition().to_string(), r#"{"partition":{ }}"#);
    }
}
