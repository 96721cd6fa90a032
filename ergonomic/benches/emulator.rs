//! Measures emulators: the time to start and to stop them, their memory, and the time of a request to a small and to a
//! large emulator.
//!
//! Run it with `cargo bench -p ccloud-connect --bench emulator`. The memory is read from `/proc`, so it is known on
//! Linux only.

use std::time::{Duration, Instant};

use ccloud_connect::{ApiKey, Client};
use ccloud_connect_emulator::{self as emulator, Emulator, Seed};
use serde_json::json;

const EMULATORS: usize = 200;
const CONNECTORS: usize = 10_000;
const REQUESTS: u32 = 1_000;

fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

fn row(name: &str, time: Duration) {
    println!(
        "{name:<44} {:>10.3} ms   resident {}",
        time.as_secs_f64() * 1e3,
        resident()
    );
}

fn client(emulator: &Emulator) -> Client {
    Client::builder()
        .endpoint(emulator.url())
        .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
        .build()
        .expect("a loopback endpoint and a key")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `cargo test --all-targets` starts benchmarks too, but without `--bench`: then nothing is measured, because a
    // benchmark is not a test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    row("before the first emulator", Duration::ZERO);

    let start = Instant::now();
    let one = Emulator::builder().start().await?;
    row("one emulator started", start.elapsed());
    let sink = client(&one).connector(
        emulator::ENVIRONMENT.parse()?,
        emulator::CLUSTER.parse()?,
        emulator::MY_SINK.parse()?,
    );
    sink.offsets().await?;
    let start = Instant::now();
    for _ in 0..REQUESTS {
        sink.offsets().await?;
    }
    row(
        "one read of the offsets by the client",
        start.elapsed() / REQUESTS,
    );
    one.shutdown().await;

    let start = Instant::now();
    let mut many = Vec::new();
    for _ in 0..EMULATORS {
        many.push(Emulator::builder().start().await?);
    }
    row(&format!("{EMULATORS} emulators started"), start.elapsed());
    let start = Instant::now();
    drop(many);
    row(&format!("{EMULATORS} emulators stopped"), start.elapsed());

    let mut seed = Seed::built_in();
    let cluster = &mut seed.environments[0].clusters[0];
    for number in 0..CONNECTORS {
        let (id, name) = (format!("lcc-{number}"), format!("connector-{number}"));
        let connector = json!({"id": id, "name": name, "kind": "source"});
        cluster.connectors.push(serde_json::from_value(connector)?);
    }
    let start = Instant::now();
    let large = Emulator::builder().seed(seed).start().await?;
    row(
        &format!("an emulator of {CONNECTORS} connectors started"),
        start.elapsed(),
    );
    let (environment, cluster) = (emulator::ENVIRONMENT.parse()?, emulator::CLUSTER.parse()?);
    let start = Instant::now();
    let listed = client(&large).connectors(&environment, &cluster).await?;
    row(
        &format!("{} connectors listed by the client", listed.len()),
        start.elapsed(),
    );
    Ok(())
}
