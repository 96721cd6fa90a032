//! Tests of reading the configuration of a connector, and the state of the connector and its tasks.

use ccloud_connect::plan::Intent;
use ccloud_connect::{ConnectorKind, ConnectorState, ErrorKind};
use ccloud_connect_emulator::{Fault, Operation};

use super::World;

#[tokio::test]
async fn class_and_settings_are_read() {
    let world = World::new().await;
    let config = world.sink().config().await.unwrap();
    assert_eq!(config.kind, ConnectorKind::Sink);
    assert_eq!(config.class(), Some("MySqlSink"));
    assert_eq!(config.get("confluent.connector.type"), Some("MANAGED"));
    assert_eq!(config.get("no.such.setting"), None);

    let error = world.connector("nope").config().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error
            .to_string()
            .starts_with("reading the configuration of connector \"nope\""),
        "{error}"
    );
}

#[tokio::test]
async fn state_and_failed_tasks_are_read() {
    let world = World::new().await;
    let state = world.sink().state().await.unwrap();
    assert_eq!(state.state, ConnectorState::Running);
    assert_eq!(state.failed_tasks().count(), 0);

    // The connector can be RUNNING although a task has failed, so the failed task must be reported separately.
    let body = r#"{"name":"MySinkConnector","type":"sink","connector":{"state":"RUNNING"},
        "tasks":[{"id":0,"state":"running"},{"id":1,"state":"FAILED","msg":"boom\n\tat Task.java:1"}]}"#;
    world.fault(Operation::ConnectorStatus, Fault::status(200).body(body));
    let state = world.sink().state().await.unwrap();
    assert_eq!(state.state, ConnectorState::Running);
    let failed: Vec<_> = state.failed_tasks().collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].id, Some(1));
    assert_eq!(failed[0].trace.as_deref(), Some("boom\n\tat Task.java:1"));
}

/// A server that closes each connection after its answer also closes one on which the next request is sent.
#[tokio::test]
async fn a_plan_has_the_state_although_a_connection_was_closed() {
    let world = World::new().await;
    for operation in [Operation::ConnectorStatus, Operation::ReadConnector] {
        world.fault(operation, Fault::reset_before_body());
    }
    let plan = world.sink().plan(Intent::shift_by(-1)).await.unwrap();
    assert!(plan.state().is_some());
    assert_eq!(plan.plan().warnings(), []);
}
