//! The steps of an alteration in the simulated world, and what each reply shows.

use ccloud_connect_emulator::{MY_SINK, MY_SOURCE, MYSQL_SINK, MYSQL_SOURCE};
use serde_json::{Value, json};

use super::support::{answer, path, stage};

const PATCH_SINK: &str = r#"{"type":"PATCH","offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"topic_A"},"offset":{"kafka_offset":1000}}]}"#;
const PATCH_SOURCE: &str = r#"{"type":"PATCH","offsets":[{"partition":{"protocol":1,"table":"sourcedb.sourcetable"},"offset":{"timestamp_nanos":0,"incrementing":3,"timestamp":1699000000000}}]}"#;

#[tokio::test]
async fn the_published_examples_of_current_offsets_are_served() {
    let stage = stage().await;
    assert_eq!(
        stage.offsets(MYSQL_SINK).await.json,
        json!({
            "id": "lcc-as341",
            "name": "MysqlSinkConnector",
            "offsets": [
                {"partition": {"kafka_topic": "topic_A", "kafka_partition": 0}, "offset": {"kafka_offset": 20_032_323}},
                {"partition": {"kafka_topic": "topic_B", "kafka_partition": 1}, "offset": {"kafka_offset": 20_032_322}},
            ],
            "metadata": {"observed_at": "2024-02-20T15:14:19Z"},
        })
    );
    assert_eq!(
        stage.offsets(MYSQL_SOURCE).await.json,
        json!({
            "id": "lcc-21sdda",
            "name": "MysqlSourceConnector",
            "offsets": [{
                "partition": {"protocol": 1, "table": "sourcedb.sourcetable"},
                "offset": {"timestamp_nanos": 0, "incrementing": 3, "timestamp": 1_699_142_400_000_u64},
            }],
            "metadata": {"observed_at": "2024-02-20T15:14:19Z"},
        })
    );
}

#[tokio::test]
async fn the_published_patch_of_a_sink_is_applied_in_steps() {
    let stage = stage().await;
    let accepted = stage.alter(MY_SINK, PATCH_SINK).await;
    assert_eq!(accepted.status, 202);
    assert_eq!(
        accepted.json,
        json!({
            "id": "lcc-sa32er",
            "name": "MySinkConnector",
            "offsets": [{"partition": {"kafka_partition": 0, "kafka_topic": "topic_A"}, "offset": {"kafka_offset": 1000}}],
            "requested_at": "2024-02-20T15:14:19Z",
            "type": "PATCH",
        })
    );

    let pending = stage.status(MY_SINK).await;
    assert_eq!(
        pending.json,
        json!({"request": accepted.json, "status": {"phase": "PENDING"}, "applied_at": null})
    );

    // The connector needs 20 s to stop, and reads 25 records a second until it has stopped: 5000 + 20 * 25 = 5500.
    stage.pass(42);
    assert_eq!(
        stage.status(MY_SINK).await.json["status"]["phase"],
        "PENDING"
    );
    assert_eq!(position(&stage.truth(MY_SINK)), 5500);

    stage.pass(1);
    let applied = stage.status(MY_SINK).await.json;
    assert_eq!(applied["status"]["phase"], "APPLIED");
    assert_eq!(applied["applied_at"], "2024-02-20T15:15:02Z");
    assert_eq!(position(&applied["previous_offsets"]), 5500);
    assert_eq!(applied["request"], accepted.json);
    assert_eq!(position(&stage.truth(MY_SINK)), 1000);

    // The alteration has moved the position to 1000, but the reply must still show the sample from before the alteration.
    let sampled = stage.offsets(MY_SINK).await.json;
    assert_eq!(sampled["metadata"]["observed_at"], "2024-02-20T15:14:49Z");
    assert_eq!(position(&sampled["offsets"]), 5500);

    // The connector stays stopped for 10 s after the alteration, and then reads 25 records a second from the new position.
    stage.pass(9);
    assert_eq!(position(&stage.truth(MY_SINK)), 1000);
    stage.pass(9);
    let sampled = stage.offsets(MY_SINK).await.json;
    assert_eq!(sampled["metadata"]["observed_at"], "2024-02-20T15:15:19Z");
    assert_eq!(position(&sampled["offsets"]), 1175);
    assert_eq!(position(&stage.truth(MY_SINK)), 1200);
    assert_eq!(stage.accepted(MY_SINK), 1);
}

#[tokio::test]
async fn the_published_patch_of_a_source_passes_validation() {
    let stage = stage().await;
    assert_eq!(stage.alter(MYSQL_SOURCE, PATCH_SOURCE).await.status, 202);
    stage.pass(43);
    let validating = stage.status(MYSQL_SOURCE).await.json;
    assert_eq!(validating["status"], json!({"phase": "PENDING_VALIDATION"}));
    assert_eq!(validating["applied_at"], Value::Null);
    stage.pass(10);
    let applied = stage.status(MYSQL_SOURCE).await.json;
    assert_eq!(applied["status"]["phase"], "APPLIED");
    let message = applied["status"]["message"].as_str().unwrap();
    assert!(message.contains("externally"), "{message}");
    assert_eq!(
        stage.truth(MYSQL_SOURCE)[0]["offset"]["timestamp"],
        1_699_000_000_000_u64
    );
}

#[tokio::test]
async fn the_published_delete_resets_a_source() {
    let stage = stage().await;
    let accepted = stage.alter(MY_SOURCE, r#"{"type":"DELETE"}"#).await;
    assert_eq!(accepted.status, 202);
    assert_eq!(accepted.json["offsets"], json!([]));
    assert_eq!(accepted.json["type"], "DELETE");
    stage.pass(53);
    assert_eq!(
        stage.status(MY_SOURCE).await.json["status"]["phase"],
        "APPLIED"
    );
    assert_eq!(stage.truth(MY_SOURCE), json!([]));
}

#[tokio::test]
async fn of_many_at_the_same_time_one_is_accepted() {
    let stage = stage().await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let request = stage.request("POST", &path(MY_SINK, "/offsets/request"));
        let request = request
            .header("content-type", "application/json")
            .body(PATCH_SINK);
        calls.spawn(answer(request));
    }
    let answers = calls.join_all().await.into_iter();
    let mut statuses: Vec<_> = answers.map(|answer| answer.unwrap().status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 202);
    assert_eq!(statuses[1..], [409; 19]);
    assert_eq!(stage.accepted(MY_SINK), 1);
    let busy = stage.alter(MY_SINK, PATCH_SINK).await;
    assert!(busy.text.contains("already pending"), "{}", busy.text);
    stage.pass(43);
    assert_eq!(stage.alter(MY_SINK, PATCH_SINK).await.status, 202);
}

fn position(offsets: &Value) -> u64 {
    offsets[0]["offset"]["kafka_offset"].as_u64().unwrap()
}
