//! Following an alteration to its end, with a person watching.

use std::io::{self, IsTerminal as _, Write as _};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ccloud_connect::{Alteration, Phase, Progress, WaitOptions};

use crate::duration::span;
use crate::failure::{self, Changed, Exit, Failure};
use crate::interrupt;
use crate::record::Record;
use crate::session::Session;
use crate::ui::{self, STRONG, Ui};

const FRAMES: [char; 8] = ['⣾', '⣽', '⣻', '⢿', '⡿', '⣟', '⣯', '⣷'];
const FRAME: Duration = Duration::from_millis(100);

/// Waits as `options` say and shows how it goes, beginning with `start`. Ctrl-C ends the waiting and nothing else.
pub(crate) async fn follow(
    ui: &Ui,
    session: &Session,
    alteration: &Alteration,
    timeout: Duration,
    options: WaitOptions,
    start: &str,
) -> Result<Record, Failure> {
    let name = alteration.connector().connector.to_string();
    let resume = session.command(
        "wait",
        &name,
        &format!(
            "--request {}@{}",
            alteration.kind(),
            alteration.requested_at()
        ),
    );
    let mut line = Line::new(ui, &name, timeout, start);
    let options = options.timeout(timeout).on_progress(line.seen.reporter());
    let mut waiting = pin!(alteration.wait_with(options));
    let mut asked = pin!(interrupt::asked());
    let mut frames = tokio::time::interval(FRAME);
    let result = loop {
        tokio::select! {
            biased;
            result = &mut waiting => break result,
            () = &mut asked => {
                line.clear();
                return Err(Failure::new(
                    Exit::Interrupted,
                    "interrupted",
                    format!("interrupted. The alteration of {} was accepted and goes on by itself", alteration.connector()),
                )
                .about(alteration.connector())
                .changed(Changed::Unknown)
                .next(resume));
            }
            _ = frames.tick() => line.draw(),
        }
    };
    line.draw();
    line.clear();
    match result {
        Ok(applied) => Ok(Record::applied(alteration, applied)),
        Err(error) => {
            let next = if failure::pick_up(&error).is_some() {
                resume
            } else {
                session.command("get", &name, "")
            };
            Err(Failure::from(error)
                .about(alteration.connector())
                .next(next))
        }
    }
}

/// What the last poll found, shared with the callback of the wait.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<String>>);

impl Seen {
    fn reporter(&self) -> impl Fn(&Progress<'_>) + Send + Sync + 'static {
        let seen = self.clone();
        move |progress| {
            let text = match (&progress.error, &progress.phase) {
                (Some(error), _) => match error.status() {
                    Some(status) => {
                        format!("the status could not be read ({status}), trying again")
                    }
                    None => "the status could not be read, trying again".to_owned(),
                },
                (None, Some(Phase::Applied)) if progress.confirming => {
                    "APPLIED, waiting for a later sample of the offsets".to_owned()
                }
                (None, Some(phase)) => ui::cell(phase.as_str()),
                (None, None) => "accepted, not in the status yet".to_owned(),
            };
            *seen.0.lock().unwrap_or_else(PoisonError::into_inner) = text;
        }
    }

    fn text(&self) -> String {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// A line that is redrawn on a terminal, and lines that appear when something changes elsewhere.
struct Line<'a> {
    ui: &'a Ui,
    name: String,
    timeout: Duration,
    started: Instant,
    seen: Seen,
    /// Whether the line can be redrawn.
    live: bool,
    frame: usize,
    last: String,
}

impl<'a> Line<'a> {
    fn new(ui: &'a Ui, name: &str, timeout: Duration, start: &str) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            ui,
            name: ui::cell(name),
            timeout,
            started: Instant::now(),
            seen: Seen(Arc::new(Mutex::new(start.to_owned()))),
            live: !ui.quiet && !dumb && io::stderr().is_terminal(),
            frame: 0,
            last: String::new(),
        }
    }

    fn draw(&mut self) {
        if self.ui.quiet {
            return;
        }
        let text = self.seen.text();
        let elapsed = self.started.elapsed();
        if self.live {
            let spinner = FRAMES[self.frame % FRAMES.len()];
            self.frame += 1;
            let limit = span(self.timeout);
            let elapsed = span(Duration::from_secs(elapsed.as_secs()));
            let line = format!(
                "{spinner} {}: {text}, {elapsed} of at most {limit}",
                self.name
            );
            self.raw(&format!("\r\x1b[2K{}", cut(&line)));
        }
        if text != self.last {
            if !self.live {
                self.ui.note(&format!(
                    "{STRONG}{}{STRONG:#}: {text} ({})",
                    self.name,
                    span(elapsed)
                ));
            }
            self.last = text;
        }
    }

    fn clear(&self) {
        if self.live {
            self.raw("\r\x1b[2K");
        }
    }

    fn raw(&self, text: &str) {
        let mut stderr = io::stderr().lock();
        let _ = stderr
            .write_all(text.as_bytes())
            .and_then(|()| stderr.flush());
    }
}

/// As much of a line as fits, because one that wraps cannot be redrawn.
fn cut(line: &str) -> String {
    let width = terminal_size::terminal_size_of(io::stderr());
    let columns = width.map_or(80, |(width, _)| usize::from(width.0));
    line.chars().take(columns.saturating_sub(1)).collect()
}
