//! The screen of a terminal of 80 columns and 24 lines after each command, in golden files.

use std::io::Read as _;
use std::num::NonZeroU16;
use std::process::Command;

use ccloud_connect::clock::ManualClock;
use ccloud_connect_emulator::{Emulator, Timing};
use rexpect::process::PtyProcess;
use vt100::Parser;

use crate::tool::{Arguments, Server, golden, tool, words};

const ROWS: u16 = 24;

/// A server whose clock does not move, so that ages and rates are always the same.
fn still() -> Server {
    Server::start(
        Emulator::builder()
            .timing(Timing::instant())
            .clock(ManualClock::default()),
    )
}

/// The screen after the command has ended, without the blanks at the ends of lines.
struct Screen {
    text: String,
    /// Whether a line was longer than the screen, so that the terminal broke it.
    wraps: bool,
    code: i32,
}

/// Runs a command of the shell on a terminal of its own, with `input` typed as soon as `until` is shown.
fn at_terminal(mut command: Command, columns: u16, input: Option<(&str, &str)>) -> Screen {
    let program = std::mem::replace(&mut command, Command::new("sh"));
    let mut line = format!("stty rows {ROWS} cols {columns} echo; exec \"$0\" \"$@\"");
    if let Some(("|", rest)) = input {
        // Standard input of the tool is a pipe without data.
        line = format!("stty rows {ROWS} cols {columns} echo; {rest} | \"$0\" \"$@\"");
    }
    command
        .args(["-c", &line])
        .arg(program.get_program())
        .args(program.get_args())
        .env_clear();
    command.envs(
        program
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    command.env("PATH", "/usr/bin:/bin");
    let mut process = PtyProcess::new(command).unwrap();
    process.set_kill_timeout(Some(1000));
    let mut terminal = process.get_file_handle().unwrap();
    let [rows, width] = [ROWS, columns].map(|size| NonZeroU16::new(size).unwrap());
    let mut parser = Parser::new(rows, width, 0);
    let mut wraps = false;
    let mut buffer = [0; 4096];
    let mut answered = false;
    // Reading fails when the last process has closed the terminal.
    while let Ok(length @ 1..) = terminal.read(&mut buffer) {
        for byte in &buffer[..length] {
            parser.process(std::slice::from_ref(byte));
            wraps |= (0..ROWS).any(|row| parser.screen().row_wrapped(row));
        }
        if !answered && parser.screen().contents().contains("[y/N]") {
            use std::io::Write as _;
            let answer = input.map_or("n\n", |(_, answer)| answer);
            let answer = if answer.ends_with('\n') {
                answer
            } else {
                "y\n"
            };
            terminal.write_all(answer.as_bytes()).unwrap();
            answered = true;
        }
    }
    let status = format!("{:?}", process.wait().unwrap());
    let code = status
        .rsplit(", ")
        .next()
        .and_then(|code| code.trim_end_matches(')').parse().ok());
    let contents = parser.screen().contents();
    let lines: Vec<&str> = contents.lines().map(str::trim_end).collect();
    Screen {
        text: lines.join("\n").trim_end().to_owned() + "\n",
        wraps,
        code: code.unwrap_or(-1),
    }
}

fn run(server: &Server, arguments: &(impl Arguments + ?Sized), columns: u16) -> Screen {
    let mut command = tool(&server.emulator.url());
    command.args(arguments.list());
    at_terminal(command, columns, None)
}

#[test]
fn every_command_fits_the_screen() {
    let server = still();
    let url = server.emulator.url();
    server.run("patch oracle-cdc -f /dev/stdin --yes --no-wait");
    let cases: [(&str, &str); 23] = [
        ("help", "-h"),
        ("patch-help", "patch -h"),
        ("topics", "help topics"),
        ("list", "list"),
        ("get", "get MysqlSinkConnector"),
        ("get-source", "get oracle-cdc"),
        ("get-several", "get MysqlSinkConnector mysql-cdc young-sink"),
        ("get-unknown", "get nope"),
        ("get-denied", "get custom-connector"),
        ("plan-rewind", "patch orders-sink --shift-by -100 --dry-run"),
        (
            "plan-mixed",
            "patch orders-sink --set orders:0=42005 --set orders:1=41000 --set orders:2=0 --dry-run",
        ),
        (
            "plan-reset",
            "delete orders-sink --partition orders:0 --dry-run",
        ),
        ("plan-reset-source", "delete mysql-cdc --all --dry-run"),
        ("status-never", "status MysqlSinkConnector"),
        (
            "patch",
            "patch MysqlSinkConnector --set topic_A:0=7 --yes --no-confirm",
        ),
        ("status", "status MysqlSinkConnector"),
        ("wait", "wait MysqlSinkConnector --no-confirm"),
        (
            "delete",
            "delete MySourceConnector --all --yes --no-confirm",
        ),
        ("status-delete", "status MySourceConnector"),
        ("watch", "watch MysqlSinkConnector --count 1"),
        ("version", "version"),
        ("usage", "patch MysqlSinkConnector"),
        ("usage-other-words", "patch MysqlSinkConnector --to-end"),
    ];
    for (name, arguments) in cases {
        let screen = run(&server, arguments, 80);
        golden(&format!("screens/{name}.txt"), &screen.text);
        assert!(!screen.wraps, "{name} wraps:\n{}", screen.text);
    }
    let mut edit = tool(&url);
    edit.args(words("edit orders-sink --dry-run"))
        .env("EDITOR", "sed -i s/42000/41000/");
    let screen = at_terminal(edit, 80, None);
    golden("screens/edit.txt", &screen.text);
    assert!(!screen.wraps, "{}", screen.text);
    let mut dumb = tool(&url);
    dumb.args(words("wait MysqlSinkConnector --no-confirm"))
        .env("TERM", "dumb");
    assert!(at_terminal(dumb, 80, None).text.contains("applied"));
}

/// On a terminal half as wide, no line is longer than the screen.
#[test]
fn a_narrow_terminal_loses_nothing() {
    let server = still();
    for arguments in [
        "get oracle-cdc",
        "get MysqlSinkConnector",
        "list",
        "patch orders-sink --shift-by -100 --dry-run",
    ] {
        let screen = run(&server, arguments, 40);
        assert!(!screen.wraps, "{arguments:?}:\n{}", screen.text);
    }
    let source = run(&server, "get oracle-cdc", 40).text;
    assert!(source.contains("9007199254740993"), "{source}");
}

/// The question names its connector, because a long plan scrolls off the screen.
#[test]
fn the_question_repeats_what_it_is_about() {
    let server = still();
    let partitions: Vec<String> = (0..400).map(|p| format!("--set=orders:{p}=5")).collect();
    let mut arguments = vec!["patch", "orders-sink"];
    arguments.extend(partitions.iter().map(String::as_str));
    let screen = run(&server, &arguments, 80);
    assert_eq!(screen.code, 130, "{}", screen.text);
    golden("screens/question.txt", &screen.text);
    for expected in [
        "orders-sink",
        "env-demo1",
        "lkc-demo1",
        "3 partitions read again",
        "[y/N]",
    ] {
        assert!(
            screen.text.contains(expected),
            "{expected}: {}",
            screen.text
        );
    }
}

/// Standard input is the pipe, so the answer is typed at the terminal.
#[test]
fn a_question_at_a_pipe_is_asked_on_the_terminal() {
    let server = still();
    let mut command = tool(&server.emulator.url());
    command.args(words("patch MysqlSinkConnector --file - --no-confirm"));
    let pipe = "echo '[{\"partition\":{\"kafka_topic\":\"topic_A\",\"kafka_partition\":0},\"offset\":{\"kafka_offset\":5}}]'";
    let screen = at_terminal(command, 80, Some(("|", pipe)));
    assert_eq!(screen.code, 0, "{}", screen.text);
    golden("screens/pipe.txt", &screen.text);
    assert!(screen.text.contains("applied"), "{}", screen.text);
}
