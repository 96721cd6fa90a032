//! Tests of undoing an alteration while the connector reads on. A position that moved because the connector read must not make
//! the undo outdated.

use std::time::Duration;

use ccloud_connect::finding::text::counted;
use ccloud_connect::offset::KafkaSink;
use ccloud_connect::plan::Intent;
use ccloud_connect::{ErrorKind, WaitOptions};
use ccloud_connect_emulator::{Fault, Operation};

use super::undo::{SINKS, entry};
use super::{World, says};

#[tokio::test]
async fn a_running_sink_delivers_again_what_it_has_read_since() {
    let stage = World::seeded(SINKS).await;
    let status = stage
        .alter("running", Intent::set([entry("busy", 0, 90_000)]))
        .await;
    let connector = stage.connector("running");
    let planned = connector
        .plan(Intent::undo(&status).unwrap())
        .await
        .unwrap();
    let change = &planned.plan().changes()[0];
    let records = change.distance().unwrap().unsigned_abs();
    let warning = &planned.plan().warnings()[0];
    assert_eq!(warning.code.as_str(), "delivered-again");
    assert!(
        warning
            .message
            .contains(&format!("delivers {} again", counted(records, "record"))),
        "{warning}"
    );
    let before = KafkaSink::try_from(&status.previous.as_ref().unwrap()[0])
        .unwrap()
        .offset();
    let wait = WaitOptions::default().confirm_if_possible();
    let applied = planned
        .apply()
        .await
        .unwrap()
        .wait_with(wait)
        .await
        .unwrap();
    let went = applied.outcome.partitions[0]
        .moved
        .records
        .unwrap()
        .unsigned_abs();
    assert!(went >= records, "it reads on until it stops: {went}");
    let now = stage.positions("running").into_values().next().unwrap();
    assert!((before..before + 2_000).contains(&now), "{now}");
}

/// After a rewind, the sink reads up to its old position. So the undo skips fewer and fewer records, and in the end delivers
/// records again. The undo must not be refused, but must warn about the records that it delivers again.
#[tokio::test]
async fn a_sink_that_catches_up_is_no_reason_to_refuse() {
    // `left` is the number of records up to the old position when the undo is sent. `again` is the number of records that the
    // undo delivers again, because the sink reads about 600 more records until it stops.
    for (left, again) in [(1_500, None), (300, Some(300)), (-500, Some(1_100))] {
        let stage = World::seeded(SINKS).await;
        let connector = stage.connector("running");
        let status = stage.alter("running", Intent::shift_by(-3_000)).await;
        let undo = Intent::undo(&status).unwrap();
        let planned = connector.plan(undo).await.unwrap();
        let by = planned.plan().changes()[0].distance().unwrap();
        assert!(by > 1_600, "{by}");
        let seconds = u64::try_from((by - left) / 10).unwrap();
        stage.clock.advance(Duration::from_secs(seconds));
        let alteration = planned
            .apply()
            .await
            .unwrap_or_else(|error| panic!("{left}: {error}"));
        let mut told = alteration.warnings().iter();
        let told = told.find(|warning| warning.code.as_str() == "delivered-again");
        let records = told.map(|told| {
            let records = told.message.split("about ").nth(1).unwrap();
            let records = records.split(' ').next().unwrap();
            records.replace(',', "").parse::<i64>().unwrap()
        });
        match again {
            None => assert_eq!(records, None),
            Some(again) => {
                let records = records.unwrap();
                assert!((again - 250..=again + 250).contains(&records), "{told:?}");
            }
        }
    }
}

#[tokio::test]
async fn nor_is_a_reset_partition_that_is_read_again_or_a_source_that_reads_on() {
    let stage = World::seeded(SINKS).await;
    let status = stage.alter("running", Intent::reset_all()).await;
    let connector = stage.connector("running");
    let undo = Intent::undo(&status).unwrap();
    let mut none = serde_json::to_value(connector.offsets().await.unwrap()).unwrap();
    none["offsets"] = serde_json::json!([]);
    let fault = Fault::status(200).json(&none);
    stage.fault(Operation::ReadOffsets, fault);
    let planned = connector.plan(undo).await.unwrap();
    assert!(planned.plan().changes()[0].before().is_none());
    stage.clock.advance(Duration::from_secs(60));
    planned.apply().await.unwrap().wait().await.unwrap();

    let world = World::new().await;
    let source = world.connector("mysql-cdc");
    let entries = source.offsets().await.unwrap().entries;
    world.clock.advance(Duration::from_secs(60));
    let altered = source.plan(Intent::set(entries)).await.unwrap();
    altered.apply().await.unwrap().wait().await.unwrap();
    let limit = Duration::from_secs(120);
    source.offsets_after_latest_request(limit).await.unwrap();
    let status = source.latest_request().await.unwrap();
    let undo = || Intent::undo(&status).unwrap();
    let planned = source.plan(undo()).await.unwrap();
    let other = source.plan(undo()).await.unwrap();
    let seen = planned.offsets().entries.clone();
    world.clock.advance(Duration::from_secs(120));
    assert_ne!(source.offsets().await.unwrap().entries, seen);
    // The plan showed a move ahead. The source has emitted more since, so the actual move goes back, and the outcome must
    // report that.
    let undone = planned.apply().await.unwrap();
    undone.wait().await.unwrap_err();

    // That alteration is a later request, so it makes the other plan of the undo outdated.
    let error = other.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PlanOutdated);
    assert_eq!(
        error.advice().unwrap(),
        "Read the current offsets, and set the positions instead"
    );
}

/// The advice in the message of a refusal must fit the call that was refused.
#[tokio::test]
async fn advice_fits_the_call() {
    let stage = World::seeded(SINKS).await;
    let connector = stage.connector("still");
    let plan = connector
        .plan(Intent::set([entry("t", 0, 5)]))
        .await
        .unwrap();
    stage.alter("still", Intent::set([entry("t", 1, 5)])).await;
    let error = plan.apply().await.unwrap_err();
    let advice = error.advice().unwrap();
    assert_eq!(
        advice,
        "Wait until the other alteration has ended, and make a new plan"
    );
    let line = error.to_string();
    assert!(
        line.ends_with(&format!("Nothing was changed. {advice}")),
        "{line}"
    );
    assert_eq!(line, format!("{}. {advice}", error.without_advice()));
    assert_eq!(line.matches(&advice).count(), 1);

    let running = stage.connector("running");
    let short = running.plan(Intent::shift_by(400)).await.unwrap();
    let error = short.apply().await.unwrap_err();
    let advice = error.advice().unwrap();
    assert_eq!(
        advice,
        "Pause the connector, make a new plan, and resume it afterwards; or plan a longer move ahead"
    );
    says(&error, "when it stops");
    assert!(!format!("{error:#}").contains("when it stops"), "{error:#}");
}
