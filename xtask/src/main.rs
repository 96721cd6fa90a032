//! `cargo xtask`: regenerates and checks the client, and runs everything that CI runs.

mod ci;
mod generate;
mod problem;
mod spec;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::problem::Result;

/// Regenerates and checks the client, and runs everything that CI runs.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the bundle and the client from the sources in openapi/
    Generate {
        /// Write nothing; fail with a diff when a generated file is out of date
        #[arg(long)]
        check: bool,
        /// Leave out operations that cannot be generated, and list them
        #[arg(long)]
        skip_unsupported: bool,
    },
    /// Work on the API description
    #[command(subcommand)]
    Spec(Spec),
    /// Run everything that CI runs, or only the named steps
    Ci {
        /// Steps to run; all when none is named
        #[arg(value_parser = ci::names())]
        steps: Vec<String>,
    },
}

#[derive(Subcommand)]
enum Spec {
    /// Check lock, sources, overlay, bundle and every example; write nothing
    Verify,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let outcome = match arguments.command {
        Command::Generate {
            check,
            skip_unsupported,
        } => generate(root, check, skip_unsupported),
        Command::Spec(Spec::Verify) => spec::verify(root).map(|built| {
            let operations = spec::select::operations(&built.document).len();
            println!(
                "openapi/ is sound: {operations} operations, sources sha256 {}",
                built.digest
            );
        }),
        Command::Ci { steps } => ci::run(root, &steps),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            eprintln!("{problems}");
            ExitCode::FAILURE
        }
    }
}

fn generate(root: &Path, check: bool, skip_unsupported: bool) -> Result<()> {
    let built = spec::build(root)?;
    let client = generate::client(&built, skip_unsupported)?;
    for problem in &client.skipped {
        println!("left out: {problem}");
    }
    let files = [
        (spec::BUNDLE, built.bundle.as_str()),
        (generate::CLIENT, client.text.as_str()),
    ];
    if check {
        spec::write::check(root, &files)
    } else {
        spec::write::write(root, &files)
    }
}
