//! Compares the project with real systems, which are started on loopback and stopped at the end. Only the installed jars in
//! target/ remain. The comparison also checks that the recorded answers, with which tests compare the simulated service, are
//! still true.

mod guard;
mod http;
mod install;
mod kafka;
mod places;
mod recorded;
mod rows;
mod session;
mod stack;
mod tool;
mod verdicts;

use std::path::Path;
use std::thread;
use std::time::Instant;

use crate::problem::{Problem, Problems, Result};
use stack::Stack;
use tool::Programs;

/// The version of Kafka whose answers were recorded.
pub(crate) const KAFKA: &str = "4.1.1";
/// The oldest version of Java on which that version of Kafka runs.
const JAVA: u32 = 17;
const DEBEZIUM: &str = "3.6.1.Final";

/// The parts of the comparison, by the real systems with which they compare the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// A worker of Kafka Connect, with FileStream and MirrorMaker connectors
    Connect,
    /// Topics of a broker, reached by TLS and SASL, and read by Kafka's own tools for comparison
    Kafka,
    /// Debezium's connectors on PostgreSQL and MySQL
    Debezium,
}

/// The parts that run when none is named on the command line.
const USUAL: [Kind; 2] = [Kind::Connect, Kind::Kafka];

/// Describes what is missing on this machine; `None` when the comparison can run.
///
/// Missing jars are installed with Maven first.
fn lacks(root: &Path, kinds: &[Kind], kafka: &str) -> Option<String> {
    let missing = install::missing(&["java", "javac", "jar", "keytool", "mvn"]).join(", ");
    if !missing.is_empty() {
        return Some(format!(
            "not installed: {missing}; needs a JDK of version {JAVA} or later, and Maven"
        ));
    }
    if let Some(version) = install::java_version().filter(|version| *version < JAVA) {
        return Some(format!(
            "Java {version} is too old; needs a JDK of version {JAVA} or later"
        ));
    }
    let debezium = kinds.contains(&Kind::Debezium).then_some(DEBEZIUM);
    let fetched = install::fetch(root, kafka, debezium).err();
    fetched.map(|problems| format!("Maven could not download the jars: {problems}"))
}

/// Runs the comparisons. When they cannot run on this machine, prints what is missing and returns `false`.
pub(crate) fn run(root: &Path, kinds: &[Kind], kafka: &str) -> Result<bool> {
    if let Some(missing) = lacks(root, kinds, kafka) {
        println!("!! SKIPPED reality: {missing}");
        return Ok(false);
    }
    if let Some(ended) =
        guard::supervise().map_err(|error| problem("a process of its own", error))?
    {
        return if ended.success() {
            Ok(true)
        } else {
            Err(problem("it failed", "the differences are printed above").into())
        };
    }
    let begin = Instant::now();
    let step = |what: &str| println!("── {what} ({:.0} s)", begin.elapsed().as_secs_f64());
    let kinds = if kinds.is_empty() { &USUAL } else { kinds };
    let has = |kind| kinds.contains(&kind);
    step("install and start a broker and a worker, and build the tool");
    let (stack, programs) = thread::scope(|scope| {
        let programs = scope.spawn(|| Programs::build(root));
        let stack = start(root, kafka, has(Kind::Debezium));
        let panicked = |_| Err(problem("building", "its thread panicked").into());
        (stack, programs.join().unwrap_or_else(panicked))
    });
    let (mut stack, programs) = (stack?, programs?);
    let mut problems = Problems::default();
    if has(Kind::Connect) {
        step("connect: the table of verdicts");
        verdicts::prepare(root, &stack)?;
        problems.take(verdicts::run(root, &stack));
        step("connect: a session of the command line, and the conformance suite");
        problems.take(session::run(&mut stack, &programs));
    }
    if has(Kind::Kafka) {
        step("kafka: what the tool learns from Kafka, compared with Kafka's own tools");
        problems.take(kafka::run(&stack, &programs));
    }
    if has(Kind::Debezium) {
        step("debezium: positions in the logs of databases");
        problems.take(places::run(&stack, &programs));
    }
    step("stop");
    drop(stack);
    problems.into_result()?;
    step(&format!("reality: no differences, Kafka {kafka}"));
    Ok(true)
}

fn start(root: &Path, kafka: &str, debezium: bool) -> Result<Stack> {
    let mut jars = install::kafka(root, kafka)?;
    if debezium {
        install::debezium(root, &mut jars, DEBEZIUM)?;
    }
    Stack::start(jars, &verdicts::topics(root)?)
}

/// An error of the comparison with real systems.
fn problem(place: impl std::fmt::Display, message: impl std::fmt::Display) -> Problem {
    Problem::new(format!("reality: {place}"), message)
}
