//! Random answers, and a real answer with one changed byte, must be parsed or refused without a panic. A parsed answer must
//! never have more elements than bytes.

use proptest::prelude::*;

use crate::protocol;
use crate::wire::{Reader, Writer};

/// Parses `bytes` as the answer to each of the seven requests, and returns the largest number of elements in a parsed answer.
fn read_all(bytes: &[u8]) -> usize {
    let reader = || Reader::new(bytes);
    let metadata = protocol::metadata(reader()).map_or(0, |read| {
        let partitions = read.topics.values().flatten().map(|p| p.len());
        read.nodes.len() + read.topics.len() + partitions.sum::<usize>()
    });
    let sizes = [
        protocol::api_versions(reader()).map_or(0, |read| read.len()),
        usize::from(protocol::sasl_handshake(reader()).is_ok()),
        usize::from(protocol::sasl_authenticate(reader(), "secret").is_ok()),
        metadata,
        usize::from(protocol::find_coordinator(reader()).is_ok()),
        protocol::list_offsets(reader()).map_or(0, |read| read.len()),
        protocol::offset_fetch(reader()).map_or(0, |read| read.len()),
    ];
    sizes.into_iter().max().unwrap()
}

/// A leader's answer to ListOffsets, with six partitions.
fn list_offsets() -> Vec<u8> {
    let mut answer = Writer::new();
    answer.i32(0);
    answer.list(["orders", "payments"].iter(), |w, topic| {
        w.text(topic);
        w.list([0, 1, 2].iter(), |w, number| {
            w.i32(*number);
            w.i16(0);
            w.i64(-1);
            w.i64(1000);
            w.i32(0);
        });
    });
    answer.as_bytes().to_vec()
}

fn answers() -> impl Strategy<Value = Vec<u8>> {
    let noise = prop::collection::vec(any::<u8>(), 0..400);
    // Small numbers as bytes often form short lists in lists.
    let small = prop::sample::select(vec![0_u8, 0, 0, 0, 1, 2, 255]);
    let small = prop::collection::vec(small, 0..400);
    let changed = (0..list_offsets().len(), any::<u8>()).prop_map(|(at, byte)| {
        let mut answer = list_offsets();
        answer[at] = byte;
        answer
    });
    prop_oneof![noise, small, changed]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(768))]

    #[test]
    fn broken_answers_are_read_or_refused(bytes in answers()) {
        prop_assert!(read_all(&bytes) <= bytes.len());
    }
}
