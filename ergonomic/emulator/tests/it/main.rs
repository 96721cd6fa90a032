//! The emulator over real HTTP.

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
