//! The control of an emulator. [`Command`] lists all commands, which have the same effect from Rust and over HTTP.
//! `table` lists the requests that are served below `/emulator/v1`, and the description in `openapi.yaml` is made from that
//! list. Nothing in this folder depends on the service's own operations.

mod admission;
mod command;
mod page;
mod read;
mod seconds;
mod serve;
mod table;
mod views;

pub use command::{Command, ConnectorChange, ControlError, TaskChange};
pub(crate) use read::{Finding, object};
pub(crate) use seconds::Seconds;
pub(crate) use serve::below;
pub(crate) use views::Connector;
