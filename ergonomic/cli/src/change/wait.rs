//! `wait`: waits until the latest alterations have ended.

use std::cell::Cell;
use std::future::Future;
use std::time::{Duration, Instant};

use ccloud_connect::{
    AlterationToken, AlterationType, Connector, ConnectorOffsets, Timestamp, WaitOptions,
};

use crate::args::{Follow, Wait};
use crate::change::follow::{Followed, follow, waiting};
use crate::failure::{Changed, Exit, Failure, interrupt};
use crate::read::status::latest;
use crate::session::Session;
use crate::show::record;
use crate::text::duration::{moment, span};
use crate::ui::each::each;
use crate::ui::{self, Ui};

pub(crate) async fn wait(ui: &Ui, session: &Session, args: &Wait) -> Result<Exit, Failure> {
    let request = args.request.as_deref().map(parse_request).transpose()?;
    let names = &args.names.names;
    if request.is_some() && names.len() > 1 {
        return Err(Failure::invalid(
            "--request can be used with one connector only, but several are named",
        ));
    }
    let started = Instant::now();
    let ended = Cell::new(0);
    // A terminal can redraw only one line. With several connectors, this line shows how many alterations have ended.
    let inner = if names.len() > 1 && ui.is_live() {
        ui.silent()
    } else {
        *ui
    };
    let work = each(names, "waiting", async |name| {
        let followed = one(&inner, session, args, request.as_ref(), name, started).await;
        ended.set(ended.get() + 1);
        followed.unwrap_or_else(|failure| Err(failure).into())
    });
    let outcome = if names.len() > 1 {
        ui.counting(names.len(), &ended, args.timeout, work).await
    } else {
        work.await
    };
    let printed = record::print_outcomes(ui, &outcome.found, names.len() == 1);
    outcome.told(ui, printed)
}

/// Waits for one connector. The service carries out all alterations at the same time, so all waits share one deadline.
async fn one(
    ui: &Ui,
    session: &Session,
    args: &Wait,
    request: Option<&(AlterationType, Timestamp)>,
    name: &str,
    started: Instant,
) -> Result<Followed, Failure> {
    let connector = in_time(ui, args, started, name, session.connector(name)).await?;
    let (mut options, checking) = waiting(args.confirm, args.no_confirm);
    let mut known = None;
    let (kind, requested_at) = match request {
        Some(request) => request.clone(),
        None => {
            // The failure must not say that nothing was changed: an alteration may be in progress without the status showing it.
            let found = in_time(ui, args, started, name, latest(session, &connector)).await;
            let found = found.map_err(|failure| match failure.exit {
                Exit::NotFound => failure,
                _ => failure.changed(Changed::Unknown),
            })?;
            let path = connector.path();
            let latest = found.ok_or_else(|| {
                Failure::new(
                    Exit::NotFound,
                    "never-altered",
                    format!(
                        "the service shows no alteration of {path}, so there is nothing to wait for"
                    ),
                )
                .about(path)
            })?;
            if latest.phase.is_end() {
                options = options.first_interval(Duration::ZERO);
            }
            let request = known.insert(latest.request);
            (request.kind.clone(), request.requested_at)
        }
    };
    let token = AlterationToken::new(connector.path().clone(), kind, requested_at);
    let mut left = args.timeout.saturating_sub(started.elapsed());
    if !args.timeout.is_zero() {
        // The status is read once even when no time is left.
        left = left.max(Duration::from_millis(1));
    }
    let alteration = session.client.alteration(token);
    let wait = (options, checking);
    let mut followed = follow(ui, session, &alteration, left, wait, None).await;
    if let Some(request) = known {
        followed.found = followed.found.map(|record| record.knowing(request));
    }
    Ok(followed)
}

/// Ends `look` with a failure when the time of `--timeout` is over. With `--timeout 0`, only the time limit of each request
/// ends it.
async fn in_time<T>(
    ui: &Ui,
    args: &Wait,
    started: Instant,
    name: &str,
    look: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let look = ui.busy("reading the status", look);
    if args.timeout.is_zero() {
        return look.await;
    }
    let left = args.timeout.saturating_sub(started.elapsed());
    tokio::time::timeout(left, look).await.unwrap_or_else(|_| {
        let message = format!(
            "the request status of {name:?} could not be read within {}. An alteration that is under way goes on by itself",
            span(args.timeout)
        );
        Err(Failure::new(Exit::Pending, "timeout", message).changed(Changed::Unknown))
    })
}

/// Waits for another alteration to end, so that the plan starts from the offsets after it. Errors are ignored here, because
/// making the plan reports them.
pub(crate) async fn wait_until_free(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    limit: Duration,
    is_relative: bool,
) -> Result<(), Failure> {
    let path = connector.path();
    let waiting = async {
        let Ok(status) = connector.latest_request().await else {
            return;
        };
        if status.phase.is_end() {
            return;
        }
        let (kind, requested_at) = (status.request.kind, status.request.requested_at);
        ui.note(&format!(
            "{}: waiting up to {} for the {kind} of {} to end",
            path.connector,
            span(limit),
            moment(requested_at)
        ));
        if is_relative {
            // The plan needs a sample that was taken after the other alteration ended.
            drop(connector.offsets_after_latest_request(limit).await);
        } else {
            let token = AlterationToken::new(path.clone(), kind, requested_at);
            let wait = WaitOptions::default().timeout(limit);
            drop(session.client.alteration(token).wait_with(wait).await);
        }
    };
    let waiting = tokio::time::timeout(limit, waiting);
    drop(interrupt::unless("waiting for another alteration", waiting).await?);
    Ok(())
}

/// With `--wait-if-busy`, waits for the end of another alteration, so that the offsets that are read next are those after it.
/// Subtracts the time of this wait from the option, so that the later wait before the request takes only what is left.
pub(crate) async fn free_first(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    options: &mut Follow,
) -> Result<(), Failure> {
    if let Some(limit) = &mut options.wait_if_busy {
        let began = Instant::now();
        wait_until_free(ui, session, connector, *limit, true).await?;
        *limit = limit.saturating_sub(began.elapsed());
    }
    Ok(())
}

/// Whether the latest request is known to have ended.
pub(crate) async fn has_ended(connector: &Connector) -> bool {
    let latest = connector.latest_request().await;
    latest.is_ok_and(|latest| latest.phase.is_end())
}

/// Waits for a sample of the offsets that shows what the latest request did, because a plan starts from such a sample.
pub(crate) async fn shown_in_a_sample(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    limit: Duration,
) -> Result<ConnectorOffsets, Failure> {
    let path = connector.path();
    let name = path.connector.as_str();
    let note = || {
        format!(
            "{}: waiting up to {} for a sample of the offsets that shows what the latest request did",
            ui::cell(name),
            span(limit)
        )
    };
    let sample = connector.offsets_after_latest_request(limit);
    let sample = interrupt::unless("waiting for a sample", ui.noting(note, sample)).await;
    let sample = sample.map_err(|failure| failure.about(path))?;
    sample.map_err(|error| {
        let failure = session.explain(error.into(), path);
        failure.next(session.command("get", name, "--max-age 0"))
    })
}

/// Parses the type and the time of a request, such as `PATCH@2024-02-20T15:14:19Z`.
pub(crate) fn parse_request(text: &str) -> Result<(AlterationType, Timestamp), Failure> {
    let refuse = || {
        Failure::invalid(format!(
            "{text:?} does not name a request; expected TYPE@TIME, such as PATCH@2024-02-20T15:14:19Z"
        ))
    };
    let (kind, time) = text.split_once('@').ok_or_else(refuse)?;
    match kind.into() {
        AlterationType::Unknown(_) => Err(refuse()),
        kind => Ok((kind, time.parse().map_err(|_| refuse())?)),
    }
}
