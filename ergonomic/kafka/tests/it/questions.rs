//! Questions to a fake cluster without faults.

use std::collections::BTreeMap;
use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use ccloud_connect_kafka::{Brokers, ErrorKind, PartitionBounds, Timestamp};

use crate::fake::{Fake, LIST_OFFSETS, Partition};
use crate::{T0, brokers, two_nodes};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test]
async fn earliest_latest_first_and_the_record_at_a_time() {
    let fake = Fake::start(1).await;
    let second = |n: i64| (n, T0 + n * 1000);
    let partitions: [(i64, i64, Vec<_>); 8] = [
        (0, 100, (0..100).map(second).collect()),
        // The times fall with rising offsets.
        (0, 100, (0..100).map(|n| (n, second(99 - n).1)).collect()),
        // A partition that never had a record, and a partition whose records were all deleted.
        (0, 0, vec![]),
        (100, 100, vec![]),
        // A partition whose first 40 records were deleted, and a compacted partition with records at the end only.
        (40, 100, (40..100).map(second).collect()),
        (0, 101, (95..100).map(second).collect()),
        // A partition whose offset 5 is the marker of a transaction, which was written an hour later.
        (0, 6, vec![second(0), (5, T0 + 3_600_000)]),
        // A record whose time is too large for a date.
        (0, 1, vec![(0, i64::MAX)]),
    ];
    let partition = |(earliest, latest, records)| Partition {
        earliest,
        latest,
        records,
        ..Partition::default()
    };
    fake.topic("odd", partitions.map(partition).into());
    let ask = async |time: Option<Timestamp>| {
        let found = brokers(&fake).offsets(["odd"], time).await.unwrap();
        assert_eq!(found.errors, []);
        found.partitions.into_values().collect::<Vec<_>>()
    };
    for (at, expected) in [
        ("1066-10-14T09:00:00Z", [0, 0, -1, -1, 40, 95, 0, 0]),
        ("2025-12-31T00:00:00Z", [0, 0, -1, -1, 40, 95, 0, 0]),
        ("2026-01-01T00:00:45.500Z", [46, 0, -1, -1, 46, 95, 5, 0]),
        // The time has a fraction of a millisecond, which must be rounded up.
        (
            "2026-01-01T00:01:38.000000001Z",
            [99, 0, -1, -1, 99, 99, 5, 0],
        ),
        ("2026-01-01T00:01:39.001Z", [-1, -1, -1, -1, -1, -1, 5, 0]),
        ("2057-01-01T00:00:00Z", [-1, -1, -1, -1, -1, -1, -1, 0]),
    ] {
        let found = ask(Some(time(at))).await;
        let offsets: Vec<_> = found
            .iter()
            .map(|b| b.at.map_or(-1, |at| at.offset))
            .collect();
        assert_eq!(offsets, expected, "{at}");
    }
    let found = ask(None).await;
    let first = |b: &PartitionBounds| b.first.map_or(-1, |first| first.offset);
    let bounds: Vec<_> = found
        .iter()
        .map(|b| [b.earliest, b.latest, first(b)])
        .collect();
    let expected = [
        [0, 100, 0],
        [0, 100, 0],
        [0, 0, -1],
        [100, 100, -1],
        [40, 100, 40],
        [0, 101, 95],
        [0, 6, 0],
        [0, 1, 0],
    ];
    assert_eq!(bounds, expected);
    assert!(found.iter().all(|bounds| bounds.at.is_none()));
    assert_eq!(found[0].first.unwrap().time, time("2026-01-01T00:00:00Z"));
    assert_eq!(found[7].first.unwrap().time, Timestamp::MAX);
}

#[tokio::test]
async fn each_leader_is_asked_once_over_one_connection_for_all_its_partitions() {
    let fake = Fake::start(3).await;
    let partitions = (0..300_usize).map(|n| Partition::every_second(n % 3, T0, 10));
    fake.topic("wide", partitions.collect());
    let brokers = brokers(&fake);
    let five = Some(time("2026-01-01T00:00:05Z"));
    let found = brokers.offsets(["wide", "wide"], five).await.unwrap();
    let offsets = found.partitions.values().map(|b| b.at.unwrap().offset);
    assert_eq!(offsets.filter(|offset| *offset == 5).count(), 300);
    let state = fake.state();
    assert_eq!(state.connections, 3);
    // Each of the three leaders must get five requests: for the earliest offset, the first record, the stable offset, the record
    // at the time, and the latest offset.
    let lists = state.requests.iter().filter(|key| **key == LIST_OFFSETS);
    assert_eq!(lists.count(), 15);
}

#[tokio::test]
async fn an_open_transaction_is_told() {
    let fake = Fake::start(1).await;
    let mut partitions = vec![Partition::every_second(0, T0, 23); 2];
    partitions[0].open = 5;
    fake.topic("transactions", partitions);
    let brokers = brokers(&fake);
    let found = brokers.offsets(["transactions"], None).await.unwrap();
    let bounds: Vec<_> = found.partitions.into_values().collect();
    assert_eq!((bounds[0].latest, bounds[0].stable), (23, Some(18)));
    let open = [Some(18), None];
    assert_eq!([0, 1].map(|n: usize| bounds[n].open_transaction()), open);
    let positions = [(("transactions".to_owned(), 0), 18)].into();
    let lags = brokers.lag(&positions, time("2026-01-01T01:00:00Z")).await;
    let lag = *lags.unwrap().partitions.values().next().unwrap();
    assert_eq!(lag.records(), Some(5));
    assert_eq!(lag.bounds.open_transaction(), Some(18));
}

#[tokio::test]
async fn what_a_group_has_committed() {
    let (_fake, brokers) = two_nodes().await;
    let brokers = brokers.time_limit(Duration::MAX);
    let brokers = brokers.connect_timeout(Duration::MAX);
    let committed = brokers.committed("connect-lcc-1").await.unwrap();
    let expected = (0..3).map(|n| (("orders".to_owned(), n), i64::from(n) * 10));
    assert_eq!(committed, expected.collect::<BTreeMap<_, _>>());
    // Kafka gives the same answer for a group that does not exist as for a group without offsets, so this is not an error.
    assert_eq!(brokers.committed("nobody").await.unwrap(), BTreeMap::new());
    let error = brokers.committed("").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn lag_in_records_and_in_time() {
    let (fake, brokers) = two_nodes().await;
    let partition = |n| ("orders".to_owned(), n);
    let positions = [(0, 40), (1, 101), (2, 500), (3, 0), (9, 1)];
    let positions = positions.map(|(n, at)| (partition(n), at)).into();
    let now = time("2026-01-01T01:00:00Z");
    let lags = brokers.lag(&positions, now).await.unwrap();
    let of = |n| &lags.partitions[&partition(n)];
    assert_eq!(of(0).records(), Some(60));
    // The next record was written 40 s after T0, so it is 3560 s old. Its time must be exact to 1/32 of the age.
    let age = now.since(of(0).next_record.unwrap()).as_secs();
    assert!((3560..=3560 + 3560 / 32 + 1).contains(&age), "{age}");
    assert_eq!((of(1).records(), of(1).next_record), (Some(0), None));
    assert_eq!((of(2).records(), of(2).next_record), (None, None));
    assert_eq!(of(3).next_record, Some(time("2026-01-01T00:00:00Z")));
    assert_eq!(lags.partitions.len(), 4);
    assert_eq!(lags.errors.len(), 1);
    assert_eq!(lags.errors[0].kind(), ErrorKind::NotFound);
    assert_eq!(lags.errors[0].partition(), Some(9));
    assert_eq!(fake.state().connections, 2);
}

#[tokio::test]
async fn nothing_is_connected_for_nothing() {
    let (fake, brokers) = two_nodes().await;
    let none: [&str; 0] = [];
    let found = brokers.offsets(none, None).await.unwrap();
    assert_eq!((found.partitions.len(), found.errors.len()), (0, 0));
    let found = brokers.offsets(["", &"x".repeat(250)], None).await.unwrap();
    assert_eq!((found.partitions.len(), found.errors.len()), (0, 2));
    let now = time("2026-01-01T00:00:00Z");
    let lags = brokers.lag(&BTreeMap::new(), now).await.unwrap();
    assert!(lags.partitions.is_empty());
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
    let (_fake, brokers) = two_nodes().await;
    let ask = |brokers: Brokers| async move {
        let found = brokers.offsets(["orders"], None).await;
        found.map(|found| found.partitions.len())
    };
    for polls in 0..40 {
        let mut future = Box::pin(is_send(ask(brokers.clone())));
        for _ in 0..polls {
            let poll = std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context)));
            if poll.await.is_ready() {
                break;
            }
            // The runtime gets a turn, so that the socket can become ready before the next poll.
            tokio::task::yield_now().await;
        }
        drop(future);
        assert_eq!(ask(brokers.clone()).await, Ok(4));
    }
    is_send(brokers.committed("connect-lcc-1")).await.unwrap();
}
