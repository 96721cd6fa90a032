//! Runs the command-line tool as a person would run it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use serde_json::Value;

use super::guard::Process;
use super::install::succeed;
use super::problem;
use super::stack::Stack;
use crate::problem::Result;

/// The folder with the workspace's programs. They are built with the features of all tests, so that cargo does not compile
/// dependencies again.
pub(super) struct Programs(PathBuf);

impl Programs {
    pub(super) fn build(root: &Path) -> Result<Self> {
        let mut build = crate::ci::cargo(root);
        build.args(["build", "--quiet", "--workspace", "--all-features"]);
        succeed(build.args(["--bin", "ccloud-offsets", "--example", "conformance"]))?;
        // Cargo puts all programs into the folder of this program.
        let own = std::env::current_exe().map_err(|error| problem("this program", error))?;
        Ok(Self(own.parent().unwrap_or(root).to_owned()))
    }

    pub(super) fn conformance(&self) -> PathBuf {
        self.0.join("examples/conformance")
    }
}

/// The tool with the options and environment variables that connect it to a service.
pub(super) struct Tool {
    program: PathBuf,
    options: Vec<String>,
    pub(super) variables: Vec<(String, String)>,
}

impl Tool {
    /// The tool with the option `--connect`, which makes it use the worker.
    pub(super) fn on_worker(programs: &Programs, stack: &Stack) -> Self {
        let state = stack.folder.path().join("state").display().to_string();
        let worker = stack.worker.url();
        let options = ["--connect", &worker, "--connect-state-dir", &state];
        Self {
            program: programs.0.join("ccloud-offsets"),
            options: options.map(str::to_owned).to_vec(),
            variables: Vec::new(),
        }
    }

    /// The tool with environment variables that name an emulator and its key.
    pub(super) fn on_server(programs: &Programs, variables: Vec<(String, String)>) -> Self {
        Self {
            program: programs.0.join("ccloud-offsets"),
            options: Vec::new(),
            variables,
        }
    }

    /// Adds an environment variable.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.options).args(arguments);
        command.stdin(Stdio::null()).envs(self.variables.clone());
        command
    }

    /// Runs a command, and prints the command with its exit code and time.
    pub(super) fn try_run(&self, arguments: &[&str]) -> Result<(i32, Output)> {
        let (begin, typed) = (Instant::now(), arguments.join(" "));
        let output = self.command(arguments).output();
        let output = output.map_err(|error| problem(&typed, error))?;
        let code = output.status.code().unwrap_or(-1);
        let options = self.options.first().map_or("", |_| "--connect … ");
        let time = begin.elapsed().as_secs_f64();
        println!("  $ ccloud-offsets {options}{typed} → {code} ({time:.0} s)");
        Ok((code, output))
    }

    /// Runs a command, which must end with the exit code `wanted`.
    pub(super) fn run(&self, arguments: &[&str], wanted: i32) -> Result<Output> {
        let (code, output) = self.try_run(arguments)?;
        if code == wanted {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let message = format!("exit code {code} instead of {wanted}\n{said}");
        Err(problem(format!("ccloud-offsets {}", arguments.join(" ")), message).into())
    }

    /// Runs a command with `-o json`, which must succeed, and returns its JSON output.
    pub(super) fn json(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.run(&[arguments, &["-o", "json"]].concat(), 0)?;
        serde_json::from_slice(&output.stdout)
            .map_err(|error| problem(arguments.join(" "), error).into())
    }
}

/// Starts `ccloud-offsets emulator --backend` for the worker, and returns the environment variables for its clients. The emulator
/// ends when the process value is dropped.
pub(super) fn serve(
    programs: &Programs,
    stack: &Stack,
) -> Result<(Process, Vec<(String, String)>)> {
    let mut command = Command::new(programs.0.join("ccloud-offsets"));
    let line = "emulator --quiet --listen 127.0.0.1:0 --backend";
    command.args(line.split(' ')).arg(stack.worker.url());
    let state = stack.folder.path().join("state");
    command.arg("--connect-state-dir").arg(state);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut process = Process::start(&mut command).map_err(|error| problem("the server", error))?;
    let said = process.0.stdout.take();
    let said = said.ok_or_else(|| problem("the server", "no output"))?;
    let mut variables = Vec::new();
    for line in BufReader::new(said).lines().take(5) {
        let line = line.map_err(|error| problem("the server", error))?;
        if let Some((name, value)) = line.trim_start_matches("export ").split_once('=') {
            variables.push((name.to_owned(), value.to_owned()));
        }
    }
    Ok((process, variables))
}
