//! Measures how long it takes to decode, check and encode many sink entries, and for comparison plain structs and maps.
//!
//! `cargo bench -p ccloud-connect --bench offsets` prints nanoseconds per entry, the median of 15 rounds.

use std::hint::black_box;
use std::time::Instant;

use ccloud_connect::{OffsetEntry, validate};
use serde::{Deserialize, Serialize};

const ENTRIES: usize = 100_000;
const ROUNDS: usize = 15;

#[derive(Serialize, Deserialize)]
struct Plain {
    partition: PlainPartition,
    offset: PlainOffset,
}

#[derive(Serialize, Deserialize)]
struct PlainPartition {
    kafka_topic: String,
    kafka_partition: i32,
}

#[derive(Serialize, Deserialize)]
struct PlainOffset {
    kafka_offset: i64,
}

/// The time that `work` takes, in nanoseconds per entry: the median of all rounds.
fn measure(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2].as_secs_f64() * 1e9 / ENTRIES as f64
}

fn main() {
    // `cargo test --all-targets` starts benchmarks too, but without `--bench`: then nothing is measured, because a
    // benchmark is not a test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let plain: Vec<_> = (0..ENTRIES)
        .map(|index| Plain {
            partition: PlainPartition {
                kafka_topic: format!("topic-{}", index % 100),
                kafka_partition: i32::try_from(index / 100).unwrap_or_default(),
            },
            offset: PlainOffset {
                kafka_offset: 20_032_323 + i64::try_from(index).unwrap_or_default(),
            },
        })
        .collect();
    let text = serde_json::to_string(&plain).expect("structs of strings and integers");
    let entries: Vec<OffsetEntry> = serde_json::from_str(&text).expect("valid JSON");

    println!(
        "{ENTRIES} sink entries, {} bytes, nanoseconds per entry, median of {ROUNDS}",
        text.len()
    );
    let row = |name: &str, nanoseconds: f64| println!("{name:<44} {nanoseconds:>8.0}");
    row(
        "decode: entries of this crate",
        measure(|| drop(black_box(decode::<OffsetEntry>(&text)))),
    );
    row(
        "decode: plain structs",
        measure(|| drop(black_box(decode::<Plain>(&text)))),
    );
    row(
        "decode: maps",
        measure(|| drop(black_box(decode::<serde_json::Value>(&text)))),
    );
    row(
        "encode: plain structs",
        measure(|| drop(black_box(encode(&plain)))),
    );
    row(
        "encode: entries of this crate",
        measure(|| drop(black_box(encode(&entries)))),
    );
    row(
        "validate",
        measure(|| assert!(black_box(validate::patch(&entries)).is_valid())),
    );
    let both = measure(|| {
        assert!(black_box(validate::patch(&entries)).is_valid());
        drop(black_box(encode(&entries)));
    });
    row("validate and encode", both);
}

fn decode<'a, T: Deserialize<'a>>(text: &'a str) -> Vec<T> {
    serde_json::from_str(text).expect("valid JSON")
}

fn encode<T: Serialize>(entries: &[T]) -> String {
    serde_json::to_string(entries).expect("entries have a JSON form")
}
