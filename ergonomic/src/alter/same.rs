//! Compares a request in an answer of the service with a request that this library has sent, even when the two are
//! written differently.

use std::collections::BTreeMap;

use crate::json::scan;
use crate::model::{AlterationRequest, AlterationRequestInfo};
use crate::{AlterationType, OffsetEntry, RawJson, Timestamp};

/// The deepest level of nesting at which objects are compared by value. Deeper objects are compared by their text.
const MAX_DEPTH: usize = 8;

/// Whether two requests of the same type ask for the same: for a DELETE the same partitions, for a PATCH the same
/// positions too. Whole numbers are compared by value, because the service may write them as text, and a proxy as
/// decimals. A DELETE that the service shows without a list is *assumed* to reset every partition, because the service
/// shows the list of a request that has a list.
pub(super) fn same_request(seen: &AlterationRequestInfo, request: &AlterationRequest) -> bool {
    let positions = seen.kind == AlterationType::Patch;
    match (&seen.entries, request) {
        (None, AlterationRequest::DeleteAll) => true,
        (None, _) => false,
        (Some(entries), request) => {
            by_partition(entries, positions) == by_partition(request.entries(), positions)
        }
    }
}

/// Whether `one` and `other` are the same request.
pub(super) fn same_info(one: &AlterationRequestInfo, other: &AlterationRequestInfo) -> bool {
    is_request(one, &other.kind, other.requested_at, digest_of(other))
}

/// Whether `info` is the request of this type, this time and this digest. When the times are not exactly equal, the
/// entries decide, because a quick alteration can be followed by another within a second.
pub(super) fn is_request(
    info: &AlterationRequestInfo,
    kind: &AlterationType,
    requested_at: Timestamp,
    asked: Option<u32>,
) -> bool {
    let is_other = |(asked, seen)| asked != seen;
    info.is(kind, requested_at)
        && (info.requested_at == requested_at || !asked.zip(digest_of(info)).is_some_and(is_other))
}

/// The digest of the entries; `None` when the service does not repeat them.
pub(super) fn digest_of(info: &AlterationRequestInfo) -> Option<u32> {
    let entries = info.entries.as_deref()?;
    Some(digest(&info.kind, entries))
}

/// A number that stands for what a request asks for, however it is written: the FNV-1a hash of the sorted entries as JSON.
/// Tokens contain it, so it must not change between versions.
pub(super) fn digest(kind: &AlterationType, entries: &[OffsetEntry]) -> u32 {
    let asked = by_partition(entries, *kind == AlterationType::Patch);
    let text = serde_json::to_vec(&asked).unwrap_or_default();
    text.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

/// Partitions with their positions, written so that equal values have equal text. A reset has no position.
fn by_partition(entries: &[OffsetEntry], positions: bool) -> BTreeMap<String, Option<String>> {
    let position = |entry: &OffsetEntry| {
        let offset = entry.offset().filter(|offset| !offset.is_null())?;
        let text = meaning(offset.as_str(), MAX_DEPTH);
        Some(text).filter(|text| positions && text != "{}")
    };
    entries
        .iter()
        .map(|entry| {
            let partition = entry.partition();
            let named = partition.as_ref().unwrap_or(entry.as_json());
            (meaning(named.as_str(), MAX_DEPTH), position(entry))
        })
        .collect()
}

/// The JSON value as text with sorted keys. A whole number is written as digits, whether it was a number, a decimal or
/// text.
fn meaning(text: &str, depth: usize) -> String {
    let text = text.trim();
    if text.starts_with('{') && depth > 0 {
        let members = scan::members(text).unwrap_or_default();
        let members: BTreeMap<_, _> = members
            .iter()
            .map(|member| (member.key.as_ref(), meaning(member.value, depth - 1)))
            .collect();
        let members: Vec<_> = members
            .into_iter()
            .map(|(key, value)| format!("{key:?}:{value}"))
            .collect();
        return format!("{{{}}}", members.join(","));
    }
    let unquoted = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let digits = unquoted.unwrap_or(text);
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return if unsigned == "0" { "0" } else { digits }.to_owned();
    }
    let canonical = text
        .parse::<RawJson>()
        .map_or_else(|_| text.to_owned(), |json| json.canonical());
    whole(&canonical).unwrap_or(canonical)
}

/// The digits of a whole number that canonical JSON writes as a decimal, such as `105.0e1`; `None` for any other value.
fn whole(canonical: &str) -> Option<String> {
    let (digits, exponent) = canonical.split_once(".0")?;
    let zeros = match exponent.strip_prefix('e') {
        Some(exponent) => exponent.parse::<usize>().ok()?,
        None => 0,
    };
    let is_number = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    (is_number && zeros <= 64).then(|| match digits {
        "0" | "-0" => "0".to_owned(),
        digits => format!("{digits}{}", "0".repeat(zeros)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_however_it_is_written() {
        for (left, right) in [
            ("100", "\"100\""),
            ("100", "100.0"),
            ("100", "1e2"),
            ("0", "-0.0"),
            ("-5", "\"-5\""),
            (
                r#"{"kafka_topic":"t","kafka_partition":0}"#,
                r#"{ "kafka_partition" : "0", "kafka_topic" : "\u0074" }"#,
            ),
            (r#"{"a":{"b":1.0}}"#, r#"{"a":{"b":"1"}}"#),
        ] {
            assert_eq!(meaning(left, 8), meaning(right, 8), "{left} {right}");
        }
        for (left, right) in [
            ("100", "101"),
            ("1.5", "1"),
            ("\"x\"", "\"y\""),
            ("9007199254740993", "9007199254740992"),
            ("9007199254740993", "9007199254740992.0"),
            ("1e400", "1e401"),
            ("\"\"", "0"),
        ] {
            assert_ne!(meaning(left, 8), meaning(right, 8), "{left} {right}");
        }
    }
}
