//! The topics of the simulated world, and the bounds of their partitions.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::seed;

/// The topics of a cluster, by name.
#[derive(Debug)]
pub(crate) struct Topics(BTreeMap<String, Vec<seed::Partition>>);

impl Topics {
    pub(super) fn new(topics: Vec<seed::Topic>) -> Self {
        Self(
            topics
                .into_iter()
                .map(|topic| (topic.name, topic.partitions))
                .collect(),
        )
    }

    /// The earliest and the latest offset of a partition at the time `at`; `None` when the partition does not exist.
    pub(super) fn bounds(&self, topic: &str, partition: i32, at: Duration) -> Option<(i64, i64)> {
        let partitions = self.0.get(topic)?;
        let partition = partitions.get(usize::try_from(partition).ok()?)?;
        let produced = records(partition.records_per_second, at);
        Some((
            partition.earliest,
            partition.latest.saturating_add(produced),
        ))
    }

    /// All partitions of these topics. An unknown topic has no partitions.
    pub(super) fn all_partitions(&self, topics: &[String]) -> impl Iterator<Item = (String, i32)> {
        topics.iter().flat_map(|topic| {
            let count = self.0.get(topic).map_or(0, Vec::len);
            (0..i32::try_from(count).unwrap_or(i32::MAX)).map(|number| (topic.clone(), number))
        })
    }
}

/// The number of whole records at a rate of `per_second` in the time `during`, rounded down.
pub(super) fn records(per_second: f64, during: Duration) -> i64 {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, as intended"
    )]
    let count = (per_second * during.as_secs_f64()).floor() as i64;
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absurd_rate_saturates() {
        assert_eq!(records(f64::MAX, Duration::MAX), i64::MAX);
    }
}
