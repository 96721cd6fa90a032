//! Writes the seven requests and reads their answers. No I/O.
//!
//! Each request has the last version before Kafka's "flexible" encodings.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::Address;
use crate::wire::{Reader, Refusal, Writer};

type Result<T> = std::result::Result<T, Refusal>;

/// A request of Kafka's protocol, by name, key and version.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    pub(crate) name: &'static str,
    pub(crate) key: i16,
    pub(crate) version: i16,
}

const fn request(name: &'static str, key: i16, version: i16) -> Request {
    Request { name, key, version }
}

pub(crate) const LIST_OFFSETS: Request = request("ListOffsets", 2, 5);
pub(crate) const METADATA: Request = request("Metadata", 3, 8);
pub(crate) const OFFSET_FETCH: Request = request("OffsetFetch", 9, 5);
pub(crate) const FIND_COORDINATOR: Request = request("FindCoordinator", 10, 2);
pub(crate) const SASL_HANDSHAKE: Request = request("SaslHandshake", 17, 1);
pub(crate) const API_VERSIONS: Request = request("ApiVersions", 18, 2);
pub(crate) const SASL_AUTHENTICATE: Request = request("SaslAuthenticate", 36, 1);

/// The requests that a broker must support; ApiVersions itself is sent first.
pub(crate) const NEEDED: [Request; 6] = [
    SASL_HANDSHAKE,
    SASL_AUTHENTICATE,
    METADATA,
    LIST_OFFSETS,
    FIND_COORDINATOR,
    OFFSET_FETCH,
];

/// A partition of a topic.
pub(crate) type TopicPartition = (String, i32);

/// The special times of ListOffsets.
pub(crate) const LATEST: i64 = -1;
pub(crate) const EARLIEST: i64 = -2;
/// The last stable offset: sent as [`LATEST`], with the isolation level for committed records.
pub(crate) const STABLE: i64 = i64::MIN;

/// A value unless there is an error code.
fn unless<T>(code: i16, value: T) -> std::result::Result<T, i16> {
    if code == 0 { Ok(value) } else { Err(code) }
}

/// The lowest and the highest version of each request that a broker supports, by key.
pub(crate) fn api_versions(mut answer: Reader<'_>) -> Result<BTreeMap<i16, (i16, i16)>> {
    // A broker that does not know the version answers in version 0, which has less after the code.
    unless(answer.i16()?, ()).map_err(|code| Refusal::Code(code, String::new()))?;
    let versions = answer.list(|r| Ok((r.i16()?, (r.i16()?, r.i16()?))))?;
    answer.i32()?;
    answer.end()?;
    Ok(versions.into_iter().collect())
}

/// Whether the broker takes PLAIN.
pub(crate) fn sasl_handshake(mut answer: Reader<'_>) -> Result<()> {
    let code = answer.i16()?;
    let mechanisms = answer.list(Reader::text)?.join(", ");
    answer.end()?;
    let offered = if mechanisms.is_empty() {
        mechanisms
    } else {
        format!("it takes {mechanisms}, not PLAIN")
    };
    unless(code, ()).map_err(|code| Refusal::Code(code, offered))
}

/// Whether the broker accepts the key. No broker is known to repeat the secret; this makes sure that no message shows it.
pub(crate) fn sasl_authenticate(mut answer: Reader<'_>, secret: &str) -> Result<()> {
    let code = answer.i16()?;
    let message = match answer.nullable_text()?.unwrap_or_default() {
        message if message.contains(secret) => "its message repeats the secret, and is not shown",
        message => message,
    };
    answer.bytes()?;
    answer.i64()?;
    answer.end()?;
    unless(code, ()).map_err(|code| Refusal::Code(code, message.to_owned()))
}

/// The brokers and the leader of each partition, or the error code of a topic or a partition.
pub(crate) struct Metadata {
    pub(crate) nodes: BTreeMap<i32, Address>,
    pub(crate) topics: BTreeMap<String, std::result::Result<Leaders, i16>>,
}

/// The leader of each partition, or its error code.
pub(crate) type Leaders = BTreeMap<i32, std::result::Result<i32, i16>>;

pub(crate) fn write_metadata(body: &mut Writer, topics: &BTreeSet<String>) {
    body.list(topics.iter(), |w, topic| w.text(topic));
    // Does not create a topic with a misspelt name, and does not ask for the caller's rights.
    for _ in 0..3 {
        body.i8(0);
    }
}

fn address(r: &mut Reader<'_>) -> Result<Address> {
    let (host, port) = (r.text()?, r.i32()?);
    let out_of_range = |_| Refusal::Malformed("a port in it is out of range");
    let port = u16::try_from(port).map_err(out_of_range)?;
    Ok(Address { host, port })
}

pub(crate) fn metadata(mut answer: Reader<'_>) -> Result<Metadata> {
    answer.i32()?;
    let nodes = answer.list(|r| {
        let node = (r.i32()?, address(r)?);
        r.nullable_text()?;
        Ok(node)
    })?;
    answer.nullable_text()?;
    answer.i32()?;
    let topics = answer.list(|r| {
        let (code, name) = (r.i16()?, r.text()?);
        r.i8()?;
        let partitions = r.list(|r| {
            let (code, number, leader) = (r.i16()?, r.i32()?, r.i32()?);
            r.i32()?;
            for _ in 0..3 {
                r.list(Reader::i32)?;
            }
            // A missing replica (code 9) does not matter; a missing leader (code 5) does.
            let leader = match code {
                0 | 9 if leader >= 0 => Ok(leader),
                0 | 9 => Err(5),
                code => Err(code),
            };
            Ok((number, leader))
        })?;
        r.i32()?;
        Ok((name, unless(code, partitions.into_iter().collect())))
    })?;
    answer.i32()?;
    answer.end()?;
    Ok(Metadata {
        nodes: nodes.into_iter().collect(),
        topics: topics.into_iter().collect(),
    })
}

pub(crate) fn write_find_coordinator(body: &mut Writer, group: &str) {
    body.text(group);
    body.i8(0);
}

/// The coordinator of a group.
pub(crate) fn find_coordinator(mut answer: Reader<'_>) -> Result<Address> {
    answer.i32()?;
    let code = answer.i16()?;
    let message = answer.nullable_text()?.unwrap_or_default().to_owned();
    answer.i32()?;
    let coordinator = address(&mut answer);
    unless(code, ()).map_err(|code| Refusal::Code(code, message))?;
    answer.end()?;
    coordinator
}

/// What an answer says of each partition, in a list of topics with a list of partitions each.
fn by_partition<T>(
    answer: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T>,
) -> Result<BTreeMap<TopicPartition, T>> {
    let mut all = BTreeMap::new();
    answer.list(|r| {
        let topic = r.text()?;
        r.list(|r| {
            let partition = (topic.clone(), r.i32()?);
            all.insert(partition, read(r)?);
            Ok(())
        })
    })?;
    Ok(all)
}

/// One ListOffsets request. It has each partition once, and asks either all partitions for [`STABLE`] or none.
pub(crate) fn write_list_offsets(body: &mut Writer, times: &BTreeMap<TopicPartition, i64>) {
    let is_stable = times.values().any(|time| *time == STABLE);
    let mut topics: BTreeMap<&str, Vec<(i32, i64)>> = BTreeMap::new();
    for ((topic, partition), time) in times {
        topics.entry(topic).or_default().push((*partition, *time));
    }
    body.i32(-1);
    body.i8(is_stable.into());
    body.list(topics.into_iter(), |w, (topic, partitions)| {
        w.text(topic);
        w.list(partitions.into_iter(), |w, (partition, time)| {
            w.i32(partition);
            // The leader's epoch: -1, so that it is not checked.
            w.i32(-1);
            w.i64(if is_stable { LATEST } else { time });
        });
    });
}

/// An offset and a time in the answer of ListOffsets; -1 when there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) offset: i64,
    pub(crate) time: i64,
}

impl Found {
    pub(crate) fn new(offset: i64, time: i64) -> Self {
        Self { offset, time }
    }
}

/// The answer for each partition, or its error code.
pub(crate) type FoundOffsets = BTreeMap<TopicPartition, std::result::Result<Found, i16>>;

pub(crate) fn list_offsets(mut answer: Reader<'_>) -> Result<FoundOffsets> {
    answer.i32()?;
    let all = by_partition(&mut answer, |r| {
        let (code, time, offset) = (r.i16()?, r.i64()?, r.i64()?);
        r.i32()?;
        Ok(unless(code, Found::new(offset, time)))
    })?;
    answer.end()?;
    Ok(all)
}

pub(crate) fn write_offset_fetch(body: &mut Writer, group: &str) {
    body.text(group);
    // Null: every partition that the group has committed.
    body.i32(-1);
}

/// A group's committed offset for each partition; negative when none is committed.
pub(crate) fn offset_fetch(mut answer: Reader<'_>) -> Result<BTreeMap<TopicPartition, i64>> {
    answer.i32()?;
    let mut refused = 0;
    let offsets = by_partition(&mut answer, |r| {
        let offset = r.i64()?;
        r.i32()?;
        r.nullable_text()?;
        let code = r.i16()?;
        refused = if refused == 0 { code } else { refused };
        Ok(offset)
    })?;
    let whole = answer.i16()?;
    answer.end()?;
    let code = if whole == 0 { refused } else { whole };
    unless(code, offsets).map_err(|code| Refusal::Code(code, String::new()))
}
