//! The control of an emulator, from Rust or over HTTP. [`Command`] has everything that can be requested, and there is
//! one way to carry it out. `table` lists what is served below `/emulator/v1`; the description in `openapi.yaml` is
//! made from that list. This folder does not know the service's own operations.

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
