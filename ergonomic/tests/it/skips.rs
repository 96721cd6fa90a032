//! A running sink may read past the new position of a skip before it stops. Such a skip must be refused, whatever intent requests
//! it, and `foresee` must warn about it.

use std::time::Duration;

use ccloud_connect::clock::Clock as _;
use ccloud_connect::finding::Code;
use ccloud_connect::offset::KafkaSink;
use ccloud_connect::plan::{Intent, MoveKind, Target, TopicBounds};
use ccloud_connect::{ErrorKind, PartitionBounds};
use ccloud_connect_emulator::{Emulator, Fault, Operation, Seed};

use super::outcomes::state;
use super::undo::{SINKS, entry};
use super::{World, outdated, says};

#[tokio::test]
async fn every_way_to_skip_is_held_against_the_speed_of_the_sink() {
    let stage = World::seeded(SINKS).await;
    let running = stage.connector("running");
    // The sink reads 10 records a second, and stops within 60 s after the request. So a skip of 400 records must be refused.
    let at = |by: i64, now: i64| entry("busy", 0, now + by);
    let latest = |now: i64| {
        let bounds = PartitionBounds::new(0, now);
        TopicBounds::from([(("busy".to_owned(), 0), bounds)])
    };
    for way in 0..5 {
        let current = running.offsets().await.unwrap().entries;
        let now = KafkaSink::try_from(&current[0]).unwrap().offset();
        let intent = match way {
            0 => Intent::shift_by(400),
            1 => Intent::shift_by(400).only([entry("busy", 0, 0)]),
            2 => Intent::set([at(400, now)]),
            3 => Intent::copy_from([at(400, now)]),
            _ => Intent::move_to(Target::Latest, latest(now + 400)),
        };
        let planned = running.plan(intent).await.unwrap();
        let distance = planned.plan().changes()[0].distance();
        assert_eq!(distance, Some(400), "{way}");
        let error = planned.apply().await.unwrap_err();
        let outdated = outdated(&error);
        let moved = &outdated.moves()[0];
        assert_eq!(moved.kind, MoveKind::PassesTarget, "{way}");
        assert!(moved.expected.unwrap() > now + 400, "{way}: {moved:?}");
        assert_eq!(error.advice().as_deref(), Some(outdated.advice()), "{way}");
        assert!(outdated.advice().contains("a longer move"), "{way}");
    }
    assert_eq!(stage.count(Operation::Alter), 0);
}

/// A sink that is FAILED does not read. So its speed is not measured, and the call does not wait for a second sample.
#[tokio::test]
async fn a_failed_sink_outruns_nothing() {
    let stage = World::seeded(SINKS).await;
    stage.every(Operation::ConnectorStatus, state("FAILED", "FAILED"));
    let plan = stage.connector("running").plan(Intent::shift_by(1)).await;
    let sent = plan.unwrap().apply().await.unwrap();
    assert_eq!(stage.clock.monotonic(), Duration::ZERO);
    assert!(sent.warnings().iter().all(|w| w.code != Code::SpeedUnknown));
}

#[tokio::test]
async fn it_is_foreseen_as_far_as_two_samples_tell() {
    let stage = World::seeded(SINKS).await;
    let running = stage.connector("running");
    let mut plan = running.plan(Intent::shift_by(400)).await.unwrap();
    plan.foresee().await;
    let note = plan.plan().warnings().last().unwrap();
    assert_eq!(
        (note.code.as_str(), note.severity.as_str()),
        ("speed-unknown", "note")
    );
    stage.clock.advance(Duration::from_secs(60));
    plan.foresee().await;
    let foreseen = plan.plan().warnings().last().unwrap();
    assert_eq!(foreseen.code.as_str(), "other-direction");
    assert!(
        foreseen
            .suggestion
            .as_ref()
            .unwrap()
            .contains("a longer move")
    );

    // `foresee` must add no warning about a move that is long enough or goes back, or about a sink that does not read.
    for (name, intent) in [
        ("running", Intent::shift_by(40_000)),
        ("running", Intent::shift_by(-400)),
        ("still", Intent::shift_by(-1)),
    ] {
        let mut plan = stage.connector(name).plan(intent).await.unwrap();
        stage.clock.advance(Duration::from_secs(60));
        let before = plan.plan().warnings().len();
        plan.foresee().await;
        assert_eq!(plan.plan().warnings().len(), before, "{name}: {plan}");
    }
}

/// The wait for the second sample takes up to a minute, in which another client can alter the connector.
#[tokio::test]
async fn another_request_during_the_wait_for_a_second_sample_is_seen() {
    let seed = Seed::from_yaml(SINKS).unwrap();
    let builder = Emulator::builder().seed(seed).speed(1_000.0);
    let stage = World::start(builder, |builder| builder).await;
    let running = stage.connector("running");
    let plan = running.plan(Intent::shift_by(90_000)).await.unwrap();
    let before = Fault::status(200).json(&plan.offsets());
    let slow = before.delay(Duration::from_millis(20)).times(99);
    stage.fault(Operation::ReadOffsets, slow);
    let other = async {
        while stage.count(Operation::ReadOffsets) < 3 {
            tokio::task::yield_now().await;
        }
        let other = running.patch_offsets().sink("busy", 0, 6_000);
        other.send().await.unwrap()
    };
    let (applied, _other) = tokio::join!(plan.apply(), other);
    let error = applied.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PlanOutdated, "{error}");
    says(&error, "was accepted since the plan was made");
    assert_eq!(stage.accepted(), 1);
}
