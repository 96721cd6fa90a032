//! Where output goes: data to standard output, everything else to standard error.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::args::{Format, Shared, When};
use crate::failure::{Details, Exit, Failure};
use crate::yaml;

pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const NEXT: Style = AnsiColor::Cyan.on_default();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// How this process talks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ui {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    color: ColorChoice,
}

impl Ui {
    pub(crate) fn new(shared: &Shared) -> Self {
        Self {
            format: shared.output,
            quiet: shared.quiet,
            verbose: shared.verbose > 0,
            color: match shared.color {
                When::Auto => ColorChoice::Auto,
                When::Always => ColorChoice::Always,
                When::Never => ColorChoice::Never,
            },
        }
    }

    /// Before the arguments are known.
    pub(crate) fn json() -> Self {
        Self {
            format: Format::Json,
            quiet: false,
            verbose: false,
            color: ColorChoice::Never,
        }
    }

    /// Writes the result of a command. A reader that has gone away is no failure.
    pub(crate) fn data(
        &self,
        value: &impl Serialize,
        table: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let unprintable = |error: serde_json::Error| {
            Failure::new(
                Exit::Unexpected,
                "unexpected",
                "the result has no JSON form",
            )
            .caused_by(&error)
        };
        let text = match self.format {
            Format::Table => table(),
            Format::Json => serde_json::to_string_pretty(value).map_err(unprintable)? + "\n",
            Format::Yaml => {
                let json = serde_json::to_string(value).map_err(unprintable)?;
                yaml::from_json(&json).map_err(unprintable)?
            }
        };
        match self.format {
            Format::Table => self.print_styled(&text),
            Format::Json | Format::Yaml => self.print(&text),
        }
    }

    /// Writes text for people; its colours are left out where nobody sees them.
    pub(crate) fn print_styled(&self, text: &str) -> Result<(), Failure> {
        written(AutoStream::new(io::stdout(), self.color).lock(), text)
    }

    /// Writes text that is data as it is, every byte of it.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        written(io::stdout().lock(), text)
    }

    /// Says something to the person, unless they want quiet.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.say(text);
        }
    }

    /// Says something that even a quiet person must read.
    pub(crate) fn say(&self, text: &str) {
        let mut stderr = AutoStream::new(io::stderr(), self.color).lock();
        // Without a standard error there is nobody to tell.
        let _ = writeln!(stderr, "{text}");
    }

    pub(crate) fn warn(&self, text: &str) {
        self.note(&format!("{WARNING}warning{WARNING:#}: {text}"));
    }

    /// Reports a failure, as text or as JSON.
    pub(crate) fn fail(&self, failure: &Failure) {
        let details = &*failure.details;
        if self.format == Format::Json {
            #[derive(Serialize)]
            struct Wrapped<'a> {
                error: &'a Details,
            }
            let text = serde_json::to_string(&Wrapped { error: details });
            self.say(&text.unwrap_or_else(|_| details.message.clone()));
            return;
        }
        let mut text = format!("{ERROR}error{ERROR:#}: {}", visible(&details.message));
        for violation in &details.violations {
            text += &format!(
                "\n  {}: {}",
                violation.severity,
                visible(&violation.to_string())
            );
        }
        // The causes before the last one are the layers it came through.
        if let Some(cause) = details.causes.last() {
            text += &format!("\n  cause: {}", visible(cause));
        }
        if let Some(next) = &details.next {
            text += &format!("\n  next: {NEXT}{}{NEXT:#}", visible(next));
        }
        self.say(&text);
    }

    /// Whether a question can be asked and its answer read.
    pub(crate) fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a question that only `y` or `yes` answers with yes.
    pub(crate) async fn ask(&self, question: &str) -> io::Result<bool> {
        {
            let mut stderr = AutoStream::new(io::stderr(), self.color).lock();
            write!(stderr, "{STRONG}{question}{STRONG:#} [y/N] ")?;
            stderr.flush()?;
        }
        // A thread of its own: reading cannot be given up, and must not keep the process from ending.
        let (sender, receiver) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut answer = String::new();
            let read = io::stdin().read_line(&mut answer).map(|_| answer);
            // Nobody waits any more after an interruption.
            let _ = sender.send(read);
        });
        let answer = receiver.await.map_err(io::Error::other)??;
        Ok(["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()))
    }
}

/// A reader that has gone away is no failure.
fn written(mut stdout: impl io::Write, text: &str) -> Result<(), Failure> {
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
            Exit::Unexpected,
            "output",
            "standard output cannot be written",
        )
        .caused_by(&error)),
        _ => Ok(()),
    }
}

/// Marks that change the direction in which text is shown (Unicode UAX 9).
fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What could move the cursor, change colours, or show text in another order becomes visible. Line breaks stay.
pub(crate) fn visible(text: &str) -> String {
    let is_bad = |c: char| c != '\n' && (c.is_control() || is_directional(c));
    if !text.chars().any(is_bad) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| {
            if is_bad(c) {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        })
        .collect()
}

/// Text that stays on its line.
pub(crate) fn cell(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}

/// A table with aligned columns; the columns named in `right` hold numbers.
pub(crate) fn table<const N: usize>(
    head: [&str; N],
    right: &[usize],
    rows: &[[String; N]],
) -> String {
    let rows: Vec<[String; N]> = rows
        .iter()
        .map(|row| std::array::from_fn(|column| cell(&row[column])))
        .collect();
    let width = |text: &str| text.chars().count();
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| width(&row[column]))
            .chain([width(head[column])])
            .max()
            .unwrap_or_default()
    });
    let mut out = String::new();
    let mut line = |cells: [&str; N], style: Style| {
        let mut text = String::new();
        for (column, cell) in cells.into_iter().enumerate() {
            let padding = " ".repeat(widths[column] - width(cell));
            let gap = if column == 0 { "" } else { "  " };
            text += gap;
            if right.contains(&column) {
                text += &padding;
                text += cell;
            } else {
                text += cell;
                text += &padding;
            }
        }
        out += &format!("{style}{}{style:#}\n", text.trim_end());
    };
    line(head, STRONG);
    for row in &rows {
        line(
            std::array::from_fn(|column| row[column].as_str()),
            Style::new(),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_nothing_escapes() {
        let rows = [
            ["é".to_owned(), "10".to_owned()],
            ["a\u{1b}[31m\nb".to_owned(), "9".to_owned()],
        ];
        let text = table(["NAME", "N"], &[1], &rows);
        assert_eq!(
            anstream::adapter::strip_str(&text).to_string(),
            "NAME             N\né               10\na\\u{1b}[31m\\nb   9\n"
        );
    }
}
