//! Messages about arguments that cannot be parsed, with advice about what the person probably meant.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::tree::tree;

/// Pairs of lines: a line with options and commands that people know from other tools, and below it an indented line that
/// says what to write for this tool.
const MEANT: &str = include_str!("mistakes.txt");

/// The message about arguments that cannot be parsed.
#[derive(Debug)]
pub(crate) struct Mistake {
    /// What is wrong with the arguments, without the word "error" before it.
    pub(crate) message: String,
    /// What to write instead of the wrong arguments.
    pub(crate) tip: Option<String>,
}

impl Mistake {
    /// Puts the best advice that is known into clap's error, and splits the error's text into message and tip.
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
        // clap lists `__complete` among the commands. Only shells use it, so the message leaves it out.
        let told = parts.next().unwrap_or(text).replace(", __complete", "");
        let message = missing(error).unwrap_or(told);
        let tips: Vec<&str> = parts.flat_map(|part| part.split("\n  tip: ")).collect();
        let tip = (!tips.is_empty()).then(|| tips.join("; "));
        Self { message, tip }
    }
}

/// The message that names the missing arguments. clap's own message shows a group of options as one long line of brackets.
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
    // Sorting puts the connector's name first, as in the usage line.
    names.sort();
    is_missing.then(|| format!("required, but missing: {}", names.join(", and ")))
}

/// Replaces clap's suggestion when `MEANT` has advice for the word. clap only looks for words with similar letters.
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
    // clap suggests passing an unknown option as a name, after `--`. No person means that, so the suggestion is removed.
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

/// The command in arguments that could not be parsed, with a space before it; empty when they contain no command.
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

/// The value of an option in arguments that could not be parsed. `names` has the forms of the option, such as `-o` and
/// `--output`.
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
