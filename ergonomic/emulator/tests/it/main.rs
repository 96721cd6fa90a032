//! Tests of the emulator over real HTTP connections.

mod access;
mod alteration;
mod assumptions;
mod conformance;
mod control;
mod documents;
mod faults;
mod hostile;
mod kafka_connect;
mod many;
mod positions;
mod records;
mod schema;
mod siblings;
mod support;
mod verdicts;
mod worker;
