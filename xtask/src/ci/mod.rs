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
use crate::reality;

/// How the emulator describes the control of itself.
const CONTROL: &str = "ergonomic/emulator/openapi.yaml";

/// How a step that did not fail ended.
enum Outcome {
    Done,
    /// It could not be tried here, for this reason.
    Skipped(String),
}

impl Outcome {
    fn skipped(reason: impl Into<String>) -> Self {
        Self::Skipped(reason.into())
    }
}

/// What a step runs.
enum Run {
    /// Commands of cargo, each a line.
    Cargo(&'static [&'static str]),
    /// A module of this folder.
    Own(fn(&Path) -> Result<Outcome>),
    /// The same, only when the step is named, for this reason.
    OnRequest(&'static str, fn(&Path) -> Result<Outcome>),
}

use Run::{Cargo, OnRequest, Own};

/// Ordered so that what fails fast and often comes first. Tests, doctests and clippy share one set of features, since each
/// further set compiles most dependencies again.
const STEPS: &[(&str, Run)] = &[
    ("fmt", Cargo(&["fmt --all --check"])),
    ("verify", Cargo(&["xtask verify"])),
    ("generate", Cargo(&["xtask generate --check"])),
    ("redocly", Own(redocly::run)),
    (
        "clippy",
        Cargo(&["clippy --workspace --all-targets --all-features -- -D warnings"]),
    ),
    (
        "clippy-no-tls",
        Cargo(&["clippy --package ccloud-connect --no-default-features -- -D warnings"]),
    ),
    (
        "test",
        Cargo(&["test --workspace --all-features --all-targets"]),
    ),
    (
        "examples",
        Cargo(&[
            "run --package ccloud-connect --example rewind_a_sink",
            "run --package ccloud-connect --example move_mysql_cdc_source",
            "run --package ccloud-connect --example reset_one_partition",
            "run --package ccloud-connect --example test_with_faults",
        ]),
    ),
    ("doctest", Cargo(&["test --workspace --all-features --doc"])),
    ("doc", Cargo(&["doc --workspace --all-features --no-deps"])),
    ("public-api", Own(public_api::run)),
    ("msrv", Own(msrv::run)),
    ("deny", Own(supply::run)),
    ("advisories", Own(supply::advisories)),
    ("schemathesis", Own(schemathesis::run)),
    // Leaves nothing behind, needs no network once its jars are there, and takes the longest.
    ("reality", Own(real_systems)),
    (
        "package",
        OnRequest(
            "it compiles everything once more, for minutes; `cargo xtask ci package`, as before a release",
            package::run,
        ),
    ),
];

/// The names of all steps, for the command line.
pub(crate) fn names() -> Vec<&'static str> {
    STEPS.iter().map(|(name, _)| *name).collect()
}

/// Runs the named steps, or all, but for those to leave out. Every step runs even if an earlier one failed, so that one run
/// shows everything.
pub(crate) fn run(root: &Path, chosen: &[String], left_out: &[String]) -> Result<()> {
    let holds = |names: &[String], name: &str| names.iter().any(|known| known == name);
    let wanted = |name: &str| (chosen.is_empty() || holds(chosen, name)) && !holds(left_out, name);
    run_steps(
        root,
        STEPS.iter().filter(|(name, _)| wanted(name)),
        !chosen.is_empty(),
    )
}

fn run_steps<'a>(
    root: &Path,
    steps: impl Iterator<Item = &'a (&'a str, Run)>,
    requested: bool,
) -> Result<()> {
    let mut problems = Problems::default();
    let mut summary = Vec::new();
    let begin = Instant::now();
    for (name, run) in steps {
        println!("── {name}");
        let begin = Instant::now();
        let outcome = match run {
            Cargo(commands) => cargo_commands(root, name, commands),
            OnRequest(why, _) if !requested => Ok(Outcome::skipped(*why)),
            Own(run) | OnRequest(_, run) => run(root),
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

/// Kafka Connect, databases and a broker, where they can be had.
fn real_systems(root: &Path) -> Result<Outcome> {
    if let Some(missing) = reality::lacks(root, &[], reality::KAFKA) {
        return Ok(Outcome::skipped(missing));
    }
    cargo_commands(root, "reality", &["xtask reality"])
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
        let steps = [
            ("first", Cargo(&["no-such-subcommand"])),
            ("second", Cargo(&["no-such-subcommand-either"])),
            ("third", OnRequest("it takes long", |_| unreachable!())),
        ];
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let error = run_steps(root, steps.iter(), false)
            .unwrap_err()
            .to_string();
        for told in [
            "first: `cargo no-such-subcommand` failed",
            "`cargo xtask ci first`",
            "`cargo xtask ci second`",
        ] {
            assert!(error.contains(told), "{error}");
        }
        assert!(!error.contains("third"), "{error}");
        run_steps(root, steps[2..].iter(), false).unwrap();
    }
}
