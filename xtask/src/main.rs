//! `cargo xtask`: regenerates and checks the client, and runs everything that CI runs.

mod generate;
mod problem;
mod spec;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::problem::Result;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Regenerates and checks the client")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the bundle and the client from the sources in openapi/
    Generate {
        /// Write nothing; fail with a diff when a generated file is out of date
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let outcome = match arguments.command {
        Command::Generate { check } => run_generate(root, check),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            eprintln!("{problems}");
            ExitCode::FAILURE
        }
    }
}

fn run_generate(root: &Path, check: bool) -> Result<()> {
    let built = spec::build(root)?;
    let client = generate::client(&built)?;
    let files = [
        (spec::BUNDLE, built.bundle.as_str()),
        (generate::CLIENT, client.as_str()),
    ];
    if check {
        spec::write::check(root, &files)
    } else {
        spec::write::write(root, &files)
    }
}
