//! `undo`: takes the latest alteration back.

use std::time::Duration;

use ccloud_connect::plan::Intent;
use ccloud_connect::{AlterationStatus, Connector};

use crate::args::Undo;
use crate::change::alter::{self, Change};
use crate::change::wait::parse_request;
use crate::failure::interrupt;
use crate::failure::{Exit, Failure};
use crate::read::status::latest;
use crate::session::Session;
use crate::text::duration::span;
use crate::ui::Ui;

/// How long at least a sample is waited for that shows what is to be undone.
const SAMPLE: Duration = Duration::from_secs(120);

pub(crate) async fn undo(ui: &Ui, session: &Session, args: Undo) -> Result<Exit, Failure> {
    let wanted = args.request.as_deref().map(parse_request).transpose()?;
    alter::permitted(ui, &args.name, &args.follow)?;
    let connector = session.connector(&args.name).await?;
    let path = connector.path();
    if let Some(limit) = args.follow.wait_if_busy {
        alter::wait_until_free(ui, session, &connector, limit, true).await;
    }
    let latest = latest(session, &connector).await?.ok_or_else(|| {
        Failure::new(
            Exit::NotFound,
            "never-altered",
            format!("the offsets of {path} were never altered, so there is nothing to undo. Nothing was changed"),
        )
        .about(path)
    })?;
    let (kind, requested_at) = (&latest.request.kind, latest.request.requested_at);
    if let Some((wanted_kind, wanted_at)) = &wanted
        && !(wanted_kind == kind && wanted_at.same_instant(requested_at))
    {
        return Err(Failure::new(
            Exit::Busy,
            "superseded",
            format!(
                "the {wanted_kind} of {wanted_at} cannot be undone: the latest request of {path} is a {kind} of {requested_at}, and \
                 the service keeps the offsets before the latest request only. Nothing was changed. Look where the connector \
                 stands, and set positions with patch"
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
                "the {kind} of {requested_at} of {path} is {}, and can be undone once it has ended. Nothing was changed",
                latest.phase
            ),
        )
        .about(path)
        .next(session.command("wait", name, "")));
    }
    let intent = Intent::undo(&latest).map_err(|invalid| {
        Failure::invalid(format!(
            "the {kind} of {requested_at} of {path} cannot be undone. Nothing was changed"
        ))
        .findings(invalid.report())
        .about(path)
        .next(session.command("get", name, "-o yaml"))
    })?;
    shown_in_a_sample(ui, session, &connector, &latest, args.follow.timeout).await?;
    ui.note(&format!("undo of the {kind} of {requested_at}:"));
    let mut change = Change::new(intent);
    change.is_relative = true;
    alter::perform(ui, session, &connector, change, &args.follow).await
}

/// Waits for a sample of the offsets that shows what is to be undone, because the plan starts from it.
async fn shown_in_a_sample(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    latest: &AlterationStatus,
    timeout: Duration,
) -> Result<(), Failure> {
    let path = connector.path();
    let Some(applied_at) = latest.applied_at else {
        return Ok(());
    };
    let limit = timeout.max(SAMPLE);
    let explain = |error: ccloud_connect::Error| {
        let failure = session.explain(error.into(), path);
        failure.next(session.command("undo", path.connector.as_str(), ""))
    };
    // A sample without a time says nothing, and later ones will have none either.
    let now = connector.offsets().await.map_err(explain)?;
    let is_later = connector
        .offsets_after(applied_at, Duration::ZERO)
        .await
        .is_ok();
    if is_later || now.observed_at.is_none() {
        return Ok(());
    }
    ui.note(&format!(
        "{}: waiting up to {} for a sample of the offsets that shows the {}",
        path.connector,
        span(limit),
        latest.request.kind
    ));
    let sample = connector.offsets_after(applied_at, limit);
    let sample = interrupt::unless("waiting for a sample", sample).await;
    let sample = sample.map_err(|failure| failure.about(path))?;
    sample.map(drop).map_err(explain)
}
