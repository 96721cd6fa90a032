//! The control of the emulator over HTTP: programs in other languages, the options of an emulator, and callers that the control
//! must refuse.

use std::io::Write as _;
use std::process;
use std::time::Duration;

use ccloud_connect_emulator::{
    CLUSTER, Command, ConnectorChange, ENVIRONMENT, Fault, KafkaConnect, MY_SINK, Operation,
    RateLimit,
};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::support::{Stage, answer, path, stage, stage_with};

/// Runs a program with the URL of an emulator as its last argument. Only commands from the program advance the emulator's
/// clock. When the program is not installed, the test's output reports that it was skipped.
async fn run(program: &str, arguments: &[&str]) {
    let emulator = stage().await.emulator;
    let mut command = process::Command::new(program);
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments);
    command.arg(emulator.url()).stdin(process::Stdio::null());
    match tokio::task::block_in_place(|| command.output()) {
        Ok(output) => {
            let [out, error] = [&output.stdout, &output.stderr].map(|o| String::from_utf8_lossy(o));
            assert!(
                output.status.success(),
                "{program} {arguments:?}: {out}{error}"
            );
        }
        Err(error) => {
            // The line is written without a print macro, because the test runner captures the output of print macros.
            let line = format!("SKIPPED {arguments:?}: {program} does not start: {error}\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_steers_all_of_it() {
    run("python3", &["tests/control.py"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_in_python_works() {
    run("python3", &["examples/steer.py"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_in_go_works() {
    run("go", &["run", "examples/steer.go"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_for_a_shell_works() {
    run("bash", &["examples/steer.sh"]).await;
}

/// Sends a command to the control with these headers and without a key, and returns the status of the reply.
async fn steer(stage: &Stage, path: &str, body: &Value, headers: &[(&'static str, &str)]) -> u16 {
    let url = format!("{}/emulator/v1{path}", stage.emulator.url());
    let mut all = HeaderMap::new();
    for (name, value) in [("content-type", "application/json")].iter().chain(headers) {
        all.insert(*name, value.parse().unwrap());
    }
    let request = stage.http.post(url).headers(all).body(body.to_string());
    answer(request).await.unwrap().status
}

#[tokio::test]
async fn pages_in_a_browser_may_not_steer() {
    let stage = stage().await;
    let fault = json!({"kind": "hang"});
    for (headers, status) in [
        (&[("host", "rebound.example:8099")][..], 403),
        (&[("origin", "http://elsewhere.example")], 403),
        (&[("sec-fetch-site", "cross-site")], 403),
        // A request through a proxy on this machine has this header, and does not count as a request from this machine.
        (&[("x-forwarded-for", "192.0.2.1")], 401),
        // A form on a web page can send a request with this content type, so the control must refuse it.
        (&[("content-type", "text/plain")], 415),
        (&[], 200),
    ] {
        let refused = steer(&stage, "/faults/alter", &fault, headers).await;
        assert_eq!(refused, status, "{headers:?}");
    }
    assert_eq!(stage.emulator.waiting_faults(), 1);
    assert!(stage.emulator.requests().is_empty());
}

#[tokio::test]
async fn steering_goes_with_every_option() {
    let stage = stage_with(|builder| {
        let builder = builder.base_path("/api/").credentials("a", "b");
        let builder = builder.rate_limit(RateLimit::new(1, Duration::from_secs(10)));
        builder.request_log(5000).max_body(300)
    })
    .await;
    let read = || async { stage.offsets(MY_SINK).await.status };
    assert_eq!((read().await, read().await), (401, 429));
    // The control is served below the base path too, and requests to it must not count for the rate limit.
    for _ in 0..20 {
        assert_eq!(
            steer(&stage, "/clock/advance", &json!({"seconds": 10}), &[]).await,
            200
        );
    }
    assert_eq!((read().await, read().await), (401, 429));
    assert_eq!(
        steer(
            &stage,
            "/faults/alter",
            &json!({"reply": {"body": "x".repeat(300)}}),
            &[]
        )
        .await,
        413
    );
    stage.pass(10);
    let url = stage.emulator.url().replace("/api", "");
    let outside = answer(stage.http.get(format!("{url}/emulator/v1/clock")))
        .await
        .unwrap();
    assert_eq!(outside.status, 404);
    let log = stage.emulator.requests();
    assert!((1..=5).contains(&log.len()), "{}", log.len());
    assert!(log.iter().all(|r| !r.path.starts_with("/api/emulator")));
}

#[tokio::test]
async fn rust_and_http_see_the_same() {
    let stage = stage().await;
    stage
        .emulator
        .fault(Operation::Alter, Fault::status(503).times(2));
    let at = |path: &str| format!("/emulator/v1{path}");
    let connector = at(&format!(
        "/environments/{ENVIRONMENT}/clusters/{CLUSTER}/connectors/{MY_SINK}"
    ));
    assert_eq!(
        stage.get(&at("/faults")).await.json["operations"],
        json!({"alter": 2})
    );
    let mut change = ConnectorChange::default();
    change.state = Some("DEGRADED".to_owned());
    let changed = |connector: &str, change| Command::ChangeConnector {
        environment: ENVIRONMENT.to_owned(),
        cluster: CLUSTER.to_owned(),
        connector: connector.to_owned(),
        change,
    };
    stage
        .emulator
        .apply(changed(MY_SINK, change.clone()))
        .unwrap();
    assert_eq!(stage.get(&connector).await.json["state"], "DEGRADED");
    stage
        .emulator
        .apply(Command::Advance(Duration::from_secs(3600)))
        .unwrap();
    let now = stage.get(&at("/clock")).await.json["now"].to_string();
    assert_eq!(now, format!("\"{}\"", stage.emulator.now()));

    stage
        .emulator
        .apply(changed("nobody", change.clone()))
        .unwrap_err();
    change.offsets = Some(vec![serde_json::from_str("{}").unwrap()]);
    change.state = Some(String::new());
    let refused = stage
        .emulator
        .apply(changed("custom-connector", change))
        .unwrap_err();
    assert_eq!(refused.to_string().matches("; /").count(), 3, "{refused}");
    let renamed = [("busy".to_owned(), "rude".to_owned())].into();
    stage.emulator.apply(Command::Assume(renamed)).unwrap_err();
    stage.emulator.apply(Command::Reset).unwrap();
    assert_eq!(stage.get(&connector).await.json["state"], "RUNNING");
}

#[tokio::test]
#[should_panic(expected = "request_status only")]
async fn a_fault_that_cannot_happen_is_no_fault() {
    stage()
        .await
        .emulator
        .fault(Operation::Alter, Fault::superseded());
}

#[tokio::test]
async fn tokens_are_revoked_and_not_kept_without_end() {
    let stage = stage().await;
    let token = stage.exchange_token().await.json;
    let token = token["access_token"].as_str().unwrap();
    let url = format!("{}{}", stage.emulator.url(), path(MY_SINK, "/offsets"));
    let read = || async {
        answer(stage.http.get(&url).bearer_auth(token))
            .await
            .unwrap()
            .status
    };
    assert_eq!(read().await, 200);
    let log = stage.get("/emulator/v1/requests").await.text;
    assert!(!log.contains("secret") && !log.contains(token), "{log}");
    let revoked = answer(stage.request("DELETE", "/emulator/v1/tokens"))
        .await
        .unwrap();
    assert_eq!(revoked.json, json!({"issued": 0}));
    assert_eq!(read().await, 401);
}

#[tokio::test]
async fn a_real_kafka_connect_is_steered_with_the_key_only_and_never_changed() {
    let worker = super::worker::Worker::start().await;
    let state = tempfile::tempdir().unwrap();
    let connect = KafkaConnect::new(worker.url(), state.path());
    let stage = stage_with(|builder| builder.kafka_connect(connect)).await;
    let url = format!("{}/emulator/v1/faults", stage.emulator.url());
    let without_key = answer(stage.http.get(url)).await.unwrap();
    assert_eq!(without_key.status, 401);
    // The emulator's token exchange accepts every token, so the emulator must not serve it for real connectors.
    assert_eq!(stage.exchange_token().await.status, 404);
    assert_eq!(stage.get("/emulator/v1/faults").await.status, 200);
    for (method, path) in [("GET", "/connectors"), ("POST", "/reset")] {
        let refused = answer(stage.request(method, &format!("/emulator/v1{path}")))
            .await
            .unwrap();
        assert_eq!(refused.status, 409, "{}", refused.text);
    }
    let advance = Command::Advance(Duration::from_secs(1));
    stage.emulator.apply(advance).unwrap_err();
}
