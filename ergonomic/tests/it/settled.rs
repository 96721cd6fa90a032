//! When an answer does not show whether an alteration was accepted, the request status must settle it.

use std::time::Duration;

use ccloud_connect::clock::Clock as _;
use ccloud_connect::plan::Intent;
use ccloud_connect::{Alteration, ErrorKind, OffsetEntry, Result};
use ccloud_connect_emulator::{Command, Emulator, Fault, Operation, Reply};
use serde_json::{Value, json};

use super::{Asked, World, authorization, policy, says};

const AT: &str = "2024-02-20T15:14:19Z";

async fn patch(world: &World) -> Result<Alteration> {
    let patch = world.sink().patch_offsets();
    let patch = patch.sink("topic_A", 0, 1_000).sink("topic_A", 1, 7);
    patch.send().await
}

/// The body of a PENDING request status, with the type, time and entries that a test chooses. Entries that are null are left out.
fn status(kind: &str, requested_at: &str, offsets: &Value) -> Value {
    let mut request = json!({
        "id": "lcc-1", "name": "MySinkConnector", "type": kind, "requested_at": requested_at,
    });
    if !offsets.is_null() {
        request["offsets"] = offsets.clone();
    }
    json!({"request": request, "status": {"phase": "PENDING"}})
}

fn sink(partition: impl Into<Value>, offset: impl Into<Value>) -> Value {
    json!({
        "partition": {"kafka_topic": "topic_A", "kafka_partition": partition.into()},
        "offset": {"kafka_offset": offset.into()},
    })
}

#[tokio::test]
async fn the_same_request_in_another_notation_is_ours() {
    for offsets in [
        json!([sink(0, 1_000), sink(1, 7)]),
        json!([sink(1, 7), sink(0, 1_000)]),
        json!([sink("0", "1000"), sink("1", "7")]),
        json!([sink(0.0, 1e3), sink(1, 7.0)]),
    ] {
        let world = World::new().await;
        let shown = Fault::status(200).json(&status("PATCH", AT, &offsets));
        world.fault(Operation::RequestStatus, shown);
        world.fault(Operation::Alter, Fault::status(502));
        let _accepted = patch(&world)
            .await
            .unwrap_or_else(|error| panic!("{offsets}: {error}"));
    }
}

#[tokio::test]
async fn a_reset_is_known_by_its_partitions() {
    let partition = json!({"kafka_topic": "topic_A", "kafka_partition": "0"});
    for entry in [
        json!({"partition": partition}),
        json!({"partition": partition, "offset": null}),
        json!({"partition": partition, "offset": {}}),
        json!({"partition": partition, "offset": {"kafka_offset": 5}}),
    ] {
        let world = World::new().await;
        let shown = Fault::status(200).json(&status("DELETE", AT, &json!([entry])));
        world.fault(Operation::RequestStatus, shown);
        world.fault(Operation::Alter, Fault::status(502));
        let reset = world.sink().delete_offsets().sink("topic_A", 0);
        let _accepted = reset
            .send()
            .await
            .unwrap_or_else(|error| panic!("{entry}: {error}"));
    }
}

#[tokio::test]
async fn another_request_is_told_from_ours_in_words() {
    for (shown, said) in [
        (
            status("PATCH", AT, &json!([sink(0, 1_001), sink(1, 7)])),
            "the request status shows a PATCH of 2024-02-20T15:14:19Z with other entries",
        ),
        (
            status("PATCH", AT, &json!([sink(0, 1_000)])),
            "the request status shows a PATCH of 2024-02-20T15:14:19Z with other entries",
        ),
        (
            status("PATCH", AT, &Value::Null),
            "the request status shows a PATCH of 2024-02-20T15:14:19Z without its entries",
        ),
        (
            status("DELETE", AT, &json!([])),
            "the request status shows another request, a DELETE of 2024-02-20T15:14:19Z",
        ),
    ] {
        let world = World::new().await;
        let shown = Fault::status(200).json(&shown).times(9);
        world.fault(Operation::RequestStatus, shown);
        world.fault(Operation::Alter, Fault::status(502));
        let error = patch(&world).await.unwrap_err();
        assert!(error.may_have_been_applied());
        says(&error, said);
    }
}

#[tokio::test]
async fn a_date_that_is_off_by_less_than_a_second_is_the_same() {
    let offsets = json!([sink(0, 1_000), sink(1, 7)]);
    let answered = "2024-02-20T15:14:19.468Z";
    for shown_at in [
        "2024-02-20T15:14:19.470Z",
        "2024-02-20T15:14:19.466Z",
        "2024-02-20T15:14:19Z",
        "2024-02-20T15:14:20Z",
    ] {
        let world = World::new().await;
        let body = status("PATCH", answered, &offsets)["request"].clone();
        world.fault(Operation::Alter, Fault::status(202).json(&body));
        let alteration = patch(&world).await.unwrap();
        let mut shown = status("PATCH", shown_at, &offsets);
        shown["status"]["phase"] = "APPLIED".into();
        world.fault(Operation::RequestStatus, Fault::status(200).json(&shown));
        let applied = alteration.wait().await;
        assert!(applied.is_ok(), "{shown_at}: {applied:?}");
    }
}

/// On a fast service, an identical earlier request can end within the same second, and a `Date` shows only seconds. The library
/// must still not take the earlier request for its own.
#[tokio::test]
async fn a_request_that_the_plan_knew_is_never_ours() {
    let clock = ccloud_connect::clock::ManualClock::default();
    let builder = Emulator::builder().clock(clock.clone()).speed(4_000.0);
    let emulator = builder.start().await.unwrap();
    let world = World::with(|builder| builder.endpoint(emulator.url()).clock(clock.clone())).await;
    let entry = r#"{"partition":{"kafka_topic":"topic_A","kafka_partition":0},"offset":{"kafka_offset":100}}"#;
    let entry: OffsetEntry = entry.parse().unwrap();
    let other = World::with(|builder| builder.endpoint(emulator.url()).clock(clock.clone())).await;
    for (first, second) in [(&world, &other), (&world, &world)] {
        let plan = first.sink().plan(Intent::set([entry.clone()])).await;
        let _accepted = plan.unwrap().apply().await.unwrap();
        clock.advance(Duration::from_millis(100));
        let plan = second.sink().plan(Intent::set([entry.clone()])).await;
        emulator.fault(Operation::Alter, Fault::status(502));
        let error = plan.unwrap().apply().await.unwrap_err();
        assert!(error.may_have_been_applied());
        says(&error, "an earlier request");
        clock.advance(Duration::from_secs(60));
    }
    // Without a plan, the client must recognise the earlier request, because it remembers its accepted requests.
    let _accepted = patch(&world).await.unwrap();
    clock.advance(Duration::from_millis(100));
    emulator.fault(Operation::Alter, Fault::status(502));
    assert!(patch(&world).await.unwrap_err().may_have_been_applied());
}

#[tokio::test]
async fn a_conflict_says_what_is_in_the_way() {
    let world = World::new().await;
    let _accepted = world.patch(5).send().await.unwrap();
    let error = patch(&world).await.unwrap_err();
    assert!(error.is_busy() && !error.may_have_been_applied());
    let said = "the request status shows a PATCH of 2024-02-20T15:14:19Z with other entries, which is in progress (PENDING)";
    assert!(
        error.to_string().contains("an earlier request") || error.to_string().contains(said),
        "{error}"
    );

    // When the retry policy allows no read of the status, a 409 proves nothing: a proxy may have repeated the request, and the
    // service may have refused only the second copy.
    let blind = World::with(|builder| builder.retry(policy().reconcile_reads(0))).await;
    blind.fault(Operation::Alter, Fault::status(409));
    let error = patch(&blind).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.may_have_been_applied());
}

#[tokio::test]
async fn only_an_answer_about_the_request_says_that_it_was_accepted() {
    let other = status("DELETE", AT, &Value::Null)["request"].to_string();
    let never = Duration::from_secs(60);
    let world = World::with(|builder| builder.retry(policy().reconcile_reads(0))).await;
    for (reply, accepted) in [
        (Reply::status(202), true),
        (Reply::status(202).body("{"), true),
        (Reply::status(202).header("Age", "9"), false),
        (
            Reply::status(200).body("never arrives").slow(9, never),
            false,
        ),
        (Reply::status(204).header("Age", "9"), false),
        (Reply::status(200), true),
        (Reply::status(204), true),
        (Reply::status(200).html("<html>portal</html>"), false),
        (Reply::status(200).body("{\"ok\":true}"), false),
        (Reply::status(200).body(other.clone()), false),
        (Reply::status(201).body("done"), false),
    ] {
        let shown = format!("{reply:?}");
        world.fault(Operation::Alter, Fault::reply(reply));
        let error = patch(&world).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable);
        assert!(error.may_have_been_applied());
        let text = error.to_string();
        assert_eq!(
            text.contains("The alteration was accepted"),
            accepted,
            "{shown}: {text}"
        );
        assert_ne!(
            text.contains("may have been applied"),
            accepted,
            "{shown}: {text}"
        );
    }
}

/// A 422 in the service's form of errors must be believed after one read of the status that does not show the request.
#[tokio::test]
async fn a_plain_refusal_is_believed_after_one_look() {
    let world = World::new().await;
    world.fault(Operation::Alter, Fault::error(422, "bad offsets"));
    let error = patch(&world).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert!(
        error.to_string().ends_with(". Nothing was changed"),
        "{error}"
    );
    assert_eq!(world.count(Operation::RequestStatus), 1);
}

/// A proxy may have sent the request twice, and the refusal may be about the second copy. A status that may show the request, but
/// lacks its entries, must leave the outcome unclear.
#[tokio::test]
async fn a_status_without_entries_proves_nothing_about_a_refusal() {
    for phase in ["PENDING", "APPLIED"] {
        for refusal in [
            Fault::error(409, "busy"),
            Fault::error(400, "another request is pending"),
            Fault::error(400, "bad offsets"),
            Fault::status(429),
        ] {
            let world = World::new().await;
            let mut shown = status("PATCH", AT, &Value::Null);
            shown["status"]["phase"] = phase.into();
            let shown = Fault::status(200).json(&shown).times(9);
            world.fault(Operation::RequestStatus, shown);
            let case = format!("{phase} {refusal:?}");
            world.fault(Operation::Alter, refusal);
            let error = patch(&world).await.unwrap_err();
            let text = error.to_string();
            assert!(
                error.may_have_been_applied() && !error.is_busy(),
                "{case}: {text}"
            );
            assert!(text.contains("without its entries"), "{case}: {text}");
            assert_eq!(world.count(Operation::Alter), 1, "{case}");
        }
    }
}

#[tokio::test]
async fn a_page_of_something_on_the_way_is_no_refusal() {
    let page = "<html><head><title>Blocked</title></head></html>";
    for code in [400, 401, 403, 404, 413] {
        let acts = World::new().await;
        let fault = Fault::act_then(Reply::status(code).html(page));
        acts.fault(Operation::Alter, fault);
        let _accepted = patch(&acts).await.unwrap();

        // An answer with an `Age` header comes from a cache, and may be the answer to an earlier request. So it proves no refusal.
        let kept = World::new().await;
        let fault = Fault::act_then(Reply::error(code, "no").header("Age", "9"));
        kept.fault(Operation::Alter, fault);
        let _accepted = patch(&kept).await.unwrap();

        let idle = World::new().await;
        idle.fault(Operation::Alter, Fault::status(code).html(page).gzip());
        let error = patch(&idle).await.unwrap_err();
        assert!(!error.may_have_been_applied(), "{error}");
        assert_eq!(idle.count(Operation::RequestStatus), 3);

        let hidden = World::new().await;
        for operation in [Operation::Alter, Operation::RequestStatus] {
            let fault = Fault::status(code).html(page).times(9);
            hidden.fault(operation, fault);
        }
        let error = patch(&hidden).await.unwrap_err();
        assert_eq!(error.status(), Some(code), "{error}");
        assert!(error.may_have_been_applied(), "{error}");
        assert_eq!(hidden.count(Operation::Alter), 1);
    }
}

#[tokio::test]
async fn nothing_is_sent_again_when_the_look_used_up_the_time() {
    let world =
        World::with(|builder| builder.retry(policy().total_timeout(Duration::from_secs(2)))).await;
    world.fault(Operation::Alter, Fault::status(429));
    world.fault(Operation::RequestStatus, Fault::status(503).times(2));
    let error = patch(&world).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert!(!error.may_have_been_applied(), "{error}");
    assert_eq!(world.count(Operation::Alter), 1);
}

/// A gateway may refuse a request that it has already forwarded to the service. Only the status shows that the request was
/// accepted.
#[tokio::test]
async fn a_refusal_after_the_request_was_accepted_is_found_out() {
    for code in [401, 403, 404, 413] {
        let world = World::new().await;
        let fault = Fault::act_then(Reply::error(code, "no"));
        world.fault(Operation::Alter, fault);
        let _accepted = patch(&world).await.unwrap();

        for (status, unclear) in [
            (Fault::act(), false),
            // Reading the status is refused with 401 too. Then a 401, 403 or 404 to the POST is believed, but a 413 is not.
            (Fault::error(401, "no").times(3), code == 413),
            (Fault::status(503).times(3), true),
        ] {
            let case = format!("{code}, {status:?}");
            world.fault(Operation::RequestStatus, status);
            world.fault(Operation::Alter, Fault::error(code, "no"));
            let error = patch(&world).await.unwrap_err();
            assert_eq!(error.may_have_been_applied(), unclear, "{case}: {error}");
            world.emulator.apply(Command::ClearFaults).unwrap();
        }
    }
}

#[tokio::test]
async fn renewed_credentials_are_no_reason_to_send_twice() {
    let refusal = || Reply::error(401, "expired");
    for (fault, accepted, sent) in [
        (Fault::reply(refusal()), true, 2),
        (Fault::reply(refusal()).times(9), false, 2),
        (Fault::act_then(refusal()), true, 1),
    ] {
        let world =
            World::with(|builder| builder.credentials(Asked::new(|_| Ok(authorization())))).await;
        let case = format!("{fault:?}");
        world.fault(Operation::Alter, fault);
        let answer = patch(&world).await;
        assert_eq!(answer.is_ok(), accepted, "{case}: {answer:?}");
        assert_eq!(world.count(Operation::Alter), sent, "{case}");
        assert_eq!(world.accepted(), usize::from(accepted), "{case}");
    }
}

/// After a 429, reads of the status must also wait until the rate limit allows them, as far as the time limits allow.
#[tokio::test]
async fn a_long_limit_is_waited_for_as_far_as_the_time_goes() {
    for (after, waited, said) in [
        ("100", 100, None),
        // Looking for the request in the status has a time limit of its own, which begins when the time limit of the call has ended.
        (
            "130",
            133,
            Some("there is no request status (looked 3 times in 133 s) [request id"),
        ),
        (
            "3600",
            0,
            Some(
                "429 Too Many Requests; the request status could not be read in time, because the service's rate limit is used up [",
            ),
        ),
    ] {
        let world = World::new().await;
        let limited = Fault::status(429).header("Retry-After", after);
        world.fault(Operation::Alter, limited);
        let answer = patch(&world).await;
        assert_eq!(world.clock.monotonic(), Duration::from_secs(waited));
        match (answer, said) {
            (Ok(_), None) => {}
            (Err(error), Some(said)) => {
                says(&error, said);
                assert_eq!(error.may_have_been_applied(), waited == 0, "{error}");
            }
            (answer, _) => panic!("{after}: {answer:?}"),
        }
    }
}
