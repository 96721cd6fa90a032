//! `get --lag`: how far each sink is behind.

use std::collections::BTreeMap;

use ccloud_connect::{ConnectorOffsets, Timestamp};
use ccloud_connect_kafka::{Lag, Lags};
use serde::Serialize;

use super::access::{failure, key_needed};
use super::position;
use crate::args::{Format, KafkaArgs};
use crate::failure::Failure;
use crate::failure::interrupt;
use crate::session::Session;
use crate::text::duration::{age, now};
use crate::text::partition::{show_offset, show_partition};
use crate::ui::{self, Ui};

/// A connector's offsets, and how far it is behind.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    offsets: &'a ConnectorOffsets,
    lag: Vec<Behind<'a>>,
}

/// One partition.
#[derive(Serialize)]
struct Behind<'a> {
    topic: &'a str,
    partition: i32,
    earliest: i64,
    end: i64,
    /// At most; null when the position is outside what the partition holds.
    lag: Option<i64>,
    /// The time of the next record to read, or a little before it.
    next_record: Option<Timestamp>,
}

/// Prints the offsets with their lag; without Kafka, says why there is none.
pub(crate) async fn print(
    ui: &Ui,
    session: &Session,
    args: &KafkaArgs,
    all: &[ConnectorOffsets],
    single: bool,
) -> Result<(), Failure> {
    let lags = ask(session, args, all).await?;
    tell(ui, all, &lags);
    let rows: Vec<_> = all
        .iter()
        .map(|offsets| Row {
            offsets,
            lag: behind(offsets, &lags),
        })
        .collect();
    match &rows[..] {
        [row] if single => ui.data(row, || table(all, &lags)),
        [] if single || ui.format == Format::Table => Ok(()),
        rows => ui.data(&rows, || table(all, &lags)),
    }
}

/// How far the positions of all these connectors are behind, in one question.
pub(super) async fn ask(
    session: &Session,
    args: &KafkaArgs,
    all: &[ConnectorOffsets],
) -> Result<Asked, Failure> {
    let positions: Vec<_> = all.iter().map(of_connector).collect();
    if positions.iter().all(BTreeMap::is_empty) {
        return Ok(Asked::new());
    }
    let key = args.key()?.ok_or_else(|| key_needed("--lag"))?;
    let asking = async {
        let brokers = args.brokers(session, key).await?;
        let mut asked = Asked::new();
        for positions in &positions {
            let lags = brokers.lag(positions, now()).await;
            asked.push(lags.map_err(|error| failure(&error))?);
        }
        Ok(asked)
    };
    tokio::select! {
        biased;
        asked = asking => asked,
        () = interrupt::asked() => Err(interrupt::stopped("Kafka was being asked")),
    }
}

/// What Kafka says of each connector, in their order; empty when none of them reads topics.
pub(super) type Asked = Vec<Lags>;

fn of_connector(offsets: &ConnectorOffsets) -> BTreeMap<(String, i32), i64> {
    let positions = offsets.entries.iter().filter_map(position);
    positions
        .filter_map(|(place, offset)| Some((place, offset?)))
        .collect()
}

/// Says what Kafka does not answer, and which positions are outside.
pub(super) fn tell(ui: &Ui, all: &[ConnectorOffsets], asked: &[Lags]) {
    let mut told = std::collections::BTreeSet::new();
    for error in asked.iter().flat_map(|lags| &lags.errors) {
        let text = error.to_string();
        if told.insert(text.clone()) {
            ui.warn(&ui::visible(&text));
        }
    }
    for (offsets, lags) in all.iter().zip(asked) {
        for ((topic, number), lag) in &lags.partitions {
            if lag.records().is_none() {
                ui.warn(&format!(
                    "{}: {}:{number} stands at {}, but holds {} to {}: from there the connector falls back by its auto.offset.reset",
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

fn behind<'a>(offsets: &ConnectorOffsets, asked: &'a [Lags]) -> Vec<Behind<'a>> {
    let own = of_connector(offsets);
    let known = asked.iter().flat_map(|lags| &lags.partitions);
    known
        .filter(|(place, lag)| own.get(place) == Some(&lag.position))
        .map(|((topic, partition), lag)| Behind {
            topic,
            partition: *partition,
            earliest: lag.bounds.earliest,
            end: lag.bounds.latest,
            lag: lag.records(),
            next_record: lag.next_record,
        })
        .collect()
}

fn table(all: &[ConnectorOffsets], asked: &[Lags]) -> String {
    let now = now();
    let mut rows = Vec::new();
    for (index, offsets) in all.iter().enumerate() {
        for entry in &offsets.entries {
            let lags = asked.get(index);
            let lag = lags.and_then(|lags| lags.partitions.get(&position(entry)?.0));
            let number = |of: fn(&Lag) -> Option<i64>| {
                lag.and_then(of)
                    .map_or_else(|| "-".to_owned(), |n| n.to_string())
            };
            rows.push([
                offsets.name.clone().unwrap_or_default(),
                show_partition(entry.partition().as_ref()),
                show_offset(entry.offset().as_ref()),
                number(|lag| Some(lag.bounds.latest)),
                number(Lag::records),
                lag.map_or_else(|| "-".to_owned(), |lag| since(lag, now)),
                offsets.age(now).map_or_else(|| "-".to_owned(), age),
            ]);
        }
    }
    let head = [
        "CONNECTOR",
        "PARTITION",
        "OFFSET",
        "END",
        "LAG",
        "BEHIND",
        "AGE",
    ];
    ui::table(head, &[2, 3, 4], &rows, ui::data_width())
}

/// How long ago the next record to read was written.
pub(super) fn since(lag: &Lag, now: Timestamp) -> String {
    match (lag.records(), lag.next_record) {
        (Some(0), _) => "0s".to_owned(),
        (_, Some(time)) => age(now.since(time)),
        _ => "-".to_owned(),
    }
}
