//! Leaders that move, restart, or stop while they are asked.

use std::time::Duration;

use ccloud_connect_kafka::ErrorKind;

use crate::fake::{LIST_OFFSETS, Listening, OFFSET_FETCH, Reply};
use crate::{SECRET, brokers, builder, two_nodes};

#[tokio::test]
async fn a_moved_leader_is_found() {
    let fake = two_nodes().await;
    fake.state().stale = 2;
    let found = brokers(&fake).offsets(["orders"], None).await.unwrap();
    assert_eq!(found.errors, []);
    let ends: Vec<_> = found.partitions.values().map(|b| b.latest).collect();
    assert_eq!(ends, [100, 101, 102, 103]);
}

#[tokio::test]
async fn a_killed_leader_is_waited_for_until_another_leads() {
    let fake = two_nodes().await;
    fake.hook({
        let mut killed = false;
        move |node, key, body| {
            if (node, key) == (1, LIST_OFFSETS) {
                killed = true;
            }
            if killed && node == 1 {
                Reply::Close
            } else {
                Reply::Send(body)
            }
        }
    });
    fake.state().elect_after = Some(3);
    let found = brokers(&fake).offsets(["orders"], None).await.unwrap();
    assert_eq!(found.errors, []);
    assert_eq!(found.partitions.len(), 4);
}

#[tokio::test]
async fn a_leader_that_stays_away_costs_only_its_partitions() {
    let fake = two_nodes().await;
    fake.state().listening[1] = Listening::Dropping;
    let limit = Duration::from_secs(2);
    let brokers = builder(&fake, SECRET).time_limit(limit).build().unwrap();
    let found = brokers.offsets(["orders"], None).await.unwrap();
    let numbers: Vec<_> = found.partitions.keys().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [0, 2]);
    let lost: Vec<_> = found
        .errors
        .iter()
        .map(|e| (e.partition(), e.kind()))
        .collect();
    let lost_by = ErrorKind::Unreachable;
    assert_eq!(lost, [(Some(1), lost_by), (Some(3), lost_by)]);
    for error in &found.errors {
        let text = error.to_string();
        assert!(
            text.contains(&fake.address(1)) && text.contains("time limit"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_silent_leader_costs_only_its_partitions() {
    let fake = two_nodes().await;
    fake.hook(|node, key, body| match (node, key) {
        (1, LIST_OFFSETS) => Reply::Silence,
        _ => Reply::Send(body),
    });
    let limit = Duration::from_secs(2);
    let brokers = builder(&fake, SECRET).time_limit(limit).build().unwrap();
    let found = brokers.offsets(["orders"], None).await.unwrap();
    assert_eq!((found.partitions.len(), found.errors.len()), (2, 2));
    for error in &found.errors {
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(error.address(), Some(fake.address(1).as_str()));
    }
}

#[tokio::test]
async fn a_coordinator_that_is_loading_is_asked_again() {
    let fake = two_nodes().await;
    fake.hook({
        let mut loading = 2;
        move |_, key, body| {
            if key == OFFSET_FETCH && loading > 0 {
                loading -= 1;
                // COORDINATOR_LOAD_IN_PROGRESS
                return Reply::Send([&[0; 8][..], &14_i16.to_be_bytes()].concat());
            }
            Reply::Send(body)
        }
    });
    let committed = brokers(&fake).committed("connect-lcc-1").await.unwrap();
    assert_eq!(committed.len(), 3);
}
