//! Writes the seven requests and reads their answers. No I/O.
//!
//! Each has the last version before Kafka's "flexible" encodings.

use std::collections::BTreeMap;

use crate::address::Address;
use crate::wire::{Malformed, Reader, Writer};

/// A request of Kafka's protocol, by name, key and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl Request {
    pub(crate) fn frame(self, correlation: i32, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        Writer::frame(self.key, self.version, correlation, write)
    }
}

/// A partition of a topic.
pub(crate) type TopicPartition = (String, i32);

/// The special times of ListOffsets.
pub(crate) const LATEST: i64 = -1;
/// The last stable offset: sent as [`LATEST`], with the isolation level for committed records.
pub(crate) const STABLE: i64 = i64::MIN;
pub(crate) const EARLIEST: i64 = -2;

/// The lowest and the highest version of each request that a broker supports, by key.
pub(crate) type Versions = BTreeMap<i16, (i16, i16)>;

/// The error code, and the versions.
pub(crate) fn api_versions(mut answer: Reader<'_>) -> Result<(i16, Versions), Malformed> {
    let code = answer.i16()?;
    let versions = answer.list(|r| Ok((r.i16()?, (r.i16()?, r.i16()?))))?;
    // A broker that does not know the version answers in version 0, which ends here.
    if code == 0 {
        answer.i32()?;
        answer.end()?;
    }
    Ok((code, versions.into_iter().collect()))
}

/// The error code, and the mechanisms that the broker knows.
pub(crate) fn sasl_handshake(mut answer: Reader<'_>) -> Result<(i16, Vec<String>), Malformed> {
    let code = answer.i16()?;
    let mechanisms = answer.list(|r| r.text().map(str::to_owned))?;
    answer.end()?;
    Ok((code, mechanisms))
}

/// The error code, and the broker's message.
pub(crate) fn sasl_authenticate(
    mut answer: Reader<'_>,
) -> Result<(i16, Option<String>), Malformed> {
    let code = answer.i16()?;
    let message = answer.nullable_text()?.map(str::to_owned);
    answer.bytes()?;
    answer.i64()?;
    answer.end()?;
    Ok((code, message))
}

/// The brokers and the leader of each partition, or the error code of a topic or a partition.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) nodes: BTreeMap<i32, Address>,
    pub(crate) topics: BTreeMap<String, Result<Leaders, i16>>,
}

/// The leader of each partition, or its error code.
pub(crate) type Leaders = BTreeMap<i32, Result<i32, i16>>;

pub(crate) fn write_metadata<'a>(
    body: &mut Writer,
    topics: impl ExactSizeIterator<Item = &'a String>,
) {
    body.list(topics, |w, topic| w.text(topic));
    // Does not create a topic with a misspelt name, and does not ask for the caller's rights.
    body.i8(0);
    body.i8(0);
    body.i8(0);
}

pub(crate) fn metadata(mut answer: Reader<'_>) -> Result<Metadata, Malformed> {
    answer.i32()?;
    let nodes = answer.list(|r| {
        let id = r.i32()?;
        let host = r.text()?.to_owned();
        let port =
            u16::try_from(r.i32()?).map_err(|_| Malformed("a port in it is out of range"))?;
        r.nullable_text()?;
        Ok((id, Address { host, port }))
    })?;
    answer.nullable_text()?;
    answer.i32()?;
    let topics = answer.list(|r| {
        let code = r.i16()?;
        let name = r.text()?.to_owned();
        r.i8()?;
        let partitions = r.list(|r| {
            let code = r.i16()?;
            let partition = r.i32()?;
            let leader = r.i32()?;
            r.i32()?;
            for _ in 0..3 {
                r.list(Reader::i32)?;
            }
            // A missing replica (code 9) does not matter; a missing leader does.
            let leader = match code {
                0 | 9 if leader >= 0 => Ok(leader),
                0 | 9 => Err(5),
                code => Err(code),
            };
            Ok((partition, leader))
        })?;
        r.i32()?;
        let partitions = if code == 0 {
            Ok(partitions.into_iter().collect())
        } else {
            Err(code)
        };
        Ok((name, partitions))
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

/// The coordinator of a group, or the error code and the broker's message.
pub(crate) type Coordinator = Result<(i32, Address), (i16, Option<String>)>;

pub(crate) fn find_coordinator(mut answer: Reader<'_>) -> Result<Coordinator, Malformed> {
    answer.i32()?;
    let code = answer.i16()?;
    let message = answer.nullable_text()?.map(str::to_owned);
    let id = answer.i32()?;
    let host = answer.text()?.to_owned();
    let port = answer.i32()?;
    answer.end()?;
    if code != 0 {
        return Ok(Err((code, message)));
    }
    let port = u16::try_from(port).map_err(|_| Malformed("a port in it is out of range"))?;
    Ok(Ok((id, Address { host, port })))
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) offset: i64,
    pub(crate) time: i64,
}

/// The answer for each partition, or its error code.
pub(crate) type FoundOffsets = BTreeMap<TopicPartition, Result<Found, i16>>;

pub(crate) fn list_offsets(mut answer: Reader<'_>) -> Result<FoundOffsets, Malformed> {
    let mut all = BTreeMap::new();
    answer.i32()?;
    answer.list(|r| {
        let topic = r.text()?;
        r.list(|r| {
            let partition = r.i32()?;
            let code = r.i16()?;
            let time = r.i64()?;
            let offset = r.i64()?;
            r.i32()?;
            let found = if code == 0 {
                Ok(Found { offset, time })
            } else {
                Err(code)
            };
            all.insert((topic.to_owned(), partition), found);
            Ok(())
        })
    })?;
    answer.end()?;
    Ok(all)
}

pub(crate) fn write_offset_fetch(body: &mut Writer, group: &str) {
    body.text(group);
    // Null: every partition that the group has committed.
    body.i32(-1);
}

/// A group's committed offset or error code for each partition, and the error code of the whole answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Committed {
    pub(crate) code: i16,
    pub(crate) partitions: BTreeMap<TopicPartition, Result<i64, i16>>,
}

pub(crate) fn offset_fetch(mut answer: Reader<'_>) -> Result<Committed, Malformed> {
    let mut partitions = BTreeMap::new();
    answer.i32()?;
    answer.list(|r| {
        let topic = r.text()?;
        r.list(|r| {
            let partition = r.i32()?;
            let offset = r.i64()?;
            r.i32()?;
            r.nullable_text()?;
            let code = r.i16()?;
            let offset = if code == 0 { Ok(offset) } else { Err(code) };
            partitions.insert((topic.to_owned(), partition), offset);
            Ok(())
        })
    })?;
    let code = answer.i16()?;
    answer.end()?;
    Ok(Committed { code, partitions })
}
