//! Sends calls through a proxy that loses, repeats, delays and invents answers. A call must never cause two accepted
//! alterations, and must never falsely report "nothing was changed", "was accepted" or "applied".

mod faults;
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ccloud_connect::clock::ManualClock;
use ccloud_connect::plan::Intent;
use ccloud_connect::{Alteration, ApiKey, Client, Connector, Error, OffsetEntry, RetryPolicy};
use ccloud_connect_emulator::{self as emulator, Emulator};
use faults::{POSTS, Post, Status, Told, fate, statuses};
use server::{End, Fate, Proxy, answer};

struct World {
    clock: ManualClock,
    emulator: Emulator,
    proxy: Proxy,
    sink: Connector,
}

impl World {
    async fn new() -> Self {
        // The time limit of an attempt is long, so that only intended delays exceed it, even on a busy machine.
        Self::with_limit(Duration::from_secs(30)).await
    }

    /// Starts the emulator, the proxy and a client. `limit` is the client's time limit for each attempt of a request, in real time.
    async fn with_limit(limit: Duration) -> Self {
        // Without the feature `rustls` the library brings no TLS provider, but another package in the build needs one.
        #[cfg(not(feature = "rustls"))]
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = ManualClock::default();
        let builder = Emulator::builder().clock(clock.clone());
        let emulator = builder.start().await.unwrap();
        let proxy = Proxy::start(emulator.address().to_string()).await;
        let client = Client::builder()
            .endpoint(&proxy.url)
            .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
            .retry(RetryPolicy::default().attempt_timeout(limit).jitter(false))
            .clock(clock.clone())
            .build()
            .unwrap();
        let sink = client.connector(
            emulator::ENVIRONMENT.parse().unwrap(),
            emulator::CLUSTER.parse().unwrap(),
            emulator::MY_SINK.parse().unwrap(),
        );
        Self {
            clock,
            emulator,
            proxy,
            sink,
        }
    }

    fn accepted(&self) -> u64 {
        let (environment, cluster) = (emulator::ENVIRONMENT, emulator::CLUSTER);
        self.emulator
            .accepted_alterations(environment, cluster, emulator::MY_SINK)
    }

    async fn patch(&self) -> Result<Alteration, Error> {
        let patch = self.sink.patch_offsets().sink("topic_A", 0, 1_000);
        patch.send().await
    }

    /// Makes the same alteration as [`patch`](Self::patch), but by a plan.
    async fn planned(&self) -> Result<Alteration, Error> {
        let entry = r#"{"partition":{"kafka_topic":"topic_A","kafka_partition":0},"offset":{"kafka_offset":1000}}"#;
        let entry: OffsetEntry = entry.parse().unwrap();
        let plan = self.sink.plan(Intent::set([entry])).await.unwrap();
        plan.apply().await
    }
}

fn is_alter(line: &str) -> bool {
    line.starts_with("POST ") && line.contains("/offsets/request ")
}

fn is_status(line: &str) -> bool {
    line.starts_with("GET ") && line.contains("/offsets/request/status ")
}

/// Whether the answer to the POST never comes. Such a case takes real time, so it gets a shorter time limit.
fn hangs(post: &Post) -> bool {
    post.0 == "no answer"
}

/// Runs one combination of faults, and checks that what the call reports is true. `earlier` adds an identical earlier request;
/// `planned` sends the request by a plan.
async fn run(post: Post, status: Status, (earlier, planned): (bool, bool)) -> Told {
    let limit = if hangs(&post) { 2 } else { 30 };
    let world = World::with_limit(Duration::from_secs(limit)).await;
    let mut old = answer(
        "404 Not Found",
        "",
        r#"{"error":{"code":404,"message":"none"}}"#,
    );
    if earlier {
        // An identical request has ended 60 s before the call.
        world.patch().await.unwrap().wait().await.unwrap();
        let shown = world.sink.latest_request().await.unwrap();
        let body = serde_json::to_string(&shown).unwrap();
        old = answer("200 OK", "date: Tue, 20 Feb 2024 15:16:19 GMT\r\n", &body);
        world.clock.advance(Duration::from_secs(60));
    }
    let before = world.accepted();
    let posted = Arc::new(AtomicBool::new(false));
    let hurt = status.1;
    let (sent, read) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let next = |counter: &AtomicUsize| counter.fetch_add(1, Ordering::Relaxed);
    let seen = Arc::clone(&posted);
    world.proxy.decide(move |line| {
        if is_alter(line) {
            seen.store(true, Ordering::Relaxed);
            fate(post, next(&sent))
        } else if is_status(line) && seen.load(Ordering::Relaxed) {
            hurt(next(&read), &old)
        } else {
            Fate::pass()
        }
    });
    let outcome = if planned {
        world.planned().await
    } else {
        world.patch().await
    };
    let accepted = world.accepted() - before;
    let name = format!("{post:?}; status {}; {earlier} {planned}", status.0);
    assert!(posted.load(Ordering::Relaxed), "{name}: {outcome:?}");
    assert!(
        accepted <= 1,
        "{name}: {accepted} were accepted: {outcome:?}"
    );
    match outcome {
        Ok(alteration) => {
            assert_eq!(accepted, 1, "{name}: falsely accepted");
            world.proxy.decide(|_| Fate::pass());
            let applied = alteration.wait().await.unwrap();
            let shown = world.sink.latest_request().await.unwrap();
            assert_eq!(
                shown.applied_at, applied.applied_at,
                "{name}: falsely applied"
            );
            Told::Accepted
        }
        Err(error) => {
            let text = error.to_string();
            if text.contains("Nothing was changed") || !error.may_have_been_applied() {
                assert_eq!(accepted, 0, "{name}: {text}");
            }
            if text.contains("was accepted") {
                assert_eq!(accepted, 1, "{name}: {text}");
            }
            if error.may_have_been_applied() {
                Told::Unclear
            } else {
                Told::Nothing
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_proxy_does_what_is_told_is_true() {
    let mut runs = 0;
    let mut told = Vec::new();
    for post in POSTS {
        for status in statuses() {
            // The proxy sends this 202 without forwarding the request. Only the status can show that to the library. So this 202 is
            // combined only with faults with which the status can be read at once.
            if post.0 == "202" && !matches!(status.0, "readable" | "late at first") {
                continue;
            }
            if hangs(&post) && !matches!(status.0, "readable" | "down" | "late at first") {
                continue;
            }
            // The library believes a plain refusal when one read of the status does not show the request, or when access to the
            // status is refused too. In these combinations the refusal is false, so they are left out.
            let is_plain = matches!(post.0, "400 no" | "401 no" | "403" | "404 no" | "413 no");
            let is_access = matches!(post.0, "401 no" | "403" | "404 no");
            let hides = status.0 == "late at first" || is_access && status.0 == "refused";
            if post.1 > 0 && is_plain && hides {
                continue;
            }
            let situation = (runs % 2 == 0, runs % 4 < 2);
            let outcome = run(post, status, situation).await;
            if status.0 == "readable" {
                assert_eq!(outcome, post.2, "{post:?}");
            }
            told.push(outcome);
            runs += 1;
        }
    }
    assert!(runs >= 200, "{runs} faults only");
    // A library that always reported "unclear" would never be wrong, so at least a third of the cases must be settled.
    let settled = told.iter().filter(|told| **told != Told::Unclear).count();
    assert!(settled * 3 > runs, "{settled} of {runs} were settled");
}

/// The server closes each connection at a bad moment after its answer, without announcing that by `Connection: close`. All
/// alterations must still succeed.
#[tokio::test]
async fn a_request_that_alters_never_travels_on_a_connection_that_may_be_gone() {
    for end in [
        End::Fin(0),
        End::Rst(0),
        End::Fin(300),
        End::Rst(300),
        End::Fin(1_500),
        End::Rst(1_500),
    ] {
        let world = World::new().await;
        world.proxy.decide(move |_| Fate::pass().ending(end));
        for round in 1..=5 {
            let alteration = world
                .planned()
                .await
                .unwrap_or_else(|error| panic!("{end:?}: {error}"));
            assert_eq!(world.accepted(), round, "{end:?}");
            alteration.wait().await.unwrap();
            world.clock.advance(Duration::from_secs(60));
        }
    }
}

#[tokio::test]
async fn reads_share_a_connection_and_an_alteration_has_its_own() {
    let world = World::new().await;
    for _ in 0..5 {
        world.sink.offsets().await.unwrap();
    }
    assert_eq!(world.proxy.connections.load(Ordering::Relaxed), 1);
    let _accepted = world.patch().await.unwrap();
    world.sink.offsets().await.unwrap();
    assert_eq!(world.proxy.connections.load(Ordering::Relaxed), 2);
}
