//! Questions to a cluster that works.

use std::collections::BTreeMap;
use std::future::Future;

use ccloud_connect_kafka::{Brokers, ErrorKind, PartitionBounds, Timestamp};

use crate::fake::{Fake, LIST_OFFSETS, Partition};
use crate::{T0, brokers, two_nodes};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The partitions whose times are odd, as a broker answers them.
async fn odd() -> Fake {
    let fake = Fake::start(1).await;
    let second = |n: i64| (n, T0 + n * 1000);
    let partition = |earliest, latest, records: Vec<_>| Partition {
        leader: 0,
        earliest,
        latest,
        open: 0,
        records,
    };
    for (topic, odd) in [
        ("rising", partition(0, 100, (0..100).map(second).collect())),
        (
            "falling",
            partition(
                0,
                100,
                (0..100).map(|n| (n, T0 + (99 - n) * 1000)).collect(),
            ),
        ),
        ("empty", partition(0, 0, vec![])),
        ("expired", partition(100, 100, vec![])),
        (
            "trimmed",
            partition(40, 100, (40..100).map(second).collect()),
        ),
        (
            "compacted",
            partition(0, 101, (95..100).map(second).collect()),
        ),
    ] {
        fake.topic(topic, vec![odd]);
    }
    fake
}

#[tokio::test]
async fn earliest_latest_first_and_the_record_at_a_time() {
    let fake = odd().await;
    let topics = [
        "rising",
        "falling",
        "empty",
        "expired",
        "trimmed",
        "compacted",
    ];
    for (at, expected) in [
        (
            "2025-12-31T00:00:00Z",
            [Some(0), Some(0), None, None, Some(40), Some(95)],
        ),
        (
            "2026-01-01T00:00:45.500Z",
            [Some(46), Some(0), None, None, Some(46), Some(95)],
        ),
        // Digits beyond Kafka's milliseconds round up.
        (
            "2026-01-01T00:01:38.000000001Z",
            [Some(99), Some(0), None, None, Some(99), Some(99)],
        ),
        (
            "2026-01-01T00:01:39.001Z",
            [None, None, None, None, None, None],
        ),
        ("2057-01-01T00:00:00Z", [None; 6]),
        (
            "1066-10-14T09:00:00Z",
            [Some(0), Some(0), None, None, Some(40), Some(95)],
        ),
    ] {
        let found = brokers(&fake)
            .offsets(topics, Some(time(at)))
            .await
            .unwrap();
        assert_eq!(found.errors, []);
        for (topic, expected) in topics.iter().zip(expected) {
            let bounds = &found.partitions[&((*topic).to_owned(), 0)];
            assert_eq!(bounds.at.map(|at| at.offset), expected, "{topic} at {at}");
        }
    }
    let found = brokers(&fake).offsets(topics, None).await.unwrap();
    let bounds: Vec<_> = topics
        .map(|topic| found.partitions[&(topic.to_owned(), 0)])
        .iter()
        .map(|b| {
            (
                b.earliest,
                b.latest,
                b.first.map(|first| first.offset),
                b.at,
            )
        })
        .collect();
    assert_eq!(
        bounds,
        [
            (0, 100, Some(0), None),
            (0, 100, Some(0), None),
            (0, 0, None, None),
            (100, 100, None, None),
            (40, 100, Some(40), None),
            (0, 101, Some(95), None),
        ]
    );
}

#[tokio::test]
async fn each_leader_is_asked_once_over_one_connection_for_all_its_partitions() {
    let fake = Fake::start(3).await;
    let partitions = (0..300_usize).map(|n| Partition::every_second(n % 3, T0, 10));
    fake.topic("wide", partitions.collect());
    let brokers = brokers(&fake);
    let found = brokers
        .offsets(["wide", "wide"], Some(time("2026-01-01T00:00:05Z")))
        .await
        .unwrap();
    assert_eq!(found.partitions.len(), 300);
    assert!(
        found
            .partitions
            .values()
            .all(|b| b.at.is_some_and(|at| at.offset == 5))
    );
    let state = fake.state();
    assert_eq!(state.connections, 3);
    // Earliest, first, stable, at the time, latest, for each leader.
    let lists = state.requests.iter().filter(|key| **key == LIST_OFFSETS);
    assert_eq!(lists.count(), 15);
}

#[tokio::test]
async fn an_open_transaction_is_told() {
    let fake = Fake::start(1).await;
    let open = Partition {
        open: 5,
        ..Partition::every_second(0, T0, 23)
    };
    fake.topic(
        "transactions",
        vec![open, Partition::every_second(0, T0, 23)],
    );
    let brokers = brokers(&fake);
    let found = brokers.offsets(["transactions"], None).await.unwrap();
    let bounds: Vec<_> = found.partitions.values().collect();
    assert_eq!(
        (
            bounds[0].latest,
            bounds[0].stable,
            bounds[0].open_transaction()
        ),
        (23, Some(18), Some(18))
    );
    assert_eq!(bounds[1].open_transaction(), None);
    let positions = [(("transactions".to_owned(), 0), 18)].into();
    let now = time("2026-01-01T01:00:00Z");
    let lags = brokers.lag(&positions, now).await.unwrap();
    let lag = lags.partitions.values().next().unwrap();
    assert_eq!(
        (lag.records(), lag.bounds.open_transaction()),
        (Some(5), Some(18))
    );
}

#[tokio::test]
async fn what_a_group_has_committed() {
    let fake = two_nodes().await;
    let brokers = brokers(&fake);
    let committed = brokers.committed("connect-lcc-1").await.unwrap();
    let expected = (0..3).map(|n| (("orders".to_owned(), n), i64::from(n) * 10));
    assert_eq!(committed, expected.collect::<BTreeMap<_, _>>());
    // Kafka gives the same answer for a group that does not exist and for one without offsets.
    assert_eq!(brokers.committed("nobody").await.unwrap(), BTreeMap::new());
    let error = brokers.committed("").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn lag_in_records_and_in_time() {
    let fake = two_nodes().await;
    let positions = [(0, 40), (1, 101), (2, 500), (3, 0), (9, 1)];
    let positions = positions
        .map(|(n, at)| (("orders".to_owned(), n), at))
        .into();
    let now = time("2026-01-01T01:00:00Z");
    let lags = brokers(&fake).lag(&positions, now).await.unwrap();
    let of = |n| &lags.partitions[&("orders".to_owned(), n)];
    assert_eq!(of(0).records(), Some(60));
    // Written 40 seconds after T0: within a second, or a thirty-second part of its age.
    let age = now.since(of(0).next_record.unwrap()).as_secs();
    assert!((3560..=3560 + 3560 / 32 + 1).contains(&age), "{age}");
    assert_eq!((of(1).records(), of(1).next_record), (Some(0), None));
    assert_eq!((of(2).records(), of(2).next_record), (None, None));
    assert_eq!(of(3).next_record, Some(time("2026-01-01T00:00:00Z")));
    assert_eq!(lags.partitions.len(), 4);
    let [missing] = &lags.errors[..] else {
        panic!("{:?}", lags.errors)
    };
    assert_eq!(
        (missing.kind(), missing.partition()),
        (ErrorKind::NotFound, Some(9))
    );
    assert_eq!(fake.state().connections, 2);
}

#[tokio::test]
async fn nothing_is_connected_for_nothing() {
    let fake = two_nodes().await;
    let brokers = brokers(&fake);
    let none: [&str; 0] = [];
    assert!(
        brokers
            .offsets(none, None)
            .await
            .unwrap()
            .partitions
            .is_empty()
    );
    let long = "x".repeat(250);
    let found = brokers.offsets(["", &long], None).await.unwrap();
    assert_eq!(found.errors.len(), 2);
    assert_eq!(fake.state().connections, 0);
    let none = BTreeMap::new();
    let lags = brokers.lag(&none, time("2026-01-01T00:00:00Z")).await;
    assert!(lags.unwrap().partitions.is_empty());
    assert_eq!(fake.state().connections, 0);
}

#[test]
fn bounds_tell_what_is_inside() {
    let bounds = PartitionBounds::new(40, 100);
    assert_eq!(
        [39, 40, 99, 100, 101].map(|at| bounds.records_from(at)),
        [None, Some(60), Some(1), Some(0), None]
    );
    assert!(PartitionBounds::new(7, 7).is_empty() && !bounds.is_empty());
}

#[tokio::test]
async fn futures_may_move_between_threads_and_be_dropped_at_any_point() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    let fake = two_nodes().await;
    let brokers = brokers(&fake);
    let ask = |brokers: Brokers| async move {
        let found = brokers.offsets(["orders"], None).await;
        found.map(|found| found.partitions.len())
    };
    for polls in 0..40 {
        let mut future = Box::pin(is_send(ask(brokers.clone())));
        let mut polls = polls;
        std::future::poll_fn(|context| {
            if polls == 0 {
                return std::task::Poll::Ready(());
            }
            polls -= 1;
            match future.as_mut().poll(context) {
                std::task::Poll::Ready(_) => std::task::Poll::Ready(()),
                std::task::Poll::Pending => std::task::Poll::Pending,
            }
        })
        .await;
        drop(future);
        assert_eq!(ask(brokers.clone()).await, Ok(4));
    }
    is_send(brokers.committed("connect-lcc-1")).await.unwrap();
}
