//! `cargo xtask`: regenerates and checks the client, and runs everything that CI runs.

mod ci;
mod commands;
mod generate;
mod problem;
mod public_api;
mod spec;
#[cfg(test)]
mod tests;
mod tool_pages;

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::commands::FailOn;
use crate::spec::diff::Format;

/// Regenerates and checks the client, and runs everything that CI runs.
///
/// Exit codes: 0 all is well; 1 something is wrong, and the message says what; 2 the command line is not understood, or
/// a comparison found what --fail-on names.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the bundle, the client and the listing of its public API from the sources in openapi/, and the reference,
    /// completions and manual pages of the tool
    Generate {
        /// Write nothing; fail with a diff when a generated file is out of date
        #[arg(long)]
        check: bool,
        /// Leave out operations that cannot be generated, and list them
        #[arg(long)]
        skip_unsupported: bool,
        /// Leave out the pages of the tool, which need it to be compiled
        #[arg(long)]
        no_tool: bool,
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
    /// Take a published definition into openapi/vendor/, showing first what changes
    Vendor {
        /// A saved documentation page (text or HTML), a YAML or JSON fragment, or a whole OpenAPI 3.0 document; a file,
        /// `-` for standard input, or a URL
        #[arg(long, value_name = "FILE|-|URL")]
        from: String,
        /// Choose operations of a whole document by id, path (`/a/*`: every path that starts so) or tag; may be repeated
        #[arg(long, value_name = "ID|PATH|TAG")]
        operation: Vec<String>,
        /// File name below openapi/vendor/ [default: the file that has the operation now, or made of its id]
        #[arg(long)]
        file: Option<String>,
        /// The page it comes from, for the lock [default: the URL it is read from, or the one recorded]
        #[arg(long, value_name = "URL")]
        source: Option<String>,
        /// Show what would change and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Compare two descriptions by what they mean
    ///
    /// Exit codes: 0 nothing that --fail-on names; 1 the comparison could not be made; 2 something that it names.
    Diff {
        /// The description that programs were written against
        old: String,
        /// The description that they meet now
        new: String,
        #[command(flatten)]
        output: Output,
    },
    /// Compare what is vendored with what is published
    ///
    /// Exit codes: 0 nothing that --fail-on names; 1 the comparison could not be made; 2 something that it names.
    Drift {
        /// Saved pages, definitions or URLs; the pages that openapi/vendor.lock names when not given
        #[arg(long, value_name = "FILE|URL", num_args = 1..)]
        against: Vec<String>,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Args)]
struct Output {
    /// How to show the findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Which findings make the exit code 2
    #[arg(long, value_enum, default_value_t = FailOn::Breaking)]
    fail_on: FailOn,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let done = |()| ExitCode::SUCCESS;
    let outcome = match arguments.command {
        Command::Generate {
            check,
            skip_unsupported,
            no_tool,
        } => commands::generate(root, check, skip_unsupported)
            .and_then(|()| {
                if no_tool {
                    Ok(())
                } else {
                    tool_pages::generate(root, check)
                }
            })
            .map(done),
        Command::Ci { steps } => ci::run(root, &steps).map(done),
        Command::Spec(Spec::Verify) => commands::verify(root).map(done),
        Command::Spec(Spec::Vendor {
            from,
            operation,
            file,
            source,
            dry_run,
        }) => {
            let request = spec::vendor::Request {
                choose: operation,
                file,
                source,
            };
            commands::vendor(root, &from, &request, dry_run).map(done)
        }
        Command::Spec(Spec::Diff { old, new, output }) => {
            commands::diff(&old, &new, output.format, output.fail_on)
        }
        Command::Spec(Spec::Drift { against, output }) => {
            commands::drift(root, &against, output.format, output.fail_on)
        }
    };
    outcome.unwrap_or_else(|problems| {
        eprintln!("{problems}");
        ExitCode::FAILURE
    })
}
