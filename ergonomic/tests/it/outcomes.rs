//! Tests of the outcomes that the library reports for alterations.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ccloud_connect::clock::Clock as _;
use ccloud_connect::finding::Code;
use ccloud_connect::plan::{Intent, MoveKind};
use ccloud_connect::{
    AlterationStatus, Applied, ConnectorOffsets, ConnectorState, ErrorKind, Movement, Outcome,
    WaitError, WaitOptions,
};
use ccloud_connect_emulator::{Fault, Operation};

use super::{World, always, outdated, sent};

pub(super) const TEN: Duration = Duration::from_secs(10);

pub(super) fn codes(outcome: &Outcome) -> Vec<Code> {
    outcome
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

pub(super) async fn patched(world: &World, options: WaitOptions) -> Result<Applied, WaitError> {
    let sink = world.sink();
    let planned = sink.plan(Intent::shift_by(-1_000)).await.unwrap();
    planned.apply().await.unwrap().wait_with(options).await
}

pub(super) fn state(connector: &str, task: &str) -> Fault {
    let body = format!(
        r#"{{"type":"sink","connector":{{"state":"{connector}"}},"tasks":[{{"id":0,"state":"{task}","msg":"boom\n at x"}}]}}"#
    );
    Fault::status(200).body(body)
}

#[tokio::test]
async fn a_rewind_is_told_as_it_was_and_not_as_it_was_planned() {
    let world = World::new().await;
    let applied = patched(&world, WaitOptions::default().watch_state(TEN).confirm())
        .await
        .unwrap();
    let outcome = &applied.outcome;
    let partition = &outcome.partitions[0];
    assert_eq!(partition.moved.direction, Movement::Back);
    // The plan goes back by 1,000 records. The sink read 500 more, at 25 records a second, until it stopped 20 s after the request.
    assert_eq!(partition.moved.records, Some(1_500));
    assert_eq!(outcome.as_planned, Some(true), "{outcome:?}");
    assert_eq!(
        outcome.to_string(),
        "1 partition went back 1,500 records; RUNNING"
    );
    let state = outcome.state.as_ref().unwrap();
    assert_eq!(
        (&state.before, &state.now),
        (&Some(ConnectorState::Running), &ConnectorState::Running)
    );
    let text = serde_json::to_string(&applied).unwrap();
    assert_eq!(serde_json::from_str::<Applied>(&text).unwrap(), applied);
}

#[tokio::test]
async fn without_a_look_nothing_is_claimed() {
    let world = World::new().await;
    let applied = patched(&world, WaitOptions::default()).await.unwrap();
    let outcome = applied.outcome;
    assert_eq!(
        (outcome.as_planned, &outcome.state, outcome.observed_at),
        (None, &None, None)
    );
    assert_eq!(outcome.partitions[0].confirmed, None);
    assert_eq!(
        outcome.to_string(),
        "1 partition went back 1,500 records; not confirmed by a later sample; state unknown"
    );
}

#[tokio::test]
async fn a_task_that_fails_late_is_seen() {
    for failed in [
        state("RUNNING", "FAILED"),
        state("FAILED", "FAILED"),
        state("DEGRADED", "RUNNING"),
    ] {
        let world = World::new().await;
        world.fault(Operation::ConnectorStatus, Fault::act());
        // The connector first runs again without a failure, for three reads of its state.
        world.fault(
            Operation::ConnectorStatus,
            state("RUNNING", "RUNNING").times(3),
        );
        world.every(Operation::ConnectorStatus, failed.clone());
        let error = patched(&world, WaitOptions::default().watch_state(TEN))
            .await
            .unwrap_err();
        let WaitError::NotAsPlanned { applied, token, .. } = &error else {
            panic!("{failed:?}: {error}")
        };
        assert_eq!(error.connector(), &token.connector);
        let told = codes(&applied.outcome);
        let is_state = |code: &Code| {
            matches!(
                code,
                Code::ConnectorFailed | Code::TaskFailed | Code::StateChanged
            )
        };
        assert!(!told.is_empty() && told.iter().all(is_state), "{told:?}");
        assert_eq!(applied.outcome.as_planned, Some(false));
    }
}

#[tokio::test]
async fn a_bad_position_lets_a_source_fail_and_that_is_told() {
    let world = World::new().await;
    let bad =
        r#"{"partition":{"server":"inventory"},"offset":{"file":"mysql-bin.000042","pos":"abc"}}"#;
    let source = world.connector("mysql-cdc");
    let planned = source
        .plan(Intent::set([serde_json::from_str(bad).unwrap()]).accepting([Code::TaskWouldFail]))
        .await
        .unwrap();
    let alteration = planned.apply().await.unwrap();
    let error = alteration
        .wait_with(
            WaitOptions::default()
                .watch_state(TEN)
                .confirm_if_possible(),
        )
        .await
        .unwrap_err();
    let outcome = error.outcome().unwrap();
    assert!(codes(outcome).contains(&Code::ConnectorFailed), "{error}");
    let state = outcome.state.as_ref().unwrap();
    assert_eq!(
        (&state.before, &state.now),
        (&Some(ConnectorState::Running), &ConnectorState::Failed)
    );
}

#[tokio::test]
async fn the_state_is_compared_with_the_one_before() {
    for (before, after, expected, as_planned) in [
        ("PAUSED", "PAUSED", vec![], None),
        ("PAUSED", "RUNNING", vec![Code::StateChanged], Some(false)),
        ("RUNNING", "PAUSED", vec![Code::StateChanged], None),
        ("RUNNING", "RESTARTING", vec![Code::StateChanged], None),
        ("FAILED", "FAILED", vec![Code::ConnectorFailed], Some(false)),
        ("FAILED", "RUNNING", vec![], None),
        ("RUNNING", "", vec![Code::StateUnknown], None),
        ("RUNNING", "STOPPED", vec![Code::StateChanged], Some(false)),
        ("STOPPED", "STOPPED", vec![], None),
        ("STOPPED", "RUNNING", vec![Code::StateChanged], Some(false)),
        ("RUNNING", "DELETED", vec![Code::StateChanged], Some(false)),
    ] {
        let world = World::new().await;
        world.fault(Operation::ConnectorStatus, state(before, "RUNNING"));
        world.every(Operation::ConnectorStatus, state(after, "RUNNING"));
        let result = patched(&world, WaitOptions::default().watch_state(TEN)).await;
        let outcome = match &result {
            Ok(applied) => &applied.outcome,
            Err(error) => error.outcome().unwrap(),
        };
        assert_eq!(
            (codes(outcome), outcome.as_planned),
            (expected, as_planned),
            "{before}, {after}"
        );
        assert_eq!(result.is_err(), as_planned == Some(false));
    }
}

#[tokio::test]
async fn a_state_that_cannot_be_read_stops_nothing() {
    for fault in [
        Fault::error(403, "no"),
        Fault::error(404, "no"),
        Fault::status(500),
        Fault::reset_after_body(),
    ] {
        let world = World::new().await;
        world.every(Operation::ConnectorStatus, fault);
        let applied = patched(&world, WaitOptions::default().watch_state(TEN))
            .await
            .unwrap();
        assert_eq!(codes(&applied.outcome), [Code::StateUnknown]);
        assert_eq!(
            (applied.outcome.as_planned, &applied.outcome.state),
            (None, &None)
        );
    }
}

#[tokio::test]
async fn looking_ends_with_the_time_limit() {
    let world = World::new().await;
    let stale = world.sink().offsets().await.unwrap();
    let body = serde_json::to_value(&stale).unwrap();
    let planned = world.sink().plan(Intent::shift_by(-1_000)).await.unwrap();
    let alteration = planned.apply().await.unwrap();
    world.fault(Operation::ReadOffsets, always(&body));
    let started = world.clock.monotonic();
    let options = WaitOptions::default()
        .timeout(Duration::from_secs(100))
        .watch_state(TEN)
        .confirm_if_possible();
    let applied = alteration.wait_with(options).await.unwrap();
    assert_eq!(world.clock.monotonic() - started, Duration::from_secs(99));
    assert_eq!(codes(&applied.outcome), [Code::Unconfirmed]);
    let read: ConnectorOffsets = serde_json::from_str(&body.to_string()).unwrap();
    assert_eq!(read, stale);
}

#[tokio::test]
async fn of_a_source_that_had_no_position_any_position_is_enough_and_proves_nothing() {
    let world = World::new().await;
    let source = world.connector("mirror-source");
    let reset = world.begun("mirror-source", Intent::reset_all()).await;
    let at = reset.wait().await.unwrap().applied_at.unwrap();
    let limit = Duration::from_secs(60);
    source.offsets_after(at, limit).await.unwrap();
    let status = source.latest_request().await.unwrap();
    let text = serde_json::to_string(&status).unwrap();
    let read: AlterationStatus = serde_json::from_str(&text).unwrap();
    assert_eq!(read, status);

    let undo = Intent::undo(&status).unwrap();
    let undo = world.begun("mirror-source", undo).await;
    undo.wait().await.unwrap();
    world.clock.advance(limit);
    let confirm = WaitOptions::default().confirm();
    let applied = undo.wait_with(confirm).await.unwrap();
    assert_eq!(applied.outcome.as_planned, None);
    assert!(codes(&applied.outcome).contains(&Code::Unconfirmed));
    for partition in &applied.outcome.partitions {
        assert_eq!(partition.moved.direction, Movement::Given);
        assert_eq!(partition.confirmed, None, "it may have read from nothing");
        assert_ne!(partition.now_at, partition.asked, "it has moved on");
    }
}

#[tokio::test]
async fn a_source_that_goes_on_showing_no_position_stays_unconfirmed() {
    let world = World::new().await;
    let source = world.connector("mysql-cdc");
    let entry = source.offsets().await.unwrap().entries.remove(0);
    let planned = source.plan(Intent::set([entry.clone()])).await.unwrap();
    let alteration = planned.apply().await.unwrap();
    let sample = |at: &str| {
        let partition: serde_json::Value =
            serde_json::from_str(entry.partition().unwrap().as_str()).unwrap();
        let body = serde_json::json!({"offsets": [{"partition": partition, "offset": null}], "metadata": {"observed_at": at}});
        Fault::status(200).json(&body)
    };
    world.fault(Operation::ReadOffsets, sample("2034-01-01T00:00:00Z"));
    world.every(Operation::ReadOffsets, sample("2034-01-01T00:00:30Z"));
    let started = world.clock.monotonic();
    let options = WaitOptions::default().confirm_if_possible();
    let result = alteration.wait_with(options).await;
    // The request sets the position that the plan saw, so the partition goes back by what the connector read until it stopped.
    // Whether the outcome reports this as planned does not matter in this test.
    let outcome = match &result {
        Ok(applied) => &applied.outcome,
        Err(error) => error.outcome().unwrap(),
    };
    assert!(codes(outcome).contains(&Code::Unconfirmed), "{outcome:?}");
    assert_eq!(outcome.partitions[0].confirmed, None);
    assert!(
        world.clock.monotonic() - started < Duration::from_secs(120),
        "two samples are enough"
    );
}

#[tokio::test]
async fn a_skip_that_the_sink_outruns_is_not_sent() {
    let world = World::new().await;
    // The sink reads 25 records a second, and stops within 60 s. So it may read past a new position that is 5 or 1,000 records
    // ahead, and the plan must be refused.
    for by in [5, 1_000] {
        let planned = world.sink().plan(Intent::shift_by(by)).await.unwrap();
        let error = planned.apply().await.unwrap_err();
        assert!(!error.may_have_been_applied(), "{by}");
        let kind = outdated(&error).moves()[0].kind;
        // The second sample may already show the sink beyond the new position.
        assert!(
            matches!(kind, MoveKind::PassesTarget | MoveKind::PassedTarget),
            "{kind:?}"
        );
    }
    assert_eq!(world.accepted(), 0);
    let planned = world.sink().plan(Intent::shift_by(10_000)).await.unwrap();
    let alteration = planned.apply().await.unwrap();
    let applied = alteration
        .wait_with(WaitOptions::default().confirm_if_possible())
        .await
        .unwrap();
    let partition = &applied.outcome.partitions[0];
    assert_eq!(partition.moved.direction, Movement::Ahead);
    // A later sample beyond the new position confirms nothing, because a fast sink could have read that far without the alteration.
    assert_eq!(
        (partition.confirmed, applied.outcome.as_planned),
        (None, None)
    );
}

/// A paused sink may have read past the new position before it was paused, because the plan's sample can be older than the pause.
/// Such a plan must be refused.
#[tokio::test]
async fn a_skip_that_a_paused_sink_has_passed_is_not_sent() {
    let world = World::new().await;
    world.every(Operation::ConnectorStatus, state("PAUSED", "PAUSED"));
    let planned = world.sink().plan(Intent::shift_by(5)).await.unwrap();
    let error = planned.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PlanOutdated);
    let advice = "Make a new plan from the current offsets";
    assert_eq!(error.advice().unwrap(), advice);
    assert_eq!(world.accepted(), 0);
    // A skip that is longer than what the sink read before its pause is sent, because the paused sink reads no further.
    let planned = world.sink().plan(Intent::shift_by(1_000)).await.unwrap();
    drop(planned.apply().await.unwrap());
    assert_eq!(world.accepted(), 1);
}

#[tokio::test]
async fn a_speed_that_cannot_be_told_is_a_warning() {
    let world = World::new().await;
    let planned = world.sink().plan(Intent::shift_by(10_000)).await.unwrap();
    let same = serde_json::to_value(planned.offsets()).unwrap();
    world.fault(Operation::ReadOffsets, always(&same));
    let alteration = planned.apply().await.unwrap();
    let codes: Vec<_> = alteration
        .warnings()
        .iter()
        .map(|warning| warning.code)
        .collect();
    assert_eq!(codes, [Code::PastEnd, Code::SpeedUnknown]);
}

#[tokio::test]
async fn every_poll_is_reported_and_what_ends_the_wait_is_told() {
    let revoked = Fault::error(403, "revoked").times(1_000);
    for (fault, polls) in [(Fault::superseded(), 1), (revoked, 3)] {
        let world = World::new().await;
        let alteration = sent(world.patch(1)).await;
        world.fault(Operation::RequestStatus, fault);
        let reports = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&reports);
        let options = WaitOptions::default().on_progress(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        match alteration.wait_with(options).await.unwrap_err() {
            WaitError::Superseded { by, .. } => {
                assert!(by.request.requested_at > alteration.requested_at());
            }
            WaitError::Refused { error, .. } => assert!(error.is_forbidden()),
            error => panic!("{error}"),
        }
        assert_eq!(reports.load(Ordering::Relaxed), polls);
        assert_eq!(world.count(Operation::RequestStatus), polls);
    }
}
