//! `ccloud-offsets`: the offsets of fully-managed Kafka connectors from the command line.
//!
//! Thin: it parses arguments, calls the library, and renders what comes back.

mod args;
mod change;
mod complete;
mod connect;
mod demo;
mod duration;
mod each;
mod edit;
mod failure;
mod file;
mod findings;
mod follow;
mod help;
mod interrupt;
mod kafka;
mod list;
mod log;
mod offsets_file;
mod pages;
mod parse;
mod partition;
mod patch;
mod place;
mod plan_text;
mod positions;
mod profile;
mod read;
mod record;
mod secrets;
mod serve;
mod session;
mod state;
mod status;
mod ui;
mod undo;
mod wait;
mod watch;
mod words;
mod yaml;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::args::{Cli, Command, Mistake};
use crate::failure::{Exit, Failure};
use crate::session::Session;
use crate::ui::Ui;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match parse::parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(error, &arguments),
    };
    log::start(cli.shared.verbose);
    let ui = Ui::new(&cli.shared, &cli.command);
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
    ExitCode::from(exit.code())
}

/// Help, the version, or what is wrong with the arguments.
fn usage(mut error: clap::Error, arguments: &[OsString]) -> ExitCode {
    if !error.use_stderr() {
        // A reader that has gone away does not need the help.
        let _ = error.print();
        return ExitCode::from(Exit::Done as u8);
    }
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(Exit::Invalid as u8);
    }
    let mistake = Mistake::of(&mut error);
    let failure = Failure::invalid(mistake.message)
        .tip(mistake.tip)
        .next(format!("ccloud-offsets{} --help", args::named(arguments)));
    Ui::of_arguments(arguments).fail(&failure);
    ExitCode::from(Exit::Invalid as u8)
}

async fn run(ui: &Ui, mut cli: Cli) -> Result<Exit, Failure> {
    let server = connect::begin(&mut cli.shared, &cli.command).await?;
    let done = perform(ui, cli).await;
    connect::end(server).await;
    done
}

async fn perform(ui: &Ui, cli: Cli) -> Result<Exit, Failure> {
    let session = || {
        let session = Session::open(&cli.shared)?;
        if let Some(warning) = &session.warning {
            ui.warn(warning);
        }
        Ok::<_, Failure>(session)
    };
    match cli.command {
        Command::Get(args) => read::get(ui, &session()?, &args).await,
        Command::Patch(args) => patch::patch(ui, &session()?, *args).await,
        Command::Edit(args) => edit::edit(ui, &session()?, &args).await,
        Command::Delete(args) => patch::delete(ui, &session()?, args).await,
        Command::Undo(args) => undo::undo(ui, &session()?, args).await,
        Command::Status(names) => status::status(ui, &session()?, &names).await,
        Command::Wait(args) => wait::wait(ui, &session()?, &args).await,
        Command::Watch(args) => watch::watch(ui, &session()?, &args).await,
        Command::List(args) => list::list(ui, &session()?, &args).await,
        Command::Schema { seed } => pages::schema(ui, seed),
        Command::Completions { shell } => complete::script(ui, shell),
        Command::Man(args) => pages::man(ui, &args),
        Command::Emulator(args) => serve::emulator(ui, *args, &cli.shared).await,
        Command::Demo => demo::demo(ui).await,
        Command::Help(args) => help::help(ui, args.about.as_deref()),
        Command::Version => help::version(ui),
        Command::Complete(args) => complete::complete(ui, args),
    }
}
