//! Prints the bounds of each partition of some topics, and the offset at a time:
//!
//! ```text
//! KAFKA_API_KEY=… KAFKA_API_SECRET=… offsets SASL_SSL://HOST:9092 2026-11-26T08:00:00Z orders payments
//! ```
//!
//! `AUTHORITIES_FILE` names a PEM file with authorities that are trusted in addition to those of the operating system.

use std::error::Error;
use std::time::Instant;

use ccloud_connect_kafka::Brokers;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |name: &str| arguments.next().ok_or_else(|| format!("missing: {name}"));
    let bootstrap = argument("BOOTSTRAP")?.parse()?;
    let time = argument("TIME")?.parse()?;
    let key = std::env::var("KAFKA_API_KEY")?;
    let secret = std::env::var("KAFKA_API_SECRET")?;
    let authorities = std::env::var_os("AUTHORITIES_FILE").map(std::fs::read);
    let brokers = Brokers::new(bootstrap, key, secret, authorities.transpose()?.as_deref())?;
    let started = Instant::now();
    let found = brokers.offsets(arguments, Some(time)).await?;
    let elapsed = started.elapsed();
    for ((topic, partition), bounds) in &found.partitions {
        let at = bounds.at.map_or(bounds.latest, |record| record.offset);
        println!(
            "{topic} {partition} {at} {} {}",
            bounds.earliest, bounds.latest
        );
    }
    for error in &found.errors {
        eprintln!("{error}");
    }
    eprintln!("{} partitions in {elapsed:?}", found.partitions.len());
    Ok(())
}
