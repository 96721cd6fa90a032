//! Shows progress while a person waits.

use std::cell::Cell;
use std::future::Future;
use std::io::{self, IsTerminal as _};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Ui, cell, indented, note_width};
use crate::text::duration::span;

/// How long the tool waits before it shows progress. Most answers come sooner.
const QUIET: Duration = Duration::from_secs(1);
/// How long the tool waits before it shows progress where lines cannot be redrawn.
const QUIET_LOG: Duration = Duration::from_secs(10);
const FRAME: Duration = Duration::from_millis(100);

/// The progress line that is redrawn at the moment. There is at most one, because the process has only one terminal.
static LINE: Mutex<Option<ProgressBar>> = Mutex::new(None);

fn line() -> MutexGuard<'static, Option<ProgressBar>> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes above the progress line, if one is drawn at the moment.
pub(super) fn above<T>(write: impl FnOnce() -> T) -> T {
    let bar = line().clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// A progress line that disappears when this value is dropped, and so also when the work is cancelled.
struct Drawn(ProgressBar);

impl Drop for Drawn {
    fn drop(&mut self) {
        line().take();
        self.0.finish_and_clear();
    }
}

impl Ui {
    /// Whether a line can be redrawn.
    pub(crate) fn is_live(&self) -> bool {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        !self.quiet && !dumb && io::stderr().is_terminal()
    }

    /// A line that is redrawn on a terminal, and hidden where lines cannot be redrawn.
    pub(crate) fn spinner(&self) -> ProgressBar {
        let target = if self.is_live() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{spinner} {msg}");
        // The template is a constant and valid, so the default style is never used.
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
    }

    /// Waits for `work`, and shows `doing` when that takes long.
    pub(crate) async fn busy<T>(&self, doing: &str, work: impl Future<Output = T>) -> T {
        let started = Instant::now();
        let mut work = pin!(work);
        let quiet = if self.is_live() { QUIET } else { QUIET_LOG };
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep(quiet) => {}
        }
        let doing = cell(doing);
        let message = || {
            let seconds = Duration::from_secs(started.elapsed().as_secs());
            format!("still {doing} after {}", span(seconds))
        };
        if !self.is_live() {
            self.note(&message());
            return work.await;
        }
        self.drawn(work, message).await
    }

    /// Waits for `work`, and redraws a progress line with the current `message` in the meantime.
    async fn drawn<T>(
        &self,
        mut work: impl Future<Output = T> + Unpin,
        message: impl Fn() -> String,
    ) -> T {
        let drawn = Drawn(self.spinner());
        line().replace(drawn.0.clone());
        let mut frames = tokio::time::interval(FRAME);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                _ = frames.tick() => redraw(&drawn.0, &message()),
            }
        }
    }

    /// Waits for `work`. When that takes longer than a second, writes a line that says what is waited for.
    pub(crate) async fn noting<T>(
        &self,
        what_for: impl FnOnce() -> String,
        work: impl Future<Output = T>,
    ) -> T {
        let mut work = pin!(work);
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep(QUIET) => {}
        }
        self.note(&what_for());
        work.await
    }

    /// Waits for `work`. Where a line can be redrawn, it shows how many of `all` alterations have ended.
    pub(crate) async fn counting<T>(
        &self,
        all: usize,
        ended: &Cell<usize>,
        limit: Duration,
        work: impl Future<Output = T>,
    ) -> T {
        if !self.is_live() {
            return work.await;
        }
        let started = Instant::now();
        let message = || {
            let seconds = Duration::from_secs(started.elapsed().as_secs());
            let ended = ended.get();
            format!(
                "{ended}/{all} alterations ended, {} of at most {}",
                span(seconds),
                span(limit)
            )
        };
        self.drawn(pin!(work), message).await
    }
}

/// Changes the text after the spinner, and redraws the line.
pub(crate) fn redraw(bar: &ProgressBar, text: &str) {
    bar.set_message(behind_spinner(text, note_width()));
    bar.tick();
}

/// The text after the spinner. On a narrow terminal it continues on further lines.
fn behind_spinner(text: &str, width: Option<u16>) -> String {
    indented(text, width).trim().to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_narrow_terminal_shows_all_of_the_progress() {
        let text = "MysqlSinkConnector: PENDING, 12s of at most 5m00s";
        let narrow = "MysqlSinkConnector: PENDING, 12s of at\n  most 5m00s";
        assert_eq!(super::behind_spinner(text, Some(40)), narrow);
        assert_eq!(super::behind_spinner(text, Some(80)), text);
    }
}
