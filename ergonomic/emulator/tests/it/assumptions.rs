//! The effects of assumptions that the conformance suite does not check.

use ccloud_connect_emulator::{
    Assumptions, CheckOrder, MY_SINK, MYSQL_SOURCE, NoRequest, Refusal, UnknownScope, Unworkable,
    ValidationPhase,
};
use serde_json::json;

use super::support::{Stage, path, stage_with};

const DELETE: &str = r#"{"type":"DELETE"}"#;

async fn assuming(change: impl FnOnce(&mut Assumptions)) -> Stage {
    let mut assumptions = Assumptions::default();
    change(&mut assumptions);
    stage_with(|builder| builder.assumptions(assumptions)).await
}

#[tokio::test]
async fn busy_before_the_offsets_are_looked_at() {
    for (order, status) in [
        (CheckOrder::OffsetsFirst, 400),
        (CheckOrder::BusyFirst, 409),
    ] {
        let stage = assuming(|a| a.check_order = order).await;
        stage.alter(MY_SINK, DELETE).await;
        let entry = r#"{"type":"PATCH","offsets":[{"partition":{}}]}"#;
        assert_eq!(stage.alter(MY_SINK, entry).await.status, status);
        // A PATCH without entries must be refused with 400 in either order, because this check comes before both.
        let nothing = stage.alter(MY_SINK, r#"{"type":"PATCH"}"#).await;
        assert_eq!(nothing.status, 400);
    }
}

#[tokio::test]
async fn refusals_at_once_or_later() {
    let empty = r#"{"type":"PATCH","offsets":[]}"#;
    let negative = r#"{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"topic_A","kafka_partition":0},"offset":{"kafka_offset":-1}}]}"#;
    let stage = assuming(|a| {
        a.malformed = Refusal::AsFailed;
        a.unworkable = Unworkable::AtOnce;
    })
    .await;
    let refused = stage.alter(MY_SINK, negative).await;
    assert_eq!(
        (refused.status, &refused.json["error"]["code"]),
        (500, &json!(500))
    );
    assert_eq!(stage.alter(MY_SINK, empty).await.status, 202);
    stage.pass(43);
    let failed = stage.status(MY_SINK).await.json;
    assert_eq!(failed["status"]["phase"], "FAILED");
}

#[tokio::test]
async fn validation_of_sources_of_all_or_of_none() {
    for (validation, connector, phase) in [
        (ValidationPhase::All, MY_SINK, "PENDING_VALIDATION"),
        (ValidationPhase::Sources, MY_SINK, "APPLIED"),
        (ValidationPhase::Never, MYSQL_SOURCE, "APPLIED"),
    ] {
        let stage = assuming(|a| a.validation = validation).await;
        stage.alter(connector, DELETE).await;
        stage.pass(43);
        let status = stage.status(connector).await.json;
        assert_eq!(status["status"]["phase"], phase, "{validation:?}");
    }
}

#[tokio::test]
async fn unknown_scopes_and_missing_requests() {
    let stage = assuming(|a| {
        a.unknown_scope = UnknownScope::NotFound;
        a.no_request = NoRequest::BadRequest;
    })
    .await;
    let elsewhere = path(MY_SINK, "/offsets").replace("env-", "no-env-");
    assert_eq!(stage.get(&elsewhere).await.status, 404);
    assert_eq!(stage.status(MY_SINK).await.status, 400);
}
