//! Asks a group's coordinator for the committed offsets.

use std::collections::BTreeMap;

use tokio::time::timeout_at;

use crate::error::KafkaError;
use crate::protocol::{self, Coordinator, TopicPartition};
use crate::question::Question;

impl Question {
    /// Asks which broker coordinates a group, and asks that broker for the committed offsets.
    pub(crate) async fn committed(
        &mut self,
        group: &str,
    ) -> Result<BTreeMap<TopicPartition, i64>, KafkaError> {
        let mut attempts = 0;
        loop {
            let coordinator = self
                .ask_any(
                    protocol::FIND_COORDINATOR,
                    |w| protocol::write_find_coordinator(w, group),
                    protocol::find_coordinator,
                )
                .await?;
            let asked = match self.of_coordinator(coordinator, group).await {
                Ok(committed) => return Ok(committed),
                Err(error) => error,
            };
            if !asked.passes() {
                return Err(asked);
            }
            attempts += 1;
            self.rest(attempts)
                .await
                .map_err(|()| asked.in_time(self.settings.time_limit))?;
        }
    }

    async fn of_coordinator(
        &mut self,
        coordinator: Coordinator,
        group: &str,
    ) -> Result<BTreeMap<TopicPartition, i64>, KafkaError> {
        let (_, address) = coordinator.map_err(|(code, message)| {
            let name = protocol::FIND_COORDINATOR.name;
            let error = KafkaError::of_code(code, name, message.as_deref());
            self.open
                .keys()
                .next()
                .into_iter()
                .fold(error, KafkaError::at)
        })?;
        let mut connection = match self.open.remove(&address) {
            Some(connection) => connection,
            None => self.connect(&address).await?,
        };
        let request = protocol::OFFSET_FETCH;
        let asking = connection.ask(
            request,
            |w| protocol::write_offset_fetch(w, group),
            protocol::offset_fetch,
        );
        let answer = timeout_at(self.deadline, asking).await;
        let answer = answer.map_err(|_| self.late(&address))??;
        self.open.insert(address.clone(), connection);
        let refused = |code| KafkaError::of_code(code, request.name, None).at(&address);
        if answer.code != 0 {
            return Err(refused(answer.code));
        }
        let mut committed = BTreeMap::new();
        for (partition, offset) in answer.partitions {
            let offset =
                offset.map_err(|code| refused(code).about(&partition.0, Some(partition.1)))?;
            // A negative offset: never committed.
            if offset >= 0 {
                committed.insert(partition, offset);
            }
        }
        Ok(committed)
    }
}
