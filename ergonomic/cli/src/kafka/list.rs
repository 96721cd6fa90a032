//! `list --lag`: how far the sinks of a cluster are behind.

use ccloud_connect::{ConnectorKind, ConnectorSummary, Timestamp};
use serde::Serialize;

use super::lag::{self, Asked};
use crate::args::KafkaArgs;
use crate::failure::Failure;
use crate::failure::interrupt;
use crate::session::Session;
use crate::text::duration::now;
use crate::text::words::or_dash;
use crate::ui::{self, Ui};

/// A sink of the cluster, and how far it is behind.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    connector: &'a ConnectorSummary,
    partitions: usize,
    /// The largest possible number of records left to read in all partitions; null when the lag of a partition is not known.
    lag: Option<i64>,
    /// The time of the oldest record that is still to be read, or a time shortly before it.
    next_record: Option<Timestamp>,
}

/// Prints the sinks among the connectors with their lag, or without it when Kafka cannot be asked.
pub(crate) async fn print(
    ui: &Ui,
    session: &Session,
    args: &KafkaArgs,
    connectors: &[ConnectorSummary],
) -> Result<(), Failure> {
    let sinks: Vec<_> = connectors
        .iter()
        .filter(|connector| connector.kind == ConnectorKind::Sink && !connector.custom)
        .collect();
    let mut known = Vec::new();
    let mut all = Vec::new();
    for connector in sinks {
        let reading = async {
            let connector = session.connector(&connector.name).await?;
            Ok::<_, Failure>(connector.offsets().await?)
        };
        match interrupt::unless("the connectors were being read", reading).await? {
            Ok(mut offsets) => {
                offsets.name.get_or_insert_with(|| connector.name.clone());
                known.push(connector);
                all.push(offsets);
            }
            Err(failure) => ui.warn(&ui::visible(&failure.details.message)),
        }
    }
    // When Kafka cannot be asked, the sinks are printed without their lag, and the failure is shown after them.
    let (asked, end) = match lag::ask(session, args, &all).await {
        Ok(asked) => (asked, Ok(())),
        Err(failure) => (Asked::nothing(&all), Err(failure)),
    };
    lag::tell(ui, &all, &asked);
    let rows: Vec<_> = known
        .iter()
        .zip(&all)
        .zip(&asked)
        .map(|((connector, offsets), Asked { lags, .. })| {
            let each = lags.partitions.values();
            let partitions = lags.partitions.len();
            let whole = partitions > 0 && partitions == offsets.entries.len();
            Row {
                connector,
                partitions: offsets.entries.len(),
                lag: each
                    .clone()
                    .map(ccloud_connect_kafka::Lag::records)
                    .sum::<Option<i64>>()
                    .filter(|_| whole),
                next_record: each.filter_map(|lag| lag.next_record).min(),
            }
        })
        .collect();
    if rows.is_empty() {
        ui.note("the cluster has no sink whose offsets can be read");
    }
    ui.data(&rows, || table(&rows))?;
    end
}

fn table(rows: &[Row<'_>]) -> String {
    let now = now();
    let cells = rows.iter().map(|row| {
        [
            row.connector.name.clone(),
            or_dash(row.connector.id.as_ref()),
            row.connector.state.as_str().to_owned(),
            row.partitions.to_string(),
            or_dash(row.lag),
            or_dash(lag::behind_since(row.lag, row.next_record, now)),
        ]
    });
    let cells: Vec<_> = cells.collect();
    let head = ["NAME", "ID", "STATE", "PARTITIONS", "LAG", "BEHIND"];
    ui::table(head, &[3, 4], &cells, ui::data_width())
}
