//! Tests of the intent that undoes an alteration.

use std::collections::BTreeMap;
use std::time::Duration;

use ccloud_connect::clock::Clock as _;
use ccloud_connect::offset::KafkaSink;
use ccloud_connect::plan::{Intent, Plan};
use ccloud_connect::{
    Alteration, AlterationRequest, AlterationStatus, ErrorKind, Movement, OffsetEntry, WaitError,
    WaitOptions,
};
use ccloud_connect_emulator::{self as emulator, Operation};

use super::{World, says, sent};

/// A seed with two sinks. `still` reads nothing and has positions in two of its three partitions. `running` reads 10 records a
/// second.
pub(super) const SINKS: &str = "
environments:
  - id: env-demo1
    clusters:
      - id: lkc-demo1
        topics:
          - name: t
            partitions: [{latest: 1000}, {latest: 1000}, {latest: 0}]
          - {name: busy, partitions: [{latest: 100000}]}
        connectors:
          - {id: lcc-1, name: still, kind: sink, topics: [t], records_per_second: 0, offsets: [
              {partition: {kafka_topic: t, kafka_partition: 0}, offset: {kafka_offset: 400}},
              {partition: {kafka_topic: t, kafka_partition: 1}, offset: {kafka_offset: 700}}]}
          - {id: lcc-2, name: running, kind: sink, topics: [busy], records_per_second: 10, offsets: [
              {partition: {kafka_topic: busy, kafka_partition: 0}, offset: {kafka_offset: 5000}}]}
";

impl World {
    /// Applies an intent, waits for a sample that shows the change, and returns the request status.
    pub(super) async fn alter(&self, name: &str, intent: Intent) -> AlterationStatus {
        let alteration = self.begun(name, intent).await;
        let wait = WaitOptions::default().confirm_if_possible();
        alteration.wait_with(wait).await.unwrap();
        self.connector(name).latest_request().await.unwrap()
    }

    /// Plans an intent and sends the request, which must be accepted.
    pub(super) async fn begun(&self, name: &str, intent: Intent) -> Alteration {
        let planned = self.connector(name).plan(intent).await.unwrap();
        planned.apply().await.unwrap()
    }

    /// The emulator's current positions by topic and partition. They can be newer than the sample that a client reads.
    pub(super) fn positions(&self, name: &str) -> BTreeMap<(String, i32), i64> {
        let entries = self
            .emulator
            .offsets(emulator::ENVIRONMENT, emulator::CLUSTER, name);
        let sinks = entries.unwrap();
        let sinks = sinks.iter().map(sink);
        sinks
            .map(|(topic, partition, offset)| ((topic, partition), offset))
            .collect()
    }
}

pub(super) fn entry(topic: &str, partition: i32, offset: i64) -> OffsetEntry {
    KafkaSink::new(topic, partition, offset).unwrap().to_entry()
}

#[tokio::test]
async fn positions_come_back_after_a_patch_and_after_a_delete() {
    for intent in [
        Intent::set([entry("t", 0, 100)]),
        Intent::set([entry("t", 0, 100), entry("t", 1, 999)]),
        Intent::shift_by(-50),
        Intent::reset([entry("t", 1, 0)]),
        Intent::reset_all(),
        // The intent gives a position to partition 2, which had none, and another position to partition 0.
        Intent::set([entry("t", 0, 100), entry("t", 2, 0)]),
        Intent::set([entry("t", 2, 0)]),
    ] {
        let stage = World::seeded(SINKS).await;
        let before = stage.positions("still");
        let status = stage.alter("still", intent.clone()).await;
        let altered = stage.positions("still");
        assert_ne!(altered, before, "{intent:?}");
        let undone = stage.alter("still", Intent::undo(&status).unwrap()).await;
        assert_eq!(stage.positions("still"), before, "{intent:?}");
        // Two requests were sent: the alteration, and one for the undo, even if the undo restores several positions.
        assert_eq!(stage.count(Operation::Alter), 2);
        // An undo can be undone, too. The undo of an undo is refused only when no partition had a position before the first undo.
        match Intent::undo(&undone) {
            Err(_) => assert!(altered.is_empty(), "{intent:?}"),
            Ok(again) => {
                stage.alter("still", again).await;
                assert_eq!(stage.positions("still"), altered, "{intent:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_had_no_position_is_reset_in_the_same_request() {
    let stage = World::seeded(SINKS).await;
    let intent = Intent::set([entry("t", 0, 100), entry("t", 2, 0)]);
    let status = stage.alter("still", intent).await;
    let planned = stage
        .connector("still")
        .plan(Intent::undo(&status).unwrap())
        .await
        .unwrap();
    assert_eq!(planned.plan().intent(), "undo");
    let AlterationRequest::Patch(entries) = planned.plan().request() else {
        panic!("{planned}")
    };
    assert!(
        entries
            .iter()
            .any(|entry| entry.offset().unwrap().is_null())
    );
    assert_eq!(
        planned.to_string(),
        "\
PATCH sets 1 and resets 1 of 2 partitions:
  PARTITION  BEFORE  AFTER  RECORDS
  t:0           100    400     +300
  t:2             0  reset
warning: offsets: 1 partition skips records; if the new offset is past the end of a partition, the connector starts where `auto.offset.reset` says, by default at the earliest record
warning: offsets: the connector delivers the records of the reset partitions again, from where its `auto.offset.reset` says"
    );
}

#[tokio::test]
async fn after_another_alteration_it_is_refused() {
    let stage = World::seeded(SINKS).await;
    let connector = stage.connector("still");
    let status = stage
        .alter("still", Intent::set([entry("t", 0, 100)]))
        .await;
    let undo = Intent::undo(&status).unwrap();
    let planned = connector.plan(undo.clone()).await.unwrap();
    // Another alteration is made after the first plan of the undo, so applying it, and planning the undo again, must fail.
    stage.alter("still", Intent::set([entry("t", 1, 5)])).await;
    let before = stage.positions("still");

    let error = planned.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PlanOutdated);
    let error = connector.plan(undo).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PlanOutdated);
    assert!(!error.may_have_been_applied());
    let text = error.to_string();
    assert!(
        text.starts_with("altering the offsets of ")
            && text.contains("): the PATCH of ")
            && text.contains("cannot be undone any more, because a PATCH of")
            && !text.contains("have moved on"),
        "{text}"
    );
    assert_eq!(
        (stage.count(Operation::Alter), stage.positions("still")),
        (2, before)
    );
}

#[tokio::test]
async fn what_is_not_shown_yet_or_not_known_is_not_guessed() {
    let stage = World::seeded(SINKS).await;
    let connector = stage.connector("still");
    let alteration = sent(connector.patch_offsets().sink("t", 0, 100)).await;
    let pending = connector.latest_request().await.unwrap();
    let code = |status: &AlterationStatus| {
        let invalid = Intent::undo(status).unwrap_err();
        invalid.report().findings()[0].code.as_str()
    };
    assert_eq!(code(&pending), "not-ended");

    alteration.wait().await.unwrap();
    let applied = connector.latest_request().await.unwrap();
    // The plan needs a sample that shows the alteration. The service has not taken such a sample yet.
    let plan = || connector.plan(Intent::undo(&applied).unwrap());
    assert_eq!(plan().await.unwrap_err().kind(), ErrorKind::Stale);
    let (at, limit) = (applied.applied_at.unwrap(), Duration::from_secs(60));
    connector.offsets_after(at, limit).await.unwrap();
    assert!(plan().await.is_ok());
    let too_late = at.saturating_add(Duration::from_secs(3600));
    let error = connector.offsets_after(too_late, limit).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SampleTooOld);
    stage.clock.advance(Duration::from_secs(1));

    let mut unknown = applied.clone();
    unknown.previous = None;
    assert_eq!(code(&unknown), "nothing-to-restore");
    unknown.previous = Some(Vec::new());
    assert_eq!(code(&unknown), "nothing-to-restore");
    let old =
        r#"{"partition":{"kafka_topic":"t","kafka_partition":0.0},"offset":{"kafka_offset":400}}"#;
    for unclear in [
        vec![old.parse().unwrap()],
        vec![entry("t", 0, 400), r#""t:0""#.parse().unwrap()],
        vec![entry("t", 0, 400), entry("t", 0, 401)],
        vec![
            entry("t", 0, 400),
            old.replace("0.0", "0")
                .replace("{\"kafka_offset\":400}", "null")
                .parse()
                .unwrap(),
        ],
        vec![
            old.replace("0.0", "0")
                .replace("\"offset\"", "\"x\"")
                .parse()
                .unwrap(),
        ],
        vec![
            old.replace("0.0", "0")
                .replace("}}", "},\"offset\":{}}")
                .parse()
                .unwrap(),
        ],
    ] {
        unknown.previous = Some(unclear);
        assert_eq!(code(&unknown), "nothing-to-restore");
    }
    let mut unknown = applied;
    unknown.request.entries = None;
    assert_eq!(code(&unknown), "nothing-to-restore");
    assert_eq!(stage.count(Operation::Alter), 1);
}

#[tokio::test]
async fn what_a_failed_request_did_is_told_and_can_be_undone() {
    let stage = World::seeded(SINKS).await;
    let connector = stage.connector("still");
    let before = stage.positions("still");
    let intent = Intent::set([entry("t", 0, 100), entry("nope", 0, 7)]);
    let wait = WaitOptions::default().confirm_if_possible();
    let error = stage.begun("still", intent).await.wait_with(wait).await;
    let error = error.unwrap_err();
    let WaitError::Failed(failed) = &error else {
        panic!("{error}")
    };
    let told: Vec<_> = failed
        .outcome
        .partitions
        .iter()
        .map(|p| p.moved.direction)
        .collect();
    assert_eq!(
        told,
        [Movement::Back, Movement::Same],
        "{:?}",
        failed.outcome
    );
    assert_eq!(
        failed.outcome.errors().next().unwrap().code.as_str(),
        "moved-though-failed"
    );
    assert_eq!(failed.outcome.as_planned, Some(false));
    assert_ne!(stage.positions("still"), before);

    // The service does not report when the alteration failed. So a client that did not see the failure happen must wait for a
    // sample that is later than the time at which it first read the status.
    let elsewhere = stage
        .another_client()
        .connector_at(connector.path().clone());
    let status = elsewhere.latest_request().await.unwrap();
    assert_eq!(status.applied_at, None);
    let undo = Intent::undo(&status).unwrap();
    let error = elsewhere.plan(undo.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    says(&error, "may have ended as late as");
    let started = stage.clock.monotonic();
    let limit = Duration::from_secs(60);
    elsewhere.offsets_after_latest_request(limit).await.unwrap();
    assert!(stage.clock.monotonic() - started < limit);
    assert!(elsewhere.plan(undo.clone()).await.is_ok());

    // The first client saw the failure happen, and has seen a sample from after the failure. So it can plan the undo.
    stage.alter("still", undo).await;
    assert_eq!(stage.positions("still"), before);
}

/// The request reset a partition that had no position, so the reset changed nothing. When the sink has read that partition since,
/// the undo must leave its position unchanged.
#[tokio::test]
async fn what_the_request_reset_without_effect_is_left_alone() {
    let stage = World::seeded(SINKS).await;
    let null = r#"{"partition":{"kafka_topic":"t","kafka_partition":2},"offset":null}"#;
    let set = [entry("t", 0, 100), null.parse().unwrap()];
    let status = stage.alter("still", Intent::set(set)).await;
    let now = [entry("t", 0, 100), entry("t", 2, 5)];
    let plan = Plan::new(&now, Intent::undo(&status).unwrap()).unwrap();
    let restored: Vec<_> = plan.request().entries().iter().map(sink).collect();
    assert_eq!(restored, [sink(&entry("t", 0, 400))]);
}

#[tokio::test]
async fn a_reset_whose_list_is_not_repeated_restores_what_shows_as_reset() {
    let stage = World::seeded(SINKS).await;
    let mut status = stage
        .alter("still", Intent::reset([entry("t", 1, 0)]))
        .await;
    status.request.entries = None;
    let undo = Intent::undo(&status).unwrap();
    let unchanged = entry("t", 0, 400);
    for (now, restored) in [
        (vec![unchanged.clone()], vec![entry("t", 1, 700)]),
        (
            vec![unchanged.clone(), entry("t", 1, 30)],
            vec![entry("t", 1, 700)],
        ),
        (vec![], vec![entry("t", 0, 400), entry("t", 1, 700)]),
        (vec![unchanged.clone(), entry("t", 1, 700)], vec![]),
        // Partition 1 is beyond its old position. The sink may have read on from there, or read everything again after a reset.
        // These cannot be distinguished, so the undo must not restore the partition.
        (vec![unchanged, entry("t", 1, 900)], vec![]),
    ] {
        let plan = Plan::new(&now, undo.clone());
        if restored.is_empty() {
            let invalid = plan.unwrap_err();
            let error = invalid.report().errors().next().unwrap();
            assert_eq!(error.code.as_str(), "nothing-to-restore", "{now:?}");
            assert!(!error.is_judgement(), "there is nothing to send");
            assert!(
                error.message.starts_with("2 partitions stay as they are"),
                "{error}"
            );
            continue;
        }
        let plan = plan.unwrap();
        let mut sent: Vec<_> = plan.request().entries().iter().map(sink).collect();
        sent.sort();
        assert_eq!(
            sent,
            restored.iter().map(sink).collect::<Vec<_>>(),
            "{now:?}"
        );
        let told = plan.warnings().iter().any(|warning| {
            warning.code.as_str() == "nothing-to-restore"
                && warning.message.starts_with("1 partition stays as it is")
        });
        assert_eq!(told, restored.len() == 1, "{plan}");
    }
}

fn sink(entry: &OffsetEntry) -> (String, i32, i64) {
    let sink = KafkaSink::try_from(entry).unwrap();
    (sink.topic().to_owned(), sink.partition(), sink.offset())
}
