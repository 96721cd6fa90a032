//! The library must cope with behaviour of the service, or of a proxy, that no documentation describes.

use std::time::Duration;

use ccloud_connect::clock::SystemClock;
use ccloud_connect::finding::Code;
use ccloud_connect::plan::Intent;
use ccloud_connect::{
    Client, ConnectorState, ErrorKind, RetryPolicy, Standing, WaitError, WaitOptions,
};
use ccloud_connect_emulator::{Command, Fault, Operation};
use serde_json::json;

use super::outcomes::{TEN, codes, patched, state};
use super::undo::{SINKS, entry};
use super::{World, always, says, sent, server};

/// Replicas of the service that lag behind may show an older request, or an older phase of the same request. The library must not
/// take this for a request of another client.
#[tokio::test]
async fn a_status_that_goes_back_is_no_other_request() {
    let stage = World::seeded(SINKS).await;
    let connector = stage.connector("still");
    let status = stage
        .alter("still", Intent::set([entry("t", 0, 100)]))
        .await;
    let older = || Fault::stale_applied();

    let planned = connector
        .plan(Intent::set([entry("t", 0, 7)]))
        .await
        .unwrap();
    stage.fault(Operation::RequestStatus, older());
    planned.apply().await.unwrap().wait().await.unwrap();

    // When the status shows only an older request, the undo cannot be planned. The error must not claim that another client has
    // altered the offsets.
    stage.fault(Operation::RequestStatus, Fault::act());
    let latest = connector.latest_request().await.unwrap();
    assert!(latest.request.requested_at > status.request.requested_at);
    stage.fault(Operation::RequestStatus, older());
    let undo = Intent::undo(&latest).unwrap();
    let error = connector.plan(undo.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    assert!(
        error.is_transient() && !error.to_string().contains("since"),
        "{error}"
    );

    // After APPLIED, the status shows PENDING again. So it is not certain that the request has ended, and its undo is refused.
    stage.fault(Operation::RequestStatus, Fault::phase("PENDING"));
    let error = connector.plan(undo.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    let limit = Duration::from_secs(60);
    stage.fault(Operation::RequestStatus, Fault::phase("PENDING").times(2));
    connector.offsets_after_latest_request(limit).await.unwrap();
    assert!(connector.plan(undo).await.is_ok());
}

#[tokio::test]
async fn old_positions_that_cannot_be_read_are_unknown() {
    let stage = World::seeded(SINKS).await;
    // Before the request, the first of the two partitions had a position, and the second had none.
    let set = Intent::set([entry("t", 0, 100), entry("t", 2, 0)]);
    let alteration = stage.begun("still", set).await;
    alteration.wait().await.unwrap();
    let status = stage.connector("still").latest_request().await.unwrap();
    let mut status = serde_json::to_value(status).unwrap();
    let old = |offset: i32| json!({"partition": {"kafka_topic": "t", "kafka_partition": 0}, "offset": {"kafka_offset": offset}});
    let (unknown, none) = (Standing::Unknown, Standing::Nowhere);
    for (previous, first, second) in [
        (json!(["t:0"]), &unknown, &unknown),
        (json!([old(400), old(401)]), &unknown, &none),
        (json!([{"partition": old(0)["partition"]}]), &unknown, &none),
        (json!([]), &unknown, &none),
        (json!(null), &unknown, &unknown),
    ] {
        status["previous_offsets"] = previous;
        stage.fault(Operation::RequestStatus, always(&status));
        let applied = alteration.wait().await.unwrap();
        let stood = applied.outcome.partitions.iter().map(|p| &p.stood);
        assert!(stood.eq([first, second]), "{status}");
        stage.emulator.apply(Command::ClearFaults).unwrap();
    }
}

#[tokio::test]
async fn a_connector_that_is_gone_is_not_said_to_go_on() {
    let world = World::new().await;
    let accepted = world.patch(5).send().await.unwrap();
    let gone = || Fault::error(404, "no such connector").times(1_000);
    world.fault(Operation::RequestStatus, gone());
    let error = accepted.wait().await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, WaitError::TimedOut { .. }), "{text}");
    assert!(
        text.contains("deleted or renamed") && !text.contains("goes on"),
        "{text}"
    );

    // The connector is deleted while its state is watched, so the outcome must not report the last state that was seen.
    let world = World::new().await;
    let status = Operation::ConnectorStatus;
    world.fault(status, Fault::act());
    world.fault(status, state("RUNNING", "RUNNING").times(2));
    world.fault(status, gone());
    let applied = patched(&world, WaitOptions::default().watch_state(TEN)).await;
    let outcome = applied.unwrap().outcome;
    assert_eq!(
        (codes(&outcome), &outcome.state),
        (vec![Code::StateUnknown], &None)
    );
    assert!(outcome.findings[0].message.contains("deleted or renamed"));
}

/// The connector was deleted, and another connector was created with its name. The offsets of the new connector must not be used
/// for plans and outcomes of the old one.
#[tokio::test]
async fn another_connector_of_the_same_name_is_not_taken_for_this_one() {
    let world = World::new().await;
    let mut other = serde_json::to_value(world.sink().offsets().await.unwrap()).unwrap();
    other["id"] = "lcc-new".into();
    other["metadata"]["observed_at"] = "2034-01-01T00:00:00Z".into();
    let planned = world.sink().plan(Intent::shift_by(-1)).await.unwrap();
    world.fault(Operation::ReadOffsets, Fault::status(200).json(&other));
    let error = planned.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PlanOutdated);
    says(&error, "another connector, lcc-new, has its name now");
    assert_eq!(world.accepted(), 0);

    world.fault(Operation::ReadOffsets, Fault::act().times(2));
    world.every(Operation::ReadOffsets, Fault::status(200).json(&other));
    let options = WaitOptions::default().watch_state(TEN);
    let applied = patched(&world, options.confirm_if_possible()).await;
    let outcome = applied.unwrap().outcome;
    assert_eq!(
        codes(&outcome),
        [Code::Unconfirmed, Code::StateUnknown],
        "{outcome:?}"
    );
    assert_eq!((&outcome.state, outcome.observed_at), (&None, None));
    let gone = "another connector, lcc-new, has its name now";
    says(&outcome.findings[0].message, gone);
    let latest = world.sink().latest_request().await.unwrap();
    let undo = world.sink().plan(Intent::undo(&latest).unwrap()).await;
    says(&undo.unwrap_err(), gone);
}

/// A phase or type that this version does not know must be shown with its control characters escaped, so that it cannot control
/// a terminal.
#[tokio::test]
async fn a_phase_that_is_not_known_is_not_said_to_be_in_progress() {
    for phase in ["", "CANCELLED", "\u{1b}[31m"] {
        let stage = World::seeded(SINKS).await;
        let set = Intent::set([entry("t", 0, 100)]);
        let mut status = serde_json::to_value(stage.alter("still", set).await).unwrap();
        status["status"]["phase"] = phase.into();
        stage.fault(Operation::RequestStatus, always(&status));
        let connector = stage.connector("still");
        let said = format!("has the phase {phase:?}, which this version does not know");
        let latest = connector.latest_request().await.unwrap();
        says(&Intent::undo(&latest).unwrap_err(), &said);
        let plan = connector.plan(Intent::shift_by(-1)).await;
        says(&plan.unwrap_err(), &said);
        let plan = connector.plan(Intent::set([entry("t", 0, 5)])).await;
        says(&plan.unwrap(), &said);
        stage.fault(Operation::Alter, Fault::error(409, "busy"));
        let refused = connector.patch_offsets().sink("t", 0, 9).send().await;
        says(&refused.unwrap_err(), &said);
    }
    let world = World::new().await;
    let accepted = world.patch(5).send().await.unwrap();
    let request = json!({
        "id": "lcc-1", "name": "MySinkConnector", "type": "RE\u{1b}[31mSET", "requested_at": "2024-02-20T15:20:00Z",
    });
    let other = json!({"request": request, "status": {"phase": "APPLIED"}});
    world.fault(Operation::RequestStatus, always(&other));
    let error = accepted.wait().await.unwrap_err();
    says(&error, "followed by another one, a RE\\u{1b}[31mSET of");
}

#[tokio::test]
async fn a_state_that_is_not_given_is_unknown_and_a_trace_is_one_short_line() {
    let trace = format!("boom \u{1b}[2J{}\n at x", "y".repeat(5_000));
    let state = |state: &str| {
        let task = json!({"id": 0, "state": "FAILED", "msg": trace});
        Fault::status(200).json(&json!({"connector": {"state": state}, "tasks": [task]}))
    };
    for (before, after) in [("", "RUNNING"), ("RUNNING", ""), ("", "")] {
        let world = World::new().await;
        world.fault(Operation::ConnectorStatus, state(before));
        world.every(Operation::ConnectorStatus, state(after));
        let error = patched(&world, WaitOptions::default().watch_state(TEN)).await;
        let error = error.unwrap_err();
        let outcome = error.outcome().unwrap();
        let now = if after.is_empty() {
            "state unknown"
        } else {
            after
        };
        says(outcome, &format!("; {now}, 1 task FAILED"));
        says(&error, "task 0 is FAILED: boom [2Jyyy");
        assert!(error.to_string().len() < 500, "{error}");
        let said = outcome.findings.iter().map(ToString::to_string);
        let said = said.collect::<Vec<_>>().join("\n");
        assert!(!said.contains("it was  before"), "{said}");
        let gives_none = said.contains("the service does not give the connector's state");
        assert_eq!(gives_none, after.is_empty(), "{said}");
    }
}

#[tokio::test]
async fn a_configuration_without_a_class_is_noted() {
    let world = World::new().await;
    world.fault(
        Operation::ReadConnector,
        Fault::status(200).json(&json!({})),
    );
    let plan = world.sink().plan(Intent::shift_by(-1)).await.unwrap();
    let note = &plan.plan().warnings()[0];
    assert_eq!(
        (note.code, note.severity.as_str()),
        (Code::ClassUnknown, "note")
    );
}

#[tokio::test]
async fn one_refusal_in_between_ends_nothing() {
    for status in [401, 403, 404] {
        let world = World::new().await;
        for operation in [
            Operation::RequestStatus,
            Operation::ReadOffsets,
            Operation::ConnectorStatus,
        ] {
            let before = if operation == Operation::ConnectorStatus {
                1
            } else {
                2
            };
            world.fault(operation, Fault::act().times(before));
            world.fault(operation, Fault::error(status, "for a moment").times(2));
        }
        let options = WaitOptions::default().watch_state(TEN).confirm();
        let outcome = patched(&world, options).await.unwrap().outcome;
        assert_eq!(outcome.as_planned, Some(true), "{status}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_task_that_comes_back_was_failed_all_the_same() {
    let world = World::new().await;
    let status = Operation::ConnectorStatus;
    world.fault(status, Fault::act());
    world.fault(status, state("RUNNING", "FAILED"));
    let error = patched(&world, WaitOptions::default().watch_state(TEN)).await;
    let error = error.unwrap_err();
    let outcome = error.outcome().unwrap();
    assert_eq!(codes(outcome), [Code::TaskFailed]);
    assert_eq!(outcome.state.as_ref().unwrap().now, ConnectorState::Running);
}

#[tokio::test]
async fn everything_may_be_compressed_unasked() {
    let world = World::new().await;
    for operation in [
        Operation::Alter,
        Operation::ConnectorStatus,
        Operation::ReadOffsets,
        Operation::RequestStatus,
    ] {
        world.every(operation, Fault::act().gzip());
    }
    let options = WaitOptions::default().watch_state(TEN).confirm();
    let outcome = patched(&world, options).await.unwrap().outcome;
    assert_eq!(outcome.as_planned, Some(true));
    assert_eq!(world.accepted(), 1);
}

/// The answer arrives in small pieces, and takes longer than the time limit of an attempt. The status must settle the outcome.
#[tokio::test(start_paused = true)]
async fn an_answer_that_drips_is_settled_by_the_status() {
    let world =
        World::with(|builder| builder.clock(SystemClock).retry(RetryPolicy::default())).await;
    let drip = Fault::act().slow(4, Duration::from_secs(2));
    world.fault(Operation::Alter, drip);
    let patch = world.patch(5);
    let began = tokio::time::Instant::now();
    let _accepted = patch.send().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(45));
    assert_eq!(world.accepted(), 1);
}

/// The client must understand an HTTP/1.0 server, which ends each body by closing the connection.
#[tokio::test]
async fn a_peer_of_the_last_century_is_understood() {
    let url = server(|head| {
            let info = r#"{"id":"lcc-1","name":"s","type":"PATCH","requested_at":"2024-02-20T15:14:19Z","offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":5}}]}"#;
            let (status, body) = match head.split(' ').collect::<Vec<_>>()[..] {
                ["POST", ..] => ("202 Accepted", info.to_owned()),
                [_, path, ..] if path.ends_with("/status") => (
                    "200 OK",
                    format!(r#"{{"request":{info},"status":{{"phase":"APPLIED"}}}}"#),
                ),
                _ => ("200 OK", r#"{"offsets":[]}"#.to_owned()),
            };
            format!("HTTP/1.0 {status}\r\nContent-Type: application/json\r\n\r\n{body}")
    })
    .await;
    let client = Client::builder().endpoint(url);
    let client = client.credentials(ccloud_connect::ApiKey::new("k", "s"));
    let sink = client.build().unwrap().connector(
        "env-1".parse().unwrap(),
        "lkc-1".parse().unwrap(),
        "s".parse().unwrap(),
    );
    assert!(sink.offsets().await.unwrap().entries.is_empty());
    let sent = sent(sink.patch_offsets().sink("t", 0, 5)).await;
    let options = WaitOptions::default().first_interval(Duration::ZERO);
    sent.wait_with(options).await.unwrap();
}
