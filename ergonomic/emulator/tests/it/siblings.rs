//! The operations that do not concern offsets: list and read connectors, their status, pause and resume.

use ccloud_connect_emulator::{CLUSTER, ENVIRONMENT, MY_SINK};
use serde_json::json;

use super::support::{path, stage};

fn list_path(query: &str) -> String {
    format!("/connect/v1/environments/{ENVIRONMENT}/clusters/{CLUSTER}/connectors{query}")
}

#[tokio::test]
async fn the_list_has_names_or_what_is_asked_for() {
    let stage = stage().await;
    let names = stage.get(&list_path("")).await.json;
    let names = names.as_array().unwrap();
    assert_eq!(names.len(), 11);
    assert!(names.contains(&json!(MY_SINK)));

    let all = stage.get(&list_path("?expand=id,info,status")).await.json;
    assert_eq!(
        all[MY_SINK],
        json!({
            "id": {"id": "lcc-sa32er", "id_type": "ID"},
            "info": {
                "name": MY_SINK,
                "type": "sink",
                "config": {"confluent.connector.type": "MANAGED", "connector.class": "MySqlSink", "name": MY_SINK},
            },
            "status": {
                "name": MY_SINK,
                "type": "sink",
                "connector": {"state": "RUNNING", "worker_id": "emulator:8083"},
                "tasks": [{"id": 0, "state": "RUNNING", "worker_id": "emulator:8083"}],
            },
        })
    );
    let ids = stage.get(&list_path("?expand=id")).await.json;
    assert_eq!(
        ids[MY_SINK],
        json!({"id": {"id": "lcc-sa32er", "id_type": "ID"}})
    );
    let wrong = stage.get(&list_path("?expand=everything")).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn the_state_follows_pause_resume_and_alterations() {
    let stage = stage().await;
    assert_eq!(stage.state(MY_SINK).await, "RUNNING");
    assert_eq!(stage.put(MY_SINK, "/pause").await, 202);
    assert_eq!(stage.state(MY_SINK).await, "PAUSED");
    assert_eq!(stage.put(MY_SINK, "/resume").await, 202);
    assert_eq!(stage.state(MY_SINK).await, "RUNNING");

    stage.alter(MY_SINK, r#"{"type":"DELETE"}"#).await;
    assert_eq!(stage.state(MY_SINK).await, "RUNNING");
    stage.pass(20);
    assert_eq!(stage.state(MY_SINK).await, "PAUSED");
    stage.pass(33);
    assert_eq!(stage.state(MY_SINK).await, "RUNNING");

    assert_eq!(stage.state("young-sink").await, "PROVISIONING");
    assert_eq!(stage.offsets("young-sink").await.json["offsets"], json!([]));
    assert_eq!(stage.get(&path("nobody", "/status")).await.status, 404);
}

#[tokio::test]
async fn a_connector_can_be_read() {
    let stage = stage().await;
    assert_eq!(
        stage.get(&path(MY_SINK, "")).await.json,
        json!({
            "name": MY_SINK,
            "type": "sink",
            "config": {"confluent.connector.type": "MANAGED", "connector.class": "MySqlSink", "name": MY_SINK},
            "tasks": [{"connector": MY_SINK, "task": 0}],
        })
    );
    assert_eq!(stage.get(&path("nope", "")).await.status, 404);
}
