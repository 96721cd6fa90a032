//! Tests of how long the library watches the connector's state after an alteration, and which failures do not end the watching.

use ccloud_connect::finding::Code;
use ccloud_connect::plan::Intent;
use ccloud_connect::{ConnectorState, Movement, Outcome, PartitionOutcome, WaitOptions};
use ccloud_connect_emulator::{Fault, Operation, Reply};

use super::outcomes::{TEN, codes, patched, state};
use super::undo::{SINKS, entry};
use super::{World, always};

#[tokio::test]
async fn a_failed_look_at_the_state_does_not_end_the_watch() {
    let world = World::new().await;
    let status = Operation::ConnectorStatus;
    world.fault(status, Fault::act());
    world.fault(status, Fault::status(500).times(4));
    world.fault(status, state("RUNNING", "RUNNING"));
    world.fault(status, Fault::status(500));
    world.every(status, state("RUNNING", "FAILED"));
    let error = patched(&world, WaitOptions::default().watch_state(TEN))
        .await
        .unwrap_err();
    let outcome = error.outcome().unwrap();
    assert_eq!(codes(outcome), [Code::TaskFailed], "{error}");
    let watched = outcome.state.as_ref().unwrap().watched_seconds;
    assert!(
        (1..=10).contains(&watched),
        "from the first look that showed it: {watched}"
    );
}

#[tokio::test]
async fn a_connector_that_stays_still_is_not_watched_for_long() {
    for (before, now, task, is_long) in [
        ("PAUSED", "PAUSED", "PAUSED", false),
        ("STOPPED", "STOPPED", "STOPPED", false),
        ("PAUSED", "PAUSED", "RUNNING", true),
        ("RUNNING", "PAUSED", "PAUSED", true),
    ] {
        let world = World::new().await;
        let status = Operation::ConnectorStatus;
        world.fault(status, state(before, task));
        world.every(status, state(now, task));
        let options = WaitOptions::default().watch_state(TEN);
        let applied = patched(&world, options).await.unwrap();
        let watched = applied.outcome.state.unwrap().watched_seconds;
        assert_eq!(watched >= 9, is_long, "{before}, {now}, {task}: {watched}");
    }
}

/// A connector that was PAUSED before the alteration runs afterwards. The outcome must report that, although the first read after
/// the alteration shows PAUSED: the alteration itself pauses the connector for a while.
#[tokio::test]
async fn a_paused_connector_that_is_started_again_is_told() {
    let world = World::new().await;
    let status = Operation::ConnectorStatus;
    world.fault(status, state("PAUSED", "PAUSED").times(2));
    world.every(status, state("RUNNING", "RUNNING"));
    let error = patched(&world, WaitOptions::default().watch_state(TEN))
        .await
        .unwrap_err();
    assert_eq!(codes(error.outcome().unwrap()), [Code::StateChanged]);
}

#[tokio::test]
async fn the_wait_for_a_sample_is_no_watching_of_the_state() {
    let world = World::new().await;
    let stale = serde_json::to_value(world.sink().offsets().await.unwrap()).unwrap();
    let planned = world.sink().plan(Intent::shift_by(-1_000)).await.unwrap();
    let alteration = planned.apply().await.unwrap();
    world.fault(Operation::ReadOffsets, always(&stale));
    let options = WaitOptions::default()
        .watch_state(TEN)
        .confirm_if_possible();
    let applied = alteration.wait_with(options).await.unwrap();
    let watched = applied.outcome.state.unwrap().watched_seconds;
    assert!((10..20).contains(&watched), "{watched}");
}

/// A token does not contain the partitions of a reset. When the request status does not list them either, the reset may have been
/// of one partition or of all. The outcome must then not claim a reset of any partition without a later sample.
#[tokio::test]
async fn a_reset_without_its_list_claims_no_partition() {
    let stage = World::seeded(SINKS).await;
    let connector = stage.connector("still");
    let reset = Intent::reset([entry("t", 1, 0)]);
    let accepted = stage.begun("still", reset).await;
    accepted.wait().await.unwrap();
    let mut status = connector.latest_request().await.unwrap();
    status.request.entries = None;
    stage.fault(Operation::RequestStatus, always(&status));
    let elsewhere = stage.client.alteration(accepted.token());
    let told = |outcome: &Outcome| -> Vec<_> {
        let mut partitions: Vec<_> = outcome.partitions.iter().collect();
        partitions.sort_by_key(|p| p.partition.to_string());
        let told = |p: &&PartitionOutcome| (p.moved.direction, p.confirmed);
        partitions.iter().map(told).collect()
    };
    let unseen = (Movement::Unseen, None);
    let outcome = elsewhere.wait().await.unwrap().outcome;
    assert_eq!(told(&outcome), [unseen, unseen]);
    assert_eq!(outcome.as_planned, None);
    let options = WaitOptions::default().confirm_if_possible();
    let outcome = elsewhere.wait_with(options).await.unwrap().outcome;
    assert_eq!(told(&outcome), [unseen, (Movement::Reset, Some(true))]);
    assert_eq!(outcome.as_planned, None);
}

/// Whoever saw the alteration in progress knows that it ended just now, although the `Date` of the answers is ahead.
#[tokio::test]
async fn a_wrong_date_does_not_shorten_the_watch() {
    let world = World::new().await;
    let ahead = Reply::usual().header("Date", "Tue, 20 Feb 2024 15:30:00 GMT");
    world.every(Operation::RequestStatus, Fault::act_then(ahead));
    let status = Operation::ConnectorStatus;
    world.fault(status, state("RUNNING", "RUNNING").times(4));
    world.every(status, state("RUNNING", "FAILED"));
    let failed = patched(&world, WaitOptions::default().watch_state(TEN)).await;
    let error = failed.unwrap_err();
    assert_eq!(
        codes(error.outcome().unwrap()),
        [Code::TaskFailed],
        "{error}"
    );
}

/// A connector stays PAUSED for a while after an alteration; that is no state of its own.
#[tokio::test]
async fn a_plan_right_after_an_alteration_expects_the_connector_to_run() {
    let stage = World::seeded(SINKS).await;
    let first = stage
        .begun("still", Intent::set([entry("t", 0, 100)]))
        .await;
    first.wait().await.unwrap();
    let still = stage.connector("still");
    assert_eq!(still.state().await.unwrap().state, ConnectorState::Paused);
    let plan = still.plan(Intent::set([entry("t", 1, 5)])).await.unwrap();
    assert_eq!(plan.state(), None);
    let watch = WaitOptions::default().watch_state(TEN);
    let outcome = plan.apply().await.unwrap().wait_with(watch).await.unwrap();
    let state = outcome.outcome.state.unwrap();
    assert_eq!(state.now, ConnectorState::Running);
    assert!(state.watched_seconds >= 10, "{state:?}");
}
