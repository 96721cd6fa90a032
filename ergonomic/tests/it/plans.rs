//! Tests of plans on the emulator: after a plan is applied, the positions must be those that the plan showed.

use std::collections::BTreeMap;
use std::time::Duration;

use ccloud_connect::offset::KafkaSink;
use ccloud_connect::plan::{Intent, Plan};
use ccloud_connect::{ErrorKind, OffsetEntry, RawJson, WaitOptions};
use ccloud_connect_emulator::{self as emulator, Fault, Operation};
use proptest::prelude::*;

use super::{World, outdated, says, sent, undo};

/// A seed with a topic of two partitions, which contain offsets 100 to 1,000, and a sink that reads nothing.
const STILL: &str = "
environments:
  - id: env-demo1
    clusters:
      - id: lkc-demo1
        topics:
          - name: t
            partitions: [{earliest: 100, latest: 1000}, {earliest: 100, latest: 1000}]
        connectors:
          - {id: lcc-1, name: still, kind: sink, topics: [t], records_per_second: 0, offsets: [
              {partition: {kafka_topic: t, kafka_partition: 0}, offset: {kafka_offset: 400}},
              {partition: {kafka_topic: t, kafka_partition: 1}, offset: {kafka_offset: 700}}]}
";

fn positions(entries: &[OffsetEntry]) -> BTreeMap<i32, i64> {
    let sinks = entries
        .iter()
        .filter_map(|entry| KafkaSink::try_from(entry).ok());
    sinks
        .map(|sink| (sink.partition(), sink.offset()))
        .collect()
}

fn entry(partition: i32, offset: i64) -> OffsetEntry {
    undo::entry("t", partition, offset)
}

fn intents() -> impl Strategy<Value = Intent> {
    let offset = prop_oneof![0..1_500_i64, Just(i64::MAX)];
    let some = prop::collection::btree_map(0..2_i32, offset, 1..3);
    let entries = some.prop_map(|map| {
        map.into_iter()
            .map(|(p, o)| entry(p, o))
            .collect::<Vec<_>>()
    });
    prop_oneof![
        entries.clone().prop_map(Intent::set),
        entries.clone().prop_map(Intent::copy_from),
        entries.prop_map(Intent::reset),
        (-1_500..1_500_i64).prop_map(Intent::shift_by),
        Just(Intent::to_earliest()),
        Just(Intent::reset_all()),
    ]
}

/// The positions that a plan shows, and the positions after the plan was applied.
async fn promised_and_seen(intent: Intent) -> [BTreeMap<i32, i64>; 2] {
    let world = World::seeded(STILL).await;
    let connector = world.connector("still");
    let planned = connector.plan(intent).await.unwrap();
    let mut promised = positions(&planned.offsets().entries);
    let anywhere = r#"{"kafka_offset":0}"#.parse().unwrap();
    for change in planned.plan().changes() {
        let at = |offset: &RawJson| {
            KafkaSink::try_from(&OffsetEntry::new(change.partition(), offset)).unwrap()
        };
        let partition = at(&anywhere).partition();
        match change.after().map(|after| at(after).offset()) {
            Some(offset) => promised.insert(partition, offset),
            None => promised.remove(&partition),
        };
    }
    planned.apply().await.unwrap().wait().await.unwrap();
    // The sink has resumed but reads nothing, so a position outside of the topic's bounds stays as it was set.
    world.clock.advance(Duration::from_secs(60));
    let seen = world
        .emulator
        .offsets(emulator::ENVIRONMENT, emulator::CLUSTER, "still");
    [promised, positions(&seen.unwrap())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_shown_comes_about(intent in intents()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let [promised, seen] = runtime.block_on(promised_and_seen(intent));
        prop_assert_eq!(seen, promised);
    }
}

#[tokio::test]
async fn a_position_before_the_first_record_comes_about_as_shown() {
    let [promised, seen] = promised_and_seen(Intent::set([entry(0, 0)])).await;
    assert_eq!(seen, promised);
    assert_eq!(seen[&0], 0);
}

#[tokio::test]
async fn a_plan_is_refused_when_another_request_altered_the_offsets() {
    let world = World::seeded(STILL).await;
    let connector = world.connector("still");
    let planned = connector.plan(Intent::shift_by(-50)).await.unwrap();
    assert_eq!(
        planned.to_string(),
        "PATCH sets 2 partitions:\n  PARTITION  BEFORE  AFTER  RECORDS\n  t:1           700    650      -50\n  \
         t:0           400    350      -50"
    );
    let other = sent(connector.patch_offsets().sink("t", 0, 150)).await;
    other
        .wait_with(WaitOptions::default().confirm())
        .await
        .unwrap();

    let error = planned.apply().await.unwrap_err();
    assert!(!error.may_have_been_applied());
    assert_eq!(outdated(&error).moves().len(), 1);
    assert_eq!(world.count(Operation::Alter), 1);
}

#[tokio::test]
async fn an_intention_that_does_not_fit_is_invalid() {
    let world = World::new().await;
    let source = world.connector("MysqlSourceConnector");
    let error = source.plan(Intent::shift_by(-1)).await.unwrap_err();
    assert!(error.is_invalid() && error.findings().is_some(), "{error}");
    assert_eq!(world.count(Operation::Alter), 0);
}

#[tokio::test]
async fn a_running_sink_may_read_on_between_plan_and_apply() {
    let world = World::new().await;
    let planned = world.sink().plan(Intent::shift_by(-1_000)).await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    let now = world.sink().offsets().await.unwrap();
    assert_ne!(now.entries, planned.offsets().entries);
    planned.apply().await.unwrap().wait().await.unwrap();
    assert_eq!(world.accepted(), 1);
}

#[tokio::test]
async fn a_sample_from_before_the_last_alteration_is_no_base_for_a_relative_move() {
    let world = World::seeded(STILL).await;
    let connector = world.connector("still");
    let alteration = sent(connector.patch_offsets().sink("t", 0, 150)).await;
    let applied = alteration.wait().await.unwrap();
    // The alteration is applied, but the service still shows a sample from before the alteration. A shift from it must be refused.
    let stale = connector.offsets().await.unwrap();
    assert!(stale.observed_at < applied.applied_at);

    let error = connector.plan(Intent::shift_by(-10)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    assert!(error.is_transient() && !error.may_have_been_applied());
    let absolute = connector.plan(Intent::set([entry(0, 200)])).await.unwrap();
    assert_eq!(absolute.plan().warnings()[0].code.as_str(), "stale-sample");

    world.clock.advance(Duration::from_secs(60));
    let fresh = connector.plan(Intent::shift_by(-10)).await.unwrap();
    assert!(fresh.plan().warnings().is_empty());
    // The assertion accepts any order, because the service lists partitions in the order of a hash map.
    let mut changes = fresh.plan().changes().iter();
    assert!(changes.any(|change| change.after().unwrap().as_str() == r#"{"kafka_offset":140}"#));
    assert_eq!(world.count(Operation::Alter), 1);
}

#[tokio::test]
async fn an_alteration_that_no_sample_shows_yet_is_seen_before_applying() {
    let world = World::seeded(STILL).await;
    let connector = world.connector("still");
    for intent in [
        Intent::shift_by(-50),
        Intent::set([entry(0, 300)]),
        Intent::reset_all(),
    ] {
        let planned = connector.plan(intent).await.unwrap();
        let other = sent(connector.patch_offsets().sink("t", 0, 150)).await;
        other.wait().await.unwrap();
        let seen = planned.offsets().clone();
        assert_eq!(connector.offsets().await.unwrap().entries, seen.entries);

        let error = planned.apply().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PlanOutdated);
        says(&error, "was accepted since the plan was made");
        says(&error, "Nothing was changed");
        // This reset and the wait for its confirmation make the next round start from a sample that shows the latest alteration.
        connector
            .delete_offsets()
            .sink("t", 0)
            .send()
            .await
            .unwrap()
            .wait_with(WaitOptions::default().confirm())
            .await
            .unwrap();
    }
    assert_eq!(world.count(Operation::Alter), 6, "none of them a plan's");
}

#[tokio::test]
async fn while_an_alteration_is_under_way_only_positions_that_do_not_hang_on_it_are_planned() {
    let world = World::seeded(STILL).await;
    let connector = world.connector("still");
    let other = sent(connector.patch_offsets().sink("t", 0, 150)).await;
    let error = connector.plan(Intent::shift_by(-10)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    says(&error, "is in progress (PENDING)");

    let absolute = connector.plan(Intent::set([entry(0, 200)])).await.unwrap();
    assert_eq!(absolute.plan().warnings()[0].code.as_str(), "stale-sample");
    // The plan was made while the other alteration was in progress. So that alteration does not make the plan outdated, and
    // applying the plan can wait for the alteration's end.
    let ours = absolute.clone().wait_if_busy(Duration::from_secs(300));
    assert!(absolute.apply().await.unwrap_err().is_busy());
    let ours = ours.apply().await.unwrap();
    assert!(ours.requested_at() > other.requested_at());
}

#[tokio::test]
async fn debug_shows_no_setting_of_the_connector() {
    let world = World::new().await;
    let body = serde_json::json!({
        "name": "MySinkConnector", "type": "sink",
        "config": {"connector.class": "MySqlSink", "some.setting": "hunter2"},
    });
    let fault = Fault::status(200).json(&body);
    world.fault(Operation::ReadConnector, fault);
    let planned = world.sink().plan(Intent::shift_by(-1)).await.unwrap();
    let shown = format!("{planned:?}");
    assert!(
        shown.contains("MySqlSink") && !shown.contains("hunter2"),
        "{shown}"
    );
}

/// The service may show any text; the columns of a plan have a limit.
#[test]
fn a_plan_with_a_very_long_text_can_be_shown() {
    let long = "9".repeat(70_000);
    let sink = format!(
        r#"{{"partition":{{"kafka_topic":"t","kafka_partition":0}},"offset":{{"kafka_offset":{long}}}}}"#
    );
    let source = format!(r#"{{"partition":{{"a":"b"}},"offset":{{"{long}":1}}}}"#);
    let other = source.replace(":1}", ":2}");
    for (current, intent) in [
        (&sink, Intent::reset([entry(0, 0)])),
        (&source, Intent::set([other.parse().unwrap()])),
    ] {
        let current: OffsetEntry = current.parse().unwrap();
        let shown = Plan::new(&[current], intent).unwrap().to_string();
        assert!(shown.contains(&long) && shown.len() < 72_000);
    }
}
