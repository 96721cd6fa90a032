//! One question to a cluster: it finds the leaders, asks all of them at once, and repeats what failed because a leader moved,
//! until its deadline.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::address::Address;
use crate::connection::Connection;
use crate::error::{ErrorKind, KafkaError};
use crate::leader::{self, Times};
use crate::protocol::{self, Found, METADATA, TopicPartition};
use crate::settings::Settings;
use crate::wire::{Malformed, Reader, Writer};

pub(crate) struct Question {
    pub(crate) settings: Arc<Settings>,
    pub(crate) deadline: Instant,
    nodes: BTreeMap<i32, Address>,
    leaders: BTreeMap<TopicPartition, i32>,
    pub(crate) open: HashMap<Address, Connection>,
    /// Whether a broker has accepted the key. Before that, the question fails when every broker fails.
    entered: bool,
}

impl Question {
    pub(crate) fn new(settings: &Arc<Settings>) -> Self {
        Self {
            settings: Arc::clone(settings),
            deadline: Instant::now() + settings.time_limit,
            nodes: BTreeMap::new(),
            leaders: BTreeMap::new(),
            open: HashMap::new(),
            entered: false,
        }
    }

    /// A connection to any broker: one that is open already, else to the first broker that accepts the key.
    async fn any(&mut self) -> Result<Connection, KafkaError> {
        if let Some(address) = self.open.keys().next().cloned()
            && let Some(connection) = self.open.remove(&address)
        {
            return Ok(connection);
        }
        let mut failures: Vec<KafkaError> = Vec::new();
        let known: BTreeSet<_> = self.nodes.values().cloned().collect();
        let mut addresses = self.settings.bootstrap.addresses.clone();
        addresses.retain(|address| !known.contains(address));
        addresses.extend(known);
        for address in addresses {
            match self.connect(&address).await {
                Ok(connection) => return Ok(connection),
                // All brokers would refuse the same key, and have the same kind of certificate.
                Err(error) if !error.passes() => return Err(error),
                Err(error) => failures.push(error),
            }
        }
        let texts: Vec<_> = failures.iter().map(KafkaError::to_string).collect();
        match failures.pop() {
            Some(error) if failures.is_empty() => Err(error),
            last => Err(last
                .map_or_else(
                    || KafkaError::new(ErrorKind::Invalid, "there is no address to ask"),
                    |last| last.because(texts.join("; ")),
                )
                .passing()),
        }
    }

    pub(crate) async fn connect(&mut self, address: &Address) -> Result<Connection, KafkaError> {
        let opened = timeout_at(self.deadline, Connection::open(&self.settings, address)).await;
        let connection = opened.map_err(|_| self.late(address))??;
        self.entered = true;
        Ok(connection)
    }

    /// The error for the address that was being asked when the time limit was reached.
    pub(crate) fn late(&self, address: &Address) -> KafkaError {
        let limit = self.settings.time_limit;
        let message = format!("it has not answered within the time limit of {limit:?}");
        KafkaError::new(ErrorKind::TimedOut, message).at(address)
    }

    /// Asks any broker, and repeats after a temporary failure if a broker has accepted the key before.
    pub(crate) async fn ask_any<T>(
        &mut self,
        request: protocol::Request,
        write: impl Fn(&mut Writer),
        read: impl Fn(Reader<'_>) -> Result<T, Malformed>,
    ) -> Result<T, KafkaError> {
        let mut attempts = 0;
        loop {
            let asked = match self.any().await {
                Ok(mut connection) => {
                    let asking = timeout_at(self.deadline, connection.ask(request, &write, &read));
                    match asking.await {
                        Ok(Ok(answer)) => {
                            self.open.insert(connection.address.clone(), connection);
                            return Ok(answer);
                        }
                        Ok(Err(error)) => error,
                        Err(_) => self.late(&connection.address),
                    }
                }
                Err(error) => error,
            };
            if !asked.passes() || !self.entered {
                return Err(asked);
            }
            attempts += 1;
            self.rest(attempts)
                .await
                .map_err(|()| asked.in_time(self.settings.time_limit))?;
        }
    }

    /// Waits before another attempt, unless the deadline comes first.
    pub(crate) async fn rest(&self, attempts: u32) -> Result<(), ()> {
        // 50 ms, then twice as long each time, up to 800 ms.
        let then = Instant::now() + Duration::from_millis(25 << attempts.min(5));
        if then >= self.deadline {
            return Err(());
        }
        sleep_until(then).await;
        Ok(())
    }

    /// The leaders of the partitions of these topics; errors of a topic or a partition go to `errors`.
    pub(crate) async fn partitions(
        &mut self,
        topics: &BTreeSet<String>,
        errors: &mut Vec<KafkaError>,
    ) -> Result<BTreeSet<TopicPartition>, KafkaError> {
        let found = self.metadata(topics).await?;
        let mut all = BTreeSet::new();
        for topic in topics {
            match found.get(topic) {
                Some(Ok(partitions)) => {
                    all.extend(partitions.iter().map(|number| (topic.clone(), *number)));
                }
                Some(Err(error)) => errors.push(error.clone()),
                None => errors.push(self.missing(topic)),
            }
        }
        Ok(all)
    }

    fn missing(&self, topic: &str) -> KafkaError {
        let message = "the brokers do not answer about this topic";
        KafkaError::new(ErrorKind::Malformed, message).about(topic, None)
    }

    /// Asks for metadata; keeps the leaders, and returns the topics with their partitions.
    async fn metadata(
        &mut self,
        topics: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Result<BTreeSet<i32>, KafkaError>>, KafkaError> {
        let answer = self
            .ask_any(
                METADATA,
                |w| protocol::write_metadata(w, topics.iter()),
                protocol::metadata,
            )
            .await?;
        let asked = self.open.keys().next().cloned();
        self.nodes = answer.nodes;
        let mut found = BTreeMap::new();
        for (topic, partitions) in answer.topics {
            self.leaders.retain(|(name, _), _| *name != topic);
            let partitions = partitions.map_err(|code| {
                let error = KafkaError::of_code(code, METADATA.name, None).about(&topic, None);
                asked.iter().fold(error, KafkaError::at)
            });
            let partitions = partitions.map(|partitions| {
                let mut numbers = BTreeSet::new();
                for (number, leader) in partitions {
                    numbers.insert(number);
                    if let Ok(leader) = leader {
                        self.leaders.insert((topic.clone(), number), leader);
                    }
                }
                numbers
            });
            found.insert(topic, partitions);
        }
        Ok(found)
    }

    /// The offsets of the partitions at their times, each asked of its leader; errors of a partition go to `errors`.
    pub(crate) async fn list(
        &mut self,
        wanted: &BTreeMap<TopicPartition, Times>,
        errors: &mut Vec<KafkaError>,
    ) -> BTreeMap<TopicPartition, Vec<Found>> {
        let mut found = BTreeMap::new();
        let mut pending: BTreeMap<&TopicPartition, KafkaError> = BTreeMap::new();
        for partition in wanted.keys() {
            let leaderless = KafkaError::of_code(5, METADATA.name, None);
            pending.insert(partition, leaderless);
        }
        let mut attempts = 0;
        while !pending.is_empty() {
            if attempts > 0 {
                let rested = self.rest(attempts).await;
                let topics = pending.keys().map(|(topic, _)| topic.clone()).collect();
                let fresh = match rested {
                    Ok(()) => self.metadata(&topics).await.map(drop),
                    Err(()) => break,
                };
                if let Err(error) = fresh {
                    pending.values_mut().for_each(|last| *last = error.clone());
                    break;
                }
            }
            attempts += 1;
            for (partition, answer) in self.ask_leaders(wanted, pending.keys().copied()).await {
                let Some((partition, _)) = wanted.get_key_value(&partition) else {
                    continue;
                };
                match answer {
                    Ok(places) => {
                        pending.remove(partition);
                        found.insert(partition.clone(), places);
                    }
                    Err(error) if error.passes() => {
                        pending.insert(partition, error);
                    }
                    Err(error) => {
                        pending.remove(partition);
                        errors.push(error.about(&partition.0, Some(partition.1)));
                    }
                }
            }
        }
        errors.extend(pending.into_iter().map(|((topic, number), error)| {
            error
                .in_time(self.settings.time_limit)
                .about(topic, Some(*number))
        }));
        found
    }

    /// Asks each leader for its partitions, all leaders at the same time.
    async fn ask_leaders<'a>(
        &mut self,
        wanted: &BTreeMap<TopicPartition, Times>,
        pending: impl Iterator<Item = &'a TopicPartition>,
    ) -> Vec<(TopicPartition, Result<Vec<Found>, KafkaError>)> {
        let mut by_leader: BTreeMap<Address, BTreeMap<TopicPartition, Times>> = BTreeMap::new();
        for partition in pending {
            let leader = self.leaders.get(partition);
            let address = leader.and_then(|leader| self.nodes.get(leader));
            if let (Some(address), Some(times)) = (address, wanted.get(partition)) {
                let asked = by_leader.entry(address.clone()).or_default();
                asked.insert(partition.clone(), times.clone());
            }
        }
        let mut asking = JoinSet::new();
        let mut outstanding = by_leader.clone();
        for (address, asked) in by_leader {
            let settings = Arc::clone(&self.settings);
            let connection = self.open.remove(&address);
            asking.spawn(async move {
                let answered = leader::ask(&settings, &address, connection, &asked).await;
                (address, asked, answered)
            });
        }
        let mut answers = Vec::new();
        while let Ok(Some(ended)) = timeout_at(self.deadline, asking.join_next()).await {
            // A task that panicked answers for no partition; the code below reports these partitions.
            let Ok((address, asked, answered)) = ended else {
                continue;
            };
            outstanding.remove(&address);
            match answered {
                Ok((connection, lists)) => {
                    self.open.insert(address.clone(), connection);
                    let of = |(partition, times): (TopicPartition, Times)| {
                        let places = leader::places(&partition, times.len(), &lists);
                        (partition, places.map_err(|error| error.at(&address)))
                    };
                    answers.extend(asked.into_iter().map(of));
                }
                Err(error) => {
                    answers.extend(asked.into_keys().map(|p| (p, Err(error.clone()))));
                }
            }
        }
        for (address, asked) in outstanding {
            let late = self.late(&address);
            answers.extend(asked.into_keys().map(|p| (p, Err(late.clone()))));
        }
        answers
    }
}
