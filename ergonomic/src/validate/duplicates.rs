//! The topics and partitions of a request as integers, and the search for partitions that appear twice.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use crate::offset::formats::kafka_sink::topic_fault;

/// Gives each topic a number, so that a sink partition becomes one integer, which is fast to store and to sort.
#[derive(Default)]
pub(super) struct Topics<'a> {
    topics: HashMap<Cow<'a, str>, Topic, Quick>,
    /// The names, indexed by number.
    names: Vec<Cow<'a, str>>,
    /// The topic that was looked up last. Entries of one topic usually follow each other, so the next lookup is often
    /// for the same topic.
    last: Option<(&'a str, Topic)>,
}

#[derive(Clone, Copy)]
pub(super) struct Topic {
    pub(super) number: u64,
    /// Whether the name is valid for a Kafka topic.
    pub(super) legal: bool,
}

impl<'a> Topics<'a> {
    pub(super) fn add(&mut self, name: &'a str) -> Topic {
        match self.last {
            Some((last, topic)) if last == name => topic,
            _ => {
                let topic = self.add_any(Cow::Borrowed(name));
                self.last = Some((name, topic));
                topic
            }
        }
    }

    pub(super) fn add_any(&mut self, name: Cow<'a, str>) -> Topic {
        if let Some(topic) = self.topics.get(&name) {
            return *topic;
        }
        let topic = Topic {
            number: self.names.len() as u64,
            legal: topic_fault(&name).is_none(),
        };
        self.names.push(name.clone());
        self.topics.insert(name, topic);
        topic
    }

    pub(super) fn find(&self, name: &str) -> Option<u64> {
        self.topics.get(name).map(|topic| topic.number)
    }

    pub(super) fn name(&self, number: u64) -> &str {
        let index = usize::try_from(number).ok();
        index
            .and_then(|index| self.names.get(index))
            .map_or("", |name| name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(Cow::as_ref)
    }
}

/// A seeded hash function that is fast for short names. The standard hash function would take as long as the rest of a
/// check.
#[derive(Clone)]
struct Quick(u64);

impl Default for Quick {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for Quick {
    type Hasher = QuickHasher;

    fn build_hasher(&self) -> QuickHasher {
        QuickHasher(self.0)
    }
}

struct QuickHasher(u64);

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            // The product has 128 bits. Its halves are combined, so that every bit of the input affects every bit of
            // the hash.
            let product = u128::from(self.0 ^ u64::from_le_bytes(word)) * 0x9E37_79B9_7F4A_7C15;
            self.0 = (product as u64) ^ ((product >> 64) as u64) ^ chunk.len() as u64;
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// One integer for a topic and a partition in it.
pub(super) fn key(topic: u64, partition: i32) -> u64 {
    // No two partitions get the same integer: validation refuses a partition below 0, and no list has 2^32 topics.
    (topic << 32) | u64::from(partition.unsigned_abs())
}

/// The pairs of indices (first, repeated) of entries with the same key. Sorts `keys`.
pub(super) fn repeats<K: Ord>(keys: &mut [(K, usize)]) -> Vec<(usize, usize)> {
    keys.sort_unstable();
    let mut pairs = Vec::new();
    let mut first = 0;
    for index in 1..keys.len() {
        if keys[index].0 == keys[first].0 {
            pairs.push((keys[first].1, keys[index].1));
        } else {
            first = index;
        }
    }
    pairs
}
