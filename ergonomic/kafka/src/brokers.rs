//! The public interface of the crate: settings, and questions to a Kafka cluster.

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

/// The maximum length of a topic's name, in characters (`org.apache.kafka.common.internals.Topic`).
const MAX_TOPIC: usize = 249;

/// A client for the brokers of one Kafka cluster, with one API key. Cloning it is cheap.
///
/// The client connects only to answer a question, and closes the connections afterwards. It needs a tokio runtime with time and
/// I/O enabled. Questions change nothing and create no topic. Dropping the future of a question closes its connections.
#[derive(Clone, Debug)]
pub struct Brokers(pub(crate) Arc<Settings>);

/// The result of [`Brokers::offsets`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicOffsets {
    /// The bounds of each partition, by topic and partition number.
    pub partitions: BTreeMap<TopicPartition, PartitionBounds>,
    /// The errors of single topics or partitions. Each error names its topic or partition.
    pub errors: Vec<KafkaError>,
}

impl Brokers {
    /// Makes a client for the cluster with these bootstrap addresses. The key must be an API key of the **Kafka cluster**,
    /// because brokers refuse a Cloud API key. The client trusts the authorities of the operating system, and in addition those
    /// in `authorities_pem`. This function reads the operating system's certificates, and does no other I/O.
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

    /// Sets the time limit for connecting to a broker, and again for authenticating. Default 5 s.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        Arc::make_mut(&mut self.0).connect_timeout = limit;
        self
    }

    /// Sets the time limit for one question with all its repetitions. Default 30 s.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        Arc::make_mut(&mut self.0).time_limit = limit;
        self
    }

    /// Asks for the first offset and the end of each partition of these topics. With a `time`, it also asks for the first record
    /// of each partition at or after that time.
    ///
    /// The first record is the one with the lowest offset. When times do not rise with offsets, records after it may have
    /// earlier times. The time is rounded up to milliseconds. The end is asked for last, so the record at the time is always
    /// before the end. When a leader moves or restarts, the question is repeated until the [time limit](Self::time_limit).
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

    /// Asks for all offsets that a consumer group has committed. A partition without a committed offset is absent. The map is
    /// empty for a group that does not exist, because Kafka gives the same answer for it as for a group without offsets. The
    /// name of a managed sink's group is `connect-` followed by the sink's `lcc-…` id.
    ///
    /// # Errors
    /// When no broker can be asked, or when the API key lacks the permission for the group: see [`ErrorKind`].
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

/// Asks for the bounds of those partitions of the topics for which `is_wanted` is true. With a `time`, it also asks for the first
/// record at or after that time.
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
    // Time 0 is before all records, so the answer for it is the first record.
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

/// The time in milliseconds since 1970, rounded up. A time before 1970 becomes 0, because Kafka gives negative times a special
/// meaning.
pub(crate) fn milliseconds(time: Timestamp) -> i64 {
    let nanoseconds = time.unix_nanoseconds().max(0);
    i64::try_from((nanoseconds + 999_999) / 1_000_000).unwrap_or(i64::MAX)
}

/// The record in an answer of ListOffsets; `None` when the answer has no record.
fn record(found: &Found) -> Option<RecordAt> {
    (found.offset >= 0).then(|| RecordAt::new(found.offset, timestamp(found.time)))
}

pub(crate) fn timestamp(milliseconds: i64) -> Timestamp {
    let nanoseconds = i32::try_from(milliseconds.rem_euclid(1000) * 1_000_000).unwrap_or_default();
    Timestamp::from_unix(milliseconds.div_euclid(1000), nanoseconds).unwrap_or(Timestamp::MAX)
}
