//! `cargo xtask`: regenerates and checks the client, compares it with the published pages, and runs everything that CI runs.

mod ci;
mod drift;
mod openapi;
mod pipeline;
mod problem;
mod reality;
#[cfg(test)]
mod tests;
mod vendor;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::drift::report::Format;
use crate::openapi::select;
use crate::pipeline::{examples, scratch, sources, write};
use crate::problem::Result;

/// Regenerates and checks the client, compares it with the published pages, and runs everything that CI runs.
///
/// Exit codes: 0 success; 1 an error, which the message describes; 2 an invalid command line, or drift that `drift` found;
/// 75 `reality` cannot run on this machine.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Copy a published definition into openapi/vendor/ and record it in openapi/vendor.lock
    Vendor {
        /// A saved documentation page (text or HTML), or the YAML or JSON of its definition
        #[arg(value_name = "FILE|URL")]
        from: String,
        /// The page that the lock records as the source [default: the given URL; for a file, the page that the lock names]
        #[arg(long, value_name = "URL")]
        source: Option<String>,
    },
    /// Check lock, sources, overlay, bundle and every example, and that a client can be made from them; write nothing
    Verify,
    /// Write the bundle, the client and the listing of its public API from the sources in openapi/
    Generate {
        /// Write nothing; fail with a diff when a generated file is out of date
        #[arg(long)]
        check: bool,
    },
    /// Compare the bundle and the client made from the published pages with those made from the vendored pages
    Drift {
        /// Saved pages, definitions, a whole document, or URLs of them [default: the pages that openapi/vendor.lock names]
        #[arg(value_name = "FILE|URL")]
        pages: Vec<String>,
        /// The form of the report
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Compare the emulator and the tool with real systems, which this command starts
    Reality {
        /// The parts to run [default: connect and kafka]
        kinds: Vec<reality::Kind>,
        /// The version of Kafka to start; answers that differ from those recorded with the default version are errors
        #[arg(long, value_name = "VERSION", default_value = reality::KAFKA)]
        kafka: String,
    },
    /// Compare the public API of the library and its types with the listings public-api.txt; UPDATE_GOLDEN=1 writes them
    PublicApi,
    /// Run all steps that CI runs, or only the named steps
    Ci {
        /// The steps to run [default: all]
        #[arg(value_parser = ci::names())]
        steps: Vec<String>,
        /// A step not to run; the option may be repeated
        #[arg(long, value_name = "STEP", value_parser = ci::names())]
        skip: Vec<String>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // The value that cargo sets at run time comes first, so that a checkout can be moved together with its built programs.
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    let package = package.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&package).join("..");
    run(&root, arguments.command).unwrap_or_else(|problems| {
        eprintln!("{problems}");
        ExitCode::FAILURE
    })
}

fn run(root: &Path, command: Command) -> Result<ExitCode> {
    match command {
        Command::Vendor { from, source } => {
            let place = vendor::vendor(root, &from, source)?;
            println!(
                "wrote {place} and openapi/vendor.lock; go on with `cargo xtask verify` and `cargo xtask generate`"
            );
        }
        Command::Verify => pipeline::run(sources::read(root), |outcome| {
            outcome.client?;
            examples::check(&outcome.document)?;
            let operations = select::operations(&outcome.document.value).len();
            let digest = outcome.digest;
            println!("openapi/ has no errors: {operations} operations, sources sha256 {digest}");
            Ok(())
        })?,
        Command::Generate { check } => pipeline::run(sources::read(root), |outcome| match check {
            true => write::compare(root, outcome),
            false => write::write(root, outcome, scratch::compile),
        })?,
        Command::Drift { pages, format } => return drift::run(root, &pages, format),
        Command::Reality { kinds, kafka } => {
            if !reality::run(root, &kinds, &kafka)? {
                return Ok(ExitCode::from(ci::CANNOT));
            }
        }
        Command::PublicApi => ci::public_api::run(root)?,
        Command::Ci { steps, skip } => ci::run(root, &steps, &skip)?,
    }
    Ok(ExitCode::SUCCESS)
}
