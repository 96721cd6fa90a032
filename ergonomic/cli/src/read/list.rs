//! `list`: the connectors of a cluster.

use ccloud_connect::{ConnectorKind, ConnectorSummary};
use serde::Serialize;

use crate::args::List;
use crate::failure::{Exit, Failure, interrupt};
use crate::kafka;
use crate::session::Session;
use crate::show::state::State;
use crate::text::words::or_dash;
use crate::ui::{self, Ui, cell};

/// A connector, and whether its offsets can be managed, as far as the list shows that.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    connector: &'a ConnectorSummary,
    environment: &'a str,
    cluster: &'a str,
    /// Whether the offsets can be managed: `yes` for sinks, `no` for custom connectors, and `unknown` for sources, because it
    /// depends on a source's class.
    offsets: &'static str,
}

pub(crate) async fn list(ui: &Ui, session: &Session, args: &List) -> Result<Exit, Failure> {
    let doing = "listing the connectors";
    let listing = ui.busy(doing, session.connectors());
    let connectors = interrupt::unless(doing, listing).await??;
    if args.names {
        let names: Vec<&str> = connectors.iter().map(|c| c.name.as_str()).collect();
        let line = |name: &&str| format!("{}\n", ui::cell(name));
        ui.data(&names, || names.iter().map(line).collect())?;
        return Ok(Exit::Done);
    }
    if args.lag {
        kafka::print_list(ui, session, &args.kafka, connectors).await?;
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = connectors
        .iter()
        .map(|connector| Row {
            connector,
            environment: session.environment.as_str(),
            cluster: session.cluster.as_str(),
            offsets: manageable(connector),
        })
        .collect();
    if rows.is_empty() {
        ui.note("the cluster has no connectors");
    }
    ui.data(&rows, || table(&rows))?;
    Ok(Exit::Done)
}

/// The table of the connectors. It has no column for `offsets`: its value `no` is only for custom connectors, which the column
/// TYPE shows.
fn table(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let shown = |text: &str| or_dash(Some(text).filter(|text| !text.is_empty()));
    let mut traces = String::new();
    let cells: Vec<_> = rows
        .iter()
        .map(|Row { connector, .. }| {
            let state = State::listed(connector);
            traces += &state.traces(&format!("{}, ", cell(&connector.name)), 1, ui::data_width());
            [
                connector.name.clone(),
                or_dash(connector.id.as_ref()),
                match connector.custom {
                    true => "custom".to_owned(),
                    false => shown(connector.kind.as_str()),
                },
                match state.failed_of_all() {
                    Some((failed, all)) => {
                        format!("{}, {failed}/{all} FAILED", connector.state)
                    }
                    None => shown(connector.state.as_str()),
                },
                or_dash(connector.class.as_ref()),
            ]
        })
        .collect();
    let head = ["NAME", "ID", "TYPE", "STATE", "CLASS"];
    ui::table(head, &[], &cells, ui::data_width()) + &traces
}

/// Whether the connector's offsets can be managed. A sink's offsets are those of its consumer group. Custom connectors have no
/// offset management. The offsets of a source can be managed only for some classes, and only reading the offsets shows it.
fn manageable(connector: &ConnectorSummary) -> &'static str {
    match (connector.custom, &connector.kind) {
        (true, _) => "no",
        (false, ConnectorKind::Sink) => "yes",
        (false, _) => "unknown",
    }
}
