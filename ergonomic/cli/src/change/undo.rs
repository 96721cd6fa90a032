//! `undo`: takes the latest alteration back.

use std::time::Instant;

use ccloud_connect::plan::Intent;

use crate::args::Undo;
use crate::change::alter::{self, Change, in_time};
use crate::change::wait::{parse_request, wait_until_free};
use crate::failure::{Exit, Failure};
use crate::read::status::latest;
use crate::session::Session;
use crate::text::duration::moment;
use crate::ui::Ui;

pub(crate) async fn undo(ui: &Ui, session: &Session, args: Undo) -> Result<Exit, Failure> {
    let wanted = args.request.as_deref().map(parse_request).transpose()?;
    alter::permitted(ui, &args.name, &args.follow)?;
    let mut follow = args.follow;
    let connector = in_time(ui, &args.name, &follow, session.connector(&args.name)).await?;
    let path = connector.path();
    if let Some(limit) = &mut follow.wait_if_busy {
        let began = Instant::now();
        wait_until_free(ui, session, &connector, *limit, true).await?;
        // Making the plan may use only the rest of the time limit.
        *limit = limit.saturating_sub(began.elapsed());
    }
    let latest = in_time(ui, &args.name, &follow, latest(session, &connector)).await?;
    let latest = latest.ok_or_else(|| {
        Failure::new(
            Exit::NotFound,
            "never-altered",
            format!("the service shows no alteration of {path}, so there is nothing to undo"),
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
                 service keeps only the offsets before the latest request. Read the current positions \
                 with get, and set the positions that you want with patch",
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
                "the {kind} of {shown_at} of {path} is {}, and can be undone only after it has ended",
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
    ui.note(&format!("undo of the {kind} of {shown_at}:"));
    let mut change = Change::new(intent);
    change.is_relative = true;
    alter::perform(ui, session, &connector, change, &follow).await
}
