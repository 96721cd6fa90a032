//! After any failure, one call makes at most one accepted alteration, and the caller learns what is known about it.

use std::time::Duration;

use ccloud_connect::ErrorKind;
use ccloud_connect::clock::Clock as _;
use ccloud_connect_emulator::{Fault, Operation, Reply};

use super::{World, says};

/// What the caller should be told.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    /// `Ok`, so exactly one was accepted.
    Accepted,
    /// An error that says nothing was changed, so none was accepted.
    Nothing(ErrorKind),
    /// An error that says it may have been applied.
    Unclear(ErrorKind),
}

use Told::{Accepted, Nothing, Unclear};

struct Case {
    name: &'static str,
    alter: Vec<Fault>,
    status: Vec<Fault>,
    told: Told,
    /// The number of alterations that the server accepted.
    accepted: usize,
}

fn case(name: &'static str, alter: Vec<Fault>, told: Told, accepted: usize) -> Case {
    Case {
        name,
        alter,
        status: vec![],
        told,
        accepted,
    }
}

fn cases() -> Vec<Case> {
    use ErrorKind::{NoReply, Server, Timeout, Unreadable};

    let html = "<html><head><title>502 Bad Gateway</title></head></html>";
    let mut cases = vec![
        case("nothing wrong", vec![], Accepted, 1),
        case(
            "reset before the body",
            vec![Fault::reset_before_body()],
            Unclear(NoReply),
            0,
        ),
        case(
            "reset after the body",
            vec![Fault::reset_after_body()],
            Unclear(NoReply),
            0,
        ),
        case(
            "acts, then resets",
            vec![Fault::act_then_reset()],
            Accepted,
            1,
        ),
        case(
            "acts, reply cut off",
            vec![Fault::act().truncated(20)],
            Accepted,
            1,
        ),
        case("never replies", vec![Fault::hang()], Unclear(Timeout), 0),
        case(
            "acts, never replies",
            vec![Fault::act_then_hang()],
            Accepted,
            1,
        ),
        case(
            "acts, reply trickles",
            vec![Fault::act().slow(1, Duration::from_millis(100))],
            Accepted,
            1,
        ),
        case(
            "429 with Retry-After",
            vec![Fault::status(429).header("Retry-After", "3")],
            Accepted,
            1,
        ),
        case("429 without", vec![Fault::status(429)], Accepted, 1),
        case(
            "429 for good",
            vec![Fault::status(429).times(9)],
            Nothing(ErrorKind::Throttled),
            0,
        ),
        case(
            "400",
            vec![Fault::error(400, "bad offsets")],
            Nothing(ErrorKind::BadRequest),
            0,
        ),
        case(
            "401",
            vec![Fault::error(401, "no")],
            Nothing(ErrorKind::Unauthenticated),
            0,
        ),
        case(
            "403",
            vec![Fault::error(403, "no")],
            Nothing(ErrorKind::Forbidden),
            0,
        ),
        case(
            "404",
            vec![Fault::error(404, "no")],
            Nothing(ErrorKind::NotFound),
            0,
        ),
        case(
            "409",
            vec![Fault::error(409, "busy")],
            Nothing(ErrorKind::Conflict),
            0,
        ),
        case(
            "302",
            vec![Fault::status(302).header("Location", "/elsewhere")],
            Nothing(ErrorKind::Unexpected),
            0,
        ),
        case(
            "acts, empty 202",
            vec![Fault::act_then(Reply::status(202))],
            Accepted,
            1,
        ),
        case(
            "acts, empty 200",
            vec![Fault::act_then(Reply::status(200))],
            Accepted,
            1,
        ),
        case(
            "acts, 202 is not JSON",
            vec![Fault::act_then(Reply::status(202).body("{\"id\":"))],
            Accepted,
            1,
        ),
        case(
            "202 without acting",
            vec![Fault::status(202)],
            Unclear(Unreadable),
            0,
        ),
    ];
    for (name, status) in [
        ("408", 408),
        ("500", 500),
        ("502", 502),
        ("503", 503),
        ("504", 504),
    ] {
        cases.push(case(
            name,
            vec![Fault::status(status).html(html)],
            Unclear(Server),
            0,
        ));
        cases.push(case(
            name,
            vec![Fault::act_then(Reply::status(status).html(html))],
            Accepted,
            1,
        ));
    }
    // The status that should settle the outcome fails too.
    for (name, status, told) in [
        (
            "status down at first",
            vec![Fault::status(503).times(2)],
            Accepted,
        ),
        (
            "status down",
            vec![Fault::status(503).times(9)],
            Unclear(NoReply),
        ),
        (
            "status 404",
            vec![Fault::error(404, "none").times(9)],
            Unclear(NoReply),
        ),
        (
            "status shows an older APPLIED",
            vec![Fault::stale_applied().times(9)],
            Unclear(NoReply),
        ),
        (
            "status lags behind at first",
            vec![Fault::stale_applied()],
            Accepted,
        ),
        (
            "status without a body",
            vec![Fault::status(200).times(9)],
            Unclear(NoReply),
        ),
        (
            "pending validation",
            vec![Fault::phase("PENDING_VALIDATION").times(9)],
            Accepted,
        ),
        (
            "unknown phase",
            vec![Fault::phase("REWINDING").times(9)],
            Accepted,
        ),
    ] {
        cases.push(Case {
            name,
            alter: vec![Fault::act_then_reset()],
            status,
            told,
            accepted: 1,
        });
    }
    cases
}

#[tokio::test]
async fn every_fault() {
    for case in cases() {
        let world = World::new().await;
        for fault in case.alter {
            world.fault(Operation::Alter, fault);
        }
        for fault in case.status {
            world.fault(Operation::RequestStatus, fault);
        }
        let sent = world.patch(1_000).send().await;
        let told = match &sent {
            Ok(_) => Accepted,
            Err(error) if error.may_have_been_applied() => Unclear(error.kind()),
            Err(error) => Nothing(error.kind()),
        };
        let name = case.name;
        assert_eq!(told, case.told, "{name}: {sent:?}");
        assert_eq!(world.accepted(), case.accepted, "{name}");
        if let Err(error) = &sent {
            let text = error.to_string();
            let truth = if error.may_have_been_applied() {
                "Read the request status"
            } else {
                "Nothing was changed"
            };
            assert!(
                text.contains(truth) && text.contains("MySinkConnector"),
                "{name}: {text}"
            );
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

#[tokio::test]
async fn somebody_elses_alteration_is_not_taken_for_ours() {
    let world = World::new().await;
    world.fault(Operation::Alter, Fault::act());
    world
        .patch(2_000)
        .send()
        .await
        .unwrap()
        .wait()
        .await
        .unwrap();
    world.fault(Operation::Alter, Fault::reset_after_body());
    let error = world.patch(1_000).send().await.unwrap_err();
    assert!(error.may_have_been_applied());
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
