//! Tests of the Kafka client with a fake cluster on loopback, which works or fails as each test has planned.

mod cut;
#[path = "../fake/mod.rs"]
mod fake;
mod faults;
mod leaders;
mod questions;
mod settings;

use std::time::Duration;

use ccloud_connect_kafka::{Brokers, KafkaError, TopicOffsets};
use fake::{Fake, KEY, Listening, Partition, SECRET, State};
use tokio::time::timeout;

/// The time 2026-01-01T00:00:00Z, in milliseconds since 1970.
const T0: i64 = 1_767_225_600_000;
fn brokers(fake: &Fake) -> Brokers {
    let (bootstrap, authority) = (fake.address(0).parse(), fake.authority.as_bytes());
    Brokers::new(bootstrap.unwrap(), KEY, SECRET, Some(authority)).unwrap()
}

/// A cluster of two nodes with a planned fault, and a client for it. The topic `orders` has four partitions, whose leaders are
/// node 0 and node 1 in turn. The group `connect-lcc-1` has committed offsets in three of them.
async fn two_nodes_with(fault: impl FnOnce(&mut State)) -> (Fake, Brokers) {
    let fake = Fake::start(2).await;
    let partition = |n: i64| Partition::every_second((n % 2).unsigned_abs() as usize, T0, 100 + n);
    fake.topic("orders", (0..4).map(partition).collect());
    let committed = [(0, 0), (1, 10), (2, 20), (3, -1)];
    let committed = committed.map(|(n, offset)| ("orders".to_owned(), n, offset));
    let group = ("connect-lcc-1".to_owned(), committed.into());
    fake.state().groups.extend([group]);
    fault(&mut fake.state());
    let brokers = brokers(&fake);
    (fake, brokers)
}

async fn two_nodes() -> (Fake, Brokers) {
    two_nodes_with(|_| ()).await
}

/// A cluster of two nodes without TLS, and a client for it. A test that opens many connections is faster without TLS.
async fn two_nodes_in_clear() -> (Fake, Brokers) {
    let (fake, _) = two_nodes_with(|state| state.listening.fill(Listening::InClear)).await;
    let bootstrap = format!("SASL_PLAINTEXT://{}", fake.address(0));
    let brokers = Brokers::new(bootstrap.parse().unwrap(), KEY, SECRET, None);
    (fake, brokers.unwrap())
}

/// Asks for the offsets of the topic `orders`, and asserts that there is no error in any of its four partitions.
async fn whole(brokers: &Brokers) -> TopicOffsets {
    let found = brokers.offsets(["orders"], None).await.unwrap();
    assert_eq!((found.partitions.len(), &found.errors[..]), (4, &[][..]));
    found
}

/// Asks about the topic `orders` and then about the group, and returns the first error. The error must come within 10 s, which is
/// well before the default time limit of 30 s.
async fn first_error(brokers: &Brokers) -> KafkaError {
    let asking = async {
        let found = brokers.offsets(["orders"], None).await?;
        match found.errors.into_iter().next() {
            Some(error) => Err(error),
            None => brokers.committed("connect-lcc-1").await,
        }
    };
    let asked = timeout(Duration::from_secs(10), asking).await;
    asked.unwrap().unwrap_err()
}
