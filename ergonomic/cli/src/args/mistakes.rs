//! Arguments that cannot be parsed, and advice about what was probably meant.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::tree::tree;

/// Words of other tools, and below them what to write here.
const MEANT: &str = include_str!("mistakes.txt");

/// What is wrong with the arguments.
#[derive(Debug)]
pub(crate) struct Mistake {
    /// What is wrong, without the word "error".
    pub(crate) message: String,
    /// What to write instead.
    pub(crate) tip: Option<String>,
}

impl Mistake {
    /// Puts the right advice into the error, and takes it apart for programs.
    pub(crate) fn of(error: &mut clap::Error) -> Self {
        advise(error);
        let text = error.render().to_string();
        let text = text.trim().trim_start_matches("error: ");
        let text = text.split("\n\nUsage:").next().unwrap_or(text);
        let text = text
            .split("\n\nFor more information")
            .next()
            .unwrap_or(text);
        let mut parts = text.split("\n\n  tip: ");
        // `__complete` is for shells, so people are not told of it.
        let told = parts.next().unwrap_or(text).replace(", __complete", "");
        let message = missing(error).unwrap_or(told);
        let tips: Vec<&str> = parts.flat_map(|part| part.split("\n  tip: ")).collect();
        let tip = (!tips.is_empty()).then(|| tips.join("; "));
        Self { message, tip }
    }
}

/// What is missing, in words: clap writes a group as one long line of brackets.
fn missing(error: &clap::Error) -> Option<String> {
    let is_missing = error.kind() == ErrorKind::MissingRequiredArgument;
    let Some(ContextValue::Strings(names)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let shown = |name: &String| {
        let group = name.strip_prefix("<--")?.strip_suffix('>')?;
        let options = group.split("|--").map(|option| option.split(' ').next());
        let options: Vec<_> = options
            .flatten()
            .map(|option| format!("--{option}"))
            .collect();
        Some(format!("one of {}", options.join(", ")))
    };
    let mut names: Vec<String> = names
        .iter()
        .map(|name| shown(name).unwrap_or(name.clone()))
        .collect();
    // The name comes first, as in the usage.
    names.sort();
    is_missing.then(|| format!("not given, but required: {}", names.join(", and ")))
}

/// Replaces clap's guesses, which compare only letters, where the meaning of a word is known.
fn advise(error: &mut clap::Error) {
    let word = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand]
        .into_iter()
        .find_map(|kind| match error.get(kind)? {
            ContextValue::String(word) => Some(word.clone()),
            _ => None,
        });
    let is_unknown = matches!(
        error.kind(),
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand
    );
    let Some(word) = word.filter(|_| is_unknown) else {
        return;
    };
    let mut lines = MEANT.lines();
    let has_word =
        |line: &str| !line.starts_with(' ') && line.split(' ').any(|known| known == word);
    let meant = lines.find(|line| has_word(line)).and_then(|_| lines.next());
    let is_partition = !word.starts_with('-') && word.contains([':', '{']);
    let meant = meant.or(is_partition.then_some("'--partition PARTITION' names a partition"));
    let escape = error.get(ContextKind::Suggested).map(ToString::to_string);
    // clap suggests passing an unknown option as a name, which is never what was meant.
    let is_escape = escape.is_some_and(|text| text.contains("use '-- "));
    if let Some(tip) = meant {
        for kind in [
            ContextKind::SuggestedArg,
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedCommand,
            ContextKind::Suggested,
        ] {
            error.remove(kind);
        }
        let tip = StyledStr::from(tip.trim_start());
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    } else if is_escape {
        error.remove(ContextKind::Suggested);
    }
}

/// The command that the arguments name, with a space before it. The arguments could not be parsed.
pub(crate) fn named(arguments: &[OsString]) -> String {
    let command = tree(|_| true);
    let names = arguments
        .iter()
        .skip(1)
        .filter_map(|argument| argument.to_str());
    let mut known = names.filter(|name| command.find_subcommand(name).is_some());
    known
        .next()
        .map_or(String::new(), |name| format!(" {name}"))
}

/// The value of an option, in arguments that could not be parsed.
pub(crate) fn given<'a>(arguments: &'a [OsString], names: &[&str]) -> Option<&'a str> {
    let mut arguments = arguments.iter().map(|argument| argument.to_str());
    while let Some(argument) = arguments.next() {
        for name in names {
            let is_short = name.len() == 2;
            match argument.and_then(|text| text.strip_prefix(name)) {
                Some("") => return arguments.next()?,
                Some(value) if is_short || value.starts_with('=') => {
                    return Some(value.trim_start_matches('='));
                }
                _ => {}
            }
        }
    }
    None
}
