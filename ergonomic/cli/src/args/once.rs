//! Refuses an option that takes one value and is given both before and after the command.
//!
//! clap refuses an option that is repeated before the command, or repeated after it. Of `-e one get NAME -e two`, however,
//! clap takes the second value without an error, and the tool could alter the wrong connector.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

/// Refuses a global option that is given both before and after the command. clap has already accepted `arguments`.
pub(crate) fn check(command: &mut Command, arguments: &[OsString]) -> Result<(), clap::Error> {
    let mut given = Vec::new();
    let mut expects_value = false;
    for argument in arguments.iter().skip(1) {
        let text = argument.to_string_lossy();
        if std::mem::take(&mut expects_value) {
            continue;
        }
        if text == "--" {
            break;
        }
        let (found, has_value) = named(command, &text);
        for option in &found {
            let is_single = matches!(option.get_action(), ArgAction::Set);
            if option.is_global_set() && is_single && given.contains(option.get_id()) {
                let mut error = clap::Error::new(ErrorKind::ArgumentConflict).with_cmd(command);
                let name = ContextValue::String(option.to_string());
                error.insert(ContextKind::InvalidArg, name.clone());
                error.insert(ContextKind::PriorArg, name);
                return Err(error);
            }
            given.push(option.get_id().clone());
        }
        expects_value = !has_value && found.last().is_some_and(|last| takes_value(last));
    }
    Ok(())
}

fn takes_value(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::Set | ArgAction::Append)
}

/// The options that one argument of the command line names, and whether the argument contains the value of the last of them.
fn named<'a>(command: &'a Command, text: &str) -> (Vec<&'a Arg>, bool) {
    let options = || {
        let nested = command.get_subcommands().flat_map(Command::get_arguments);
        command.get_arguments().chain(nested)
    };
    if let Some(long) = text.strip_prefix("--") {
        let (name, value) = long
            .split_once('=')
            .map_or((long, None), |(n, v)| (n, Some(v)));
        let found = options().find(|option| option.get_long() == Some(name));
        return (found.into_iter().collect(), value.is_some());
    }
    let mut found = Vec::new();
    let Some(cluster) = text.strip_prefix('-') else {
        return (found, false);
    };
    for (index, short) in cluster.char_indices() {
        let Some(option) = options().find(|option| option.get_short() == Some(short)) else {
            break;
        };
        found.push(option);
        if takes_value(option) {
            return (found, index + short.len_utf8() < cluster.len());
        }
    }
    (found, false)
}
