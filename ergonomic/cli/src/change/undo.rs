//! `undo`: takes the latest alteration back.

use ccloud_connect::plan::Intent;

use crate::args::Undo;
use crate::change::alter::{self, Change, in_time};
use crate::change::wait::{free_first, parse_request};
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
    free_first(ui, session, &connector, &mut follow).await?;
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
