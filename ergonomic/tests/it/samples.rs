//! Samples that are old, incomplete or dated by a wrong clock must not lead to wrong conclusions.

use std::time::Duration;

use ccloud_connect::clock::{Clock, ManualClock, Sleep};
use ccloud_connect::finding::Code;
use ccloud_connect::plan::Intent;
use ccloud_connect::{ErrorKind, Timestamp, WaitOptions};
use ccloud_connect_emulator::{Command, Fault, Operation};
use serde_json::{Value, json};

use super::outcomes::{TEN, patched};
use super::undo::{SINKS, entry};
use super::{World, always, says};

#[tokio::test]
async fn a_sample_that_is_older_than_the_last_one_says_nothing() {
    // When a plan is applied, a sample that is older than the plan's sample must not count as a position that went back.
    let world = World::new().await;
    let sink = world.sink();
    let old = serde_json::to_value(sink.offsets().await.unwrap()).unwrap();
    world.clock.advance(Duration::from_secs(120));
    let planned = sink.plan(Intent::shift_by(-3_000)).await.unwrap();
    assert!(planned.offsets().observed_at.unwrap() > sampled_at(&old));
    let fault = Fault::status(200).json(&old);
    world.fault(Operation::ReadOffsets, fault);
    let back = planned.apply().await.unwrap();
    // After the alteration, such an old sample must not confirm or contradict the outcome.
    back.wait().await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    for _ in 0..2 {
        world.fault(Operation::ReadOffsets, Fault::act());
        let fault = Fault::status(200).json(&old).times(2);
        world.fault(Operation::ReadOffsets, fault);
    }
    let options = WaitOptions::default().confirm();
    assert!(
        back.wait_with(options)
            .await
            .unwrap()
            .outcome
            .is_confirmed()
    );

    // The second sample is older than the plan's, so the sink's speed cannot be computed, and a warning must say so.
    let world = World::new().await;
    world.clock.advance(Duration::from_secs(120));
    let planned = world.sink().plan(Intent::shift_by(10_000)).await.unwrap();
    world.fault(Operation::ReadOffsets, always(&old));
    let sent = planned.apply().await.unwrap();
    let mut codes = sent.warnings().iter().map(|warning| warning.code);
    assert!(codes.any(|code| code == Code::SpeedUnknown));
}

fn sampled_at(body: &Value) -> Timestamp {
    let at = body["metadata"]["observed_at"].as_str().unwrap();
    at.parse().unwrap()
}

/// A sample is incomplete when it lacks partitions that the request did not change. Then a partition that was reset may still
/// have a position although the sample lacks it, so the reset is not confirmed.
#[tokio::test]
async fn a_list_that_shrinks_confirms_no_reset() {
    let stage = World::seeded(SINKS).await;
    let reset = Intent::reset([entry("t", 1, 0)]);
    let reset = stage.begun("still", reset).await;
    reset.wait().await.unwrap();
    for (offsets, confirmed) in [
        (json!([]), None),
        (
            json!([{"partition": {"kafka_topic": "t", "kafka_partition": 0}, "offset": {"kafka_offset": 400}}]),
            Some(true),
        ),
        // The second entry has no valid partition number and may be the partition that was reset, so the sample confirms nothing.
        (
            json!([{"partition": {"kafka_topic": "t", "kafka_partition": 0}, "offset": {"kafka_offset": 400}},
                {"partition": {"kafka_topic": "t", "kafka_partition": 1.0}, "offset": {"kafka_offset": 700}}]),
            None,
        ),
    ] {
        for minute in [1, 2] {
            let at = format!("2034-01-01T00:0{minute}:00Z");
            let body = json!({"offsets": offsets, "metadata": {"observed_at": at}});
            stage.fault(Operation::ReadOffsets, Fault::status(200).json(&body));
        }
        let options = WaitOptions::default().confirm_if_possible();
        let outcome = reset.wait_with(options).await.unwrap().outcome;
        assert_eq!(outcome.partitions[0].confirmed, confirmed, "{offsets}");
        stage.emulator.apply(Command::ClearFaults).unwrap();
    }
}

/// A sample that shows the new position of one partition may still show the old position of another partition. The library must
/// then wait for a later sample.
#[tokio::test]
async fn one_partition_that_is_shown_is_not_enough() {
    let stage = World::seeded(SINKS).await;
    let set = Intent::set([entry("t", 0, 100), entry("t", 1, 200)]);
    let accepted = stage.begun("still", set).await;
    accepted.wait().await.unwrap();
    for (minute, second) in [(1, 700), (2, 200)] {
        let offsets = [entry("t", 0, 100), entry("t", 1, second)];
        let at = format!("2034-01-01T00:0{minute}:00Z");
        let body = json!({"offsets": offsets, "metadata": {"observed_at": at}});
        stage.fault(Operation::ReadOffsets, Fault::status(200).json(&body));
    }
    let options = WaitOptions::default().confirm();
    let outcome = accepted.wait_with(options).await.unwrap().outcome;
    assert!(outcome.is_confirmed(), "{outcome:?}");
}

/// A clock of the client's machine that is wrong by the given number of seconds.
#[derive(Debug)]
struct Wrong(ManualClock, i64);

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        let now = self.0.now();
        let by = Duration::from_secs(self.1.unsigned_abs());
        if self.1 < 0 {
            now.saturating_sub(by)
        } else {
            now.saturating_add(by)
        }
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        self.0.sleep(duration)
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_by_an_hour_changes_nothing() {
    for by in [-3_600, 0, 3_600] {
        let right = World::new().await;
        let clock = Wrong(right.clock.clone(), by);
        let world =
            World::with(|builder| builder.endpoint(right.emulator.url()).clock(clock)).await;
        let sink = world.sink();
        let old = sink.offsets().await.unwrap();
        right.clock.advance(Duration::from_secs(600));
        let body = serde_json::to_value(&old).unwrap();
        let fault = Fault::status(200).json(&body);
        right.fault(Operation::ReadOffsets, fault);
        // The sample is ten minutes old, and the call may not wait for a newer one, so it must fail.
        let fresh = sink.offsets_no_older_than(TEN, Duration::ZERO).await;
        let error = fresh.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SampleTooOld, "{by}");
        let text = error.to_string();
        assert!(
            text.contains("is 600 s old") || text.contains("is 601 s old"),
            "{by}: {text}"
        );
        let minute = Duration::from_secs(60);
        let fresh = sink.offsets_no_older_than(minute, minute).await;
        assert!(fresh.unwrap().observed_at > old.observed_at, "{by}");
        let asked = sink.offsets_no_older_than(Duration::ZERO, minute).await;
        let at = asked.unwrap().observed_at.unwrap();
        assert!(right.clock.now().since(at) < minute, "{by}");

        let options = WaitOptions::default().watch_state(TEN).confirm();
        let outcome = patched(&world, options).await.unwrap().outcome;
        assert_eq!(outcome.as_planned, Some(true), "{by}");
        // When the answer to a request is lost, the service's clock, not the wrong one, decides whether the status shows the request.
        right.fault(Operation::Alter, Fault::act_then_reset());
        let patch = sink.patch_offsets().sink("topic_A", 0, 7);
        let _settled = patch.send().await.unwrap();
    }
}

/// The service does not report when a request failed. The time at which the client saw an earlier request fail must not count as
/// the end of a later failed request.
#[tokio::test]
async fn each_failure_has_its_own_end() {
    let world = World::new().await;
    let ago = |seconds| {
        world
            .clock
            .now()
            .saturating_sub(Duration::from_secs(seconds))
    };
    let failed = |seconds| {
        let request = json!({
            "id": "lcc-1", "name": "MySinkConnector", "type": "PATCH", "requested_at": ago(seconds),
        });
        always(&json!({"request": request, "status": {"phase": "FAILED"}}))
    };
    world.fault(Operation::RequestStatus, failed(1).times(1));
    world.sink().latest_request().await.unwrap();
    world.clock.advance(Duration::from_secs(100));
    world.fault(Operation::RequestStatus, failed(5));
    let offsets = world.sink().offsets().await.unwrap().entries;
    let sample = json!({"offsets": offsets, "metadata": {"observed_at": ago(2)}});
    world.fault(Operation::ReadOffsets, always(&sample));
    let plan = world.sink().plan(Intent::shift_by(-1)).await;
    assert_eq!(plan.unwrap_err().kind(), ErrorKind::Stale);
}

#[tokio::test]
async fn a_sample_from_the_future_is_not_fresh() {
    let world = World::new().await;
    for (at, fresh) in [
        ("2024-02-20T15:14:20Z", true),
        ("2024-02-20T16:14:19Z", false),
    ] {
        for max_age in [Duration::ZERO, TEN] {
            let body = json!({"offsets": [], "metadata": {"observed_at": at}});
            world.fault(Operation::ReadOffsets, Fault::status(200).json(&body));
            let sink = world.sink();
            let read = sink.offsets_no_older_than(max_age, Duration::ZERO).await;
            assert_eq!(read.is_ok(), fresh, "{at}: {read:?}");
            if let Err(error) = read {
                let said = format!("has the time {at}, which is in the future");
                says(&error, &said);
            }
        }
    }
}

/// The service takes no further sample, and dates its only sample by a clock that is years ahead. The sample must confirm nothing,
/// because the plan has already seen it.
#[tokio::test]
async fn the_sample_of_the_plan_confirms_nothing_whatever_its_time_says() {
    let stage = World::seeded(SINKS).await;
    let sample = json!({
        "offsets": [{"partition": {"kafka_topic": "t", "kafka_partition": 0}, "offset": {"kafka_offset": 40}}],
        "metadata": {"observed_at": "2034-01-01T00:00:00Z"},
    });
    stage.fault(Operation::ReadOffsets, always(&sample));
    let intent = Intent::set([entry("t", 0, 7)]);
    let accepted = stage.begun("still", intent).await;
    let options = WaitOptions::default().confirm_if_possible();
    let outcome = accepted.wait_with(options).await.unwrap().outcome;
    assert_eq!(outcome.partitions[0].confirmed, None);
    stage.emulator.apply(Command::ClearFaults).unwrap();
}

/// A time before the request is not the time of its end, and programs write times that stand for none.
#[tokio::test]
async fn an_impossible_time_is_none() {
    for (ended, date) in [
        (
            json!("0001-01-01T00:00:00Z"),
            "Tue, 20 Feb 2024 15:15:09 GMT",
        ),
        (
            json!("1970-01-01T00:00:00Z"),
            "Tue, 20 Feb 2024 15:15:09 GMT",
        ),
        (
            json!("2024-02-20T15:14:17Z"),
            "Tue, 20 Feb 2024 15:15:09 GMT",
        ),
        (Value::Null, "Tue, 20 Feb 2024 15:14:09 GMT"),
    ] {
        let stage = World::seeded(SINKS).await;
        let set = stage.begun("still", Intent::set([entry("t", 0, 100)]));
        set.await.wait().await.unwrap();
        let still = stage.connector("still");
        let mut status = serde_json::to_value(still.latest_request().await.unwrap()).unwrap();
        status["applied_at"] = ended.clone();
        let shown = always(&status).header("Date", date);
        stage.emulator.fault(Operation::RequestStatus, shown);
        assert_eq!(still.latest_request().await.unwrap().applied_at, None);
        // The sample is from before the end.
        let another = stage.another_client().connector_at(still.path().clone());
        let error = another.plan(Intent::shift_by(-10)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stale, "{ended}: {error}");
    }
    let world = World::new().await;
    let body = json!({"offsets": [], "metadata": {"observed_at": "0001-01-01T00:00:00Z"}});
    world.fault(Operation::ReadOffsets, always(&body));
    assert_eq!(world.sink().offsets().await.unwrap().observed_at, None);
}
