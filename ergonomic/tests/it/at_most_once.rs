//! Whatever fails, one call must cause at most one accepted alteration, and must report what is known about it.

use std::task::Poll;
use std::time::Duration;

use ccloud_connect::ErrorKind;
use ccloud_connect::clock::Clock as _;
use ccloud_connect_emulator::{Fault, Operation, Reply};

use super::{World, says};

/// What a call must report about its alteration.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    /// The call returns `Ok`, so the server has accepted exactly one alteration.
    Accepted,
    /// The error reports that nothing was changed, so the server has accepted no alteration.
    Nothing(ErrorKind),
    /// The error reports that the alteration may have been applied.
    Unclear(ErrorKind),
}

use Told::{Accepted, Nothing, Unclear};

/// Each case is a fault of the POST, what the call must report, and the number of alterations that the server accepts.
fn cases() -> Vec<(Fault, Told, usize)> {
    use ErrorKind::{
        BadRequest, Conflict, Forbidden, NoReply, NotFound, Server, Throttled, Timeout,
        Unauthenticated, Unexpected, Unreadable,
    };
    let slow = Duration::from_millis(100);
    let limited = Fault::status(429).header("Retry-After", "3");
    let then = |reply| Fault::act_then(reply);
    let mut cases = vec![
        (Fault::act(), Accepted, 1),
        (Fault::reset_before_body(), Unclear(NoReply), 0),
        (Fault::reset_after_body(), Unclear(NoReply), 0),
        (Fault::act_then_reset(), Accepted, 1),
        (Fault::act().truncated(20), Accepted, 1),
        (Fault::hang(), Unclear(Timeout), 0),
        (Fault::act_then_hang(), Accepted, 1),
        (Fault::act().slow(1, slow), Accepted, 1),
        (limited, Accepted, 1),
        (Fault::status(429), Accepted, 1),
        (Fault::status(429).times(9), Nothing(Throttled), 0),
        (Fault::error(400, "bad"), Nothing(BadRequest), 0),
        (Fault::error(401, "no"), Nothing(Unauthenticated), 0),
        (Fault::error(403, "no"), Nothing(Forbidden), 0),
        (Fault::error(404, "no"), Nothing(NotFound), 0),
        (Fault::error(409, "busy"), Nothing(Conflict), 0),
        (Fault::status(302), Nothing(Unexpected), 0),
        (Fault::status(304), Nothing(Unexpected), 0),
        (Fault::status(600), Unclear(Unexpected), 0),
        (then(Reply::status(999)), Accepted, 1),
        (then(Reply::status(202)), Accepted, 1),
        (then(Reply::status(200)), Accepted, 1),
        (then(Reply::status(202).body("{\"id\":")), Accepted, 1),
        (Fault::status(202), Unclear(Unreadable), 0),
    ];
    let html = "<html><head><title>Bad Gateway</title></head></html>";
    for status in [408, 500, 502, 503, 504] {
        cases.push((Fault::status(status).html(html), Unclear(Server), 0));
        cases.push((then(Reply::status(status).html(html)), Accepted, 1));
    }
    cases
}

/// Faults in reads of the request status, after an accepted request whose answer was lost. For each fault, what the call must
/// report.
fn statuses() -> [(Fault, Told); 8] {
    let unclear = Unclear(ErrorKind::NoReply);
    [
        (Fault::status(503).times(2), Accepted),
        (Fault::status(503).times(9), unclear),
        (Fault::error(404, "none").times(9), unclear),
        (Fault::stale_applied().times(9), unclear),
        (Fault::stale_applied(), Accepted),
        (Fault::status(200).times(9), unclear),
        (Fault::phase("PENDING_VALIDATION").times(9), Accepted),
        (Fault::phase("REWINDING").times(9), Accepted),
    ]
}

#[tokio::test]
async fn every_fault() {
    let lost = |(status, told)| (Fault::act_then_reset(), Some(status), told, 1);
    let posts = cases().into_iter();
    let posts = posts.map(|(post, told, accepted)| (post, None, told, accepted));
    for (post, status, expected, accepted) in posts.chain(statuses().map(lost)) {
        let world = World::new().await;
        let name = format!("{post:?}, {status:?}");
        world.fault(Operation::Alter, post);
        if let Some(status) = status {
            world.fault(Operation::RequestStatus, status);
        }
        let sent = world.patch(1_000).send().await;
        let told = match &sent {
            Ok(_) => Accepted,
            Err(error) if error.may_have_been_applied() => Unclear(error.kind()),
            Err(error) => Nothing(error.kind()),
        };
        assert_eq!(told, expected, "{name}: {sent:?}");
        assert_eq!(world.accepted(), accepted, "{name}");
        if let Err(error) = &sent {
            says(error, "MySinkConnector");
            match told {
                Nothing(_) => says(error, "Nothing was changed"),
                _ => says(error, "Read the request status"),
            }
        }
    }
}

#[tokio::test]
async fn an_older_identical_alteration_is_not_taken_for_ours() {
    let world = World::new().await;
    let patch = || world.patch(1_000);
    patch().send().await.unwrap().wait().await.unwrap();
    world.clock.advance(Duration::from_secs(30));

    world.fault(Operation::Alter, Fault::reset_after_body());
    let error = patch().send().await.unwrap_err();
    assert!(error.may_have_been_applied());
    says(
        &error,
        "the request status shows an earlier request, the PATCH of",
    );
    assert_eq!(world.accepted(), 1);
}

/// A call can be dropped at any of its awaits. At most one alteration may then be accepted, and the client must still work.
#[tokio::test]
async fn a_call_that_is_dropped_is_found_by_the_next() {
    let (mut dropped, mut finished) = (0, 0);
    for polls in 1..200 {
        let world = World::new().await;
        let mut call = Box::pin(world.patch(5).send());
        let mut is_done = false;
        for _ in 0..polls {
            let poll = std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context)));
            if poll.await.is_ready() {
                is_done = true;
                break;
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        drop(call);
        let (dropped_now, finished_now) = (usize::from(!is_done), usize::from(is_done));
        (dropped, finished) = (dropped + dropped_now, finished + finished_now);
        // After a call was dropped, the same request is sent again. Only one of the two requests may be accepted.
        if !is_done {
            world.patch(5).send().await.unwrap().wait().await.unwrap();
        }
        assert_eq!(world.accepted(), 1, "{polls}");
        if finished > 3 {
            break;
        }
    }
    assert!(dropped > 1 && finished > 3, "{dropped}, {finished}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_calls_at_once_one_is_accepted_and_each_says_which() {
    let world = World::new().await;
    let other = world.another_client();
    let calls: Vec<_> = (0..20)
        .map(|number| {
            let sink = match number % 2 {
                0 => world.sink(),
                _ => other.connector_at(world.sink().path().clone()),
            };
            tokio::spawn(sink.patch_offsets().sink("topic_A", 0, number).send())
        })
        .collect();
    let mut accepted = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(_) => accepted += 1,
            Err(error) => assert!(error.is_busy() && !error.may_have_been_applied(), "{error}"),
        }
    }
    assert_eq!((accepted, world.accepted()), (1, 1));
}

#[tokio::test]
async fn a_reset_is_settled_like_a_patch() {
    for reset_all in [true, false] {
        let world = World::new().await;
        world.fault(Operation::Alter, Fault::act_then_reset());
        let delete = world.sink().delete_offsets();
        let delete = if reset_all {
            delete.all()
        } else {
            delete.sink("topic_A", 0)
        };
        let applied = delete.send().await.unwrap().wait().await.unwrap();
        assert!(applied.applied_at.is_some());
        assert_eq!(world.accepted(), 1);
    }
}

#[tokio::test]
async fn a_refused_connection_changes_nothing_and_is_tried_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let world = World::with(|builder| builder.endpoint(url)).await;
    let error = world.patch(1).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(!error.may_have_been_applied() && error.is_transient());
    assert_eq!(error.attempts(), 4);
    assert_eq!(
        world.clock.monotonic(),
        Duration::from_millis(500 + 1_000 + 2_000)
    );
}

#[tokio::test]
async fn a_status_that_tells_nothing_does_not_outweigh_the_answer() {
    let limited = Fault::status(429).header("Retry-After", "9999");
    for status in [Fault::error(403, "no"), limited] {
        let world = World::new().await;
        world.fault(Operation::RequestStatus, status.times(9));
        world.fault(Operation::Alter, Fault::act_then(Reply::status(202)));
        let error = world.patch(5).send().await.unwrap_err();
        says(&error, "The alteration was accepted");
    }
}
