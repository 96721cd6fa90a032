//! The check of one entry, member by member.

use super::Request;
use crate::OffsetEntry;
use crate::finding::text::{excerpt, member_path};
use crate::finding::{Code, Finding, Severity};
use crate::json::Kind;
use crate::json::scan::{self, Member};
use crate::offset::formats::kafka_sink;
use crate::offset::members::{missing, repeated, unknown};
use crate::offset::{Identity, Side};

/// What the check of an entry has found out: whether it is an entry of a sink or of a source, and the identity of its
/// partition.
#[derive(Default)]
pub(super) struct Seen<'a> {
    pub(super) side: Option<Side>,
    pub(super) identity: Option<Identity<'a>>,
}

/// Checks one entry and adds all findings to `out`. `decided` says whether the connector is a sink or a source; `None`
/// when that is not known.
pub(super) fn check<'a>(
    request: Request,
    path: &str,
    entry: &'a OffsetEntry,
    decided: Option<Side>,
    out: &mut Vec<Finding>,
) -> Seen<'a> {
    let text = entry.as_json().as_str();
    let Some(members) = scan::members(text) else {
        let kind = Kind::of(text).noun();
        let message = format!("must be an object with partition and offset, but is {kind}");
        out.push(Finding::error(path, Code::EntryNotObject, message));
        return Seen::default();
    };
    repeated(path, &members, out);
    if let Some(hint) = flat_sink(&members) {
        let lacks = "has neither partition nor offset";
        out.push(Finding::error(path, Code::MissingMember, lacks).suggest(hint));
        return Seen::default();
    }
    refused(path, &members, out);

    let partition = partition_member(path, &members, out);
    let offset = offset_member(request, path, &members, out);
    let side = partition.as_deref().map(|partition| {
        let offset = offset.as_deref();
        match decided {
            // The entries of a source may have any keys, so keys that only resemble those of a sink prove nothing.
            Some(Side::Source) => Side::of(partition, offset),
            _ if kafka_sink::is_alike(partition, offset) => Side::Sink,
            _ => Side::of(partition, offset),
        }
    });
    let at = |name: &str| format!("{path}.{name}");
    let identity = match (side, &partition) {
        (Some(Side::Sink), Some(partition)) => {
            kafka_sink::check_partition(&at("partition"), partition, out)
                .map(|(topic, number)| Identity::Sink(topic, number))
        }
        (_, Some(partition)) => {
            plain_values(&at("partition"), partition, out);
            entry
                .partition()
                .map(|partition| Identity::Source(partition.canonical()))
        }
        (_, None) => None,
    };
    match (side, &offset) {
        // A reset ignores the position, so the position is not checked.
        _ if request == Request::Delete => {}
        (Some(Side::Sink), Some(offset)) => kafka_sink::check_offset(&at("offset"), offset, out),
        (_, Some(offset)) => plain_values(&at("offset"), offset, out),
        (_, None) => {}
    }
    Seen { side, identity }
}

/// Adds an error about each member of an entry besides `partition` and `offset`, because Kafka Connect refuses a request
/// with such a member.
fn refused(path: &str, members: &[Member<'_>], out: &mut Vec<Finding>) {
    let mut found = Vec::new();
    unknown(path, members, &["partition", "offset"], &mut found);
    out.extend(found.into_iter().map(|finding| Finding {
        severity: Severity::Error,
        message:
            "is refused by Kafka Connect, which accepts only partition and offset here".to_owned(),
        ..finding
    }));
}

/// The suggestion for a sink entry whose members are not inside of the objects partition and offset.
fn flat_sink(members: &[Member<'_>]) -> Option<String> {
    let has = |key: &str| members.iter().any(|m| m.key == key);
    let is_flat = !has("partition") && !has("offset");
    is_flat.then(|| kafka_sink::meant(members, members))?
}

/// The suggestion for a sink entry whose members have other names, such as those of MirrorMaker's entries.
pub(super) fn renamed_sink(entry: &OffsetEntry) -> Option<String> {
    let (partition, offset) = entry.texts();
    let offset = offset.and_then(scan::members).unwrap_or_default();
    kafka_sink::meant(&scan::members(partition?)?, &offset)
}

/// The members of the entry's partition; adds an error, and returns `None`, when the partition is not an object.
fn partition_member<'a>(
    path: &str,
    members: &[Member<'a>],
    out: &mut Vec<Finding>,
) -> Option<Vec<Member<'a>>> {
    let at = format!("{path}.partition");
    let Some(member) = members.iter().find(|m| m.key == "partition") else {
        out.push(missing(at, "partition", members));
        return None;
    };
    if member.kind() == Kind::Null {
        let null = "is null and names no partition";
        out.push(Finding::error(at, Code::NullMember, null));
        return None;
    }
    let inner = object(&at, member, out)?;
    if inner.is_empty() {
        let empty = "is an empty object and names no partition";
        out.push(Finding::warning(at, Code::EmptyMember, empty));
    }
    Some(inner)
}

/// The members of the entry's position; `None` when the position is not an object.
fn offset_member<'a>(
    request: Request,
    path: &str,
    members: &[Member<'a>],
    out: &mut Vec<Finding>,
) -> Option<Vec<Member<'a>>> {
    let at = format!("{path}.offset");
    let Some(member) = members.iter().find(|m| m.key == "offset") else {
        if request == Request::Patch {
            out.push(missing(at, "offset", members));
        }
        return None;
    };
    // A null position resets the partition, and has no members.
    if member.kind() == Kind::Null {
        return None;
    }
    if request == Request::Delete {
        let ignored = "has no effect: a reset ignores positions";
        let finding = Finding::warning(at.as_str(), Code::PositionIgnored, ignored);
        out.push(finding.suggest("send a PATCH to set a position"));
    }
    object(&at, member, out)
}

/// The members of the object that is the value of `member`; adds an error when the value is not an object.
fn object<'a>(path: &str, member: &Member<'a>, out: &mut Vec<Finding>) -> Option<Vec<Member<'a>>> {
    let inner = scan::members(member.value);
    match &inner {
        Some(inner) => repeated(path, inner, out),
        None => {
            let message = format!("must be an object, but is {}", member.kind().noun());
            out.push(Finding::error(path, Code::WrongType, message));
        }
    }
    inner
}

/// Checks the values of a source entry: Kafka Connect stores only null, booleans, numbers and strings.
fn plain_values(path: &str, members: &[Member<'_>], out: &mut Vec<Finding>) {
    for member in members {
        let at = || member_path(path, &member.key);
        match member.kind() {
            kind @ (Kind::Object | Kind::Array) => {
                let message = format!(
                    "is {}, but Kafka Connect stores plain values only",
                    kind.noun()
                );
                let quoted = serde_json::to_string(member.value).unwrap_or_default();
                let advice = "if the connector keeps JSON text here, write it as a string";
                let finding = Finding::error(at(), Code::NestedValue, message);
                out.push(finding.suggest(format!("{advice}: {}", excerpt(&quoted))));
            }
            Kind::Number if !fits(member.value) => {
                let number = excerpt(member.value);
                let message = format!("is {number}, outside int64; Kafka Connect refuses it");
                out.push(Finding::warning(at(), Code::OutOfRange, message));
            }
            _ => {}
        }
    }
}

/// Whether a number is a decimal, or fits an int64.
fn fits(number: &str) -> bool {
    number.contains(['.', 'e', 'E']) || number.parse::<i64>().is_ok()
}
