//! Everything that CI runs, step by step, on any machine with Rust. What a step checks is the business of the program that
//! it starts; here is only which programs are started, and what is said of them.

mod msrv;
mod package;
mod public_api;
mod redocly;
mod schemathesis;
mod supply;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::problem::{Problem, Problems, Result};

/// How a step that did not fail ended.
enum Outcome {
    Done,
    /// It could not be tried here, for this reason.
    Skipped(&'static str),
}

/// A name, and the cargo commands that are run, each a line; a step without any is a program of its own.
type Step = (&'static str, &'static [&'static str]);

/// Ordered so that what fails fast and often comes first. Tests, doctests and clippy share one set of features, since each
/// further set compiles most dependencies again.
const STEPS: &[Step] = &[
    ("fmt", &["fmt --all --check"]),
    ("verify", &["xtask verify"]),
    ("generate", &["xtask generate --check"]),
    ("redocly", &[]),
    (
        "clippy",
        &["clippy --workspace --all-targets --all-features -- -D warnings"],
    ),
    (
        "clippy-no-tls",
        &["clippy --package ccloud-connect --no-default-features -- -D warnings"],
    ),
    ("test", &["test --workspace --all-features --all-targets"]),
    (
        "examples",
        &[
            "run --package ccloud-connect --example rewind_a_sink",
            "run --package ccloud-connect --example move_mysql_cdc_source",
            "run --package ccloud-connect --example reset_one_partition",
        ],
    ),
    ("doctest", &["test --workspace --all-features --doc"]),
    ("doc", &["doc --workspace --all-features --no-deps"]),
    ("public-api", &[]),
    ("msrv", &[]),
    ("deny", &[]),
    ("advisories", &[]),
    ("schemathesis", &[]),
    ("package", &[]),
];

/// Steps that run only when they are named, and why.
const ON_REQUEST: &[(&str, &str)] = &[(
    "package",
    "it compiles everything once more, for minutes; `cargo xtask ci package`, as before a release",
)];

/// The names of all steps, for the command line.
pub(crate) fn names() -> Vec<&'static str> {
    STEPS.iter().map(|(name, _)| *name).collect()
}

/// Runs the named steps, or all. Every step runs even if an earlier one failed, so that one run shows everything.
pub(crate) fn run(root: &Path, chosen: &[String]) -> Result<()> {
    run_steps(root, STEPS, chosen)
}

fn run_steps(root: &Path, steps: &[Step], chosen: &[String]) -> Result<()> {
    let mut problems = Problems::default();
    let mut summary = Vec::new();
    let begin = Instant::now();
    for (name, commands) in steps {
        if !chosen.is_empty() && !chosen.iter().any(|chosen| chosen == name) {
            continue;
        }
        println!("── {name}");
        let begin = Instant::now();
        let mut on_request = ON_REQUEST.iter().filter(|_| chosen.is_empty());
        let outcome = match (on_request.find(|(step, _)| step == name), *name) {
            (Some((_, why)), _) => Ok(Outcome::Skipped(why)),
            (_, "msrv") => msrv::run(root),
            (_, "deny") => supply::run(root),
            (_, "advisories") => supply::advisories(root),
            (_, "public-api") => public_api::run(root),
            (_, "package") => package::run(root),
            (_, "redocly") => redocly::run(root),
            (_, "schemathesis") => schemathesis::run(root),
            _ => cargo_commands(root, name, commands),
        };
        let verdict = match problems.take(outcome) {
            Some(Outcome::Done) => "ok",
            Some(Outcome::Skipped(reason)) => {
                println!("!! SKIPPED {name}: {reason}");
                "SKIPPED"
            }
            None => "FAILED",
        };
        summary.push((*name, verdict, begin.elapsed()));
        println!("── {name} {verdict} in {}", seconds(begin.elapsed()));
    }
    println!();
    summary.push(("all", "", begin.elapsed()));
    for (name, verdict, time) in summary {
        println!("{name:<16} {verdict:<7} {:>8}", seconds(time));
    }
    problems.into_result()
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn cargo_commands(root: &Path, step: &str, commands: &[&str]) -> Result<Outcome> {
    for line in commands {
        let mut command = cargo(root);
        command.args(line.split(' '));
        if step == "doc" {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        // A commit must not fail by chance; at a desk other cases are tried each time.
        if step == "test" && std::env::var_os("CI").is_some() {
            command.env("PROPTEST_RNG_SEED", "20240220");
        }
        succeed(step, &format!("cargo {line}"), &mut command)?;
    }
    Ok(Outcome::Done)
}

/// The cargo that runs us, so that a toolchain chosen on the command line holds for the steps too.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Runs a program, whose output is shown as it comes.
fn succeed(step: &str, line: &str, command: &mut Command) -> Result<()> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => {
            let help = format!("see its output above; run it again with `cargo xtask ci {step}`");
            Err(Problem::new(step, format!("`{line}` failed"))
                .help(help)
                .into())
        }
        Err(error) => Err(Problem::new(step, format!("`{line}` does not start: {error}")).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failing_step_names_the_command_that_runs_it_again() {
        let steps: [Step; 2] = [
            ("first", &["no-such-subcommand"]),
            ("second", &["no-such-subcommand-either"]),
        ];
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let error = run_steps(root, &steps, &[]).unwrap_err().to_string();
        assert!(
            error.contains("first: `cargo no-such-subcommand` failed"),
            "{error}"
        );
        assert!(error.contains("`cargo xtask ci first`"), "{error}");
        assert!(error.contains("`cargo xtask ci second`"), "{error}");
        run_steps(root, &steps, &["third".to_owned()]).unwrap();
    }
}
