//! `undo`: takes the latest alteration back.

use std::time::{Duration, Instant};

use ccloud_connect::Connector;
use ccloud_connect::plan::Intent;

use crate::args::Undo;
use crate::change::alter::{self, Change, in_time};
use crate::change::wait::{parse_request, wait_until_free};
use crate::failure::interrupt;
use crate::failure::{Exit, Failure};
use crate::read::status::latest;
use crate::session::Session;
use crate::text::duration::{moment, span};
use crate::ui::{self, Ui};

pub(crate) async fn undo(ui: &Ui, session: &Session, args: Undo) -> Result<Exit, Failure> {
    let wanted = args.request.as_deref().map(parse_request).transpose()?;
    alter::permitted(ui, &args.name, &args.follow)?;
    let mut follow = args.follow;
    let connector = in_time(&args.name, &follow, session.connector(&args.name)).await?;
    let path = connector.path();
    if let Some(limit) = &mut follow.wait_if_busy {
        let began = Instant::now();
        wait_until_free(ui, session, &connector, *limit, true).await?;
        // The plan may wait for what is left.
        *limit = limit.saturating_sub(began.elapsed());
    }
    let began = Instant::now();
    let latest = in_time(&args.name, &follow, latest(session, &connector)).await?;
    let latest = latest.ok_or_else(|| {
        Failure::new(
            Exit::NotFound,
            "never-altered",
            format!("the offsets of {path} were never altered, so there is nothing to undo"),
        )
        .about(path)
    })?;
    let (kind, requested_at) = (&latest.request.kind, latest.request.requested_at);
    let shown_at = moment(requested_at);
    if let Some((wanted_kind, wanted_at)) = &wanted
        && !(wanted_kind == kind && wanted_at.same_instant(requested_at))
    {
        return Err(Failure::new(
            Exit::Busy,
            "superseded",
            format!(
                "the {wanted_kind} of {} cannot be undone: the latest request of {path} is a {kind} of {shown_at}, and the \
                 service keeps only the offsets before the latest request. Look where the connector \
                 stands, and set positions with patch",
                moment(*wanted_at)
            ),
        )
        .about(path)
        .next(session.command("get", path.connector.as_str(), "")));
    }
    let name = path.connector.as_str();
    if !latest.phase.is_end() {
        return Err(Failure::new(
            Exit::Busy,
            "busy",
            format!(
                "the {kind} of {shown_at} of {path} is {}, and can be undone once it has ended",
                latest.phase
            ),
        )
        .about(path)
        .next(session.command("wait", name, "")));
    }
    let intent = Intent::undo(&latest).map_err(|invalid| {
        Failure::invalid(format!(
            "the {kind} of {shown_at} of {path} cannot be undone"
        ))
        .findings(invalid.report())
        .about(path)
        .next(session.command("get", name, "-o yaml"))
    })?;
    shown_in_a_sample(ui, session, &connector, follow.timeout).await?;
    ui.note(&format!("undo of the {kind} of {shown_at}:"));
    if !follow.timeout.is_zero() {
        // Both waits share the time, but the plan needs some of it.
        let left = follow.timeout.saturating_sub(began.elapsed());
        follow.timeout = left.max(Duration::from_secs(1));
    }
    let mut change = Change::new(intent);
    change.is_relative = true;
    alter::perform(ui, session, &connector, change, &follow).await
}

/// Waits for a sample of the offsets that shows what is to be undone, because the plan starts from it.
async fn shown_in_a_sample(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    limit: Duration,
) -> Result<(), Failure> {
    let path = connector.path();
    let name = path.connector.as_str();
    let note = || {
        format!(
            "{}: waiting up to {} for a sample of the offsets that shows what is to be undone",
            ui::cell(name),
            span(limit)
        )
    };
    let sample = connector.offsets_after_latest_request(limit);
    let sample = interrupt::unless("waiting for a sample", ui.noting(note, sample)).await;
    match sample.map_err(|failure| failure.about(path))? {
        Ok(_) => Ok(()),
        Err(error) => {
            let failure = session.explain(error.into(), path);
            Err(failure.next(session.command("undo", name, "")))
        }
    }
}
