//! Looks up the members of an entry by name, in the way in which a connector does.

use std::borrow::Cow;

use crate::OffsetEntry;
use crate::finding::number::as_whole;
use crate::json::scan::{self, Kind, Member};

/// An entry whose members are looked up by name.
pub(crate) struct Fields<'a> {
    partition: Vec<Member<'a>>,
    /// `None` when the position is null, absent, or not an object.
    offset: Option<Vec<Member<'a>>>,
}

impl<'a> Fields<'a> {
    /// The members of an entry; `None` when its partition is not an object.
    pub(crate) fn of(entry: &'a OffsetEntry) -> Option<Self> {
        let (partition, offset) = entry.texts();
        Some(Self {
            partition: scan::members(partition?)?,
            offset: offset.and_then(scan::members),
        })
    }

    /// The members of an entry whose partition and position are given as the texts of JSON objects.
    pub(crate) fn of_texts(partition: &'a str, offset: &'a str) -> Self {
        Self {
            partition: scan::members(partition).unwrap_or_default(),
            offset: scan::members(offset),
        }
    }

    /// Whether the entry resets its partition, because its position is null or absent.
    pub(crate) fn is_reset(&self) -> bool {
        self.offset.is_none()
    }

    /// The keys of the partition.
    pub(crate) fn partition_keys(&self) -> impl Iterator<Item = &str> {
        self.partition.iter().map(|member| member.key.as_ref())
    }

    /// The keys of the position.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.members().iter().map(|member| member.key.as_ref())
    }

    /// Whether the partition has exactly these keys.
    pub(crate) fn is_partition_of(&self, keys: &[&str]) -> bool {
        self.partition.len() == keys.len()
            && keys.iter().all(|key| find(&self.partition, key).is_some())
    }

    /// Whether the position has one of these keys.
    pub(crate) fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| find(self.members(), key).is_some())
    }

    /// The JSON text of a member of the partition, `null` included; `None` when the member is absent.
    pub(crate) fn partition(&self, key: &str) -> Option<&'a str> {
        find(&self.partition, key).map(|member| member.value)
    }

    /// The text of a member of the partition; `None` when the member is absent or not a string.
    pub(crate) fn partition_text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.partition(key).and_then(scan::string)
    }

    /// The JSON text of a member of the position, `null` included; `None` when the member is absent.
    pub(crate) fn offset(&self, key: &str) -> Option<&'a str> {
        find(self.members(), key).map(|member| member.value)
    }

    /// Whether the position has this member, and its value is not null.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.offset(key).is_some_and(|value| value != "null")
    }

    /// The text of a member of the position; `None` when the member is absent or not a string.
    pub(crate) fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.offset(key).and_then(scan::string)
    }

    /// A member of the position as a whole number. It may be written as a number, as a decimal, whose fraction is
    /// dropped, or as digits in a string.
    pub(crate) fn whole(&self, key: &str) -> Option<i64> {
        self.offset(key).and_then(truncated)
    }

    /// Whether a member of the position is `true`, or the text `true` (letter case matters).
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.offset(key) == Some("true") || self.text(key).as_deref() == Some("true")
    }

    /// Whether a member of the position has the same value in both entries. The form of a number does not matter (`4`,
    /// `4.0`, `"4"`), and a null member counts as absent.
    pub(crate) fn same(&self, other: &Self, key: &str) -> bool {
        let value = |fields: &Self| match fields.offset(key).and_then(whole) {
            Some(number) => Some(number.to_string()),
            None => {
                let raw = fields.offset(key).filter(|raw| *raw != "null");
                raw.map(|raw| scan::string(raw).unwrap_or(raw.into()).into_owned())
            }
        };
        value(self) == value(other)
    }

    /// Whether every member of the position has the same value in both entries.
    pub(crate) fn same_offset(&self, other: &Self) -> bool {
        self.is_reset() == other.is_reset()
            && self
                .keys()
                .chain(other.keys())
                .all(|key| self.same(other, key))
    }

    fn members(&self) -> &[Member<'a>] {
        self.offset.as_deref().unwrap_or_default()
    }
}

fn find<'m, 'a>(members: &'m [Member<'a>], key: &str) -> Option<&'m Member<'a>> {
    members.iter().rfind(|member| member.key == key)
}

/// Parses a whole number in each form that some connector reads: `4`, `4.0`, `4e0`, or digits in a string.
pub(crate) fn whole(value: &str) -> Option<i64> {
    match Kind::of(value) {
        Kind::String => scan::string(value)?.parse().ok(),
        Kind::Number => value.parse().ok().or_else(|| {
            let (sign, digits) = value
                .strip_prefix('-')
                .map_or((1, value), |rest| (-1, rest));
            as_whole(digits, i64::MAX).map(|number| sign * number)
        }),
        _ => None,
    }
}

/// Parses a number and drops its fraction, as a connector does that accepts any number: 4 for `4.7`.
pub(crate) fn truncated(value: &str) -> Option<i64> {
    let cut = || {
        let (digits, fraction) = value.split_once('.')?;
        let is_plain = fraction.bytes().all(|b| b.is_ascii_digit());
        is_plain.then(|| digits.parse().ok()).flatten()
    };
    whole(value).or_else(cut)
}
