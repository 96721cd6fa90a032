//! Help: examples before options, the page of topics, and the manual pages made of both.
//!
//! Each fact is in one table of this module. Tests compare the tables with what the tool does.

mod man;
mod topics;

use clap::Command;

pub(crate) use man::{page, pages};

use crate::args::tree;
use crate::failure::{Exit, Failure};
use crate::ui::Ui;
use topics::EXIT_CODES;

/// The order of a help text: description, examples, usage, options. The examples are near the beginning because few people
/// read to the end.
const TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

/// The examples of each command. Below the command's name, two lines form an example: its purpose, and what to type.
const EXAMPLES: &str = include_str!("examples.txt");

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
    let examples = examples(name);
    let listed = examples.map(|(what, command)| format!("\n  # {what}\n  {command}"));
    match listed.collect::<String>() {
        none if none.is_empty() => command,
        listed => command
            .help_template(TEMPLATE)
            .before_help(format!("Examples:{listed}")),
    }
}

/// The purposes and texts of a command's examples. An empty name stands for the tool itself.
fn examples(command: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let name = if command.is_empty() {
        "ccloud-offsets"
    } else {
        command
    };
    let lines = EXAMPLES
        .lines()
        .skip_while(move |line| *line != name)
        .skip(1);
    let mut lines = lines.map_while(|line| line.strip_prefix("  "));
    std::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
}

/// `help`, `help COMMAND` and `help topics`: print a help text.
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

/// `version`: prints the version.
pub(crate) fn version(ui: &Ui) -> Result<Exit, Failure> {
    ui.print(&command().render_version())?;
    Ok(Exit::Done)
}
