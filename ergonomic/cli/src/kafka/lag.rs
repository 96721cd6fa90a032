//! `get --lag`: how far each sink is behind.

use std::collections::BTreeMap;

use ccloud_connect::{ConnectorOffsets, Timestamp};
use ccloud_connect_kafka::{Brokers, ErrorKind, Lag, Lags};
use serde::Serialize;

use super::access::{failure, key_needed};
use super::position;
use crate::args::KafkaArgs;
use crate::failure::Failure;
use crate::failure::interrupt;
use crate::session::Session;
use crate::text::duration::{age, age_of, now};
use crate::text::partition::{in_order, show_offset, show_partition};
use crate::text::words::or_dash;
use crate::ui::{self, Ui};

/// A connector's offsets, and how far it is behind.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    offsets: &'a ConnectorOffsets,
    lag: Vec<Behind>,
}

/// One partition, and how far the connector is behind in it.
#[derive(Debug, Serialize)]
pub(crate) struct Behind {
    pub(crate) topic: String,
    pub(crate) partition: i32,
    /// The offset from which the lag counts: the consumer group's committed offset, or else the position of the sample.
    position: i64,
    /// The consumer group's committed offset, when Kafka could be asked for it.
    committed: Option<i64>,
    earliest: i64,
    end: i64,
    /// The last stable offset. While a transaction is open, this offset is before the end, and consumers that read only
    /// committed records wait there.
    stable_end: Option<i64>,
    /// The largest possible number of records left to read; null when the partition does not hold the position.
    pub(crate) lag: Option<i64>,
    /// The time of the next record to read, or a time shortly before it.
    next_record: Option<Timestamp>,
}

/// Prints the offsets with their lag. When Kafka cannot be asked, prints nothing and returns the failure.
pub(crate) async fn print(
    ui: &Ui,
    session: &Session,
    args: &KafkaArgs,
    all: &[ConnectorOffsets],
    single: bool,
) -> Result<(), Failure> {
    let lags = ask(session, args, all).await?;
    tell(ui, all, &lags);
    for offsets in all.iter().filter(|one| of_connector(one).is_empty()) {
        let name = ui::cell(offsets.name.as_deref().unwrap_or_default());
        ui.note(&format!(
            "{name} has no positions in topics, so it has no lag"
        ));
    }
    let rows = all.iter().zip(&lags).map(|(offsets, asked)| Row {
        offsets,
        lag: behind(asked),
    });
    let rows: Vec<_> = rows.collect();
    ui.each_of(&rows, single, || table(all, &lags))
}

/// How far a connector is behind in each partition; empty when no key of the Kafka cluster is given.
pub(crate) async fn where_known(
    session: &Session,
    args: &KafkaArgs,
    offsets: &ConnectorOffsets,
) -> Result<Vec<Behind>, Failure> {
    if args.key()?.is_none() {
        return Ok(Vec::new());
    }
    let asked = ask(session, args, std::slice::from_ref(offsets)).await?;
    Ok(asked.first().map(behind).unwrap_or_default())
}

/// Asks Kafka how far each of these connectors is behind.
pub(super) async fn ask(
    session: &Session,
    args: &KafkaArgs,
    all: &[ConnectorOffsets],
) -> Result<Vec<Asked>, Failure> {
    if all.iter().all(|offsets| of_connector(offsets).is_empty()) {
        return Ok(Asked::nothing(all));
    }
    let key = args.key()?.ok_or_else(|| key_needed(session, "--lag"))?;
    let asking = async {
        let brokers = args.brokers(session, key).await?;
        let mut asked = Vec::new();
        for offsets in all {
            asked.push(Asked::of(&brokers, offsets).await?);
        }
        Ok(asked)
    };
    interrupt::unless("Kafka was being asked", asking).await?
}

/// Kafka's answers about one connector.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) lags: Lags,
    /// The offsets that the connector's consumer group has committed; empty when they are not known.
    committed: BTreeMap<(String, i32), i64>,
}

impl Asked {
    /// Empty answers, one for each connector, for when Kafka cannot be asked.
    pub(super) fn nothing(all: &[ConnectorOffsets]) -> Vec<Self> {
        all.iter().map(|_| Self::default()).collect()
    }

    /// Asks Kafka about one connector. The lag counts from the consumer group's committed offsets where they are known, because
    /// they are newer than the service's sample.
    async fn of(brokers: &Brokers, offsets: &ConnectorOffsets) -> Result<Self, Failure> {
        let mut positions = of_connector(offsets);
        let mut refused = None;
        let mut committed = BTreeMap::new();
        let id = offsets.id.as_deref().filter(|id| id.starts_with("lcc-"));
        if let Some(id) = id.filter(|_| !positions.is_empty()) {
            match brokers.committed(&format!("connect-{id}")).await {
                Ok(found) => committed = found,
                Err(error) if error.kind() == ErrorKind::NotPermitted => refused = Some(error),
                Err(error) => return Err(failure(&error)),
            }
        }
        for (place, position) in &mut positions {
            *position = committed.get(place).copied().unwrap_or(*position);
        }
        let lags = brokers.lag(&positions, now()).await;
        let mut lags = lags.map_err(|error| failure(&error))?;
        lags.errors.extend(refused);
        Ok(Self { lags, committed })
    }
}

fn of_connector(offsets: &ConnectorOffsets) -> BTreeMap<(String, i32), i64> {
    let positions = offsets.entries.iter().filter_map(position);
    positions
        .filter_map(|(place, offset)| Some((place, offset?)))
        .collect()
}

/// Warns of Kafka's errors, of open transactions, and of positions that their partitions do not hold.
pub(super) fn tell(ui: &Ui, all: &[ConnectorOffsets], asked: &[Asked]) {
    let mut told = std::collections::BTreeSet::new();
    for error in asked.iter().flat_map(|asked| &asked.lags.errors) {
        let text = error.to_string();
        if told.insert(text.clone()) {
            ui.warn(&ui::visible(&text));
        }
    }
    for (offsets, asked) in all.iter().zip(asked) {
        for ((topic, number), lag) in &asked.lags.partitions {
            if let Some(open) = lag.bounds.open_transaction() {
                ui.warn(&format!(
                    "{}:{number} has an open transaction from offset {open} on: a connector that reads only committed records waits there",
                    ui::cell(topic)
                ));
            }
            if lag.records().is_none() {
                ui.warn(&format!(
                    "{}: {}:{number} is at {}, outside the records that the partition holds, {} to {}: the connector will start where its auto.offset.reset says",
                    ui::cell(offsets.name.as_deref().unwrap_or_default()),
                    ui::cell(topic),
                    lag.position,
                    lag.bounds.earliest,
                    lag.bounds.latest
                ));
            }
        }
    }
}

fn behind(asked: &Asked) -> Vec<Behind> {
    let known = asked.lags.partitions.iter();
    known
        .map(|(place, lag)| Behind {
            topic: place.0.clone(),
            partition: place.1,
            position: lag.position,
            committed: asked.committed.get(place).copied(),
            earliest: lag.bounds.earliest,
            end: lag.bounds.latest,
            stable_end: lag.bounds.stable,
            lag: lag.records(),
            next_record: lag.next_record,
        })
        .collect()
}

fn table(all: &[ConnectorOffsets], asked: &[Asked]) -> String {
    let now = now();
    let mut rows = Vec::new();
    for (offsets, asked) in all.iter().zip(asked) {
        let old = offsets.observed_at.and_then(|at| age_of(at, now));
        for entry in &offsets.entries {
            let place = position(entry).map(|(place, _)| place);
            let lag = place
                .as_ref()
                .and_then(|place| asked.lags.partitions.get(place));
            let committed = place.as_ref().and_then(|place| asked.committed.get(place));
            rows.push([
                offsets.name.clone().unwrap_or_default(),
                show_partition(entry.partition().as_ref()),
                show_offset(entry.offset().as_ref()),
                or_dash(committed),
                or_dash(lag.map(|lag| lag.bounds.latest)),
                or_dash(lag.and_then(Lag::records)),
                or_dash(lag.and_then(|lag| behind_since(lag.records(), lag.next_record, now))),
                or_dash(old.map(age)),
            ]);
        }
    }
    in_order(&mut rows, 1);
    let head = [
        "CONNECTOR",
        "PARTITION",
        "OFFSET",
        "COMMITTED",
        "END",
        "LAG",
        "BEHIND",
        "AGE",
    ];
    ui::table(head, &[2, 3, 4, 5], &rows, ui::data_width())
}

/// How long ago the next record to read was written; 0 s when `records`, the number of records left to read, is 0.
pub(super) fn behind_since(
    records: Option<i64>,
    next: Option<Timestamp>,
    now: Timestamp,
) -> Option<String> {
    match records {
        Some(0) => Some("0s".to_owned()),
        _ => next.map(|time| age(now.since(time))),
    }
}
