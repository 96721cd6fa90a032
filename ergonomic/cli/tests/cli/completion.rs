//! Completion with TAB, in real shells at a pseudo-terminal.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ccloud_connect_emulator::{Emulator, Seed, Timing};
use rexpect::process::PtyProcess;
use vt100::Parser;

use crate::tool::{Server, finish, tool};

/// A seed with connectors whose names have characters that are special to shells, and with one connector in a second environment.
const ELSEWHERE: &str = "
environments:
  - id: env-demo1
    clusters:
      - id: lkc-demo1
        topics:
          - {name: orders, partitions: [{latest: 10}, {latest: 20}]}
        connectors:
          - id: lcc-1
            name: orders-sink
            kind: sink
            class: S3_SINK
            topics: [orders]
            offsets:
              - partition: {kafka_partition: 0, kafka_topic: orders}
                offset: {kafka_offset: 10}
              - partition: {kafka_partition: 1, kafka_topic: orders}
                offset: {kafka_offset: 20}
          - {id: lcc-2, name: My Sink, kind: sink, class: S3_SINK, topics: []}
          - {id: lcc-3, name: $(touch hacked), kind: sink, class: S3_SINK, topics: []}
  - id: env-other
    clusters:
      - id: lkc-demo1
        connectors:
          - {id: lcc-9, name: elsewhere-sink, kind: sink, class: S3_SINK, topics: []}
";

fn server() -> Server {
    let seed = Seed::from_yaml(ELSEWHERE).unwrap();
    Server::start(Emulator::builder().timing(Timing::instant()).seed(seed))
}

/// A shell at a pseudo-terminal, and its screen. The tool's completion is installed in the shell as the help says.
struct Shell {
    terminal: File,
    screen: Arc<Mutex<Parser>>,
    _process: PtyProcess,
}

impl Shell {
    /// Starts a shell; `None` when the shell is not installed.
    fn start(shell: &str, server: &Server) -> Option<Self> {
        let (options, setup): (&[&str], &str) = match shell {
            "bash" => (
                &["--norc", "--noprofile", "-i"],
                "bind 'set show-all-if-ambiguous on'; source <(ccloud-offsets completions bash)",
            ),
            "zsh" => (&["-f", "-i"], "source <(ccloud-offsets completions zsh)"),
            _ => (
                &["--no-config", "-i"],
                "ccloud-offsets completions fish | source",
            ),
        };
        let found = Command::new("which").arg(shell).output().ok()?;
        if !found.status.success() {
            return None;
        }
        let program = tool(&server.emulator.url());
        let binary = Path::new(program.get_program()).parent().unwrap();
        let home = std::env::temp_dir();
        let mut command = Command::new(shell);
        command
            .args(options)
            .env_clear()
            .envs(
                program
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env("LANG", "C.UTF-8")
            .env("PS1", "$ ")
            .env("HOME", &home)
            .env(
                "PATH",
                format!("{}:/usr/local/bin:/usr/bin:/bin", binary.display()),
            )
            .current_dir(&home);
        let mut process = PtyProcess::new(command).unwrap();
        process.set_kill_timeout(Some(1000));
        let terminal = process.get_file_handle().unwrap();
        let [rows, columns] = [24, 80].map(|size| NonZeroU16::new(size).unwrap());
        let screen = Arc::new(Mutex::new(Parser::new(rows, columns, 0)));
        let (mut reader, drawn) = (terminal.try_clone().unwrap(), Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                drawn.lock().unwrap().process(&buffer[..length]);
            }
        });
        let mut shell = Self {
            terminal,
            screen,
            _process: process,
        };
        // The typed `re''ady` differs from its output `ready`, so that only the output matches.
        shell.send(&format!(
            "stty rows 24 cols 80 echo; {setup}; clear; echo re''ady\r"
        ));
        shell.wait("ready", |screen| {
            screen.contains("ready") && !screen.contains("stty")
        });
        Some(shell)
    }

    fn send(&mut self, text: &str) {
        self.terminal.write_all(text.as_bytes()).unwrap();
    }

    /// Waits at most 30 s until `done` accepts the screen. `what` names what is not on the screen, for the error.
    fn wait(&self, what: &str, done: impl Fn(&str) -> bool) {
        let started = Instant::now();
        loop {
            let screen = self.screen.lock().unwrap().screen().contents();
            if done(&screen) {
                return;
            }
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "{what} is not on\n{screen}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types a line after the name of the tool, presses TAB, and waits until the shell has completed the line to `expected`.
    fn tab(&mut self, line: &str, expected: &str) {
        self.send(&format!("ccloud-offsets {line}\t"));
        let whole = format!("ccloud-offsets {expected}");
        self.wait(&whole, |screen| screen.contains(&whole));
        // Clears the line and the screen.
        self.send("\u{5}\u{15}");
        self.send("clear\r");
        self.wait("an empty line", |screen| {
            !screen.contains("ccloud") && !screen.contains("clear")
        });
    }
}

#[test]
fn bash_completes() {
    let server = server();
    let mut shell = Shell::start("bash", &server).expect("bash is installed");
    everywhere(&mut shell);
    shell.tab("get '$", "get '$(touch hacked)'");
    let patch = "patch orders-sink --set";
    shell.tab(
        &format!("{patch} orders:1="),
        &format!("{patch} orders:1=20"),
    );
    shell.tab(&format!("{patch}=orders:1"), &format!("{patch}=orders:1="));
    assert!(!std::env::temp_dir().join("hacked").exists());
}

#[test]
fn zsh_and_fish_complete() {
    let server = server();
    for name in ["zsh", "fish"] {
        match Shell::start(name, &server) {
            Some(mut shell) => everywhere(&mut shell),
            None => eprintln!("{name} is not installed"),
        }
    }
}

/// Every shell must complete commands, options, values and names, and must use the typed options to look up names.
fn everywhere(shell: &mut Shell) {
    for (typed, completed) in [
        ("sta", "status"),
        ("patch x --shi", "patch x --shift-by"),
        ("get -o js", "get -o json"),
        ("completions zs", "completions zsh"),
        ("help top", "help topics"),
        ("get orders-s", "get orders-sink"),
        ("get My", r"get My\ Sink"),
        ("-e env-other get else", "-e env-other get elsewhere-sink"),
        ("get -e env-other else", "get -e env-other elsewhere-sink"),
        (
            "delete lcc-1 --partition ord",
            "delete lcc-1 --partition orders:",
        ),
        ("patch lcc-1 --set orders:1", "patch lcc-1 --set orders:1="),
    ] {
        shell.tab(typed, completed);
    }
}

/// The candidates that the tool offers for the last word.
fn candidates(command: &mut Command, words: &[&str]) -> Vec<String> {
    command
        .args(["__complete", "fish", "--", "ccloud-offsets"])
        .args(words);
    let ran = finish(command, "");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let lines = ran.stdout.lines();
    lines
        .map(|line| line.split('\t').next().unwrap().to_owned())
        .collect()
}

#[test]
fn names_are_looked_up_where_the_typed_options_say() {
    let server = server();
    let url = server.emulator.url();
    for (typed, offered) in [
        ("get ", "$(touch hacked),My Sink,orders-sink"),
        // A name that was already typed is not offered again.
        ("get orders-sink o", ""),
        ("-eenv-other wait ", "elsewhere-sink"),
        ("get --endpoint http://127.0.0.1:9 ", ""),
        ("patch orders-sink --set ", "orders:0=,orders:1="),
        ("patch lcc-1 --partition orders:1", "orders:1"),
        ("patch x --accept other-c", "other-connector"),
    ] {
        let words: Vec<_> = typed.split(' ').collect();
        assert_eq!(
            candidates(&mut tool(&url), &words).join(","),
            offered,
            "{typed}"
        );
    }
    // A look-up that fails must offer nothing, not even files.
    let refused = candidates(
        tool(&url).env("CONFLUENT_CLOUD_API_SECRET", "wrong"),
        &["get", ""],
    );
    assert_eq!(refused, Vec::<String>::new());
}

/// When a service accepts the connection and never answers, `get` would wait for two minutes. TAB must return much sooner.
#[test]
fn a_hung_service_does_not_hold_the_shell() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut open = Vec::new();
        while let Ok((mut connection, _)) = listener.accept() {
            let _ = connection.read(&mut [0; 64]);
            open.push(connection);
        }
    });
    let started = Instant::now();
    assert_eq!(
        candidates(&mut tool(&url), &["get", ""]),
        Vec::<String>::new()
    );
    // A look-up takes at most 1.2 s. The limit of the test is higher, for a machine under load.
    assert!(started.elapsed() < Duration::from_secs(10));
}
