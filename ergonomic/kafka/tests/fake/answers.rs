//! The answers of a fake broker to each request.

use super::{
    API_VERSIONS, FIND_COORDINATOR, LIST_OFFSETS, METADATA, OFFSET_FETCH, Partition, Reply,
    SASL_AUTHENTICATE, SASL_HANDSHAKE, State,
};

/// The part of a request that has not been read yet.
struct In<'a>(&'a [u8]);

impl In<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (taken, rest) = self.0.split_first_chunk().unwrap();
        self.0 = rest;
        *taken
    }

    fn bytes(&mut self, length: usize) -> String {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8(taken.to_vec()).unwrap()
    }

    fn text(&mut self) -> String {
        let length = usize::try_from(self.i16()).unwrap();
        self.bytes(length)
    }
}

/// The part of an answer that has been written so far.
#[derive(Default)]
struct Out(Vec<u8>);

impl Out {
    fn count(&mut self, n: usize) -> &mut Self {
        self.i32(i32::try_from(n).unwrap())
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.i16(i16::try_from(text.len()).unwrap());
        self.0.extend(text.bytes());
        self
    }
}

macro_rules! numbers {
    ($($number:ident)*) => {
        impl In<'_> {
            $(fn $number(&mut self) -> $number {
                $number::from_be_bytes(self.take())
            })*
        }

        impl Out {
            $(fn $number(&mut self, number: $number) -> &mut Self {
                self.0.extend(number.to_be_bytes());
                self
            })*
        }
    };
}

numbers!(i8 i16 i32 i64);

/// Answers one request of a client: returns the correlation id of the request, and what is sent.
pub(super) fn reply(node: usize, request: &[u8], state: &mut State) -> (i32, Reply) {
    let mut body = In(request);
    let (key, version, correlation) = (body.i16(), body.i16(), body.i32());
    body.text();
    state.requests.push(key);
    let (min, max) = state.versions.get(&key).copied().unwrap_or((1, 0));
    if key != API_VERSIONS && !(min..=max).contains(&version) {
        // A real broker also closes the connection when it does not support the version of a request.
        return (correlation, Reply::Close);
    }
    let mut out = Out::default();
    match key {
        API_VERSIONS => versions(&mut out, state),
        SASL_HANDSHAKE => handshake(&mut body, &mut out, state),
        SASL_AUTHENTICATE => authenticate(&mut body, &mut out, state),
        METADATA => metadata(&mut body, &mut out, state),
        LIST_OFFSETS => list(node, &mut body, &mut out, state),
        FIND_COORDINATOR => coordinator(&mut body, &mut out, state),
        OFFSET_FETCH => fetch(&mut body, &mut out, state),
        other => panic!("request {other} was not expected"),
    }
    assert!(
        body.0.is_empty(),
        "request {key} is longer than it should be"
    );
    (correlation, (state.hook)(node, key, out.0))
}

fn versions(out: &mut Out, state: &State) {
    out.i16(0).count(state.versions.len());
    for (key, (min, max)) in &state.versions {
        out.i16(*key).i16(*min).i16(*max);
    }
    out.i32(0);
}

fn handshake(body: &mut In<'_>, out: &mut Out, state: &State) {
    let mechanism = body.text();
    let known = state.mechanisms.contains(&mechanism.as_str());
    out.i16(if known { 0 } else { 33 })
        .count(state.mechanisms.len());
    for mechanism in &state.mechanisms {
        out.text(mechanism);
    }
}

fn authenticate(body: &mut In<'_>, out: &mut Out, state: &mut State) {
    let length = usize::try_from(body.i32()).unwrap();
    let token = body.bytes(length);
    let parts: Vec<_> = token.split('\0').collect();
    assert_eq!((parts.len(), parts[0]), (3, ""));
    state.passwords.push(parts[2].to_owned());
    if (parts[1], parts[2]) == (super::KEY, state.secret) {
        out.i16(0).i16(-1).i32(0).i64(0);
    } else {
        out.i16(58)
            .text("Authentication failed: Invalid username or password");
        out.i32(0).i64(0);
    }
}

fn metadata(body: &mut In<'_>, out: &mut Out, state: &mut State) {
    let topics: Vec<_> = (0..body.i32()).map(|_| body.text()).collect();
    assert_eq!(
        body.i8(),
        0,
        "a topic with a misspelt name would be created"
    );
    body.take::<2>();
    out.i32(0).count(state.addresses.len());
    for (node, address) in state.addresses.iter().enumerate() {
        out.i32(i32::try_from(node).unwrap());
        out.text(&state.hosts[node]).i32(i32::from(address.port()));
        out.i16(-1);
    }
    out.text("cluster").i32(0).count(topics.len());
    for topic in topics {
        let known = state.topics.get(&topic);
        let code = state.refused.get(&topic).copied();
        let code = code.unwrap_or(if known.is_some() { 0 } else { 3 });
        let partitions = known.filter(|_| code == 0).map_or(&[][..], Vec::as_slice);
        out.i16(code).text(&topic).i8(0).count(partitions.len());
        for (number, partition) in partitions.iter().enumerate() {
            let leader = if state.stale > 0 { 0 } else { partition.leader };
            out.i16(0).i32(i32::try_from(number).unwrap());
            out.i32(i32::try_from(leader).unwrap()).i32(7);
            out.i32(1).i32(0).i32(1).i32(0).i32(0);
        }
        out.i32(i32::MIN);
    }
    out.i32(i32::MIN);
    state.stale = state.stale.saturating_sub(1);
}

fn list(node: usize, body: &mut In<'_>, out: &mut Out, state: &mut State) {
    assert_eq!(body.i32(), -1);
    let committed = body.i8() == 1;
    let topics = body.i32();
    out.i32(0).i32(topics);
    for _ in 0..topics {
        let topic = body.text();
        let count = body.i32();
        out.text(&topic).i32(count);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..count {
            let (number, epoch, time) = (body.i32(), body.i32(), body.i64());
            assert_eq!(
                epoch, -1,
                "a leader with another epoch would refuse the request"
            );
            let partition = state.topics[&topic].get(usize::try_from(number).unwrap());
            let (code, (offset, time)) = match partition {
                _ if !seen.insert(number) => (42, (-1, -1)),
                _ if number == 0 && state.leader_code.1 > 0 => {
                    state.leader_code.1 -= 1;
                    (state.leader_code.0, (-1, -1))
                }
                None => (3, (-1, -1)),
                Some(partition) if partition.leader != node => (6, (-1, -1)),
                Some(partition) if committed && time == -1 => {
                    (0, (partition.latest - partition.open, -1))
                }
                Some(partition) => (0, at(partition, time)),
            };
            out.i32(number).i16(code).i64(time).i64(offset).i32(7);
        }
    }
}

fn at(partition: &Partition, time: i64) -> (i64, i64) {
    match time {
        -1 => (partition.latest, -1),
        -2 => (partition.earliest, -1),
        time => {
            assert!(
                time >= 0,
                "the time {time} has a special meaning that is not expected"
            );
            let mut records = partition.records.iter().copied();
            records.find(|record| record.1 >= time).unwrap_or((-1, -1))
        }
    }
}

fn coordinator(body: &mut In<'_>, out: &mut Out, state: &State) {
    let group = body.text();
    assert_eq!(body.i8(), 0);
    let code = state.refused.get(&group).copied().unwrap_or(0);
    // The last node coordinates all groups.
    let node = state.addresses.len() - 1;
    out.i32(0)
        .i16(code)
        .i16(-1)
        .i32(i32::try_from(node).unwrap());
    out.text(&state.hosts[node]);
    out.i32(i32::from(state.addresses[node].port()));
}

fn fetch(body: &mut In<'_>, out: &mut Out, state: &State) {
    let group = body.text();
    assert_eq!(body.i32(), -1);
    let committed = state.groups.get(&group).map_or(&[][..], Vec::as_slice);
    out.i32(0).count(committed.len());
    for (topic, partition, offset) in committed {
        out.text(topic).i32(1).i32(*partition).i64(*offset);
        out.i32(-1).text("by a test").i16(0);
    }
    out.i16(0);
}
