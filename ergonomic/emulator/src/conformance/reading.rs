//! The checks of the conformance suite that only read.

use super::report::Verdict;
use super::run::{Run, Seen};
use super::{ConformanceError, Result};
use ccloud_connect_types::OffsetEntry;

/// The suite's connector before the first change.
pub(super) struct Start {
    /// The entries of the connector, at least one.
    pub(super) offsets: Vec<OffsetEntry>,
    pub(super) is_sink: bool,
}

pub(super) async fn check(run: &mut Run<'_>) -> Result<Start> {
    let offsets = run.get("/offsets").await?;
    let entries = offsets.entries();
    let readable = offsets.status == 200 && entries.is_some();
    run.fact("the offsets can be read", readable, &offsets);
    run.fact(
        "a sample has the time at which it was taken",
        offsets.time_at("/metadata/observed_at").is_some(),
        offsets.text_at("/metadata/observed_at"),
    );
    let request_id = offsets.request_id.clone();
    run.fact(
        "replies have an X-Request-Id",
        request_id.is_some(),
        request_id.unwrap_or_default(),
    );

    let (environment, name) = (&run.suite.environment, &run.suite.connector);
    let (key, secret) = &run.suite.key;
    let wrong = ("NOSUCHKEY", "no such secret");
    let refused = run.offsets_of(environment, name, wrong).await?;
    // The service may answer an unknown key with 403 instead of 401, as it answers a key without permission.
    let expected = matches!(refused.status, 401 | 403);
    run.fact("wrong credentials are refused", expected, &refused);
    let nobody = "ccloud-conformance-no-such-connector";
    let unknown = run.offsets_of(environment, nobody, (key, secret)).await?;
    run.fact(
        "an unknown connector is not found",
        unknown.status == 404,
        &unknown,
    );
    run.fact(
        "an error has a documented body",
        has_error_body(&unknown),
        &unknown,
    );
    let unknown = run.offsets_of("env-nosuchone", name, (key, secret)).await?;
    run.assume("unknown_scope", unknown.status == 403, &unknown);

    let status = run.get("/offsets/request/status").await?;
    let verdict = match status.status {
        200 => Verdict::NotTested,
        other => (other == 404).into(),
    };
    run.assume("no_request", verdict, &status);

    let offsets = entries.filter(|entries| !entries.is_empty());
    let offsets = offsets.ok_or_else(|| {
        ConformanceError::new("the connector has no offsets; choose a connector that has offsets")
    })?;
    Ok(Start {
        is_sink: offsets.iter().all(|entry| sink_position(entry).is_some()),
        offsets,
    })
}

/// Whether the body has one of the two error forms in the documents of Confluent Cloud's APIs.
fn has_error_body(seen: &Seen) -> bool {
    seen.json.pointer("/error/message").is_some() || seen.json.pointer("/errors/0").is_some()
}

/// The offset in a sink's entry; `None` for an entry of a source.
pub(super) fn sink_position(entry: &OffsetEntry) -> Option<i64> {
    #[derive(serde::Deserialize)]
    struct Offset {
        kafka_offset: i64,
    }
    let offset: Offset = entry.offset()?.parse().ok()?;
    Some(offset.kafka_offset)
}
