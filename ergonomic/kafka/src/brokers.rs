//! The public interface: settings and questions.

use std::collections::{BTreeMap, BTreeSet};
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
/// It connects only for a question, and closes the connections after it. Needs a tokio runtime with time and I/O
/// enabled. Questions change nothing and create no topic. Dropping a future closes its connections.
#[derive(Clone, Debug)]
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
    /// The brokers at these addresses, asked with the API key of the **Kafka cluster** and its secret. Brokers refuse a
    /// Cloud API key. Reads the certificates that the operating system trusts, and does no other I/O; the authorities
    /// in `authorities_pem` are trusted, too.
    ///
    /// # Errors
    /// When the key or the secret is empty or contains a NUL, or the authorities cannot be read.
    pub fn new(
        bootstrap: Bootstrap,
        key: impl Into<String>,
        secret: impl Into<String>,
        authorities_pem: Option<&[u8]>,
    ) -> Result<Self, KafkaError> {
        let (key, secret) = (key.into(), Zeroizing::new(secret.into()));
        let is_invalid = |part: &str| part.is_empty() || part.contains('\0');
        if is_invalid(&key) || is_invalid(&secret) {
            let message = "the Kafka API key or its secret is empty or contains a NUL";
            return Err(KafkaError::new(ErrorKind::Invalid, message));
        }
        let tls = bootstrap.tls.then(|| tls::connector(authorities_pem));
        Ok(Self(Arc::new(Settings {
            tls: tls.transpose()?,
            bootstrap,
            key,
            secret,
            connect_timeout: Duration::from_secs(5),
            time_limit: Duration::from_secs(30),
        })))
    }

    /// The longest time to connect to a broker, and again to authenticate; the default is 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        Arc::make_mut(&mut self.0).connect_timeout = limit;
        self
    }

    /// The longest time of one question with all its repetitions; the default is 30 seconds.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        Arc::make_mut(&mut self.0).time_limit = limit;
        self
    }

    /// The first offset and the end of each partition of these topics and, with a `time`, its first record at or after
    /// that time.
    ///
    /// "First" is by offset: when times do not rise with offsets, records with earlier times may follow. A time is
    /// rounded up to milliseconds. The end is asked last, so a record found by time is before it. When a leader moves
    /// or restarts, the question is repeated until the [time limit](Self::time_limit).
    ///
    /// # Errors
    /// When no broker can be asked: see [`ErrorKind`]. Errors of single topics or partitions are in [`TopicOffsets::errors`].
    pub async fn offsets(
        &self,
        topics: impl IntoIterator<Item = impl Into<String>>,
        time: Option<Timestamp>,
    ) -> Result<TopicOffsets, KafkaError> {
        let topics = topics.into_iter().map(Into::into);
        bounds(&mut Question::new(&self.0), topics, time, |_| true).await
    }

    /// All offsets that a consumer group has committed. A partition without a committed offset is absent. The map is
    /// empty for a group that does not exist, because Kafka gives the same answer for a group without offsets. The
    /// group of a managed sink is
    /// `connect-` followed by its `lcc-…` id.
    ///
    /// # Errors
    /// When no broker can be asked, or the API key may not see the group: see [`ErrorKind`].
    pub async fn committed(
        &self,
        group: &str,
    ) -> Result<BTreeMap<TopicPartition, i64>, KafkaError> {
        if group.is_empty() || group.len() > 0x7fff {
            let message = "the name of the group is empty or too long";
            return Err(KafkaError::new(ErrorKind::Invalid, message));
        }
        let committed = Question::new(&self.0).committed(group).await;
        let mut committed = committed.map_err(|error| error.about_group(group))?;
        committed.retain(|_, offset| *offset >= 0);
        Ok(committed)
    }
}

/// The bounds of those partitions of the topics that are wanted.
pub(crate) async fn bounds(
    question: &mut Question,
    topics: impl Iterator<Item = String>,
    time: Option<Timestamp>,
    is_wanted: impl Fn(&TopicPartition) -> bool,
) -> Result<TopicOffsets, KafkaError> {
    let (topics, invalid): (BTreeSet<_>, BTreeSet<_>) =
        topics.partition(|topic| (1..=MAX_TOPIC).contains(&topic.len()));
    let message = format!("a topic's name has 1 to {MAX_TOPIC} characters");
    let error = KafkaError::new(ErrorKind::Invalid, message);
    let errors = invalid.iter().map(|topic| error.clone().about(topic, None));
    let mut found = TopicOffsets {
        partitions: BTreeMap::new(),
        errors: errors.collect(),
    };
    if topics.is_empty() {
        return Ok(found);
    }
    let mut partitions = question.partitions(&topics, &mut found.errors).await?;
    partitions.retain(is_wanted);
    // Time 0 is before all records, so it finds the first one.
    let mut times = vec![EARLIEST, 0, STABLE];
    times.extend(time.map(milliseconds));
    times.push(LATEST);
    let round = |time| partitions.iter().map(|p| (p.clone(), time)).collect();
    let rounds = times.into_iter().map(round).collect();
    for (partition, offsets) in question.list(rounds, &mut found.errors).await {
        if let [earliest, first, stable, at @ .., latest] = &offsets[..] {
            let bounds = PartitionBounds::new(earliest.offset, latest.offset)
                .with_first(record(first))
                .with_stable(stable.offset)
                .with_record_at(at.first().and_then(record));
            found.partitions.insert(partition, bounds);
        }
    }
    Ok(found)
}

/// Milliseconds since 1970, rounded up. A time before 1970 becomes 0, because negative numbers have special meanings in Kafka.
pub(crate) fn milliseconds(time: Timestamp) -> i64 {
    let nanoseconds = time.unix_nanoseconds().max(0);
    i64::try_from((nanoseconds + 999_999) / 1_000_000).unwrap_or(i64::MAX)
}

/// The record that was found, if there is one.
fn record(found: &Found) -> Option<RecordAt> {
    (found.offset >= 0).then(|| RecordAt::new(found.offset, timestamp(found.time)))
}

pub(crate) fn timestamp(milliseconds: i64) -> Timestamp {
    let nanoseconds = i32::try_from(milliseconds.rem_euclid(1000) * 1_000_000).unwrap_or_default();
    Timestamp::from_unix(milliseconds.div_euclid(1000), nanoseconds).unwrap_or(Timestamp::MAX)
}
