//! How positions of the simulated world move after an alteration and with time. `verdicts.rs` compares the effect of single
//! requests with a real Kafka Connect.

use ccloud_connect_emulator::{MY_SINK, Timing};
use serde_json::{Value, json};

use super::support::{stage, stage_with};

fn patch(entries: &Value) -> String {
    json!({"type": "PATCH", "offsets": entries}).to_string()
}

fn at(topic: &str, partition: u32, offset: &Value) -> Value {
    json!({"partition": {"kafka_topic": topic, "kafka_partition": partition}, "offset": offset})
}

/// The partition number and the position of every entry of a sink.
fn list(offsets: &Value) -> Vec<(u64, i64)> {
    let entries = offsets.as_array().unwrap().iter();
    let read = |entry: &Value| {
        let partition = entry["partition"]["kafka_partition"].as_u64()?;
        Some((partition, entry["offset"]["kafka_offset"].as_i64()?))
    };
    entries.map(|entry| read(entry).unwrap()).collect()
}

#[tokio::test]
async fn a_patch_leaves_other_partitions_alone_and_null_resets_one() {
    let stage = stage().await;
    let body = patch(&json!([
        at("orders", 0, &json!({"kafka_offset": 20_000})),
        at("orders", 2, &Value::Null),
    ]));
    assert_eq!(stage.alter("orders-sink", &body).await.status, 202);
    // The sink reads 200 records a second in the 20 s that it needs to stop, so partition 1 must have moved from 41,000 to
    // 45,000.
    stage.pass(43);
    assert_eq!(
        list(&stage.truth("orders-sink")),
        [(0, 20_000), (1, 45_000)]
    );
    // The sink resumes 10 s after the reset, and reads partition 2 from its earliest offset 500. After one more second it has
    // read 200 records, so the partition must have the position 700.
    stage.pass(11);
    assert_eq!(list(&stage.truth("orders-sink"))[2], (2, 700));
}

#[tokio::test]
async fn a_source_that_was_reset_writes_again_from_the_beginning() {
    let stage = stage().await;
    stage.alter("mysql-cdc", r#"{"type":"DELETE"}"#).await;
    stage.pass(53);
    assert_eq!(stage.truth("mysql-cdc"), json!([]));
    stage.pass(11);
    let offsets = stage.truth("mysql-cdc");
    assert_eq!(offsets[0]["partition"], json!({"server": "inventory"}));
    assert_eq!(offsets[0]["offset"]["pos"], 120);
}

#[tokio::test]
async fn a_sink_reads_no_further_than_its_topic() {
    let stage = stage().await;
    // The sink reads 200 records a second until it reaches the end of the topic. Then it reads the 20 records a second that are
    // added to each partition.
    stage.pass(10);
    assert_eq!(list(&stage.truth("orders-sink"))[0], (0, 44_000));
    stage.pass(990);
    assert_eq!(
        list(&stage.truth("orders-sink"))[0],
        (0, 50_000 + 20 * 1000)
    );
    stage.pass(1);
    assert_eq!(
        list(&stage.truth("orders-sink"))[0],
        (0, 50_000 + 20 * 1001)
    );
}

#[tokio::test]
async fn a_source_keeps_what_java_makes_of_an_entry_and_its_other_partitions() {
    let stage = stage().await;
    let sent = r#"{ "partition":{"topic":"payments","partition":1,"cluster":"primary"}, "offset":{"z":1e2,"offset":7,"x":1e400,"a":10.10,"n":null} }"#;
    let body = format!(r#"{{"type":"PATCH","offsets":[{sent}]}}"#);
    let accepted = stage.alter("mirror-source", &body).await;
    assert_eq!(accepted.status, 202);
    // The reply must repeat the request byte for byte. The stored entry must have Java's form of numbers and order of members.
    assert!(accepted.text.contains(sent), "{}", accepted.text);
    stage.pass(53);
    let stored = r#"{"partition":{"cluster":"primary","partition":1,"topic":"payments"},"offset":{"a":10.1,"offset":7,"x":"Infinity","z":100.0,"n":null}}"#;
    let entries = |stage: &super::support::Stage| {
        let (environment, cluster) = (
            ccloud_connect_emulator::ENVIRONMENT,
            ccloud_connect_emulator::CLUSTER,
        );
        let offsets = stage
            .emulator
            .offsets(environment, cluster, "mirror-source");
        let offsets = offsets.unwrap().into_iter();
        offsets.map(|entry| entry.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(entries(&stage).len(), 2);
    assert!(
        entries(&stage).contains(&stored.to_owned()),
        "{:?}",
        entries(&stage)
    );
    stage.pass(11);
    // The offset grows by 50 a second once the connector runs again, and every other byte of the entry must stay the same.
    let moved = stored.replace(r#""offset":7,"#, r#""offset":57,"#);
    assert!(entries(&stage).contains(&moved), "{:?}", entries(&stage));
}

#[tokio::test]
async fn a_plugin_that_does_not_validate_lets_the_task_fail_afterwards() {
    let stage = stage().await;
    let position =
        |offset: Value| patch(&json!([{"partition": {"server": "inventory"}, "offset": offset}]));
    stage
        .alter("mysql-cdc", &position(json!({"pos": "4"})))
        .await;
    stage.pass(53);
    let status = stage.status("mysql-cdc").await.json;
    assert_eq!(status["status"]["phase"], "APPLIED");
    assert_eq!(stage.state("mysql-cdc").await, "PAUSED");
    stage.pass(10);
    assert_eq!(stage.state("mysql-cdc").await, "FAILED");

    // A valid position lets the failed task run again.
    let sound = position(json!({"file": "mysql-bin.000043", "pos": 4}));
    stage.alter("mysql-cdc", &sound).await;
    stage.pass(63);
    assert_eq!(stage.state("mysql-cdc").await, "RUNNING");
}

#[tokio::test]
async fn a_paused_connector_stays_paused_after_an_alteration() {
    let stage = stage().await;
    stage.put(MY_SINK, "/pause").await;
    let body = patch(&json!([at("topic_A", 0, &json!({"kafka_offset": 10}))]));
    stage.alter(MY_SINK, &body).await;
    stage.pass(1000);
    assert_eq!(stage.state(MY_SINK).await, "PAUSED");
    assert_eq!(list(&stage.truth(MY_SINK)), [(0, 10)]);
    stage.put(MY_SINK, "/resume").await;
    stage.pass(2);
    assert_eq!(list(&stage.truth(MY_SINK)), [(0, 60)]);
}

#[tokio::test]
async fn speed_shortens_durations_and_raises_rates() {
    let stage = stage_with(|builder| builder.speed(10.0)).await;
    stage.pass(1);
    assert_eq!(list(&stage.truth(MY_SINK)), [(0, 5250)]);
    stage.alter(MY_SINK, r#"{"type":"DELETE"}"#).await;
    stage.pass(5);
    assert_eq!(
        stage.status(MY_SINK).await.json["status"]["phase"],
        "APPLIED"
    );
}

#[tokio::test]
async fn with_instant_timing_everything_has_happened_by_the_next_request() {
    let stage = stage_with(|builder| builder.timing(Timing::instant())).await;
    let body = patch(&json!([at("topic_A", 0, &json!({"kafka_offset": 10}))]));
    stage.alter(MY_SINK, &body).await;
    assert_eq!(
        stage.status(MY_SINK).await.json["status"]["phase"],
        "APPLIED"
    );
    assert_eq!(
        list(&stage.offsets(MY_SINK).await.json["offsets"]),
        [(0, 10)]
    );
}

#[tokio::test]
async fn only_the_latest_request_is_kept() {
    let stage = stage().await;
    stage.alter(MY_SINK, r#"{"type":"DELETE"}"#).await;
    stage.pass(60);
    let body = patch(&json!([at("topic_A", 0, &json!({"kafka_offset": 10}))]));
    let second = stage.alter(MY_SINK, &body).await.json;
    assert_eq!(stage.status(MY_SINK).await.json["request"], second);
}
