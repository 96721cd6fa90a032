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
        Self::start(Emulator::builder(), change).await
    }

    /// A world with these topics and connectors.
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

    /// A client of another process, which has seen nothing yet.
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

    /// The sink of the published example.
    fn sink(&self) -> Connector {
        self.connector("MySinkConnector")
    }

    /// A PATCH of one partition of the sink of the published example.
    fn patch(&self, offset: i64) -> PatchOffsets {
        self.sink().patch_offsets().sink("topic_A", 0, offset)
    }

    fn fault(&self, operation: Operation, fault: Fault) {
        self.emulator.fault(operation, fault);
    }

    /// Queues one fault for all requests to come.
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

/// Credentials whose function gets the number of the call. After a 401 they are asked again, because the answer may be
/// another one.
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

/// The credentials of the emulator.
fn authorization() -> Authorization {
    Authorization::basic(emulator::API_KEY, emulator::API_SECRET)
}

/// Sends a request that is accepted.
async fn sent(patch: PatchOffsets) -> Alteration {
    patch.send().await.unwrap()
}

/// A fault that gives every request this answer.
fn always(body: &impl Serialize) -> Fault {
    Fault::status(200).json(body).times(1_000)
}

fn within(seconds: u64) -> WaitOptions {
    WaitOptions::default().timeout(Duration::from_secs(seconds))
}

/// What changed since the plan was made, from the error that refuses the plan.
#[track_caller]
fn outdated(error: &Error) -> &PlanOutdated {
    assert_eq!(error.kind(), ErrorKind::PlanOutdated, "{error}");
    let source = std::error::Error::source(error).unwrap();
    source.downcast_ref().unwrap()
}

/// Starts a server that makes each answer from the head of the request and then closes the connection; returns its URL.
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

/// Asserts that the line of an error contains a text.
#[track_caller]
fn says(error: &impl Display, part: &str) {
    let line = error.to_string();
    assert!(line.contains(part), "{line}");
}

/// The limit of a single attempt is the only one in real time. It is short, because tests wait for a server that hangs.
fn policy() -> RetryPolicy {
    RetryPolicy::default()
        .attempt_timeout(Duration::from_millis(1_000))
        .jitter(false)
}
