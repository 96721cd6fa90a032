//! The client against the emulator.

mod at_most_once;
mod auth;
mod bounds;
mod busy;
mod cluster;
mod dates;
mod errors;
mod format_cases;
mod formats;
mod limits;
mod names;
mod not_sent;
mod odd;
mod outcomes;
mod plans;
mod replayed;
mod retry;
mod round_trip;
mod settled;
mod skips;
mod state;
mod undo;
mod undo_running;
mod unreadable;
mod waiting;
mod watching;

use std::time::Duration;

use ccloud_connect::clock::ManualClock;
use ccloud_connect::{ApiKey, Client, ClientBuilder, Connector, RetryPolicy};
use ccloud_connect_emulator::{self as emulator, Emulator, Operation};

/// An emulator and a client that share a clock; the clock moves only when a task sleeps.
struct World {
    clock: ManualClock,
    emulator: Emulator,
    client: Client,
}

impl World {
    async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    async fn with(change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        // Without this library's TLS, the TLS of another package in the build needs a provider.
        #[cfg(not(feature = "rustls"))]
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = ManualClock::default();
        let emulator = Emulator::builder()
            .clock(clock.clone())
            .start()
            .await
            .unwrap();
        let builder = Client::builder()
            .endpoint(emulator.url())
            .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
            .retry(policy())
            .clock(clock.clone());
        let client = change(builder).build().unwrap();
        Self {
            clock,
            emulator,
            client,
        }
    }

    fn connector(&self, name: &str) -> Connector {
        self.client.connector(
            emulator::ENVIRONMENT.parse().unwrap(),
            emulator::CLUSTER.parse().unwrap(),
            name.parse().unwrap(),
        )
    }

    /// The sink of the published example.
    fn sink(&self) -> Connector {
        self.connector("MySinkConnector")
    }

    fn count(&self, operation: Operation) -> usize {
        self.emulator
            .requests()
            .iter()
            .filter(|request| request.operation == Some(operation))
            .count()
    }

    fn accepted(&self) -> usize {
        self.emulator
            .requests()
            .iter()
            .filter(|request| request.accepted)
            .count()
    }
}

/// Only the limit of a single attempt uses real time, so a short limit keeps the tests for hanging servers short.
fn policy() -> RetryPolicy {
    RetryPolicy::default()
        .attempt_timeout(Duration::from_millis(1_000))
        .jitter(false)
}
