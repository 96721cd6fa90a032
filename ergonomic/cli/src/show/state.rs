//! The state of a connector, which commands show beside their result.

use std::time::Duration;

use ccloud_connect::{Connector, ConnectorState, ConnectorStatus, ConnectorSummary, TaskStatus};
use serde::Serialize;

use crate::ui::{ERROR, FAINT, GOOD, WARNING, labelled, visible};

/// The longest time to wait for the state, which is only an addition to the result of a command.
const AT_MOST: Duration = Duration::from_secs(3);
/// The largest number of a stack trace's lines that are shown as text. JSON and YAML contain all lines.
pub(crate) const TRACE: usize = 8;

/// The state of a connector; empty when the service did not answer in time. It serialises as `state`, `trace` and `tasks`, and
/// members that are not known are left out.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct State {
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<ConnectorState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<TaskStatus>,
}

impl State {
    /// Reads the state. When the state cannot be read, the result is empty, because a command about offsets must not fail
    /// only because the state is missing.
    pub(crate) async fn of(connector: &Connector) -> Self {
        match tokio::time::timeout(AT_MOST, connector.state()).await {
            Ok(Ok(status)) => Self::from(status),
            Ok(Err(_)) | Err(_) => Self::default(),
        }
    }

    /// The state that the list of connectors contains.
    pub(crate) fn listed(connector: &ConnectorSummary) -> Self {
        Self {
            state: Some(connector.state.clone()),
            trace: connector.trace.clone(),
            tasks: connector.tasks.clone(),
        }
    }

    /// The state in a few words, such as `DEGRADED, 1 of 3 tasks FAILED`.
    pub(crate) fn words(&self) -> String {
        let Some(state) = &self.state else {
            return format!("{FAINT}state unknown{FAINT:#}");
        };
        let failed = self.failed().count();
        let style = match state {
            _ if failed > 0 => ERROR,
            ConnectorState::Failed => ERROR,
            ConnectorState::Running => GOOD,
            _ => WARNING,
        };
        let state = visible(state.as_str());
        let tasks = match (failed, self.tasks.len()) {
            (_, 0) => String::new(),
            (0, 1) => ", 1 task".to_owned(),
            (0, count) => format!(", {count} tasks"),
            (1, 1) => ", its task FAILED".to_owned(),
            (failed, count) => format!(", {failed} of {count} tasks FAILED"),
        };
        format!("{style}{state}{tasks}{style:#}")
    }

    /// How many tasks have failed, and how many tasks there are; `None` when no task has failed.
    pub(crate) fn failed_of_all(&self) -> Option<(usize, usize)> {
        let failed = self.failed().count();
        (failed > 0).then_some((failed, self.tasks.len()))
    }

    /// The stack traces of the connector and of its failed tasks as text for people. Each has at most `most` lines, and `name`
    /// before it.
    pub(crate) fn traces(&self, name: &str, most: usize, width: Option<u16>) -> String {
        let connector = self
            .trace
            .iter()
            .map(|trace| ("connector".to_owned(), trace));
        let tasks = self.failed().filter_map(|task| {
            let id = task.id.map_or("?".to_owned(), |id| id.to_string());
            Some((format!("task {id}"), task.trace.as_ref()?))
        });
        let mut out = String::new();
        for (who, trace) in connector.chain(tasks) {
            let lines: Vec<&str> = trace.lines().map(str::trim_end).collect();
            let (shown, more) = lines.split_at(most.min(lines.len()));
            let text = shown.join("\n").replace('\t', "  ");
            out += &labelled("  ", &format!("{name}{who}"), ERROR, &text, width);
            if !more.is_empty() && most > 1 {
                let more = more.len();
                out += &format!("    {FAINT}… {more} more lines; -o json shows them{FAINT:#}\n");
            }
        }
        out
    }

    fn failed(&self) -> impl Iterator<Item = &TaskStatus> {
        let failed = |task: &&TaskStatus| task.state == ConnectorState::Failed;
        self.tasks.iter().filter(failed)
    }
}

impl From<ConnectorStatus> for State {
    fn from(status: ConnectorStatus) -> Self {
        Self {
            state: Some(status.state),
            trace: status.trace,
            tasks: status.tasks,
        }
    }
}
