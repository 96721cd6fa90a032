//! Rewinds a sink by a number of records: prints the plan, applies it, and waits until a later sample of the offsets
//! shows the new positions.
//!
//! Runs against the embedded emulator: `cargo run -p ccloud-connect --example rewind_a_sink`. For a run against the
//! service, build the client with `Client::from_env()` instead.

use ccloud_connect::clock::ManualClock;
use ccloud_connect::plan::Intent;
use ccloud_connect::{ApiKey, Client, WaitOptions};
use ccloud_connect_emulator::{self as emulator, Emulator};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Each wait moves this clock ahead at once, so the rehearsal takes no real time.
    let clock = ManualClock::default();
    let emulator = Emulator::builder().clock(clock.clone()).start().await?;
    let cloud = Client::builder()
        .endpoint(emulator.url())
        .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
        .clock(clock)
        .build()?;
    let sink = cloud.connector(
        emulator::ENVIRONMENT.parse()?,
        emulator::CLUSTER.parse()?,
        "orders-sink".parse()?,
    );

    // Reads the current offsets; nothing is sent yet.
    let plan = sink.plan(Intent::shift_by(-5_000)).await?;
    println!("{plan}\n");

    // Reads the offsets again, and sends nothing if another client has altered them since the plan was made. The
    // connector stops for the alteration and resumes by itself.
    let alteration = plan.apply().await?;
    let applied = alteration
        .wait_with(WaitOptions::default().confirm())
        .await?;

    println!("applied: {}", applied.outcome);
    for partition in &applied.outcome.partitions {
        println!("{}: {:?}", partition.partition, partition.now_at);
    }
    Ok(())
}
