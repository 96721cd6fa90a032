//! Tests a program against the embedded emulator: queues a fault before the program runs, and counts the accepted
//! alterations afterwards.
//!
//! Run it with `cargo run -p ccloud-connect --example test_with_faults`.

use std::time::Duration;

use ccloud_connect::plan::Intent;
use ccloud_connect::{Alteration, ApiKey, Client, Connector};
use ccloud_connect_emulator::{self as emulator, Command, Emulator, Fault, Operation};

/// The program to test: resets every partition of a connector.
async fn reset(connector: &Connector) -> Result<Alteration, ccloud_connect::Error> {
    connector.plan(Intent::reset_all()).await?.apply().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder().start().await?;
    let cloud = Client::builder()
        .endpoint(emulator.url())
        .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
        .build()?;
    let environment = emulator::ENVIRONMENT.parse()?;
    let sink = cloud.connector(
        environment,
        emulator::CLUSTER.parse()?,
        emulator::MY_SINK.parse()?,
    );

    // The emulator will accept the next alteration request, and reset the connection before it replies.
    emulator.fault(Operation::Alter, Fault::act_then_reset());
    let alteration = reset(&sink).await?;
    println!("accepted at {}", alteration.requested_at());
    let accepted =
        |name| emulator.accepted_alterations(emulator::ENVIRONMENT, emulator::CLUSTER, name);
    assert_eq!(
        accepted(emulator::MY_SINK),
        1,
        "one request was accepted, although the reply was lost"
    );

    // The simulated alteration takes about a minute. A day later it has certainly ended.
    emulator.apply(Command::Advance(Duration::from_secs(86_400)))?;
    let status = sink.latest_request().await?;
    println!("one alteration in spite of a lost reply: {}", status.phase);
    Ok(())
}
