//! The public interface: settings and questions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ccloud_connect_types::{PartitionBounds, RecordAt, Timestamp};
use zeroize::Zeroizing;

use crate::address::Bootstrap;
use crate::error::{ErrorKind, KafkaError};
use crate::protocol::{EARLIEST, Found, LATEST, STABLE, TopicPartition};
use crate::question::Question;
use crate::settings::Settings;
use crate::tls;

/// The longest name of a topic (`org.apache.kafka.common.internals.Topic`).
const MAX_TOPIC: usize = 249;

/// The brokers of one cluster, asked with one API key. Cheap to clone.
///
/// It connects only for a question, and closes the connections after it. Needs a tokio runtime with time and I/O enabled. Questions
/// change nothing and create no topic. Dropping a future closes its connections.
#[derive(Clone)]
pub struct Brokers(pub(crate) Arc<Settings>);

/// What [`Brokers::offsets`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicOffsets {
    /// The bounds of each partition, by topic and number.
    pub partitions: BTreeMap<TopicPartition, PartitionBounds>,
    /// The errors of single topics or partitions, which each error names.
    pub errors: Vec<KafkaError>,
}

impl Brokers {
    /// Starts the settings, with the bootstrap addresses and the API key of the **Kafka cluster** with its secret. Brokers refuse a
    /// Cloud API key.
    pub fn builder(
        bootstrap: Bootstrap,
        key: impl Into<String>,
        secret: impl Into<String>,
    ) -> BrokersBuilder {
        BrokersBuilder {
            settings: Settings {
                bootstrap,
                tls: None,
                key: key.into(),
                secret: Zeroizing::new(secret.into()),
                connect_timeout: Duration::from_secs(5),
                time_limit: Duration::from_secs(30),
            },
            authorities: None,
        }
    }

    /// The first offset and the end of each partition of these topics and, with a `time`, its first record at or after that time.
    ///
    /// "First" is by offset: when times do not rise with offsets, records with earlier times may follow. A time is rounded up to
    /// milliseconds. The end is asked last, so a record found by time is before it. When a leader moves or restarts, the question
    /// is repeated until the [time limit](BrokersBuilder::time_limit).
    ///
    /// # Errors
    /// When no broker can be asked: see [`ErrorKind`]. Errors of single topics or partitions are in [`TopicOffsets::errors`].
    pub async fn offsets(
        &self,
        topics: impl IntoIterator<Item = impl Into<String>>,
        time: Option<Timestamp>,
    ) -> Result<TopicOffsets, KafkaError> {
        let mut errors = Vec::new();
        let topics = checked(topics, &mut errors);
        if topics.is_empty() {
            return Ok(TopicOffsets {
                errors,
                ..TopicOffsets::default()
            });
        }
        let mut question = Question::new(&self.0);
        let partitions = question.partitions(&topics, &mut errors).await?;
        // Time 0 is before all records, so it finds the first one.
        let mut times = vec![EARLIEST, 0, STABLE];
        times.extend(time.map(milliseconds));
        times.push(LATEST);
        let wanted = partitions.into_iter().map(|p| (p, times.clone())).collect();
        let found = question.list(&wanted, &mut errors).await;
        let partitions = found.into_iter().map(|(partition, places)| {
            let offset = |place: Option<&Found>| place.map_or(0, |found| found.offset);
            let bounds = PartitionBounds::new(offset(places.first()), offset(places.last()))
                .with_first(places.get(1).and_then(record))
                .with_stable(offset(places.get(2)))
                .with_record_at(places.get(3).filter(|_| time.is_some()).and_then(record));
            (partition, bounds)
        });
        Ok(TopicOffsets {
            partitions: partitions.collect(),
            errors,
        })
    }

    /// All offsets that a consumer group has committed. A partition without a committed offset is absent. The map is empty for a
    /// group that does not exist, because Kafka gives the same answer for a group without offsets. The group of a managed sink is
    /// `connect-` followed by its `lcc-…` id.
    ///
    /// # Errors
    /// When no broker can be asked, or the API key may not see the group: see [`ErrorKind`].
    pub async fn committed(
        &self,
        group: &str,
    ) -> Result<BTreeMap<TopicPartition, i64>, KafkaError> {
        if group.is_empty() || group.len() > 0x7fff {
            return Err(KafkaError::new(
                ErrorKind::Invalid,
                "the name of the group is empty or too long",
            ));
        }
        let committed = Question::new(&self.0).committed(group).await;
        committed.map_err(|error| error.saying(&format!("group {group:?}")))
    }
}

impl fmt::Debug for Brokers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Settings of [`Brokers`].
#[must_use]
pub struct BrokersBuilder {
    settings: Settings,
    authorities: Option<Vec<u8>>,
}

impl BrokersBuilder {
    /// Trusts these authorities, in PEM form, in addition to those of the operating system.
    pub fn authorities_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities = Some(pem.into());
        self
    }

    /// The longest time to connect to a broker, and again to authenticate; the default is 5 seconds.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.settings.connect_timeout = limit;
        self
    }

    /// The longest time of one question with all its repetitions; the default is 30 seconds.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.settings.time_limit = limit;
        self
    }

    /// Makes the [`Brokers`]. Reads the certificates that the operating system trusts, and does no other I/O.
    ///
    /// # Errors
    /// When the key or the secret is empty or holds a NUL, or the authorities cannot be read.
    pub fn build(mut self) -> Result<Brokers, KafkaError> {
        let Settings { key, secret, .. } = &self.settings;
        if [key.as_str(), secret.as_str()]
            .iter()
            .any(|part| part.is_empty() || part.contains('\0'))
        {
            return Err(KafkaError::new(
                ErrorKind::Invalid,
                "the Kafka API key or its secret is empty or holds a NUL",
            ));
        }
        if self.settings.bootstrap.tls {
            self.settings.tls = Some(tls::connector(self.authorities.as_deref())?);
        }
        Ok(Brokers(Arc::new(self.settings)))
    }
}

impl fmt::Debug for BrokersBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

/// The topics with valid names; the others go to `errors`.
pub(crate) fn checked(
    topics: impl IntoIterator<Item = impl Into<String>>,
    errors: &mut Vec<KafkaError>,
) -> BTreeSet<String> {
    let mut checked = BTreeSet::new();
    for topic in topics {
        let topic = topic.into();
        if topic.is_empty() || topic.len() > MAX_TOPIC {
            let message = format!("a topic's name has 1 to {MAX_TOPIC} characters");
            errors.push(KafkaError::new(ErrorKind::Invalid, message).about(&topic, None));
        } else {
            checked.insert(topic);
        }
    }
    checked
}

/// Milliseconds since 1970, rounded up. A time before 1970 becomes 0, because negative numbers have special meanings in Kafka.
pub(crate) fn milliseconds(time: Timestamp) -> i64 {
    let nanoseconds = time.unix_nanoseconds().max(0);
    i64::try_from((nanoseconds + 999_999) / 1_000_000).unwrap_or(i64::MAX)
}

/// The record that was found, if there is one.
pub(crate) fn record(found: &Found) -> Option<RecordAt> {
    (found.offset >= 0).then(|| RecordAt::new(found.offset, timestamp(found.time)))
}

pub(crate) fn timestamp(milliseconds: i64) -> Timestamp {
    let nanoseconds = i32::try_from(milliseconds.rem_euclid(1000) * 1_000_000).unwrap_or_default();
    Timestamp::from_unix(milliseconds.div_euclid(1000), nanoseconds).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_round_up_to_the_millisecond() {
        for (text, expected) in [
            ("2026-01-01T00:00:00Z", 1_767_225_600_000),
            ("2026-01-01T00:00:00.000000001Z", 1_767_225_600_001),
            ("2026-01-01T00:00:50.500Z", 1_767_225_650_500),
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999Z", 0),
            ("1066-10-14T09:00:00Z", 0),
        ] {
            let time: Timestamp = text.parse().unwrap();
            assert_eq!(milliseconds(time), expected, "{text}");
        }
        assert_eq!(
            timestamp(1_767_225_650_500).to_string(),
            "2026-01-01T00:00:50.5Z"
        );
        assert_eq!(timestamp(i64::MAX), Timestamp::MAX);
    }
}
