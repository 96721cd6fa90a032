//! Random answers, and real answers with changes, are read or refused: nothing panics, and an answer never gives more elements
//! than it has bytes.

use proptest::prelude::*;

use crate::protocol;
use crate::wire::{Malformed, Reader, Writer};

/// Reads `bytes` as the answer to every request; returns the largest number of elements that came of them.
fn read_all(bytes: &[u8]) -> usize {
    fn size<T>(read: Result<T, Malformed>, size: impl FnOnce(T) -> usize) -> usize {
        read.map_or(0, size)
    }
    let reader = || Reader::new(bytes);
    [
        size(protocol::api_versions(reader()), |read| read.1.len()),
        size(protocol::sasl_handshake(reader()), |read| read.1.len()),
        size(protocol::sasl_authenticate(reader()), |_| 1),
        size(protocol::metadata(reader()), |read| {
            let partitions = read.topics.values().flatten().map(|p| p.len());
            read.nodes.len() + read.topics.len() + partitions.sum::<usize>()
        }),
        size(protocol::find_coordinator(reader()), |_| 1),
        size(protocol::list_offsets(reader()), |read| read.len()),
        size(protocol::offset_fetch(reader()), |read| {
            read.partitions.len()
        }),
    ]
    .into_iter()
    .max()
    .unwrap_or_default()
}

/// A leader's answer about some partitions.
fn list_offsets(topics: &[(String, Vec<(i32, i64)>)]) -> Vec<u8> {
    let mut answer = Writer::default();
    answer.i32(0);
    answer.list(topics.iter(), |w, (topic, partitions)| {
        w.text(topic);
        w.list(partitions.iter(), |w, (number, offset)| {
            w.i32(*number);
            w.i16(0);
            w.i64(-1);
            w.i64(*offset);
            w.i32(0);
        });
    });
    answer.into_bytes()
}

fn topics() -> impl Strategy<Value = Vec<(String, Vec<(i32, i64)>)>> {
    let partitions = prop::collection::vec(any::<(i32, i64)>(), 0..6);
    prop::collection::vec(("[a-z]{0,8}", partitions), 0..4)
}

proptest! {
    #[test]
    fn noise_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read_all(&bytes) <= bytes.len());
    }

    /// Bytes of zeros and ones often form lists in lists.
    #[test]
    fn small_numbers_are_read_or_refused(bytes in prop::collection::vec(prop::sample::select(vec![0_u8, 0, 0, 0, 1, 2, 255]), 0..400)) {
        prop_assert!(read_all(&bytes) <= bytes.len());
    }

    #[test]
    fn what_is_written_is_read_whole_and_refused_when_cut(topics in topics(), cut in any::<prop::sample::Index>()) {
        let answer = list_offsets(&topics);
        let read = protocol::list_offsets(Reader::new(&answer)).unwrap();
        for (topic, partitions) in &topics {
            for (number, _) in partitions {
                let place = (topic.clone(), *number);
                prop_assert!(read.contains_key(&place));
            }
        }
        let length = cut.index(answer.len());
        prop_assert!(protocol::list_offsets(Reader::new(&answer[..length])).is_err());
        let longer = [&answer[..], &[0]].concat();
        prop_assert!(protocol::list_offsets(Reader::new(&longer)).is_err());
    }

    #[test]
    fn one_changed_byte_is_read_or_refused(topics in topics(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut answer = list_offsets(&topics);
        let at = at.index(answer.len());
        answer[at] = byte;
        prop_assert!(read_all(&answer) <= answer.len());
    }
}

#[test]
fn claims_of_two_thousand_million_elements_are_refused() {
    for lead in 0..12 {
        let mut answer = vec![0; lead];
        answer.extend(i32::MAX.to_be_bytes());
        assert_eq!(read_all(&answer), 0, "{lead}");
    }
}
