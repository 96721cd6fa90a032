//! `--connect`: the tool with a scripted worker of Kafka Connect.

use std::process::Command;

use serde_json::Value;

use crate::tool::{bare, finish};
use crate::worker::{Fault, Worker};

/// A scripted worker with its runtime, and a folder for the tool's state.
struct Scene {
    _runtime: tokio::runtime::Runtime,
    worker: Worker,
    state: tempfile::TempDir,
}

fn scene() -> Scene {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let worker = runtime.block_on(Worker::start());
    Scene {
        _runtime: runtime,
        worker,
        state: tempfile::tempdir().unwrap(),
    }
}

impl Scene {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare();
        command
            .args(["--connect", &self.worker.url(), "--connect-state-dir"])
            .arg(self.state.path());
        command.args(arguments);
        command
    }
}

#[test]
fn offsets_are_read_and_altered_without_an_account() {
    let scene = scene();
    let shown = finish(&mut scene.command(&["get", "sink", "-o", "json"]), "");
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(shown["offsets"][0]["offset"]["kafka_offset"], 5);

    scene.worker.set("PAUSED");
    let patch = ["patch", "sink", "--set", "t:0=3", "--yes", "--no-confirm"];
    let patched = finish(&mut scene.command(&patch), "");
    assert_eq!(patched.code, 0, "{}", patched.stderr);
    assert_eq!(scene.worker.now(), "PAUSED");
    let status = finish(&mut scene.command(&["status", "sink", "-o", "json"]), "");
    assert!(status.stdout.contains("APPLIED"), "{}", status.stdout);
}

#[test]
fn a_refusal_is_told_and_the_connector_runs_again() {
    let scene = scene();
    scene.worker.fault("PATCH", Fault::Status(500), 1);
    let patch = ["patch", "sink", "--set", "t:0=3", "--yes", "--no-confirm"];
    let failed = finish(&mut scene.command(&patch), "");
    assert_eq!(failed.code, 7, "{}", failed.stderr);
    assert!(
        failed.stderr.contains("The offsets are as they were."),
        "{}",
        failed.stderr
    );
    assert_eq!(scene.worker.now(), "RUNNING");
}

#[test]
fn what_has_no_meaning_there_is_refused() {
    let scene = scene();
    for arguments in [
        &["patch", "sink", "--set", "t:0=3", "--yes", "--no-wait"][..],
        &["get", "sink", "-e", "env-1"],
        &["get", "sink", "--connect-user-file", "/no/such/file"],
    ] {
        let ran = finish(&mut scene.command(arguments), "");
        assert_eq!(ran.code, 2, "{}", ran.stderr);
    }
    assert_eq!(scene.worker.requests(), [""; 0]);
    let mut nobody = bare();
    nobody
        .args(["--connect", "http://127.0.0.1:1", "--connect-state-dir"])
        .arg(scene.state.path());
    let ran = finish(nobody.args(["get", "sink"]), "");
    assert_eq!(ran.code, 6, "{}", ran.stderr);
}
