//! The candidates after TAB: options and values from clap, and names, partitions and profiles that are looked up.
//!
//! The script of a shell only passes the typed words to the tool and shows the candidates. The tool does everything else, so
//! that completion is the same in every shell. A look-up uses the typed options, is tried once, and ends before a person
//! thinks that the shell hangs.

mod bash;
mod lookup;
mod scripts;

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::sync::Arc;

use clap_complete::Shell;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete as candidates};

use crate::args::Complete;
use crate::failure::{Exit, Failure};
use crate::local::help;
use crate::ui::Ui;
use lookup::Typed;

/// `completions SHELL`: prints the completion script of a shell.
pub(crate) fn script(ui: &Ui, shell: Shell) -> Result<Exit, Failure> {
    let text = match shell {
        Shell::Bash => scripts::BASH.to_owned(),
        Shell::Zsh => scripts::ZSH.to_owned(),
        Shell::Fish => scripts::FISH.to_owned(),
        // The scripts of other shells come from clap, and do not complete names of connectors.
        shell => {
            let mut script = Vec::new();
            let mut command = help::command();
            clap_complete::generate(shell, &mut command, "ccloud-offsets", &mut script);
            String::from_utf8_lossy(&script).into_owned()
        }
    };
    ui.print(&text)?;
    ui.note_at_terminal("This is the script. How to install it: ccloud-offsets completions --help");
    Ok(Exit::Done)
}

/// `__complete`: prints one candidate on each line. Errors are not shown, because they would appear in the middle of the prompt.
pub(crate) fn complete(ui: &Ui, args: Complete) -> Result<Exit, Failure> {
    let text = match args.shell {
        Shell::Bash => bash(&args.words).unwrap_or_default(),
        _ => plain(args.words),
    };
    ui.print(&text)?;
    Ok(Exit::Done)
}

/// The candidates for bash, one on each line. `words` are the typed line, the place of the cursor in it, and the characters at
/// which bash breaks words.
fn bash(words: &[OsString]) -> Option<String> {
    let [line, point, breaks] = words else {
        return None;
    };
    let line = line.to_str()?;
    let point: usize = point.to_str()?.parse().ok()?;
    let line = bash::Line::new(line.get(..point).unwrap_or(line), breaks.to_str()?)?;
    let mut out = String::new();
    for (value, _) in offered(line.words.clone()) {
        if let Some(text) = line.insert(&value) {
            out += &text;
            out.push('\n');
        }
    }
    Some(out)
}

/// The candidates for a shell other than bash, each followed by a tab and its description. `words` are the typed words up to
/// the one under the cursor, without their quotes.
fn plain(words: Vec<OsString>) -> String {
    let mut out = String::new();
    for (value, help) in offered(words) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{value}\t{}", help.lines().next().unwrap_or_default());
    }
    out
}

/// The candidates for the last word, with their descriptions.
fn offered(words: Vec<OsString>) -> Vec<(String, String)> {
    let Some(last) = words.len().checked_sub(1) else {
        return Vec::new();
    };
    let wants_option = words[last].as_encoded_bytes().starts_with(b"-");
    let mut command = with_lookups(&Arc::new(Typed::new(&words[..last])));
    let directory = std::env::current_dir().ok();
    let found = candidates(&mut command, words, last, directory.as_deref());
    let found = found
        .unwrap_or_default()
        .into_iter()
        .filter_map(|candidate| {
            let value = candidate.get_value().to_str()?.to_owned();
            let help = candidate.get_help().map(ToString::to_string);
            Some((value, help.unwrap_or_default()))
        });
    // Options are offered only after a dash. Otherwise their long list would hide the names.
    found
        .filter(|(value, _)| wants_option || !value.starts_with('-'))
        .filter(|(value, _)| !value.contains(['\n', '\t']))
        .collect()
}

/// The tree of commands, with look-ups for the arguments whose values clap cannot list.
fn with_lookups(typed: &Arc<Typed>) -> clap::Command {
    let lookup = |values: fn(&Typed, &str) -> Vec<(String, String)>| {
        let typed = Arc::clone(typed);
        ArgValueCompleter::new(move |current: &OsStr| {
            let current = current.to_str().unwrap_or_default();
            let found = values(&typed, current).into_iter();
            found
                .filter(|(value, _)| value.starts_with(current))
                .map(|(value, help)| CompletionCandidate::new(value).help(Some(help.into())))
                .collect()
        })
    };
    let wanted = [
        ("name", lookup(Typed::names)),
        ("names", lookup(Typed::names)),
        ("set", lookup(Typed::settings)),
        ("partition", lookup(Typed::partitions)),
        ("profile", lookup(Typed::profiles)),
        ("about", lookup(Typed::pages)),
        ("accept", lookup(Typed::codes)),
    ];
    let put = |command: clap::Command| {
        command.mut_args(
            |argument| match wanted.iter().find(|(id, _)| argument.get_id() == id) {
                Some((_, completer)) => argument.add(completer.clone()),
                None => argument,
            },
        )
    };
    put(help::command()).mut_subcommands(|command| match command.get_name() {
        // `list` is left out, because its switch `--names` has the same id as the argument that is completed here.
        "list" => command,
        _ => put(command),
    })
}
