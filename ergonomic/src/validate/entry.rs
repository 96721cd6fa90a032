//! One entry, looked at member by member.

use std::borrow::Cow;

use super::Request;
use super::finding::{Code, Finding};
use super::number::whole;
use super::text::{closest, excerpt, member_path};
use crate::OffsetEntry;
use crate::offset::plain::plain_sink;
use crate::offset::scan::{self, Kind, Member};

pub(super) const TOPIC: &str = "kafka_topic";
pub(super) const PARTITION: &str = "kafka_partition";
pub(super) const OFFSET: &str = "kafka_offset";

/// Which kind of connector an entry can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Sink,
    Source,
}

/// What tells one partition from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Identity<'a> {
    Sink(Cow<'a, str>, i32),
    /// The canonical text of the partition.
    Source(String),
}

/// What is known of an entry after its check.
#[derive(Default)]
pub(super) struct Seen<'a> {
    pub(super) side: Option<Side>,
    pub(super) identity: Option<Identity<'a>>,
}

impl<'a> Identity<'a> {
    /// Of an entry whose partition can be read; `None` for any other.
    pub(crate) fn of(entry: &'a OffsetEntry) -> Option<Self> {
        match plain_sink(entry.as_json().as_str()) {
            Some(sink) => Some(Self::Sink(Cow::Borrowed(sink.topic), sink.partition)),
            None => check(Request::Delete, "", entry, &mut Vec::new()).identity,
        }
    }

    pub(crate) fn into_owned(self) -> Identity<'static> {
        match self {
            Self::Sink(topic, partition) => {
                Identity::Sink(Cow::Owned(topic.into_owned()), partition)
            }
            Self::Source(canonical) => Identity::Source(canonical),
        }
    }
}

/// Checks one entry; everything there is to say goes to `out`.
pub(super) fn check<'a>(
    request: Request,
    path: &str,
    entry: &'a OffsetEntry,
    out: &mut Vec<Finding>,
) -> Seen<'a> {
    let text = entry.as_json().as_str();
    let Some(members) = scan::members(text) else {
        let kind = Kind::of(text).noun();
        out.push(Finding::error(
            path.to_owned(),
            Code::EntryNotObject,
            format!("must be an object with partition and offset, but is {kind}"),
        ));
        return Seen::default();
    };
    repeated(path, &members, out);
    strangers(path, &members, &["partition", "offset"], out);

    let partition = partition_member(path, &members, out);
    let offset = offset_member(request, path, &members, out);
    let side = side(partition.as_deref(), offset.as_deref());
    let at = |name: &str| format!("{path}.{name}");
    let identity = match (side, &partition) {
        (Some(Side::Sink), Some(partition)) => sink_partition(&at("partition"), partition, out)
            .map(|(topic, number)| Identity::Sink(topic, number)),
        (_, Some(partition)) => {
            plain_values(&at("partition"), partition, out);
            entry
                .partition()
                .map(|partition| Identity::Source(partition.canonical()))
        }
        (_, None) => None,
    };
    match (side, &offset) {
        // A reset does not look at the position.
        _ if request == Request::Delete => {}
        (Some(Side::Sink), Some(offset)) => sink_offset(&at("offset"), offset, out),
        (_, Some(offset)) => plain_values(&at("offset"), offset, out),
        (_, None) => {}
    }
    Seen { side, identity }
}

/// The members of the partition, when it is an object.
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
    match scan::members(member.value) {
        Some(inner) if inner.is_empty() => {
            out.push(Finding::warning(
                at,
                Code::EmptyMember,
                "is an empty object and names no partition",
            ));
            Some(inner)
        }
        Some(inner) => {
            repeated(&at, &inner, out);
            Some(inner)
        }
        None if member.kind() == Kind::Null => {
            out.push(Finding::error(
                at,
                Code::NullMember,
                "is null and names no partition",
            ));
            None
        }
        None => {
            out.push(not_an_object(at, member));
            None
        }
    }
}

/// The members of the position, when it is an object.
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
    if request == Request::Delete && member.kind() != Kind::Null {
        out.push(
            Finding::warning(
                at.clone(),
                Code::PositionIgnored,
                "has no effect: a reset ignores positions",
            )
            .suggest("send a PATCH to set a position"),
        );
    }
    match scan::members(member.value) {
        Some(inner) => {
            repeated(&at, &inner, out);
            Some(inner)
        }
        // Kafka's way to reset one partition.
        None if member.kind() == Kind::Null => None,
        None => {
            out.push(not_an_object(at, member));
            None
        }
    }
}

fn missing(path: String, name: &str, members: &[Member<'_>]) -> Finding {
    let message = match name {
        "offset" => "is missing; without a position Kafka Connect would reset the partition",
        _ => "is missing",
    };
    let slip = members
        .iter()
        .find(|m| closest(&m.key, [name]).is_some())
        .map(|m| format!("rename `{}` to `{name}`", excerpt(&m.key)));
    let finding = Finding::error(path, Code::MissingMember, message);
    match slip {
        Some(slip) => finding.suggest(slip),
        None if name == "offset" => finding.suggest("write null to reset this partition"),
        None => finding,
    }
}

fn not_an_object(path: String, member: &Member<'_>) -> Finding {
    let kind = member.kind().noun();
    Finding::error(
        path,
        Code::WrongType,
        format!("must be an object, but is {kind}"),
    )
}

/// Keys that appear twice.
fn repeated(path: &str, members: &[Member<'_>], out: &mut Vec<Finding>) {
    let mut keys: Vec<&str> = members.iter().map(|m| m.key.as_ref()).collect();
    keys.sort_unstable();
    let mut last = None;
    for pair in keys.windows(2) {
        if pair[0] == pair[1] && last != Some(pair[0]) {
            last = Some(pair[0]);
            out.push(Finding::error(
                member_path(path, pair[0]),
                Code::DuplicateMember,
                "appears twice; it is unknown which one would count",
            ));
        }
    }
}

/// Members that nobody reads.
fn strangers(path: &str, members: &[Member<'_>], known: &[&str], out: &mut Vec<Finding>) {
    for member in members {
        if known.contains(&member.key.as_ref()) {
            continue;
        }
        let finding = Finding::warning(
            member_path(path, &member.key),
            Code::UnknownMember,
            "is not read by Kafka Connect",
        );
        out.push(match closest(&member.key, known.iter().copied()) {
            Some(meant) => finding.suggest(format!("did you mean `{meant}`?")),
            None => finding,
        });
    }
}

/// A sink entry is known by its keys, also when one of them is misspelt.
fn side(partition: Option<&[Member<'_>]>, offset: Option<&[Member<'_>]>) -> Option<Side> {
    let has = |members: Option<&[Member<'_>]>, known: &[&str]| {
        members
            .unwrap_or_default()
            .iter()
            .any(|m| closest(&m.key, known.iter().copied()).is_some())
    };
    if has(partition, &[TOPIC, PARTITION]) || has(offset, &[OFFSET]) {
        Some(Side::Sink)
    } else {
        partition.map(|_| Side::Source)
    }
}

fn sink_partition<'a>(
    path: &str,
    members: &[Member<'a>],
    out: &mut Vec<Finding>,
) -> Option<(Cow<'a, str>, i32)> {
    strangers(path, members, &[TOPIC, PARTITION], out);
    let topic = required(path, members, TOPIC, out).and_then(|m| topic(path, m, out));
    let number = required(path, members, PARTITION, out)
        .and_then(|m| number(path, m, i32::MAX.into(), out))
        .and_then(|number| i32::try_from(number).ok());
    topic.zip(number)
}

fn sink_offset(path: &str, members: &[Member<'_>], out: &mut Vec<Finding>) {
    strangers(path, members, &[OFFSET], out);
    if let Some(member) = required(path, members, OFFSET, out) {
        number(path, member, i64::MAX, out);
    }
}

fn required<'m, 'a>(
    path: &str,
    members: &'m [Member<'a>],
    key: &str,
    out: &mut Vec<Finding>,
) -> Option<&'m Member<'a>> {
    let found = members.iter().find(|m| m.key == key);
    match found.map(Member::kind) {
        None => out.push(missing(member_path(path, key), key, members)),
        Some(Kind::Null) => out.push(Finding::error(
            member_path(path, key),
            Code::NullMember,
            "is null",
        )),
        Some(_) => return found,
    }
    None
}

fn number(path: &str, member: &Member<'_>, max: i64, out: &mut Vec<Finding>) -> Option<i64> {
    whole(member.value, max)
        .map_err(|fault| out.push(fault.at(member_path(path, &member.key))))
        .ok()
}

fn topic<'a>(path: &str, member: &Member<'a>, out: &mut Vec<Finding>) -> Option<Cow<'a, str>> {
    let at = member_path(path, &member.key);
    match member.kind() {
        Kind::String => {
            let topic = scan::string(member.value)?;
            if let Some(fault) = topic_fault(&topic) {
                out.push(Finding::error(at, Code::InvalidTopic, fault));
            }
            Some(topic)
        }
        // Kafka Connect takes the text of the value.
        kind @ (Kind::Number | Kind::Bool) => {
            out.push(
                Finding::warning(
                    at,
                    Code::WrongType,
                    format!("should be a string, but is {}", kind.noun()),
                )
                .suggest(format!("write \"{}\"", excerpt(member.value))),
            );
            Some(Cow::Borrowed(member.value))
        }
        kind => {
            out.push(Finding::error(
                at,
                Code::WrongType,
                format!("must be a string, but is {}", kind.noun()),
            ));
            None
        }
    }
}

/// Why no topic can have this name, by the rules of Kafka: 1 to 249 of the characters `a-z A-Z 0-9 . _ -`, and neither
/// `.` nor `..`.
pub(super) fn topic_fault(topic: &str) -> Option<String> {
    const LONGEST: usize = 249;
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if !topic.bytes().all(legal) {
        Some(format!(
            "is \"{}\", but topic names consist of letters, digits, `.`, `_` and `-`",
            excerpt(topic)
        ))
    } else if topic.is_empty() {
        Some("is empty".to_owned())
    } else if topic == "." || topic == ".." {
        Some(format!("is {topic:?}, which no topic can be called"))
    } else if topic.len() > LONGEST {
        Some(format!(
            "has {} characters; a topic name has at most {LONGEST}",
            topic.len()
        ))
    } else {
        None
    }
}

/// The values of a source entry: Kafka Connect stores null, booleans, numbers and strings only.
fn plain_values(path: &str, members: &[Member<'_>], out: &mut Vec<Finding>) {
    for member in members {
        let at = || member_path(path, &member.key);
        match member.kind() {
            kind @ (Kind::Object | Kind::Array) => {
                let finding = Finding::error(
                    at(),
                    Code::NestedValue,
                    format!(
                        "is {}, but Kafka Connect stores plain values only",
                        kind.noun()
                    ),
                );
                let quoted = serde_json::to_string(member.value).unwrap_or_default();
                out.push(finding.suggest(format!(
                    "if the connector keeps JSON text here, write it as a string: {}",
                    excerpt(&quoted)
                )));
            }
            Kind::Number if !fits(member.value) => out.push(Finding::warning(
                at(),
                Code::OutOfRange,
                format!(
                    "is {}, outside int64; Kafka Connect is assumed to refuse it",
                    excerpt(member.value)
                ),
            )),
            _ => {}
        }
    }
}

/// Whether a number is a decimal or fits an int64.
fn fits(number: &str) -> bool {
    number.contains(['.', 'e', 'E']) || number.parse::<i64>().is_ok()
}
