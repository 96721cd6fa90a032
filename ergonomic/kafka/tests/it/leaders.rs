//! Leaders and coordinators that move, restart or stop during a question.

use std::time::Duration;

use ccloud_connect_kafka::{Brokers, ErrorKind, KafkaError};

use crate::fake::{KEY, LIST_OFFSETS, Listening, OFFSET_FETCH, Reply, SECRET};
use crate::{two_nodes, two_nodes_with, whole};

#[tokio::test]
async fn a_moved_leader_is_found() {
    let (_fake, brokers) = two_nodes_with(|state| state.stale = 2).await;
    let found = whole(&brokers).await;
    let ends: Vec<_> = found.partitions.values().map(|b| b.latest).collect();
    assert_eq!(ends, [100, 101, 102, 103]);
}

#[tokio::test]
async fn codes_that_pass_are_asked_again_and_all_others_are_final() {
    for code in [5, 6, 7, 9, 13, 14, 15, 16, 56, 74, 75, 76, 78] {
        let (_fake, brokers) = two_nodes_with(|state| state.leader_code = (code, 5)).await;
        whole(&brokers).await;
    }
    for (kind, codes) in [
        (ErrorKind::Unavailable, &[-1, 1, 42][..]),
        (ErrorKind::NotFound, &[3]),
        (ErrorKind::NotPermitted, &[29, 31]),
        (ErrorKind::Incompatible, &[35]),
    ] {
        for code in codes {
            let (fake, brokers) = two_nodes_with(|state| state.leader_code = (*code, 1)).await;
            let found = brokers.offsets(["orders"], None).await.unwrap();
            assert_eq!((found.partitions.len(), found.errors.len()), (3, 1));
            let error = &found.errors[0];
            assert_eq!(error.kind(), kind, "{error}");
            let start = format!("orders:0: Kafka at {}: ", fake.address(0));
            assert!(error.to_string().starts_with(&start), "{error}");
        }
    }
}

#[tokio::test]
async fn a_topic_that_is_denied_meanwhile_is_not_waited_for() {
    let (fake, brokers) = two_nodes_with(|state| state.leader_code = (6, usize::MAX)).await;
    let deny = async {
        while !fake.state().requests.contains(&LIST_OFFSETS) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        fake.state().refused.extend([("orders".to_owned(), 29)]);
    };
    let (found, ()) = tokio::join!(brokers.offsets(["orders"], None), deny);
    let errors = found.unwrap().errors;
    let kinds: Vec<_> = errors.iter().map(KafkaError::kind).collect();
    assert_eq!(kinds, [ErrorKind::NotPermitted]);
}

/// A question must wait for a new leader when a leader was killed. Here the connection to node 1 breaks, node 1 resets new
/// connections, and after a while node 0 becomes the leader.
#[tokio::test]
async fn a_killed_leader_is_waited_for_until_another_leads() {
    let (fake, brokers) = two_nodes().await;
    fake.hook(|node, key, body| match (node, key) {
        (1, LIST_OFFSETS) => Reply::Close,
        _ => Reply::Send(body),
    });
    let kill_and_elect = async {
        for (connections, is_killed) in [(2, true), (5, false)] {
            while fake.state().connections < connections {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let mut state = fake.state();
            state.listening[1] = Listening::Dropping;
            if !is_killed {
                let partitions = state.topics.values_mut().flatten();
                partitions.for_each(|partition| partition.leader = 0);
            }
        }
    };
    tokio::join!(whole(&brokers), kill_and_elect);
}

#[tokio::test]
async fn a_leader_that_stays_away_or_silent_costs_only_its_partitions() {
    for is_away in [true, false] {
        let (fake, brokers) = two_nodes().await;
        if is_away {
            fake.state().listening[1] = Listening::Dropping;
        }
        fake.hook(|node, key, body| match (node, key) {
            (1, LIST_OFFSETS) => Reply::Silence,
            _ => Reply::Send(body),
        });
        let brokers = brokers.time_limit(Duration::from_secs(2));
        let found = brokers.offsets(["orders"], None).await.unwrap();
        let numbers: Vec<_> = found.partitions.keys().map(|(_, number)| *number).collect();
        assert_eq!(numbers, [0, 2]);
        assert_eq!(found.errors.len(), 2);
        for error in &found.errors {
            let text = error.to_string();
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{text}");
            assert!(text.contains(&fake.address(1)), "{text}");
            assert!(text.contains("time limit"), "{text}");
            assert_eq!(text.contains("handshake"), is_away, "{text}");
        }
    }
}

#[tokio::test]
async fn the_next_address_is_tried_when_the_first_is_away() {
    let (fake, _) = two_nodes_with(|state| state.listening[0] = Listening::Dropping).await;
    let both = format!("{},{}", fake.address(0), fake.address(1));
    let authority = Some(fake.authority.as_bytes());
    let brokers = Brokers::new(both.parse().unwrap(), KEY, SECRET, authority).unwrap();
    let brokers = brokers.time_limit(Duration::from_secs(2));
    let found = brokers.offsets(["orders"], None).await.unwrap();
    assert_eq!((found.partitions.len(), found.errors.len()), (2, 2));
    fake.state().listening[1] = Listening::Dropping;
    let error = brokers.offsets(["orders"], None).await.unwrap_err();
    for node in [0, 1] {
        assert!(error.to_string().contains(&fake.address(node)), "{error}");
    }
}

#[tokio::test]
async fn a_coordinator_that_is_loading_is_asked_again() {
    let (fake, brokers) = two_nodes().await;
    let mut loading = 2;
    fake.hook(move |_, key, body| {
        if key == OFFSET_FETCH && loading > 0 {
            loading -= 1;
            // Code 14 is COORDINATOR_LOAD_IN_PROGRESS.
            return Reply::Send([&[0; 8][..], &14_i16.to_be_bytes()].concat());
        }
        Reply::Send(body)
    });
    let committed = brokers.committed("connect-lcc-1").await.unwrap();
    assert_eq!(committed.len(), 3);
}

/// A broker closes a connection whose authentication has expired. The question must continue on new connections.
#[tokio::test]
async fn an_authentication_that_expires_within_a_question_is_renewed() {
    // A connection answers 9 requests: ApiVersions and two of SASL, at most one for Metadata, and several ListOffsets. The search
    // for the times of records needs more, so the connection is closed during the question.
    let (fake, brokers) = two_nodes_with(|state| state.session = 9).await;
    let positions = (0..4).map(|n| (("orders".to_owned(), n), 40)).collect();
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let lags = brokers.lag(&positions, now).await.unwrap();
    assert_eq!((lags.partitions.len(), lags.errors), (4, vec![]));
    let times = lags.partitions.values().filter_map(|lag| lag.next_record);
    assert_eq!(times.count(), 4);
    assert!(fake.state().connections > 2);
    let committed = brokers.committed("connect-lcc-1").await.unwrap();
    assert_eq!(committed.len(), 3);
}
