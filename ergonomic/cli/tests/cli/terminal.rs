//! The tool at a terminal: questions, the spinner, Ctrl-C.

use std::time::Duration;

use ccloud_connect_emulator::{Emulator, Fault, Operation, Timing};
use rexpect::session::{PtySession, spawn_command};

use crate::tool::{Server, tool, words};

const SINK: &str = "MysqlSinkConnector";
const PATCH: &str = "patch MysqlSinkConnector --set topic_A:0=7";

fn spawn(server: &Server, arguments: &str) -> PtySession {
    let mut command = tool(&server.emulator.url());
    command.args(words(arguments));
    spawn_command(command, Some(20_000)).unwrap()
}

fn ends_with(session: &mut PtySession, code: i32) {
    let rest = session.exp_eof().unwrap();
    let status = format!("{:?}", session.process_mut().wait().unwrap());
    assert!(
        status.starts_with("Exited") && status.ends_with(&format!(", {code})")),
        "{status}: {rest}"
    );
}

#[test]
fn a_yes_sends() {
    let server = Server::quick();
    let mut session = spawn(&server, PATCH);
    session
        .exp_string("topic_A:0  20032323      7  -20032316")
        .unwrap();
    session.exp_string("[y/N]").unwrap();
    assert_eq!(server.accepted(SINK), 0);
    session.send_line("y").unwrap();
    session.exp_string("APPLIED").unwrap();
    ends_with(&mut session, 0);
    assert_eq!(server.accepted(SINK), 1);
}

#[test]
fn a_no_or_silence_does_not() {
    let server = Server::quick();
    for answer in ["n", "", "yess"] {
        let mut session = spawn(&server, PATCH);
        session.exp_string("[y/N]").unwrap();
        session.send_line(answer).unwrap();
        session.exp_string("declined").unwrap();
        session.exp_string("changed: nothing").unwrap();
        ends_with(&mut session, 130);
    }
    assert_eq!(server.accepted(SINK), 0);
}

/// A person must see the question before answering it, so text that was typed earlier must not count as the answer.
#[test]
fn what_was_typed_before_the_question_is_no_answer() {
    let server = Server::quick();
    let slow = Fault::act().delay(Duration::from_secs(2));
    server.fault(Operation::ReadOffsets, slow);
    let mut session = spawn(&server, PATCH);
    session.exp_string("making the plan").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("[y/N]").unwrap();
    session.send_line("n").unwrap();
    session.exp_string("declined").unwrap();
    ends_with(&mut session, 130);
    assert_eq!(server.accepted(SINK), 0);
}

#[test]
fn offsets_that_move_during_the_question_are_noticed() {
    let builder = Emulator::builder().timing(Timing::instant()).speed(1000.0);
    let server = Server::start(builder);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("offsets.yaml");
    let text = "- partition: {server: inventory}\n  offset: {file: mysql-bin.000042, pos: 4}\n";
    std::fs::write(&path, text).unwrap();
    let file = path.to_str().unwrap();
    let mut session = spawn(&server, &format!("patch mysql-cdc --file {file}"));
    session.exp_string("[y/N]").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    session.send_line("y").unwrap();
    session.exp_string("does not fit the offsets").unwrap();
    session.exp_string("now at").unwrap();
    session.exp_string("changed: nothing").unwrap();
    ends_with(&mut session, 5);
}

#[test]
fn another_alteration_during_the_question_is_noticed() {
    let server = Server::start(Emulator::builder());
    let mut session = spawn(&server, PATCH);
    session.exp_string("[y/N]").unwrap();
    server.ok("delete MysqlSinkConnector --all --yes --no-wait");
    session.send_line("y").unwrap();
    session.exp_string("since the plan was made").unwrap();
    session
        .exp_string("ccloud-offsets wait MysqlSinkConnector")
        .unwrap();
    ends_with(&mut session, 5);
    assert_eq!(server.accepted(SINK), 1);
}

#[test]
fn ctrl_c_leaves_the_alteration_running() {
    let server = Server::start(Emulator::builder());
    let mut session = spawn(&server, &format!("{PATCH} --yes"));
    session.exp_string("PENDING, ").unwrap();
    session.exp_string("of at most 5m00s").unwrap();
    session.send_control('c').unwrap();
    session
        .exp_string("was accepted, and goes on by itself")
        .unwrap();
    session
        .exp_string("ccloud-offsets wait MysqlSinkConnector --request PATCH@")
        .unwrap();
    ends_with(&mut session, 130);
    assert_eq!(server.accepted(SINK), 1);
}

/// A terminal can redraw only one line, so with several connectors the line must show how many alterations have ended.
#[test]
fn several_waits_are_counted() {
    let server = Server::start(Emulator::builder());
    for name in [SINK, "orders-sink"] {
        server.ok(&format!("delete {name} --all --yes --no-wait"));
    }
    let mut session = spawn(&server, "wait MysqlSinkConnector orders-sink --timeout 3s");
    session.exp_string("0/2 alterations ended, ").unwrap();
    ends_with(&mut session, 8);
}

/// When the service does not answer, the tool must show what it waits for.
#[test]
fn waiting_for_an_answer_is_shown() {
    let reading = "reading the status";
    let planning = ("making the plan", "the plan was being made");
    let (get, list) = ("reading the offsets", "listing the connectors");
    for (hung, line, (doing, ended)) in [
        (Operation::ReadOffsets, "get NAME", (get, get)),
        (Operation::ListConnectors, "list", (list, list)),
        (Operation::ReadOffsets, PATCH, planning),
        (
            Operation::ReadConnector,
            "patch NAME --shift-by -1",
            planning,
        ),
        (Operation::ReadOffsets, "delete NAME --all", planning),
        (Operation::ReadOffsets, "edit NAME", planning),
        (Operation::RequestStatus, "undo NAME", planning),
        (Operation::RequestStatus, "wait NAME", (reading, "waiting")),
    ] {
        let server = Server::quick();
        server.fault(hung, Fault::hang().times(9));
        let line = line.replace("NAME", SINK);
        let mut session = spawn(&server, &format!("{line} --request-timeout 9s"));
        let shown = format!("still {doing} after ");
        session.exp_string(&shown).unwrap();
        session.send_control('c').unwrap();
        // The progress line must disappear before the error is written.
        let before = session.exp_string("error").unwrap();
        let left = before.rsplit("\u{1b}[2K").next().unwrap();
        assert!(!left.contains("still"), "{left:?}");
        let said = format!("interrupted while {ended}");
        session.exp_string(&said).unwrap();
        ends_with(&mut session, 130);
    }
}

/// A note must not be written behind the text of the progress line.
#[test]
fn a_note_is_written_above_the_progress() {
    let server = Server::quick();
    let slow = Fault::hang().delay(Duration::from_secs(2));
    server.fault(Operation::ReadConnector, slow);
    let mut session = spawn(
        &server,
        "patch MysqlSinkConnector --to-time -2h --request-timeout 2s",
    );
    session
        .exp_string("still making the plan after 1s")
        .unwrap();
    let before = session.exp_string("to the first records since").unwrap();
    assert!(before.ends_with("\u{1b}[2K"), "{before:?}");
    ends_with(&mut session, 3);
}

/// Ctrl-C in the editor must not end the tool, because editors such as vi use Ctrl-C themselves.
#[test]
fn ctrl_c_in_the_editor_is_the_editors() {
    let server = Server::quick();
    let mut command = tool(&server.emulator.url());
    let editor = "trap 'sed -i s/20032322/5/ \"$1\"; exit 0' INT; echo is open; while :; do sleep 0.1; done; :";
    command
        .args(words("edit MysqlSinkConnector --dry-run"))
        .env("PATH", "/usr/bin:/bin")
        .env("EDITOR", editor);
    let mut session = spawn_command(command, Some(20_000)).unwrap();
    session.exp_string("is open").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("20032322      5").unwrap();
    ends_with(&mut session, 0);
}

#[test]
fn ctrl_c_stops_the_emulator() {
    let mut command = crate::tool::bare();
    command.args(words("emulator --listen 127.0.0.1:0"));
    let mut session = spawn_command(command, Some(20_000)).unwrap();
    session.exp_string("ccloud-offsets get").unwrap();
    session.send_control('c').unwrap();
    ends_with(&mut session, 0);
}

#[test]
fn colours_only_at_a_terminal_and_only_when_wanted() {
    let server = Server::quick();
    let shown = |arguments: &str| {
        let mut session = spawn(&server, arguments);
        session.exp_eof().unwrap()
    };
    assert!(shown("get MysqlSinkConnector").contains("\u{1b}[1m"));
    assert!(!shown("get MysqlSinkConnector --color never").contains('\u{1b}'));
    let piped = server.run("get MysqlSinkConnector --color always");
    assert!(piped.stdout.contains("\u{1b}[1m"));
}

/// After SIGTERM, and after SIGHUP, which is sent when the connection to the terminal is lost, the output must say how to go on.
/// Each signal has its own exit code.
#[test]
fn other_signals_leave_the_alteration_running_too() {
    use std::io::Read as _;
    use std::process::{Command, Stdio};
    for (signal, code) in [("-TERM", 143), ("-HUP", 129), ("-INT", 130)] {
        let server = Server::start(Emulator::builder());
        let mut command = tool(&server.emulator.url());
        command.args(words(PATCH)).args(words("--yes -o json"));
        let mut child = command
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        while server.accepted(SINK) == 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
        // The signal is sent only after the tool has got the answer to its request, which needs some time.
        std::thread::sleep(Duration::from_millis(300));
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let mut told = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut told)
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{told}");
        assert!(
            told.contains("was accepted, and goes on by itself"),
            "{told}"
        );
        assert!(told.contains(&format!("\"exit_code\":{code}")), "{told}");
        assert!(told.contains("--request PATCH@"), "{told}");
    }
}
