//! Runs the tool, and compares its output with golden files.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use ccloud_connect::clock::ManualClock;
use ccloud_connect_emulator::{
    API_KEY, API_SECRET, CLUSTER, ENVIRONMENT, Emulator, EmulatorBuilder, Fault, Operation, Timing,
};
use regex::Regex;
use serde_json::Value;

/// What a run printed, and its exit code.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Fails unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        self
    }

    /// Fails unless standard error contains `text`.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        assert!(
            self.stderr.contains(text),
            "{text:?} is not in\n{}",
            self.stderr
        );
    }

    /// Fails unless standard output contains `text`.
    #[track_caller]
    pub(crate) fn prints(&self, text: &str) {
        assert!(
            self.stdout.contains(text),
            "{text:?} is not in\n{}{}",
            self.stdout,
            self.stderr
        );
    }

    /// Parses standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let read = serde_json::from_str(&self.stdout);
        read.unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// Parses the last line of standard error, which is the error as JSON.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let last = self.stderr.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {}", self.stderr))
    }
}

/// Splits a command line into words. Only an empty word is quoted, as `''`.
pub(crate) fn words(line: &str) -> Vec<&str> {
    line.split_whitespace()
        .map(|word| if word == "''" { "" } else { word })
        .collect()
}

/// Splits each line into a command and the text that is expected after `=>`. Without `=>` the expected text is empty.
pub(crate) fn cases(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.split_once(" => ").unwrap_or((line, "")))
}

/// The tool with `TERM` as its only environment variable.
pub(crate) fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ccloud-offsets"));
    command.env_clear().env("TERM", "xterm");
    command
}

/// The tool with the variables for the emulator at `url`.
pub(crate) fn tool(url: &str) -> Command {
    let mut command = bare();
    command
        .env("CONFLUENT_CLOUD_ENDPOINT", url)
        .env("CONFLUENT_CLOUD_API_KEY", API_KEY)
        .env("CONFLUENT_CLOUD_API_SECRET", API_SECRET)
        .env("CONFLUENT_ENVIRONMENT_ID", ENVIRONMENT)
        .env("KAFKA_ID", CLUSTER);
    command
}

/// Runs a command to its end, with `input` on standard input.
pub(crate) fn finish(command: &mut Command, input: &str) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Writing fails when the tool refuses the command before it reads the input, so an error is ignored here.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A runtime with a thread of its own, so that tests can block while the tool runs.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

/// An emulator in the process of the test.
pub(crate) struct Server {
    pub(crate) emulator: Emulator,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    /// Starts an emulator with the built-in world, where an alteration takes no time.
    pub(crate) fn quick() -> Self {
        Self::start(Emulator::builder().timing(Timing::instant()))
    }

    /// Starts an emulator with the built-in world and a clock that does not move, so that positions, ages and rates never change.
    pub(crate) fn still() -> Self {
        let builder = Emulator::builder().timing(Timing::instant());
        Self::start(builder.clock(ManualClock::default()))
    }

    pub(crate) fn fault(&self, operation: Operation, fault: Fault) {
        self.emulator.fault(operation, fault);
    }

    pub(crate) fn start(builder: EmulatorBuilder) -> Self {
        let runtime = runtime();
        let emulator = runtime.block_on(builder.start()).unwrap();
        Self {
            emulator,
            _runtime: runtime,
        }
    }

    /// How many alterations of the connector were accepted.
    pub(crate) fn accepted(&self, connector: &str) -> u64 {
        self.emulator
            .accepted_alterations(ENVIRONMENT, CLUSTER, connector)
    }

    /// Runs the tool with the words of a line.
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.feed(line, "")
    }

    /// Runs the tool, which must end with exit code 0.
    #[track_caller]
    pub(crate) fn ok(&self, line: &str) -> Ran {
        self.run(line).ends(0)
    }

    /// Runs the tool, which must refuse the command with exit code 2.
    #[track_caller]
    pub(crate) fn refused(&self, line: &str) -> Ran {
        self.run(line).ends(2)
    }

    /// Runs the tool with the words of a line, and with `input` on standard input.
    pub(crate) fn feed(&self, line: &str, input: &str) -> Ran {
        finish(tool(&self.emulator.url()).args(words(line)), input)
    }
}

/// Compares a text with a golden file beside the tests; with `UPDATE_GOLDEN=1`, writes the file instead. Times, ages, ports and
/// request ids are replaced before the comparison, so that they make no difference.
pub(crate) fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cli/golden")
        .join(name);
    compare(&path, &steady(actual));
}

/// Compares a text with a published file of the package, such as reference.md; with `UPDATE_GOLDEN=1`, writes the file instead.
pub(crate) fn published(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    compare(&path, actual);
}

pub(crate) fn compare(path: &Path, actual: &str) {
    if updating() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(expected.as_str(), actual);
    assert!(
        expected == actual,
        "{} differs; look at it, and if it is right, run this test again with UPDATE_GOLDEN=1\n{}",
        path.display(),
        diff.unified_diff().header("expected", "actual")
    );
}

pub(crate) fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1")
}

/// Replaces the parts of a text that differ from run to run: times, durations, ports, request ids.
pub(crate) fn steady(text: &str) -> String {
    /// Patterns of words that differ from run to run, each with its replacement. Milliseconds and seconds have the same
    /// replacement, because the same step may take either.
    const MOVING: [(&str, &str); 7] = [
        (r"127\.0\.0\.1:[0-9]+", "127.0.0.1:PORT"),
        (r"emulator-[0-9a-f]{8}\b", "REQUEST-ID"),
        (
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9.]+Z",
            "TIME",
        ),
        // The age of a sample whose time comes from a manual clock. That clock is many days behind.
        (r"[0-9]+d ago", "Nd ago"),
        (r"[0-9.]+ms", "Ns"),
        (r"[0-9.]+ s\b", "N s"),
        (r"[0-9.]+s\b", "Ns"),
    ];
    let all = MOVING.into_iter();
    all.fold(text.to_owned(), |text, (pattern, stand_in)| {
        let pattern = Regex::new(&format!(r"(^|[^\w.]){pattern}")).unwrap();
        let steady = pattern.replace_all(&text, format!("${{1}}{stand_in}"));
        steady.into_owned()
    })
}
