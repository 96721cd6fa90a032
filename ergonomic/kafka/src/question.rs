//! One question to a Kafka cluster: finds the leaders of partitions, asks all leaders at the same time, and repeats requests
//! that failed because a leader moved, until the deadline.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::address::Address;
use crate::connection::Connection;
use crate::error::{ErrorKind, KafkaError};
use crate::protocol::{self, Found, FoundOffsets, LIST_OFFSETS, METADATA, Request, TopicPartition};
use crate::settings::Settings;
use crate::wire::{Reader, Refusal, Writer};

/// The time for which the offset of each partition is asked.
pub(crate) type Times = BTreeMap<TopicPartition, i64>;

pub(crate) struct Question {
    settings: Arc<Settings>,
    deadline: Instant,
    nodes: Vec<Address>,
    leaders: BTreeMap<TopicPartition, Result<Address, KafkaError>>,
    open: BTreeMap<Address, Connection>,
    /// Whether a broker has accepted the key. Until then a request is not repeated when every broker has failed.
    entered: bool,
}

impl Question {
    pub(crate) fn new(settings: &Arc<Settings>) -> Self {
        Self {
            settings: Arc::clone(settings),
            // The limit is cut off at a year, because adding a very long time to an instant overflows.
            deadline: Instant::now() + settings.time_limit.min(Duration::from_secs(86_400 * 365)),
            nodes: Vec::new(),
            leaders: BTreeMap::new(),
            open: BTreeMap::new(),
            entered: false,
        }
    }

    /// Sends a request to one broker, on the open connection to it or on a new one, and reads the answer.
    async fn ask<T>(
        &mut self,
        address: &Address,
        request: Request,
        write: impl Fn(&mut Writer),
        read: impl Fn(Reader<'_>) -> Result<T, Refusal>,
    ) -> Result<T, KafkaError> {
        let (settings, open) = (Arc::clone(&self.settings), self.open.remove(address));
        let entered = &mut self.entered;
        let asking = async {
            let mut connection = match open {
                Some(connection) => connection,
                None => Connection::open(&settings, address).await?,
            };
            *entered = true;
            let answer = connection.ask(request, write, read).await?;
            Ok((connection, answer))
        };
        let asked = timeout_at(self.deadline, asking).await;
        let (connection, answer) = asked.unwrap_or_else(|_| Err(late(&settings, address)))?;
        self.open.insert(address.clone(), connection);
        Ok(answer)
    }

    /// Sends a request to one broker after another until one answers. When all fail temporarily, it starts again after a pause,
    /// but only if a broker has accepted the key before.
    async fn ask_any<T>(
        &mut self,
        request: Request,
        write: impl Fn(&mut Writer),
        read: impl Fn(Reader<'_>) -> Result<T, Refusal>,
    ) -> Result<(Address, T), KafkaError> {
        let mut attempts = 0;
        loop {
            let mut addresses: Vec<_> = self.open.keys().cloned().collect();
            addresses.extend(self.settings.bootstrap.addresses.iter().cloned());
            addresses.extend(self.nodes.iter().cloned());
            let mut failures = BTreeMap::new();
            for address in addresses {
                if failures.contains_key(&address) {
                    continue;
                }
                match self.ask(&address, request, &write, &read).await {
                    Ok(answer) => return Ok((address, answer)),
                    // Every other broker would fail too: all of them check the same key and have the same kind of
                    // certificate.
                    Err(error) if !error.passes => return Err(error),
                    Err(error) => _ = failures.insert(address, error),
                }
            }
            let texts: Vec<_> = failures.values().map(KafkaError::to_string).collect();
            let failed = KafkaError::passing(texts.join("; "));
            if !self.entered {
                return Err(failed);
            }
            self.rest(&mut attempts, failed).await?;
        }
    }

    /// Waits before another attempt. Returns the error of the last attempt when the deadline comes before the next attempt, or
    /// when another attempt cannot succeed.
    async fn rest(&self, attempts: &mut u32, error: KafkaError) -> Result<(), KafkaError> {
        // The first pause is 50 ms. Each later pause is twice as long, up to 800 ms.
        *attempts += 1;
        let then = Instant::now() + Duration::from_millis(25 << (*attempts).min(5));
        if !error.passes || then >= self.deadline {
            return Err(error.in_vain(self.settings.time_limit));
        }
        sleep_until(then).await;
        Ok(())
    }

    /// Finds the coordinator of a group, and asks it for the offsets that the group has committed.
    pub(crate) async fn committed(
        &mut self,
        group: &str,
    ) -> Result<BTreeMap<TopicPartition, i64>, KafkaError> {
        let mut attempts = 0;
        loop {
            let find = |w: &mut Writer| protocol::write_find_coordinator(w, group);
            let (_, coordinator) = self
                .ask_any(protocol::FIND_COORDINATOR, find, protocol::find_coordinator)
                .await?;
            let fetch = |w: &mut Writer| protocol::write_offset_fetch(w, group);
            let request = protocol::OFFSET_FETCH;
            let asked = self.ask(&coordinator, request, fetch, protocol::offset_fetch);
            match asked.await {
                Ok(committed) => return Ok(committed),
                Err(error) => self.rest(&mut attempts, error).await?,
            }
        }
    }

    /// Finds the leaders of all partitions of these topics, and returns the partitions. Errors of single topics are added to
    /// `errors`.
    pub(crate) async fn partitions(
        &mut self,
        topics: &BTreeSet<String>,
        errors: &mut Vec<KafkaError>,
    ) -> Result<BTreeSet<TopicPartition>, KafkaError> {
        let write = |w: &mut Writer| protocol::write_metadata(w, topics);
        let (asked, mut answer) = self.ask_any(METADATA, write, protocol::metadata).await?;
        let of_code = |code| KafkaError::of_code(code, METADATA.name, "").at(&asked);
        self.leaders.retain(|(topic, _), _| !topics.contains(topic));
        let mut found = BTreeSet::new();
        for topic in topics {
            let partitions = match answer.topics.remove(topic) {
                Some(Ok(partitions)) => partitions,
                Some(Err(code)) => {
                    errors.push(of_code(code).about(topic, None));
                    continue;
                }
                None => {
                    let message = "the broker's answer leaves this topic out";
                    let error = KafkaError::new(ErrorKind::Incompatible, message);
                    errors.push(error.at(&asked).about(topic, None));
                    continue;
                }
            };
            for (number, leader) in partitions {
                let address = leader.and_then(|leader| answer.nodes.get(&leader).ok_or(5));
                let leader = address.cloned().map_err(of_code);
                self.leaders.insert((topic.clone(), number), leader);
                found.insert((topic.clone(), number));
            }
        }
        self.nodes = answer.nodes.into_values().collect();
        Ok(found)
    }

    /// Asks the leaders which offset of each partition belongs to each time in `rounds`. Each round has one time for each
    /// partition. Errors of single partitions are added to `errors`.
    pub(crate) async fn list(
        &mut self,
        mut rounds: Vec<Times>,
        errors: &mut Vec<KafkaError>,
    ) -> BTreeMap<TopicPartition, Vec<Found>> {
        let mut found = BTreeMap::new();
        let mut attempts = 0;
        loop {
            let mut failed: BTreeMap<TopicPartition, KafkaError> = BTreeMap::new();
            for (partition, answer) in self.ask_leaders(&rounds).await {
                match answer {
                    Ok(offsets) => _ = found.insert(partition, offsets),
                    Err(error) if error.passes => _ = failed.insert(partition, error),
                    Err(error) => errors.push(error.about(&partition.0, Some(partition.1))),
                }
            }
            let Some(error) = failed.values().next().cloned() else {
                return found;
            };
            let limit = self.settings.time_limit;
            let about = |((topic, number), error): (TopicPartition, KafkaError)| {
                error.in_vain(limit).about(&topic, Some(number))
            };
            if self.rest(&mut attempts, error).await.is_err() {
                errors.extend(failed.into_iter().map(about));
                return found;
            }
            let topics = failed.keys().map(|(topic, _)| topic.clone()).collect();
            let mut of_topics = Vec::new();
            if let Err(error) = self.partitions(&topics, &mut of_topics).await {
                let failed = failed.into_keys();
                errors.extend(failed.map(|partition| about((partition, error.clone()))));
                return found;
            }
            // A topic that was deleted meanwhile, or for which the key has lost the permission, has no leader to wait for.
            for error in of_topics.into_iter().filter(|error| !error.passes) {
                failed.retain(|(topic, _), _| error.topic() != Some(topic));
                errors.push(error);
            }
            for times in &mut rounds {
                times.retain(|partition, _| failed.contains_key(partition));
            }
        }
    }

    /// Asks all leaders at the same time, each for its own partitions. Returns the offsets or an error for each partition.
    async fn ask_leaders(
        &mut self,
        rounds: &[Times],
    ) -> Vec<(TopicPartition, Result<Vec<Found>, KafkaError>)> {
        let mut answers = Vec::new();
        let mut by_leader: BTreeMap<Address, BTreeSet<TopicPartition>> = BTreeMap::new();
        for partition in rounds.first().into_iter().flat_map(Times::keys) {
            let leaderless = || Err(KafkaError::of_code(5, METADATA.name, ""));
            let leader = self.leaders.get(partition).cloned();
            match leader.unwrap_or_else(leaderless) {
                Ok(leader) => {
                    let led = by_leader.entry(leader).or_default();
                    led.insert(partition.clone());
                }
                Err(error) => answers.push((partition.clone(), Err(error))),
            }
        }
        let mut asking = JoinSet::new();
        for (leader, led) in by_leader {
            let (settings, deadline) = (Arc::clone(&self.settings), self.deadline);
            let open = self.open.remove(&leader);
            let of_leader = |times: &Times| -> Times {
                let time = |p: &TopicPartition| Some((p.clone(), *times.get(p)?));
                led.iter().filter_map(time).collect()
            };
            let rounds: Vec<_> = rounds.iter().map(of_leader).collect();
            asking.spawn(async move {
                let asked = timeout_at(deadline, ask_leader(&settings, &leader, open, &rounds));
                let asked = asked
                    .await
                    .unwrap_or_else(|_| Err(late(&settings, &leader)));
                (leader, led, asked)
            });
        }
        for (leader, led, asked) in asking.join_all().await {
            for partition in led {
                let offsets = match &asked {
                    Ok((_, lists)) => {
                        let lists = lists.iter().zip(rounds);
                        lists
                            .map(|(list, times)| offset(list, &partition, times))
                            .collect()
                    }
                    Err(error) => Err(error.clone()),
                };
                answers.push((partition, offsets.map_err(|error| error.at(&leader))));
            }
            if let Ok((connection, _)) = asked {
                self.open.insert(leader, connection);
            }
        }
        answers
    }
}

/// The error for a broker that had not answered when the time limit was reached.
fn late(settings: &Settings, address: &Address) -> KafkaError {
    let limit = settings.time_limit;
    let message = format!("it has not answered within the time limit of {limit:?}");
    KafkaError::new(ErrorKind::Unavailable, message).at(address)
}

/// Sends a leader one request for each round, because a request may contain a partition only once. All requests are sent on one
/// connection, without waiting for answers in between.
async fn ask_leader(
    settings: &Settings,
    leader: &Address,
    open: Option<Connection>,
    rounds: &[Times],
) -> Result<(Connection, Vec<FoundOffsets>), KafkaError> {
    let mut connection = match open {
        Some(connection) => connection,
        None => Connection::open(settings, leader).await?,
    };
    let write = protocol::write_list_offsets;
    let lists = connection.ask_each(LIST_OFFSETS, rounds, write, protocol::list_offsets);
    let lists = lists.await?;
    Ok((connection, lists))
}

fn offset(
    list: &FoundOffsets,
    partition: &TopicPartition,
    times: &Times,
) -> Result<Found, KafkaError> {
    let unreadable = |message| Err(KafkaError::new(ErrorKind::Incompatible, message));
    // A negative offset means that there is no record at or after the time. It is an error for a bound, because every partition
    // has bounds.
    let is_bound = times.get(partition).is_some_and(|time| *time < 0);
    match list.get(partition) {
        Some(Ok(found)) if is_bound && found.offset < 0 => {
            unreadable("the leader's answer has a negative offset as a bound of this partition")
        }
        Some(Ok(found)) => Ok(*found),
        Some(Err(code)) => Err(KafkaError::of_code(*code, LIST_OFFSETS.name, "")),
        None => unreadable("the leader's answer leaves this partition out"),
    }
}
