//! The steps of one alteration at a real Kafka Connect: stop the connector, read its offsets, alter them, read them again,
//! and restore the connector's state. After each step the record says how far the alteration has come, so that another
//! process can continue.

use std::sync::Arc;
use std::time::Duration;

use ccloud_connect_types::{AlterationType, OffsetEntry};

use super::Workers;
use super::effect::{changed, shows};
use super::record::{Before, Lock, Outcome, Record, Stage, now};
use super::translate::{Offsets, Status};
use super::worker::{Trouble, segment};
use crate::kafka_connect::entry as entry_of;
use crate::lock::lock;

/// The pause between two requests to the worker.
pub(super) const PAUSE: Duration = Duration::from_millis(100);
/// How often to ask whether the connector has stopped, or is no longer stopped; the worker itself also waits for the
/// tasks.
const LOOKS: usize = 300;
/// How often a worker that does not answer is asked again, with pauses that double from 100 ms to 5 s: two minutes in all.
const ATTEMPTS: u32 = 30;
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// One alteration in progress.
pub(super) struct Course {
    pub(super) workers: Arc<Workers>,
    pub(super) lock: Lock,
    pub(super) record: Record,
}

impl Course {
    /// Carries out all steps.
    pub(super) async fn run(mut self) {
        match self.stop().await {
            Ok(previous) => self.alter(previous).await,
            Err(trouble) => {
                self.end(
                    false,
                    format!(
                        "The offsets were not altered. Stopping the connector failed: {trouble}"
                    ),
                );
            }
        }
        self.restore().await;
    }

    /// Carries out the steps that an earlier process left.
    pub(super) async fn take_up(mut self) {
        match self.record.stage {
            Stage::Stopping => self.end(
                false,
                "The offsets were not altered: the process that should have altered them ended first.",
            ),
            Stage::Altering => {
                self.judge("The process that altered the offsets ended before the answer came.")
                    .await;
            }
            Stage::Restoring | Stage::Done => {}
        }
        self.restore().await;
    }

    /// Stops the connector, and reads its offsets.
    async fn stop(&self) -> Result<Vec<OffsetEntry>, String> {
        let name = self.record.connector.as_str();
        let why = |trouble: Trouble| trouble.to_string();
        if self.record.before != Before::Stopped {
            let stop = retrying(|| self.workers.worker.put(name, "stop"));
            stop.await.map_err(why)?;
        }
        let stopped =
            |status: &Status| status.connector.state == "STOPPED" && status.tasks.is_empty();
        let state = self.state(stopped).await.map_err(why)?;
        if state != "STOPPED" {
            return Err(format!(
                "it is {state}; another program may have changed its state"
            ));
        }
        self.offsets().await.map_err(why)
    }

    /// Asks for the connector's status until a condition holds, or for some time; returns its last state.
    async fn state(&self, holds: impl Fn(&Status) -> bool) -> Result<String, Trouble> {
        let path = ["connectors", self.record.connector.as_str(), "status"];
        let mut looks = 0;
        loop {
            let status: Status = retrying(|| self.workers.worker.get(&path, "")).await?;
            looks += 1;
            if holds(&status) || looks == LOOKS {
                return Ok(status.connector.state);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The offsets, when a worker answers and two answers in a row agree: just after a change an answer may be out of date.
    async fn offsets(&self) -> Result<Vec<OffsetEntry>, Trouble> {
        let path = ["connectors", self.record.connector.as_str(), "offsets"];
        let mut before: Option<Vec<OffsetEntry>> = None;
        for _ in 0..20 {
            let read: Offsets = retrying(|| self.workers.worker.get(&path, "")).await?;
            let offsets = read.offsets;
            if let Some(before) = &before
                && changed(before, &offsets).is_empty()
            {
                return Ok(offsets);
            }
            before = Some(offsets);
            tokio::time::sleep(PAUSE).await;
        }
        Ok(before.unwrap_or_default())
    }

    async fn alter(&mut self, previous: Vec<OffsetEntry>) {
        let listed = self.record.kind == AlterationType::Delete && !self.record.offsets.is_empty();
        let nothing = previous
            .iter()
            .all(|entry| entry.texts().1.is_none_or(|offset| offset == "null"));
        self.record.previous = Some(previous);
        if listed && nothing {
            // Kafka would refuse the request: a group without offsets may not exist.
            self.end(
                true,
                "There was nothing to reset: the connector has no offsets.",
            );
            return;
        }
        self.record.stage = Stage::Altering;
        self.leave(None);
        if !self.save() {
            self.record.stage = Stage::Stopping;
            self.end(
                false,
                "The offsets were not altered: the state directory cannot be written.",
            );
            return;
        }
        let all = self.record.kind == AlterationType::Delete && !listed;
        let patch = (!all).then(|| patch(&self.record));
        let name = self.record.connector.as_str();
        let alter = || self.workers.worker.alter(name, patch.clone());
        let answer = retrying_after(Trouble::passes_without_harm, alter).await;
        match answer {
            Ok(message) => self.end(true, message),
            Err(Trouble::Refused { message, .. }) => {
                let effect = self.effect().await;
                self.end(false, format!("{} {effect}", sentence(&message)));
            }
            Err(Trouble::Silent {
                arrived: false,
                message,
            }) => {
                self.end(false, format!("The offsets were not altered: {message}"));
            }
            Err(trouble @ Trouble::Silent { .. }) => {
                self.judge(&sentence(&trouble.to_string())).await;
            }
        }
    }

    /// Says what the offsets show after a refusal: for a sink, some partitions may have changed.
    async fn effect(&self) -> String {
        if let Ok(state) = self.state(|_| true).await
            && !matches!(state.as_str(), "STOPPED" | "PAUSED")
        {
            return format!(
                "The connector is {state}, so the offsets do not tell what the request changed."
            );
        }
        let previous = self.record.previous.as_deref().unwrap_or_default();
        match self.offsets().await {
            Err(trouble) => format!("Whether any offsets changed is unknown: {trouble}"),
            Ok(after) => match &changed(previous, &after)[..] {
                [] => "The offsets are unchanged.".to_owned(),
                partitions => {
                    let some: Vec<&str> = partitions.iter().take(10).map(String::as_str).collect();
                    let more = partitions.len() - some.len();
                    let more = if more > 0 {
                        format!(" and {more} more")
                    } else {
                        String::new()
                    };
                    format!(
                        "These offsets have changed nevertheless: {}{more}.",
                        some.join(", ")
                    )
                }
            },
        }
    }

    /// Decides from the offsets whether a request without an answer was carried out. The offsets are read several times,
    /// because the request may still be in progress.
    async fn judge(&mut self, why: &str) {
        for _ in 0..10 {
            match self.offsets().await {
                Ok(offsets) if shows(&self.record, &offsets) => {
                    return self.end(true, format!("{why} The offsets are what was asked for."));
                }
                Ok(_) => {}
                // The alteration stays unfinished; the next process or the next request for the status continues it.
                Err(trouble) => return self.leave(Some(&trouble.to_string())),
            }
        }
        let effect = self.effect().await;
        self.end(
            false,
            format!("{why} The offsets are not what was asked for. {effect}"),
        );
    }

    /// Restores the connector's earlier state, unless the outcome is unknown: offsets can be judged only while it is stopped.
    async fn restore(&mut self) {
        if self.record.outcome.is_none() {
            return;
        }
        let name = self.record.connector.clone();
        let (mut refused, mut remark) = (None, None);
        if let Some(verb) = self.record.before.verb() {
            match self.switch_back(&name, verb).await {
                Ok(said) => remark = said,
                Err(Trouble::Refused { status: 404, .. }) => {
                    remark = Some("The connector has been deleted.".to_owned());
                }
                // Another attempt would not help.
                Err(Trouble::Refused { status, message }) => {
                    let reason = format!("Kafka Connect answered {status} to {verb}: {message}");
                    remark = Some(format!("The connector is still STOPPED: {reason}"));
                    refused = Some(reason);
                }
                Err(trouble) => {
                    self.leave(Some(&trouble.to_string()));
                    self.save();
                    return;
                }
            }
        }
        self.record.stage = Stage::Done;
        if let Some(remark) = remark
            && let Some(outcome) = &mut self.record.outcome
        {
            outcome.message = format!("{} {remark}", sentence(&outcome.message));
        }
        // Without the record, the next process would judge by offsets that have moved on.
        for _ in 0..ATTEMPTS {
            if self.save() {
                break;
            }
            tokio::time::sleep(LONGEST_PAUSE).await;
        }
        self.leave(refused.as_deref());
    }

    /// Gives the connector its earlier state back, unless another program has changed the state meanwhile; returns a
    /// remark about that.
    async fn switch_back(&self, name: &str, verb: &str) -> Result<Option<String>, Trouble> {
        let state = self.state(|_| true).await?;
        let by_another = match self.record.before {
            Before::Running => "PAUSED",
            Before::Paused | Before::Stopped => "RUNNING",
        };
        if state == by_another {
            return Ok(Some(format!(
                "Another program has changed the connector's state to {state}, which stays."
            )));
        }
        retrying(|| self.workers.worker.put(name, verb)).await?;
        // A worker answers before the connector has left STOPPED. An alteration that began meanwhile would take it for a
        // connector that was stopped before.
        match self
            .state(|status| status.connector.state != "STOPPED")
            .await
        {
            Ok(state) if state == "STOPPED" => Err(Trouble::Refused {
                status: 202,
                message: "without effect".to_owned(),
            }),
            Ok(_) | Err(Trouble::Silent { .. }) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Notes what is left to do for the connector, and why.
    pub(super) fn leave(&self, reason: Option<&str>) {
        let (name, stage) = (&self.record.connector, self.record.stage);
        let stays = reason.is_some() || stage != Stage::Done;
        let Some(verb) = self.record.before.verb().filter(|_| stays) else {
            lock(&self.workers.left).remove(name);
            return;
        };
        let known = match stage {
            Stage::Stopping => "Its offsets are unchanged.",
            Stage::Altering => "Whether its offsets were altered is not known yet.",
            Stage::Restoring | Stage::Done => "Its alteration has ended.",
        };
        let reason = reason.unwrap_or("the alteration is in progress");
        let again = if stage == Stage::Done {
            "Restore it yourself"
        } else {
            "The next command with the same state directory restores it, or restore it yourself"
        };
        let path = segment(name);
        let left = format!(
            "connector {name:?} may still be STOPPED, and must get its earlier state back: {} {known} {again}: PUT \
             /connectors/{path}/{verb}",
            sentence(reason)
        );
        lock(&self.workers.left).insert(name.clone(), left);
    }

    fn end(&mut self, applied: bool, message: impl Into<String>) {
        self.record.stage = Stage::Restoring;
        self.record.outcome = Some(Outcome {
            applied,
            message: message.into(),
            at: now(),
        });
        self.leave(None);
        self.save();
    }

    /// Saves how far the alteration has come; returns whether that worked.
    fn save(&self) -> bool {
        let written = self.workers.records.write(&self.record, &self.lock);
        if let Err(error) = &written {
            tracing::warn!(connector = self.record.connector, %error, "a record cannot be written");
        }
        written.is_ok()
    }
}

/// Asks a worker until it answers, or until another attempt cannot help.
async fn retrying<T, F>(ask: impl FnMut() -> F) -> Result<T, Trouble>
where
    F: Future<Output = Result<T, Trouble>>,
{
    retrying_after(Trouble::may_pass, ask).await
}

/// Asks a worker again as long as its answer is such trouble.
async fn retrying_after<T, F>(
    trouble: fn(&Trouble) -> bool,
    mut ask: impl FnMut() -> F,
) -> Result<T, Trouble>
where
    F: Future<Output = Result<T, Trouble>>,
{
    let mut pause = PAUSE;
    for _ in 1..ATTEMPTS {
        match ask().await {
            Err(seen) if trouble(&seen) => tokio::time::sleep(pause).await,
            ended => return ended,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    ask().await
}

/// The body that sets, or resets, what the record lists.
fn patch(record: &Record) -> String {
    // What is to be set is sent as it came, because Kafka Connect decides what a key means that is given twice.
    let entries = record.offsets.iter().map(|entry| {
        if record.kind == AlterationType::Patch {
            return entry.to_string();
        }
        let last = || entry_of(entry).ok()?.partition.map(|map| map.to_json());
        let partition = entry.texts().0.map(str::to_owned).or_else(last);
        let partition = partition.unwrap_or_else(|| "null".to_owned());
        format!(r#"{{"partition":{partition},"offset":null}}"#)
    });
    let entries = entries.collect::<Vec<_>>().join(",");
    format!(r#"{{"offsets":[{entries}]}}"#)
}

/// A message that ends with a full stop.
fn sentence(message: &str) -> String {
    let message = message.trim_end();
    if message.ends_with(['.', '!', '?']) {
        message.to_owned()
    } else {
        format!("{message}.")
    }
}
