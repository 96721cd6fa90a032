//! Which partitions there are, twice or not at all.

use std::borrow::Cow;
use std::collections::HashMap;

use super::entry::topic_fault;

/// Numbers for topics, so that a sink partition is one number, cheap to collect and to sort.
#[derive(Default)]
pub(super) struct Topics<'a> {
    topics: HashMap<Cow<'a, str>, Topic>,
    /// Entries of one topic usually stand together.
    last: Option<(&'a str, Topic)>,
}

#[derive(Clone, Copy)]
pub(super) struct Topic {
    pub(super) number: u64,
    /// Whether a Kafka topic can have this name.
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
        let number = self.topics.len() as u64;
        *self.topics.entry(name).or_insert_with_key(|name| Topic {
            number,
            legal: topic_fault(name).is_none(),
        })
    }

    pub(super) fn find(&self, name: &str) -> Option<u64> {
        self.topics.get(name).map(|topic| topic.number)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = (&str, u64)> {
        self.topics
            .iter()
            .map(|(name, topic)| (name.as_ref(), topic.number))
    }
}

/// One number for a topic and a partition in it.
pub(super) fn key(topic: u64, partition: i32) -> u64 {
    // Validation keeps the partition at 0 or above, and nobody lists 2^32 topics.
    (topic << 32) | u64::from(partition.unsigned_abs())
}

/// Pairs of positions (first, repeated) at which the same key stands. Sorts `keys`.
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
