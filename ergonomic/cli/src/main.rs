//! `ccloud-offsets`: the offsets of fully-managed Kafka connectors from the command line.
//!
//! Thin: it parses arguments, calls the library, and renders what comes back.

mod args;
mod change;
mod demo;
mod duration;
mod failure;
mod file;
mod follow;
mod interrupt;
mod kafka;
mod list;
mod log;
mod offsets_file;
mod pages;
mod partition;
mod read;
mod record;
mod secrets;
mod serve;
mod session;
mod ui;
mod undo;
mod words;
mod yaml;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::session::Session;
use crate::ui::Ui;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    log::start(cli.shared.verbose);
    let ui = Ui::new(&cli.shared);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(&ui, cli)),
        Err(error) => Err(Failure::new(
            Exit::Unexpected,
            "unexpected",
            "no event loop could be set up",
        )
        .caused_by(&error)),
    };
    let exit = result.unwrap_or_else(|failure| {
        ui.fail(&failure);
        failure.exit
    });
    ExitCode::from(exit as u8)
}

/// Help, the version, or what is wrong with the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && asks_for_json(std::env::args_os()) {
        let text = error.render().to_string();
        let text = text.trim().trim_start_matches("error: ");
        let message = text.split("\n\nUsage:").next().unwrap_or(text);
        Ui::json().fail(&Failure::invalid(message));
    } else {
        // A reader that has gone away needs neither help nor errors.
        let _ = error.print();
    }
    let exit = if error.use_stderr() {
        Exit::Invalid
    } else {
        Exit::Done
    };
    ExitCode::from(exit as u8)
}

/// Whether the arguments, which could not be parsed, say `-o json` all the same.
fn asks_for_json(arguments: impl Iterator<Item = OsString>) -> bool {
    let mut before = OsString::new();
    for argument in arguments {
        let separate = (before == "-o" || before == "--output") && argument == "json";
        if separate || argument == "-ojson" || argument == "-o=json" || argument == "--output=json"
        {
            return true;
        }
        before = argument;
    }
    false
}

async fn run(ui: &Ui, cli: Cli) -> Result<Exit, Failure> {
    let session = || {
        let session = Session::open(&cli.shared)?;
        if let Some(warning) = &session.warning {
            ui.warn(warning);
        }
        Ok::<_, Failure>(session)
    };
    match cli.command {
        Command::Get(args) => read::get(ui, &session()?, &args).await,
        Command::Patch(args) => change::patch(ui, &session()?, args).await,
        Command::Delete(args) => change::delete(ui, &session()?, args).await,
        Command::Undo(args) => undo::undo(ui, &session()?, args).await,
        Command::Status(names) => read::status(ui, &session()?, &names).await,
        Command::Wait(args) => read::wait(ui, &session()?, &args).await,
        Command::List(args) => list::list(ui, &session()?, &args).await,
        Command::Schema => pages::schema(ui),
        Command::Completions { shell } => pages::completions(ui, shell),
        Command::Man(args) => pages::man(ui, &args),
        Command::Emulator(args) => serve::emulator(ui, *args).await,
        Command::Demo => demo::demo(ui).await,
    }
}
