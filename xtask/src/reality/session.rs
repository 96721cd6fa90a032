//! A session of the command line on real connectors, by way of its server over Kafka Connect: what a person would type,
//! and what must have come of it at the worker.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::problem;
use super::stack::Stack;
use crate::problem::Result;

/// `ccloud-offsets emulator --backend`, running. Ends with the value.
pub(super) struct Server {
    process: Child,
    variables: Vec<(String, String)>,
    tool: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    pub(super) fn start(root: &Path, stack: &Stack) -> Result<Self> {
        let mut build = Command::new(env!("CARGO"));
        build
            .current_dir(root)
            .args(["build", "--quiet", "--package", "ccloud-offsets"]);
        super::install::succeed(&mut build)?;
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let tool = target.join("debug/ccloud-offsets");
        let mut server = Command::new(&tool);
        server
            .args(["emulator", "--listen", "127.0.0.1:0", "--backend"])
            .arg(format!("http://127.0.0.1:{}", stack.worker.0));
        server
            .arg("--connect-state-dir")
            .arg(stack.folder.path().join("state"));
        server
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut process = server
            .spawn()
            .map_err(|error| problem(tool.display(), error))?;
        let mut variables = Vec::new();
        for line in BufReader::new(
            process
                .stdout
                .take()
                .into_iter()
                .next()
                .ok_or_else(|| problem("the server", "no output"))?,
        )
        .lines()
        .take(5)
        {
            let line = line.map_err(|error| problem("the server", error))?;
            if let Some((name, value)) = line.trim_start_matches("export ").split_once('=') {
                variables.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok(Self {
            process,
            variables,
            tool,
        })
    }

    /// What a tool needs to find the server.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&String, &String)> {
        self.variables.iter().map(|(name, value)| (name, value))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.tool);
        command
            .args(arguments)
            .envs(self.variables())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command of the tool, which must end with this code.
    fn run(&self, arguments: &[&str], code: i32) -> Result<Output> {
        println!("  $ ccloud-offsets {}", arguments.join(" "));
        let place = || format!("ccloud-offsets {}", arguments.join(" "));
        let output = self
            .command(arguments)
            .output()
            .map_err(|error| problem(place(), error))?;
        if output.status.code() == Some(code) {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(problem(
            place(),
            format!("{} instead of {code}\n{said}", output.status),
        )
        .into())
    }

    fn json(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.run(&[arguments, &["-o", "json"]].concat(), 0)?;
        serde_json::from_slice(&output.stdout)
            .map_err(|error| problem(arguments.join(" "), error).into())
    }
}

/// The connectors of the table of verdicts are there, stopped.
pub(super) fn run(root: &Path, stack: &Stack) -> Result<()> {
    let server = Server::start(root, stack)?;
    put(stack, "sink", "resume")?;
    await_state(stack, "sink", "RUNNING")?;
    caught_up(stack)?;
    sinks(stack, &server)?;
    sources(stack, &server)?;
    server.run(&["patch", "refusesink", "--set", "topic_A:0=5", "--yes"], 7)?;
    await_state(stack, "refusesink", "STOPPED")?;
    interrupted(root, stack, server)
}

/// Everything that is to be read has been read, again where it must be.
fn caught_up(stack: &Stack) -> Result<()> {
    stack.until(
        "the sink has read everything",
        Duration::from_secs(30),
        || {
            let offsets = stack.worker.get("/connectors/sink/offsets");
            offsets.is_ok_and(|reply| {
                reply.text.contains(r#"{"kafka_offset":5000}"#)
                    && reply.text.contains(r#"{"kafka_offset":4000}"#)
            })
        },
    )
}

fn sinks(stack: &Stack, server: &Server) -> Result<()> {
    let file = stack.folder.path().join("files/sink.txt");
    let lines = || std::fs::read_to_string(&file).map_or(0, |text| text.lines().count());
    let before = lines();
    server.json(&["get", "sink"])?;
    server.run(&["patch", "sink", "--set", "topic_A:0=4000", "--yes"], 0)?;
    caught_up(stack)?;
    server.run(
        &[
            "patch",
            "sink",
            "--shift-by",
            "-100",
            "--partition",
            "topic_B:1",
            "--yes",
        ],
        0,
    )?;
    caught_up(stack)?;
    // What was written again: 1000 records from 4000 on, and 100.
    let again = lines() - before;
    if again != 1100 {
        return Err(problem(
            "records that came again",
            format!("{again} instead of 1100"),
        )
        .into());
    }
    server.run(&["delete", "sink", "--partition", "topic_A:0", "--yes"], 0)?;
    caught_up(stack)?;
    put(stack, "sink", "pause")?;
    await_state(stack, "sink", "PAUSED")?;
    server.run(&["patch", "sink", "--set", "topic_A:0=4990", "--yes"], 0)?;
    await_state(stack, "sink", "PAUSED")?;
    put(stack, "sink", "resume")?;
    caught_up(stack)
}

fn sources(stack: &Stack, server: &Server) -> Result<()> {
    let entry = |partition: Value, offset: Value| json!({"offsets": [{"partition": partition, "offset": offset}]});
    let files = stack.folder.path().join("files");
    let lines: String = (0..100).map(|line| format!("line {line}\n")).collect();
    std::fs::write(files.join("in.txt"), lines).map_err(|error| problem("in.txt", error))?;
    let mirror = json!({"cluster": "primary", "partition": 0, "topic": "payments"});
    let name = files.join("in.txt").display().to_string();
    for (connector, body, code) in [
        (
            "file",
            entry(json!({"filename": name}), json!({"position": 70})),
            0,
        ),
        // The tool knows the format, and sends nothing.
        (
            "file",
            entry(json!({"filename": name}), json!({"position": "x"})),
            2,
        ),
        ("mirror", entry(mirror, json!({"offset": 99})), 0),
        (
            "cdc",
            entry(
                json!({"server": "inventory"}),
                json!({"file": "f", "pos": 5}),
            ),
            0,
        ),
    ] {
        let file = stack.folder.path().join("patch.json");
        std::fs::write(&file, body.to_string()).map_err(|error| problem("patch.json", error))?;
        let path = file.display().to_string();
        server.run(&["patch", connector, "--file", &path, "--yes"], code)?;
    }
    let shown = server.json(&["get", "file"])?;
    if shown["offsets"][0]["offset"]["position"] != 70 {
        return Err(problem("ccloud-offsets get file", shown).into());
    }
    Ok(())
}

/// Two servers at once, and one that is killed while the connector stands still for it.
fn interrupted(root: &Path, stack: &Stack, server: Server) -> Result<()> {
    put(stack, "slowstop", "resume")?;
    await_state(stack, "slowstop", "RUNNING")?;
    std::thread::sleep(Duration::from_secs(2));
    let file = stack.folder.path().join("slow.json");
    let body = json!({"offsets": [{"partition": {"server": "inventory"}, "offset": {"file": "f", "pos": 1}}]});
    std::fs::write(&file, body.to_string()).map_err(|error| problem("slow.json", error))?;
    let path = file.display().to_string();
    server.run(
        &["patch", "slowstop", "--file", &path, "--yes", "--no-wait"],
        0,
    )?;
    let second = Server::start(root, stack)?;
    second.run(
        &["patch", "slowstop", "--file", &path, "--yes", "--no-wait"],
        5,
    )?;
    drop(second);
    // It needs 4 s to stop; the process that waits for it is killed meanwhile.
    drop(server);
    await_state(stack, "slowstop", "STOPPED")?;
    let next = Server::start(root, stack)?;
    await_state(stack, "slowstop", "RUNNING")?;
    let status = next.json(&["status", "slowstop"])?;
    println!("  taken up: {} {}", status["phase"], status["message"]);
    Ok(())
}

fn put(stack: &Stack, name: &str, verb: &str) -> Result<()> {
    let asked = stack
        .worker
        .send("PUT", &format!("/connectors/{name}/{verb}"), "", Some(b""));
    asked.map(drop).map_err(|error| problem(name, error).into())
}

fn await_state(stack: &Stack, name: &str, wanted: &str) -> Result<()> {
    stack.until(
        &format!("{name} is {wanted}"),
        Duration::from_secs(30),
        || {
            let status = stack.worker.get(&format!("/connectors/{name}/status"));
            status.is_ok_and(|reply| {
                let json = reply.json();
                let tasks = json["tasks"].as_array().cloned().unwrap_or_default();
                json["connector"]["state"] == wanted
                    && tasks.iter().all(|task| task["state"] == wanted)
            })
        },
    )
}
