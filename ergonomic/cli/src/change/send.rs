//! Applies a plan: compares it with the current offsets, sends the request, and explains why a request was not sent.

use std::time::Duration;

use ccloud_connect::plan::{Intent, Move, PlanOutdated};
use ccloud_connect::{Alteration, Connector, Error, ErrorKind, PlannedAlteration};

use crate::change::file::still_fits;
use crate::failure::{Changed, Exit, Failure, interrupt};
use crate::session::Session;
use crate::show::plan::is_at_work;
use crate::ui::{self, Ui};

/// How many plans are made while a source reads on.
const PLANS: usize = 3;

/// Applies the plan: compares it with the current offsets, and sends the request. When Ctrl-C interrupts this, the message
/// says that the service may have accepted the request.
pub(crate) async fn send(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    planned: PlannedAlteration,
    intent: &Intent,
    wait_if_busy: Option<Duration>,
) -> Result<Alteration, Failure> {
    let path = connector.path();
    let mut distances = planned
        .plan()
        .changes()
        .iter()
        .map(|change| change.distance());
    let goes_ahead = planned.plan().intent() != "undo" && distances.any(|by| by > Some(0));
    let reads_on = is_at_work(&planned);
    let note = || {
        format!(
            "{}: waiting up to 60s for a second sample of the offsets, which shows how fast the sink reads",
            ui::cell(path.connector.as_str())
        )
    };
    let applying = async {
        let applying = apply(connector, planned, intent, wait_if_busy);
        if goes_ahead {
            ui.noting(note, applying).await
        } else {
            applying.await
        }
    };
    tokio::select! {
        biased;
        sent = applying => {
            let Err(error) = sent else {
                return sent.map_err(Failure::from);
            };
            let outdated = outdated(&error);
            let is_outrun = outdated.is_some_and(|outdated| outdated.moves().iter().all(Move::is_outrun));
            let is_overtaken = outdated.is_none() && error.kind() == ErrorKind::PlanOutdated;
            let failure = session.explain(error.into(), path);
            let get = |options: &str| session.command("get", path.connector.as_str(), options);
            Err(match failure.exit {
                // The sink reads too fast for the skip: while it runs, the same command would be refused again. So the tip is to
                // pause the sink.
                _ if is_outrun && reads_on => {
                    let tip = session.pause_first(&path.connector).await;
                    failure.tip(Some(tip)).next(get("--max-age 0"))
                }
                _ if is_overtaken => failure.next(session.command("wait", path.connector.as_str(), "")),
                Exit::Invalid => failure.next(get("-o yaml")),
                _ => failure,
            })
        }
        () = interrupt::asked() => Err(Failure::new(
            Exit::Interrupted,
            "interrupted",
            "interrupted while the plan was being applied; the service may have accepted the request",
        )
        .about(path)
        .changed(Changed::Unknown)
        .next(session.command("status", path.connector.as_str(), ""))),
    }
}

/// The change of the offsets because of which a plan was not applied.
fn outdated(error: &Error) -> Option<&PlanOutdated> {
    std::error::Error::source(error)?.downcast_ref()
}

/// Applies the plan. When a source has read on since the plan was made, the same positions are planned and applied again, as
/// long as they are in the same direction and no other alteration was requested.
async fn apply(
    connector: &Connector,
    mut planned: PlannedAlteration,
    intent: &Intent,
    wait_if_busy: Option<Duration>,
) -> ccloud_connect::Result<Alteration> {
    let ready = |planned: PlannedAlteration| match wait_if_busy {
        Some(limit) => planned.wait_if_busy(limit),
        None => planned,
    };
    for _ in 1..PLANS {
        let error = match ready(planned.clone()).apply().await {
            Err(error) if outdated(&error).is_some() => error,
            sent => return sent,
        };
        let again = connector.plan(intent.clone()).await?;
        let is_same = again.latest_request() == planned.latest_request();
        if !is_same || still_fits(planned.plan(), &again).is_err() {
            return Err(error);
        }
        planned = again;
    }
    ready(planned).apply().await
}
