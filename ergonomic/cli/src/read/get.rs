//! `get`: the offsets, their age, and the connector's state.

use std::time::Instant;

use ccloud_connect::{Connector, ConnectorOffsets, ConnectorRef, Error};
use serde::Serialize;

use crate::args::Get;
use crate::failure::{Exit, Failure};
use crate::kafka;
use crate::session::Session;
use crate::show::positions::positions;
use crate::show::state::{State, TRACE};
use crate::text::duration::{ago, moment, now, span};
use crate::ui::each::each;
use crate::ui::{self, FAINT, STRONG, Ui};

/// A connector's offsets as the service writes them, with the connector's environment, cluster and state added.
#[derive(Debug, Serialize)]
pub(crate) struct Offsets {
    #[serde(flatten)]
    pub(crate) offsets: ConnectorOffsets,
    environment: String,
    cluster: String,
    #[serde(flatten)]
    pub(crate) state: State,
}

impl Offsets {
    pub(crate) fn new(path: &ConnectorRef, mut offsets: ConnectorOffsets, state: State) -> Self {
        offsets
            .name
            .get_or_insert_with(|| path.connector.to_string());
        Self {
            offsets,
            environment: path.environment.to_string(),
            cluster: path.cluster.to_string(),
            state,
        }
    }
}

pub(crate) async fn get(ui: &Ui, session: &Session, args: &Get) -> Result<Exit, Failure> {
    let started = Instant::now();
    let work = each(&args.names.names, "reading the offsets", async |name| {
        let connector = session.connector(name).await?;
        let (offsets, state) = tokio::join!(
            fresh(ui, session, &connector, args, started),
            State::of(&connector)
        );
        Ok(Offsets::new(connector.path(), offsets?, state))
    });
    let mut outcome = ui.busy("reading the offsets", work).await;
    let single = args.names.names.len() == 1;
    if args.lag {
        let offsets: Vec<_> = outcome
            .found
            .iter()
            .map(|view| view.offsets.clone())
            .collect();
        match kafka::print_lag(ui, session, &args.kafka, &offsets, single).await {
            Ok(()) => return outcome.told(ui, Ok(())),
            // When the lag is not known, the offsets are printed without it, and the failure is shown after them.
            Err(failure) => outcome.failures.push(failure),
        }
    }
    let printed = print(ui, &outcome.found, single);
    outcome.told(ui, printed)
}

/// The offsets; with `--max-age`, from a sample that is at most as old as the option allows.
async fn fresh(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    args: &Get,
    started: Instant,
) -> Result<ConnectorOffsets, Failure> {
    let path = connector.path();
    let name = path.connector.as_str();
    let explain = |error: Error| {
        let failure = session.explain(error.into(), path);
        match failure.exit {
            Exit::Pending => failure.next(session.command("get", name, "")),
            _ => failure,
        }
    };
    let Some(max_age) = args.max_age else {
        return connector.offsets().await.map_err(explain);
    };
    let wanted = || {
        let wanted = if max_age.is_zero() {
            "that was taken after this request".to_owned()
        } else {
            format!("that is at most {} old", span(max_age))
        };
        let limit = span(args.timeout);
        format!(
            "{}: waiting up to {limit} for a sample {wanted}",
            ui::cell(name)
        )
    };
    let left = args.timeout.saturating_sub(started.elapsed());
    let sample = connector.offsets_no_older_than(max_age, left);
    ui.noting(wanted, sample).await.map_err(explain)
}

/// Prints the offsets as an object when `single` says that one connector was named, and as a list otherwise.
pub(crate) fn print(ui: &Ui, all: &[Offsets], single: bool) -> Result<(), Failure> {
    let text = || {
        let blocks: Vec<String> = all.iter().map(block).collect();
        blocks.join("\n")
    };
    ui.each_of(all, single, text)
}

/// The text for people about one connector: its name and state, then its positions.
fn block(view: &Offsets) -> String {
    let offsets = &view.offsets;
    let name = ui::cell(offsets.name.as_deref().unwrap_or_default());
    let sampled = match offsets.observed_at {
        Some(at) => format!("sampled {}, {}", ago(at, now()), moment(at)),
        None => "sampled at an unknown time".to_owned(),
    };
    let head = format!(
        "{STRONG}{name}{STRONG:#}  {}\n{FAINT}{sampled}{FAINT:#}",
        view.state.words()
    );
    let mut out = ui::folded(&head, ui::data_width());
    out += &view.state.traces("", TRACE, ui::data_width());
    if offsets.entries.is_empty() {
        let none = "no offsets are stored: the connector starts as if it were new";
        out += &ui::folded(none, ui::data_width());
    } else {
        out += &positions(&offsets.entries, ui::data_width());
    }
    out
}
