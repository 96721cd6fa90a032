//! `emulator`: a local server for this and other tools.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use ccloud_connect_emulator::Emulator;

use crate::tool::{Server, bare, finish};

/// Stops the process when the test ends, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn prints_what_a_shell_needs_and_serves() {
    let directory = tempfile::tempdir().unwrap();
    let seed = directory.path().join("seed.yaml");
    let text = "environments: [{id: env-1, clusters: [{id: lkc-1, connectors: [{id: lcc-1, name: my own, kind: sink, class: X, topics: []}]}]}]";
    std::fs::write(&seed, text).unwrap();
    let mut command = bare();
    command
        .args([
            "emulator",
            "--listen",
            "127.0.0.1:0",
            "--speed",
            "10",
            "--seed",
        ])
        .arg(&seed)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let mut get = bare();
    get.args(["get", "my own", "-o", "json"]);
    for line in lines.take(5) {
        let line = line.unwrap();
        let (name, value) = line
            .strip_prefix("export ")
            .unwrap()
            .split_once('=')
            .unwrap();
        get.env(name, value);
    }
    let ran = finish(&mut get, "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("\"id\": \"lcc-1\""), "{}", ran.stdout);
}

/// Starts it with further options and a seed on standard input, and returns the endpoint that it prints.
fn endpoint_of(options: &[&str], seed: &str) -> (Running, String) {
    let mut command = bare();
    command.arg("emulator").args(options);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let mut input = running.0.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, seed.as_bytes()).unwrap();
    drop(input);
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let endpoint = line
        .trim()
        .strip_prefix("export CONFLUENT_CLOUD_ENDPOINT=")
        .unwrap();
    (running, endpoint.to_owned())
}

#[test]
fn it_prints_an_endpoint_that_the_tool_accepts_wherever_it_listens() {
    let printed = finish(bare().args(["emulator", "--print-seed"]), "");
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    for options in [
        &["--listen", "0.0.0.0:0", "--seed", "-"][..],
        &[
            "--listen",
            "localhost:0",
            "--seed",
            "-",
            "--base-path",
            "api/",
        ],
    ] {
        let (_running, endpoint) = endpoint_of(options, &printed.stdout);
        assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
        let mut list = bare();
        list.args([
            "list",
            "--names",
            "-e",
            "env-demo1",
            "-k",
            "lkc-demo1",
            "--endpoint",
            &endpoint,
        ]);
        list.env("CONFLUENT_CLOUD_API_KEY", ccloud_connect_emulator::API_KEY);
        list.env(
            "CONFLUENT_CLOUD_API_SECRET",
            ccloud_connect_emulator::API_SECRET,
        );
        let ran = finish(&mut list, "");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("orders-sink"), "{}", ran.stdout);
    }
}

#[test]
fn what_keeps_it_from_starting_is_said() {
    let server = Server::start(Emulator::builder());
    let taken = server.emulator.address().to_string();
    for (arguments, expected) in [
        (&["--listen", taken.as_str()][..], "the port is taken"),
        (
            &["--speed", "0", "--listen", "127.0.0.1:0"],
            "speed must be a number above 0",
        ),
        (&["--seed", "/no/such/file"], "cannot be used"),
        (&["--assume", "busy=rude"], "bad_request"),
        (&["--assume", "busy"], "NAME=VALUE"),
        (&["--rate-limit", "10"], "REQUESTS/TIME"),
        (&["--listen", "example.com:80"], "127.0.0.1:8099"),
    ] {
        let ran = finish(bare().arg("emulator").args(arguments), "");
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
}
