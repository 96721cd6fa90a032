//! Writes the bodies of the seven requests of Kafka's protocol, and parses their answers. Nothing in this file does I/O.
//!
//! Each request is written in its last version without Kafka's "flexible" encodings.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::Address;
use crate::wire::{Reader, Refusal, Writer};

type Result<T> = std::result::Result<T, Refusal>;

/// A kind of request of Kafka's protocol: its name, its key, and the version that this crate writes.
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

/// The requests that a broker must support. ApiVersions is not among them, because its answer tells which are supported.
pub(crate) const NEEDED: [Request; 6] = [
    SASL_HANDSHAKE,
    SASL_AUTHENTICATE,
    METADATA,
    LIST_OFFSETS,
    FIND_COORDINATOR,
    OFFSET_FETCH,
];

/// A partition of a topic: the topic's name and the partition's number.
pub(crate) type TopicPartition = (String, i32);

/// The time with which ListOffsets returns the offset after the last record.
pub(crate) const LATEST: i64 = -1;
/// The time with which ListOffsets returns the first offset.
pub(crate) const EARLIEST: i64 = -2;
/// A time that only this crate uses. It asks for the last stable offset, and is sent as [`LATEST`] with the isolation level for
/// committed records.
pub(crate) const STABLE: i64 = i64::MIN;

/// The value when the code is 0, otherwise the error code.
fn unless<T>(code: i16, value: T) -> std::result::Result<T, i16> {
    if code == 0 { Ok(value) } else { Err(code) }
}

/// Parses the answer to ApiVersions: the lowest and the highest version that the broker supports, by the key of the request.
pub(crate) fn api_versions(mut answer: Reader<'_>) -> Result<BTreeMap<i16, (i16, i16)>> {
    // The code is checked first. A broker that does not support this version of ApiVersions answers in version 0, whose answer
    // is shorter.
    unless(answer.i16()?, ()).map_err(|code| Refusal::Code(code, String::new()))?;
    let versions = answer.list(|r| Ok((r.i16()?, (r.i16()?, r.i16()?))))?;
    answer.i32()?;
    answer.end()?;
    Ok(versions.into_iter().collect())
}

/// Parses the answer to SaslHandshake. It is an error when the broker does not support the mechanism PLAIN.
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

/// Parses the answer to SaslAuthenticate. It is an error when the broker refuses the key. A broker's message that contains the
/// secret is replaced, although no broker is known to send one.
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

/// The answer to Metadata: the addresses of the brokers, and for each topic the leaders of its partitions or an error code.
pub(crate) struct Metadata {
    pub(crate) nodes: BTreeMap<i32, Address>,
    pub(crate) topics: BTreeMap<String, std::result::Result<Leaders, i16>>,
}

/// The id of the leader of each partition of a topic, or the error code of the partition.
pub(crate) type Leaders = BTreeMap<i32, std::result::Result<i32, i16>>;

pub(crate) fn write_metadata(body: &mut Writer, topics: &BTreeSet<String>) {
    body.list(topics.iter(), |w, topic| w.text(topic));
    // The three zeros mean that the broker does not create a topic with a misspelt name, and does not report the caller's
    // rights on the cluster and the topics.
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
            // Code 9 means that a replica is missing. The partition can still be asked if it has a leader. Code 5 means that it
            // has no leader.
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

/// Parses the answer to FindCoordinator: the address of the broker that coordinates the group.
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

/// Parses a list of topics, each with a list of partitions, and calls `read` for the data of each partition.
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

/// Writes one ListOffsets request, which contains each partition once. The times must all be [`STABLE`], or none of them.
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
            // With -1 as the leader's epoch, the broker does not check the epoch.
            w.i32(-1);
            w.i64(if is_stable { LATEST } else { time });
        });
    });
}

/// An offset and a time in the answer to ListOffsets. The offset or the time is -1 when there is none.
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

/// The offset and the time of each partition in the answer to ListOffsets, or the error code of the partition.
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
    // Null in place of a list asks for every partition in which the group has committed an offset.
    body.i32(-1);
}

/// Parses the answer to OffsetFetch: the offset that the group has committed in each partition, or -1 when it has none there.
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
