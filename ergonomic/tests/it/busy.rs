//! Tests of alterations that are requested while another alteration of the connector is in progress.

use std::time::Duration;

use ccloud_connect::ErrorKind;
use ccloud_connect::clock::Clock as _;
use ccloud_connect_emulator::{Fault, Operation};

use super::{World, says};

#[tokio::test]
async fn is_an_outcome_of_its_own_and_changes_nothing() {
    let world = World::new().await;
    let first = world.patch(1_000).send().await.unwrap();
    let error = world.patch(2_000).send().await.unwrap_err();
    assert!(
        error.is_busy() && error.is_transient() && !error.may_have_been_applied(),
        "{error}"
    );
    assert_eq!(error.attempts(), 1);
    first.wait().await.unwrap();
    assert_eq!(world.accepted(), 1);
}

#[tokio::test]
async fn a_400_that_speaks_of_it_counts_too() {
    for (message, speaks_of_another) in [
        ("An offsets request is already in progress", true),
        ("There is a PENDING request for this connector", true),
        ("kafka_offset must be a number", false),
        (
            "Topic pending-orders is not consumed by this connector",
            false,
        ),
        (
            "The request names topic payments-pending, which this connector does not consume",
            true,
        ),
    ] {
        for under_way in [true, false] {
            let world = World::new().await;
            if under_way {
                let _accepted = world.patch(9).send().await.unwrap();
            }
            world.fault(Operation::Alter, Fault::error(400, message));
            let error = world.patch(1).send().await.unwrap_err();
            assert!(!error.may_have_been_applied(), "{message}: {error}");
            let busy = under_way && speaks_of_another;
            let kind = if busy {
                ErrorKind::Busy
            } else {
                ErrorKind::BadRequest
            };
            assert_eq!(error.kind(), kind, "{message}");
        }
    }
}

/// The text of a 400 can mention another request although no alteration is in progress. The call must then fail at once.
/// Otherwise it would send the refused request again and again until its time limit.
#[tokio::test]
async fn a_400_is_not_waited_out_when_nothing_is_under_way() {
    let world = World::new().await;
    let message = "The request names topic payments-pending, which this connector does not consume";
    world.every(Operation::Alter, Fault::error(400, message));
    let patch = world.patch(1).wait_if_busy(Duration::from_secs(600));
    let error = patch.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert_eq!(world.count(Operation::Alter), 1);
    says(&error, "payments-pending");
}

#[tokio::test]
async fn waits_for_the_other_and_then_sends_when_asked_to() {
    let world = World::new().await;
    let first = world.patch(1_000).send().await.unwrap();
    let patch = world.patch(2_000).wait_if_busy(Duration::from_secs(300));
    let second = patch.send().await.unwrap();
    assert!(second.requested_at() > first.requested_at());
    second.wait().await.unwrap();
    assert_eq!(world.accepted(), 2);
}

#[tokio::test]
async fn gives_up_waiting_at_the_limit() {
    let world = World::new().await;
    world.every(Operation::Alter, Fault::error(409, "busy"));
    world.every(Operation::RequestStatus, Fault::phase("PENDING"));
    world.patch(1_000).send().await.unwrap_err();
    let patch = world.patch(2_000).wait_if_busy(Duration::from_secs(60));
    let begin = world.clock.monotonic();
    let error = patch.send().await.unwrap_err();
    // The status shows no other request, so the error must not claim that the connector is busy with one.
    assert!(!error.is_busy());
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let waited = (world.clock.monotonic() - begin).as_secs();
    // The request is sent for the last time at the limit of 60 s. After its 409, the library reads the status a few more times.
    assert!((60..65).contains(&waited), "{waited} s");
    assert_eq!(world.accepted(), 0);
}
