//! Waits for the end of an alteration, and shows its progress to the person.

use std::pin::pin;
use std::time::{Duration, Instant};

use ccloud_connect::{Alteration, Phase, Progress, WaitError, WaitOptions};
use indicatif::ProgressBar;
use tokio::sync::watch;

use crate::failure::interrupt;
use crate::failure::{self, Changed, Exit, Failure};
use crate::session::Session;
use crate::show::record::Record;
use crate::text::duration::span;
use crate::ui::each::Told;
use crate::ui::progress::redraw;
use crate::ui::{self, STRONG, Ui};

const FRAME: Duration = Duration::from_millis(100);

/// The largest number of an outcome's warnings that are shown as text. JSON and YAML contain all warnings.
const SHOWN: usize = 5;

/// The longest time between two requests for the status. A person learns of the alteration's end at most this much later.
const POLL: Duration = Duration::from_secs(2);

/// How long the tool watches the connector's state after the connector runs again. A task that cannot use its new position
/// fails only some time after its start.
const WATCHED: Duration = Duration::from_secs(10);

/// The options for waiting until the outcome is known, and a text that says what is waited for after the alteration has
/// ended.
///
/// When both flags are false, the wait includes a later sample only if a sample can decide the outcome. What stays undecided
/// is then reported, and is no error.
pub(crate) fn waiting(confirm: bool, no_confirm: bool) -> (WaitOptions, &'static str) {
    let options = WaitOptions::default()
        .max_interval(POLL)
        .watch_state(WATCHED);
    let sample = "waiting for a later sample of the offsets, and watching the connector's state";
    match (confirm, no_confirm) {
        (true, _) => (options.confirm(), sample),
        (false, false) => (options.confirm_if_possible(), sample),
        (false, true) => (options, "watching the connector's state"),
    }
}

/// The result of waiting: what is printed about the request, and the failure. Each may be missing.
pub(crate) type Followed = Told<Record>;

/// Waits for the alteration with the options of [`waiting`], and shows the progress. `accepted` is the first text to show,
/// `None` when it is not known whether the request was accepted. Ctrl-C ends the waiting, but not the alteration.
pub(crate) async fn follow(
    ui: &Ui,
    session: &Session,
    alteration: &Alteration,
    timeout: Duration,
    (options, checking): (WaitOptions, &'static str),
    accepted: Option<&str>,
) -> Followed {
    let name = alteration.connector().connector.to_string();
    let request = format!(
        "--request {}@{}",
        alteration.kind(),
        alteration.requested_at()
    );
    let resume = session.command("wait", &name, &request);
    let (seen, last) = watch::channel(Last {
        text: accepted.unwrap_or("reading the status").to_owned(),
        checking,
        accepted: accepted.is_some(),
        ended: None,
    });
    let mut line = Line::new(ui, &name, timeout, last);
    let update = move |progress: &Progress<'_>| seen.send_modify(|last| last.update(progress));
    let options = options.timeout(timeout).on_progress(update);
    let mut waiting = pin!(alteration.wait_with(options));
    let mut asked = pin!(interrupt::asked());
    let mut frames = tokio::time::interval(FRAME);
    let result = loop {
        tokio::select! {
            biased;
            result = &mut waiting => break result,
            () = &mut asked => {
                line.clear();
                let (changed, message) = line.seen.borrow().interrupted(alteration);
                let failure = Failure::new(Exit::Interrupted, "interrupted", message)
                    .about(alteration.connector())
                    .changed(changed)
                    .next(resume);
                return Followed { found: None, failure: Some(failure) };
            }
            _ = frames.tick() => line.draw(),
        }
    };
    line.draw();
    line.clear();
    let error = match result {
        Ok(applied) => {
            // The service's message can say that the person must still reset offsets that the connector keeps elsewhere.
            let message = applied.message.as_deref().unwrap_or_default();
            if message.contains("external") {
                ui.note(&ui::visible(&format!("{name}: {message}")));
            }
            let record = Record::applied(alteration, &applied);
            for finding in record.unseen().take(SHOWN) {
                ui.warn(&ui::visible(&format!("{name}: {}", finding.message)));
            }
            let more = record.unseen().skip(SHOWN).count();
            if more > 0 {
                ui.warn(&ui::visible(&format!(
                    "{name}: and {more} more such warnings"
                )));
            }
            return Followed {
                found: Some(record),
                failure: None,
            };
        }
        Err(error) => error,
    };
    let record = match &error {
        WaitError::Failed(failed) => Some(Record::failed(alteration, failed)),
        WaitError::NotAsPlanned { applied, .. } | WaitError::Unconfirmed { applied, .. } => {
            Some(Record::applied(alteration, applied))
        }
        WaitError::TimedOut { phase, .. } => {
            Some(Record::accepted(alteration).seen(phase.as_ref()))
        }
        // It is not known how the request ended. The output still names the request, so that a script can look for it
        // again.
        WaitError::Superseded { .. } | WaitError::Refused { .. } => {
            Some(Record::accepted(alteration).seen(Some(&Phase::from("UNKNOWN"))))
        }
        _ => None,
    };
    let goes_on = failure::pick_up(&error).is_some();
    let is_to_undo = match &error {
        WaitError::NotAsPlanned { applied, .. } => !applied.outcome.is_overtaken(),
        WaitError::Failed(_) => true,
        _ => false,
    };
    let failure = Failure::from(error).about(alteration.connector());
    let next = if goes_on {
        resume
    } else if is_to_undo && matches!(failure.details.changed, Changed::Yes) {
        session.command("undo", &name, &format!("{request} --dry-run"))
    } else {
        session.command("get", &name, "")
    };
    Followed {
        found: record,
        failure: Some(failure.next(next)),
    }
}

/// What the last poll of the status found.
#[derive(Debug)]
struct Last {
    text: String,
    checking: &'static str,
    accepted: bool,
    /// The phase in which the alteration ended; `None` while it is in progress.
    ended: Option<Phase>,
}

impl Last {
    fn update(&mut self, progress: &Progress<'_>) {
        let phase = progress.phase.as_ref();
        let shown = phase.map(|phase| ui::cell(phase.as_str()));
        let again = progress.error.map(|error| match error.status() {
            Some(status) => format!("could not be read ({status}), trying again"),
            None => "could not be read, trying again".to_owned(),
        });
        self.text = match (shown, again) {
            (Some(phase), Some(again)) => format!("{phase}; its offsets or its state {again}"),
            (None, Some(again)) => format!("the status {again}"),
            (Some(phase), None) if progress.confirming => format!("{phase}, {}", self.checking),
            (Some(phase), None) => phase,
            (None, None) => "the status does not show the request yet".to_owned(),
        };
        self.accepted |= phase.is_some();
        if let Some(phase) = phase.filter(|phase| phase.is_end()) {
            self.ended = Some(phase.clone());
        }
    }

    /// What is known of the alteration when the wait is interrupted.
    fn interrupted(&self, alteration: &Alteration) -> (Changed, String) {
        let path = alteration.connector();
        let changed = match &self.ended {
            Some(Phase::Applied) => Changed::Yes,
            _ => Changed::Unknown,
        };
        let what = match &self.ended {
            Some(phase) => format!(
                "has ended ({phase}); the check of the connector's offsets and state was not finished"
            ),
            None if self.accepted => {
                "was accepted, and goes on by itself unless it has ended".to_owned()
            }
            None => "goes on by itself unless it has ended".to_owned(),
        };
        (
            changed,
            format!("interrupted. The alteration of {path} {what}"),
        )
    }
}

/// The display of the progress. On a terminal it is one line that is redrawn; elsewhere each change is a new line.
struct Line<'a> {
    ui: &'a Ui,
    name: String,
    timeout: Duration,
    started: Instant,
    seen: watch::Receiver<Last>,
    /// The line that is redrawn; `None` where no line can be redrawn.
    bar: Option<ProgressBar>,
    last: String,
}

impl<'a> Line<'a> {
    fn new(ui: &'a Ui, name: &str, timeout: Duration, seen: watch::Receiver<Last>) -> Self {
        Self {
            ui,
            name: ui::cell(name),
            timeout,
            started: Instant::now(),
            seen,
            bar: ui.is_live().then(|| ui.spinner()),
            last: String::new(),
        }
    }

    fn draw(&mut self) {
        let text = self.seen.borrow().text.clone();
        let elapsed = self.started.elapsed();
        if let Some(bar) = &self.bar {
            let elapsed = span(Duration::from_secs(elapsed.as_secs()));
            let limit = span(self.timeout);
            let name = &self.name;
            let text = format!("{name}: {text}, {elapsed} of at most {limit}");
            redraw(bar, &text);
        } else if text != self.last {
            let elapsed = span(elapsed);
            self.ui.note(&format!(
                "{STRONG}{}{STRONG:#}: {text} ({elapsed})",
                self.name
            ));
            self.last = text;
        }
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
