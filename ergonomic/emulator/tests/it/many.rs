//! Many emulators in one process, many connectors in one emulator, and the start and the end of an emulator.

use ccloud_connect_emulator::{Emulator, MY_SINK, Seed};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use super::support::{path, stage, stage_with};

#[tokio::test]
async fn two_hundred_side_by_side_start_serve_and_stop() {
    let mut stages = Vec::new();
    for _ in 0..200 {
        stages.push(stage().await);
    }
    stages[7].alter(MY_SINK, r#"{"type":"DELETE"}"#).await;
    for (index, stage) in stages.iter().enumerate() {
        assert_eq!(stage.offsets(MY_SINK).await.status, 200);
        assert_eq!(stage.accepted(MY_SINK), u64::from(index == 7));
    }
    let mut addresses = Vec::new();
    for stage in stages {
        addresses.push(stage.emulator.address());
        stage.emulator.shutdown().await;
    }
    for address in addresses {
        assert!(TcpStream::connect(address).await.is_err());
    }
    // After the shutdown, no task of an emulator may stay on the runtime. The tasks need some turns of the runtime to end.
    let metrics = tokio::runtime::Handle::current().metrics();
    for _ in 0..1000 {
        if metrics.num_alive_tasks() == 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{} tasks are left", metrics.num_alive_tasks());
}

#[test]
fn an_emulator_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Emulator>();
}

#[tokio::test]
async fn dropping_stops() {
    let stage = stage().await;
    stage.offsets(MY_SINK).await;
    let address = stage.emulator.address();
    drop(stage.emulator);
    for _ in 0..1000 {
        if TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the port still answers");
}

#[tokio::test]
async fn ten_thousand_connectors_in_one() {
    let mut whole = Seed::built_in();
    let connector = |number| {
        let partition = json!({"kafka_topic": "t", "kafka_partition": 0});
        let offsets = [json!({"partition": partition, "offset": {"kafka_offset": 5}})];
        let id = format!("lcc-{number:05}");
        let name = format!("sink {number}");
        json!({"id": id, "name": name, "kind": "sink", "offsets": offsets})
    };
    let connectors = (0..10_000).map(|number| serde_json::from_value(connector(number)).unwrap());
    whole.environments[0].clusters[0].connectors = connectors.collect();

    let stage = stage_with(|builder| builder.seed(whole)).await;
    for number in [0, 4_999, 9_999] {
        let name = format!("sink%20{number}");
        let offsets = stage.offsets(&name).await.json;
        assert_eq!(offsets["id"], format!("lcc-{number:05}"));
        assert_eq!(offsets["offsets"][0]["offset"]["kafka_offset"], 5);
    }
    let list = path("", "").replace("connectors/", "connectors?expand=id,status");
    let list = stage.get(&list).await.json;
    assert_eq!(list.as_object().unwrap().len(), 10_000);
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let holder = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = holder.local_addr().unwrap();
    let error = Emulator::builder()
        .listen(address)
        .start()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the emulator cannot listen on {address}: the port is taken; choose another, or port 0 for any free one"
        )
    );
}

#[tokio::test]
async fn an_unusable_speed_or_seed_is_an_error() {
    for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = Emulator::builder().speed(speed).start().await.unwrap_err();
        assert!(error.to_string().contains("speed"), "{error}");
    }
    let mut seed = Seed::built_in();
    seed.environments.extend(seed.environments.clone());
    let error = Emulator::builder().seed(seed).start().await.unwrap_err();
    assert!(error.to_string().contains("twice"), "{error}");
}

#[tokio::test]
async fn a_graceful_stop_lets_the_reply_in_progress_finish() {
    use ccloud_connect_emulator::{Fault, Operation};
    let stage = stage().await;
    let delay = std::time::Duration::from_millis(50);
    stage
        .emulator
        .fault(Operation::ReadOffsets, Fault::act().delay(delay));
    let request = stage.request("GET", &path(MY_SINK, "/offsets"));
    let reply = tokio::spawn(super::support::answer(request));
    while stage.emulator.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    stage.emulator.shutdown().await;
    assert_eq!(reply.await.unwrap().unwrap().status, 200);
}
