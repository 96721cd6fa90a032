//! The library's clock must work when tests with paused time and tests with real time run in one process, in any order.

use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use ccloud_connect::clock::{Clock, ManualClock, SystemClock};
use ccloud_connect::{ApiKey, Client, Connector, RetryPolicy, Timestamp, WaitError, WaitOptions};
use ccloud_connect_emulator::{self as emulator, Emulator, Fault, Operation};

fn sink(url: &str, clock: impl Clock + 'static) -> Connector {
    let client = Client::builder()
        .endpoint(url)
        .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
        .clock(clock)
        .build()
        .unwrap();
    client.connector(
        emulator::ENVIRONMENT.parse().unwrap(),
        emulator::CLUSTER.parse().unwrap(),
        emulator::MY_SINK.parse().unwrap(),
    )
}

async fn stuck() -> (Emulator, Connector) {
    // The emulator's time never advances, so the alteration never ends.
    let builder = Emulator::builder().clock(ManualClock::default());
    let emulator = builder.start().await.unwrap();
    let sink = sink(&emulator.url(), SystemClock);
    (emulator, sink)
}

async fn deadline(limit: Duration) {
    let (_emulator, sink) = stuck().await;
    let sent = sink.patch_offsets().sink("topic_A", 0, 5).send().await;
    let wait = WaitOptions::default().timeout(limit);
    let ended = sent.unwrap().wait_with(wait).await.unwrap_err();
    assert!(matches!(ended, WaitError::TimedOut { .. }), "{ended}");
}

#[tokio::test(start_paused = true)]
async fn a_paused_test_waits_an_hour_in_no_time() {
    deadline(Duration::from_secs(3600)).await;
}

#[tokio::test]
async fn another_test_waits_for_as_long_as_it_says() {
    let started = Instant::now();
    deadline(Duration::from_millis(300)).await;
    let took = started.elapsed();
    // The wait ends with its last read of the status. With a limit as short as this one, that read comes at half of the limit.
    assert!(
        took >= Duration::from_millis(150) && took < Duration::from_secs(15),
        "{took:?}"
    );
}

#[test]
#[should_panic(expected = "no reactor running")]
fn outside_tokio_a_call_panics_and_making_a_client_does_not() {
    let sink = sink("http://127.0.0.1:9", SystemClock);
    let mut call = pin!(sink.offsets());
    let mut context = Context::from_waker(Waker::noop());
    let _never = call.as_mut().poll(&mut context);
}

/// When the time of the first runtime was paused and then advanced, the clock of later runtimes must still run.
#[test]
fn the_first_runtime_may_be_far_ahead() {
    let runtime = |paused| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(paused).build().unwrap()
    };
    runtime(true).block_on(async {
        tokio::time::advance(Duration::from_secs(3600)).await;
        deadline(Duration::from_secs(60)).await;
    });
    let limit = Duration::from_secs(15);
    runtime(false).block_on(async {
        let waited = tokio::time::timeout(limit, deadline(Duration::from_millis(300))).await;
        waited.expect("the deadline fires");
        let (emulator, sink) = stuck().await;
        let offsets = sink.offsets().await.unwrap();
        assert!(offsets.age(Timestamp::now()) > Some(Duration::ZERO));
        let fault = Fault::status(503).times(100);
        emulator.fault(Operation::ReadOffsets, fault);
        let policy = RetryPolicy::default();
        assert!(policy.total_timeout > limit);
        let failed = tokio::time::timeout(limit, sink.offsets()).await;
        assert!(failed.expect("the retries end").unwrap_err().is_transient());
    });
}
