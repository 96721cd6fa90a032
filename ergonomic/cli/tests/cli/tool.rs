//! Runs the tool, and compares its output with golden files.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ccloud_connect_emulator::{
    API_KEY, API_SECRET, CLUSTER, ENVIRONMENT, Emulator, EmulatorBuilder, Timing,
};
use serde_json::Value;

/// What a run printed, and its exit code.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Standard error holds this.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        assert!(
            self.stderr.contains(text),
            "{text:?} is not in\n{}",
            self.stderr
        );
    }

    /// Standard output holds this.
    #[track_caller]
    pub(crate) fn prints(&self, text: &str) {
        assert!(
            self.stdout.contains(text),
            "{text:?} is not in\n{}{}",
            self.stdout,
            self.stderr
        );
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let read = serde_json::from_str(&self.stdout);
        read.unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// The error in JSON, which is the last line of standard error.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let last = self.stderr.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {}", self.stderr))
    }
}

/// The words of a command line, in which only an empty word is quoted.
pub(crate) fn words(line: &str) -> Vec<&str> {
    line.split_whitespace()
        .map(|word| if word == "''" { "" } else { word })
        .collect()
}

/// Arguments, one by one or as a line without quotes.
pub(crate) trait Arguments {
    fn list(&self) -> Vec<&str>;
}

impl Arguments for str {
    fn list(&self) -> Vec<&str> {
        words(self)
    }
}

impl Arguments for String {
    fn list(&self) -> Vec<&str> {
        words(self)
    }
}

impl<T: AsRef<str>> Arguments for [T] {
    fn list(&self) -> Vec<&str> {
        self.iter().map(AsRef::as_ref).collect()
    }
}

impl<T: AsRef<str>> Arguments for Vec<T> {
    fn list(&self) -> Vec<&str> {
        self.as_slice().list()
    }
}

impl<T: AsRef<str>, const N: usize> Arguments for [T; N] {
    fn list(&self) -> Vec<&str> {
        self.as_slice().list()
    }
}

/// The tool with a clean environment.
pub(crate) fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ccloud-offsets"));
    command.env_clear().env("TERM", "xterm");
    command
}

/// The tool, pointed at a server.
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

/// Runs to the end, with `input` on standard input.
pub(crate) fn finish(command: &mut Command, input: &str) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The tool closes the pipe when it refuses before reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An emulator on a thread of its own, so that tests can block while the tool runs.
pub(crate) struct Server {
    pub(crate) emulator: Emulator,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    /// The built-in world, where an alteration takes no time.
    pub(crate) fn quick() -> Self {
        Self::start(Emulator::builder().timing(Timing::instant()))
    }

    pub(crate) fn start(builder: EmulatorBuilder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
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

    /// Runs the tool with these arguments.
    pub(crate) fn run(&self, arguments: &(impl Arguments + ?Sized)) -> Ran {
        self.feed(arguments, "")
    }

    /// Runs the tool with these arguments and something on standard input.
    pub(crate) fn feed(&self, arguments: &(impl Arguments + ?Sized), input: &str) -> Ran {
        finish(tool(&self.emulator.url()).args(arguments.list()), input)
    }
}

/// Compares with a file beside the tests; `UPDATE_GOLDEN=1` writes it instead. The comparison ignores times, ages, ports and request
/// ids.
pub(crate) fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cli/golden")
        .join(name);
    compare(&path, &steady(actual));
}

/// Compares with a file that packagers and readers take from the repository; `UPDATE_GOLDEN=1` writes it instead.
pub(crate) fn published(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    compare(&path, actual);
}

fn compare(path: &PathBuf, actual: &str) {
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

/// Replaces what differs from run to run: times, durations, ports, request ids.
pub(crate) fn steady(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let before = out.chars().next_back();
        let word_start = !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.');
        let found = word_start.then(|| moving(rest)).flatten();
        match found {
            Some((length, stand_in)) => {
                out.push_str(stand_in);
                rest = &rest[length..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// The length of a part at the start of the text that differs from run to run, and its replacement.
fn moving(text: &str) -> Option<(usize, &'static str)> {
    let length = |of: fn(char) -> bool| text.find(|c| !of(c)).unwrap_or(text.len());
    if let Some(rest) = text.strip_prefix("127.0.0.1:") {
        let port = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        return Some((10 + port, "127.0.0.1:PORT"));
    }
    if let Some(rest) = text.strip_prefix("emulator-") {
        let id = rest
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(rest.len());
        return (id == 8).then_some((17, "REQUEST-ID"));
    }
    let stamp = length(|c| c.is_ascii_digit() || "-:.TZ".contains(c));
    let stamp = text[..stamp].trim_end_matches([':', '.']).len();
    if stamp >= 20 && text[..stamp].ends_with('Z') && text.as_bytes()[4] == b'-' {
        return Some((stamp, "TIME"));
    }
    // The age of a sample from a manual clock, whose time is long ago.
    let days = length(|c| c.is_ascii_digit());
    if days > 0 && text[days..].starts_with("d ago") {
        return Some((days + 5, "Nd ago"));
    }
    let number = length(|c| c.is_ascii_digit() || c == '.');
    // The same step may take milliseconds or seconds.
    if number > 0 && text[number..].starts_with("ms") {
        return Some((number + 2, "Ns"));
    }
    if number > 0 && text[number..].starts_with(" s") {
        let ends = text[number + 2..].chars().next();
        return (!ends.is_some_and(char::is_alphanumeric)).then_some((number + 2, "N s"));
    }
    let unit = text[number..].chars().next();
    let after = text[number..].chars().nth(1);
    let word = after.is_some_and(|c| c.is_ascii_alphanumeric());
    (number > 0 && unit == Some('s') && !word).then_some((number + 1, "Ns"))
}
