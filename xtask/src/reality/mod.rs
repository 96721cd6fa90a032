//! The project beside real systems, which are installed, started on loopback, asked, and stopped: nothing is left but the
//! installed jars in target/. What the simulated service is held to is checked here against what it simulates.

mod http;
mod install;
mod recorded;
mod session;
mod stack;
mod verdicts;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::problem::{Problem, Problems, Result};
use stack::Stack;

/// The version of Kafka with which the table of verdicts was recorded.
pub(crate) const KAFKA: &str = "4.1.1";

/// What can be beside the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// A broker and a worker of Kafka Connect, with FileStream and MirrorMaker connectors
    Connect,
}

/// How it went, short of failing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// It could not be tried here, for this reason.
    Skipped(String),
}

/// Runs everything against real systems, or says what is missing for it.
pub(crate) fn run(root: &Path, kinds: &[Kind], kafka: &str) -> Result<Outcome> {
    let kinds = if kinds.is_empty() {
        &[Kind::Connect]
    } else {
        kinds
    };
    for kind in kinds {
        match kind {
            Kind::Connect => {
                if let Outcome::Skipped(reason) = connect(root, kafka)? {
                    println!("!! SKIPPED reality connect: {reason}");
                    return Ok(Outcome::Skipped(reason));
                }
            }
        }
    }
    Ok(Outcome::Done)
}

fn connect(root: &Path, kafka: &str) -> Result<Outcome> {
    let missing: Vec<&str> = ["java", "javac", "mvn"]
        .into_iter()
        .filter(|program| !install::is_there(program))
        .collect();
    if !missing.is_empty() {
        return Ok(Outcome::Skipped(format!(
            "not installed: {}",
            missing.join(", ")
        )));
    }
    let begin = Instant::now();
    let step = |what: &str| println!("── {what} ({:.0} s)", begin.elapsed().as_secs_f64());
    step("install");
    let jars = install::kafka(root, kafka)?;
    step("start a broker and a worker");
    let stack = Stack::start(&jars, &verdicts::topics(root)?)?;
    let mut problems = Problems::default();
    step("the table of verdicts");
    problems.take(verdicts::run(root, &stack));
    step("a session of the command line");
    problems.take(session::run(root, &stack));
    step("the conformance suite");
    problems.take(conformance(root, &stack));
    step("stop");
    drop(stack);
    problems.into_result()?;
    println!(
        "reality connect: all is as recorded, Kafka {kafka}, {:.0} s",
        begin.elapsed().as_secs_f64()
    );
    Ok(Outcome::Done)
}

/// The suite of the emulator's crate against the worker.
fn conformance(root: &Path, stack: &Stack) -> Result<()> {
    let server = session::Server::start(root, stack)?;
    let mut suite = Command::new(env!("CARGO"));
    suite.current_dir(root);
    suite.args([
        "test",
        "--package",
        "ccloud-connect-emulator",
        "--test",
        "it",
        "the_service_conforms",
        "--",
        "--nocapture",
    ]);
    suite
        .envs(server.variables())
        .env("CCLOUD_EXPENDABLE_CONNECTOR", "sink");
    let status = suite
        .status()
        .map_err(|error| problem("cargo test", error))?;
    if status.success() {
        Ok(())
    } else {
        Err(problem("the conformance suite", "a fact does not hold").into())
    }
}

/// A finding of this folder.
fn problem(place: impl std::fmt::Display, message: impl std::fmt::Display) -> Problem {
    Problem::new(format!("reality: {place}"), message)
}
