//! The commands that only read: `get`, `status` and `wait`.

use std::time::{Duration, Instant};

use ccloud_connect::{
    AlterationStatus, AlterationToken, AlterationType, Connector, ConnectorOffsets, Timestamp,
};

use crate::args::{Format, Get, Names, Wait};
use crate::duration::{age, now, span};
use crate::failure::{Exit, Failure};
use crate::follow::{follow, waiting};
use crate::interrupt;
use crate::partition::{show_offset, show_partition};
use crate::record::{self, Record};
use crate::session::Session;
use crate::ui::{self, Ui};

pub(crate) async fn get(ui: &Ui, session: &Session, args: &Get) -> Result<Exit, Failure> {
    let started = Instant::now();
    let mut all = Vec::new();
    let outcome = each(&args.names, async |name| {
        let connector = session.connector(name).await?;
        let mut offsets = fresh(ui, session, &connector, args, started).await?;
        offsets.name.get_or_insert_with(|| name.to_owned());
        all.push(offsets);
        Ok(())
    })
    .await;
    print_offsets(ui, &all, args.names.names.len() == 1)?;
    Ok(outcome.told(ui))
}

/// What went wrong with some of several names. It is told last, after what there is to show.
struct Outcome(Vec<Failure>);

impl Outcome {
    /// Reports the failures; the first one decides the exit code, unless somebody asked to stop.
    fn told(self, ui: &Ui) -> Exit {
        let mut exit = Exit::Done;
        for failure in &self.0 {
            ui.fail(failure);
            if exit == Exit::Done || failure.exit == Exit::Interrupted {
                exit = failure.exit;
            }
        }
        exit
    }
}

/// Goes through the names; all of them are tried, until somebody asks to stop.
async fn each(names: &Names, mut one: impl AsyncFnMut(&str) -> Result<(), Failure>) -> Outcome {
    let mut failures = Vec::new();
    for name in &names.names {
        let outcome = tokio::select! {
            biased;
            outcome = one(name) => outcome,
            () = interrupt::asked() => Err(interrupt::stopped(&format!("reading about {name:?}"))),
        };
        if let Err(failure) = outcome {
            let stop = failure.exit == Exit::Interrupted;
            failures.push(failure);
            if stop {
                break;
            }
        }
    }
    Outcome(failures)
}

/// The offsets, in a sample as fresh as asked for.
async fn fresh(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    args: &Get,
    started: Instant,
) -> Result<ConnectorOffsets, Failure> {
    let path = connector.path();
    let explain = |error: ccloud_connect::Error| session.explain(error.into(), path);
    let offsets = connector.offsets().await.map_err(explain)?;
    let age = offsets.age(now());
    let Some(max_age) = args
        .max_age
        .filter(|max_age| age.is_none_or(|age| age > *max_age))
    else {
        return Ok(offsets);
    };
    ui.note(&format!(
        "{}: waiting for a sample that is at most {} old",
        path.connector,
        span(max_age)
    ));
    let left = args.timeout.saturating_sub(started.elapsed());
    connector
        .offsets_no_older_than(max_age, left)
        .await
        .map_err(|error| explain(error).next(session.command("get", path.connector.as_str(), "")))
}

pub(crate) fn print_offsets(
    ui: &Ui,
    all: &[ConnectorOffsets],
    single: bool,
) -> Result<(), Failure> {
    let table = || {
        let now = now();
        let mut sink = true;
        let rows: Vec<_> = all
            .iter()
            .flat_map(|offsets| offsets.entries.iter().map(move |entry| (offsets, entry)))
            .map(|(offsets, entry)| {
                let offset = show_offset(entry.offset().as_ref());
                sink &= offset.bytes().all(|b| b.is_ascii_digit() || b == b'-');
                [
                    offsets.name.clone().unwrap_or_default(),
                    show_partition(entry.partition().as_ref()),
                    offset,
                    offsets.age(now).map_or_else(|| "-".to_owned(), age),
                ]
            })
            .collect();
        let right: &[usize] = if sink { &[2] } else { &[] };
        ui::table(["CONNECTOR", "PARTITION", "OFFSET", "AGE"], right, &rows)
    };
    for offsets in all.iter().filter(|offsets| offsets.entries.is_empty()) {
        let name = offsets.name.as_deref().unwrap_or_default();
        ui.note(&format!("{}: no offsets are stored yet", ui::cell(name)));
    }
    match all {
        [offsets] if single => ui.data(offsets, table),
        [] if single || ui.format == Format::Table => Ok(()),
        all => ui.data(&all, table),
    }
}

pub(crate) async fn status(ui: &Ui, session: &Session, names: &Names) -> Result<Exit, Failure> {
    let mut records = Vec::new();
    let outcome = each(names, async |name| {
        let connector = session.connector(name).await?;
        let status = latest(session, &connector).await?;
        records.push(Record::of_status(&connector, status));
        Ok(())
    })
    .await;
    record::print(ui, &records, names.names.len() == 1)?;
    Ok(outcome.told(ui))
}

pub(crate) async fn latest(
    session: &Session,
    connector: &Connector,
) -> Result<AlterationStatus, Failure> {
    let path = connector.path();
    connector.latest_request().await.map_err(|error| {
        let failure = session.explain(error.into(), path);
        match failure.exit {
            // Either there is no such connector, or it was never altered; its offsets tell which.
            Exit::NotFound => failure.next(session.command("get", path.connector.as_str(), "")),
            _ => failure,
        }
    })
}

pub(crate) async fn wait(ui: &Ui, session: &Session, args: &Wait) -> Result<Exit, Failure> {
    let request = args.request.as_deref().map(parse_request).transpose()?;
    if request.is_some() && args.names.names.len() > 1 {
        return Err(Failure::invalid(
            "--request belongs to one connector, but several are named. Nothing was sent",
        ));
    }
    let started = Instant::now();
    let mut records = Vec::new();
    let outcome = each(&args.names, async |name| {
        let connector = session.connector(name).await?;
        let mut options = waiting(args.confirm, args.no_confirm);
        let mut known = None;
        let (kind, requested_at) = match &request {
            Some(request) => request.clone(),
            None => {
                let latest = latest(session, &connector).await?;
                if latest.phase.is_end() {
                    options = options.first_interval(Duration::ZERO);
                }
                let request = known.insert(latest.request);
                (request.kind.clone(), request.requested_at)
            }
        };
        let token = AlterationToken::new(connector.path().clone(), kind, requested_at);
        // All of them go on at the same time at the service, so they share one deadline.
        let left = args.timeout.saturating_sub(started.elapsed());
        let alteration = session.client.alteration(token);
        let followed = follow(
            ui,
            session,
            &alteration,
            left,
            options,
            "reading the status",
        )
        .await;
        records.extend(followed.record.map(|record| match known {
            Some(request) => record.knowing(request),
            None => record,
        }));
        followed.failure.map_or(Ok(()), Err)
    })
    .await;
    record::print_outcomes(ui, &records, args.names.names.len() == 1)?;
    Ok(outcome.told(ui))
}

/// Reads `PATCH@2024-02-20T15:14:19Z`.
pub(crate) fn parse_request(text: &str) -> Result<(AlterationType, Timestamp), Failure> {
    let refuse = || {
        Failure::invalid(format!(
            "{text:?} does not name a request; expected TYPE@TIME, such as PATCH@2024-02-20T15:14:19Z. Nothing was sent"
        ))
    };
    let (kind, time) = text.split_once('@').ok_or_else(refuse)?;
    match kind.into() {
        AlterationType::Unknown(_) => Err(refuse()),
        kind => Ok((kind, time.parse().map_err(|_| refuse())?)),
    }
}
