//! The checks of the conformance suite that alter the connector's offsets.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::reading::{Start, sink_position};
use super::report::Verdict;
use super::run::{Run, Seen};
use super::{ConformanceError, Result};
use ccloud_connect_types::{OffsetEntry, RawJson};

/// The phases and states that were seen until an alteration ended, and the last status.
struct Course {
    phases: BTreeSet<String>,
    states: BTreeSet<String>,
    end: Seen,
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (phase, message) = (
            self.end.text_at("/status/phase"),
            self.end.text_at("/status/message"),
        );
        write!(f, "{phase} {message}")
    }
}

impl Course {
    fn applied(&self) -> bool {
        self.end
            .text_at("/status/phase")
            .eq_ignore_ascii_case("APPLIED")
    }
}

/// Alters offsets, and puts the first ones back, even when a check could not go on.
pub(super) async fn check(run: &mut Run<'_>, start: &Start) -> Result<()> {
    let checked = alter(run, start).await;
    match (checked, put_back(run, start).await) {
        (Err(ended), Err(left)) => Err(ConformanceError(format!(
            "{}; the first offsets were not put back: {}",
            ended.0, left.0
        ))),
        (checked, left) => checked.and(left),
    }
}

async fn alter(run: &mut Run<'_>, start: &Start) -> Result<()> {
    let refuses = check_refusals(run, start).await?;
    check_course(run, start, refuses).await?;
    check_partial_delete(run, start).await?;
    check_null(run, start).await?;
    check_unworkable(run, start).await
}

async fn put_back(run: &mut Run<'_>, start: &Start) -> Result<()> {
    let restored = run
        .until("the alteration before", async || {
            let asked = run.alter(&body("PATCH", &start.offsets)).await?;
            let status = run.get("/offsets/request/status").await?;
            let phase = status.text_at("/status/phase").to_ascii_uppercase();
            let is_busy = asked.status != 202 && phase.starts_with("PENDING");
            Ok((!is_busy).then_some(asked))
        })
        .await?;
    let course = follow(run, &restored).await?;
    run.fact("the old offsets are restored", course.applied(), &course);
    Ok(())
}

/// Checks which requests are refused before anything happens to the connector. Returns whether a PATCH without entries was
/// refused.
async fn check_refusals(run: &mut Run<'_>, start: &Start) -> Result<bool> {
    let empty = run.alter(r#"{"type":"PATCH","offsets":[]}"#).await?;
    run.assume("malformed", empty.status == 400, &empty);
    follow_if_accepted(run, &empty).await?;
    let unknown = r#"{"type":"PATCH","offsets":[{"Partition":{},"offset":null}]}"#;
    let unknown = run.alter(unknown).await?;
    run.assume("unreadable", unknown.status == 400, &unknown);
    follow_if_accepted(run, &unknown).await?;
    let plain = run
        .post(&body("PATCH", &start.offsets), "text/plain")
        .await?;
    run.assume("content_type", plain.status == 400, &plain);
    follow_if_accepted(run, &plain).await?;
    Ok(empty.status != 202)
}

/// Checks one alteration from its request to the next sample. The alteration sets the positions that the connector already has.
async fn check_course(run: &mut Run<'_>, start: &Start, refuses: bool) -> Result<()> {
    let accepted = run.alter(&body("PATCH", &start.offsets)).await?;
    run.fact(
        "an alteration is accepted",
        accepted.status == 202,
        &accepted,
    );
    let requested_at = accepted.text_at("/requested_at");
    let described = !accepted.text_at("/id").is_empty()
        && !accepted.text_at("/name").is_empty()
        && accepted.text_at("/type") == "PATCH"
        && accepted.time_at("/requested_at").is_some();
    run.fact("the reply 202 describes the request", described, &accepted);
    let rfc3339 = requested_at.contains('T') && requested_at.ends_with('Z');
    run.assume("dates", rfc3339, requested_at);

    let pending = run.get("/offsets/request/status").await?;
    if pending.text_at("/status/phase").starts_with("PENDING") {
        let applied_at = pending.json.get("applied_at");
        let null = applied_at.is_none_or(Value::is_null);
        run.fact("applied_at is null while pending", null, &pending);
        let absent = pending.json.get("previous_offsets").is_none();
        run.assume("previous_offsets", absent, &pending);
        check_busy(run, start, refuses).await?;
    } else {
        for name in ["previous_offsets", "busy", "check_order"] {
            run.assume(name, Verdict::NotTested, &pending);
        }
    }

    let course = follow(run, &accepted).await?;
    run.fact("an alteration is applied", course.applied(), &course);
    let paused = course.states.contains("PAUSED");
    run.fact(
        "the connector pauses during an alteration",
        paused,
        join(&course.states),
    );
    let validated = course.phases.contains("PENDING_VALIDATION");
    run.assume(
        "validation",
        validated != start.is_sink,
        join(&course.phases),
    );
    let applied_at = course.end.time_at("/applied_at");
    run.fact(
        "applied_at follows requested_at",
        applied_at >= accepted.time_at("/requested_at") && applied_at.is_some(),
        course.end.text_at("/applied_at"),
    );
    let kept = course
        .end
        .json
        .get("previous_offsets")
        .is_some_and(Value::is_array);
    run.fact("the previous offsets are kept", kept, &course.end);

    let sample = sample_after(run, &course).await?;
    let entries = sample.entries().unwrap_or_default();
    let all = start
        .offsets
        .iter()
        .all(|entry| find(&entries, entry).is_some());
    run.fact("a later sample shows the partitions", all, &sample);
    Ok(())
}

/// Checks the answers to two more alterations while one is in progress.
async fn check_busy(run: &mut Run<'_>, start: &Start, refuses: bool) -> Result<()> {
    let second = run.alter(&body("PATCH", &start.offsets)).await?;
    run.fact(
        "a second alteration is refused",
        second.status >= 400,
        &second,
    );
    run.assume("busy", second.status == 409, &second);
    // Kafka Connect refuses an entry of a sink without topic with 400. It is not known which entries the plugin of a source
    // refuses, so the check needs a sink.
    if !refuses || !start.is_sink {
        run.assume("check_order", Verdict::NotTested, &second);
        return Ok(());
    }
    let faulty = r#"{"type":"PATCH","offsets":[{"partition":{},"offset":null}]}"#;
    let faulty = run.alter(faulty).await?;
    let same = faulty.status == second.status && faulty.text == second.text;
    run.assume("check_order", same, &faulty);
    Ok(())
}

async fn check_partial_delete(run: &mut Run<'_>, start: &Start) -> Result<()> {
    let others = &start.offsets[1..];
    if others.is_empty() {
        let why = "the connector has only one partition";
        run.assume("partial_delete", Verdict::NotTested, why);
        return Ok(());
    }
    let listed = OffsetEntry::partition_only(&partition(start)?);
    let accepted = run.alter(&body("DELETE", &[listed])).await?;
    let course = follow(run, &accepted).await?;
    let sample = sample_after(run, &course).await?;
    let entries = sample.entries().unwrap_or_default();
    let untouched = others.iter().all(|before| {
        let after = find(&entries, before);
        after.is_some_and(|after| sink_position(after) >= sink_position(before))
    });
    run.assume("partial_delete", untouched, &sample);
    Ok(())
}

async fn check_null(run: &mut Run<'_>, start: &Start) -> Result<()> {
    let reset = entry(start, "null")?;
    let accepted = run.alter(&body("PATCH", &[reset])).await?;
    let verdict = if accepted.status == 202 {
        (accepted.json.pointer("/offsets/0/offset").is_none()).into()
    } else {
        Verdict::NotTested
    };
    run.assume("null_offsets", verdict, &accepted);
    follow_if_accepted(run, &accepted).await
}

async fn check_unworkable(run: &mut Run<'_>, start: &Start) -> Result<()> {
    if !start.is_sink {
        run.assume(
            "unworkable",
            Verdict::NotTested,
            "the connector is not a sink",
        );
        return Ok(());
    }
    let negative = entry(start, r#"{"kafka_offset":-1}"#)?;
    let accepted = run.alter(&body("PATCH", &[negative])).await?;
    if accepted.status != 202 {
        run.assume("unworkable", false, &accepted);
        return Ok(());
    }
    let course = follow(run, &accepted).await?;
    run.assume("unworkable", !course.applied(), &course);
    Ok(())
}

async fn follow_if_accepted(run: &Run<'_>, reply: &Seen) -> Result<()> {
    if reply.status == 202 {
        follow(run, reply).await?;
    }
    Ok(())
}

/// Polls the status until the alteration that the reply 202 describes has ended.
async fn follow(run: &Run<'_>, accepted: &Seen) -> Result<Course> {
    let Some(requested_at) = accepted.time_at("/requested_at") else {
        let message = format!("an alteration was not accepted: {}", &accepted);
        return Err(ConformanceError::new(message));
    };
    let (mut phases, mut states) = (BTreeSet::new(), BTreeSet::new());
    let end = run
        .until("an alteration", async || {
            let connector = run.get("/status").await?;
            states.insert(connector.text_at("/connector/state").to_owned());
            let status = run.get("/offsets/request/status").await?;
            let shown = status.time_at("/request/requested_at");
            if !shown.is_some_and(|shown| shown.same_instant(requested_at)) {
                return Ok(None);
            }
            let phase = status.text_at("/status/phase").to_ascii_uppercase();
            let ended = matches!(phase.as_str(), "APPLIED" | "FAILED");
            phases.insert(phase);
            Ok(ended.then_some(status))
        })
        .await?;
    Ok(Course {
        phases,
        states,
        end,
    })
}

/// Waits for the first sample that was taken after an alteration was applied.
async fn sample_after(run: &Run<'_>, course: &Course) -> Result<Seen> {
    let applied_at = course.end.time_at("/applied_at");
    run.until("the next sample", async || {
        let offsets = run.get("/offsets").await?;
        let observed_at = offsets.time_at("/metadata/observed_at");
        Ok((observed_at > applied_at).then_some(offsets))
    })
    .await
}

/// The partition of the connector's first entry.
fn partition(start: &Start) -> Result<RawJson> {
    let missing = || ConformanceError::new("an entry has no partition");
    start.offsets[0].partition().ok_or_else(missing)
}

/// An entry with the partition of the connector's first entry, and the position `offset`.
fn entry(start: &Start, offset: &str) -> Result<OffsetEntry> {
    let offset: RawJson = offset.parse().map_err(ConformanceError::new)?;
    Ok(OffsetEntry::new(&partition(start)?, &offset))
}

fn body(kind: &str, entries: &[OffsetEntry]) -> String {
    let entries = Vec::from_iter(entries.iter().map(|entry| entry.as_json().as_str()));
    format!(r#"{{"type":"{kind}","offsets":[{}]}}"#, entries.join(","))
}

/// The entry that has the same partition as the entry `like`.
fn find<'a>(entries: &'a [OffsetEntry], like: &OffsetEntry) -> Option<&'a OffsetEntry> {
    let partition = like.partition();
    entries.iter().find(|entry| entry.partition() == partition)
}

fn join(seen: &BTreeSet<String>) -> String {
    Vec::from_iter(seen.iter().map(String::as_str)).join(", ")
}
