//! The state of a connector, shown beside the answer of a command.

use std::time::Duration;

use ccloud_connect::{Connector, ConnectorState, ConnectorStatus, ConnectorSummary, TaskStatus};
use serde::Serialize;

use crate::ui::{ERROR, FAINT, GOOD, WARNING, labelled, visible};

/// The longest time to wait for the state, which is only an addition to the answer.
const AT_MOST: Duration = Duration::from_secs(3);
/// The lines of a stack trace that a person sees; JSON and YAML have them all.
pub(crate) const TRACE: usize = 8;

/// The state, when the service answered in time. Serialises as `state`, `trace` and `tasks`; as nothing when it is not
/// known.
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
    /// Reads the state. A state that cannot be read does not make a command fail that is about offsets.
    pub(crate) async fn of(connector: &Connector) -> Self {
        match tokio::time::timeout(AT_MOST, connector.state()).await {
            Ok(Ok(status)) => Self::from(status),
            Ok(Err(_)) | Err(_) => Self::default(),
        }
    }

    /// As a list shows it.
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

    /// How many tasks have failed, and how many there are; `None` when none has.
    pub(crate) fn failed_of_all(&self) -> Option<(usize, usize)> {
        let failed = self.failed().count();
        (failed > 0).then_some((failed, self.tasks.len()))
    }

    /// The traces of the connector and of its failed tasks for people, at most `most` lines of each, after `name`.
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
                out += &format!("    {FAINT}… {more} more lines; -o json has them{FAINT:#}\n");
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
