//! A cache or gateway may give an answer that it stored from an earlier alteration. The library must not take such an answer for
//! the answer to its own request.

use std::time::Duration;

use ccloud_connect::plan::Intent;
use ccloud_connect::{Alteration, Error, ErrorKind, OffsetEntry, Result, WaitError};
use ccloud_connect_emulator::{Command, Emulator, Fault, Operation, Reply};
use serde_json::{Value, json};

use super::{World, says};

async fn patch(world: &World) -> Result<Alteration> {
    world.patch(1_000).send().await
}

/// The body of the 202 with which the service accepted the PATCH of these tests at `requested_at`.
fn kept(requested_at: &str) -> Value {
    json!({
        "id": "lcc-1", "name": "MySinkConnector", "type": "PATCH", "requested_at": requested_at,
        "offsets": [{
            "partition": {"kafka_topic": "topic_A", "kafka_partition": 0},
            "offset": {"kafka_offset": 1_000},
        }],
    })
}

fn assert_unclear(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Unreadable, "{error}");
    let text = error.to_string();
    says(&text, "it describes an earlier request, the PATCH of");
    assert!(
        text.contains("may have been applied") && !text.contains("was accepted"),
        "{text}"
    );
}

/// Makes an alteration and waits for its end. Returns the body of the service's answer, which the test then replays.
async fn first(world: &World) -> Value {
    let alteration = patch(world).await.unwrap();
    let answer = kept(&alteration.requested_at().to_string());
    alteration.wait().await.unwrap();
    answer
}

#[tokio::test]
async fn the_answer_to_an_alteration_of_this_client_is_not_that_to_the_next() {
    let world = World::new().await;
    let answer = first(&world).await;
    let replay = Fault::status(202).json(&answer);
    world.fault(Operation::Alter, replay);
    assert_unclear(&patch(&world).await.unwrap_err());
    assert_eq!(world.accepted(), 1);
}

#[tokio::test]
async fn nor_is_that_to_the_request_that_the_plan_knew() {
    let world = World::new().await;
    let answer = first(&world).await;
    // Another client, which remembers no accepted request, gets the old answer with a `Date` that cannot be parsed. It must
    // recognise the earlier request by the plan.
    let fresh = World::with(|builder| {
        builder
            .endpoint(world.emulator.url())
            .clock(world.clock.clone())
    })
    .await;
    let entry = r#"{"partition":{"kafka_topic":"topic_A","kafka_partition":0},"offset":{"kafka_offset":1000}}"#;
    let entry: OffsetEntry = entry.parse().unwrap();
    let plan = fresh.sink().plan(Intent::set([entry])).await.unwrap();
    let replay = Fault::status(202).json(&answer).header("Date", "unknown");
    world.fault(Operation::Alter, replay);
    assert_unclear(&plan.apply().await.unwrap_err());
    assert_eq!(world.accepted(), 1);
}

#[tokio::test]
async fn a_request_from_before_the_sending_is_not_ours() {
    let world = World::new().await;
    let replay = Fault::status(202).json(&kept("2024-02-20T15:14:09Z"));
    world.fault(Operation::Alter, replay);
    assert_unclear(&patch(&world).await.unwrap_err());
    assert_eq!(world.accepted(), 0);

    // The request is accepted, but its answer is replaced by an old one. The library must take the request's time from the status.
    let world = World::new().await;
    world.clock.advance(Duration::from_secs(60));
    let reply = Reply::status(202).json(&kept("2024-02-20T15:14:19Z"));
    world.fault(Operation::Alter, Fault::act_then(reply));
    let alteration = patch(&world).await.unwrap();
    assert_ne!(
        alteration.requested_at().to_string(),
        "2024-02-20T15:14:19Z"
    );
    alteration.wait().await.unwrap();
}

#[tokio::test]
async fn an_answer_from_a_cache_is_settled_by_the_status() {
    let world = World::new().await;
    let cached = Fault::act().header("Age", "1");
    world.fault(Operation::Alter, cached);
    let _accepted = patch(&world).await.unwrap();
    assert_eq!(world.count(Operation::RequestStatus), 1);

    let world = World::new().await;
    let cached = Fault::status(202).json(&kept("2024-02-20T15:14:19Z"));
    let cached = cached.header("Age", "1");
    world.fault(Operation::Alter, cached);
    let error = patch(&world).await.unwrap_err();
    assert!(error.may_have_been_applied());
    let text = error.to_string();
    assert!(
        text.contains("it came from a cache") && !text.contains("was accepted"),
        "{text}"
    );
}

/// The service cuts times to whole seconds, so a request may seem to be accepted before the client sent it. The library must not
/// take it for an earlier request.
#[tokio::test]
async fn times_in_whole_seconds_may_be_before_the_sending() {
    let world = World::new().await;
    world.clock.advance(Duration::from_millis(600));
    let status = json!({"request": kept("2024-02-20T15:14:19Z"), "status": {"phase": "PENDING"}});
    world.fault(Operation::Alter, Fault::status(429));
    let shown = Fault::status(200).json(&status);
    world.fault(Operation::RequestStatus, shown);
    // The client reads the status half a second after it sent the request. By then the next second has begun, so the time in the
    // status, cut to seconds, is before the sending.
    let _accepted = patch(&world).await.unwrap();
    assert_eq!(world.count(Operation::Alter), 1);
}

/// A proxy dates answers by a clock that is an hour ahead. Such a date must not prove that a request is an earlier one.
#[tokio::test]
async fn a_date_that_is_ahead_proves_nothing() {
    let dated = |reply: Reply| reply.header("Date", "Tue, 20 Feb 2024 16:14:19 GMT");
    let ahead = || Fault::act_then(dated(Reply::usual())).times(9);
    for (fault, said) in [
        (ahead(), "by its Date, it describes an earlier request"),
        (
            Fault::act_then(dated(Reply::error(409, "busy"))),
            "409 Conflict",
        ),
        (Fault::act_then(dated(Reply::status(429))), "429"),
        (Fault::act_then(dated(Reply::error(400, "no"))), "400"),
        (Fault::act_then_reset(), "failed before the answer"),
    ] {
        let world = World::new().await;
        world.fault(Operation::Alter, fault);
        world.fault(Operation::RequestStatus, ahead());
        let error = patch(&world).await.unwrap_err();
        says(&error, said);
        says(&error, "by the Date of the answer, but not by the clock");
        assert!(error.may_have_been_applied(), "{error}");
        assert_eq!(world.accepted(), 1, "{error}");
    }
    // A plan contains the latest request from before the plan. So it can distinguish that request from its own without any clock.
    let world = World::new().await;
    first(&world).await;
    world.clock.advance(Duration::from_secs(60));
    for fault in [ahead(), Fault::act_then_reset()] {
        let plan = world.sink().plan(Intent::shift_by(-1)).await.unwrap();
        world.fault(Operation::Alter, fault);
        let wrong = Reply::usual().header("Date", "Wed, 21 Feb 2024 16:14:19 GMT");
        world.fault(Operation::RequestStatus, Fault::act());
        let shown = Fault::act_then(wrong).times(3);
        world.fault(Operation::RequestStatus, shown);
        plan.apply().await.unwrap().wait().await.unwrap();
        world.emulator.apply(Command::ClearFaults).unwrap();
        world.clock.advance(Duration::from_secs(60));
    }
}

/// On a fast service, an alteration may follow another within a second. The library must not take it for a replay.
#[tokio::test]
async fn alterations_in_quick_succession_are_told_apart() {
    let clock = ccloud_connect::clock::ManualClock::default();
    let builder = Emulator::builder().clock(clock.clone()).speed(4_000.0);
    let emulator = builder.start().await.unwrap();
    let world = World::with(|builder| builder.endpoint(emulator.url()).clock(clock.clone())).await;
    let first = patch(&world).await.unwrap();
    clock.advance(Duration::from_millis(100));
    let second = patch(&world).await.unwrap();
    assert!(first.requested_at().same_instant(second.requested_at()));
    assert!(first.requested_at() < second.requested_at());

    // When a third alteration follows, the status shows only the third. So it is not known how the second ended, and the second
    // cannot be undone.
    clock.advance(Duration::from_millis(100));
    let undo = Intent::undo(&world.sink().latest_request().await.unwrap()).unwrap();
    let planned = world.sink().plan(Intent::shift_by(-1)).await.unwrap();
    let third = world.patch(7).send().await.unwrap();
    assert!(second.requested_at().same_instant(third.requested_at()));
    clock.advance(Duration::from_millis(100));
    for alteration in [&world.client.alteration(second.token()), &second] {
        let error = alteration.wait().await.unwrap_err();
        assert!(matches!(error, WaitError::Superseded { .. }), "{error}");
    }
    third.wait().await.unwrap();
    clock.advance(Duration::from_secs(60));
    for error in [
        planned.apply().await.unwrap_err(),
        world.sink().plan(undo).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::PlanOutdated, "{error}");
        says(&error, "was accepted since");
    }
}

/// A gateway may repeat a request and pass on the answer to the second copy. An alteration that was accepted within the
/// same second before is not always told from it.
#[tokio::test]
async fn a_refusal_in_quick_succession_is_not_believed() {
    let clock = ccloud_connect::clock::ManualClock::default();
    let builder = Emulator::builder().clock(clock.clone()).speed(4_000.0);
    let emulator = builder.start().await.unwrap();
    let world = World::with(|builder| builder.endpoint(emulator.url()).clock(clock.clone())).await;
    let accepted = || emulator.requests().iter().filter(|it| it.accepted).count();
    for code in [409, 400, 429, 302] {
        for (before, is_found) in [(7, true), (1_000, false)] {
            let _before = world.patch(before).send().await.unwrap();
            clock.advance(Duration::from_millis(100));
            let (count, refusal) = (accepted(), Reply::error(code, "no"));
            emulator.fault(Operation::Alter, Fault::act_then(refusal));
            match patch(&world).await {
                Ok(alteration) => assert!(is_found && !alteration.is_answered(), "{code}"),
                Err(error) => {
                    assert!(!is_found && error.may_have_been_applied(), "{error}");
                    says(&error, "which may be an earlier request of the same second");
                }
            }
            assert_eq!(accepted(), count + 1, "{code}, after {before}");
            clock.advance(Duration::from_secs(60));
        }
    }
}
