//! Tests of `emulator`, a local server for this tool and others.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use ccloud_connect_emulator::Emulator;

use crate::tool::{Server, bare, finish};

/// A process that is stopped when the test ends, even when the test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the emulator with these options and a seed on standard input. Returns the variables that the emulator prints.
fn started(options: &[&str], seed: &str) -> (Running, Vec<(String, String)>) {
    let mut command = bare();
    command.args(["emulator", "--seed=-"]).args(options);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let mut input = running.0.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, seed.as_bytes()).unwrap();
    drop(input);
    let lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let variable = |line: String| {
        let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    let variables = lines.take(5).map(|line| variable(line.unwrap()).unwrap());
    (running, variables.collect())
}

#[test]
fn prints_what_a_shell_needs_and_serves() {
    let seed = "environments: [{id: env-1, clusters: [{id: lkc-1, connectors: [{id: lcc-1, name: my own, kind: sink, class: X, topics: []}]}]}]";
    let (_running, variables) = started(&["--listen=127.0.0.1:0", "--speed=10"], seed);
    let mut get = bare();
    get.args(["get", "my own", "-o", "json"]).envs(variables);
    finish(&mut get, "").ends(0).prints("\"id\": \"lcc-1\"");
}

/// Kafka Connect keeps the values of an offset, but not its text. The emulator must do the same, so blanks that a tool such as
/// jq adds must not come back.
#[test]
fn the_blanks_of_a_file_do_not_come_back() {
    let seed = |offsets: &str| {
        format!(
            r#"{{"environments": [{{"id": "env-1", "clusters": [{{"id": "lkc-1", "connectors": [
            {{"id": "lcc-1", "name": "cdc", "kind": "source", "class": "MySqlCdcSourceV2", "offsets": {offsets}}}]}}]}}]}}"#
        )
    };
    let at = |pos| {
        format!(
            r#"[ {{ "partition": {{ "server" : "a b" }}, "offset": {{ "file": "mysql-bin.000042",
            "pos" : {pos} }} }} ]"#
        )
    };
    let options = ["--listen=127.0.0.1:0", "--speed=1000"];
    let (_running, variables) = started(&options, &seed(&at(4)));
    let run = |line: &str, input: &str| {
        let mut command = bare();
        command.args(line.split(' ')).envs(variables.clone());
        finish(&mut command, input).ends(0).stdout
    };
    for (file, pos) in [("", 4), (&*at(197), 197)] {
        if !file.is_empty() {
            run("patch cdc --file - --yes --confirm", file);
        }
        let shown = run("get cdc -o json", "");
        for compact in [
            r#""partition": {"server":"a b"}"#.to_owned(),
            format!(r#""offset": {{"file":"mysql-bin.000042","pos":{pos}}}"#),
        ] {
            let shown = shown.replace("\":{", "\": {");
            assert!(shown.contains(&compact), "{compact} is not in {shown}");
        }
    }
}

#[test]
fn it_prints_an_endpoint_that_the_tool_accepts_wherever_it_listens() {
    let printed = finish(bare().args(["emulator", "--print-seed"]), "").ends(0);
    for options in [
        &["--listen=0.0.0.0:0"][..],
        &["--listen=localhost:0", "--base-path=api/"],
    ] {
        let (_running, variables) = started(options, &printed.stdout);
        let endpoint = &variables[0].1;
        assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
        let mut list = bare();
        list.args(["list", "--names"]).envs(variables);
        finish(&mut list, "").ends(0).prints("orders-sink");
    }
}

/// Sends the emulator a GET with these headers, and returns the answer.
fn asked(endpoint: &str, path: &str, headers: &str) -> String {
    let (host, base) = endpoint
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let head = format!("GET /{base}{path} HTTP/1.0\r\nhost: {host}\r\n{headers}\r\n");
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    std::io::read_to_string(stream).unwrap()
}

#[test]
fn its_options_go_with_the_control() {
    let directory = tempfile::tempdir().unwrap();
    let token = directory.path().join("token");
    std::fs::write(&token, "t0ken\n").unwrap();
    let printed = finish(bare().args(["emulator", "--print-seed"]), "");
    let token = format!("--bearer-token-file={}", token.display());
    let options =
        "--listen=localhost:0 --base-path=/api --rate-limit=1/1h --assume=busy=bad_request";
    let options: Vec<&str> = options.split(' ').chain([token.as_str()]).collect();
    let (_running, variables) = started(&options, &printed.stdout);
    let endpoint = &variables[0].1;
    let list = "/connect/v1/environments/env-demo1/clusters/lkc-demo1/connectors";
    let key = "authorization: Bearer t0ken\r\n";
    assert!(asked(endpoint, list, key).contains(" 200 OK"));
    assert!(asked(endpoint, list, key).contains(" 429 "));
    let assumed = asked(endpoint, "/emulator/v1/assumptions", "");
    assert!(assumed.contains("\"busy\":\"bad_request\""), "{assumed}");
    let log = asked(endpoint, "/emulator/v1/requests", "");
    assert!(
        log.contains("Bearer (not shown)") && !log.contains("t0ken"),
        "{log}"
    );
    let foreign = "x-forwarded-for: 192.0.2.1\r\n";
    let control = "/emulator/v1/clock";
    assert!(asked(endpoint, control, foreign).contains(" 401 "));
    assert!(asked(endpoint, control, &format!("{foreign}{key}")).contains(" 200 OK"));
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
        (&["--rate-limit", "0/1s"], "above 0"),
        (&["--rate-limit", "1/0s"], "above 0"),
        (&["--base-path", "/a b?#"], "expected a path such as /api"),
        (&["--listen", "example.com:80"], "127.0.0.1:8099"),
    ] {
        let ran = finish(bare().arg("emulator").args(arguments), "");
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        ran.says(expected);
    }
}
