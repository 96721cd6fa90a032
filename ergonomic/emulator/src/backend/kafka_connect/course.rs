//! The steps of one alteration at a real Kafka Connect: stop the connector, read its offsets, alter them, read them again if
//! the answer leaves the effect open, and restore the connector's state. After each step, the connector's file (see [`Record`])
//! shows how far the alteration has come, so that another process can continue it.

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

/// The pause between two reads of the connector's status or offsets, and the first pause before a failed request is repeated.
pub(super) const PAUSE: Duration = Duration::from_millis(100);
/// The maximum number of reads of the connector's status while the alteration waits until the connector has stopped, or has left
/// the state STOPPED.
const LOOKS: usize = 300;
/// The maximum number of attempts for a request whose failure may be temporary. The pauses between them double from 100 ms
/// up to 5 s, and take about two minutes together.
const ATTEMPTS: u32 = 30;
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// One alteration in progress.
pub(super) struct Course {
    pub(super) workers: Arc<Workers>,
    pub(super) lock: Lock,
    pub(super) record: Record,
}

impl Course {
    /// Carries out all steps of the alteration.
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

    /// Carries out the remaining steps of an alteration that an earlier process began.
    pub(super) async fn take_up(mut self) {
        match self.record.stage {
            Stage::Stopping => self.end(
                false,
                "The offsets were not altered: the process that should have altered them ended first.",
            ),
            Stage::Altering => {
                self.judge("The process that altered the offsets ended before Kafka Connect answered.")
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

    /// Reads the connector's status until a condition is true, at most [`LOOKS`] times. Returns the last state.
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

    /// Reads the offsets until two answers in a row are equal, because an answer just after a change may be out of date. After
    /// 20 answers it returns the last one.
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
            // No reset is sent: a connector without offsets may have no consumer group, and Kafka would refuse the reset then.
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

    /// Compares the offsets after a refusal with those before it, and returns the result as a sentence. A refused alteration of a
    /// sink may have changed some partitions.
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

    /// Decides from the offsets whether Kafka Connect carried out a request that got no answer. The offsets are read several
    /// times, because the request may still be in progress.
    async fn judge(&mut self, why: &str) {
        for _ in 0..10 {
            match self.offsets().await {
                Ok(offsets) if shows(&self.record, &offsets) => {
                    return self.end(true, format!("{why} The offsets are what was asked for."));
                }
                Ok(_) => {}
                // The alteration stays unfinished. The next process, or the next request for the status, continues it.
                Err(trouble) => return self.leave(Some(&trouble.to_string())),
            }
        }
        let effect = self.effect().await;
        self.end(
            false,
            format!("{why} The offsets are not what was asked for. {effect}"),
        );
    }

    /// Restores the connector's earlier state. When the outcome is unknown, the connector stays stopped, because the offsets of a
    /// running connector do not show the outcome.
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
        // The file must show that the alteration is done. Otherwise the next process would continue the alteration, although the
        // running connector has changed its offsets since.
        for _ in 0..ATTEMPTS {
            if self.save() {
                break;
            }
            tokio::time::sleep(LONGEST_PAUSE).await;
        }
        self.leave(refused.as_deref());
    }

    /// Restores the connector's earlier state, unless another program has changed the state meanwhile. Returns a sentence
    /// about such a change.
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
        // A worker answers before the connector has left the state STOPPED. This alteration waits until the connector has
        // left it. Otherwise the next alteration would record STOPPED as the connector's earlier state.
        match self
            .state(|status| status.connector.state != "STOPPED")
            .await
        {
            Ok(state) if state == "STOPPED" => Err(Trouble::Refused {
                status: 202,
                message: "it had no effect".to_owned(),
            }),
            Ok(_) | Err(Trouble::Silent { .. }) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Stores the sentence for this connector that `Workers::left` returns: what is left to do, and why. Removes the sentence
    /// when nothing is left to do.
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

    /// Writes the record of the alteration. Returns whether the record was written.
    fn save(&self) -> bool {
        let written = self.workers.records.write(&self.record, &self.lock);
        if let Err(error) = &written {
            tracing::warn!(connector = self.record.connector, %error, "the state directory cannot be written");
        }
        written.is_ok()
    }
}

/// Repeats a request until a worker answers, or until another attempt cannot succeed.
async fn retrying<T, F>(ask: impl FnMut() -> F) -> Result<T, Trouble>
where
    F: Future<Output = Result<T, Trouble>>,
{
    retrying_after(Trouble::may_pass, ask).await
}

/// Repeats a request while it fails with an error for which `trouble` is true, at most [`ATTEMPTS`] times.
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

/// The body of a PATCH that sets the recorded entries, or resets their partitions when the recorded request is a DELETE.
fn patch(record: &Record) -> String {
    // An entry of a PATCH is sent as it came. If a key occurs twice in it, Kafka Connect decides which value counts.
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

/// The message, with a full stop added if it has no mark at its end.
fn sentence(message: &str) -> String {
    let message = message.trim_end();
    if message.ends_with(['.', '!', '?']) {
        message.to_owned()
    } else {
        format!("{message}.")
    }
}
