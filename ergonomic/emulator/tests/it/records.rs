//! The alteration records that the emulator writes into its state directory when it serves a real Kafka Connect: how the next
//! process uses them, and what happens when one of these files is damaged.

use std::time::Duration;

use serde_json::json;

use super::kafka_connect::{PATCH, RESUME, ask, emulator, ended, scene};
use super::worker::{Fault, Worker};

#[tokio::test]
async fn a_damaged_record_stops_only_its_connector() {
    let scene = scene().await;
    let other = json!({"partition": {}, "offset": {}});
    let connectors = || scene.worker.state.lock().unwrap();
    connectors()
        .connectors
        .insert("other".to_owned(), ("RUNNING", vec![other]));
    scene.alter(PATCH).await;
    let folder = std::fs::read_dir(scene.state.path()).unwrap().next();
    let record = folder.unwrap().unwrap().path().join("sink.json");
    let whole = std::fs::read_to_string(&record).unwrap();
    for damaged in [
        "",
        &whole[..whole.len() / 2],
        "{}",
        &whole.replace("done", "later"),
    ] {
        std::fs::write(&record, damaged).unwrap();
        let next = emulator(&scene.worker, scene.state.path()).await;
        let refused = ask(&next, "POST", "/sink/offsets/request", PATCH).await;
        assert_eq!(refused.status, 424, "{damaged}");
        for said in [
            "nothing was sent",
            "sink.json is no record",
            "delete the file",
        ] {
            assert!(refused.text.contains(said), "{}", refused.text);
        }
        assert_eq!(ask(&next, "GET", "/other/offsets", "").await.status, 200);
        assert_eq!(ask(&next, "GET", "/sink/offsets", "").await.status, 200);
    }
}

/// Starts an alteration, and ends the emulator's runtime when the worker gets the request `request`, as if the process were
/// killed at that request.
fn killed(worker: &Worker, state: &std::path::Path, request: &'static str, fault: Fault) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let emulator = emulator(worker, state).await;
        worker.fault(request, fault, 1);
        let accepted = ask(&emulator, "POST", "/sink/offsets/request", PATCH).await;
        assert_eq!(accepted.status, 202);
        for _ in 0..500 {
            if worker
                .requests()
                .iter()
                .any(|line| line.starts_with(request))
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    });
    runtime.shutdown_background();
    worker.state.lock().unwrap().faults.clear();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_left_is_taken_up_by_the_next() {
    for (request, fault, phase, said) in [
        (
            "PUT /connectors/sink/stop",
            Fault::Hang,
            "FAILED",
            "not altered",
        ),
        ("PATCH", Fault::Hang, "FAILED", "are unchanged"),
        (
            "PATCH",
            Fault::Unanswered,
            "APPLIED",
            "are what was asked for",
        ),
        (RESUME, Fault::Hang, "APPLIED", "altered"),
    ] {
        let worker = Worker::start().await;
        let state = tempfile::tempdir().unwrap();
        let (there, folder) = (worker.clone(), state.path().to_owned());
        let run = move || killed(&there, &folder, request, fault);
        std::thread::spawn(run).join().unwrap();
        let next = emulator(&worker, state.path()).await;
        let status = ended(&next).await;
        assert_eq!(status["status"]["phase"], phase, "{request}");
        let message = status["status"]["message"].as_str().unwrap();
        assert!(message.contains(said), "{request}: {message}");
        assert_eq!(worker.now(), "RUNNING", "{request}");
        next.shutdown().await;
    }
}
