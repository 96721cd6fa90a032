//! Everything that CI runs, step by step, on any machine with Rust.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::problem::{Problem, Problems, Result};

mod schemathesis;

/// One step: its name and what it does.
struct Step {
    name: &'static str,
    work: Work,
}

enum Work {
    Cargo(&'static [&'static str]),
    Own(fn(&Path) -> Result<Outcome>),
}

/// How a step that did not fail ended.
enum Outcome {
    Done,
    /// It could not be tried here, for this reason.
    Skipped(&'static str),
}

/// Ordered so that what fails fast and often comes first. Tests, doctests and clippy share three sets of features, since
/// each further set compiles most dependencies again.
const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        work: Work::Cargo(&["fmt --all --check"]),
    },
    Step {
        name: "verify",
        work: Work::Cargo(&["xtask verify"]),
    },
    Step {
        name: "generate",
        work: Work::Cargo(&["xtask generate --check"]),
    },
    Step {
        name: "clippy",
        work: Work::Cargo(&["clippy --workspace --all-targets --all-features -- -D warnings"]),
    },
    Step {
        name: "clippy-default",
        work: Work::Cargo(&["clippy --all-targets -- -D warnings"]),
    },
    Step {
        name: "clippy-none",
        work: Work::Cargo(&["clippy --all-targets --no-default-features -- -D warnings"]),
    },
    Step {
        name: "test",
        work: Work::Cargo(&["test --workspace --all-features --all-targets"]),
    },
    Step {
        name: "examples",
        work: Work::Cargo(&[
            "run --package ccloud-connect --all-features --example rewind_a_sink",
            "run --package ccloud-connect --all-features --example move_mysql_cdc_source",
            "run --package ccloud-connect --all-features --example reset_one_partition",
        ]),
    },
    Step {
        name: "doctest",
        work: Work::Cargo(&["test --workspace --all-features --doc"]),
    },
    Step {
        name: "doc",
        work: Work::Cargo(&["doc --workspace --all-features --no-deps"]),
    },
    Step {
        name: "features",
        work: Work::Own(|root| features(root, FEATURES)),
    },
    Step {
        name: "schemathesis",
        work: Work::Own(schemathesis::run),
    },
];

/// The names of all steps, for the command line.
pub(crate) fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

/// Runs the named steps, or all. Every step runs even if an earlier one failed, so that one run shows everything.
pub(crate) fn run(root: &Path, chosen: &[String]) -> Result<()> {
    run_steps(root, STEPS, chosen)
}

fn run_steps(root: &Path, steps: &[Step], chosen: &[String]) -> Result<()> {
    let mut problems = Problems::default();
    let mut summary = Vec::new();
    let begin = Instant::now();
    for step in steps {
        if !chosen.is_empty() && !chosen.iter().any(|name| name == step.name) {
            continue;
        }
        println!("── {}", step.name);
        let begin = Instant::now();
        let outcome = match step.work {
            Work::Cargo(commands) => cargo_commands(root, step.name, commands),
            Work::Own(work) => work(root),
        };
        let verdict = match problems.take(outcome) {
            Some(Outcome::Done) => "ok",
            Some(Outcome::Skipped(reason)) => {
                println!("!! SKIPPED {}: {reason}", step.name);
                "SKIPPED"
            }
            None => "FAILED",
        };
        summary.push((step.name, begin.elapsed(), verdict));
        println!("── {} {verdict} in {}", step.name, seconds(begin.elapsed()));
    }
    println!();
    for (name, time, verdict) in summary {
        println!("{name:<16} {verdict:<7} {:>8}", seconds(time));
    }
    println!("{:<16} {:<7} {:>8}", "all", "", seconds(begin.elapsed()));
    problems.into_result()
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn cargo_commands(root: &Path, step: &'static str, commands: &[&str]) -> Result<Outcome> {
    for line in commands {
        let mut command = cargo(root);
        command.args(line.split(' '));
        if step == "doc" {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        let success = command
            .status()
            .map_err(|error| Problem::new(step, format!("cargo does not start: {error}")))?
            .success();
        if !success {
            return Err(Problem::new(step, format!("`cargo {line}` failed"))
                .help(format!(
                    "see its output above; run it again with `cargo xtask ci {step}`"
                ))
                .into());
        }
    }
    Ok(Outcome::Done)
}

/// What each set of features must not bring along, at any depth: crates, or features of crates as cargo writes them.
const FEATURES: &[(&str, &[&str])] = &[
    ("", &[SERVER, "clap", "yaml_serde", "saphyr-parser"]),
    ("cli", &[SERVER]),
    ("emulator", &["clap", "saphyr-parser"]),
];
/// Every HTTP client brings hyper; only a server needs this part of it.
const SERVER: &str = "hyper feature \"server\"";

fn features(root: &Path, expected: &[(&str, &[&str])]) -> Result<Outcome> {
    let mut problems = Problems::default();
    for (features, forbidden) in expected {
        let output = cargo(root)
            .args(["tree", "--package", "ccloud-connect", "--prefix", "none"])
            .args(["--edges", "normal,features", "--features", features])
            .output()
            .map_err(|error| Problem::new("features", format!("cargo does not start: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            problems.push(Problem::new(
                "features",
                String::from_utf8_lossy(&output.stderr).trim(),
            ));
        }
        let brings = |what: &str| {
            text.lines()
                .filter_map(|line| line.strip_prefix(what))
                .any(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        for what in forbidden.iter().filter(|what| brings(what)) {
            problems.push(
                Problem::new(
                    "features",
                    format!("with features {features:?}, ccloud-connect brings {what}"),
                )
                .help("make the dependency optional in ergonomic/Cargo.toml"),
            );
        }
    }
    problems.into_result().map(|()| Outcome::Done)
}

fn cargo(root: &Path) -> Command {
    // The cargo that runs us, so that a toolchain chosen on the command line holds for the steps too.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILING: &[Step] = &[
        Step {
            name: "first",
            work: Work::Cargo(&["no-such-subcommand"]),
        },
        Step {
            name: "second",
            work: Work::Cargo(&["no-such-subcommand-either"]),
        },
    ];

    #[test]
    fn every_failing_step_names_the_command_that_runs_it_again() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let error = run_steps(root, FAILING, &[]).unwrap_err().to_string();
        assert!(
            error.contains("first: `cargo no-such-subcommand` failed"),
            "{error}"
        );
        assert!(error.contains("`cargo xtask ci first`"), "{error}");
        assert!(error.contains("`cargo xtask ci second`"), "{error}");
        run_steps(root, FAILING, &["third".to_owned()]).unwrap();
    }

    #[test]
    fn a_forbidden_dependency_is_found_and_the_present_ones_are_fine() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        features(root, FEATURES).map(drop).unwrap();
        let error = features(root, &[("", &["serde"])])
            .map(drop)
            .unwrap_err()
            .to_string();
        assert!(error.contains("brings serde"), "{error}");
        // The names are those that cargo writes, or nothing would ever be found.
        let error = features(root, &[("emulator", &[SERVER])])
            .map(drop)
            .unwrap_err()
            .to_string();
        assert!(error.contains("brings hyper feature"), "{error}");
    }
}
