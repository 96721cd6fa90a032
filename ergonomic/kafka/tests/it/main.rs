//! The client against a cluster on loopback that works, or fails as a test tells it.

mod cut;
#[path = "../fake/mod.rs"]
mod fake;
mod faults;
mod leaders;
mod questions;

use std::time::{Duration, Instant};

use ccloud_connect_kafka::{Brokers, BrokersBuilder, KafkaError};
use fake::{Fake, KEY, Listening, Partition, SECRET};

/// 2026-01-01T00:00:00Z, in milliseconds.
const T0: i64 = 1_767_225_600_000;

fn builder(fake: &Fake, secret: &str) -> BrokersBuilder {
    Brokers::builder(fake.address(0).parse().unwrap(), KEY, secret)
        .authorities_pem(fake.authority.pem())
        .connect_timeout(Duration::from_secs(5))
}

fn brokers(fake: &Fake) -> Brokers {
    builder(fake, SECRET).build().unwrap()
}

/// Two nodes; a topic of four partitions, led in turn; a group.
async fn two_nodes() -> Fake {
    let fake = Fake::start(2).await;
    let partition = |n: i64| Partition::every_second((n % 2).unsigned_abs() as usize, T0, 100 + n);
    fake.topic("orders", (0..4).map(partition).collect());
    let committed = |n| ("orders".to_owned(), n, i64::from(n) * 10);
    let mut committed: Vec<_> = (0..3).map(committed).collect();
    committed.push(("orders".to_owned(), 3, -1));
    let group = ("connect-lcc-1".to_owned(), committed);
    fake.state().groups.extend([group]);
    fake
}

/// The same without TLS, so that many connections cost little.
async fn two_nodes_in_clear() -> (Fake, Brokers) {
    let fake = two_nodes().await;
    fake.state().listening.fill(Listening::InClear);
    let bootstrap = format!("SASL_PLAINTEXT://{}", fake.address(0));
    let brokers = Brokers::builder(bootstrap.parse().unwrap(), KEY, SECRET);
    (fake, brokers.build().unwrap())
}

/// Asks both questions; returns the first error. Each must end within `limit`.
async fn first_error(brokers: &Brokers, limit: Duration) -> KafkaError {
    let started = Instant::now();
    let asked = brokers.offsets(["orders"], None).await;
    assert!(
        started.elapsed() < limit,
        "{:?}: {asked:?}",
        started.elapsed()
    );
    let found = match asked {
        Ok(found) => found.errors.into_iter().next(),
        Err(error) => Some(error),
    };
    match found {
        Some(error) => error,
        None => {
            let started = Instant::now();
            let error = brokers.committed("connect-lcc-1").await.unwrap_err();
            assert!(
                started.elapsed() < limit,
                "{:?}: {error}",
                started.elapsed()
            );
            error
        }
    }
}
