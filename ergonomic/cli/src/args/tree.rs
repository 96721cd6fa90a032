//! The tree of commands that clap parses.

use clap::Args as _;

use super::commands::{
    Complete, Completions, Delete, Edit, Get, Help, List, Man, Names, Patch, Schema, Undo, Wait,
    Watch,
};
use super::{Emulator, Shared};

/// A function that adds its options to a command of clap.
type Augment = fn(clap::Command) -> clap::Command;

/// The commands in the order of the help, each on a line with the sentence that describes it.
const COMMANDS: &str = include_str!("commands.txt");

fn augmented(name: &str) -> Augment {
    match name {
        "get" => Get::augment_args,
        "patch" => Patch::augment_args,
        "edit" => Edit::augment_args,
        "delete" => Delete::augment_args,
        "undo" => Undo::augment_args,
        "status" => Names::augment_args,
        "wait" => Wait::augment_args,
        "watch" => Watch::augment_args,
        "list" => List::augment_args,
        "schema" => Schema::augment_args,
        "completions" => Completions::augment_args,
        "man" => Man::augment_args,
        "emulator" => Emulator::augment_args,
        "help" => Help::augment_args,
        "__complete" => {
            |command| Complete::augment_args(command.hide(true).disable_help_flag(true))
        }
        _ => |command| command,
    }
}

/// The ids of the shared options that a command uses; `None` when it uses all of them.
fn heeded(name: &str) -> Option<&'static str> {
    Some(match name {
        "schema" | "version" => "",
        "man" | "completions" => "quiet",
        "help" => "color",
        "demo" => "output quiet verbose color",
        "emulator" => "ca_file connect_user_file connect_state_dir quiet verbose color",
        _ => return None,
    })
}

/// Builds the tree with only the commands that are wanted. Building the whole tree takes longer than reading offsets.
pub(crate) fn tree(is_wanted: impl Fn(&str) -> bool) -> clap::Command {
    let all = COMMANDS.lines().filter_map(|line| line.split_once(' '));
    let wanted = all.filter(|(name, _)| is_wanted(name));
    // `augment_args` also sets the description, to the doc comment of the struct of the options. So the tool and each command
    // set their own descriptions afterwards.
    let tool = Shared::augment_args(clap::Command::new("ccloud-offsets"));
    let shared: Vec<clap::Arg> = tool.get_arguments().cloned().collect();
    let commands = wanted.map(|(name, about)| {
        let command = augmented(name)(clap::Command::new(name));
        let command = command.about(about.trim_start()).long_about(None);
        let Some(heeded) = heeded(name) else {
            return command;
        };
        // A shared option that the command ignores is accepted, because an alias of the shell may give it to every command,
        // but the help does not show it.
        let ignored = |option: &&clap::Arg| !heeded.split(' ').any(|id| *option.get_id() == *id);
        command.args(
            shared
                .iter()
                .filter(ignored)
                .map(|option| option.clone().hide(true)),
        )
    });
    let commands: Vec<_> = commands.collect();
    tool
        .bin_name("ccloud-offsets")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Read and alter the offsets of fully-managed Kafka connectors in Confluent Cloud, and wait for the outcome")
        .max_term_width(80)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands(commands)
}
