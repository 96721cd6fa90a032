//! Runs the helper program `Rows.java`, which queries databases and reads topics. It is started once, and reads one request from
//! each line.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use super::guard::Process;
use super::problem;
use super::stack::Stack;
use crate::problem::Result;

/// The running program, which is ended when the value is dropped.
pub(super) struct Rows {
    pipes: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    _process: Process,
}

impl Rows {
    pub(super) fn start(stack: &Stack) -> Result<Self> {
        let mut command = stack.jars.java(stack.folder.path());
        command.args(["Rows", &format!("127.0.0.1:{}", stack.broker)]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::null());
        let mut process = Process::start(&mut command).map_err(|error| problem("Rows", error))?;
        match (process.0.stdin.take(), process.0.stdout.take()) {
            (Some(to), Some(from)) => Ok(Self {
                pipes: Mutex::new((to, BufReader::new(from))),
                _process: process,
            }),
            _ => Err(problem("Rows", "it has no pipes").into()),
        }
    }

    /// The rows that a statement returns, each with its columns separated by tabs.
    pub(super) fn sql(&self, database: &str, statement: &str) -> Result<Vec<String>> {
        let statement = statement.replace('\n', " ");
        self.ask(&format!("sql\t{database}\t{statement}"))
    }

    /// The values of all records in a topic.
    pub(super) fn read(&self, topic: &str) -> Result<Vec<String>> {
        self.ask(&format!("read\t{topic}"))
    }

    fn ask(&self, question: &str) -> Result<Vec<String>> {
        let answer = self.try_ask(question);
        let answer = answer.map_err(|error| problem("Rows", error))?;
        answer.map_err(|reason| problem(question, reason).into())
    }

    fn try_ask(&self, question: &str) -> io::Result<std::result::Result<Vec<String>, String>> {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (to, from) = &mut *pipes;
        writeln!(to, "{question}")?;
        to.flush()?;
        let mut rows = Vec::new();
        loop {
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end_matches('\n');
            match line.split_at_checked(1) {
                Some((" ", row)) => rows.push(row.to_owned()),
                Some(("!", reason)) => return Ok(Err(reason.to_owned())),
                _ => return Ok(Ok(rows)),
            }
        }
    }
}
