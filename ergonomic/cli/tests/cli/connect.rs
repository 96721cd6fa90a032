//! Tests of `--connect`, with a scripted worker of Kafka Connect.

use crate::tool::{Ran, bare, finish, runtime, words};
use crate::worker::{Fault, Worker};

/// A scripted worker with its runtime, and a folder in which the tool records requests.
struct Scene {
    _runtime: tokio::runtime::Runtime,
    worker: Worker,
    state: tempfile::TempDir,
}

fn scene() -> Scene {
    let runtime = runtime();
    let worker = runtime.block_on(Worker::start());
    Scene {
        _runtime: runtime,
        worker,
        state: tempfile::tempdir().unwrap(),
    }
}

const PATCH: &str = "patch sink --set t:0=3 --yes --no-confirm";

impl Scene {
    fn run(&self, line: &str) -> Ran {
        self.run_at(&self.worker.url(), line)
    }

    fn run_at(&self, worker: &str, line: &str) -> Ran {
        let mut command = bare();
        command.args(["--connect", worker, "--connect-state-dir"]);
        finish(command.arg(self.state.path()).args(words(line)), "")
    }
}

#[test]
fn offsets_are_read_and_altered_without_an_account() {
    let scene = scene();
    let shown = scene.run("get sink -o json").ends(0).json();
    assert_eq!(shown["offsets"][0]["offset"]["kafka_offset"], 5);
    for state in ["PAUSED", "STOPPED"] {
        scene.worker.set(state);
        let ran = scene.run(PATCH).ends(0);
        ran.says(&format!(
            "sink is {state}, and is expected to stay {state}."
        ));
        assert!(!ran.stderr.contains("warning: sink"), "{}", ran.stderr);
        assert_eq!(scene.worker.now(), state);
    }
    scene.run("status sink -o json").prints("APPLIED");
    // This machine is reached without a proxy, and a profile has no part in it.
    let mut command = bare();
    command.env("CCLOUD_OFFSETS_PROFILE", "prod");
    command.env("HTTP_PROXY", "http://127.0.0.1:1");
    command.args(["get", "sink", "--connect", &scene.worker.url()]);
    let command = command.arg("--connect-state-dir").arg(scene.state.path());
    finish(command, "").ends(0);
}

#[test]
fn a_refusal_is_told_and_the_connector_runs_again() {
    let scene = scene();
    scene.worker.fault("PATCH", Fault::Status(500), 1);
    scene.run(PATCH).ends(7).says("The offsets are unchanged.");
    assert_eq!(scene.worker.now(), "RUNNING");
    // A PAUSED connector does not read on, so a later sample at the old position proves that nothing was changed.
    let scene = self::scene();
    scene.worker.set("PAUSED");
    scene.worker.fault("PATCH", Fault::Status(500), 1);
    let ran = scene.run("patch sink --set t:0=3 --yes -o json").ends(7);
    assert_eq!(ran.error()["error"]["changed"], "no", "{}", ran.stderr);
}

#[test]
fn what_has_no_meaning_there_is_refused() {
    let scene = scene();
    for line in [
        "patch sink --set t:0=3 --yes --no-wait",
        "get sink -e env-1",
        "get sink --connect-user-file /no/such/file",
    ] {
        scene.run(line).ends(2);
    }
    assert_eq!(scene.worker.requests(), [""; 0]);
    for url in [
        "nonsense",
        "localhost:8083",
        "ftp://localhost",
        "http://me:hunter2@[x",
    ] {
        let ran = scene.run_at(url, "get sink").ends(2);
        ran.says("a worker needs an http or https URL");
        assert!(!ran.stderr.contains("hunter2"));
    }
    scene.run_at("http://127.0.0.1:1", "get sink").ends(6);
}
