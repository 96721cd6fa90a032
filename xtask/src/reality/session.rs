//! Runs commands of the tool on real connectors, as a person would type them, and asks the worker for the results.

use std::fs;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::guard::Process;
use super::problem;
use super::stack::{Stack, spawn};
use super::tool::{Programs, Tool, serve};
use crate::problem::{Problems, Result};

const LONG: Duration = Duration::from_secs(60);
/// How often a change is tried. The tool refuses it when the running connector has moved on since the plan.
const MOVES_ON: usize = 5;

/// Runs all parts of the session. The connectors of the recorded table must exist and be stopped. Parts that use different
/// connectors run at the same time.
pub(super) fn run(stack: &mut Stack, programs: &Programs) -> Result<()> {
    let tool = Tool::on_worker(programs, stack);
    let mut problems = Problems::default();
    thread::scope(|scope| {
        let (stack, tool) = (&*stack, &tool);
        let parts = [
            scope.spawn(move || sink(stack, tool)),
            scope.spawn(move || paused(stack, tool)),
            scope.spawn(move || sources(stack, tool)),
            scope.spawn(move || conformance(stack, programs)),
            scope.spawn(move || killed(stack, tool)),
            scope.spawn(move || names(stack, tool, programs)),
        ];
        for part in parts {
            let panicked = |_| Err(problem("the session", "a thread of it panicked").into());
            problems.take(part.join().unwrap_or_else(panicked));
        }
    });
    problems.take(worker_dies(stack, &tool));
    problems.into_result()
}

/// Runs the conformance suite of the emulator's crate on the simulated service and on the worker.
fn conformance(stack: &Stack, programs: &Programs) -> Result<()> {
    put(stack, "truesink", "resume", "RUNNING")?;
    reads_up_to(stack, "truesink", &[5000, 4000])?;
    let (_server, variables) = serve(programs, stack)?;
    let mut suite = Command::new(programs.conformance());
    suite
        .envs(variables)
        .env("CCLOUD_EXPENDABLE_CONNECTOR", "truesink");
    let output = suite.stdin(Stdio::null()).output();
    let output = output.map_err(|error| problem("the conformance suite", error))?;
    // The whole output is printed in one call, because other parts print at the same time.
    println!("{}", String::from_utf8_lossy(&output.stdout).trim_end());
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(problem("the conformance suite", said).into())
}

fn sink(stack: &Stack, tool: &Tool) -> Result<()> {
    put(stack, "sink", "resume", "RUNNING")?;
    let all = || reads_up_to(stack, "sink", &[5000, 4000]);
    all()?;
    let file = stack.file("sink.txt");
    let lines = || fs::read_to_string(&file).map_or(0, |text| text.lines().count());
    let again = |what: &str, before: usize, wanted: usize| match lines() - before {
        seen if seen == wanted => Ok(()),
        seen => {
            let message = format!("{seen} records came again instead of {wanted}");
            Err(problem(what, message))
        }
    };
    // Exit code 10 is allowed too: the tool cannot tell a sink that has already read everything again from one that never went
    // back.
    let moves = |arguments: &[&str]| -> Result<()> {
        let (code, output) = tool.try_run(&[arguments, &["--yes"]].concat())?;
        if ![0, 10].contains(&code) {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(problem(arguments.join(" "), format!("exit code {code}\n{said}")).into());
        }
        all()
    };
    tool.json(&["get", "sink"])?;
    let before = lines();
    moves(&["patch", "sink", "--set", "topic_A:0=4000"])?;
    again("--set", before, 1000)?;
    let before = lines();
    let shift = "patch sink --shift-by -100 --partition topic_B:1";
    moves(&shift.split(' ').collect::<Vec<_>>())?;
    again("--shift-by", before, 100)?;
    let before = lines();
    moves(&["undo", "sink"])?;
    again("undo", before, 0)?;
    moves(&["delete", "sink", "--partition", "topic_A:0"])?;
    again("delete", before, 5000)?;
    Ok(())
}

/// A paused connector must be paused again after an alteration, and an alteration that the plugin refuses must change nothing.
fn paused(stack: &Stack, tool: &Tool) -> Result<()> {
    put(stack, "orders", "resume", "RUNNING")?;
    reads_up_to(stack, "orders", &[500, 480, 510])?;
    put(stack, "orders", "pause", "PAUSED")?;
    tool.run(&["patch", "orders", "--set", "orders:0=450", "--yes"], 0)?;
    await_state(stack, "orders", "PAUSED")?;
    reads_up_to(stack, "orders", &[450, 480, 510])?;
    put(stack, "orders", "resume", "RUNNING")?;
    reads_up_to(stack, "orders", &[500, 480, 510])?;
    tool.run(&["patch", "refusesink", "--set", "topic_A:0=5", "--yes"], 7)?;
    await_state(stack, "refusesink", "STOPPED")?;
    reads_up_to(stack, "refusesink", &[])
}

fn sources(stack: &Stack, tool: &Tool) -> Result<()> {
    let lines: String = (0..100).map(|line| format!("line {line}\n")).collect();
    fs::write(stack.file("in.txt"), lines).map_err(|error| problem("in.txt", error))?;
    let file = json!({"filename": stack.file("in.txt")});
    let mirror = json!({"cluster": "primary", "partition": 0, "topic": "payments"});
    let server = json!({"server": "inventory"});
    let ahead = json!({"file": "f", "pos": 100_000});
    put(stack, "cdc", "resume", "RUNNING")?;
    for (connector, partition, offset, code, state) in [
        ("file", &file, json!({"position": 70}), 0, "STOPPED"),
        // The position must be a number in this format, so the tool must refuse the text and send nothing.
        ("file", &file, json!({"position": "x"}), 2, "STOPPED"),
        ("mirror", &mirror, json!({"offset": 99}), 0, "STOPPED"),
        ("cdc", &server, ahead, 0, "RUNNING"),
    ] {
        let path = patch_file(stack, connector, partition, &offset)?;
        let patch = ["patch", connector, "--file", &path, "--yes"];
        let mut tries = (1..MOVES_ON).map(|_| tool.try_run(&patch));
        // The tool refuses the plan as outdated when the connector has moved on, so the command is tried again.
        if !tries.any(|tried| tried.is_ok_and(|(seen, _)| seen == code)) {
            tool.run(&patch, code)?;
        }
        await_state(stack, connector, state)?;
    }
    let shown = tool.json(&["get", "file"])?;
    if shown["offsets"][0]["offset"]["position"] != 70 {
        return Err(problem("ccloud-offsets get file", shown).into());
    }
    let shown = tool.json(&["get", "cdc"])?;
    match shown["offsets"][0]["offset"]["pos"].as_i64() {
        Some(pos) if pos > 100_000 => Ok(()),
        _ => Err(problem("ccloud-offsets get cdc", shown).into()),
    }
}

/// Alters connectors whose names contain characters with a meaning in URLs, through `--connect` and through `--backend`. The
/// worker's HTTP server refuses some of these URLs, and the tool must report that.
fn names(stack: &Stack, tool: &Tool, programs: &Programs) -> Result<()> {
    let (_server, variables) = serve(programs, stack)?;
    let served = Tool::on_server(programs, variables);
    let class = "reality.LooseSource";
    let config = json!({"connector.class": class, "tasks.max": "1", "server": "inventory"});
    let offset = json!({"file": "f", "pos": 7});
    let path = patch_file(stack, "names", &json!({"server": "inventory"}), &offset)?;
    for (name, reached) in [
        ("a b;c+d|[e]", true),
        ("ä 'v1.2' \"x\"", true),
        ("a/b", false),
        ("a%b", false),
    ] {
        stack.worker.create(name, &config, "STOPPED")?;
        let code = if reached { 0 } else { 2 };
        for tool in [tool, &served] {
            let patch = ["patch", name, "--file", &path, "--yes"];
            let output = tool.run(&patch, code)?;
            let said = String::from_utf8_lossy(&output.stderr);
            let right = match reached {
                true => tool.json(&["get", name])?["offsets"][0]["offset"] == offset,
                false => said.contains("refuses the URL"),
            };
            if !right {
                return Err(problem(name, said).into());
            }
        }
    }
    Ok(())
}

/// Runs two processes at the same time: the second must end with exit code 5. Then kills a process while the connector is
/// stopped for its alteration: another process must complete the alteration. The connector needs 4 s to stop.
fn killed(stack: &Stack, tool: &Tool) -> Result<()> {
    put(stack, "slowstop", "resume", "RUNNING")?;
    let patch = patch_slowly(stack)?;
    let patch: Vec<&str> = patch.iter().map(String::as_str).collect();
    let mut first = begin(stack, tool, &patch)?;
    tool.run(&patch, 5)?;
    let ended = end(&mut first)?;
    if !ended.success() {
        return Err(problem("the first of two processes", ended).into());
    }
    await_state(stack, "slowstop", "RUNNING")?;
    // Dropping the process kills it. Any other process with the same state directory may complete the alteration.
    drop(begin(stack, tool, &patch)?);
    taken_up(stack, tool)
}

/// Kills the worker while the connector is stopped for an alteration, and starts the worker again. The alteration must still end.
fn worker_dies(stack: &mut Stack, tool: &Tool) -> Result<()> {
    await_state(stack, "slowstop", "RUNNING")?;
    let patch = patch_slowly(stack)?;
    let patch: Vec<&str> = patch.iter().map(String::as_str).collect();
    let mut begun = begin(stack, tool, &patch)?;
    stack.kill_worker();
    println!("  the worker is killed, and started again");
    stack.restart_worker()?;
    let ended = end(&mut begun)?;
    println!("  the tool ends with {}", ended.code().unwrap_or(-1));
    taken_up(stack, tool)
}

/// Waits until the connector runs again and its alteration has ended. The command `status` continues an interrupted alteration.
fn taken_up(stack: &Stack, tool: &Tool) -> Result<()> {
    tool.json(&["status", "slowstop"])?;
    await_state(stack, "slowstop", "RUNNING")?;
    let status = tool.json(&["status", "slowstop"])?;
    println!("  taken up: {} {}", status["phase"], status["message"]);
    match status["phase"].as_str() {
        Some("APPLIED" | "FAILED") => Ok(()),
        _ => Err(problem("what was taken up", status).into()),
    }
}

fn patch_slowly(stack: &Stack) -> Result<Vec<String>> {
    let offset = json!({"file": "f", "pos": 1});
    let path = patch_file(stack, "slowstop", &json!({"server": "inventory"}), &offset)?;
    Ok(["patch", "slowstop", "--file", &path, "--yes"]
        .map(str::to_owned)
        .to_vec())
}

/// Starts a patch, and returns when the connector is stopped for it. A running source may move on between the plan and the
/// request. The tool then does not send the request, so the patch is tried again.
fn begin(stack: &Stack, tool: &Tool, patch: &[&str]) -> Result<Process> {
    for _ in 0..MOVES_ON {
        let mut process = spawn(stack.folder.path(), "patch", &mut tool.command(patch))?;
        stack.until("slowstop is being stopped", LONG, || {
            let state = stack.worker.state("slowstop");
            state.is_ok_and(|(state, _)| state == "STOPPED") || process.ended()
        })?;
        if !process.ended() {
            return Ok(process);
        }
    }
    Err(problem("a patch", patch_log(stack)).into())
}

fn end(patch: &mut Process) -> Result<ExitStatus> {
    let ended = patch.0.wait();
    ended.map_err(|error| problem("a patch", error).into())
}

fn patch_log(stack: &Stack) -> String {
    fs::read_to_string(stack.folder.path().join("patch.log")).unwrap_or_default()
}

fn patch_file(stack: &Stack, name: &str, partition: &Value, offset: &Value) -> Result<String> {
    let path = stack.folder.path().join(format!("{name}.json"));
    let body = json!({"offsets": [{"partition": partition, "offset": offset}]});
    fs::write(&path, body.to_string()).map_err(|error| problem(path.display(), error))?;
    Ok(path.display().to_string())
}

/// Waits until a sink has committed these offsets, in any order. Offsets of 0 are ignored.
fn reads_up_to(stack: &Stack, name: &str, wanted: &[i64]) -> Result<()> {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    stack.until(&format!("{name} has the offsets {wanted:?}"), LONG, || {
        let reply = stack.worker.get(&format!("/connectors/{name}/offsets"));
        let answer = reply.map_or(Value::Null, |reply| reply.json());
        let entries = answer["offsets"].as_array().into_iter().flatten();
        let offsets = entries.filter_map(|entry| entry["offset"]["kafka_offset"].as_i64());
        let mut offsets: Vec<i64> = offsets.filter(|offset| *offset > 0).collect();
        offsets.sort_unstable();
        offsets == wanted
    })
}

fn put(stack: &Stack, name: &str, verb: &str, wanted: &str) -> Result<()> {
    stack.worker.put(name, verb)?;
    await_state(stack, name, wanted)
}

pub(super) fn await_state(stack: &Stack, name: &str, wanted: &str) -> Result<()> {
    stack.until(&format!("{name} is {wanted}"), LONG, || {
        stack.worker.is(name, wanted)
    })
}
