//! The common part of all changes: the plan, the question, the request, and the outcome.

use std::future::Future;
use std::time::{Duration, Instant};

use ccloud_connect::finding::{Code, Finding, Severity};
use ccloud_connect::plan::{Intent, Plan};
use ccloud_connect::validate::{self, Known};
use ccloud_connect::{
    Connector, ConnectorRef, Error, ErrorKind, Phase, PlannedAlteration, Timestamp,
};
use serde::Serialize;

use crate::args::{Follow, Format};
use crate::change::file::still_fits;
use crate::change::follow::{Followed, follow, waiting};
use crate::change::send::send;
use crate::change::wait::{has_ended, shown_in_a_sample, wait_until_free};
use crate::failure::interrupt;
use crate::failure::{Changed, Exit, Failure};
use crate::session::Session;
use crate::show::findings;
use crate::show::plan::{goes_far_back, interruption, read_again, shown, totals};
use crate::show::record::{self, Record};
use crate::text::duration::span;
use crate::ui::{self, STRONG, Ui, visible};

/// The change that a command asks for.
pub(crate) struct Change {
    pub(crate) intent: Intent,
    /// Whether the plan depends on the current positions; true for a shift and for an undo.
    pub(crate) is_relative: bool,
    /// The findings from before the plan was made, such as those about a file.
    pub(crate) findings: Vec<Finding>,
    /// The time of the sample that the file was made from; `None` without a file, or when only its edited entries are sent.
    pub(crate) sample: Option<Timestamp>,
    /// The saved plan that the positions come from, if they come from a plan.
    pub(crate) plan: Option<Plan>,
    /// A line for the person about what a key of the Kafka cluster would add to the plan.
    pub(crate) hint: Option<String>,
}

impl Change {
    pub(crate) fn new(intent: Intent) -> Self {
        Self {
            intent,
            is_relative: false,
            findings: Vec::new(),
            sample: None,
            plan: None,
            hint: None,
        }
    }
}

/// Refuses, before anything is sent, options that contradict each other and a change that cannot be confirmed.
pub(crate) fn permitted(ui: &Ui, name: &str, options: &Follow) -> Result<(), Failure> {
    if options.confirm && options.timeout.is_zero() {
        let what = "--confirm waits, and --timeout 0 does not wait: give a longer time";
        return Err(Failure::invalid(what));
    }
    if options.yes || options.dry_run || ui.can_ask() {
        return Ok(());
    }
    Err(Failure::invalid(format!(
        "the change of {name:?} was not confirmed, and there is no terminal to ask at. Give --yes to \
         make the change without a question, or --dry-run to see only the plan"
    )))
}

/// Shows the plan, asks the person to agree, sends the request, and waits for the outcome.
pub(crate) async fn perform(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    change: Change,
    options: &Follow,
) -> Result<Exit, Failure> {
    let path = connector.path();
    // The wait before the plan and the wait before the request share the limit of `--wait-if-busy`.
    let deadline = options
        .wait_if_busy
        .and_then(|limit| Instant::now().checked_add(limit));
    let left = || Some(deadline?.saturating_duration_since(Instant::now()));
    let mut planned = plan(ui, session, connector, &change, options).await?;
    if let Some(saved) = &change.plan {
        still_fits(saved, &planned).map_err(|failure| {
            let next = session.command("get", path.connector.as_str(), "");
            failure.about(path).next(next)
        })?;
    }
    let back = back_to_the_file(&planned, change.sample);
    for finding in change.findings.into_iter().chain(back) {
        planned.warn(finding);
    }
    if options.dry_run || !options.yes {
        // Warns when `send` is expected to refuse the plan. With `--yes` no person decides, so the refusal is enough.
        planned.foresee().await;
    }
    if let Some(hint) = change.hint.filter(|_| depends_on_ends(planned.plan())) {
        ui.note(&hint);
    }
    findings::heed("the plan", planned.plan().warnings().to_vec(), options)
        .map_err(|failure| failure.about(path))?;
    if options.dry_run {
        dry_run(ui, path, &planned)?;
        let changes = options.exit_code && !planned.plan().is_unchanged();
        return Ok(if changes {
            Exit::WouldChange
        } else {
            Exit::Done
        });
    }
    let plan = format!(
        "{}\n{}",
        interruption(&planned, &path.connector),
        shown(&planned, ui::note_width())
    );
    if options.yes {
        ui.note(&plan);
        // `--quiet` hides the plan, and only JSON and YAML contain its warnings in the result.
        if ui.quiet && ui.format == Format::Table {
            findings::show(ui, planned.plan().warnings());
        }
    } else {
        // Even with `--quiet` the person must see the plan before agreeing to it.
        ui.say(&plan);
        agree(ui, session, path, &planned).await?;
    }
    let back = read_again(planned.plan());
    let intent = change.intent.accepting(options.accept.clone());
    let alteration = send(ui, session, connector, planned, &intent, left()).await?;
    let mut followed = if options.no_wait || options.timeout.is_zero() {
        Followed {
            found: Some(Record::accepted(&alteration)),
            failure: None,
        }
    } else {
        let wait = waiting(options.confirm, options.no_confirm);
        let start = match alteration.is_answered() {
            true => "accepted",
            false => "no answer confirmed the request, but the request status shows it",
        };
        follow(ui, session, &alteration, options.timeout, wait, Some(start)).await
    };
    followed.found = followed.found.map(|record| record.planned(back));
    let records = followed.found.as_slice();
    let printed = record::print_outcomes(ui, records, true);
    let is_applied = records.iter().any(|record| record.phase == Phase::Applied);
    match (followed.failure, printed) {
        (None, Ok(())) => Ok(Exit::Done),
        (Some(failure), Ok(())) => Err(failure),
        // The alteration failed, and its result could not be printed. The failure of the alteration decides the exit code.
        (Some(failure), Err(unprinted)) => {
            Err(failure.adding(&format!("Besides, {}", unprinted.details.message)))
        }
        (None, Err(unprinted)) => {
            let (what, changed) = match is_applied {
                true => ("The alteration was applied nevertheless", Changed::Yes),
                false => ("The alteration was accepted nevertheless", Changed::Unknown),
            };
            let status = session.command("status", path.connector.as_str(), "");
            Err(unprinted
                .adding(what)
                .changed(changed)
                .about(path)
                .next(status))
        }
    }
}

/// Warns of each entry of the file whose position is before the partition's current one. Perhaps the entry was not edited, and
/// the connector has read on since the file was made.
fn back_to_the_file(planned: &PlannedAlteration, sample: Option<Timestamp>) -> Vec<Finding> {
    let Some(sample) = sample else {
        return Vec::new();
    };
    let known = Known::default().with_current(&planned.offsets().entries);
    let back = validate::goes_back(planned.plan().request().entries(), Some(sample), &known);
    let advice = "send only the entries that you edited: give an unedited copy with --base FILE, or use the command edit";
    back.into_iter()
        .map(|finding| finding.suggest(advice))
        .collect()
}

/// Prints the plan. JSON and YAML also name the connector that the plan is for.
fn dry_run(ui: &Ui, path: &ConnectorRef, planned: &PlannedAlteration) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Dry<'a> {
        environment: &'a str,
        cluster: &'a str,
        connector: &'a str,
        #[serde(flatten)]
        plan: &'a Plan,
    }
    let dry = Dry {
        environment: path.environment.as_str(),
        cluster: path.cluster.as_str(),
        connector: path.connector.as_str(),
        plan: planned.plan(),
    };
    ui.data(&dry, || {
        let width = ui::data_width();
        let effect = ui::paragraph(&interruption(planned, &path.connector), width);
        format!("{effect}{}\n", shown(planned, width))
    })
}

/// Whether the effect of the plan depends on where the topics begin or end.
fn depends_on_ends(plan: &Plan) -> bool {
    let mut codes = plan.warnings().iter().map(|warning| warning.code);
    plan.intent() == "to-earliest"
        || plan.changes().iter().any(goes_far_back)
        || codes.any(|code| matches!(code, Code::PastEnd | Code::Clamped))
}

/// Makes the plan. With `--wait-if-busy`, first waits for the end of another alteration.
async fn plan(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    change: &Change,
    options: &Follow,
) -> Result<PlannedAlteration, Failure> {
    let path = connector.path();
    if let Some(limit) = options.wait_if_busy {
        wait_until_free(ui, session, connector, limit, change.is_relative).await?;
    }
    let intent = change.intent.clone().accepting(options.accept.clone());
    let name = path.connector.as_str();
    let plan = || async {
        let planned = in_time(ui, name, options, async {
            Ok(connector.plan(intent.clone()).await)
        });
        planned.await.map_err(|failure| failure.about(path))
    };
    let mut planned = plan().await?;
    let is_stale = |error: &Error| error.kind() == ErrorKind::Stale;
    if planned.as_ref().is_err_and(is_stale) && has_ended(connector).await {
        shown_in_a_sample(ui, session, connector, options.timeout).await?;
        planned = plan().await?;
    }
    planned.map_err(|error| {
        let failure = session.explain(error.into(), path);
        match failure.exit {
            // The service refuses to return the offsets of this connector, so the next command must not read them.
            Exit::Invalid if failure.details.findings.is_empty() => failure.next(session.list()),
            Exit::Invalid => {
                let errors = failure.details.findings.iter().cloned();
                let errors: Vec<_> = errors.filter(|f| f.severity == Severity::Error).collect();
                let tip = findings::acceptance(&errors);
                // An empty file is the backup of a connector that had stored no offsets; a reset restores that state.
                let is_empty = errors.iter().any(|f| f.code == Code::EmptyRequest);
                let to_undo = errors.iter().any(|f| f.code == Code::NothingToRestore);
                let (verb, options) = match (is_empty, to_undo) {
                    (true, _) => ("delete", "--all --dry-run"),
                    (_, true) => ("status", ""),
                    _ => ("get", "-o yaml"),
                };
                let next = session.command(verb, path.connector.as_str(), options);
                let mut failure = failure.tip(tip).next(next);
                if to_undo {
                    failure.details.message =
                        format!("the latest alteration of {path} cannot be undone");
                }
                failure
            }
            _ => failure,
        }
    })
}

/// Performs the reads that come before a request. Fails when they exceed the time limit of the command, or when the command
/// is interrupted.
pub(crate) async fn in_time<T>(
    ui: &Ui,
    name: &str,
    options: &Follow,
    reading: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let limit = match options.timeout {
        Duration::ZERO => Duration::MAX,
        limit => limit,
    };
    let read = tokio::time::timeout(limit, reading);
    let read = interrupt::unless("the plan was being made", read);
    let read = ui.busy("making the plan", read).await?;
    read.unwrap_or_else(|_| {
        let message = format!(
            "the plan for {name:?} could not be made within {}, because not all answers came in that time",
            span(options.timeout)
        );
        Err(Failure::new(Exit::Unavailable, "timeout", message))
    })
}

/// Asks the person whether to alter the offsets.
async fn agree(
    ui: &Ui,
    session: &Session,
    path: &ConnectorRef,
    planned: &PlannedAlteration,
) -> Result<(), Failure> {
    // A long plan may have scrolled the name of the connector off the screen, so the question repeats it.
    let profile = session.profile.as_ref();
    let profile = profile.map_or(String::new(), |name| format!(", profile {name}"));
    let place = format!(
        "environment {}, cluster {}{profile}",
        path.environment, path.cluster
    );
    let about = format!("{place}\n{}", totals(planned));
    ui.say(&format!(
        "{STRONG}{}{STRONG:#}",
        visible(path.connector.as_str())
    ));
    ui.say(ui::indented(&about, ui::note_width()).trim_end());
    let answer = interrupt::unless(
        "waiting for the reply to the question",
        ui.ask("Alter the offsets?"),
    )
    .await;
    let answer = answer.map_err(|failure| {
        // The cursor is still on the line of the question; the message must begin on a line of its own.
        ui.say("");
        failure.about(path)
    });
    match answer? {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(Failure::new(Exit::Interrupted, "declined", "the change was declined").about(path))
        }
        Err(error) => Err(Failure::new(
            Exit::Unexpected,
            "input",
            "the reply to the question could not be read",
        )
        .about(path)
        .caused_by(&error)),
    }
}
