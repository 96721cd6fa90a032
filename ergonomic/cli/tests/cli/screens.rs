//! The screen of a terminal of 24 lines after each command, in golden files: one for 80 columns and one for 40.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ccloud_connect::clock::ManualClock;
use ccloud_connect_emulator::{Emulator, Timing};
use rexpect::process::PtyProcess;
use vt100::Parser;

use crate::tool::{Server, golden, tool};

const ROWS: u16 = 24;

/// Command lines for a shell, in the order in which they run. `TOOL` stands for the tool, `MANY` for options that set 400
/// partitions.
const WIDE: [&str; 38] = [
    "TOOL -h",
    "TOOL patch -h",
    "TOOL help topics",
    "TOOL version",
    "TOOL list",
    "TOOL get MysqlSinkConnector",
    "TOOL get oracle-cdc",
    "TOOL get MysqlSinkConnector mysql-cdc young-sink",
    "TOOL get nope",
    "TOOL get custom-connector",
    "TOOL patch orders-sink --shift-by -100 --dry-run",
    "TOOL patch orders-sink --set orders:0=42005 --set orders:1=41000 --set orders:2=0 --dry-run",
    "TOOL patch MysqlSinkConnector",
    "TOOL patch MysqlSinkConnector --to-end",
    "TOOL delete orders-sink --partition orders:0 --dry-run",
    "TOOL delete mysql-cdc --all --dry-run",
    "EDITOR='sed -i s/42000/41000/' TOOL edit orders-sink --dry-run",
    "TOOL status MysqlSinkConnector",
    "TOOL undo MysqlSinkConnector",
    "echo n | TOOL patch orders-sink MANY",
    "echo '[{\"partition\":{\"kafka_topic\":\"topic_A\",\"kafka_partition\":0},\"offset\":{\"kafka_offset\":5}}]' | TOOL patch MysqlSinkConnector --file - --no-confirm --timeout 1s",
    "TOOL status MysqlSinkConnector",
    "TOOL wait MysqlSinkConnector --no-confirm --timeout 1s",
    "TERM=dumb TOOL wait MysqlSinkConnector --no-confirm --timeout 1s",
    "TOOL watch MysqlSinkConnector --count 1",
    "TOOL watch MysqlSinkConnector MySourceConnector oracle-cdc mysql-cdc orders-sink mirror-source --count 1",
    "TOOL undo MysqlSinkConnector --dry-run",
    "TOOL undo MysqlSinkConnector --no-confirm --timeout 1s",
    "TOOL patch young-sink --set orders:0=1 --yes --no-confirm --timeout 1s",
    "TOOL delete MySourceConnector --all --yes --no-confirm --timeout 1s",
    "TOOL status MySourceConnector",
    "TOOL demo",
    "TOOL emulator --listen 127.0.0.1:0",
    "TOOL emulator --print-seed",
    "TOOL schema",
    "TOOL man",
    "TOOL completions bash",
    "TOOL completions fish",
];

/// A command line with one of these words has output for programs, which the tool must not break at the width of the terminal.
const FOR_PROGRAMS: [&str; 4] = ["--print-seed", "schema", "man", "completions"];

const NARROW: [&str; 12] = [
    "TOOL list",
    "TOOL get MysqlSinkConnector",
    "TOOL get oracle-cdc",
    "TOOL get nope",
    "TOOL patch orders-sink --shift-by -100 --dry-run",
    "TOOL patch orders-sink --to-earliest --dry-run -q",
    "TOOL patch mysql-cdc --binlog mysql-bin.000041:4 --dry-run",
    "TOOL delete mysql-cdc --all --dry-run",
    "TOOL patch MysqlSinkConnector --set topic_A:0=7 --no-wait",
    "TOOL status MysqlSinkConnector",
    "TOOL status young-sink",
    "TOOL watch MysqlSinkConnector --count 1",
];

/// Runs a command line at a terminal. Returns the screen after its end, its exit code, and whether the terminal had to break a
/// line. Ctrl-C is not echoed, because a program that ends immediately may end before the echo.
fn at_terminal(server: &Server, line: &str, columns: u16) -> (String, i32, bool) {
    let environment = tool(&server.emulator.url());
    let many: String = (0..400).map(|p| format!(" --set=orders:{p}=5")).collect();
    let program = Path::new(environment.get_program()).display().to_string();
    let line = line.replace("TOOL", &program).replace("MANY", &many);
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            &format!("trap : INT; stty rows {ROWS} cols {columns} echo -echoctl noflsh; {line}"),
        ])
        .env_clear()
        .envs(
            environment
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("PATH", "/usr/bin:/bin");
    let mut process = PtyProcess::new(command).unwrap();
    process.set_kill_timeout(Some(1000));
    let mut terminal = process.get_file_handle().unwrap();
    let [rows, width] = [ROWS, columns].map(|size| NonZeroU16::new(size).unwrap());
    let mut parser = Parser::new(rows, width, 0);
    let (mut wraps, mut answered) = (false, false);
    let mut buffer = [0; 4096];
    // Reading fails when the last process has closed the terminal, and then the loop ends.
    while let Ok(length @ 1..) = terminal.read(&mut buffer) {
        for byte in &buffer[..length] {
            parser.process(std::slice::from_ref(byte));
            // A line with a spinner is filled up to the edge of the terminal, and does not count as broken.
            wraps |= (0..ROWS).any(|row| parser.screen().row_wrapped(row))
                && !parser
                    .screen()
                    .contents()
                    .contains(|c| ('\u{2800}'..='\u{28ff}').contains(&c));
        }
        let shown = parser.screen().contents();
        let answer = match () {
            () if shown.contains("[y/N]") && line.starts_with("echo n") => "n\n",
            () if shown.contains("[y/N]") => "y\n",
            () if shown.contains("\nccloud-offsets get") => "\u{3}",
            () => continue,
        };
        if !std::mem::replace(&mut answered, true) {
            terminal.write_all(answer.as_bytes()).unwrap();
        }
    }
    let status = format!("{:?}", process.wait().unwrap());
    let code = status.rsplit(", ").next().unwrap().trim_end_matches(')');
    let contents = parser.screen().contents();
    let lines: Vec<&str> = contents.lines().map(str::trim_end).collect();
    (
        lines.join("\n").trim_end().to_owned(),
        code.parse().unwrap(),
        wraps,
    )
}

/// Compares the screens of all command lines with one golden file. The server's clock moves only before an `undo`, which needs a
/// later sample.
fn screens(name: &str, lines: &[&str], columns: u16) {
    let clock = ManualClock::default();
    let builder = Emulator::builder().timing(Timing::instant());
    let server = Server::start(builder.clock(clock.clone()));
    let mut all = String::new();
    for line in lines {
        if line.contains("undo") {
            clock.advance(Duration::from_secs(60));
        }
        let (text, code, wraps) = at_terminal(&server, line, columns);
        let is_data = FOR_PROGRAMS.iter().any(|word| line.contains(word));
        assert!(!wraps || is_data, "{line} wraps:\n{text}");
        let line = line.replace("TOOL", "ccloud-offsets");
        writeln!(all, "$ {line}\n{text}\n=> exit code {code}\n").unwrap();
    }
    golden(name, &all);
}

#[test]
fn every_command_fits_the_screen() {
    screens("screens-80.txt", &WIDE, 80);
}

#[test]
fn a_narrow_terminal_loses_nothing_and_breaks_no_word() {
    screens("screens-40.txt", &NARROW, 40);
}
