//! Writes the output: data to standard output, everything else to standard error.
//!
//! This module does not depend on offsets or the service.

pub(crate) mod ask;
pub(crate) mod each;
pub(crate) mod log;
pub(crate) mod progress;
mod table;

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use clap::{ColorChoice as When, ValueEnum as _};
use serde::Serialize;

use crate::args::{self, Command, Format, Shared};
use crate::failure::{Details, Exit, Failure};
use crate::text::words::wrapped;
use crate::yaml;

pub(crate) use table::{record, table};

pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const NEXT: Style = AnsiColor::Cyan.on_default();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// The settings of the output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ui {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    /// Whether the command may alter offsets. If so, its errors say whether it did.
    alters: bool,
    color: ColorChoice,
}

impl Ui {
    pub(crate) fn new(shared: &Shared, command: &Command) -> Self {
        Self {
            format: shared.output,
            quiet: shared.quiet,
            verbose: shared.verbose > 0,
            alters: command.follow().is_some(),
            color: choice(shared.color),
        }
    }

    /// The settings of the output when the arguments cannot be parsed, as far as the arguments show them.
    pub(crate) fn of_arguments(arguments: &[OsString]) -> Self {
        let format = args::given(arguments, &["-o", "--output"]);
        let format = format.and_then(|format| Format::from_str(format, false).ok());
        let color = args::given(arguments, &["--color"]);
        let color = color.and_then(|when| When::from_str(when, false).ok());
        Self {
            format: format.unwrap_or(Format::Table),
            quiet: false,
            verbose: false,
            alters: [" patch", " edit", " delete", " undo"].contains(&&*args::named(arguments)),
            color: choice(color.unwrap_or(When::Auto)),
        }
    }

    /// The same settings, but without notes.
    pub(crate) fn silent(&self) -> Self {
        Self {
            quiet: true,
            ..*self
        }
    }

    /// Writes the result of a command. A closed pipe is not a failure.
    pub(crate) fn data(
        &self,
        value: &impl Serialize,
        table: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Table => self.print_styled(&table()),
            Format::Json | Format::Yaml => self.print(&self.text(value)?),
        }
        .map(drop)
    }

    /// Writes JSON and YAML as an object when `single` says that one connector was named, and as a list otherwise.
    pub(crate) fn each_of<T: Serialize>(
        &self,
        all: &[T],
        single: bool,
        table: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        match all {
            [one] if single => self.data(one, table),
            [] if single || self.format == Format::Table => Ok(()),
            all => self.data(&all, table),
        }
    }

    /// A value as text in the chosen form; as JSON when the form is a table.
    pub(crate) fn text(&self, value: &impl Serialize) -> Result<String, Failure> {
        match self.format {
            Format::Yaml => {
                let json = serde_json::to_string(value).map_err(Failure::unexpected)?;
                yaml::from_json(&json).map_err(Failure::unexpected)
            }
            Format::Table | Format::Json => {
                let text = serde_json::to_string_pretty(value);
                Ok(text.map_err(Failure::unexpected)? + "\n")
            }
        }
    }

    /// Writes text for people, without colours where they cannot be shown. Returns `false` when the reader has closed the pipe.
    pub(crate) fn print_styled(&self, text: &str) -> Result<bool, Failure> {
        written(AutoStream::new(io::stdout(), self.color).lock(), text)
    }

    /// Writes a note to standard error, when output that is made for programs goes to a terminal.
    pub(crate) fn note_at_terminal(&self, text: &str) {
        if io::stdout().is_terminal() {
            self.note(text);
        }
    }

    /// Writes text unchanged, byte for byte. Returns `false` when the reader has closed the pipe.
    pub(crate) fn print(&self, text: &str) -> Result<bool, Failure> {
        written(io::stdout().lock(), text)
    }

    /// Writes a note to standard error, unless `--quiet` is given.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.say(text);
        }
    }

    /// Writes text to standard error, even with `--quiet`. Lines are broken at the width of the terminal.
    pub(crate) fn say(&self, text: &str) {
        self.say_whole(folded(text, note_width()).trim_end_matches('\n'));
    }

    /// Writes lines to standard error without breaking them, so that a person can copy them.
    fn say_whole(&self, text: &str) {
        progress::above(|| {
            let mut stderr = AutoStream::new(io::stderr(), self.color).lock();
            // A failure to write to standard error cannot be reported anywhere.
            let _ = writeln!(stderr, "{text}");
        });
    }

    pub(crate) fn warn(&self, text: &str) {
        let text = labelled("", "warning", WARNING, text, note_width());
        self.note(text.trim_end());
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
            self.say_whole(&text.unwrap_or_else(|_| details.message.clone()));
            return;
        }
        self.say_whole(&report(details, self.alters));
    }
}

/// The largest number of findings that are shown at once. The others are only counted.
pub(crate) const FINDINGS: usize = 20;

/// An error for people, always in this order: what happened, the findings, the connector, the cause, what was changed, and
/// what to do next.
fn report(details: &Details, alters: bool) -> String {
    let width = note_width();
    let mut out = labelled("", "error", ERROR, &details.message, width);
    for finding in details.findings.iter().take(FINDINGS) {
        let style = Style::new();
        out += &labelled(
            "  ",
            finding.severity.as_str(),
            style,
            &finding.to_string(),
            width,
        );
    }
    if let Some(more @ 1..) = details.findings.len().checked_sub(FINDINGS) {
        out += &format!("  and {more} more\n");
    }
    let tip = details.tip.clone();
    for (label, text) in [
        ("connector", details.connector_unless_named()),
        // Only the last cause is shown. The earlier causes only name layers of the software.
        ("cause", details.causes.last().cloned()),
        ("changed", details.effect(alters).map(str::to_owned)),
        ("tip", tip),
    ] {
        if let Some(text) = text {
            out += &labelled("  ", label, Style::new(), &text, width);
        }
    }
    // The command is not broken into lines, so that a person can copy it.
    if let Some(next) = &details.next {
        out += &format!("  next: {NEXT}{}{NEXT:#}\n", visible(next));
    }
    out.pop();
    out
}

/// A text with escaped control characters, broken into lines at the width.
pub(crate) fn paragraph(text: &str, width: Option<u16>) -> String {
    folded(&visible(text), width)
}

/// A text of this tool, which may have codes for colours, broken into lines at the width.
pub(crate) fn folded(text: &str, width: Option<u16>) -> String {
    let width = width.map_or(usize::MAX, usize::from);
    wrapped(text, 0, width).join("\n") + "\n"
}

/// A text like that of [`paragraph`], indented by two columns.
pub(crate) fn indented(text: &str, width: Option<u16>) -> String {
    let lines = paragraph(text, width.map(|width| width.saturating_sub(2)));
    lines.lines().map(|line| format!("  {line}\n")).collect()
}

/// A text after its label. With a width, the text is broken at spaces, and its further lines are indented.
pub(crate) fn labelled(
    indent: &str,
    label: &str,
    style: Style,
    text: &str,
    width: Option<u16>,
) -> String {
    let hang = format!("{indent}  ");
    let first = format!("{indent}{style}{label}{style:#}: ");
    let text = visible(text);
    let Some(width) = width else {
        return format!("{first}{text}\n");
    };
    let width = usize::from(width) - hang.len();
    let lines = wrapped(&text, label.len(), width);
    format!("{first}{}\n", lines.join(&format!("\n{hang}")))
}

/// The width of the terminal to which data is printed, in columns; `None` in a pipe.
pub(crate) fn data_width() -> Option<u16> {
    let is_terminal = io::stdout().is_terminal();
    is_terminal.then(|| columns(terminal_size::terminal_size_of(io::stdout())))
}

/// The height of the terminal to which data is printed, in lines; `None` in a pipe.
pub(crate) fn data_height() -> Option<usize> {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map(|(_, height)| usize::from(height.0))
}

/// The width of the terminal to which notes and errors are printed, in columns; `None` in a pipe.
pub(crate) fn note_width() -> Option<u16> {
    let is_terminal = io::stderr().is_terminal();
    is_terminal.then(|| columns(terminal_size::terminal_size_of(io::stderr())))
}

/// The width of a terminal, at least 20 columns; 80 columns when the terminal does not report its width.
fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> u16 {
    match size {
        Some((width, _)) if width.0 > 0 => width.0.max(20),
        _ => 80,
    }
}

/// A value as one line of JSON.
pub(crate) fn json_line(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string(value).map_err(Failure::unexpected)?;
    Ok(text + "\n")
}

/// Writes to standard output. Returns `false` when the reader has closed the pipe, which is not a failure.
fn written(mut stdout: impl io::Write, text: &str) -> Result<bool, Failure> {
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
            Exit::Unexpected,
            "output",
            "the output could not be written to standard output",
        )
        .caused_by(&error)),
        written => Ok(written.is_ok()),
    }
}

fn choice(when: When) -> ColorChoice {
    match when {
        When::Auto => ColorChoice::Auto,
        When::Always => ColorChoice::Always,
        When::Never => ColorChoice::Never,
    }
}

/// Whether the character changes the direction in which text is shown (Unicode UAX 9).
fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Escapes characters that move the cursor, change colours or reorder text. Line breaks stay.
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

/// A text with escaped control characters, on one line.
pub(crate) fn cell(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}
