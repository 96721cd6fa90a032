//! Every wait and every call must end within its time limit, whatever the service does.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ccloud_connect::auth::{AuthorizationFuture, CredentialsError};
use ccloud_connect::clock::{Clock as _, SystemClock};
use ccloud_connect::{
    Alteration, AlterationToken, Credentials, ErrorKind, RetryPolicy, WaitError, WaitOptions,
};
use ccloud_connect_emulator::{Fault, Operation};
use tokio::time::Instant;

use super::{Asked, World, authorization, says};

const LIMIT: Duration = Duration::from_secs(10);

/// A world whose client uses the paused time of the runtime, which advances only when all tasks are idle. The emulator's time
/// never advances, so no alteration ends.
async fn paused() -> World {
    World::with(|builder| builder.clock(SystemClock).retry(RetryPolicy::default())).await
}

fn alteration(world: &World) -> Alteration {
    let at = "2024-02-20T15:14:19Z".parse().unwrap();
    let path = world.sink().path().clone();
    let token = AlterationToken::new(path, "PATCH".into(), at);
    world.client.alteration(token)
}

async fn took<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let began = Instant::now();
    let done = work.await;
    (done, began.elapsed())
}

/// Faults that prevent an answer, delay it, or make the client wait before it asks again.
fn delays() -> Vec<Fault> {
    vec![
        Fault::hang(),
        Fault::act_then_hang(),
        Fault::act().delay(Duration::from_secs(8)),
        Fault::act().delay(Duration::from_secs(29)),
        Fault::act().slow(1, Duration::from_secs(1)),
        Fault::status(503),
        Fault::status(503).header("Retry-After", "3600"),
        Fault::status(429).header("Retry-After", "9"),
        Fault::status(429).header("Retry-After", "200"),
        Fault::status(429).header("Retry-After", "3600"),
        Fault::status(401).delay(Duration::from_secs(4)),
        Fault::reset_after_body(),
        Fault::act()
            .header("X-RateLimit-Limit", "10")
            .header("X-RateLimit-Remaining", "0")
            .header("X-RateLimit-Reset", "100"),
        Fault::act()
            .header("X-RateLimit-Limit", "1000")
            .header("X-RateLimit-Remaining", "1")
            .header("X-RateLimit-Reset", "280"),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_in_time() {
    for fault in delays() {
        let world = paused().await;
        let accepted = world.patch(5).send().await.unwrap();
        world.every(Operation::RequestStatus, fault.clone());
        let options = WaitOptions::default().timeout(LIMIT);
        let (ended, took) = took(accepted.wait_with(options)).await;
        assert!(took <= LIMIT, "{fault:?}: {took:?}");
        match ended.unwrap_err() {
            WaitError::TimedOut { waited, .. } => assert!(waited <= LIMIT, "{fault:?}"),
            WaitError::Refused { .. } => {}
            error => panic!("{fault:?}: {error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn looking_at_what_came_of_it_ends_in_time() {
    for fault in delays() {
        for operation in [Operation::ReadOffsets, Operation::ConnectorStatus] {
            let world = paused().await;
            let accepted = world.patch(5).send().await.unwrap();
            world.every(Operation::RequestStatus, Fault::phase("APPLIED"));
            world.every(operation, fault.clone());
            let options = WaitOptions::default()
                .timeout(LIMIT)
                .watch_state(LIMIT)
                .confirm_if_possible();
            let (applied, took) = took(accepted.wait_with(options)).await;
            assert!(took <= LIMIT, "{operation:?}, {fault:?}: {took:?}");
            let outcome = applied.unwrap().outcome;
            assert_ne!(outcome.as_planned, Some(true), "{operation:?}, {fault:?}");
            assert!(!outcome.is_confirmed(), "{operation:?}, {fault:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_sample_ends_in_time() {
    for fault in delays() {
        let world = paused().await;
        let sink = world.sink();
        let _read = sink.offsets().await.unwrap();
        world.every(Operation::ReadOffsets, fault.clone());
        let later = "2034-01-01T00:00:00Z".parse().unwrap();
        let (sample, took) = took(sink.offsets_after(later, LIMIT)).await;
        assert!(took <= LIMIT, "{fault:?}: {took:?}");
        sample.unwrap_err();
    }
    // When the limit interrupts a read, the error must say that the call waited for a later sample.
    let world = paused().await;
    world.fault(Operation::ReadOffsets, Fault::act());
    world.fault(Operation::ReadOffsets, Fault::hang());
    let later = "2034-01-01T00:00:00Z".parse().unwrap();
    let sample = world.sink().offsets_after(later, LIMIT).await;
    assert_eq!(sample.unwrap_err().kind(), ErrorKind::SampleTooOld);
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_its_total_time_whatever_one_attempt_may_take() {
    for fault in delays() {
        let policy = RetryPolicy::default().total_timeout(LIMIT);
        let world = World::with(|builder| builder.clock(SystemClock).retry(policy)).await;
        world.every(Operation::ReadOffsets, fault.clone());
        let (_, reading) = took(world.sink().offsets()).await;
        assert!(reading <= LIMIT, "{fault:?}: {reading:?}");
    }
    let policy = RetryPolicy::default().total_timeout(LIMIT);
    let world = World::with(|builder| builder.clock(SystemClock).retry(policy)).await;
    world.fault(Operation::ReadOffsets, Fault::hang());
    let (read, reading) = took(world.sink().offsets()).await;
    let error = read.unwrap_err();
    assert_eq!(
        (error.kind(), reading),
        (ErrorKind::Timeout, LIMIT),
        "{error}"
    );

    // When it is unclear whether a request was accepted, the library looks for it in the status. This search may take as
    // long as the time limit of the call again.
    world.fault(Operation::Alter, Fault::act_then_hang());
    world.every(Operation::RequestStatus, Fault::hang());
    let patch = world.patch(5);
    let (sent, sending) = took(patch.send()).await;
    assert!(sent.unwrap_err().may_have_been_applied());
    assert!(sending <= LIMIT * 2, "{sending:?}");
    assert_eq!(world.accepted(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_without_an_end_is_no_failed_connection() {
    let policy = RetryPolicy::none().total_timeout(LIMIT).reconcile_reads(0);
    let world = World::with(|builder| builder.clock(SystemClock).retry(policy)).await;
    let endless = || Fault::act().slow(1, Duration::from_secs(1));
    world.fault(Operation::ReadOffsets, endless());
    let error = world.sink().offsets().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    world.fault(Operation::Alter, endless());
    let error = world.patch(5).send().await.unwrap_err();
    says(&error, "the time limit ended before the body was complete");
    assert!(error.may_have_been_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_request_waits_for_a_block_that_begins_during_its_wait() {
    let world = paused().await;
    let headers = Fault::act()
        .header("X-RateLimit-Limit", "1000")
        .header("X-RateLimit-Remaining", "1")
        .header("X-RateLimit-Reset", "280");
    world.fault(Operation::ReadOffsets, headers);
    let limited = Fault::status(429).header("Retry-After", "30");
    world.fault(
        Operation::ConnectorStatus,
        limited.delay(Duration::from_secs(5)),
    );
    let sink = world.sink();
    sink.offsets().await.unwrap();
    let began = Instant::now();
    let (_, second) = tokio::join!(sink.state(), async {
        sink.offsets().await.unwrap();
        began.elapsed()
    });
    assert!(second >= Duration::from_secs(35), "{second:?}");
}

#[tokio::test(start_paused = true)]
async fn a_busy_connector_is_waited_for_no_longer_than_asked() {
    let world = paused().await;
    let _other = world.patch(7).send().await.unwrap();
    // The wait for the busy connector ends at the limit. Afterwards the request is sent one last time, and up to three reads of
    // the status settle its outcome.
    let slow = Fault::act().delay(Duration::from_secs(25)).times(2);
    world.fault(Operation::RequestStatus, slow);
    let patch = world.patch(5);
    let (sent, took) = took(patch.wait_if_busy(LIMIT).send()).await;
    assert!(sent.unwrap_err().is_busy());
    assert!(took <= LIMIT + Duration::from_secs(30), "{took:?}");
}

/// Credentials that are available for the first call only. Later calls fail, or never end when `hangs` is true.
struct Late {
    asked: AtomicUsize,
    hangs: bool,
}

impl Credentials for Late {
    fn authorization(&self) -> AuthorizationFuture<'_> {
        Box::pin(async {
            match (self.asked.fetch_add(1, Ordering::Relaxed), self.hangs) {
                (0, _) => Ok(authorization()),
                (_, true) => std::future::pending().await,
                (_, false) => Err(CredentialsError::new("the token service is away").transient()),
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_that_cannot_be_had_hold_nothing_up() {
    for hangs in [true, false] {
        let late = Late {
            asked: AtomicUsize::new(0),
            hangs,
        };
        let world = World::with(|builder| builder.clock(SystemClock).credentials(late)).await;
        let accepted = world.patch(5).send().await.unwrap();
        let options = WaitOptions::default().timeout(LIMIT);
        let (ended, took) = took(accepted.wait_with(options)).await;
        assert!(took <= LIMIT, "{took:?}");
        let error = ended.unwrap_err();
        let WaitError::TimedOut {
            error: Some(inner), ..
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(inner.kind(), ErrorKind::Credentials);
        assert!(inner.is_transient(), "{inner}");
    }
}

#[tokio::test]
async fn a_wait_survives_a_minute_without_credentials() {
    let late = |asked| match asked {
        3..12 => Err(CredentialsError::new("the token service is away").transient()),
        _ => Ok(authorization()),
    };
    let world = World::with(|builder| builder.credentials(Asked::new(late))).await;
    let accepted = world.patch(5).send().await.unwrap();
    let options = WaitOptions::default()
        .watch_state(LIMIT)
        .confirm_if_possible();
    let applied = accepted.wait_with(options).await.unwrap();
    assert!(world.clock.monotonic() > Duration::from_secs(60));
    assert!(applied.outcome.state.is_some() && applied.outcome.observed_at.is_some());
}

/// When the policy allows any number of reads of the status, the search must still pause between two reads, and end at the time
/// limit.
#[tokio::test]
async fn a_search_with_any_number_of_reads_ends() {
    let policy = RetryPolicy::default().reconcile_reads(u32::MAX);
    let world = World::with(|builder| builder.retry(policy.total_timeout(LIMIT))).await;
    world.fault(Operation::Alter, Fault::status(502));
    let patch = world.patch(5).send();
    let error = patch.await.unwrap_err();
    assert!(error.may_have_been_applied(), "{error}");
    let reads = world.count(Operation::RequestStatus);
    assert!((5..30).contains(&reads), "{reads}");
}

#[tokio::test]
async fn without_time_nothing_is_sent() {
    let policy = RetryPolicy::none();
    for policy in [
        policy.clone().attempt_timeout(Duration::ZERO),
        policy.total_timeout(Duration::ZERO),
    ] {
        let world = World::with(|builder| builder.retry(policy)).await;
        let error = world.patch(5).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSent, "{error}");
        assert!(!error.may_have_been_applied(), "{error}");
        assert_eq!(world.count(Operation::Alter), 0);
    }
}

#[tokio::test]
async fn the_longest_limits_are_no_obstacle() {
    let policy = RetryPolicy::default()
        .first_delay(Duration::MAX)
        .max_delay(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .total_timeout(Duration::MAX);
    let world = World::with(|builder| builder.retry(policy)).await;
    let accepted = world.patch(5).send().await.unwrap();
    let options = WaitOptions::default().timeout(Duration::MAX);
    accepted.wait_with(options.confirm()).await.unwrap();
    let busy = world.patch(6).wait_if_busy(Duration::MAX);
    let _accepted = world.patch(7).send().await.unwrap();
    busy.send().await.unwrap().wait().await.unwrap();
    assert_eq!(world.accepted(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_zero_is_one_look() {
    let world = paused().await;
    world.every(Operation::RequestStatus, Fault::hang());
    let options = WaitOptions::default().timeout(Duration::ZERO);
    let (_, took) = took(alteration(&world).wait_with(options)).await;
    assert_eq!(
        took,
        Duration::from_secs(30),
        "the time limit of an attempt"
    );
    assert_eq!(world.count(Operation::RequestStatus), 1);
}
