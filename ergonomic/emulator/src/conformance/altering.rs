//! Checks that alter the connector's offsets.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::probe::{Probe, Seen};
use super::reading::{Start, sink_position};
use super::report::Verdict;
use super::{ConformanceError, Report};
use ccloud_connect_types::{OffsetEntry, RawJson};

/// The answers that were seen until an alteration ended.
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

pub(super) async fn check(
    probe: &Probe<'_>,
    start: &Start,
    report: &mut Report,
) -> Result<(), ConformanceError> {
    let refuses = check_refusals(probe, start, report).await?;
    check_course(probe, start, refuses, report).await?;
    check_partial_delete(probe, start, report).await?;
    check_null(probe, start, report).await?;
    check_unworkable(probe, start, report).await?;

    let restored = probe.alter(&patch(&start.offsets)).await?;
    let course = follow(probe, &restored).await?;
    report.fact("the first offsets are put back", course.applied(), &course);
    Ok(())
}

/// Checks which requests are refused before anything happens to the connector; returns whether an empty PATCH is refused.
async fn check_refusals(
    probe: &Probe<'_>,
    start: &Start,
    report: &mut Report,
) -> Result<bool, ConformanceError> {
    let empty = probe.alter(r#"{"type":"PATCH","offsets":[]}"#).await?;
    report.assume("malformed", empty.status == 400, &empty);
    follow_if_accepted(probe, &empty).await?;
    let unknown = r#"{"type":"PATCH","offsets":[{"Partition":{},"offset":null}]}"#;
    let unknown = probe.alter(unknown).await?;
    report.assume("unreadable", unknown.status == 400, &unknown);
    follow_if_accepted(probe, &unknown).await?;
    let plain = probe.post(&patch(&start.offsets), "text/plain").await?;
    report.assume("content_type", plain.status == 400, &plain);
    follow_if_accepted(probe, &plain).await?;
    Ok(empty.status != 202)
}

/// One alteration that changes nothing, watched from beginning to end.
async fn check_course(
    probe: &Probe<'_>,
    start: &Start,
    refuses: bool,
    report: &mut Report,
) -> Result<(), ConformanceError> {
    let accepted = probe.alter(&patch(&start.offsets)).await?;
    report.fact(
        "an alteration is accepted",
        accepted.status == 202,
        &accepted,
    );
    let requested_at = accepted.text_at("/requested_at");
    let described = !accepted.text_at("/id").is_empty()
        && !accepted.text_at("/name").is_empty()
        && accepted.text_at("/type") == "PATCH"
        && accepted.time_at("/requested_at").is_some();
    report.fact("a 202 describes the request", described, &accepted);
    let rfc3339 = requested_at.contains('T') && requested_at.ends_with('Z');
    report.assume("dates", rfc3339, requested_at);

    let pending = probe.get("/offsets/request/status").await?;
    if pending.text_at("/status/phase").starts_with("PENDING") {
        let applied_at = pending.json.get("applied_at");
        let null = applied_at.is_none_or(Value::is_null);
        report.fact("nothing is applied while pending", null, &pending);
        let absent = pending.json.get("previous_offsets").is_none();
        report.assume("previous_offsets", absent, &pending);
        check_busy(probe, start, refuses, report).await?;
    } else {
        for name in ["previous_offsets", "busy", "check_order"] {
            report.assume(name, Verdict::NotTested, &pending);
        }
    }

    let course = follow(probe, &accepted).await?;
    report.fact("an alteration is applied", course.applied(), &course);
    let paused = course.states.contains("PAUSED");
    report.fact(
        "the connector pauses meanwhile",
        paused,
        join(&course.states),
    );
    let validated = course.phases.contains("PENDING_VALIDATION");
    report.assume(
        "validation",
        validated != start.is_sink,
        join(&course.phases),
    );
    let applied_at = course.end.time_at("/applied_at");
    report.fact(
        "applied_at follows requested_at",
        applied_at >= accepted.time_at("/requested_at") && applied_at.is_some(),
        course.end.text_at("/applied_at"),
    );
    let kept = course
        .end
        .json
        .get("previous_offsets")
        .is_some_and(Value::is_array);
    report.fact("the previous offsets are kept", kept, &course.end);

    let sample = sample_after(probe, &course).await?;
    let entries = sample.entries().unwrap_or_default();
    let all = start
        .offsets
        .iter()
        .all(|entry| find(&entries, entry).is_some());
    report.fact("a later sample shows the partitions", all, &sample);
    Ok(())
}

/// Two more alterations while one is in progress.
async fn check_busy(
    probe: &Probe<'_>,
    start: &Start,
    refuses: bool,
    report: &mut Report,
) -> Result<(), ConformanceError> {
    let second = probe.alter(&patch(&start.offsets)).await?;
    report.fact("one alteration at a time", second.status >= 400, &second);
    report.assume("busy", second.status == 409, &second);
    // Kafka Connect refuses a sink's entry without topic with 400; what the plugin of a source refuses is not known.
    if !refuses || !start.is_sink {
        report.assume("check_order", Verdict::NotTested, &second);
        return Ok(());
    }
    let faulty = r#"{"type":"PATCH","offsets":[{"partition":{},"offset":null}]}"#;
    let faulty = probe.alter(faulty).await?;
    let same = faulty.status == second.status && faulty.text == second.text;
    report.assume("check_order", same, &faulty);
    Ok(())
}

async fn check_partial_delete(
    probe: &Probe<'_>,
    start: &Start,
    report: &mut Report,
) -> Result<(), ConformanceError> {
    let (first, others) = match start.offsets.split_first() {
        Some((first, others)) if !others.is_empty() => (first, others),
        _ => {
            report.assume(
                "partial_delete",
                Verdict::NotTested,
                "there is one partition only",
            );
            return Ok(());
        }
    };
    let Some(partition) = first.partition() else {
        return Err(ConformanceError::new("an entry has no partition"));
    };
    let listed = OffsetEntry::partition_only(&partition);
    let accepted = probe.alter(&body("DELETE", &[listed])).await?;
    let course = follow(probe, &accepted).await?;
    let sample = sample_after(probe, &course).await?;
    let entries = sample.entries().unwrap_or_default();
    let untouched = others.iter().all(|before| {
        let after = find(&entries, before);
        after.is_some_and(|after| sink_position(after) >= sink_position(before))
    });
    report.assume("partial_delete", untouched, &sample);
    Ok(())
}

async fn check_null(
    probe: &Probe<'_>,
    start: &Start,
    report: &mut Report,
) -> Result<(), ConformanceError> {
    let first = start.offsets.first().and_then(OffsetEntry::partition);
    let null = "null".parse::<RawJson>().map_err(ConformanceError::new)?;
    let entry = first.map(|partition| OffsetEntry::new(&partition, &null));
    let accepted = probe.alter(&body("PATCH", entry.as_slice())).await?;
    let verdict = if accepted.status == 202 {
        (accepted.json.pointer("/offsets/0/offset").is_none()).into()
    } else {
        Verdict::NotTested
    };
    report.assume("null_offsets", verdict, &accepted);
    follow_if_accepted(probe, &accepted).await
}

async fn check_unworkable(
    probe: &Probe<'_>,
    start: &Start,
    report: &mut Report,
) -> Result<(), ConformanceError> {
    let first = start.offsets.first().and_then(OffsetEntry::partition);
    let Some(partition) = first.filter(|_| start.is_sink) else {
        report.assume("unworkable", Verdict::NotTested, "the connector is no sink");
        return Ok(());
    };
    let offset = r#"{"kafka_offset":-1}"#.parse::<RawJson>().map_err(ConformanceError::new)?;
    let accepted = probe
        .alter(&body("PATCH", &[OffsetEntry::new(&partition, &offset)]))
        .await?;
    if accepted.status != 202 {
        report.assume("unworkable", false, &accepted);
        return Ok(());
    }
    let course = follow(probe, &accepted).await?;
    report.assume("unworkable", !course.applied(), &course);
    Ok(())
}

async fn follow_if_accepted(probe: &Probe<'_>, reply: &Seen) -> Result<(), ConformanceError> {
    if reply.status == 202 {
        follow(probe, reply).await?;
    }
    Ok(())
}

/// Watches the alteration that a 202 describes until it ends.
async fn follow(probe: &Probe<'_>, accepted: &Seen) -> Result<Course, ConformanceError> {
    let Some(requested_at) = accepted.time_at("/requested_at") else {
        let message = format!("an alteration was not accepted: {}", &accepted);
        return Err(ConformanceError::new(message));
    };
    let (mut phases, mut states) = (BTreeSet::new(), BTreeSet::new());
    let end = probe
        .until("an alteration", async || {
            let connector = probe.get("/status").await?;
            states.insert(connector.text_at("/connector/state").to_owned());
            let status = probe.get("/offsets/request/status").await?;
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

/// The first sample that was taken after an alteration was applied.
async fn sample_after(probe: &Probe<'_>, course: &Course) -> Result<Seen, ConformanceError> {
    let applied_at = course.end.time_at("/applied_at");
    probe
        .until("the next sample", async || {
            let offsets = probe.get("/offsets").await?;
            let observed_at = offsets.time_at("/metadata/observed_at");
            Ok((observed_at > applied_at).then_some(offsets))
        })
        .await
}

fn patch(entries: &[OffsetEntry]) -> String {
    body("PATCH", entries)
}

fn body(kind: &str, entries: &[OffsetEntry]) -> String {
    let entries: Vec<&str> = entries
        .iter()
        .map(|entry| entry.as_json().as_str())
        .collect();
    format!(r#"{{"type":"{kind}","offsets":[{}]}}"#, entries.join(","))
}

/// The entry for the same partition as `like`.
fn find<'a>(entries: &'a [OffsetEntry], like: &OffsetEntry) -> Option<&'a OffsetEntry> {
    let partition = like.partition();
    entries.iter().find(|entry| entry.partition() == partition)
}

fn join(seen: &BTreeSet<String>) -> String {
    seen.iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}
