//! The commands that alter offsets: `patch` and `delete`.

use std::time::Duration;

use ccloud_connect::finding::Code;
use ccloud_connect::plan::{Intent, Plan};
use ccloud_connect::{
    Alteration, AlterationToken, Connector, OffsetEntry, PlannedAlteration, WaitOptions,
};

use crate::args::{Delete, Follow, Patch};
use crate::duration::span;
use crate::failure::{Changed, Exit, Failure};
use crate::file;
use crate::follow::follow;
use crate::interrupt;
use crate::kafka;
use crate::partition::PartitionArg;
use crate::record::{self, Record};
use crate::session::Session;
use crate::ui::{Ui, WARNING, visible};

pub(crate) async fn patch(ui: &Ui, session: &Session, args: Patch) -> Result<Exit, Failure> {
    refuse_unasked(ui, &args.follow)?;
    let mut source = None;
    let mut entries = Vec::new();
    let mut intent = if let Some(path) = &args.file {
        let offsets = source.insert(file::read(ui, path)?);
        entries.clone_from(&offsets.entries);
        Intent::set(entries.clone())
    } else if let Some(records) = args.shift_by {
        Intent::shift_by(records)
    } else if args.to_earliest {
        Intent::to_earliest()
    } else {
        entries.extend(args.set.into_iter().map(|set| set.0));
        Intent::set(entries.clone())
    };
    let asked = kafka::Move {
        kafka: &args.kafka,
        to_time: args.to_time.as_ref(),
        to_latest: args.to_latest,
        to_earliest: args.to_earliest,
        shift_by: args.shift_by,
        topics: &args.topic,
        partitions: &args.partition,
        entries: &entries,
    };
    let hint;
    (intent, hint) = kafka::intent(ui, session, &args.name, intent, asked).await?;
    if !args.partition.is_empty() {
        intent = intent.only(partitions(&args.partition));
    }
    let change = Change {
        is_relative: args.shift_by.is_some(),
        intent,
        source,
        hint,
    };
    run(ui, session, &args.name, change, &args.follow).await
}

/// Nobody can agree where nobody can be asked.
fn refuse_unasked(ui: &Ui, options: &Follow) -> Result<(), Failure> {
    if options.yes || options.dry_run || ui.can_ask() {
        return Ok(());
    }
    Err(Failure::invalid(
        "a change needs a yes, and there is no terminal to ask at. Nothing was changed. Give --yes to go on, or --dry-run to \
         see the plan only",
    ))
}

/// What is asked for, and the file that it comes from.
struct Change {
    intent: Intent,
    is_relative: bool,
    source: Option<file::Offsets>,
    /// What is not known of the topics, and what to do about it.
    hint: Option<String>,
}

pub(crate) async fn delete(ui: &Ui, session: &Session, args: Delete) -> Result<Exit, Failure> {
    refuse_unasked(ui, &args.follow)?;
    let intent = if args.all {
        Intent::reset_all()
    } else {
        Intent::reset(partitions(&args.partition))
    };
    let change = Change {
        intent,
        is_relative: false,
        source: None,
        hint: None,
    };
    run(ui, session, &args.name, change, &args.follow).await
}

fn partitions(args: &[PartitionArg]) -> impl Iterator<Item = OffsetEntry> {
    args.iter().map(|arg| OffsetEntry::partition_only(&arg.0))
}

/// Shows the plan, asks, sends, and follows.
async fn run(
    ui: &Ui,
    session: &Session,
    name: &str,
    change: Change,
    options: &Follow,
) -> Result<Exit, Failure> {
    let connector = session.connector(name).await?;
    let path = connector.path();
    if let Some(source) = &change.source {
        source.compare(ui, path.connector.as_str(), name);
    }
    let hint = change.hint.clone();
    let planned = plan(ui, session, &connector, change, options).await?;
    if let Some(hint) = hint.filter(|_| depends_on_ends(planned.plan())) {
        ui.note(&hint);
    }
    if options.dry_run {
        ui.data(planned.plan(), || format!("{}\n", shown(planned.plan())))?;
        return Ok(Exit::Done);
    }
    let plan = format!(
        "{path} stops for a while and then resumes by itself.\n{}",
        shown(planned.plan())
    );
    if options.yes {
        ui.note(&plan);
    } else {
        // Nobody can agree to what they have not seen, however quiet they want it.
        ui.say(&plan);
        agree(ui, &connector).await?;
    }
    let planned = match options.wait_if_busy {
        Some(limit) => planned.wait_if_busy(limit),
        None => planned,
    };
    let alteration = send(session, &connector, planned).await?;
    let record = if options.no_wait || options.timeout.is_zero() {
        Record::accepted(&alteration)
    } else {
        let mut wait = WaitOptions::default();
        if options.confirm {
            wait = wait.confirm();
        }
        follow(ui, session, &alteration, options.timeout, wait, "accepted").await?
    };
    record::print(ui, &[record], true).map_err(|failure| {
        // What went wrong is the printing; the alteration must not look as if it had not happened.
        failure
            .adding("The alteration was accepted all the same")
            .changed(Changed::Yes)
            .about(path)
            .next(session.command("status", path.connector.as_str(), ""))
    })?;
    Ok(Exit::Done)
}

/// Whether where the topics begin or end decides what the plan does.
fn depends_on_ends(plan: &Plan) -> bool {
    let mut codes = plan.warnings().iter().map(|warning| warning.code);
    plan.intent() == "to-earliest"
        || codes.any(|code| matches!(code, Code::PastEnd | Code::Clamped))
}

/// Makes the plan, after the end of another alteration when that is to be waited for.
async fn plan(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    change: Change,
    options: &Follow,
) -> Result<PlannedAlteration, Failure> {
    let path = connector.path();
    let planning = async {
        if let Some(limit) = options.wait_if_busy {
            wait_until_free(ui, session, connector, limit, change.is_relative).await;
        }
        connector.plan(change.intent).await
    };
    let planned = tokio::select! {
        biased;
        planned = planning => planned,
        () = interrupt::asked() => return Err(interrupt::stopped("the plan was being made").about(path)),
    };
    planned.map_err(|error| {
        let failure = session.explain(error.into(), path);
        match failure.exit {
            Exit::Invalid => {
                failure.next(session.command("get", path.connector.as_str(), "-o yaml"))
            }
            _ => failure,
        }
    })
}

/// Waits for the end of another alteration, so that the plan starts from where that one ends. Whatever comes of it, the
/// plan finds out.
async fn wait_until_free(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    limit: Duration,
    is_relative: bool,
) {
    let path = connector.path();
    let Ok(status) = connector.latest_request().await else {
        return;
    };
    if status.phase.is_end() {
        return;
    }
    let (kind, requested_at) = (status.request.kind, status.request.requested_at);
    ui.note(&format!(
        "{}: waiting up to {} for the {kind} of {requested_at} to end",
        path.connector,
        span(limit)
    ));
    let token = AlterationToken::new(path.clone(), kind, requested_at);
    let mut wait = WaitOptions::default().timeout(limit);
    if is_relative {
        // A relative move starts from what a sample shows, so it needs one from after the end.
        wait = wait.confirm();
    }
    drop(session.client.alteration(token).wait_with(wait).await);
}

/// The plan as text, with its warnings in colour.
pub(crate) fn shown(plan: &Plan) -> String {
    let warning = format!("\n{WARNING}warning{WARNING:#}: ");
    visible(&plan.to_string()).replace("\nwarning: ", &warning)
}

/// Asks whether to go on.
async fn agree(ui: &Ui, connector: &Connector) -> Result<(), Failure> {
    let path = connector.path();
    let answer = tokio::select! {
        biased;
        answer = ui.ask("Alter the offsets?") => answer,
        () = interrupt::asked() => return Err(interrupt::stopped("asking").about(path)),
    };
    match answer {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::new(
            Exit::Interrupted,
            "declined",
            format!("declined. Nothing was changed at {path}"),
        )
        .about(path)),
        Err(error) => Err(Failure::new(
            Exit::Unexpected,
            "input",
            format!("the answer could not be read. Nothing was changed at {path}"),
        )
        .about(path)
        .caused_by(&error)),
    }
}

/// Sends. After Ctrl-C nobody knows whether the request was accepted, and the message says so.
async fn send(
    session: &Session,
    connector: &Connector,
    planned: PlannedAlteration,
) -> Result<Alteration, Failure> {
    let path = connector.path();
    tokio::select! {
        biased;
        sent = planned.apply() => sent.map_err(|error| session.explain(error.into(), path)),
        () = interrupt::asked() => Err(Failure::new(
            Exit::Interrupted,
            "interrupted",
            format!(
                "interrupted while the request was being sent. The offsets of {path} may be altered; read the request status \
                 before sending again"
            ),
        )
        .about(path)
        .changed(Changed::Unknown)
        .next(session.command("status", path.connector.as_str(), ""))),
    }
}
