//! Runs the conformance suite against an emulator. When `CCLOUD_EXPENDABLE_CONNECTOR` names a connector, the suite also runs
//! against the live service with that connector, and the two reports are printed side by side. **The suite alters the
//! connector's offsets.** The program ends with exit code 1 when a fact in the service's documents was refuted.
//!
//! ```text
//! CCLOUD_EXPENDABLE_CONNECTOR=NAME CONFLUENT_CLOUD_API_KEY=… CONFLUENT_CLOUD_API_SECRET=… \
//!     CONFLUENT_ENVIRONMENT_ID=… KAFKA_ID=… conformance
//! ```

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use ccloud_connect_emulator::conformance::Conformance;
use ccloud_connect_emulator::{API_KEY, API_SECRET, CLUSTER, ENVIRONMENT, Emulator};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let emulator = Emulator::builder().speed(20.0).start().await?;
    let key = (API_KEY, API_SECRET);
    let simulated = Conformance::new(emulator.url(), key, ENVIRONMENT, CLUSTER, "orders-sink");
    let simulated = simulated
        .poll_every(Duration::from_millis(10))
        .run()
        .await?;
    let mut hold = simulated.facts_hold();
    match Conformance::from_env()? {
        None => print!("{simulated}"),
        Some(other) => {
            let other = other.poll_every(Duration::from_millis(200)).run().await?;
            print!("{}", simulated.beside(&other, ["simulated", "compared"]));
            hold &= other.facts_hold();
        }
    }
    Ok(ExitCode::from(u8::from(!hold)))
}
