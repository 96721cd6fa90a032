//! The requests to one leader, and its answers.

use std::collections::BTreeMap;

use crate::address::Address;
use crate::connection::Connection;
use crate::error::{ErrorKind, KafkaError};
use crate::protocol::{self, Found, FoundOffsets, LIST_OFFSETS, TopicPartition};
use crate::settings::Settings;
use crate::wire::Reader;

/// The times for which one partition is asked.
pub(crate) type Times = Vec<i64>;

/// Sends one request for each time, pipelined on one connection, because a request may contain a partition only once.
pub(crate) async fn ask(
    settings: &Settings,
    address: &Address,
    connection: Option<Connection>,
    asked: &BTreeMap<TopicPartition, Times>,
) -> Result<(Connection, Vec<FoundOffsets>), KafkaError> {
    let mut connection = match connection {
        Some(connection) => connection,
        None => Connection::open(settings, address).await?,
    };
    let rounds = asked.values().map(Vec::len).max().unwrap_or_default();
    let bodies: Vec<BTreeMap<TopicPartition, i64>> = (0..rounds)
        .map(|round| {
            let time = |(partition, times): (&TopicPartition, &Times)| {
                Some((partition.clone(), *times.get(round)?))
            };
            asked.iter().filter_map(time).collect()
        })
        .collect();
    let answers = connection
        .ask_each(LIST_OFFSETS, &bodies, |w, times| {
            protocol::write_list_offsets(w, times);
        })
        .await?;
    let lists = answers.iter().map(|answer| {
        protocol::list_offsets(Reader::new(answer))
            .map_err(|malformed| KafkaError::malformed(LIST_OFFSETS.name, malformed).at(address))
    });
    let lists = lists.collect::<Result<_, _>>()?;
    Ok((connection, lists))
}

/// The offsets that a leader's answers have for one partition.
pub(crate) fn places(
    partition: &TopicPartition,
    rounds: usize,
    lists: &[FoundOffsets],
) -> Result<Vec<Found>, KafkaError> {
    let place = |list: &FoundOffsets| match list.get(partition) {
        Some(Ok(found)) => Ok(*found),
        Some(Err(code)) => Err(KafkaError::of_code(*code, LIST_OFFSETS.name, None)),
        None => Err(KafkaError::new(
            ErrorKind::Malformed,
            "the leader's answer leaves this partition out",
        )),
    };
    lists.iter().take(rounds).map(place).collect()
}
