//! Tests of waiting until an alteration has ended.

use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use ccloud_connect::clock::Clock as _;
use ccloud_connect::{AlterationState, AlterationToken, ErrorKind, Phase, WaitError, WaitOptions};
use ccloud_connect_emulator::{Command, Fault, Operation};

use super::{World, always, says, sent, within};

#[tokio::test]
async fn ends_at_applied_with_the_previous_offsets() {
    let world = World::new().await;
    let alteration = sent(world.patch(1_000)).await;
    assert!(matches!(
        alteration.poll().await.unwrap(),
        AlterationState::InProgress(Phase::Pending)
    ));
    let applied = alteration.wait().await.unwrap();
    assert_eq!(applied.requested_at, alteration.requested_at());
    assert!(applied.applied_at.unwrap() > applied.requested_at);
    assert_eq!(applied.previous.unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_but_applied_and_failed_ends_it() {
    for fault in [
        Fault::phase("PENDING").times(5),
        Fault::phase("PENDING_VALIDATION").times(5),
        Fault::phase("REWINDING").times(5),
        Fault::stale_applied().times(5),
        Fault::error(404, "not yet").times(5),
        Fault::status(500).times(5),
        Fault::status(502).html("<html></html>").times(5),
        Fault::status(200).body("{}").times(5),
        Fault::reset_after_body().times(5),
        Fault::error(403, "for a moment").times(2),
    ] {
        let world = World::new().await;
        let alteration = sent(world.patch(1_000)).await;
        world.clock.advance(Duration::from_secs(120));
        world.fault(Operation::RequestStatus, fault.clone());
        alteration
            .wait()
            .await
            .unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert!(world.count(Operation::RequestStatus) > 2, "{fault:?}");
    }
}

#[tokio::test]
async fn failed_says_why() {
    let world = World::new().await;
    let alteration = sent(world.patch(1_000)).await;
    let status = serde_json::json!({
        "request": {"id": "lcc-1", "name": "MySinkConnector", "type": "PATCH", "requested_at": alteration.requested_at()},
        "status": {"phase": "Failed", "message": "the plugin refused"},
        "previous_offsets": [], "applied_at": null,
    });
    world.fault(Operation::RequestStatus, Fault::status(200).json(&status));
    let error = alteration.wait().await.unwrap_err();
    let WaitError::Failed(failed) = &error else {
        panic!("{error}")
    };
    assert_eq!(failed.message.as_deref(), Some("the plugin refused"));
    says(&error, "failed: the plugin refused");
}

#[tokio::test]
async fn the_deadline_holds_and_the_last_poll_is_made_a_second_before() {
    let world = World::new().await;
    let alteration = sent(world.patch(1_000)).await;
    world.every(Operation::RequestStatus, Fault::phase("PENDING_VALIDATION"));
    let started = world.clock.monotonic();
    let error = alteration.wait_with(within(45)).await.unwrap_err();
    let WaitError::TimedOut {
        token,
        phase,
        error: None,
        waited,
        ..
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(*token, alteration.token());
    assert_eq!(*phase, Some(Phase::PendingValidation));
    assert_eq!(*waited, Duration::from_secs(44));
    assert_eq!(world.clock.monotonic() - started, Duration::from_secs(44));
    let last = world.emulator.requests().pop().unwrap().received_at;
    assert_eq!(last, world.clock.now());
    says(
        &error,
        "is still PENDING_VALIDATION after 44 s. It goes on by itself",
    );
}

#[tokio::test]
async fn a_phase_that_is_not_known_is_named() {
    for phase in ["", "REWINDING"] {
        let world = World::new().await;
        let alteration = sent(world.patch(1_000)).await;
        world.every(Operation::RequestStatus, Fault::phase(phase));
        let options = within(5);
        let error = alteration.wait_with(options).await.unwrap_err();
        let said = format!("has the phase {phase:?}, which this version does not know, after 4 s");
        says(&error, &said);
        says(&error, "Whether it has ended is unknown");
        let line = format!("{}. {}", error.without_advice(), error.advice());
        assert_eq!(error.to_string(), line);
    }
}

#[tokio::test]
async fn intervals_grow_to_their_limit() {
    let world = World::new().await;
    let alteration = sent(world.patch(1_000)).await;
    world.every(Operation::RequestStatus, Fault::phase("PENDING"));
    let options = WaitOptions::default()
        .timeout(Duration::from_secs(30))
        .first_interval(Duration::from_secs(2))
        .max_interval(Duration::from_secs(5));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    let options = options.on_progress(move |progress| {
        assert_eq!(progress.phase, Some(Phase::Pending));
        assert_eq!(progress.timeout, Duration::from_secs(30));
        record.lock().unwrap().push(progress.elapsed.as_secs_f64());
    });
    alteration.wait_with(options).await.unwrap_err();
    assert_eq!(
        *seen.lock().unwrap(),
        [2.0, 5.0, 9.5, 14.5, 19.5, 24.5, 29.0]
    );
}

#[tokio::test]
async fn an_unreachable_status_is_told_at_the_deadline() {
    let world = World::new().await;
    let alteration = sent(world.patch(1_000)).await;
    world.every(Operation::RequestStatus, Fault::reset_after_body());
    let error = alteration.wait_with(within(20)).await.unwrap_err();
    let WaitError::TimedOut {
        phase: None,
        error: Some(inner),
        ..
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(inner.kind(), ErrorKind::NoReply);
    says(&error, "could not be seen to end");
    says(&error, ". The last read failed: the connection to http");
    assert!(!error.without_advice().to_string().contains("last read"));

    let odd = Fault::status(200).body(r#"{"request":null}"#).times(99);
    world.emulator.apply(Command::ClearFaults).unwrap();
    world.fault(Operation::RequestStatus, odd);
    let error = alteration.wait_with(within(20)).await.unwrap_err();
    says(
        &error,
        "could not be read; at `request`: invalid type: null",
    );
}

#[tokio::test]
async fn a_token_takes_it_up_elsewhere() {
    let world = World::new().await;
    let token = serde_json::to_string(&sent(world.patch(1_000)).await.token()).unwrap();
    // Later versions must still recognise this token.
    assert_eq!(
        token,
        format!(
            r#"{{"environment":"{}","cluster":"{}","connector":"MySinkConnector","type":"PATCH","requested_at":"2024-02-20T15:14:19Z","digest":3748381872}}"#,
            ccloud_connect_emulator::ENVIRONMENT,
            ccloud_connect_emulator::CLUSTER,
        )
    );
    let token: AlterationToken = serde_json::from_str(&token).unwrap();
    let applied = world.client.alteration(token).wait().await.unwrap();
    assert!(applied.applied_at.is_some());
}

#[tokio::test]
async fn confirmation_waits_for_a_later_sample() {
    let world = World::new().await;
    let before = world.sink().offsets().await.unwrap();
    let alteration = sent(world.patch(1_000)).await;
    let options = WaitOptions::default().watch_state(Duration::from_secs(1));
    let applied = alteration.wait_with(options.confirm()).await.unwrap();
    let outcome = applied.outcome;
    assert!(outcome.is_confirmed() && outcome.state.is_some());
    assert_eq!(outcome.as_planned, None, "there was no plan");
    assert!(outcome.observed_at > applied.applied_at);
    let partition = &outcome.partitions[0];
    assert_eq!(partition.confirmed, Some(true));
    assert_ne!(
        partition.now_at.position(),
        before.entries[0].offset().as_ref()
    );
}

#[tokio::test]
async fn what_no_sample_shows_is_told() {
    let world = World::new().await;
    let before = serde_json::to_value(world.sink().offsets().await.unwrap()).unwrap();
    let alteration = sent(world.patch(1_000)).await;
    world.fault(Operation::ReadOffsets, always(&before));
    let error = alteration
        .wait_with(WaitOptions::default().confirm())
        .await
        .unwrap_err();
    let WaitError::Unconfirmed { applied, .. } = &error else {
        panic!("{error}")
    };
    assert!(applied.applied_at.is_some() && applied.outcome.observed_at.is_none());
    says(&error, "was applied, but no later sample");
}

#[tokio::test]
async fn a_resumed_wait_confirms_what_the_status_repeats() {
    let world = World::new().await;
    let mut elsewhere = serde_json::to_value(world.sink().offsets().await.unwrap()).unwrap();
    let token = sent(world.patch(1_000)).await.token();
    elsewhere["metadata"]["observed_at"] = "2034-01-01T00:00:00Z".into();
    elsewhere["offsets"][0]["offset"]["kafka_offset"] = 1.into();
    world.fault(Operation::ReadOffsets, always(&elsewhere));
    let resumed = world.client.alteration(token);
    let options = WaitOptions::default().confirm();
    let error = resumed.wait_with(options).await.unwrap_err();
    // The sink was at offset 5000 or later, and the request set 1000. A sink that reads on from either does not reach offset 1, which
    // the sample shows. So the outcome must contradict the request.
    let WaitError::NotAsPlanned { applied, .. } = &error else {
        panic!("{error}")
    };
    let code = applied.outcome.findings[0].code.as_str();
    assert_eq!(code, "moved-elsewhere", "{error}");
    assert_eq!(applied.outcome.partitions[0].confirmed, Some(false));
}

#[tokio::test]
async fn dropping_the_wait_leaves_the_alteration_running() {
    let world = World::new().await;
    let alteration = sent(world.patch(1_000)).await;
    // The wait is dropped before its first request to the service, after one request, and after three requests.
    for questions in [0, 1, 3] {
        let asked = world.count(Operation::RequestStatus);
        let mut wait = Box::pin(alteration.wait());
        for turn in 0.. {
            assert!(turn < 100_000, "the wait asks nothing");
            let poll = std::future::poll_fn(|context| Poll::Ready(wait.as_mut().poll(context)));
            assert!(poll.await.is_pending(), "the wait ended");
            if world.count(Operation::RequestStatus) >= asked + questions {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    let wait = tokio::time::timeout(Duration::from_secs(60), alteration.wait());
    wait.await.expect("the wait goes on").unwrap();
    assert_eq!(world.accepted(), 1);
    assert_eq!(world.count(Operation::Alter), 1);
}

#[tokio::test]
async fn the_longest_durations_do_not_overflow() {
    let world = World::new().await;
    let alteration = sent(world.patch(1_000)).await;
    let options = WaitOptions::default()
        .timeout(Duration::from_secs(600))
        .first_interval(Duration::MAX)
        .max_interval(Duration::MAX);
    alteration.wait_with(options).await.unwrap();
}

#[tokio::test]
async fn a_sample_must_certainly_be_later() {
    for (observed_at, later) in [
        // The service reports that the alteration was applied at 15:15:02, cut to whole seconds. So the true time may be almost
        // 15:15:03, and only a sample from 15:15:03 on is certainly later.
        (Some("2024-02-20T15:15:02.5Z"), false),
        (Some("2024-02-20T15:15:02Z"), false),
        (Some("2024-02-20T15:14:00Z"), false),
        (Some("2024-02-20T15:15:03Z"), true),
        (None, false),
    ] {
        let world = World::new().await;
        let alteration = sent(world.patch(1_000)).await;
        let applied = alteration.wait().await.unwrap();
        let at = "2024-02-20T15:15:02Z".parse().unwrap();
        assert_eq!(applied.applied_at, Some(at));
        let mut body = serde_json::to_value(world.sink().offsets().await.unwrap()).unwrap();
        body["offsets"][0]["offset"]["kafka_offset"] = 1_000.into();
        body["metadata"] = observed_at.map_or(
            serde_json::json!({}),
            |at| serde_json::json!({ "observed_at": at }),
        );
        world.fault(Operation::ReadOffsets, always(&body));
        let started = world.clock.monotonic();
        let options = WaitOptions::default()
            .confirm_if_possible()
            .timeout(Duration::from_secs(60));
        let outcome = alteration.wait_with(options).await.unwrap().outcome;
        assert_eq!(outcome.is_confirmed(), later, "{observed_at:?}");
        // When samples have no time, the wait must end early, because no sample could be shown to be later.
        let waited = world.clock.monotonic() - started > Duration::from_secs(10);
        assert_eq!(waited, observed_at.is_some() && !later, "{observed_at:?}");
    }
}

#[tokio::test]
async fn without_the_time_of_the_end_a_sample_later_than_the_answer_confirms() {
    let world = World::new().await;
    let alteration = sent(world.patch(1_000)).await;
    alteration.wait().await.unwrap();
    let status = world.sink().latest_request().await.unwrap();
    let mut body = serde_json::to_value(&status).unwrap();
    body["applied_at"] = serde_json::Value::Null;
    world.fault(Operation::RequestStatus, always(&body));
    let options = WaitOptions::default().confirm();
    let applied = alteration.wait_with(options).await.unwrap();
    assert_eq!(applied.applied_at, None);
    assert!(applied.outcome.observed_at > status.applied_at);
}
