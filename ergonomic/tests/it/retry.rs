//! Every setting of the retry policy must take effect, and the service's rate limits must be respected.

use std::time::Duration;

use ccloud_connect::clock::Clock as _;
use ccloud_connect::{ErrorKind, RetryPolicy};
use ccloud_connect_emulator::{Fault, Operation};

use super::{World, policy, says};

#[tokio::test]
async fn reads_are_repeated_after_whatever_may_pass() {
    let world = World::new().await;
    for fault in [
        Fault::reset_before_body(),
        Fault::act_then_reset(),
        Fault::hang(),
        Fault::act().truncated(20),
        Fault::status(408),
        Fault::status(429),
        Fault::status(500),
        Fault::status(502).html("<html></html>"),
        Fault::status(503),
        Fault::status(504),
    ] {
        let before = world.count(Operation::ReadOffsets);
        world.fault(Operation::ReadOffsets, fault.clone());
        world
            .sink()
            .offsets()
            .await
            .unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(world.count(Operation::ReadOffsets), before + 2, "{fault:?}");
    }
}

#[tokio::test]
async fn reads_are_not_repeated_after_a_plain_refusal() {
    let world = World::new().await;
    for status in [400, 401, 403, 404, 409, 302] {
        let before = world.count(Operation::ReadOffsets);
        world.fault(Operation::ReadOffsets, Fault::status(status));
        let error = world.sink().offsets().await.unwrap_err();
        assert_eq!(error.attempts(), 1);
        assert_eq!(world.count(Operation::ReadOffsets), before + 1);
    }
}

async fn failing_for_good(policy: RetryPolicy) -> (ccloud_connect::Error, usize, Duration) {
    let world = World::with(|builder| builder.retry(policy)).await;
    world.every(Operation::ReadOffsets, Fault::status(503));
    let error = world.sink().offsets().await.unwrap_err();
    (
        error,
        world.count(Operation::ReadOffsets),
        world.clock.monotonic(),
    )
}

#[tokio::test]
async fn attempts_and_delays() {
    let seconds = Duration::from_secs;
    for (policy, attempts, waited) in [
        (policy(), 4, Duration::from_millis(3_500)),
        (policy().max_attempts(1), 1, Duration::ZERO),
        (policy().max_attempts(0), 1, Duration::ZERO),
        (
            policy()
                .max_attempts(6)
                .first_delay(seconds(1))
                .max_delay(seconds(3)),
            6,
            seconds(1 + 2 + 3 + 3 + 3),
        ),
        (
            policy()
                .max_attempts(100)
                .first_delay(seconds(1))
                .total_timeout(seconds(10)),
            4,
            seconds(1 + 2 + 4),
        ),
        (RetryPolicy::none(), 1, Duration::ZERO),
    ] {
        let (error, requests, elapsed) = failing_for_good(policy.clone()).await;
        assert_eq!((requests, elapsed), (attempts, waited), "{policy:?}");
        assert_eq!(error.attempts() as usize, attempts);
        assert_eq!(error.elapsed(), waited);
    }
}

#[tokio::test]
async fn jitter_lengthens_delays_and_a_seed_repeats_them() {
    let (_, _, first) = failing_for_good(policy().jitter(true).jitter_seed(1)).await;
    let (_, _, again) = failing_for_good(policy().jitter(true).jitter_seed(1)).await;
    let (_, _, other) = failing_for_good(policy().jitter(true).jitter_seed(2)).await;
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert!(first > Duration::from_millis(3_500) && first < Duration::from_millis(7_000));
}

#[tokio::test]
async fn retry_after_is_a_floor() {
    for (value, floor) in [("9", 9), ("Tue, 20 Feb 2024 15:14:49 GMT", 30)] {
        let world = World::new().await;
        world.fault(
            Operation::ReadOffsets,
            Fault::status(503).header("Retry-After", value),
        );
        world.sink().offsets().await.unwrap();
        assert_eq!(world.clock.monotonic(), Duration::from_secs(floor));
    }
}

#[tokio::test]
async fn a_retry_after_beyond_the_total_is_not_waited_for() {
    let world = World::new().await;
    world.fault(
        Operation::ReadOffsets,
        Fault::status(429).header("Retry-After", "3600"),
    );
    let error = world.sink().offsets().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3_600)));
    says(&error, "Try again in 3600 s");
    // The client remembers the rate limit, and a clone of the client shares it. So the clone must send nothing.
    let held = world
        .client
        .clone()
        .connector_at(world.sink().path().clone())
        .offsets()
        .await
        .unwrap_err();
    assert!(held.is_rate_limited());
    assert_eq!((held.kind(), held.attempts()), (ErrorKind::HeldBack, 0));
    assert_eq!(world.count(Operation::ReadOffsets), 1);
    world.clock.advance(Duration::from_secs(3_600));
    world.sink().offsets().await.unwrap();
}

#[tokio::test]
async fn a_spent_window_holds_the_next_request_back() {
    let world = World::new().await;
    let spent = Fault::act()
        .header("X-RateLimit-Limit", "10")
        .header("X-RateLimit-Remaining", "0")
        .header("X-RateLimit-Reset", "20");
    world.fault(Operation::ReadOffsets, spent);
    world.sink().offsets().await.unwrap();
    assert_eq!(world.clock.monotonic(), Duration::ZERO);
    world.sink().latest_request().await.unwrap_err();
    assert_eq!(world.clock.monotonic(), Duration::from_secs(20));
}

#[tokio::test]
async fn the_rest_of_a_window_is_spread() {
    let world = World::new().await;
    let low = Fault::act()
        .header("X-RateLimit-Limit", "100")
        .header("X-RateLimit-Remaining", "10")
        .header("X-RateLimit-Reset", "20");
    world.fault(Operation::ReadOffsets, low);
    for _ in 0..4 {
        world.sink().offsets().await.unwrap();
    }
    assert_eq!(world.clock.monotonic(), Duration::from_secs(4));
}

#[tokio::test]
async fn a_wrong_limit_does_not_silence_a_client() {
    for wrong in ["1790000000", "18446744073709551615"] {
        for (remaining, fault) in [("0", Fault::act()), ("1", Fault::act())] {
            let world = World::new().await;
            let fault = fault
                .header("X-RateLimit-Limit", "100")
                .header("X-RateLimit-Remaining", remaining)
                .header("X-RateLimit-Reset", wrong);
            world.fault(Operation::ReadOffsets, fault);
            world.sink().offsets().await.unwrap();
            world.clock.sleep(Duration::from_secs(301)).await;
            world.sink().offsets().await.unwrap();
            world.sink().offsets().await.unwrap();
            assert!(world.clock.monotonic() <= Duration::from_secs(311));
        }
    }
}

#[tokio::test]
async fn retry_after_counts_more_than_the_end_of_the_window() {
    let world = World::new().await;
    let limited = Fault::status(429)
        .header("Retry-After", "3")
        .header("X-RateLimit-Reset", "3600");
    world.fault(Operation::ReadOffsets, limited);
    let error = world.sink().latest_request().await.unwrap_err();
    assert!(error.is_not_found());
    world.sink().offsets().await.unwrap();
    assert!(world.clock.monotonic() <= Duration::from_secs(3));
}

#[tokio::test]
async fn the_user_agent_names_the_product_first() {
    let world = World::with(|builder| builder.user_agent("acme-backup/1.2")).await;
    world.sink().offsets().await.unwrap();
    let headers = &world.emulator.requests()[0].headers;
    let agent = headers["user-agent"].to_str().unwrap();
    assert!(
        agent.starts_with("acme-backup/1.2 ccloud-connect/"),
        "{agent}"
    );
    assert!(!headers.contains_key("api-version"));
}
