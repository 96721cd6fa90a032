//! The emulator with a scripted Kafka Connect behind it. The tests check the order of the requests to the worker, and the
//! replies when the worker fails or does not answer.

use std::time::Duration;

use ccloud_connect_emulator::{API_KEY, API_SECRET, Emulator, KafkaConnect};
use serde_json::{Value, json};

use super::support::{Answer, answer, http_client};
use super::worker::{Fault, Worker, sink};

pub(super) const PATCH: &str = r#"{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":7}}]}"#;
const STOP: &str = "PUT /connectors/sink/stop";
pub(super) const RESUME: &str = "PUT /connectors/sink/resume";
const PATCHED: &str = r#"PATCH /connectors/sink/offsets {"offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":7}}]}"#;

pub(super) struct Scene {
    pub(super) worker: Worker,
    emulator: Emulator,
    pub(super) state: tempfile::TempDir,
}

pub(super) async fn emulator(worker: &Worker, state: &std::path::Path) -> Emulator {
    let connect = KafkaConnect::new(worker.url(), state);
    Emulator::builder()
        .kafka_connect(connect)
        .start()
        .await
        .unwrap()
}

pub(super) async fn scene() -> Scene {
    let worker = Worker::start().await;
    let state = tempfile::tempdir().unwrap();
    let emulator = emulator(&worker, state.path()).await;
    Scene {
        worker,
        emulator,
        state,
    }
}

pub(super) async fn ask(emulator: &Emulator, method: &str, tail: &str, body: &str) -> Answer {
    let (environment, cluster) = emulator.self_managed().unwrap();
    let path =
        format!("/connect/v1/environments/{environment}/clusters/{cluster}/connectors{tail}");
    let request = http_client().request(method.parse().unwrap(), emulator.url() + &path);
    let request = request.basic_auth(API_KEY, Some(API_SECRET));
    let request = request
        .header("content-type", "application/json")
        .body(body.to_owned());
    answer(request).await.unwrap()
}

async fn status(emulator: &Emulator) -> Value {
    ask(emulator, "GET", "/sink/offsets/request/status", "")
        .await
        .json
}

/// Waits until the latest alteration has ended, and returns its status.
pub(super) async fn ended(emulator: &Emulator) -> Value {
    for _ in 0..500 {
        let status = status(emulator).await;
        if status["status"]["phase"] != "PENDING" {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("an alteration does not end: {}", status(emulator).await);
}

impl Scene {
    pub(super) async fn alter(&self, body: &str) -> Value {
        let accepted = ask(&self.emulator, "POST", "/sink/offsets/request", body).await;
        assert_eq!(accepted.status, 202, "{}", accepted.text);
        ended(&self.emulator).await
    }

    /// Requests an alteration, and asserts that it ends in the phase `phase` with a message that contains the words `said`.
    async fn ends(&self, body: &str, phase: &str, said: &str) {
        let ended = &self.alter(body).await["status"];
        assert_eq!(ended["phase"], phase, "{ended}");
        let message = ended["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
    }
}

#[tokio::test]
async fn an_alteration_stops_alters_and_resumes() {
    let scene = scene().await;
    let nothing = ask(&scene.emulator, "GET", "/sink/offsets/request/status", "").await;
    assert_eq!(nothing.status, 404);
    let status = scene.alter(PATCH).await;
    let applied = json!({"phase": "APPLIED", "message": "altered"});
    assert_eq!(status["status"], applied);
    assert_eq!(status["previous_offsets"], json!([sink(1, 5), sink(0, 5)]));
    assert_eq!(scene.worker.requests(), [STOP, PATCHED, RESUME]);
    let offsets = ask(&scene.emulator, "GET", "/sink/offsets", "").await.json;
    assert_eq!(offsets["offsets"], json!([sink(0, 7), sink(1, 5)]));
    assert!(offsets["metadata"]["observed_at"].as_str() > status["applied_at"].as_str());
    let read = ask(&scene.emulator, "GET", "/sink", "").await;
    let masks = !read.text.contains("hidden") && read.text.contains("shown.example");
    assert!(masks, "{}", read.text);
}

#[tokio::test]
async fn a_connector_gets_back_the_state_it_had() {
    for (state, after) in [
        ("RUNNING", "RUNNING"),
        ("PAUSED", "PAUSED"),
        ("STOPPED", "STOPPED"),
        ("FAILED", "RUNNING"),
    ] {
        let scene = scene().await;
        scene.worker.set(state);
        scene.ends(PATCH, "APPLIED", "altered").await;
        assert_eq!(scene.worker.now(), after, "{state}");
        let stops = scene.worker.requests().contains(&STOP.to_owned());
        assert_eq!(stops, state != "STOPPED");
    }
}

#[tokio::test]
async fn a_delete_with_a_list_is_a_patch_with_nulls() {
    let scene = scene().await;
    let list = PATCH.replace("PATCH", "DELETE");
    scene.ends(&list, "APPLIED", "altered").await;
    let nulls = PATCHED.replace(r#"{"kafka_offset":7}"#, "null");
    scene.ends(r#"{"type":"DELETE"}"#, "APPLIED", "").await;
    // The sink has no offsets now, so its consumer group may not exist. The emulator must not send a reset, because Kafka
    // would refuse it.
    scene.ends(&list, "APPLIED", "nothing to reset").await;
    let reset = "DELETE /connectors/sink/offsets";
    let rounds = [STOP, &nulls, RESUME, STOP, reset, RESUME, STOP, RESUME];
    assert_eq!(scene.worker.requests(), rounds);
}

#[tokio::test]
async fn a_failure_is_judged_by_the_offsets_and_told() {
    let round = &[STOP, PATCHED, RESUME][..];
    for (request, fault, phase, said, requests) in [
        (
            "PATCH",
            Fault::Silent,
            "APPLIED",
            "are what was asked for",
            round,
        ),
        ("PATCH", Fault::TimedOut, "APPLIED", "are what was", round),
        ("PATCH", Fault::Lost, "FAILED", "are unchanged", round),
        ("PATCH", Fault::Page(200), "FAILED", "are unchanged", round),
        ("PATCH", Fault::Page(504), "FAILED", "answered 504", round),
        (
            "PATCH",
            Fault::Status(500),
            "FAILED",
            "scripted. The offsets are unchanged.",
            round,
        ),
        (
            STOP,
            Fault::Status(403),
            "FAILED",
            "The offsets were not altered.",
            &[STOP, RESUME],
        ),
        (
            RESUME,
            Fault::Status(403),
            "APPLIED",
            "The connector is still STOPPED: Kafka Connect answered 403",
            round,
        ),
    ] {
        let scene = scene().await;
        scene.worker.fault(request, fault, 1);
        scene.ends(PATCH, phase, said).await;
        assert_eq!(scene.worker.requests(), requests, "{request}");
        let stays = request == RESUME;
        assert_eq!(scene.worker.now() == "STOPPED", stays, "{request}");
        let left = scene.emulator.unfinished().concat();
        assert_eq!(left.contains(RESUME), stays, "{request}: {left}");
    }
    let scene = scene().await;
    let unknown = PATCH.replace(
        ']',
        r#",{"partition":{"kafka_topic":"nope","kafka_partition":0},"offset":{"kafka_offset":7}}]"#,
    );
    let moved = "Failed to alter. These offsets have changed nevertheless: t:0.";
    scene.ends(&unknown, "FAILED", moved).await;
}

#[tokio::test]
async fn a_worker_that_is_starting_is_waited_for() {
    let scene = scene().await;
    let looks = "GET /connectors/sink/offsets";
    for request in [STOP, looks, "PATCH", RESUME] {
        scene.worker.fault(request, Fault::Starting, 2);
    }
    scene.worker.fault("PATCH", Fault::Status(409), 1);
    scene.worker.fault("PATCH", Fault::NotYet, 2);
    scene.ends(PATCH, "APPLIED", "altered").await;
    assert_eq!(scene.worker.now(), "RUNNING");
    scene.worker.fault(looks, Fault::Starting, 1);
    let read = ask(&scene.emulator, "GET", "/sink/offsets", "").await;
    assert_eq!(read.status, 502, "{}", read.text);
}

/// A connector may resume late, and the emulator must wait until it runs. Otherwise the next alteration would record it as
/// stopped, and would leave it stopped at its end.
#[tokio::test]
async fn the_connector_is_resumed_until_it_runs() {
    for (fault, times) in [(Fault::Lost, 2), (Fault::Late, 1)] {
        let scene = scene().await;
        scene.worker.fault(RESUME, fault, times);
        for _ in 0..2 {
            scene.ends(PATCH, "APPLIED", "altered").await;
            assert_eq!(scene.worker.now(), "RUNNING");
        }
        let mut requests = scene.worker.requests();
        requests.dedup();
        let round = [STOP, PATCHED, RESUME];
        assert_eq!(requests, [round, round].concat());
    }
}

/// What another program does while an alteration is in progress, even if that is to delete the connector, is respected.
#[tokio::test]
async fn a_state_that_another_program_gives_stays() {
    for (state, said) in [
        ("PAUSED", "PAUSED, which stays"),
        ("RUNNING", "do not tell what the request changed"),
        ("deleted", "has been deleted"),
    ] {
        let scene = scene().await;
        scene.worker.fault("PATCH", Fault::NotYet, 3);
        let accepted = ask(&scene.emulator, "POST", "/sink/offsets/request", PATCH).await;
        assert_eq!(accepted.status, 202, "{}", accepted.text);
        while !scene.worker.requests().contains(&PATCHED.to_owned()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        match state {
            "deleted" => scene.worker.state.lock().unwrap().connectors.clear(),
            state => scene.worker.set(state),
        }
        let ended = ended(&scene.emulator).await["status"].to_string();
        assert!(ended.contains("FAILED") && ended.contains(said), "{ended}");
        assert_eq!(scene.emulator.unfinished(), [""; 0]);
        if state == "PAUSED" {
            assert_eq!(scene.worker.now(), state);
            scene.worker.set("UNASSIGNED");
            let refused = ask(&scene.emulator, "POST", "/sink/offsets/request", PATCH).await;
            assert!(refused.status == 409 && refused.text.contains("rebalancing"));
        }
    }
}

#[tokio::test]
async fn a_pause_just_before_an_alteration_is_not_lost() {
    let scene = scene().await;
    for (verb, state) in [("pause", "PAUSED"), ("resume", "RUNNING")] {
        scene.worker.fault("PUT", Fault::Late, 1);
        let put = ask(&scene.emulator, "PUT", &format!("/sink/{verb}"), "").await;
        assert_eq!(put.status, 202);
        scene.ends(PATCH, "APPLIED", "altered").await;
        assert_eq!(scene.worker.now(), state);
    }
}

/// Kafka Connect takes the last value of a key that is given twice.
#[tokio::test]
async fn a_key_that_is_given_twice_reaches_the_worker() {
    let scene = scene().await;
    let twice = PATCH.replace(r#"{"partition""#, r#"{"partition":{},"partition""#);
    scene.ends(&twice, "APPLIED", "altered").await;
    let delete = twice.replace("PATCH", "DELETE");
    scene.ends(&delete, "APPLIED", "altered").await;
    let offsets = ask(&scene.emulator, "GET", "/sink/offsets", "").await.json;
    assert_eq!(offsets["offsets"], json!([sink(1, 5)]));
}

#[tokio::test]
async fn one_request_at_a_time_among_all_processes() {
    let scene = scene().await;
    scene.worker.fault("PATCH", Fault::Hang, 1);
    let accepted = ask(&scene.emulator, "POST", "/sink/offsets/request", PATCH).await;
    let other = emulator(&scene.worker, scene.state.path()).await;
    for emulator in [&scene.emulator, &other] {
        for (method, tail) in [("POST", "/sink/offsets/request"), ("PUT", "/sink/pause")] {
            let busy = ask(emulator, method, tail, PATCH).await;
            assert_eq!(busy.status, 409, "{}", busy.text);
        }
        let seen = status(emulator).await;
        assert_eq!(
            (&seen["status"]["phase"], &seen["request"]),
            (&json!("PENDING"), &accepted.json)
        );
        let state = ask(emulator, "GET", "/sink/status", "").await.json;
        assert_eq!(state["connector"]["state"], "PAUSED");
    }
}

#[tokio::test]
async fn names_with_any_character_reach_the_worker() {
    let scene = scene().await;
    let named = "%C3%A4%20b%2Fc%25%2Bd%3Be%7Cf%5Bg%5D%22%27h.i";
    let known = ("STOPPED", vec![sink(0, 5)]);
    scene
        .worker
        .state
        .lock()
        .unwrap()
        .connectors
        .insert(named.to_owned(), known);
    let tail = format!("/{named}/offsets");
    let read = ask(&scene.emulator, "GET", &tail, "").await;
    assert_eq!(read.json["offsets"], json!([sink(0, 5)]), "{}", read.text);
    scene.worker.fault("GET", Fault::Page(400), 1);
    let refused = ask(&scene.emulator, "GET", &tail, "").await;
    assert!(
        refused.status == 400 && refused.text.contains("refuses the URL (Error 400)"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn shutting_down_waits_for_the_connector_to_run_again() {
    let scene = scene().await;
    scene.worker.fault(RESUME, Fault::Lost, 3);
    let accepted = ask(&scene.emulator, "POST", "/sink/offsets/request", PATCH).await;
    assert_eq!(accepted.status, 202);
    scene.emulator.shutdown().await;
    assert_eq!(scene.worker.now(), "RUNNING");
    assert!(scene.worker.requests().contains(&PATCHED.to_owned()));
}

#[tokio::test]
async fn workers_are_tried_in_turn_and_credentials_stay_off_open_lines() {
    let worker = Worker::start().await;
    let state = tempfile::tempdir().unwrap();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let connect = KafkaConnect::new(format!("http://{nobody}"), state.path())
        .worker(worker.url())
        .credentials("me", "secret");
    assert!(!format!("{connect:?}").contains("secret"));
    let emulator = Emulator::builder()
        .kafka_connect(connect)
        .start()
        .await
        .unwrap();
    assert_eq!(ask(&emulator, "GET", "/sink/offsets", "").await.status, 200);
    let sent = worker.state.lock().unwrap().authorization.clone();
    assert_eq!(sent.as_deref(), Some("Basic bWU6c2VjcmV0"));
    assert_eq!(ask(&emulator, "GET", "/none/offsets", "").await.status, 404);

    worker.state.lock().unwrap().version = "3.5.1";
    for (connect, (said, is_invalid)) in [
        (
            KafkaConnect::new("http://192.0.2.1:8083", state.path()).credentials("me", "x"),
            ("clear text", true),
        ),
        (
            KafkaConnect::new("ftp://127.0.0.1", state.path()),
            ("http or https", true),
        ),
        (
            KafkaConnect::new(worker.url(), state.path()),
            ("3.6 or later", false),
        ),
        (
            KafkaConnect::new(format!("http://{nobody}"), state.path()),
            ("no answer", false),
        ),
    ] {
        let error = Emulator::builder()
            .kafka_connect(connect)
            .start()
            .await
            .unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!(error.is_invalid(), is_invalid, "{error}");
    }
}
