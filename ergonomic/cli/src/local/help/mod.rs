//! Help: examples before options, the page of topics, and the manual pages made of both.
//!
//! Each fact is in one table here. Tests compare the tables with what the tool does.

mod examples;
mod man;
mod topics;

use std::fmt::Write as _;

use clap::Command;

pub(crate) use man::{page, pages};

use crate::args::tree;
use crate::failure::{Exit, Failure};
use crate::ui::Ui;
use topics::EXIT_CODES;

/// A description, the examples, then usage and options. The examples come first because few people read to the end.
const TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

/// The whole tree of commands, with the examples that their help begins with.
pub(crate) fn command() -> Command {
    let command = put(tree(|_| true), "");
    let more = "More: ccloud-offsets help topics\nTry it without an account: ccloud-offsets demo";
    let command = command.after_help(more).after_long_help(format!(
        "{EXIT_CODES}{}\n\n{more}",
        topics::section(EXIT_CODES)
    ));
    command.mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        put(command, &name)
    })
}

fn put(command: Command, name: &str) -> Command {
    let examples = examples::of(name);
    if examples.is_empty() {
        return command;
    }
    let examples = format!("Examples:\n{}", listed(&examples).trim_end());
    command.help_template(TEMPLATE).before_help(examples)
}

/// Examples for people: what each is for, then the command.
fn listed(examples: &[examples::Example]) -> String {
    let mut out = String::new();
    for (what, command) in examples {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  # {what}\n  {command}");
    }
    out
}

/// `help`, `help COMMAND` and `help topics`.
pub(crate) fn help(ui: &Ui, about: Option<&str>) -> Result<Exit, Failure> {
    let mut command = self::command();
    command.build();
    let text = match about {
        None => command.render_long_help(),
        Some("topics") => {
            ui.print(topics::PAGE)?;
            return Ok(Exit::Done);
        }
        Some(name) => match command.find_subcommand_mut(name) {
            Some(command) => command.render_long_help(),
            None => {
                return Err(Failure::invalid(format!(
                    "there is no command {name:?}; exit codes, variables, files and forms of time are on the page topics"
                ))
                .next("ccloud-offsets help topics"));
            }
        },
    };
    ui.print_styled(&text.ansi().to_string())?;
    Ok(Exit::Done)
}

/// `version`.
pub(crate) fn version(ui: &Ui) -> Result<Exit, Failure> {
    ui.print(&command().render_version())?;
    Ok(Exit::Done)
}
