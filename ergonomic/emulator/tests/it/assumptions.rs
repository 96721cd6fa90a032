//! Every assumption can be switched.

use ccloud_connect_emulator::{
    Assumptions, BusyReply, CheckOrder, ContentType, DateForm, MY_SINK, MYSQL_SOURCE, NoRequest,
    NullOffsets, PartialDelete, PreviousOffsets, Refusal, UnknownScope, Unworkable,
    ValidationPhase,
};
use serde_json::json;

use super::support::{Stage, answer, path, stage_with};

const DELETE: &str = r#"{"type":"DELETE"}"#;

async fn assuming(change: impl FnOnce(&mut Assumptions)) -> Stage {
    let mut assumptions = Assumptions::default();
    change(&mut assumptions);
    stage_with(|builder| builder.assumptions(assumptions)).await
}

#[tokio::test]
async fn busy_as_a_bad_request() {
    let stage = assuming(|a| a.busy = BusyReply::BadRequest).await;
    stage.alter(MY_SINK, DELETE).await;
    let busy = stage.alter(MY_SINK, DELETE).await;
    assert_eq!(busy.status, 400);
    assert!(busy.text.contains("pending"), "{}", busy.text);
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
        // A body without entries is refused before that.
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
async fn a_delete_with_offsets_resets_those_or_everything() {
    let body = r#"{"type":"DELETE","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":1},"offset":{"kafka_offset":5}}]}"#;
    for (partial_delete, left) in [(PartialDelete::Listed, 2), (PartialDelete::Everything, 0)] {
        let stage = assuming(|a| a.partial_delete = partial_delete).await;
        stage.alter("orders-sink", body).await;
        stage.pass(43);
        assert_eq!(stage.truth("orders-sink").as_array().unwrap().len(), left);
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
    let stage = assuming(|_| {}).await;
    assert_eq!(stage.status(MY_SINK).await.status, 404);
}

#[tokio::test]
async fn previous_offsets_and_dates_in_other_forms() {
    let stage = assuming(|a| {
        a.previous_offsets = PreviousOffsets::EmptyWhilePending;
        a.dates = DateForm::Space;
    })
    .await;
    let accepted = stage.alter(MY_SINK, DELETE).await.json;
    assert_eq!(accepted["requested_at"], "2024-02-20 15:14:19+00:00");
    assert_eq!(
        stage.status(MY_SINK).await.json["previous_offsets"],
        json!([])
    );
}

#[tokio::test]
async fn a_body_must_be_announced_as_json_or_need_not() {
    for (content_type, status) in [(ContentType::Json, 400), (ContentType::Any, 202)] {
        let stage = assuming(|a| a.content_type = content_type).await;
        let request = stage.request("POST", &path(MY_SINK, "/offsets/request"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(answer(request.body(DELETE)).await.unwrap().status, status);
        let request = stage.request("POST", &path(MYSQL_SOURCE, "/offsets/request"));
        let request = request.header("content-type", "application/json; charset=utf-8");
        assert_eq!(answer(request.body(DELETE)).await.unwrap().status, 202);
    }
}

#[tokio::test]
async fn a_null_offset_is_left_out_of_replies_or_repeated() {
    let partition = json!({"kafka_topic": "topic_A", "kafka_partition": 0});
    let body = json!({"type": "PATCH", "offsets": [{"partition": partition, "offset": null}]});
    for (null_offsets, expected) in [
        (NullOffsets::LeftOut, json!([{"partition": partition}])),
        (NullOffsets::Repeated, body["offsets"].clone()),
    ] {
        let stage = assuming(|a| a.null_offsets = null_offsets).await;
        let accepted = stage.alter(MY_SINK, &body.to_string()).await.json;
        assert_eq!(accepted["offsets"], expected);
        assert_eq!(stage.status(MY_SINK).await.json["request"], accepted);
    }
}
