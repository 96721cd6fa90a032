//! `status`: the latest alteration request, with the requested positions and those before it.

use ccloud_connect::offset::OffsetFormat;
use ccloud_connect::{AlterationStatus, Connector, ConnectorRef, OffsetEntry, Phase, RawJson};
use serde::Serialize;

use crate::args::Names;
use crate::failure::{Exit, Failure};
use crate::session::Session;
use crate::show::positions::{self, Row, compared, readable};
use crate::show::record::Record;
use crate::show::state::{State, TRACE};
use crate::text::duration::{moment, span};
use crate::text::partition::show_offset;
use crate::ui::each::each;
use crate::ui::{self, ERROR, GOOD, STRONG, Ui, WARNING};

/// The latest request of a connector, for JSON and YAML; `phase` is null when there was no request yet.
#[derive(Debug, Serialize)]
struct Status {
    #[serde(flatten)]
    request: Request,
    #[serde(flatten)]
    state: State,
    #[serde(skip)]
    latest: Option<AlterationStatus>,
    #[serde(skip)]
    name: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Request {
    Made(Box<Record>),
    None {
        connector: String,
        environment: String,
        cluster: String,
        phase: Option<Phase>,
    },
}

pub(crate) async fn status(ui: &Ui, session: &Session, names: &Names) -> Result<Exit, Failure> {
    let work = each(&names.names, "reading the status", async |name| {
        let connector = session.connector(name).await?;
        let (latest, state) = tokio::join!(latest(session, &connector), State::of(&connector));
        Ok(Status::new(&connector, latest?, state))
    });
    let outcome = ui.busy("reading the status", work).await;
    let text = || {
        let blocks: Vec<String> = outcome.found.iter().map(Status::block).collect();
        blocks.join("\n")
    };
    let printed = ui.each_of(&outcome.found, names.names.len() == 1, text);
    outcome.told(ui, printed)
}

/// The latest request; `None` when the connector exists and was never altered.
///
/// The service answers 404 for both a connector that does not exist and one that was never altered (*assumed*), so the
/// connector's state is read to tell them apart.
pub(crate) async fn latest(
    session: &Session,
    connector: &Connector,
) -> Result<Option<AlterationStatus>, Failure> {
    let path: &ConnectorRef = connector.path();
    match connector.latest_request().await {
        Ok(status) => Ok(Some(status)),
        Err(error) => {
            let is_not_found = error.is_not_found();
            let failure = session.explain(error.into(), path);
            if !is_not_found {
                return Err(failure);
            }
            match connector.state().await {
                Ok(_) => Ok(None),
                Err(error) if error.is_not_found() => Err(session.explain(error.into(), path)),
                Err(_) => Err(failure),
            }
        }
    }
}

impl Status {
    fn new(connector: &Connector, latest: Option<AlterationStatus>, state: State) -> Self {
        let path = connector.path();
        let name = path.connector.to_string();
        let request = match latest.clone() {
            Some(latest) => Request::Made(Box::new(Record::of_status(connector, latest))),
            None => Request::None {
                connector: name.clone(),
                environment: path.environment.to_string(),
                cluster: path.cluster.to_string(),
                phase: None,
            },
        };
        Self {
            request,
            state,
            latest,
            name,
        }
    }

    /// The latest request as text for people.
    fn block(&self) -> String {
        let name = ui::cell(&self.name);
        let head = format!("{STRONG}{name}{STRONG:#}  {}", self.state.words());
        let mut out = ui::folded(&head, ui::data_width());
        match &self.latest {
            None => out += "the service shows no alteration\n",
            Some(latest) => out += &request(latest),
        }
        out + &self.state.traces("", TRACE, ui::data_width())
    }
}

fn request(latest: &AlterationStatus) -> String {
    let style = match latest.phase {
        Phase::Applied => GOOD,
        Phase::Failed => ERROR,
        _ => WARNING,
    };
    let asked = latest.request.requested_at;
    let mut line = format!(
        "{} {style}{}{style:#}, requested {}",
        ui::cell(&latest.request.kind.to_string()),
        ui::cell(latest.phase.as_str()),
        moment(asked)
    );
    if let Some(at) = latest.applied_at {
        line += &format!(", applied {} later", span(at.since(asked)));
    }
    let mut out = ui::folded(&line, ui::data_width());
    if let Some(message) = &latest.message {
        out += &ui::paragraph(message, ui::data_width());
    }
    out + &requested(latest)
}

/// The positions before the request, beside the requested positions.
fn requested(latest: &AlterationStatus) -> String {
    let asked = latest.request.entries.as_ref();
    let is_ended = latest.phase.is_end();
    let known = latest.previous.as_ref();
    let width = ui::data_width();
    // Before the alteration has ended, the service may report an empty list although there were previous positions.
    let Some(previous) = known.filter(|previous| is_ended || !previous.is_empty()) else {
        let yet = if is_ended { "" } else { " yet" };
        let unknown = format!("the previous positions are not reported{yet}; requested:");
        let Some(asked) = asked.filter(|asked| !asked.is_empty()) else {
            return String::new();
        };
        return ui::paragraph(&unknown, width) + &positions::positions(asked, width);
    };
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else {
        // Either the request resets every partition, or the service does not repeat the partitions of the request. The text
        // is true in both cases.
        let none = "the request names no partition; the previous positions:";
        return match previous.is_empty() {
            true => String::new(),
            false => ui::paragraph(none, width) + &positions::positions(previous, width),
        };
    };
    let rows: Vec<Row> = asked
        .iter()
        .filter_map(|entry| row(entry, find(previous, entry)))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    compared(&rows, ["PREVIOUS", "REQUESTED"], width)
}

fn find<'a>(entries: &'a [OffsetEntry], like: &OffsetEntry) -> Option<&'a OffsetEntry> {
    let same = |json: Option<RawJson>| json.map(|json| json.canonical());
    let partition = same(like.partition());
    entries
        .iter()
        .find(|entry| same(entry.partition()) == partition)
}

fn row(asked: &OffsetEntry, stood: Option<&OffsetEntry>) -> Option<Row> {
    let some = |entry: &OffsetEntry| entry.offset().filter(|offset| !offset.is_null());
    let before = stood.and_then(some);
    let after = some(asked);
    let number = |json: &Option<RawJson>| show_offset(json.as_ref()).parse::<i64>().ok();
    let distance = match (number(&before), number(&after)) {
        (Some(before), Some(after)) => after.checked_sub(before),
        _ => None,
    };
    let compared = |entry: &OffsetEntry| {
        let format = OffsetFormat::guess(asked)?;
        format.compare(entry, asked)
    };
    let comparison = stood.and_then(compared);
    let effect = match (&before, &after, distance) {
        (_, None, _) => "reset",
        (Some(before), Some(after), _) if before == after => "unchanged",
        (_, _, Some(0)) => "unchanged",
        (_, _, Some(..0)) => "back",
        (_, _, Some(_)) => "ahead",
        _ => comparison.map_or("", |comparison| comparison.direction.as_str()),
    };
    Some(Row {
        partition: asked.partition()?,
        before,
        after,
        distance,
        effect: effect.to_owned(),
        way: comparison.filter(|_| distance.is_none()).map(|comparison| {
            match (stood.and_then(readable), readable(asked)) {
                (Some(from), Some(to)) => {
                    format!("{} → {}, {comparison}", ui::cell(&from), ui::cell(&to))
                }
                _ => comparison.to_string(),
            }
        }),
    })
}
