//! The tree of commands, for clap.

use clap::Args as _;

use super::commands::{
    Complete, Completions, Delete, Edit, Get, Help, List, Man, Names, Patch, Schema, Undo, Wait,
    Watch,
};
use super::{Emulator, Shared};

/// A command with its options, for clap.
type Augment = fn(clap::Command) -> clap::Command;

/// The commands in the order of the help: name, what it does, its options.
const COMMANDS: [(&str, &str, Augment); 17] = [
    (
        "get",
        "Show the current offsets, their age, and the connector's state",
        Get::augment_args,
    ),
    (
        "patch",
        "Set positions; the connector stops for a while",
        Patch::augment_args,
    ),
    (
        "edit",
        "Edit the offsets in an editor; only edited entries are sent",
        Edit::augment_args,
    ),
    (
        "delete",
        "Reset positions, as if the connector were new; it stops for a while",
        Delete::augment_args,
    ),
    (
        "undo",
        "Take the latest alteration back; the connector stops for a while",
        Undo::augment_args,
    ),
    (
        "status",
        "Show the latest alteration request, and the connector's state",
        Names::augment_args,
    ),
    (
        "wait",
        "Wait until the latest alteration has ended",
        Wait::augment_args,
    ),
    (
        "watch",
        "Show offsets and phase repeatedly",
        Watch::augment_args,
    ),
    (
        "list",
        "List the connectors of the cluster",
        List::augment_args,
    ),
    (
        "schema",
        "Print the JSON Schema of the file that patch --file reads",
        Schema::augment_args,
    ),
    (
        "completions",
        "Print a completion script for a shell",
        Completions::augment_args,
    ),
    ("man", "Print the manual page", Man::augment_args),
    (
        "emulator",
        "Run a local server that behaves like the service",
        Emulator::augment_args,
    ),
    (
        "demo",
        "Run the published examples against an embedded emulator",
        |command| command,
    ),
    (
        "help",
        "Show the help of a command, or the page \"topics\"",
        Help::augment_args,
    ),
    ("version", "Print the version", |command| command),
    (
        "__complete",
        "What a shell asks for when TAB is pressed",
        |command| Complete::augment_args(command.hide(true).disable_help_flag(true)),
    ),
];

/// The command line with only the commands that are wanted. Building the whole tree takes longer than reading offsets.
pub(crate) fn tree(is_wanted: impl Fn(&str) -> bool) -> clap::Command {
    let wanted = COMMANDS.into_iter().filter(|(name, ..)| is_wanted(name));
    // The options also bring the description of their struct, so the command's own is set after them.
    let commands = wanted.map(|(name, about, augment)| {
        augment(clap::Command::new(name))
            .about(about)
            .long_about(None)
    });
    Shared::augment_args(clap::Command::new("ccloud-offsets"))
        .bin_name("ccloud-offsets")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Read, alter and await the offsets of fully-managed Kafka connectors in Confluent Cloud")
        .max_term_width(80)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands(commands)
}
