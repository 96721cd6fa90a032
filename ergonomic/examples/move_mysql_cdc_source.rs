//! Moves a MySQL CDC source to another file and position in the binary log, and keeps all members of its offset that do
//! not belong to the old position.
//!
//! Runs against the embedded emulator: `cargo run -p ccloud-connect --example move_mysql_cdc_source`. For a run against
//! the service, build the client with `Client::from_env()` instead.

use ccloud_connect::clock::ManualClock;
use ccloud_connect::offset::MysqlCdc;
use ccloud_connect::{ApiKey, Client};
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
    let source = cloud.connector(
        emulator::ENVIRONMENT.parse()?,
        emulator::CLUSTER.parse()?,
        "mysql-cdc".parse()?,
    );

    let seen = source.offsets().await?;
    let current = seen
        .entries
        .first()
        .ok_or("the connector has no offsets yet")?;
    println!("before: {current}");

    // The members `row` and `event` belong to the old position, so `move_to` drops them. It keeps `server_id` and all
    // unknown members.
    let moved = MysqlCdc::try_from(current)?.move_to("mysql-bin.000040", 4)?;
    let alteration = source
        .patch_offsets()
        .entry(moved.to_entry())
        .send()
        .await?;
    for warning in alteration.warnings() {
        println!("warning: {warning}");
    }

    let applied = alteration.wait().await?;
    if let Some(message) = &applied.message {
        println!("the service says: {message}");
    }
    println!("after:  {}", moved.to_entry());
    Ok(())
}
