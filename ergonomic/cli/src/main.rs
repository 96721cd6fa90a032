//! `ccloud-offsets`: the offsets of fully-managed Kafka connectors from the command line.
//!
//! The tool parses arguments, calls the library, and renders the result. A module uses floors above its own in this list,
//! never one below:
//!
//! | floor | what it contains |
//! |---|---|
//! | `text/`, `yaml/` | values as people write and read them: partitions, times, durations, YAML |
//! | `failure/` | exit codes, errors for people and programs, interruption |
//! | `args/` | the commands and their options |
//! | `ui/` | standard output and error, the terminal, the question |
//! | `show/` | the library's values in the forms that people and programs read |
//! | `session/` | makes a client from options, environment and profile |
//! | `offsets_file/` | the file that people edit |
//! | `kafka/` | what Kafka adds: times, ends, lag |
//! | `read/` | get, list, status, watch |
//! | `change/` | patch, delete, edit, undo, wait |
//! | `local/` | help, manual, schema, completions, emulator, demo |
//! | `parse.rs`, `main.rs` | parse the arguments, and run one command |

mod args;
mod change;
mod failure;
mod kafka;
mod local;
mod offsets_file;
mod parse;
mod read;
mod session;
mod show;
mod text;
mod ui;
mod yaml;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::args::{Cli, Command, Mistake};
use crate::failure::{Exit, Failure};
use crate::session::Session;
use crate::ui::Ui;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let (ui, result) = match parse::parse(&arguments) {
        Ok(cli) => {
            ui::log::start(cli.shared.verbose);
            let ui = Ui::new(&cli.shared, &cli.command);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let runtime = runtime.map_err(Failure::unexpected);
            (
                ui,
                runtime.and_then(|runtime| runtime.block_on(run(&ui, cli))),
            )
        }
        Err(error) => {
            let ui = Ui::of_arguments(&arguments);
            (ui, usage(&ui, error, &arguments))
        }
    };
    let exit = result.unwrap_or_else(|failure| {
        ui.fail(&failure);
        failure.exit
    });
    ExitCode::from(exit.code())
}

/// Prints the help or the version that was asked for, or returns the failure about wrong arguments.
fn usage(ui: &Ui, mut error: clap::Error, arguments: &[OsString]) -> Result<Exit, Failure> {
    let text = error.render().ansi().to_string();
    if !error.use_stderr() {
        ui.print_styled(&text)?;
        return Ok(Exit::Done);
    }
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        ui.say(&text);
        return Ok(Exit::Invalid);
    }
    let mistake = Mistake::of(&mut error);
    Err(Failure::invalid(mistake.message)
        .tip(mistake.tip)
        .next(format!("ccloud-offsets{} --help", args::named(arguments))))
}

async fn run(ui: &Ui, mut cli: Cli) -> Result<Exit, Failure> {
    let server = session::connect::begin(&mut cli.shared, &cli.command).await?;
    let done = perform(ui, cli).await;
    session::connect::end(ui, server).await;
    done
}

async fn perform(ui: &Ui, cli: Cli) -> Result<Exit, Failure> {
    // In commands that only read, all requests together share one time limit.
    let limit = match &cli.command {
        Command::Wait(args) => Some(args.timeout),
        Command::Get(args) => args.max_age.map(|_| args.timeout),
        _ => None,
    };
    let limit = limit.filter(|limit| !limit.is_zero());
    let session = || {
        let session = Session::open(&cli.shared, limit)?;
        for warning in &session.warnings {
            ui.warn(warning);
        }
        Ok::<_, Failure>(session)
    };
    match cli.command {
        Command::Get(args) => read::get::get(ui, &session()?, &args).await,
        Command::Patch(args) => change::patch::patch(ui, &session()?, *args).await,
        Command::Edit(args) => change::edit::edit(ui, &session()?, args).await,
        Command::Delete(args) => change::patch::delete(ui, &session()?, args).await,
        Command::Undo(args) => change::undo::undo(ui, &session()?, args).await,
        Command::Status(names) => read::status::status(ui, &session()?, &names).await,
        Command::Wait(args) => change::wait::wait(ui, &session()?, &args).await,
        Command::Watch(args) => read::watch::watch(ui, &session()?, &args).await,
        Command::List(args) => read::list::list(ui, &session()?, &args).await,
        Command::Schema(args) => local::pages::schema(ui, args.seed),
        Command::Completions(args) => local::complete::script(ui, args.shell),
        Command::Man(args) => local::pages::man(ui, &args),
        Command::Emulator(args) => local::emulator::emulator(ui, *args, &cli.shared).await,
        Command::Demo => local::demo::demo(ui).await,
        Command::Help(args) => local::help::help(ui, args.about.as_deref()),
        Command::Version => local::help::version(ui),
        Command::Complete(args) => local::complete::complete(ui, args),
    }
}
