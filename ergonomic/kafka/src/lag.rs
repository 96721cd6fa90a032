//! Computes the lag of a consumer: how far it is behind the ends of its partitions, in records and in time.
//!
//! Kafka reports the offset at a time, but not the time of the record at an offset, so this module searches for the time.
//! Reading the record itself would need the permission READ, and would transfer the record's whole batch.

use std::collections::BTreeMap;

use ccloud_connect_types::{PartitionBounds, Timestamp};

use crate::brokers::{Brokers, bounds, milliseconds, timestamp};
use crate::error::{ErrorKind, KafkaError};
use crate::protocol::{Found, TopicPartition};
use crate::question::Question;

/// The maximum number of rounds of the search. Every second round halves the range of times.
const ROUNDS: u32 = 32;

/// The lag of a consumer in one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lag {
    /// The bounds of the partition.
    pub bounds: PartitionBounds,
    /// The position of the consumer, which is the offset of the next record to read, as it was given to [`Brokers::lag`].
    pub position: i64,
    /// The time of the next record to read. The time may be too early by up to a second, or by 1/32 of the record's age if that
    /// is more. It is only approximate when times do not rise with offsets. `None` when no record is left to read, when the
    /// position is outside the bounds, or when the search for the time failed.
    pub next_record: Option<Timestamp>,
}

impl Lag {
    /// The number of offsets from the position to the end, which is the maximum number of records that are left to read. `None`
    /// when the position is outside the bounds.
    pub fn records(&self) -> Option<i64> {
        self.bounds.records_from(self.position)
    }
}

/// The result of [`Brokers::lag`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lags {
    /// The lag of the consumer in each partition, by topic and partition number.
    pub partitions: BTreeMap<TopicPartition, Lag>,
    /// The errors of single topics or partitions. Each error names its topic or partition.
    pub errors: Vec<KafkaError>,
}

impl Brokers {
    /// Asks how far the positions of a consumer are behind the ends of their partitions, in records and in time. `now` is the
    /// current time; the search expects no record after it.
    ///
    /// # Errors
    /// When no broker can be asked: see [`ErrorKind`]. Errors of single topics or partitions are in [`Lags::errors`].
    pub async fn lag(
        &self,
        positions: &BTreeMap<TopicPartition, i64>,
        now: Timestamp,
    ) -> Result<Lags, KafkaError> {
        let mut question = Question::new(&self.0);
        let topics = positions.keys().map(|(topic, _)| topic.clone());
        let is_wanted = |partition: &TopicPartition| positions.contains_key(partition);
        let found = bounds(&mut question, topics, None, is_wanted).await?;
        let mut lags = Lags {
            partitions: BTreeMap::new(),
            errors: found.errors,
        };
        let now = milliseconds(now);
        let mut searches = BTreeMap::new();
        for (partition, position) in positions {
            let (topic, number) = (partition.0.as_str(), partition.1);
            if let Some(bounds) = found.partitions.get(partition).copied() {
                let lag = Lag {
                    bounds,
                    position: *position,
                    next_record: None,
                };
                lags.partitions.insert(partition.clone(), lag);
                let search = Search::new(*position, &bounds, now);
                searches.extend(search.map(|search| (partition.clone(), search)));
            } else if !lags.errors.iter().any(|error| {
                error.topic() == Some(topic) && error.partition().is_none_or(|n| n == number)
            }) {
                let message = "the topic has no such partition";
                let error = KafkaError::new(ErrorKind::NotFound, message);
                lags.errors.push(error.about(topic, Some(number)));
            }
        }
        for round in 0..ROUNDS {
            let open = searches.iter().filter(|(_, search)| search.is_open(now));
            let times: BTreeMap<_, _> = open
                .map(|(partition, search)| (partition.clone(), search.middle(round)))
                .collect();
            if times.is_empty() {
                break;
            }
            // Errors of this search are ignored: when the time of a record cannot be found, the lag in records is still returned.
            let found = question.list(vec![times.clone()], &mut Vec::new()).await;
            for (partition, asked) in times {
                let found = found.get(&partition).and_then(|found| found.first());
                match (searches.get_mut(&partition), found) {
                    (Some(search), Some(found)) => search.narrow(asked, *found),
                    _ => _ = searches.remove(&partition),
                }
            }
        }
        for (partition, search) in searches {
            if let Some(lag) = lags.partitions.get_mut(&partition) {
                lag.next_record = Some(timestamp(search.low.time));
            }
        }
        Ok(lags)
    }
}

/// The search for the time of the record at `position`. Kafka answers a time with the offset of the first record at or after that
/// time. The search finds the latest time for which this offset is at most `position`.
#[derive(Clone, Copy, Debug)]
struct Search {
    position: i64,
    /// A time for which Kafka's answer is an offset of at most `position`, and that offset.
    low: Found,
    /// A time for which Kafka's answer is, or is assumed to be, an offset above `position`; and such an offset.
    high: Found,
}

impl Search {
    /// Begins the search; `None` when the partition has no record, or when the position is outside the bounds or at the end.
    fn new(position: i64, bounds: &PartitionBounds, now: i64) -> Option<Self> {
        let first = bounds.first?;
        if !(bounds.earliest..bounds.latest).contains(&position) {
            return None;
        }
        let low = Found::new(first.offset, milliseconds(first.time));
        let high = if low.offset >= position {
            // The first record of the partition is the next record to read, so its time is already known.
            low
        } else {
            Found::new(bounds.latest, now.max(low.time).saturating_add(1))
        };
        Some(Self {
            position,
            low,
            high,
        })
    }

    fn is_open(&self, now: i64) -> bool {
        let age = now.saturating_sub(self.low.time).max(0);
        self.high.time.saturating_sub(self.low.time) > 1000.max(age / 32)
    }

    /// The next time to ask for. Even rounds interpolate, as if records were spread evenly over time. Odd rounds take the middle
    /// of the range.
    fn middle(&self, round: u32) -> i64 {
        let width = i128::from(self.high.time) - i128::from(self.low.time);
        let records = i128::from(self.high.offset) - i128::from(self.low.offset);
        let step = if round.is_multiple_of(2) && records > 0 {
            width * (i128::from(self.position) - i128::from(self.low.offset)) / records
        } else {
            width / 2
        };
        let step = i64::try_from(step.clamp(1, (width - 1).max(1))).unwrap_or(1);
        self.low.time.saturating_add(step)
    }

    /// Narrows the range by the answer `found` for the time `asked`.
    fn narrow(&mut self, asked: i64, found: Found) {
        if found.offset < 0 {
            self.high.time = asked;
        } else if found.offset > self.position {
            self.high = Found::new(found.offset, asked);
        } else {
            self.low = Found::new(found.offset, found.time.clamp(asked, self.high.time));
            if found.offset == self.position {
                self.high = self.low;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ccloud_connect_types::RecordAt;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// When times rise with offsets, the search must end within `ROUNDS` rounds, and its result must be as exact as the
        /// documentation of `Lag::next_record` promises.
        #[test]
        fn times_are_found(
            gaps in prop::collection::vec(0_i64..100_000_000, 1..200),
            start in 0_i64..1_800_000_000_000,
            index in any::<prop::sample::Index>(),
        ) {
            let mut times = vec![start];
            for gap in gaps {
                times.push(times[times.len() - 1] + gap);
            }
            let position = index.index(times.len());
            let now = times[times.len() - 1] + 5_000;
            let found_at = |time: i64| {
                let offset = times.partition_point(|t| *t < time);
                let time = times.get(offset);
                time.map_or(Found::new(-1, -1), |time| Found::new(offset as i64, *time))
            };
            let first = RecordAt::new(0, timestamp(start));
            let bounds = PartitionBounds::new(0, times.len() as i64).with_first(Some(first));
            let mut search = Search::new(position as i64, &bounds, now).unwrap();
            let mut rounds = 0;
            while search.is_open(now) {
                let asked = search.middle(rounds);
                search.narrow(asked, found_at(asked));
                rounds += 1;
            }
            prop_assert!(rounds <= ROUNDS, "{rounds} rounds");
            let real = times[position];
            let error = real - search.low.time;
            prop_assert!((0..=1000.max((now - search.low.time) / 32)).contains(&error), "{error}");
        }
    }
}
