//! The client against a cluster on loopback that works, or fails as a test tells it.

mod cut;
#[path = "../fake/mod.rs"]
mod fake;
mod faults;
mod leaders;
mod questions;
mod secrets;
mod settings;

use std::time::{Duration, Instant};

use ccloud_connect_kafka::{Brokers, KafkaError};
use fake::{Fake, KEY, Listening, Partition, SECRET, State};

/// 2026-01-01T00:00:00Z, in milliseconds.
const T0: i64 = 1_767_225_600_000;
/// Well below the time limit of 30 seconds.
const AT_ONCE: Duration = Duration::from_secs(10);

fn brokers(fake: &Fake) -> Brokers {
    let (bootstrap, authority) = (fake.address(0).parse(), fake.authority.as_bytes());
    Brokers::new(bootstrap.unwrap(), KEY, SECRET, Some(authority)).unwrap()
}

/// Two nodes with a fault; a topic of four partitions, led in turn; a group.
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

/// The same without TLS, so that many connections cost little.
async fn two_nodes_in_clear() -> (Fake, Brokers) {
    let (fake, _) = two_nodes_with(|state| state.listening.fill(Listening::InClear)).await;
    let bootstrap = format!("SASL_PLAINTEXT://{}", fake.address(0));
    let brokers = Brokers::new(bootstrap.parse().unwrap(), KEY, SECRET, None);
    (fake, brokers.unwrap())
}

/// Asks both questions; returns the first error. Each must end within `limit`.
async fn first_error(brokers: &Brokers, limit: Duration) -> KafkaError {
    let started = Instant::now();
    let error = match brokers.offsets(["orders"], None).await {
        Ok(found) => found.errors.into_iter().next(),
        Err(error) => Some(error),
    };
    assert!(started.elapsed() < limit, "{error:?}");
    if let Some(error) = error {
        return error;
    }
    let started = Instant::now();
    let error = brokers.committed("connect-lcc-1").await.unwrap_err();
    assert!(started.elapsed() < limit, "{error}");
    error
}
