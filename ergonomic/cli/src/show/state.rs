//! How a connector is doing, beside what it was asked about.

use std::fmt::Write as _;
use std::time::Duration;

use ccloud_connect::{Connector, ConnectorState, ConnectorStatus};
use serde::Serialize;

use crate::ui::{ERROR, FAINT, GOOD, WARNING, visible};

/// The state is an addition: it is not worth more than this.
const AT_MOST: Duration = Duration::from_secs(3);
/// The lines of a stack trace that a person sees; JSON and YAML have them all.
const TRACE: usize = 8;

/// The state, as far as the service told it in time. Serialises as `state`, `trace` and `tasks`; nothing when it is not
/// known.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct State {
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<ConnectorState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<Task>,
}

#[derive(Clone, Debug, Serialize)]
struct Task {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    state: ConnectorState,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
}

impl State {
    /// Reads the state. That it cannot be read is no failure of a command that is about the offsets.
    pub(crate) async fn of(connector: &Connector) -> Self {
        match tokio::time::timeout(AT_MOST, connector.state()).await {
            Ok(Ok(status)) => Self::from(status),
            Ok(Err(_)) | Err(_) => Self::default(),
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
            (failed, count) => format!(", {failed} of {count} tasks FAILED"),
        };
        format!("{style}{state}{tasks}{style:#}")
    }

    /// What went wrong, for people: the reasons of the connector and of its failed tasks, the beginning of each.
    pub(crate) fn traces(&self) -> String {
        let mut out = String::new();
        let connector = self
            .trace
            .iter()
            .map(|trace| ("connector".to_owned(), trace));
        let tasks = self.failed().filter_map(|task| {
            let id = task.id.map_or("?".to_owned(), |id| id.to_string());
            Some((format!("task {id}"), task.trace.as_ref()?))
        });
        for (who, trace) in connector.chain(tasks) {
            let lines: Vec<&str> = trace.lines().collect();
            for (index, line) in lines.iter().take(TRACE).enumerate() {
                let line = visible(line.trim_end()).replace('\t', "  ");
                // Writing to a string cannot fail.
                let _ = if index == 0 {
                    writeln!(out, "  {ERROR}{who}{ERROR:#}: {line}")
                } else {
                    writeln!(out, "    {line}")
                };
            }
            if let Some(more @ 1..) = lines.len().checked_sub(TRACE) {
                let _ = writeln!(
                    out,
                    "    {FAINT}… {more} more lines; -o json has them{FAINT:#}"
                );
            }
        }
        out
    }

    fn failed(&self) -> impl Iterator<Item = &Task> {
        self.tasks
            .iter()
            .filter(|task| task.state == ConnectorState::Failed)
    }
}

impl From<ConnectorStatus> for State {
    fn from(status: ConnectorStatus) -> Self {
        Self {
            state: Some(status.state),
            trace: status.trace,
            tasks: status
                .tasks
                .into_iter()
                .map(|task| Task {
                    id: task.id,
                    state: task.state,
                    trace: task.trace,
                })
                .collect(),
        }
    }
}
