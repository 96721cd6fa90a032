//! Tests of the library's client on the emulator.

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
mod outcomes;
mod plans;
mod replayed;
mod retry;
mod round_trip;
mod samples;
mod settled;
mod skips;
mod state;
mod undo;
mod undo_running;
mod undocumented;
mod unreadable;
mod waiting;
mod watching;

use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ccloud_connect::auth::{Authorization, AuthorizationFuture, CredentialsError};
use ccloud_connect::clock::ManualClock;
use ccloud_connect::plan::PlanOutdated;
use ccloud_connect::{
    Alteration, ApiKey, Client, ClientBuilder, Connector, Credentials, Error, ErrorKind,
    PatchOffsets, RetryPolicy, WaitOptions,
};
use ccloud_connect_emulator::{
    self as emulator, Emulator, EmulatorBuilder, Fault, Operation, Seed,
};
use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// An emulator and a client that share a clock. The clock advances only when a task sleeps or a test advances it.
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
        Self::start(Emulator::builder(), change).await
    }

    /// A world with the topics and connectors of the seed, which is YAML text.
    async fn seeded(seed: &str) -> Self {
        let seed = Seed::from_yaml(seed).unwrap();
        Self::start(Emulator::builder().seed(seed), |builder| builder).await
    }

    async fn start(
        builder: EmulatorBuilder,
        change: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        // Without the feature `rustls` this library brings no TLS provider, but another package in the build needs one.
        #[cfg(not(feature = "rustls"))]
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = ManualClock::default();
        let emulator = builder.clock(clock.clone()).start().await.unwrap();
        let client = change(client(&emulator, &clock)).build().unwrap();
        Self {
            clock,
            emulator,
            client,
        }
    }

    /// Another client of the same emulator. Like a client in another process, it remembers none of the first client's requests.
    fn another_client(&self) -> Client {
        client(&self.emulator, &self.clock).build().unwrap()
    }

    fn connector(&self, name: &str) -> Connector {
        self.client.connector(
            emulator::ENVIRONMENT.parse().unwrap(),
            emulator::CLUSTER.parse().unwrap(),
            name.parse().unwrap(),
        )
    }

    /// The sink `MySinkConnector` of the published example.
    fn sink(&self) -> Connector {
        self.connector("MySinkConnector")
    }

    /// A PATCH that sets the partition `topic_A:0` of the sink `MySinkConnector` to `offset`.
    fn patch(&self, offset: i64) -> PatchOffsets {
        self.sink().patch_offsets().sink("topic_A", 0, offset)
    }

    fn fault(&self, operation: Operation, fault: Fault) {
        self.emulator.fault(operation, fault);
    }

    /// Queues a fault for the next 1,000 requests of an operation, which is more than a test sends.
    fn every(&self, operation: Operation, fault: Fault) {
        self.fault(operation, fault.times(1_000));
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

fn client(emulator: &Emulator, clock: &ManualClock) -> ClientBuilder {
    Client::builder()
        .endpoint(emulator.url())
        .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
        .retry(policy())
        .clock(clock.clone())
}

/// Credentials that a function returns. The function gets the number of the call, counted from 0. After a 401 it is called
/// again, because it may then return other credentials.
struct Asked<F>(F, AtomicUsize);

impl<F> Asked<F> {
    fn new(answer: F) -> Self {
        Self(answer, AtomicUsize::new(0))
    }
}

impl<F> Credentials for Asked<F>
where
    F: Fn(usize) -> Result<Authorization, CredentialsError> + Send + Sync,
{
    fn authorization(&self) -> AuthorizationFuture<'_> {
        let answer = (self.0)(self.1.fetch_add(1, Ordering::Relaxed));
        Box::pin(async { answer })
    }

    fn refresh_after_401(&self, _: &Authorization) -> bool {
        true
    }
}

/// The credentials that the emulator accepts.
fn authorization() -> Authorization {
    Authorization::basic(emulator::API_KEY, emulator::API_SECRET)
}

/// Sends a request, which must be accepted.
async fn sent(patch: PatchOffsets) -> Alteration {
    patch.send().await.unwrap()
}

/// A fault that answers the next 1,000 requests with status 200 and this body.
fn always(body: &impl Serialize) -> Fault {
    Fault::status(200).json(body).times(1_000)
}

fn within(seconds: u64) -> WaitOptions {
    WaitOptions::default().timeout(Duration::from_secs(seconds))
}

/// The cause of an error that refuses an outdated plan. The cause describes what has changed since the plan was made.
#[track_caller]
fn outdated(error: &Error) -> &PlanOutdated {
    assert_eq!(error.kind(), ErrorKind::PlanOutdated, "{error}");
    let source = std::error::Error::source(error).unwrap();
    source.downcast_ref().unwrap()
}

/// Starts a server that makes each answer from the head of the request, and closes the connection after the answer. Returns the
/// server's URL.
async fn server(answer: impl Fn(&str) -> String + Send + 'static) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            let read = stream.read(&mut head).await.unwrap();
            let answer = answer(&String::from_utf8_lossy(&head[..read]));
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    url
}

/// Asserts that the text of a value, such as the line of an error, contains `part`.
#[track_caller]
fn says(error: &impl Display, part: &str) {
    let line = error.to_string();
    assert!(line.contains(part), "{line}");
}

/// The retry policy of the tests. The time limit of a single attempt is the only limit in real time. It is short, because tests
/// wait for a server that hangs.
fn policy() -> RetryPolicy {
    RetryPolicy::default()
        .attempt_timeout(Duration::from_millis(1_000))
        .jitter(false)
}
