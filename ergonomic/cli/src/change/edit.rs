//! `edit`: opens the offsets in an editor, as YAML with comments about what the positions mean.
//!
//! Only edited entries are sent. A running connector has read on in the meantime, and sending the unedited entries would
//! move it back.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use ccloud_connect::finding::{Finding, Report};
use ccloud_connect::offset::OffsetFormat;
use ccloud_connect::plan::Intent;
use ccloud_connect::validate::{self, Known};
use ccloud_connect::{
    AlterationStatus, ConnectorConfig, ConnectorOffsets, ConnectorRef, OffsetEntry,
};
use tempfile::{Builder, NamedTempFile};

use crate::args::Edit;
use crate::change::alter::{self, Change, in_time};
use crate::change::coordinate::settled;
use crate::change::file;
use crate::failure::{Changed, Exit, Failure, interrupt};
use crate::read::status::latest;
use crate::session::Session;
use crate::text::decoded;
use crate::text::duration::{ago, moment, now};
use crate::text::words::{quoted, shown, wrapped};
use crate::ui::Ui;
use crate::ui::ask::aside;
use crate::yaml;

/// The beginning of the comments with findings, which the tool writes into the edited text and later removes.
const REMARK: &str = "#! ";

/// The number of texts with errors after which `edit` fails, when the editor is a script without a terminal.
const ATTEMPTS: u32 = 5;

pub(crate) async fn edit(ui: &Ui, session: &Session, mut args: Edit) -> Result<Exit, Failure> {
    alter::permitted(ui, &args.name, &args.follow)?;
    if !io::stdin().is_terminal() && editor().is_none() {
        return Err(Failure::invalid(
            "there is no terminal for an editor, and neither VISUAL nor EDITOR is set; patch --file sets offsets without an editor",
        ));
    }
    let connector = in_time(ui, &args.name, &args.follow, session.connector(&args.name)).await?;
    let before = in_time(ui, &args.name, &args.follow, latest(session, &connector)).await?;
    let offsets = settled(ui, session, &connector, &mut args.follow).await?;
    let config = async { Ok(connector.config().await.ok()) };
    let config = in_time(ui, &args.name, &args.follow, config).await?;
    let path = connector.path();
    if offsets.entries.is_empty() {
        let message = format!("{path} has no offsets, so there is nothing to edit");
        return Err(Failure::invalid(message));
    }
    let first =
        template(session, path, &offsets, config.as_ref()).map_err(|error| unwritable(&error))?;
    let file = Builder::new().prefix("offsets-").suffix(".yaml").tempfile();
    let file = file.map_err(|error| unwritable(&error))?;
    let mut text = first.clone();
    let mut attempts = 0;
    let entries = loop {
        let edited = match run_editor(&file, &text).await {
            Ok(edited) => edited,
            Err(failure) => {
                let failure = failure.about(path);
                return Err(kept(ui, session, path, file, &first, failure));
            }
        };
        if edited == first || edited.trim().is_empty() {
            ui.note("The text was not edited, or is empty, so no offset was changed");
            return Ok(Exit::Done);
        }
        let (entries, found) = read(&edited, &offsets, config.as_ref(), &args);
        if found.is_empty() {
            break entries;
        }
        // The loop ends when the text was saved again without a correction, or when a script has had all its attempts.
        let is_same = with_findings(&edited, &[]) == with_findings(&text, &[]);
        attempts += 1;
        let is_over = attempts == ATTEMPTS && !io::stdin().is_terminal();
        if is_same || is_over {
            let failure = Failure::invalid("the edited offsets have errors and were not sent")
                .findings(&Report::new(found))
                .about(path);
            return Err(kept(ui, session, path, file, &first, failure));
        }
        text = with_findings(&edited, &found);
    };
    if entries.is_empty() {
        ui.note("No position was edited, so no offset was changed");
        return Ok(Exit::Done);
    }
    let change = Change::new(Intent::set(entries));
    let sending = async {
        let now = in_time(ui, &args.name, &args.follow, latest(session, &connector)).await?;
        still_the_latest(path, before, now)?;
        alter::perform(ui, session, &connector, change, &args.follow).await
    };
    let result = sending.await;
    result.map_err(|failure| kept(ui, session, path, file, &first, failure))
}

/// Fails when another request was accepted since the text was made: the text still has the members from before that request.
fn still_the_latest(
    path: &ConnectorRef,
    before: Option<AlterationStatus>,
    now: Option<AlterationStatus>,
) -> Result<(), Failure> {
    let before = before.map(|before| before.request.requested_at);
    match now.map(|now| now.request) {
        Some(other) if Some(other.requested_at) > before => {
            let message = format!(
                "the {} of {} of {path} was accepted while the offsets were being edited, so the text does not show what it changed",
                other.kind,
                moment(other.requested_at)
            );
            Err(Failure::new(Exit::Busy, "plan-outdated", message).about(path))
        }
        _ => Ok(()),
    }
}

/// Keeps the edited file after a failure, because an hour of editing must not be lost, and names the command that sends the
/// file. A file that the editor left unedited, or removed, is not kept.
fn kept(
    ui: &Ui,
    session: &Session,
    path: &ConnectorRef,
    file: NamedTempFile,
    first: &str,
    failure: Failure,
) -> Failure {
    let is_edited = fs::read(file.path()).is_ok_and(|now| now != first.as_bytes());
    let Some((_, edited)) = is_edited.then(|| file.keep().ok()).flatten() else {
        return failure;
    };
    ui.say(&format!("What you edited is in {}", shown(&edited)));
    // `patch` finds the edited entries by comparing the file with the unedited text, so the unedited text is kept too.
    let base = edited.with_extension("base.yaml");
    if failure.details.changed != Changed::No {
        return failure;
    }
    // All users may be able to write to the folder, so a file or a link that already exists is never written to.
    let written = fs::File::create_new(&base).and_then(|mut file| file.write_all(first.as_bytes()));
    if written.is_err() {
        return failure;
    }
    let [edited, base] = [&edited, &base].map(|path| quoted(&path.to_string_lossy()));
    let send = format!("--file {edited} --base {base}");
    let send = session.command("patch", path.connector.as_str(), &send);
    // After these failures the next command is `wait`, so the command that sends the text is printed separately.
    match matches!(failure.details.kind, "busy" | "stale") {
        true => {
            ui.say(&format!("To send the edited text later: {send}"));
            failure
        }
        false => failure.next(send),
    }
}

/// The text that the editor opens: the offsets as YAML, with comments for the person.
fn template(
    session: &Session,
    path: &ConnectorRef,
    offsets: &ConnectorOffsets,
    config: Option<&ConnectorConfig>,
) -> Result<String, serde_json::Error> {
    let mut out = String::new();
    let profile = session.profile.as_ref();
    let profile = profile.map_or(String::new(), |name| format!(", profile {name}"));
    let sampled = offsets
        .observed_at
        .map_or("at an unknown time".to_owned(), |at| {
            format!("{}, at {}", ago(at, now()), moment(at))
        });
    for line in [
        format!("The offsets of {}", path.connector),
        format!(
            "in environment {}, cluster {}{profile}; sampled {sampled}",
            path.environment, path.cluster
        ),
        "Edit positions, save and quit. Only entries that you edit are sent. An entry that you delete here keeps its \
         position; an entry with `offset: null` is reset."
            .to_owned(),
        "To cancel, quit without a change.".to_owned(),
    ] {
        for line in wrapped(&one_line(&line), 0, 76) {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "# {line}");
        }
    }
    out += "offsets:\n";
    let format = config.and_then(|config| OffsetFormat::of_class(config.class()?));
    for entry in &offsets.entries {
        let format = format.or_else(|| OffsetFormat::guess(entry));
        if let Some(position) = format.and_then(|format| format.describe(entry)) {
            let _ = writeln!(out, "  # at {}", one_line(&position));
        }
        let list = format!("[{}]", entry.as_json().as_str());
        for line in yaml::from_json(&list)?.lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
    Ok(out)
}

/// Puts the text on one line, so that all of it stays inside its YAML comment.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The edited entries, and the errors in the text. Entries are sent only if there are no errors.
fn read(
    edited: &str,
    offsets: &ConnectorOffsets,
    config: Option<&ConnectorConfig>,
    args: &Edit,
) -> (Vec<OffsetEntry>, Vec<Finding>) {
    let parsed = match file::parse(edited, "the edited text") {
        Ok(parsed) => parsed,
        Err(failure) => {
            // A YAML error becomes a finding, so that the editor opens again and shows it like any other error.
            let details = failure.details;
            let mut found = details.findings;
            if found.is_empty() {
                let cause = details.causes.last().cloned().unwrap_or(details.message);
                let code = ccloud_connect::finding::Code::NotJson;
                found.push(Finding::error("file".to_owned(), code, cause));
            }
            return (Vec::new(), found);
        }
    };
    let entries = validate::edited(&offsets.entries, &parsed.offsets);
    if entries.is_empty() {
        return (entries, Vec::new());
    }
    let mut known = Known::default()
        .with_current(&offsets.entries)
        .accepting(&args.follow.accept);
    if let Some(config) = config {
        known = known.with_config(config);
    }
    let report = validate::patch_knowing(&entries, &known);
    // The indexes in the paths of the findings count only the edited entries. The person sees all entries, so the indexes
    // must count all of them.
    let in_the_list = |path: &str| {
        let index = index(path)?;
        let entry = entries.get(index)?;
        let place = parsed.offsets.iter().position(|other| other == entry)?;
        Some(path.replacen(&format!("[{index}]"), &format!("[{place}]"), 1))
    };
    let errors = report.errors().cloned().map(|mut finding| {
        finding.path = in_the_list(&finding.path).unwrap_or(finding.path);
        finding
    });
    let errors = errors.collect();
    (entries, errors)
}

/// The index of the entry in a path such as `offsets[3].offset.lsn`.
fn index(path: &str) -> Option<usize> {
    let rest = path.strip_prefix("offsets[")?;
    rest.split_once(']')?.0.parse().ok()
}

/// Writes each finding into the text, above the entry that the finding is about, and removes the findings of an earlier round.
fn with_findings(edited: &str, findings: &[Finding]) -> String {
    let mut out = String::new();
    let remarks = |out: &mut String, entry: Option<usize>, indent: &str| {
        let of_entry = |finding: &&Finding| index(&finding.path) == entry;
        for finding in findings.iter().filter(of_entry) {
            for line in wrapped(&format!("{}: {finding}", finding.severity), 0, 74) {
                let _ = writeln!(out, "{indent}{REMARK}{}", one_line(&line));
            }
        }
    };
    remarks(&mut out, None, "");
    let mut entry = 0;
    let mut depth = None;
    let is_remark = |line: &&str| line.trim_start().starts_with(REMARK.trim_end());
    for line in edited.lines().filter(|line| !is_remark(line)) {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        // Only a dash in the same column as the first dash begins an entry; a dash elsewhere is inside an entry.
        if text.starts_with("- ") && depth.is_none_or(|depth| depth == indent) {
            depth = Some(indent);
            remarks(&mut out, Some(entry), &line[..indent]);
            entry += 1;
        }
        out += line;
        out.push('\n');
    }
    out
}

/// The editor that the environment names.
fn editor() -> Option<String> {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
    set("VISUAL").or_else(|| set("EDITOR"))
}

/// Opens the text in the editor, and returns the text that the editor saved.
async fn run_editor(file: &NamedTempFile, text: &str) -> Result<String, Failure> {
    fs::write(file.path(), text).map_err(|error| unwritable(&error))?;
    let fallback = if cfg!(windows) { "notepad" } else { "vi" };
    let editor = editor().unwrap_or_else(|| fallback.to_owned());
    let refuse = |what: String| Failure::invalid(format!("the editor {editor:?} {what}"));
    let mut command = command(&editor, file.path());
    let editing = aside(move || command.status());
    let status = interrupt::while_lent("the offsets were being edited", editing).await?;
    let status =
        status.map_err(|error| refuse("cannot be started".to_owned()).caused_by(&error))?;
    if !status.success() {
        return Err(refuse(format!("ended with {status}")));
    }
    decoded::read(file.path())
        .map_err(|error| Failure::invalid("the edited file cannot be read").caused_by(&error))
}

/// The command that starts the editor. The text in VISUAL or EDITOR may contain options, as in `code --wait`.
fn command(editor: &str, file: &Path) -> Command {
    if cfg!(unix) {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("{editor} \"$1\""))
            .arg("editor")
            .arg(file);
        return command;
    }
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or(editor));
    command.args(words).arg(file);
    command
}

fn unwritable(error: &(dyn std::error::Error + 'static)) -> Failure {
    let message = "the offsets cannot be written to a file for the editor";
    Failure::new(Exit::Unexpected, "output", message).caused_by(error)
}
