//! Runs the steps of CI on any machine with Rust: starts the programs that `steps.txt` lists, and reports the results.

pub(crate) mod public_api;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::problem::{Problem, Problems, Result};

/// The steps of CI. Each line names a step and a program with its arguments; a step may have several lines.
const STEPS: &str = include_str!("steps.txt");
/// The exit code of a program that cannot run on this machine. The program prints the reason.
pub(crate) const CANNOT: u8 = 75;
/// The step that runs only when it is named on the command line, and the reason that is printed when it is skipped.
const ON_REQUEST: (&str, &str) = (
    "package",
    "it compiles everything again, which takes minutes; to run it, as before a release: `cargo xtask ci package`",
);

/// The steps, each with its programs, in the order in which they run.
type Steps<'a> = Vec<(&'a str, Vec<&'a str>)>;

fn steps(text: &str) -> Steps<'_> {
    let mut steps = Steps::new();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    for (name, program) in lines.filter_map(|line| line.split_once(' ')) {
        match steps.last_mut() {
            Some((last, programs)) if *last == name => programs.push(program.trim()),
            _ => steps.push((name, vec![program.trim()])),
        }
    }
    steps
}

/// The names of all steps, which the command line accepts.
pub(crate) fn names() -> Vec<&'static str> {
    steps(STEPS).into_iter().map(|(name, _)| name).collect()
}

/// Runs the steps in `chosen`, or all steps when `chosen` is empty, except the steps in `skip`. A step runs even if an earlier
/// step failed, so that one run shows all failures.
pub(crate) fn run(root: &Path, chosen: &[String], skip: &[String]) -> Result<()> {
    run_steps(root, steps(STEPS), chosen, skip)
}

fn run_steps(root: &Path, mut steps: Steps<'_>, chosen: &[String], skip: &[String]) -> Result<()> {
    let holds = |names: &[String], name: &str| names.iter().any(|known| known == name);
    steps.retain(|(name, _)| chosen.is_empty() || holds(chosen, name));
    steps.retain(|(name, _)| !holds(skip, name));
    let mut problems = Problems::default();
    let mut summary = Vec::new();
    let begin = Instant::now();
    for (name, programs) in steps {
        println!("── {name}");
        let begin = Instant::now();
        let verdict = match ON_REQUEST {
            (step, why) if chosen.is_empty() && name == step => {
                println!("{why}");
                Some("SKIPPED")
            }
            _ => problems.take(run_programs(root, name, &programs)),
        };
        let verdict = verdict.unwrap_or("FAILED");
        summary.push((name, verdict, begin.elapsed()));
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

/// Runs the programs of a step until one of them fails or cannot run. Returns the result that the summary shows: `ok` or `SKIPPED`.
fn run_programs(root: &Path, step: &str, programs: &[&str]) -> Result<&'static str> {
    for line in programs {
        let mut words = line.split(' ');
        let mut command = match words.next() {
            Some("cargo") | None => cargo(root),
            Some(program) => Command::new(program),
        };
        if !succeed(step, line, command.args(words).current_dir(root))? {
            return Ok("SKIPPED");
        }
    }
    Ok("ok")
}

/// A command that runs the cargo that started xtask. So a toolchain that is chosen on the command line applies to the steps too.
pub(crate) fn cargo(root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root);
    command
}

/// Runs a program, whose output is shown at once. Returns `false` when the program cannot run on this machine.
fn succeed(step: &str, line: &str, command: &mut Command) -> Result<bool> {
    // `PROGRAMS` is the folder of xtask's own program, because cargo puts all programs there.
    let own = std::env::current_exe().unwrap_or_default();
    let status = command
        .env("PROGRAMS", own.parent().unwrap_or(Path::new(".")))
        .status()
        .map_err(|error| Problem::new(step, format!("`{line}` does not start: {error}")))?;
    if status.success() || status.code() == Some(CANNOT.into()) {
        return Ok(status.success());
    }
    let what = format!("`{line}` failed");
    let help = format!("see its output above; run it again with `cargo xtask ci {step}`");
    Err(Problem::new(step, what).help(help).into())
}

#[test]
fn a_failing_step_names_the_command_that_runs_it_again_and_lets_the_others_run() {
    let text = "one cargo no-such-subcommand\ntwo sh -c exit${IFS}75\nthree cargo no-such-either\n";
    let error = run_steps(Path::new("."), steps(text), &[], &[]);
    let error = error.unwrap_err().to_string();
    let told = ["one: `cargo no-such-", "` failed", "`cargo xtask ci three`"];
    crate::tests::mentions(&error, &told);
    assert!(!error.contains("two"), "{error}");
}
