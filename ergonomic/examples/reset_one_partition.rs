//! Resets one partition of a sink, and leaves the positions of the other partitions unchanged.
//!
//! Runs against the embedded emulator: `cargo run -p ccloud-connect --example reset_one_partition`. For a run against
//! the service, build the client with `Client::from_env()` instead.

use std::time::Duration;

use ccloud_connect::clock::ManualClock;
use ccloud_connect::{ApiKey, Client, WaitError, WaitOptions};
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

    let reset = sink
        .delete_offsets()
        .sink("orders", 1)
        .wait_if_busy(Duration::from_secs(120));
    println!("sending {}", reset.body()?);
    let alteration = reset.send().await?;

    let options = WaitOptions::default().on_progress(|progress| {
        let phase = progress
            .phase
            .as_ref()
            .map_or("not visible yet", |phase| phase.as_str());
        println!("{:>3} s  {phase}", progress.elapsed.as_secs());
    });
    match alteration.wait_with(options).await {
        Ok(applied) => println!(
            "reset; the offsets before: {:?}",
            applied.previous.unwrap_or_default()
        ),
        // The alteration goes on by itself. With the token, any process can wait for it again later.
        Err(WaitError::TimedOut { token, .. }) => {
            println!(
                "the token for a later wait: {}",
                serde_json::to_string(&token)?
            );
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
